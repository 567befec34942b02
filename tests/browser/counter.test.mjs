// The teller's screen: one number after another, hands on the keyboard.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { WAYS, launch, open } from "./browser.mjs";
import { Program } from "./program.mjs";

const REMEMBERED = 10;

let program, browser, context, page, seen;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const box = () => page.getByLabel(/^Dán số/);
const answer = () => page.getByRole("status").getByRole("heading");
const rows = () => page.getByRole("region", { name: /^Mười lần tra gần nhất/ }).getByRole("row");

// The caret comes a moment after the page: a teller waits for it too.
async function type(number, expected) {
  await box().and(page.locator(":focus")).waitFor();
  await page.keyboard.type(number);
  await page.keyboard.press("Enter");
  await answer().filter({ hasText: expected }).waitFor();
}

for (const way of WAYS) {
  describe(`a teller ${way.name}`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
      await page.goto("/vi/quay");
    });

    afterEach(async () => {
      assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
      for (const address of seen.addresses) assert.doesNotMatch(address, /0950/, "no number is in an address");
      await context.close();
    });

    test("types at once and is answered three times in a row without touching the mouse", async () => {
      await type("0950001001", "Công an đã xác nhận: lừa đảo");
      await type("0950999999", "Chưa ai xác nhận số này");
      await type("113", "Số chính thức của Công an");
      await type("0950001001", "Công an đã xác nhận: lừa đảo");
      assert.equal(new URL(page.url()).pathname, "/vi/quay");
      assert.match(await page.getByRole("status").innerText(), /0950 001 001/);
    });

    test("is told when a number cannot be read", async () => {
      await type("0950xxx001", "Chưa đọc được số này");
      assert.match(await page.getByRole("status").innerText(), /Chưa tra được thì chưa chuyển/);
    });

    test("is told what to do with the customer, in words for tellers", async () => {
      await type("0950001001", "Công an đã xác nhận: lừa đảo");
      const told = await page.getByRole("status").innerText();
      assert.match(told, /Dừng giao dịch, mời khách ngồi, gọi công an phường/);
      assert.doesNotMatch(told, /bác/i);
    });

    test("sees every number of a text, the worst first", async () => {
      await type("0950999999 va 0950001001 va VCB 0000000070001", "Công an đã xác nhận: lừa đảo");
      const cards = page.getByRole("status").getByRole("listitem");
      assert.deepEqual((await cards.allInnerTexts()).map((text) => /xác nhận: lừa đảo/.test(text)), [true, false]);
    });
  });
}

for (const way of WAYS.filter((way) => way.javaScriptEnabled)) {
  describe(`a teller ${way.name}, with JavaScript,`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
      await page.goto("/vi/quay");
    });

    afterEach(() => context.close());

    test("sees the last ten checks, the newest first, and nothing of them after the page is left", async () => {
      assert.equal(await rows().count(), 0);
      for (let n = 0; n < REMEMBERED + 2; n++) await type(`09509990${10 + n}`, "Chưa ai xác nhận số này").then(() =>
        rows().filter({ hasText: `0950 999 0${10 + n}` }).waitFor());
      const shown = await rows().allInnerTexts();
      assert.equal(shown.length, 1 + REMEMBERED);
      assert.match(shown[1], /0950 999 021/);
      assert.match(shown[REMEMBERED], /0950 999 012/);
      const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));
      assert.doesNotMatch(kept, /999/);
      await page.reload();
      assert.equal(await rows().count(), 0);
    });

    test("clears the screen with Esc and goes on typing", async () => {
      await type("0950001001", "Công an đã xác nhận: lừa đảo");
      await page.keyboard.press("Escape");
      assert.equal(await box().inputValue(), "");
      assert.equal(await answer().count(), 0);
      await type("0950999999", "Chưa ai xác nhận số này");
    });

    test("sees the answer to the last question although an earlier one comes later", async () => {
      let slow;
      const late = new Promise((done) => (slow = done));
      await page.route("**/vi/quay", async (route) => {
        if (!route.request().postData()?.includes("0950001001")) return route.continue();
        const response = await route.fetch();
        await late;
        await route.fulfill({ response });
      });
      await page.keyboard.type("0950001001");
      await page.keyboard.press("Enter");
      await box().fill("");
      await type("0950999999", "Chưa ai xác nhận số này");
      const arrived = page.waitForResponse((response) => response.request().postData()?.includes("0950001001"));
      slow();
      await (await arrived).finished();
      await page.evaluate(() => new Promise((done) => setTimeout(done)));
      assert.match(await answer().innerText(), /Chưa ai xác nhận số này/);
    });

    test("chooses what was meant by the key of its place, and the worst is remembered", async () => {
      await type("O95OOO1OO1", "Khách đưa số nào?");
      assert.match((await rows().allInnerTexts())[1], /lừa đảo|Khách đưa số nào/);
      await page.locator("ol.cg-suggestions button:focus").waitFor();
      await page.keyboard.press("1");
      await answer().filter({ hasText: "Công an đã xác nhận: lừa đảo" }).waitFor();
    });

    test("asks about every line that is pasted", async () => {
      await box().evaluate((input) => {
        const data = new DataTransfer();
        data.setData("text/plain", "0950999999\n0950001001\n");
        input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      });
      await answer().filter({ hasText: "Công an đã xác nhận: lừa đảo" }).waitFor();
      await page.getByRole("status").getByText("0950 999 999").waitFor();
    });

    test("stays on the page without a network, and says that nothing was checked", async () => {
      await type("0950001001", "Công an đã xác nhận: lừa đảo");
      await context.setOffline(true);
      await type("0950999999", "Mất mạng: chưa tra được");
      assert.equal(await rows().count(), 2, "what was checked stays");
      await context.setOffline(false);
      seen.complaints.length = 0;
      await page.keyboard.press("Enter");
      await answer().filter({ hasText: "Chưa ai xác nhận số này" }).waitFor();
    });

    test("is told by the page itself when the answer does not come as it should", async () => {
      await page.route("**/vi/quay", (route) =>
        route.request().headers().accept?.startsWith("application/json") ? route.fulfill({ status: 502, body: "" }) : route.continue());
      await type("0950001001", "Công an đã xác nhận: lừa đảo");
    });
  });
}
