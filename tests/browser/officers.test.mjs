// Officers at the desk: proposing, deciding, lists from files. Nothing is public without two of them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { WAYS, launch, open, signIn } from "./browser.mjs";
import { Program } from "./program.mjs";

const SECOND_FACTOR_FRESH_SECONDS = 300;
const LIST = readFileSync(new URL("../samples/police_list.csv", import.meta.url));

let program, browser, context, page, seen;
let numbers = 950_700_000;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const main = () => page.getByRole("main");
const press = (name) => main().getByRole("button", { name, exact: true }).click();
const error = () => page.getByRole("alert");
const reason = () => page.getByLabel(/^Lý do/);
const code = () => page.getByLabel("Mã 6 số trong ứng dụng xác thực");

async function signOut() {
  await page.getByRole("navigation", { name: "Bàn làm việc" }).getByRole("link").last().click();
  await press("Đăng xuất khỏi máy này");
  await page.waitForURL("**/desk/sign-in");
}

/** Proposes a number by the form; its listing's page is shown then. */
async function propose(number) {
  await page.goto("/desk");
  await page.getByRole("link", { name: "Đề nghị", exact: true }).click();
  await page.getByLabel(/^Số điện thoại, tài khoản/).fill(number);
  await page.getByLabel("Thủ đoạn").selectOption({ label: "Giả danh công an, viện kiểm sát, tòa án" });
  await page.getByLabel("Chứng cứ").fill("Đơn trình báo, dữ liệu giả");
  await press("Xem lại trước khi gửi");
  await main().getByText("Số được đọc là").waitFor();
  await press("Gửi đề nghị");
  await page.waitForURL("**/desk/listings/*");
}

/** Opens a number that waits, from the queue. */
async function openFromQueue(number) {
  await page.goto("/desk/queue");
  await main().getByRole("link", { name: number }).click();
  await page.waitForURL("**/desk/queue?*open=*");
}

async function confirm(why) {
  await reason().fill(why);
  await press("Xác nhận: cảnh báo công khai");
}

/** A number that nobody has used, and how it is shown. */
function fresh() {
  const digits = `0${++numbers}`;
  return { number: digits, shown: digits.replace(/(\d{4})(\d{3})(\d{3})/, "$1 $2 $3") };
}

