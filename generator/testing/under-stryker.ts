/** Whether these tests run once for each mutant: what takes seconds to show that it holds for many takes fewer there. */
export const underStryker = process.env["STRYKER_MUTATOR_WORKER"] !== undefined;
