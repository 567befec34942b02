// A citizen who was tricked, on a phone with and without JavaScript: tells the police, keeps the code, and hears back.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { OFFICE, PHONE, WAYS, check, launch, open, photograph, sending } from "./browser.mjs";
import { faultsOf } from "./faults.mjs";
import { qrPicture } from "./pictures.mjs";
import { Program } from "./program.mjs";
import { LOSS, STORY, fill, follow, press, receipt, reviewAttempt, reviewLoss, send } from "./reporting.mjs";

const HOURS = 3600;

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
const reference = async () => (await text()).match(/\d{4}-\d{4}-\d/)[0];

/** What every page along the way has to be. */
async function isWell(response, lang = "vi") {
  assert.deepEqual(await faultsOf(page, seen, response, { lang }), []);
}

for (const way of WAYS.slice(0, 2)) {
  describe(`a citizen ${way.name}`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
    });

    afterEach(async () => {
      assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
      assert.deepEqual(seen.elsewhere, [], "nothing is asked of another site");
      for (const address of seen.addresses) assert.doesNotMatch(new URL(address).pathname + new URL(address).search, /\d{5}/, "no number in an address");
      await context.close();
    });

    test("who lost money is sent to the bank first, then tells, sees the code before sending, and has a slip", async () => {
      await page.goto("/vi/bao-cao");
      await press(page, /^Rồi, đã mất tiền/);
      assert.equal(await heading(), "Gọi ngân hàng của bác trước");
      await page.getByLabel("Bác chuyển từ ngân hàng, ví nào?").selectOption({ label: "Vietcombank" });
      await press(page, "Xem số gọi");
      assert.equal(await page.locator(".cg-call").getAttribute("href"), "tel:1900545413");
      await press(page, "Tôi đã gọi, báo tiếp");
      await fill(page, LOSS);
      await page.getByLabel("Hôm nay").check();
      await page.getByLabel("Bác ở xã, phường nào?").fill("Bỉm Sơn, Thanh Hóa");
      await press(page, "Xem lại trước khi gửi");
      for (const answer of ["0950 001 001", "Vietcombank · 0000000070001", "5.000.000 đồng", STORY, "Phường Bỉm Sơn, Thanh Hóa"])
        assert.ok((await text()).includes(answer), answer);
      const code = await receipt(page);
      assert.match(code, /^(\d{5} ){4}\d{5}$/);
      await send(page);
      assert.equal(await heading(), "Đã nhận báo cáo của bác");
      assert.equal(await receipt(page), code, "the code that was shown before");
      assert.match(await text(), /Công an phường Bỉm Sơn/);
      assert.match(await text(), /đang được xử lý gấp/);
      assert.equal(await page.locator(".cg-call").first().getAttribute("href"), "tel:1900545413");
      await press(page, "Xem báo cáo của bác");
      assert.match(await heading(), /^Báo cáo \d{4}-\d{4}-\d$/);
    });

    test("who lost nothing has a short form", async () => {
      await reviewAttempt(page);
      assert.doesNotMatch(await text(), /Số tiền|Nơi bác ở/);
      await send(page);
      assert.equal(await heading(), "Đã nhận báo cáo của bác");
      assert.doesNotMatch(await text(), /xử lý gấp/);
    });

    test("sends twice on a bad network and has one report", async () => {
      await reviewAttempt(page, "0950999997");
      await send(page);
      const first = [await reference(), await receipt(page)];
      await page.goBack();
      assert.equal(await heading(), "Xem lại trước khi gửi");
      await send(page);
      assert.deepEqual([await reference(), await receipt(page)], first);
      assert.doesNotMatch(await text(), /đã gửi trước đó/);
    });

    test("who goes back and changes something after sending is told that the first one stands", async () => {
      await reviewAttempt(page, "0950999996");
      const code = await receipt(page);
      await send(page);
      const first = await reference();
      await page.goBack();
      await press(page, "Sửa lại");
      await page.getByLabel("Chuyện xảy ra thế nào?").fill(`${STORY} Chúng gọi lại lần nữa.`);
      await press(page, "Xem lại trước khi gửi");
      await send(page);
      assert.equal(await reference(), first);
      assert.equal(await receipt(page), code);
      assert.match(await text(), /đã gửi trước đó/);
    });

    test("loses nothing by going back, by a mistake, or by not ticking that the code is kept", async () => {
      await page.goto("/vi/bao-cao");
      await press(page, /^Rồi, đã mất tiền/);
      await press(page, "Chưa gọi được, vẫn báo tiếp");
      await fill(page, { ...LOSS, "Mất bao nhiêu tiền?": "nhiều lắm" });
      await press(page, "Xem lại trước khi gửi");
      assert.match(await page.locator("#date-error").innerText(), /Bác chọn ngày/, "a bank may still hold what went today");
      await page.getByLabel("Hôm nay").check();
      await press(page, "Xem lại trước khi gửi");
      assert.equal(await page.locator("#amount-error").count(), 1);
      assert.match(await page.title(), /^Lỗi: /);
      assert.equal(await page.getByLabel("Chuyện xảy ra thế nào?").inputValue(), STORY);
      await page.getByLabel("Mất bao nhiêu tiền?").fill("5.000.000");
      await press(page, "Xem lại trước khi gửi");
      const code = await receipt(page);
      await page.locator("form[data-draft]").evaluate((form) => (form.noValidate = true));
      await press(page, "Gửi cho công an");
      assert.equal(await page.locator("#saved-error").count(), 1);
      assert.equal(await receipt(page), code, "still the same code");
      await page.goBack();
      await page.goBack();
      assert.equal(await heading(), "Kể cho công an");
    });

    test("is told what was masked, and what could not be read", async () => {
      await reviewLoss(page, {
        ...LOSS,
        "Tiền vào tài khoản, ví nào?": "0000000070001",
        "Chuyện xảy ra thế nào?": "Tôi đọc số thẻ 9704 0000 0000 0000 018 cho chúng.",
      });
      assert.match(await text(), /Chúng tôi đã che số thẻ/);
      assert.match(await text(), /Chưa đọc được “0000000070001”/);
      assert.ok(!(await text()).includes("9704 0000"));
    });

    test("chooses among places of one name, or leaves it", async () => {
      await page.goto("/vi/bao-cao");
      await press(page, /^Rồi, đã mất tiền/);
      await press(page, "Tôi đã gọi, báo tiếp");
      await fill(page, { ...LOSS, "Bác ở xã, phường nào?": "Tân" });
      await page.getByLabel("Không nhớ").check();
      await press(page, "Xem lại trước khi gửi");
      assert.match(await page.locator("#place-error").innerText(), /nhiều nơi/);
      const choice = page.locator('input[name="place_code"]').first();
      const name = await page.locator(`label[for="${await choice.getAttribute("id")}"]`).innerText();
      await choice.check();
      await press(page, "Xem lại trước khi gửi");
      assert.ok((await text()).includes(name), name);
    });

    test("keeps what was typed when letters are made larger or the language is changed", async () => {
      await reviewAttempt(page, "0950999995");
      const code = await receipt(page);
      await page.getByText("Mục lục").click();
      await press(page, "Chữ to");
      assert.equal(await page.locator("html.cg-large").count(), 1);
      assert.equal(await receipt(page), code);
      await page.getByText("Mục lục").click();
      await press(page, "English");
      assert.equal(await heading(), "Look at it before sending");
      assert.ok((await text()).includes(STORY));
      assert.equal(await receipt(page), code);
    });

    test("reports a number from its answer, with the number filled in", async () => {
      await check(page, "0950999994");
      await press(page, "Báo số này cho công an");
      await press(page, /^Chưa mất/);
      assert.match(await page.getByLabel(/^Số nào đã gọi/).inputValue(), /0950 999 994/);
      await check(page, "Vietcombank 0000000070001");
      await press(page, "Báo số này cho công an");
      await press(page, /^Rồi, đã mất tiền/);
      await press(page, "Tôi đã gọi, báo tiếp");
      assert.equal(await page.getByLabel("Tiền vào tài khoản, ví nào?").inputValue(), "Vietcombank 0000000070001");
    });

    test("is led to the form from the page for whoever paid", async () => {
      await page.goto("/vi/da-chuyen-tien");
      await press(page, /báo công an ở đây/);
      assert.equal(await heading(), "Kể cho công an");
      await page.getByLabel("Mất bao nhiêu tiền?").waitFor();
    });

    test("follows a report, writes once however often it is sent, and takes it back", async () => {
      await reviewAttempt(page, "0950999993");
      const code = await receipt(page);
      await send(page);
      const response = await follow(page, code.replaceAll(" ", "-"));
      assert.equal(response.headers()["cache-control"], "no-store");
      assert.match(await text(), /đã nhận được báo cáo/);
      assert.match(await text(), /Chưa ai mở phần kín/);
      for (const _ of [1, 2]) {
        await page.getByLabel("Nhắn cho công an").fill("Chúng vừa gọi lại.");
        await press(page, "Gửi tin nhắn");
        assert.equal(await page.locator(".cg-thread li").count(), 1);
      }
      await page.getByText("Ngày này tính thế nào").click();
      assert.match(await text(), /Cộng 3 ngày làm việc/);
      await page.getByText("Rút báo cáo", { exact: true }).first().click();
      await page.getByLabel("Tôi muốn rút báo cáo này").check();
      await sending(page, () => page.locator("#withdraw").getByRole("button").click());
      assert.match(await text(), /Bác đã rút báo cáo/);
      assert.equal(await page.getByLabel("Nhắn cho công an").count(), 0);
    });

    test("sends a picture with the report, and is told why a film is not taken", async () => {
      const picture = { name: "bien-lai.png", mimeType: "image/png", buffer: qrPicture("bien lai") };
      const film = { name: "phim.png", mimeType: "image/png", buffer: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom"), Buffer.alloc(200)]) };
      await reviewAttempt(page, "0950999988");
      const code = await receipt(page);
      await page.getByLabel(/^Ảnh chụp màn hình/).setInputFiles([picture, film]);
      await send(page);
      assert.equal(await page.locator("#files-error").count(), 1);
      assert.equal(await receipt(page), code, "nothing is lost");
      await page.getByLabel(/^Ảnh chụp màn hình/).setInputFiles([picture]);
      await send(page);
      const number = await reference();
      await page.goBack();
      await page.getByLabel(/^Ảnh chụp màn hình/).setInputFiles([picture]);
      await send(page);
      assert.equal(await reference(), number, "the same report");
      assert.doesNotMatch(await text(), /đã gửi trước đó/);
      await press(page, "Xem báo cáo của bác");
      assert.match(await text(), /Số ảnh, tệp bác đã gửi: 1/);
    });

    test("is told the same of every wrong code", async () => {
      for (const wrong of ["12345 12345 12345 12345 12345", "1234", "", "abc"]) {
        const response = await follow(page, wrong);
        assert.equal(response.status(), 404);
        assert.match(await text(), /năm nhóm, mỗi nhóm năm số/);
      }
    });

    test("comes to the report from the check, by the code or by a photo of the slip", async () => {
      await reviewAttempt(page, "0950999992");
      const code = await receipt(page);
      await send(page);
      const number = await reference();
      await check(page, code);
      assert.equal(await heading(), "Đây là mã biên nhận của một báo cáo");
      await press(page, "Xem báo cáo");
      assert.equal(await heading(), `Báo cáo ${number}`);
      await photograph(page, qrPicture(code.replaceAll(" ", "")), way);
      assert.equal(await heading(), "Đây là mã biên nhận của một báo cáo");
      await page.goto("/vi/theo-doi");
      await sending(page, async () => {
        await page.getByLabel("Hoặc chụp mã QR trên phiếu").setInputFiles({ name: "phieu.png", mimeType: "image/png", buffer: qrPicture(code.replaceAll(" ", "")) });
        if (!way.javaScriptEnabled) await page.getByRole("button", { name: "Xem báo cáo" }).click();
      });
      assert.equal(await heading(), `Báo cáo ${number}`);
    });
  });
}

