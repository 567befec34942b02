// What holds for every page: everybody can use it, it fits, it is small, and it asks nothing of others.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { OFFICE, PHONE, check, launch, open, signIn } from "./browser.mjs";
import { faultsOf } from "./faults.mjs";
import { ASKED, DESK, DOOR, PUBLIC, REFERENCE } from "./pages.mjs";
import { Program } from "./program.mjs";

const KB = 1024;
const MAX_FIRST_VISIT = 100 * KB;
const SIZES = [["on a phone", PHONE], ["at a desk", OFFICE]];

let program, browser;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** A test for each path, all in one window. */
function each(paths, viewport, options, prepare = async () => {}) {
  let opened;
  before(async () => {
    opened = await open(browser, program, { viewport });
    await prepare(opened.page, opened.context);
  });
  after(() => opened?.context.close());
  for (const path of paths) {
    const [name, link] = Array.isArray(path) ? path : [path];
    test(name, async () => {
      const { page, seen } = opened;
      // A page that is found by a link is found where the test before it was.
      const response = await page.goto(link ? await link(page).getAttribute("href", { timeout: 2000 }) : path);
      const lang = link ? undefined : path.startsWith("/en") ? "en" : path.startsWith("/vi") ? "vi" : undefined;
      assert.deepEqual(await faultsOf(page, seen, response, { lang, ...options }), []);
      if (link) await page.goBack();
    });
  }
}

for (const [where, viewport] of SIZES) {
  describe(`usable by everybody, fitting, small and quiet ${where}: public pages`, () => each(PUBLIC, viewport));
  describe(`usable by everybody, fitting and quiet ${where}: pages for programmers`, () => each(REFERENCE, viewport, { small: false }));
  describe(`usable by everybody, fitting, small and quiet ${where}: the desk's door`, () => each(DOOR, viewport));

  describe(`usable by everybody, fitting, small and quiet ${where}: answers`, () => {
    for (const [lang, path] of [["vi", "/vi"], ["en", "/en"]]) {
      for (const asked of ASKED) {
        test(`${path}: ${asked || "nothing asked"}`, async () => {
          const { context, page, seen } = await open(browser, program, { viewport });
          const response = await check(page, asked, path);
          assert.deepEqual(await faultsOf(page, seen, response, { lang }), []);
          await context.close();
        });
      }
    }
  });

  describe(`usable by everybody, fitting, small and quiet ${where}: large letters`, () => {
    for (const [name, visit] of [
      ["the check", (page) => page.goto("/vi")],
      ["a warning", (page) => check(page, "0950 001 001")],
      ["the statistics", (page) => page.goto("/vi/thong-ke")],
    ]) {
      test(name, async () => {
        const { context, page, seen } = await open(browser, program, { viewport });
        await context.addCookies([{ name: "cg_large", value: "1", url: program.url }]);
        const response = await visit(page);
        assert.ok(await page.locator("html.cg-large").count(), "letters are large");
        assert.deepEqual(await faultsOf(page, seen, response, { lang: "vi" }), []);
        await context.close();
      });
    }
  });

  for (const { who, user, pages } of DESK) {
    describe(`usable by everybody, fitting and quiet ${where}: the desk of ${who}`, () =>
      each(pages, viewport, { small: false }, (page) => signIn(page, program, program.users[user])));
    describe(`usable by everybody, fitting and quiet ${where}, in English: the desk of ${who}`, () =>
      each(pages.filter((path) => !Array.isArray(path)), viewport, { small: false }, async (page, context) => {
        await signIn(page, program, program.users[user]);
        await context.addCookies([{ name: "cg_lang", value: "en", url: program.url }]);
      }));
  }
}

describe("budgets", () => {
  test("a first visit to the check takes at most 100 KB from the network", async () => {
    const { context, page } = await open(browser, program, { viewport: PHONE });
    const requests = [];
    page.on("requestfinished", (request) => requests.push(request));
    await page.goto("/vi", { waitUntil: "networkidle" });
    const sizes = await Promise.all(requests.map(async (request) => [request.url(), (await request.sizes()).responseBodySize]));
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(sizes.some(([url]) => url.endsWith(".woff2")), "letters are counted");
    assert.ok(total <= MAX_FIRST_VISIT, `${total} bytes: ${JSON.stringify(sizes)}`);
    await context.close();
  });

  test("no link of a public page leads nowhere", async () => {
    const { context, page } = await open(browser, program);
    const seen = new Set(["/vi", "/en"]), dead = [];
    for (const path of seen) {
      // A table to take away is no page to open.
      const response = path.endsWith(".csv") ? await page.request.get(path) : await page.goto(path);
      if (!response.ok()) {
        dead.push(`${path}: ${response.status()}`);
        continue;
      }
      if (!response.headers()["content-type"].startsWith("text/html")) continue;
      const found = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href")));
      for (const href of found) {
        const url = new URL(href, page.url());
        // One method stands for all of them, one schema of the contract too.
        const sibling = /\/(thu-doan|methods|problems|to-roi|posters)\/.+/.test(url.pathname) && [...seen].filter((one) => one.startsWith(url.pathname.replace(/[^/]+$/, ""))).length > 3;
        if (url.origin === program.url && !sibling) seen.add(url.pathname);
      }
    }
    await context.close();
    assert.deepEqual(dead, []);
  });
});
