// What stands on the first screen of a small phone, without scrolling, also with large letters.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { check, launch, open } from "./browser.mjs";
import { Program } from "./program.mjs";
import { press } from "./reporting.mjs";

const SMALL = { width: 360, height: 640 };
const HEADER = 64;
const SMS = "[Vietcombank] Tai khoan cua Quy khach bi khoa tam thoi luc 09:41. De mo khoa chuyen 2.500.000d phi xac minh vao STK " +
  "0000000070001 Vietcombank, CTK NGUYEN VAN MAU, sau do goi tong dai 0950 001 001 gap chuyen vien.";

let program, browser;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const end = async (locator) => {
  const box = await locator.boundingBox();
  return box.y + box.height;
};

for (const large of ["0", "1"]) {
  describe(large === "1" ? "with large letters" : "with usual letters", () => {
    async function small() {
      const opened = await open(browser, program, { viewport: SMALL });
      await opened.context.addCookies([{ name: "cg_large", value: large, url: program.url }]);
      return opened;
    }

    test("stand the box and the button", async () => {
      for (const path of ["/vi", "/en"]) {
        const { context, page } = await small();
        await page.goto(path);
        assert.ok((await end(page.locator(".cg-header"))) <= HEADER, path);
        assert.ok((await end(page.locator("#q"))) <= SMALL.height, path);
        assert.ok((await end(page.locator(".cg-check__button"))) <= SMALL.height, path);
        await context.close();
      }
    });

    test("stand the question whether money is lost, and the call to the bank", async () => {
      const { context, page } = await small();
      await page.goto("/vi/bao-cao");
      for (const choice of ["loss", "attempt"]) assert.ok((await end(page.locator(`[name=go][value=${choice}]`))) <= SMALL.height, choice);
      await press(page, /^Rồi, đã mất tiền/);
      assert.ok((await end(page.getByRole("button", { name: "Xem số gọi" }))) <= SMALL.height);
      await page.getByLabel("Bác chuyển từ ngân hàng, ví nào?").selectOption({ label: "Vietcombank" });
      await press(page, "Xem số gọi");
      assert.ok((await end(page.locator(".cg-call"))) <= SMALL.height);
      await context.close();
    });

    test("stands the box for the code of a slip, with its button", async () => {
      const { context, page } = await small();
      await page.goto("/vi/theo-doi");
      assert.ok((await end(page.locator(".cg-check__button"))) <= SMALL.height);
      await context.close();
    });

    test("stand the verdict, the number and the first call to make", async () => {
      for (const path of ["/vi", "/en"])
        for (const text of ["0950 001 001", "Vietcombank 0000000070001", "0950999999", "113", SMS]) {
          const { context, page } = await small();
          await check(page, text, path);
          for (const part of [".cg-verdict__heading", ".cg-verdict__key", '.cg-verdict a[href^="tel:"]'])
            assert.ok((await end(page.locator(part).first())) <= SMALL.height, `${path} ${text} ${part}`);
          await context.close();
        }
    });
  });
}

test("a pasted message is checked by Enter, and the call goes to the bank that it names", async () => {
  const { context, page } = await open(browser, program, { viewport: SMALL });
  await page.goto("/vi");
  await page.getByLabel(/^Dán số/).fill(SMS);
  await page.keyboard.press("Shift+Enter");
  assert.match(await page.getByLabel(/^Dán số/).inputValue(), /\n$/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Công an đã xác nhận: lừa đảo" }).waitFor();
  assert.equal(await page.locator('.cg-verdict a[href^="tel:"]').getAttribute("href"), "tel:1900545413");
  await context.close();
});