for (const way of WAYS) {
  describe(`officers ${way.name}`, () => {
    let officer, supervisor;

    beforeEach(async () => {
      [officer, supervisor] = program.users;
      ({ context, page, seen } = await open(browser, program, way));
    });

    afterEach(async () => {
      assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
      assert.deepEqual(seen.elsewhere, [], "nothing is asked of another site");
      for (const address of seen.addresses) assert.doesNotMatch(address, /0950|84950/, "no number is in an address");
      await context.close();
    });

    test("are told in words that the password is wrong, and their name stays", async () => {
      await page.goto("/desk");
      await page.waitForURL(/\/desk\/sign-in/);
      await page.getByLabel("Tên đăng nhập").fill(officer.username);
      await page.getByLabel("Mật khẩu").fill("khong-phai-mat-khau");
      await code().fill("000000");
      await press("Đăng nhập");
      await error().waitFor();
      assert.match(await error().innerText(), /mật khẩu/i);
      assert.doesNotMatch(await error().innerText(), /HTTP|API|JSON|token|otp/i);
      assert.equal(await page.getByLabel("Tên đăng nhập").inputValue(), officer.username);
      assert.equal(await page.getByLabel("Mật khẩu").inputValue(), "");
    });

    test("list a number in two steps: one proposes, another confirms, and it can be taken off again", async () => {
      const { number, shown } = fresh();
      await signIn(page, program, officer);
      await propose(number);
      assert.match(await main().innerText(), new RegExp(shown));
      assert.equal(await program.verdict(number), "no_record", "a proposal is not public");
      await signOut();

      await signIn(page, program, supervisor);
      await openFromQueue(shown);
      const address = `/desk/listings/${new URL(page.url()).searchParams.get("open")}`;
      await confirm("Đã đối chiếu đơn trình báo");
      await page.getByRole("status").filter({ hasText: "Đã ghi nhận." }).waitFor();
      assert.equal(await program.verdict(number), "listed");

      await page.goto(address);
      await reason().fill("Chủ số đã đổi");
      await press("Gỡ khỏi danh sách");
      await page.getByRole("status").filter({ hasText: "Đã ghi nhận." }).waitFor();
      assert.equal(await program.verdict(number), "no_record");
      const history = await page.getByRole("region", { name: "Lịch sử" }).innerText();
      for (const words of ["Đơn trình báo, dữ liệu giả", "Đã đối chiếu đơn trình báo", "Chủ số đã đổi", officer.username, supervisor.username])
        assert.ok(history.includes(words), `the history tells: ${words}`);
    });

    test("go through the queue, the oldest first: each decision opens the next one", async () => {
      const numbers = [fresh(), fresh(), fresh()];
      await signIn(page, program, officer);
      for (const { number } of numbers) await propose(number);
      await signOut();

      await signIn(page, program, supervisor);
      await page.goto("/desk/queue");
      const counted = page.getByRole("navigation", { name: "Bàn làm việc" }).getByRole("link", { name: /^Việc chờ/ });
      assert.match(await counted.innerText(), /^Việc chờ \d/);
      const keys = main().getByRole("table").getByRole("link");
      const waiting = (await keys.allInnerTexts()).filter((text) => numbers.some(({ shown }) => text === shown));
      assert.deepEqual(waiting, numbers.map(({ shown }) => shown), "the oldest first");
      await openFromQueue(numbers[0].shown);
      await confirm("Đã đối chiếu");
      await page.getByRole("status").filter({ hasText: "Đây là đề nghị tiếp theo." }).waitFor();
      await page.getByRole("heading", { name: numbers[1].shown }).waitFor();
      await reason().fill("Không đủ chứng cứ");
      await press("Không chấp nhận");
      await page.getByRole("heading", { name: numbers[2].shown }).waitFor();
      assert.equal(await program.verdict(numbers[0].number), "listed");
      assert.equal(await program.verdict(numbers[1].number), "no_record");
    });

    test("never confirm what they proposed themselves", async () => {
      const { number } = fresh();
      await signIn(page, program, supervisor);
      await propose(number);
      assert.match(await main().innerText(), /người khác phải xác nhận/);
      assert.equal(await main().getByRole("button", { name: /^Xác nhận/ }).count(), 0);
      // Somebody who writes the form himself.
      const form = await page.evaluate(() => ({
        csrf: document.querySelector("[name=csrf]")?.value, version: document.querySelector("[name=version]")?.value ?? "1",
      }));
      const answer = await page.request.post(`${page.url().split("?")[0]}/confirm`, {
        form: { ...form, reason: "tôi tự xác nhận" }, maxRedirects: 0,
      });
      assert.ok(answer.status() >= 400, `refused: ${answer.status()}`);
      assert.match(await answer.text(), /Mỗi cảnh báo cần hai cán bộ khác nhau/);
      assert.equal(await program.verdict(number), "no_record");
    });

    test("are asked for the second factor again when it was shown longer than five minutes ago", async () => {
      const { number, shown } = fresh();
      await signIn(page, program, officer);
      await propose(number);
      await context.clearCookies();
      await signIn(page, program, supervisor);
      await openFromQueue(shown);
      assert.equal(await code().count(), 0, "just shown");

      program.pass(SECOND_FACTOR_FRESH_SECONDS + 1);
      await confirm("Đã đối chiếu");
      await error().waitFor();
      assert.equal(await program.verdict(number), "no_record", "nothing happened");
      assert.equal(await reason().inputValue(), "Đã đối chiếu", "what was written stays");

      await code().fill("000000");
      await press("Xác nhận: cảnh báo công khai");
      await error().waitFor();
      assert.equal(await program.verdict(number), "no_record", "a wrong code is none");

      await code().fill(program.otp(supervisor));
      await press("Xác nhận: cảnh báo công khai");
      await page.getByRole("status").filter({ hasText: "Đã ghi nhận." }).waitFor();
      assert.equal(await program.verdict(number), "listed");
    });

    test("are told what is missing in a proposal, and nothing of it is lost", async () => {
      await signIn(page, program, officer);
      await page.goto("/desk/propose");
      await page.getByLabel(/^Số điện thoại, tài khoản/).fill("0912xxx678");
      await page.getByLabel("Chứng cứ").fill("Đơn số 5");
      await press("Xem lại trước khi gửi");
      await error().waitFor();
      assert.equal(await page.getByLabel(/^Số điện thoại, tài khoản/).inputValue(), "0912xxx678");
      assert.equal(await page.getByLabel("Chứng cứ").inputValue(), "Đơn số 5");
    });

    test("cannot list an official number", async () => {
      await signIn(page, program, officer);
      await page.goto("/desk/propose");
      await page.getByLabel(/^Số điện thoại, tài khoản/).fill("113");
      await page.getByLabel("Thủ đoạn").selectOption({ index: 1 });
      await press("Xem lại trước khi gửi");
      await main().getByText("Số chính thức của Công an").waitFor();
      await press("Gửi đề nghị");
      await error().waitFor();
      assert.match(await error().innerText(), /được bảo vệ/);
    });

    test("see what was read before it is sent, choose what was meant, and change it", async () => {
      await signIn(page, program, officer);
      await page.goto("/desk/propose");
      await page.getByLabel("Thủ đoạn").selectOption({ index: 1 });
      await page.getByLabel("Chứng cứ").fill("Đơn số 6");
      await page.getByLabel(/^Số điện thoại, tài khoản/).fill("O95OOO1OO1");
      await page.keyboard.press("Enter");
      await main().getByRole("button", { name: "0950 001 001" }).click();
      await main().getByText("phone:+84950001001").waitFor();
      assert.match(await main().innerText(), /CẢNH BÁO: số điện thoại 0950 001 001 có trong danh sách/, "what is known of it now");
      await press("Sửa lại");
      assert.equal(await page.getByLabel(/^Số điện thoại, tài khoản/).inputValue(), "phone:+84950001001");
      assert.equal(await page.getByLabel("Chứng cứ").inputValue(), "Đơn số 6");
    });

    test("find a number in any spelling without it going into the address", async () => {
      await signIn(page, program, officer);
      await page.getByRole("link", { name: "Tìm cảnh báo" }).click();
      await page.getByLabel("Số, viết kiểu nào cũng được").fill("+84 950.001.001");
      await press("Tìm số");
      await main().getByRole("link", { name: "0950 001 001" }).click();
      await page.waitForURL("**/desk/listings/*");
      await page.getByRole("heading", { level: 1, name: "0950 001 001" }).waitFor();
    });

    test("are let in to nothing after signing out", async () => {
      await signIn(page, program, officer);
      const [session] = (await context.cookies()).filter((cookie) => cookie.name === "__Host-desk");
      await signOut();
      await page.goto("/desk/listings");
      await page.waitForURL(/\/desk\/sign-in/);
      await context.addCookies([{ ...session, url: undefined }]);
      await page.goto("/desk/listings");
      await page.waitForURL(/\/desk\/sign-in/);
    });
  });
}

