// Our conformance reports, read by validators that others wrote.
//
//   node validate_reports.mjs FOLDER    with report.{json,tap,ctrf.json,sarif,xml} in it;
//                                       DRAFTPROOF_ROOT names the source tree
//
// Each validator is first shown a spoilt copy, which it must refuse: one that accepts everything
// would prove nothing. The counts of all formats must agree.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { Parser } from "tap-parser";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name), "utf8");
const failures = [];
const check = (what, holds) => {
  console.log(`${holds ? "ok" : "NOT OK"}: ${what}`);
  if (!holds) failures.push(what);
};

function fits(schemaFile, value) {
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
  return ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")))(value);
}

// The published types of SARIF 2.1.0, held against the literal by the TypeScript compiler.
function isSarif(text) {
  const scratch = mkdtempSync(join(tmpdir(), "sarif-"));
  try {
    symlinkSync(join(here, "node_modules"), join(scratch, "node_modules"));
    writeFileSync(join(scratch, "log.ts"),
      `import type { Log } from "sarif";\nexport const log: Log = ${text};\n`);
    execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "--noEmit",
      "--strict", "--types", "sarif", join(scratch, "log.ts")], { cwd: scratch, stdio: "pipe" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const tap = (text) => new Promise((resolve) => {
  const parser = new Parser({ strict: true }, resolve);
  parser.end(text);
});

const report = JSON.parse(read("report.json"));
const reportSchema = join(process.env.DRAFTPROOF_ROOT, "conformance/reports/report.schema.json");
check("report.json fits its schema", fits(reportSchema, report));
check("a report without cases does not", !fits(reportSchema, { ...report, cases: undefined }));

const ctrfSchema = join(here, "node_modules/ctrf/dist/ctrf-schema-0.0.json");
const ctrf = JSON.parse(read("report.ctrf.json"));
check("CTRF fits the published schema", fits(ctrfSchema, ctrf));
check("CTRF with an invented status does not", !fits(ctrfSchema, {
  ...ctrf,
  results: { ...ctrf.results, tests: [{ name: "a", status: "splendid", duration: 1 }] },
}));

const sarif = read("report.sarif");
check("SARIF fits the published types", isSarif(sarif));
check("SARIF with an invented level does not", !isSarif(sarif.replace(/"error"/, '"splendid"')));

const parsed = await tap(read("report.tap"));
check("TAP parses without a line that is not TAP", parsed.failures.every((f) => !f.tapError));
const spoilt = await tap(read("report.tap").replace(/^1\.\.\d+$/m, "1..1000"));
check("TAP with another plan does not", !spoilt.ok && spoilt.plan.end === 1000);

const red = ["fail", "untestable", "flaky", "harness-error"];
const truth = report.cases.filter((one) => red.includes(one.verdict)).length;
check("red cases: CTRF agrees", ctrf.results.summary.failed === truth);
check("red cases: TAP agrees", parsed.fail === truth);
const xml = read("report.xml");
const counted = ["failures", "errors"].map((key) =>
  Number(new RegExp(`<testsuite [^>]*${key}="(\\d+)"`).exec(xml)[1]));
check("red cases: JUnit agrees", counted[0] + counted[1] === truth);
check("there is something red to agree on", truth > 0);

if (failures.length) process.exit(1);
