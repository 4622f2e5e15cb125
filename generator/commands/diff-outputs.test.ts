import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, startBrowser } from "../../contract-tests/support/browser.js";
import { hostilePair, hostileTexts } from "../testing/hostile-pair.js";
import { filesIn, scratchFolders } from "../testing/scratch-folder.js";
import { smallSpec } from "../testing/small-spec.js";
import { project, specwright } from "../testing/specwright.js";
import { plannedOutputs } from "./diff-outputs.js";

const scratch = scratchFolders();
const hookTimeoutMs = 120_000; // they start processes, and the machine may be busy
const formats = ["json", "markdown", "html", "junit", "sarif", "github"] as const;

/** Every report of a pair of specs, and what was printed. */
async function reportsOf(base: string, revision: string, more: readonly string[] = []) {
  const folder = scratch({ "base/openapi.json": base, "spec/openapi.json": revision });
  const { code, stdout, stderr } = await specwright(
    ["diff", "base", "spec", ...formats.map((format) => `--report=${format}=out/${format}`), ...more],
    { cwd: folder, env: { ...process.env, GITHUB_WORKSPACE: "" } },
  );
  const files = filesIn(folder);
  const report = (format: (typeof formats)[number]): string => files[join("out", format)] ?? "";
  return { folder, code, stdout, stderr, report };
}

type Reports = Awaited<ReturnType<typeof reportsOf>>;
let hostile: Reports;
let broken: Reports;
let changes: readonly Change[];

interface Change {
  readonly id: string;
  readonly severity: string;
  readonly message: string;
  readonly fingerprint: string;
}

beforeAll(async () => {
  const { base, revision } = hostilePair();
  const small = smallSpec({}) as { paths: object };
  const lost = { ...small, paths: { ...small.paths, "/lost": { $ref: "missing.yaml" } } };
  [hostile, broken] = await Promise.all([
    reportsOf(base, revision),
    reportsOf(JSON.stringify(small), JSON.stringify(lost)),
  ]);
  changes = JSON.parse(hostile.report("json")).changes;
}, hookTimeoutMs);

describe("what is asked for", () => {
  test.each([
    { options: {}, want: [] },
    { options: { json: true }, want: [["json", null]] },
    {
      options: { markdown: true, report: ["sarif=a=b.json", "html=x"] },
      want: [
        ["markdown", null],
        ["sarif", "a=b.json"],
        ["html", "x"],
      ],
    },
  ])("$options", ({ options, want }) => {
    expect(plannedOutputs(options).map(({ format, file }) => [format, file])).toEqual(want);
  });

  test.each([
    { options: { report: ["xml"] }, says: "is not known" },
    { options: { report: ["html="] }, says: "names no file" },
    { options: { json: true, report: ["github"] }, says: "Only one report can be printed" },
  ])("$options is refused", ({ options, says }) => {
    expect(() => plannedOutputs(options)).toThrow(says);
  });

  test("a file that can't be written: exit code 2, and the old one is whole", async () => {
    const folder = scratch({ "a.json": JSON.stringify(smallSpec({})), "out/old": "old" });
    const { code, stderr } = await specwright(["diff", "a.json", "a.json", "--report", "json=out/old/x"], {
      cwd: folder,
    });
    expect({ code, old: readFileSync(join(folder, "out/old"), "utf8") }).toEqual({ code: 2, old: "old" });
    expect(stderr).toContain("can't be written");
  });

  test("files leave the terminal's report; nothing unfinished is left", () => {
    expect(hostile.stdout).toContain("breaking");
    expect(Object.keys(filesIn(join(hostile.folder, "out"))).sort()).toEqual([...formats].sort());
  });
});

describe("JSON", () => {
  const schema = JSON.parse(readFileSync(join(project, "docs/diff-report.schema.json"), "utf8"));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

  test.each(["hostile", "broken"] as const)("the %s pair is what the schema says", (name) => {
    const report = JSON.parse((name === "hostile" ? hostile : broken).report("json"));
    expect(validate(report) ? [] : validate.errors).toEqual([]);
  });

  test("the schema refuses what it does not describe", () => {
    const report = JSON.parse(hostile.report("json"));
    expect(validate({ ...report, more: 1 })).toBe(false);
    expect(validate({ ...report, changes: [{ ...report.changes[0], severity: "fatal" }] })).toBe(false);
  });
});