for (const way of [WAYS[1], WAYS[2]]) {
  describe(`a list from an office ${way.name}`, () => {
    let listed;

    before(async () => {
      listed = await Program.start();
    });

    after(() => listed?.stop());

    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, listed, way));
    });

    afterEach(async () => {
      assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
      await context.close();
    });

    test("is previewed, proposed as a whole by one officer and confirmed by another", async () => {
      const [officer, supervisor] = listed.users;
      await signIn(page, listed, officer);
      await page.getByRole("link", { name: "Danh sách từ tệp" }).click();
      await page.getByLabel(/^Tệp Excel/).setInputFiles({ name: "danh sách.csv", mimeType: "text/csv", buffer: LIST });
      await press("Xem trước");
      await page.getByRole("heading", { name: /^Xem trước: danh sách.csv/ }).waitFor();
      assert.match(await main().innerText(), /Chưa có gì thay đổi\./);
      const rows = page.getByRole("region", { name: "Các dòng" });
      const refused = rows.getByRole("row").filter({ hasText: "Số bị che một phần" });
      assert.match(await refused.first().innerText(), /không nhận/);
      await rows.getByRole("row").filter({ hasText: "VietinBank · 000000070000" }).filter({ hasText: "nhận" }).waitFor();
      assert.equal(await listed.verdict("VietinBank 000000070000"), "no_record");

      await press("Đề nghị cả danh sách");
      await page.waitForURL(/\/desk\/imports\/[0-9a-f-]{36}/);
      assert.equal(await main().getByRole("button", { name: /^Xác nhận/ }).count(), 0, "officers decide nothing");
      assert.equal(await listed.verdict("VietinBank 000000070000"), "no_record", "a proposal is not public");

      await context.clearCookies();
      await signIn(page, listed, supervisor);
      await page.getByRole("link", { name: "Danh sách từ tệp" }).click();
      await page.getByRole("region", { name: "Đã gửi" }).getByRole("row").nth(1).getByRole("link").click();
      const group = page.getByRole("group", { name: "Xem kỹ trước khi xác nhận" });
      await group.waitFor();
      const sample = await group.getByRole("checkbox").all();
      assert.ok(sample.length >= 3, "somebody looks at rows one by one");
      for (const row of sample) await row.check({ force: true });
      await confirm("Đã đối chiếu cả danh sách");
      await page.getByRole("status").filter({ hasText: "Đã ghi nhận." }).waitFor();
      assert.equal(await listed.verdict("VietinBank 000000070000"), "listed");
    });

    test("is refused in words when it is no list", async () => {
      await signIn(page, listed, listed.users[0]);
      for (const [name, buffer] of [["ảnh.xlsx", Buffer.from("không phải bảng tính")], ["trống.csv", Buffer.from("a")]]) {
        await page.goto("/desk/imports");
        await page.getByLabel(/^Tệp Excel/).setInputFiles({ name, mimeType: "text/csv", buffer });
        await press("Xem trước");
        await page.waitForLoadState();
        await page.getByRole("alert").or(page.getByText("Mã lỗi")).waitFor();
        assert.doesNotMatch(await main().innerText(), /HTTP|API|JSON/);
      }
    });
  });
}
