// The queue at the desk: list and proposal side by side, keys that move, several decided in one act, and the first page.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { OFFICE, PHONE, WAYS, launch, open, signIn } from "./browser.mjs";
import { faultsOf } from "./faults.mjs";
import { Program } from "./program.mjs";

const SECOND_FACTOR_FRESH_SECONDS = 300;

let program, browser, context, page, seen;
let numbers = 950_710_000;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const main = () => page.getByRole("main");
const table = () => page.getByRole("region", { name: "Bảng cảnh báo" });
const press = (name) => main().getByRole("button", { name, exact: true }).click();
const shown = (number) => number.replace(/(\d{4})(\d{3})(\d{3})/, "$1 $2 $3");

/** Proposals of the sample officer, made in a window of its own. */
async function proposed(count) {
  const other = await open(browser, program, { viewport: OFFICE });
  await signIn(other.page, program, program.users[0]);
  const made = [];
  for (let nth = 0; nth < count; nth++) {
    const number = `0${++numbers}`;
    await other.page.goto("/desk/propose");
    await other.page.getByLabel(/^Số điện thoại, tài khoản/).fill(number);
    await other.page.getByLabel("Thủ đoạn").selectOption({ label: "Giả danh công an, viện kiểm sát, tòa án" });
    await other.page.getByLabel("Chứng cứ").fill("Đơn trình báo, dữ liệu giả");
    await other.page.getByRole("button", { name: "Xem lại trước khi gửi" }).click();
    await other.page.getByRole("button", { name: "Gửi đề nghị" }).click();
    await other.page.waitForURL("**/desk/listings/*");
    made.push(number);
  }
  await other.context.close();
  return made;
}

async function openRow(number) {
  await page.goto("/desk/queue?order=newest");
  await table().getByRole("link", { name: shown(number) }).click();
  await page.getByRole("heading", { name: shown(number) }).waitFor();
}

const quiet = async () => {
  assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
  for (const address of seen.addresses) assert.doesNotMatch(address, /0950|84950/, "no number is in an address");
  await context.close();
};

for (const way of WAYS) {
  describe(`the queue ${way.name}`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
      await signIn(page, program, program.users[1]);
    });

    afterEach(quiet);

    test("begins with what waits for the reader", async () => {
      await proposed(1);
      await page.goto("/desk");
      await page.getByRole("heading", { level: 1, name: "Việc của tôi" }).waitFor();
      await main().getByRole("link", { name: /đề nghị chờ anh\/chị xác nhận/ }).click();
      await page.waitForURL("**/desk/queue");
      await page.getByRole("heading", { level: 1, name: "Chờ người thứ hai xác nhận" }).waitFor();
    });

    test("opens a proposal beside the list where there is room, else in its place", async () => {
      const [number] = await proposed(1);
      await openRow(number);
      const [list, detail] = [main().locator(".cg-split__list"), main().locator(".cg-split__open")];
      assert.ok(await detail.isVisible());
      if (way.viewport.width >= 1024) {
        const [left, right] = [await list.boundingBox(), await detail.boundingBox()];
        assert.ok(left.x + left.width <= right.x && Math.abs(left.y - right.y) < 40, "side by side");
        assert.equal(await table().locator('[aria-current="true"]').innerText(), shown(number));
      } else {
        assert.equal(await list.isVisible(), false);
        await main().getByRole("link", { name: "Về Việc chờ" }).click();
        assert.ok(await table().isVisible());
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `nothing is cut off: ${wide}`);
    });

    test("lets several be decided together once each was opened, with one code of the second factor", async () => {
      const made = await proposed(3);
      for (const number of made.slice(0, 2)) await openRow(number);
      await page.goto("/desk/queue?order=newest");
      const opened = table().getByRole("row").filter({ hasText: "đã mở" });
      for (const number of made.slice(0, 2)) await opened.filter({ hasText: shown(number) }).waitFor();
      await main().getByRole("link", { name: /Quyết định cùng lúc/ }).click();
      await page.getByRole("heading", { level: 1, name: "Quyết định cùng lúc" }).waitFor();
      assert.doesNotMatch(await main().innerText(), new RegExp(shown(made[2])), "what was not opened is not there");
      program.pass(SECOND_FACTOR_FRESH_SECONDS + 1);
      for (const number of made.slice(0, 2)) await main().getByLabel(new RegExp(shown(number))).check({ force: true });
      const form = main().locator("form").filter({ hasText: shown(made[0]) });
      await form.getByLabel(/^Lý do/).fill("Đã đối chiếu từng đơn");
      await form.getByRole("button", { name: /^Xác nhận/ }).click();
      await page.getByRole("alert").waitFor();
      assert.match(await page.title(), /^Lỗi: /);
      assert.equal(await program.verdict(made[0]), "no_record", "nothing happened");
      assert.equal(await form.getByLabel(/^Lý do/).inputValue(), "Đã đối chiếu từng đơn");
      assert.ok(await main().getByLabel(new RegExp(shown(made[0]))).isChecked(), "what was ticked stays");
      await form.getByLabel(/^Mã 6 số/).fill(program.otp(program.users[1]));
      await form.getByRole("button", { name: /^Xác nhận/ }).click();
      await page.getByRole("status").filter({ hasText: /Đã quyết định cùng lúc: 2/ }).waitFor();
      assert.deepEqual(await Promise.all(made.map((number) => program.verdict(number))), ["listed", "listed", "no_record"]);
    });

    test("tells of a refusal beside the list, and keeps what was typed", async () => {
      const [number] = await proposed(1);
      await openRow(number);
      await page.getByLabel(/^Lý do/).fill(" ");
      await press("Không chấp nhận");
      const summary = page.getByRole("alert");
      await summary.waitFor();
      await summary.getByRole("link").click();
      assert.equal(new URL(page.url()).hash, "#reason");
      await page.getByRole("heading", { name: shown(number) }).waitFor();
    });
  });
}