describe("annotations", () => {
  test("every line is one command of ours", () => {
    const lines = hostile
      .report("github")
      .trimEnd()
      .split(/[\r\n\u2028\u2029\u0085]/);
    expect(lines).toHaveLength(changes.length + 1);
    const pattern =
      /^::(error|warning|notice) file=spec\/openapi\.json,line=\d+,col=\d+,title=[a-z-]+::[^\r\n]+$/;
    expect(lines.slice(0, -1).filter((line) => !pattern.test(line))).toEqual([]);
  });

  test("the text is whole once the runner has read it", () => {
    const read = (text: string): string =>
      text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
    const texts = hostile
      .report("github")
      .split("\n")
      .map((line) => read(line.split("::").slice(2).join("::")));
    const marker = "%0A::warning::x";
    expect(texts.some((text) => text.includes(marker))).toBe(true);
  });

  test("what could not be read is told at its place", () => {
    expect(broken.report("github")).toMatch(/^::warning file=spec\/openapi\.json,line=\d+,.*::Not judged: /m);
  });
});

describe("SARIF", () => {
  test("a result a change, each with its rule, its place and its fingerprint", () => {
    const { runs } = JSON.parse(hostile.report("sarif"));
    const [{ tool, results }] = runs;
    const got = results.map((result: SarifResult) => ({
      id: tool.driver.rules[result.ruleIndex].id,
      severity: result.level,
      fingerprint: result.partialFingerprints["specwright/v1"],
      uri: result.locations[0]?.physicalLocation.artifactLocation.uri,
      placed: (result.locations[0]?.physicalLocation.region.startLine ?? 0) > 0,
    }));
    const want = changes.map(({ id, severity, fingerprint }) => ({ id, severity, fingerprint }));
    expect(got).toEqual(want.map((one) => ({ ...one, uri: "spec/openapi.json", placed: true })));
    for (const rule of tool.driver.rules) {
      expect(rule.shortDescription.text.length).toBeGreaterThan(0);
      expect(["error", "warning", "note"]).toContain(rule.defaultConfiguration.level);
    }
  });

  test("what could not be read is a notification", () => {
    const [{ invocations }] = JSON.parse(broken.report("sarif")).runs;
    expect(invocations[0].toolExecutionNotifications[0].message.text).toContain("Not judged in the revision");
  });
});

interface SarifResult {
  readonly ruleIndex: number;
  readonly level: string;
  readonly partialFingerprints: Record<string, string>;
  readonly locations: readonly {
    readonly physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
  }[];
}

describe("--compile", () => {
  const schema = JSON.parse(readFileSync(join(project, "docs/diff-report.schema.json"), "utf8"));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  const spec = (operationId: string | undefined, maxLength: number): string => {
    const parameters = [{ name: "part", in: "query", schema: { type: "string", maxLength } }];
    const responses = { 200: { description: "done" } };
    return JSON.stringify(smallSpec({ paths: { "/a": { get: { operationId, parameters, responses } } } }));
  };

  test("tells apart in every report what the compiler meets and what only a server does", async () => {
    const { report, stdout } = await reportsOf(spec("first", 9), spec("second", 5), ["--compile"]);
    const json = JSON.parse(report("json"));
    expect(validate(json) ? [] : validate.errors).toEqual([]);
    expect(json.compiled.status).toBe("compiled");
    const met = json.changes.filter(({ metBy }: { metBy: string | null }) => metBy !== null);
    expect(met.map(({ metBy }: { metBy: string }) => metBy).sort()).toEqual(["compiler", "wire"]);
    for (const text of [stdout, ...formats.slice(1).map(report)]) {
      expect(text).toContain("Met at compile time only.");
      expect(text).toContain("Compiles, but breaks on the wire.");
    }
    expect(report("html")).toContain("<code>client.first({})</code> no longer compiles:");
  });

  test("of a side that no client can be made of, it says why, and judges the rest", async () => {
    const { report, stdout, stderr, code } = await reportsOf(spec("first", 9), spec(undefined, 5), [
      "--compile",
    ]);
    const json = JSON.parse(report("json"));
    expect(validate(json) ? [] : validate.errors).toEqual([]);
    expect(json.compiled).toMatchObject({ status: "impossible", side: "revision" });
    expect(stderr).toContain("No client can be made of the revision");
    expect({ code, judged: stdout.includes("breaking") }).toEqual({ code: 1, judged: true });
  });

  test("of a spec against itself it costs nothing", async () => {
    const { report } = await reportsOf(spec("first", 9), spec("first", 9), ["--compile"]);
    expect(JSON.parse(report("json")).compiled).toEqual({ status: "compiled", statements: 0 });
  });
});

