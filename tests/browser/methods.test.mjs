// Methods and posters: every card tells its story, and a poster is one sheet that is read from two metres.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { check, launch, open } from "./browser.mjs";
import { Program } from "./program.mjs";

const MAX_HTML = 20 * 1024;
/** Points of the title on A4: letters of some 16 mm. */
const TITLE = 60;
const PX_PER_POINT = 96 / 72;
const LONGEST_NAME = "00226";

let program, browser;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const get = (path) => fetch(new URL(path, program.url));

test("every card has a page in both languages, small, with its case marked as nobody's", async () => {
  for (const [index, made] of [["/vi/thu-doan", "Câu chuyện tổng hợp, không phải người thật."], ["/en/methods", "A composite story, not about real people."]]) {
    const list = await (await get(index)).text();
    const pages = [...list.matchAll(new RegExp(`href="(${index}/[a-z0-9_]+)"`, "g"))].map((found) => found[1]);
    assert.equal(new Set(pages).size, 41);
    for (const path of pages) {
      const answer = await get(path);
      const html = await answer.text();
      assert.equal(answer.status, 200, path);
      assert.ok(Buffer.byteLength(html) <= MAX_HTML, `${path}: ${Buffer.byteLength(html)}`);
      assert.ok(html.includes(made), path);
      const picture = html.match(/cg-method__picture" src="([^"]+)"/)[1];
      assert.equal((await get(picture)).status, 200, picture);
    }
  }
});

test("a group without a card that is searched for goes away with its heading", async () => {
  const { context, page } = await open(browser, program);
  await page.goto("/vi/thu-doan");
  await page.getByLabel("Tìm thủ đoạn").fill("vneid");
  await page.getByRole("link", { name: /VNeID/ }).waitFor();
  await page.getByRole("heading", { name: /^Mua bán/ }).waitFor({ state: "hidden" });
  await context.close();
});

test("a warning is sent on with the method, never with the number", async () => {
  const { context, page } = await open(browser, program);
  await page.addInitScript(() => {
    navigator.share = async (what) => (window.sentOn = what);
  });
  await check(page, "0950 001 001");
  await page.getByRole("button", { name: "Gửi cảnh báo cho người thân" }).click();
  const sent = await page.evaluate(() => window.sentOn);
  assert.match(sent.url, /\/vi\/thu-doan\/[a-z_]+$/);
  assert.doesNotMatch(JSON.stringify(sent), /0950|\+84/);
  await context.close();
});

describe("a poster", () => {
  for (const size of ["a3", "a4", "a5"])
    for (const unit of ["14812", "VN", LONGEST_NAME])
      test(`of ${size} for ${unit} is one sheet`, async () => {
        const { context, page } = await open(browser, program);
        const response = await page.goto(`/vi/to-roi/${unit}?size=${size}`);
        assert.equal(response.status(), 200);
        const sheet = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
        assert.equal([...sheet.matchAll(/\/Type\s*\/Page\b/g)].length, 1);
        await page.emulateMedia({ media: "print" });
        const title = await page.getByRole("heading", { level: 1 }).evaluate((h1) => parseFloat(getComputedStyle(h1).fontSize));
        if (size !== "a5") assert.ok(title >= TITLE * PX_PER_POINT, `${title}`);
        await context.close();
      });
});
