// The offline page of conformance reports, used in a browser as a person would.
//
//   node report_page.mjs PAGE.html REPORT.json     DRAFTPROOF_CHROMIUM: the browser, if elsewhere
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [page_file, report_file] = process.argv.slice(2);
const report = JSON.parse(readFileSync(report_file, "utf8"));
const browser = await chromium.launch({
  executablePath: process.env.DRAFTPROOF_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const failures = [];
const check = (what, holds) => {
  console.log(`${holds ? "ok" : "NOT OK"}: ${what}`);
  if (!holds) failures.push(what);
};
try {
  const page = await browser.newPage();
  const asked = [];
  const errors = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("dialog", () => errors.push("a dialog"));
  const address = pathToFileURL(resolve(page_file)).href;
  await page.goto(address);

  const rows = page.locator("tbody tr");
  check("a row for each requirement", await rows.count() === report.requirements.length);
  const marks = page.locator("button.case");
  const expected = report.cases.reduce((n, one) => n + one.requirements.length, 0);
  check("a mark for each case of each requirement", await marks.count() === expected);

  await page.getByLabel("Filter by verdict").selectOption("fail");
  const red = report.cases.filter((one) => one.verdict === "fail");
  const broken = new Set(red.flatMap((one) => one.requirements));
  check("the filter leaves requirements that fail", await rows.count() === broken.size);
  await page.getByLabel("Filter by text").fill("nothing is called like this");
  check("a text that is nowhere leaves none", await rows.count() === 0);
  await page.getByLabel("Filter by text").fill("");

  const failing = red[0];
  await page.locator(`button.case[data-case="${failing.id}"]`).first().click();
  const dialog = page.getByRole("dialog");
  const shown = await dialog.innerText();
  check("a case says what was expected", shown.includes(failing.expected));
  check("and how to run it again", shown.includes(failing.rerun));
  check("and draws what went over the line", await dialog.locator("svg path").count() > 0);
  check("what a peer sent stayed text", await dialog.locator("b").count() === 0);
  check("no request but the page itself", asked.every((url) => url === address));
  check(`no error in the page ${errors.join(" ")}`, errors.length === 0);
} finally {
  await browser.close();
}
if (failures.length) process.exit(1);