describe("approved changes", () => {
  test("pass in every report, and say who let them", async () => {
    const { base, revision } = hostilePair();
    const folder = scratch({ "base/openapi.json": base, "spec/openapi.json": revision });
    const [first] = changes;
    const reason = hostileTexts.join(" ");
    const approval = {
      fingerprint: first?.fingerprint,
      reason,
      author: hostileTexts[1],
      expires: "2099-12-31",
    };
    writeFileSync(join(folder, "approvals.json"), JSON.stringify({ approvals: [approval] }));
    const outputs = formats.map((format) => `--report=${format}=${format}`);
    await specwright(["diff", "base", "spec", "--approvals", "approvals.json", ...outputs], { cwd: folder });
    const files = filesIn(folder);
    const sarif = JSON.parse(files["sarif"] ?? "");
    const suppressed = sarif.runs[0].results.filter((result: object) => "suppressions" in result);
    expect(suppressed).toHaveLength(1);
    expect(files["junit"]).toMatch(/<testsuites [^>]* skipped="1"/);
    expect(files["github"]?.match(/\(approved\)::/g)).toHaveLength(1);
    expect(files["html"]?.match(/class="finding approved"/g)).toHaveLength(1);
    expect(files["github"]?.split("\n")).toHaveLength(changes.length + 2);
  });
});