describe("the code that was shown too long ago", () => {
  test("is replaced by a new one, and nothing is lost", async () => {
    ({ context, page, seen } = await open(browser, program, WAYS[1]));
    await reviewAttempt(page, "0950999991");
    const code = await receipt(page);
    program.pass(2 * HOURS);
    await send(page);
    assert.equal(await heading(), "Xem lại trước khi gửi");
    assert.match(await text(), /Mã cũ để quá 2 giờ/);
    assert.notEqual(await receipt(page), code);
    assert.ok((await text()).includes(STORY));
    await send(page);
    assert.equal(await heading(), "Đã nhận báo cáo của bác");
    await context.close();
  });

  test("makes no second report of one that was sent with it", async () => {
    ({ context, page, seen } = await open(browser, program, WAYS[1]));
    await reviewAttempt(page, "0950999989");
    await send(page);
    const first = await reference();
    program.pass(2 * HOURS);
    await page.goBack();
    await send(page);
    assert.equal(await reference(), first);
    assert.match(await text(), /đã gửi trước đó/);
    await context.close();
  });
});

for (const [where, viewport] of [["on a phone", PHONE], ["at a desk", OFFICE]]) {
  describe(`usable by everybody, fitting, small and quiet ${where}: the pages of reports`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, { viewport }));
    });

    afterEach(() => context.close());

    test("of a loss", async () => {
      await page.goto("/vi/bao-cao");
      await isWell(await press(page, /^Rồi, đã mất tiền/));
      await isWell(await press(page, "Tôi đã gọi, báo tiếp"));
      await fill(page, { ...LOSS, "Mất bao nhiêu tiền?": "nhiều", "Bác ở xã, phường nào?": "Tân" });
      await page.getByLabel("Hôm nay").check();
      await isWell(await press(page, "Xem lại trước khi gửi"));
      await page.getByLabel("Bác ở xã, phường nào?").fill("");
      await page.getByLabel("Mất bao nhiêu tiền?").fill("5 triệu");
      await isWell(await press(page, "Xem lại trước khi gửi"));
      await isWell(await send(page));
      await isWell(await press(page, "Xem báo cáo của bác"));
    });

    test("of an attempt, and its messages", async () => {
      await reviewAttempt(page, "0950999990");
      const code = await receipt(page);
      await send(page);
      await follow(page, code);
      await page.getByLabel("Nhắn cho công an").fill("Chúng vừa gọi lại.");
      await isWell(await press(page, "Gửi tin nhắn"));
      await isWell(await follow(page, code, "/en/follow"), "en");
    });

    test("of a code where a number is asked for", async () => isWell(await check(page, "12345 12345 12345 12345 12345")));
  });
}