describe("keys in the queue", () => {
  beforeEach(async () => {
    ({ context, page, seen } = await open(browser, program, { viewport: OFFICE }));
    await proposed(2);
    await signIn(page, program, program.users[1]);
    await page.goto("/desk/queue");
  });

  afterEach(quiet);

  const focused = () => page.evaluate(() => document.activeElement.textContent);

  test("move, open and explain themselves; none decides", async () => {
    const rows = await table().getByRole("link").allInnerTexts();
    await page.keyboard.press("j");
    assert.equal(await focused(), rows[0]);
    await page.keyboard.press("j");
    assert.equal(await focused(), rows[1]);
    await page.keyboard.press("k");
    assert.equal(await focused(), rows[0]);
    await page.keyboard.press("k");
    assert.equal(await focused(), rows[0], "the first stays the first");
    const help = main().locator("[data-keys-help]");
    await page.keyboard.press("?");
    assert.ok(await help.getByText("dòng sau").isVisible());
    await page.keyboard.press("?");
    assert.equal(await help.getByText("dòng sau").isVisible(), false);
    await page.keyboard.press("o");
    await page.getByRole("heading", { level: 2, name: rows[0] }).waitFor();
    await page.keyboard.press("j");
    assert.equal(await focused(), rows[1], "goes on from the row that is open");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: rows[1] }).waitFor();
    const before = page.url();
    for (const key of "abcdefghilmnpqrstuvwxyz0123456789") await page.keyboard.press(key);
    assert.equal(page.url(), before);
  });

  test("are letters where something is typed", async () => {
    await page.keyboard.press("j");
    await page.keyboard.press("o");
    const reason = page.getByLabel(/^Lý do/);
    await reason.click();
    await page.keyboard.type("jko?");
    assert.equal(await reason.inputValue(), "jko?");
    await page.getByLabel("Xếp theo").focus();
    await page.keyboard.press("k");
    assert.equal(await page.evaluate(() => document.activeElement.id), "order");
  });
});

for (const [where, viewport] of [["on a phone", PHONE], ["at a desk", OFFICE]]) {
  test(`a proposal beside the queue, and several of them, are usable by everybody ${where}`, async () => {
    const made = await proposed(2);
    ({ context, page, seen } = await open(browser, program, { viewport }));
    await signIn(page, program, program.users[1]);
    for (const number of made) await openRow(number);
    const [address] = page.url().split("#");
    assert.deepEqual(await faultsOf(page, seen, await page.goto(address), { small: false }), []);
    assert.deepEqual(await faultsOf(page, seen, await page.goto("/desk/queue/several"), { small: false }), []);
    await quiet();
  });
}