describe("Markdown", () => {
  test("nothing in it is markup but ours", () => {
    const text = hostile.report("markdown");
    const bare = text.replace(/(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
    const tags = bare.match(/<[^>]*>?/g) ?? [];
    expect(tags.filter((tag) => !/^<\/?(details|summary)>$/.test(tag))).toEqual([]);
    expect(bare).not.toMatch(/\]\(|https?:|www\.\w|@someone|^::/m);
    expect(bare.match(/^#.*$/gm)?.filter((line) => !/^###? [❌⚠✅BRCA]/u.test(line))).toEqual([]);
  });
});

describe.skipIf(chromiumPath === null && !process.env["CI"])("in Chromium", () => {
  let started: Awaited<ReturnType<typeof startBrowser>>;
  beforeAll(async () => {
    started = await startBrowser();
  }, hookTimeoutMs);
  afterAll(() => started?.close(), hookTimeoutMs);

  const open = async (reports: Reports, look: (page: Page, seen: Seen) => Promise<void>): Promise<void> => {
    const page = await started.context.newPage();
    const seen: Seen = { requests: [], dialogs: 0, errors: [] };
    page.on("request", (request) => seen.requests.push(request.url()));
    page.on("dialog", (dialog) => {
      seen.dialogs++;
      void dialog.dismiss();
    });
    page.on("pageerror", (error) => seen.errors.push(error.message));
    page.on("console", (message) => seen.errors.push(message.text()));
    const path = join(reports.folder, "page.html");
    writeFileSync(path, reports.report("html"));
    try {
      await page.goto(pathToFileURL(path).href);
      await look(page, seen);
    } finally {
      await page.close();
    }
  };

  interface Seen {
    requests: string[];
    dialogs: number;
    errors: string[];
  }

  test("a page of hostile text runs nothing, loads nothing, and shows the text", async () => {
    await open(hostile, async (page, seen) => {
      const found = await page.evaluate(() => ({
        ran: (window as { ran?: unknown }).ran ?? null,
        active: document.querySelectorAll("script, iframe, img, svg, object, embed, link, base").length,
        handlers: [...document.querySelectorAll("*")].filter((element) =>
          element.getAttributeNames().some((name) => name.startsWith("on")),
        ).length,
        addresses: [...document.querySelectorAll("[href], [src], [action]")].filter(
          (element) => !element.getAttribute("href")?.startsWith("#"),
        ).length,
        findings: document.querySelectorAll("main .finding").length,
        styles: document.querySelectorAll("style").length,
        text: document.body.innerText,
      }));
      expect({ ...found, text: "" }).toEqual({
        ran: null,
        active: 0,
        handlers: 0,
        addresses: 0,
        findings: changes.length,
        styles: 1,
        text: "",
      });
      expect(found.text).toContain("<script>window.ran = 1</script>");
      expect(found.text).toContain("\\u202egnihton");
      expect({ ...seen, requests: seen.requests.length }).toEqual({ requests: 1, dialogs: 0, errors: [] });
    });
  });

  test("its policy would stop a script even if one got in", async () => {
    const page = hostile.report("html").replace("</main>", "<script>window.ran = 9</script></main>");
    await open({ ...hostile, report: () => page }, async (opened) => {
      expect(await opened.evaluate(() => (window as { ran?: unknown }).ran ?? null)).toBeNull();
    });
  });

  test("every finding leads to its lines in both specs, and back", async () => {
    await open(hostile, async (page) => {
      const links = await page.evaluate(() => {
        const all = [...document.querySelectorAll("a")].map((a) => a.getAttribute("href")?.slice(1) ?? "");
        return {
          dead: all.filter((id) => !document.getElementById(id)),
          toBase: all.filter((id) => id.startsWith("base-")).length,
          toRevision: all.filter((id) => id.startsWith("revision-")).length,
          back: all.filter((id) => /^f\d+$/.test(id)).length,
        };
      });
      expect(links.dead).toEqual([]);
      for (const kind of [links.toBase, links.toRevision, links.back]) expect(kind).toBeGreaterThan(10);
      // Where a link leads, the file says what the finding shows.
      const link = page.locator('.finding a[href^="base-"], .finding a[href^="#base-"]').first();
      const shown = await link.locator("xpath=..").locator("code").last().innerText();
      const row = page.locator(`[id="${(await link.getAttribute("href"))?.slice(1)}"] + td`);
      expect((await row.innerText()).trim()).toContain(shown.trim());
    });
  });

  test("it is light or dark as the reader has it, and narrow on a phone", async () => {
    await open(hostile, async (page) => {
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.emulateMedia({ colorScheme: "light" });
      const light = await background();
      await page.emulateMedia({ colorScheme: "dark" });
      expect([light, await background()]).toEqual(["rgb(255, 255, 255)", "rgb(13, 17, 23)"]);
      await page.setViewportSize({ width: 380, height: 800 });
      const overflow = await page.evaluate(() => document.body.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    });
  });

  test("the boxes hide kinds of findings without a script", async () => {
    await open(hostile, async (page) => {
      const visible = () => page.locator(".finding.error").first().isVisible();
      expect(await visible()).toBe(true);
      await page.locator("#show-error").uncheck();
      expect(await visible()).toBe(false);
    });
  });

  test("the JUnit report is XML, with every change whole", async () => {
    await open(hostile, async (page) => {
      const read = await page.evaluate((text) => {
        const xml = new DOMParser().parseFromString(text, "application/xml");
        return {
          wrong: xml.querySelectorAll("parsererror").length,
          names: [...xml.querySelectorAll("testcase")].map((node) => node.getAttribute("name")),
          failures: xml.querySelectorAll("failure").length,
          others: [...xml.querySelectorAll("*")]
            .map(({ tagName }) => tagName)
            .filter(
              (name) => !["testsuites", "testsuite", "testcase", "failure", "system-out"].includes(name),
            ),
        };
      }, hostile.report("junit"));
      // XML has no place for these characters; everything else must come back as it was.
      const kept = (text: string): string =>
        text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe]/g, "\ufffd");
      expect(read).toEqual({
        wrong: 0,
        names: changes.map(({ message }) => kept(message)),
        failures: changes.filter(({ severity }) => severity === "error").length,
        others: [],
      });
    });
  });
});

test("the page of two large files shows what changed, and no more", async () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 4000 }, (_, at) => [
      `S${at}`,
      { type: "object", properties: { a: { type: "string" } } },
    ]),
  );
  const spec = (type: string): string => {
    const used = { ...schemas, S2000: { type: "object", properties: { a: { type } } } };
    const content = { "application/json": { schema: { $ref: "#/components/schemas/S2000" } } };
    const post = { requestBody: { content }, responses: { 200: { description: "done" } } };
    return JSON.stringify(smallSpec({ paths: { "/a": { post } }, components: { schemas: used } }), null, 2);
  };
  const { report } = await reportsOf(spec("string"), spec("integer"));
  expect(report("html").length).toBeLessThan(20_000);
  expect(report("html")).toMatch(/\d{4,} lines left out/);
});
