import type { Contract } from "../../contract/contract.js";
import { documentWords } from "../../contract/extensions.js";
import type { TypeNames } from "../../render/type-names.js";
import { errorClasses } from "../../render/views.js";
import { type Code, code, marked } from "./code.js";
import type { PackageExports } from "./package-exports.js";
import type { ReadingWriter } from "./reading-writer.js";
import type { NamedSchemas } from "./schemas.js";

/**
 * What a caller does with a refusal: tells an operation's errors apart by their classes, one for a status and one for
 * the codes of too many jobs, and reads the code and the body. The names of the plans are part of it.
 */
export function refusalUsage(
  contract: Contract,
  names: TypeNames,
  exported: PackageExports,
  schemas: NamedSchemas,
  readings: ReadingWriter,
): readonly Code[] {
  const plansPlace = `#/${documentWords.plans}`;
  return [
    code(telling),
    ...contract.operations.flatMap((operation): readonly Code[] => {
      const error = exported.type(names.operations.get(operation.id)?.error);
      if (error === null) return [];
      return errorClasses(contract, operation).flatMap(([className, status]) => {
        if (className === "RefusalError") return []; // every call may throw that one
        const response = operation.responses.find((one) => one.status === status);
        const places = [response?.pointer ?? operation.pointer];
        if (className === "ConcurrencyLimitError") places.push(plansPlace);
        return [code(`toldBy<${error}>(`, marked(JSON.stringify(className), places), ");")];
      });
    }),
    ...bodyReadings(contract, schemas, readings),
    ...(contract.plans?.plans ?? []).map(({ name }, index) =>
      marked(`${JSON.stringify(name)} satisfies PlanOfContract;`, [`${plansPlace}/plans/${index}`]),
    ),
  ];
}

/** A class can be told from the others if its name is one literal; that of the classes above it is a union. */
const telling = `import type { PlanOfContract, RefusalError as Refusal } from "./src/index.js";
type IsUnion<T, All = T> = T extends All ? ([All] extends [T] ? false : true) : never;
type ClassOf<E> = E extends { readonly name: infer Name } ? (IsUnion<Name> extends false ? Name : never) : never;
declare function toldBy<E>(name: ClassOf<E>): void;
declare const resultRefused: Refusal;`;

function bodyReadings(
  { error, schemas: all }: Contract,
  schemas: NamedSchemas,
  readings: ReadingWriter,
): readonly Code[] {
  const body = all.find(({ name }) => name === error?.schema)?.schema;
  if (!error || !body) return [];
  const codes = schemas.asObject(body)?.properties.find(({ name }) => name === error.codeProperty)?.schema;
  return [
    ...readings.statements("resultRefused.body", { ...body, kind: "ref", name: error.schema }, false),
    ...(codes ? readings.statements("resultRefused.errorCode", { ...codes, nullable: true }, false) : []),
  ];
}
