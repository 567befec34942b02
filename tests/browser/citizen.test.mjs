// A citizen about to pay, on a phone or a computer, with and without JavaScript.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { WAYS, check, launch, open, openMenu, photograph, sending } from "./browser.mjs";
import { payTo, qrPicture, vietQr } from "./pictures.mjs";
import { Program } from "./program.mjs";

const LISTED = "Công an đã xác nhận: lừa đảo";
const UNKNOWN = "Chưa ai xác nhận số này.";
const MAY_BE = "Số này vẫn có thể là lừa đảo.";

let program, browser, context, page, seen;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const heading = () => page.getByRole("heading", { level: 1 }).innerText();
const text = () => page.getByRole("main").innerText();
const pathOf = () => new URL(page.url()).pathname + new URL(page.url()).search;

for (const way of WAYS) {
  describe(`a citizen ${way.name}`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
    });

    afterEach(async () => {
      assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
      assert.deepEqual(seen.elsewhere, [], "nothing is asked of another site");
      await context.close();
    });

    test("is led to the Vietnamese page", async () => {
      await page.goto("/");
      assert.equal(pathOf(), "/vi");
      assert.equal(await page.locator("html").getAttribute("lang"), "vi");
    });

    test("is warned of a listed number, told who says so, and can call the police", async () => {
      const response = await check(page, "0950 001 001");
      assert.equal(response.headers()["cache-control"], "private, no-cache");
      assert.equal(await heading(), LISTED);
      assert.match(await text(), /Nơi xác nhận\s+Công an phường Bỉm Sơn/);
      await page.getByRole("link", { name: "Gọi 113 (công an)" }).and(page.locator('[href="tel:113"]')).waitFor();
    });

    test("reads about the method from the warning", async () => {
      await check(page, "0950 001 001");
      const link = page.getByRole("main").getByRole("link", { name: /Giả danh công an/ });
      const opened = page.waitForResponse((response) => response.request().isNavigationRequest());
      await link.click();
      assert.equal((await opened).status(), 200);
      assert.match(await heading(), /Giả danh công an/);
    });

    test("never has a number in the address bar or in any address", async () => {
      for (const number of ["0950 001 001", "0950999999", "0912345o78", "0912xxx678"]) {
        await check(page, number);
        assert.equal(pathOf(), "/vi");
      }
      for (const address of seen.addresses) assert.doesNotMatch(new URL(address).pathname + new URL(address).search, /0950|0912|%2B84/);
    });

    test("is told that an unknown number is not thereby safe", async () => {
      await check(page, "0950999999");
      assert.equal(await heading(), UNKNOWN);
      assert.equal((await text()).split(MAY_BE).length, 2, "said once");
      assert.doesNotMatch(await text(), /an toàn/);
    });

    test("is told whose number 113 is", async () => {
      await check(page, "113");
      assert.match(await heading(), /^Số chính thức của Công an/);
    });

    test("is asked which number is meant when a letter slipped in, and answers with one press", async () => {
      await check(page, "0912345o78");
      assert.match(await heading(), /Bác muốn tra số nào/);
      await sending(page, () => page.getByRole("button", { name: /^0912 345 078/ }).click());
      assert.match(await heading(), /^Chưa ai xác nhận /);
      assert.match(await text(), /0912 345 078/);
    });

    test("is told in plain words that a half-hidden number cannot be read, and need not type it again", async () => {
      await check(page, "0912xxx678");
      assert.equal(await heading(), "Chưa đọc được số này");
      assert.match(await text(), /bị che mất một phần/);
      assert.equal(await page.getByLabel(/^Dán số/).inputValue(), "0912xxx678");
    });

    test("is answered when nothing was typed", async () => {
      await check(page, "");
      assert.equal(await heading(), "Chưa đọc được số này");
    });

    test("is warned by the photo of a code that pays to a listed account", async () => {
      await photograph(page, qrPicture(payTo("970436", "0000000070001")), way);
      assert.equal(await heading(), LISTED);
      assert.match(await text(), /Vietcombank/);
      assert.equal(pathOf(), "/vi");
    });

    test("is answered for a code of another bank's app", async () => {
      await photograph(page, qrPicture(vietQr("gen_phone_as_account")), way);
      assert.match(await heading(), /^Chưa ai xác nhận /);
      assert.match(await text(), /0900000001/);
    });

    test("switches to English and back", async () => {
      await page.goto("/vi");
      await openMenu(page);
      await page.getByRole("link", { name: "English" }).click();
      await page.waitForURL("**/en");
      await check(page, "0950 001 001", "/en");
      assert.equal(await heading(), "Confirmed by police: scam");
      assert.match(await text(), /Confirmed by\s+Bim Son Ward police/);
      assert.equal(await page.locator("html").getAttribute("lang"), "en");
      await openMenu(page);
      await sending(page, () => page.getByRole("button", { name: "Tiếng Việt" }).click());
      assert.equal(pathOf(), "/vi");
      assert.equal(await heading(), LISTED, "the answer stays");
    });

    test("keeps the answer when the letters are made large, and finds it again when going back", async () => {
      await check(page, "0950 001 001");
      await openMenu(page);
      await sending(page, () => page.getByRole("button", { name: "Chữ to" }).click());
      assert.equal(await heading(), LISTED);
      await page.locator("html.cg-large").waitFor();
      await page.getByRole("main").getByRole("link", { name: /Giả danh công an/ }).click();
      await page.waitForURL("**/thu-doan/**");
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: LISTED }).waitFor();
    });

    test("who has paid already is led to the bank and the police, from every page and by what they write", async () => {
      await page.goto("/vi/thong-ke");
      await page.getByRole("link", { name: /^Đã lỡ chuyển tiền/ }).click();
      await page.waitForURL("**/da-chuyen-tien");
      await page.locator('[href="tel:113"]').waitFor();
      assert.equal(await page.getByRole("link", { name: "Vietcombank: 1900545413" }).getAttribute("href"), "tel:1900545413");
      assert.match(await text(), /số in sau thẻ/);
      await check(page, "tôi lỡ chuyển tiền rồi");
      assert.equal(pathOf(), "/vi/da-chuyen-tien");
      const before = await page.getByRole("listitem").filter({ hasText: /1900|1800/ }).count();
      await page.getByLabel(/^Tìm ngân hàng/).fill("techcom");
      if (!way.javaScriptEnabled) await page.getByRole("button", { name: "Tìm" }).click();
      await page.getByRole("link", { name: /Agribank/ }).waitFor({ state: "hidden" });
      await page.getByRole("link", { name: /^Techcombank/ }).waitFor();
      assert.ok(before > 20);
      assert.equal(pathOf(), "/vi/da-chuyen-tien");
    });

    test("makes the letters large, on every page from then on, and small again", async () => {
      const size = () => page.getByRole("heading", { level: 1 }).evaluate((h1) => parseFloat(getComputedStyle(h1).fontSize));
      const large = page.getByRole("button", { name: "Chữ to" });
      await page.goto("/vi/quay");
      const before = await size();
      await openMenu(page);
      await large.click();
      await page.locator('button[aria-pressed="true"]').waitFor({ state: "attached" });
      assert.equal(pathOf(), "/vi/quay");
      assert.ok((await size()) > before * 1.1, "the letters are larger");
      await page.goto("/vi");
      await openMenu(page);
      assert.equal(await large.getAttribute("aria-pressed"), "true");
      await large.click();
      await page.locator('button[aria-pressed="false"]').waitFor({ state: "attached" });
      await page.goto("/vi/quay");
      assert.equal(await size(), before);
    });

    test("is told what is missing where there is no page", async () => {
      const response = await page.goto("/vi/khong-co");
      assert.equal(response.status(), 404);
      await page.getByRole("link", { name: "Về trang tra số" }).click();
      await page.waitForURL("**/vi");
    });
  });
}
