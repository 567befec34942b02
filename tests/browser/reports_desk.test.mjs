// Reports at the desk: from the queue to the reporter's answer, by officers, supervisors and the province, with and without
// JavaScript.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { OFFICE, PHONE, WAYS, launch, open, sending, signIn } from "./browser.mjs";
import { faultsOf } from "./faults.mjs";
import { Program } from "./program.mjs";
import { follow } from "./reporting.mjs";

const SECOND_FACTOR_FRESH_SECONDS = 300;
const OFFICER = 0, SUPERVISOR = 1, ABOVE = 4, PROCURATOR = 8;
const STORY = "Gọi điện xưng công an, bảo chuyển tiền để kiểm tra.";

let program, browser, context, page, seen;
let numbers = 950_720_000;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const main = (on = page) => on.getByRole("main");
const press = (name, on = page) => sending(on, () => main(on).getByRole("button", { name, exact: true }).click());
const text = (on = page) => main(on).innerText();
const number = () => `0${++numbers}`;
const shown = (digits) => digits.replace(/(\d{4})(\d{3})(\d{3})/, "$1 $2 $3");

/** One of the folded forms. */
async function unfold(title, on = page) {
  const act = main(on).locator("details.cg-act").filter({ has: on.getByText(title, { exact: true }) });
  if (!(await act.evaluate((details) => details.open))) await act.locator("summary").click();
  return act;
}

const as = async (user, way = { viewport: OFFICE }) => {
  const other = await open(browser, program, way);
  await signIn(other.page, program, program.users[user]);
  return other;
};

/** Takes a report at the counter; the reference, the receipt code, and its page's address. */
async function taken(on, { digits = number(), role = "contacted_me", loss = false, minutesAgo = 60 } = {}) {
  await on.goto("/desk/reports/new");
  await on.getByLabel("Kênh").selectOption("phone");
  await on.getByLabel(loss ? "đã mất tiền" : "chưa mất tiền").check({ force: true });
  await on.getByLabel("Số thứ 1", { exact: true }).fill(digits);
  await on.getByLabel("Vai trò của số thứ 1").selectOption(role);
  if (loss) {
    const at = new Date(Date.now() + 7 * 3_600_000 - minutesAgo * 60_000).toISOString().slice(0, 16);
    await on.locator("#sent-at-0").fill(at);
    await on.locator("#sent-sum-0").fill("5000000");
    await on.locator("#sent-to-0").selectOption("0");
    await on.locator("#bank-ref-0").fill("FT2608210001");
  }
  await on.getByLabel("Lời kể").fill(STORY);
  await on.getByLabel("Họ tên").fill("Người Mẫu");
  await on.getByLabel("Điện thoại").fill("0950 001 777");
  await press("Xem và đọc lại từng số", on);
  await press("Đúng, nhận báo cáo", on);
  const code = (await on.locator(".cg-receipt__code li").allInnerTexts()).join(" ");
  const reference = await on.locator(".cg-receipt__reference").innerText();
  const address = await on.getByRole("link", { name: "Mở báo cáo" }).getAttribute("href");
  return { code, reference, address, digits };
}

/** The same officer takes it and checks its numbers: it is being verified then. */
async function verified(on, report) {
  await on.goto(report.address);
  await press("Nhận và gửi", on);
  await press("Các số đã đúng", on);
}

const quiet = async () => {
  assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
  for (const address of seen.addresses) assert.doesNotMatch(address, /0950|84950/, "no number is in an address");
  await context.close();
};

for (const way of WAYS) {
  describe(`reports at the desk ${way.name}`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
      await signIn(page, program, program.users[OFFICER]);
    });

    afterEach(quiet);

    test("are taken by telephone with the numbers read back, and the slip is shown with its code", async () => {
      await page.goto("/desk/reports/new");
      await page.getByLabel("chưa mất tiền").check({ force: true });
      await page.getByLabel("Số thứ 1", { exact: true }).fill("0950 001 001");
      await press("Xem và đọc lại từng số");
      assert.match(await text(), /095 000 100 1/, "digits in groups");
      await press("Sửa lại");
      assert.equal(await page.getByLabel("Số thứ 1", { exact: true }).inputValue(), "0950 001 001", "what was typed comes back");
      await press("Xem và đọc lại từng số");
      await press("Đúng, nhận báo cáo");
      assert.match(await text(), /Lần đầu dùng, trang sẽ đổi sang mã mới/);
      assert.equal(await page.locator(".cg-receipt__code li").count(), 5);
      assert.equal(await page.locator(".cg-receipt__qr svg").count(), 1);
    });

    test("are taken, checked and proposed from, and the reporter reads what came of it", async () => {
      const report = await taken(page);
      await page.goto("/desk/reports");
      await main().getByRole("link", { name: report.reference }).click();
      await page.getByRole("heading", { name: /Nhận và trả lời người báo/ }).waitFor();
      const message = page.getByLabel(/^Tin nhắn cho người báo/);
      assert.match(await message.inputValue(), new RegExp(`đã nhận báo cáo ${report.reference}`));
      await message.fill("");
      await press("Nhận và gửi");
      await page.getByRole("alert").waitFor();
      assert.match(await page.title(), /^Lỗi: /);
      await message.fill("Thưa bác, chúng tôi đã nhận.");
      await press("Nhận và gửi");
      await page.getByRole("status").filter({ hasText: "Anh/chị đã nhận báo cáo" }).waitFor();
      assert.match(await text(), /của tôi/);
      await press("Các số đã đúng");
      await page.getByRole("heading", { name: /Đề nghị cảnh báo một số/ }).waitFor();
      await page.getByLabel("Thủ đoạn").selectOption({ label: "Giả danh công an, viện kiểm sát, tòa án" });
      await press("Đề nghị");
      await page.getByRole("status").filter({ hasText: "Đã đề nghị" }).waitFor();
      const boss = await as(SUPERVISOR);
      await boss.page.goto("/desk/queue?order=newest");
      await boss.page.getByRole("region", { name: "Bảng cảnh báo" }).getByRole("link", { name: shown(report.digits) }).click();
      await boss.page.getByLabel(/^Lý do/).fill("Đã đối chiếu");
      await press("Xác nhận: cảnh báo công khai", boss.page);
      await boss.context.close();
      assert.equal(await program.verdict(report.digits), "listed");
      await page.goto(report.address);
      assert.match(await text(), /số đã được đưa vào danh sách cảnh báo/);
      const reporter = await open(browser, program, { viewport: PHONE });
      await follow(reporter.page, report.code);
      // The code that an officer saw is replaced at its first use.
      await reporter.page.locator("#saved").check();
      await reporter.page.getByRole("button", { name: "Xem báo cáo" }).click();
      const told = await text(reporter.page);
      assert.match(told, /Thưa bác, chúng tôi đã nhận\./);
      assert.match(told, /cảnh báo/);
      await reporter.context.close();
    });

    test("ask back with a prepared question, which is edited before it is sent", async () => {
      const report = await taken(page);
      await verified(page, report);
      const form = await unfold("Hỏi người báo");
      await sending(page, () => form.getByRole("button", { name: "Xin ảnh biên lai" }).click());
      const box = page.getByLabel("Câu hỏi");
      assert.match(await box.inputValue(), /ảnh biên lai chuyển tiền/);
      await box.fill("Thưa bác, bác còn nhớ giờ không?");
      await press("Gửi câu hỏi");
      await page.getByRole("heading", { name: "Chờ người báo trả lời" }).waitFor();
      await page.goto("/desk/reports?only=waiting");
      await main().getByRole("link", { name: report.reference }).waitFor();
    });

    test("are linked as the same and unlinked again", async () => {
      const [first, second] = [await taken(page), await taken(page)];
      await page.goto(second.address);
      await unfold("Trùng với báo cáo khác");
      await page.getByLabel("Số báo cáo chính").fill("1234");
      await page.locator("#reason-link").fill("cùng một người báo");
      await press("Gộp vào báo cáo đó");
      await page.getByRole("alert").waitFor();
      assert.equal(await page.locator("#reason-link").inputValue(), "cùng một người báo");
      await page.getByLabel("Số báo cáo chính").fill(first.reference);
      await press("Gộp vào báo cáo đó");
      await main().getByText("Đã gộp vào báo cáo", { exact: false }).first().waitFor();
      await main().getByRole("link", { name: first.reference }).waitFor();
      await unfold("Tách ra, không trùng");
      await page.locator("#reason-unlink").fill("hai người khác nhau");
      await press("Tách ra, không trùng");
      assert.doesNotMatch((await text()).split("Lịch sử")[0], /Đã gộp vào báo cáo/);
    });

    test("lead from one to the next in the order of the queue, with the word of what was done in focus", async () => {
      const [first, second] = [await taken(page), await taken(page)];
      await page.goto("/desk/reports?only=own&from=100000");
      await page.locator(".cg-report__link").last().click();
      await page.getByRole("link", { name: "Báo cáo tiếp theo" }).click();
      await page.getByRole("status").filter({ hasText: "không còn báo cáo nào sau báo cáo vừa rồi" }).waitFor();
      await page.goto(first.address);
      await page.getByRole("link", { name: "Báo cáo tiếp theo" }).click();
      await page.waitForURL(`**${second.address}`);
      await page.goto(first.address);
      await press("Nhận và gửi");
      const notice = page.getByRole("status").filter({ hasText: "Anh/chị đã nhận báo cáo" });
      assert.ok(await notice.evaluate((element) => element === document.activeElement), "the keyboard goes on from what was done");
      await press("Các số đã đúng");
      await page.getByRole("link", { name: "Báo cáo tiếp theo" }).click();
      await page.waitForURL(`**${second.address}`);
    });

    test("that name the same number are linked from beside each other, with a reason", async () => {
      const digits = number();
      const [first, second] = [await taken(page, { digits }), await taken(page, { digits })];
      await page.goto(second.address);
      await main().getByRole("link", { name: `Gộp vào báo cáo ${first.reference}` }).click();
      assert.equal(await page.getByLabel("Số báo cáo chính").inputValue(), first.reference);
      await press("Gộp vào báo cáo đó");
      await page.getByRole("alert").filter({ hasText: "Lý do" }).waitFor();
      await page.locator("#reason-link").fill("cùng một người báo");
      await press("Gộp vào báo cáo đó");
      await main().getByText("Đã gộp vào báo cáo", { exact: false }).first().waitFor();
      assert.match(await page.locator(".cg-clocks").innerText(), /đứng yên/);
      assert.doesNotMatch(await page.locator(".cg-clocks").innerText(), /còn \d|quá hạn/);
    });

    test("that are not filled in at the counter say which field it is, and lead to it", async () => {
      await page.goto("/desk/reports/new");
      await page.getByLabel("đã mất tiền").check({ force: true });
      await page.locator("#number-0").fill("Vietcombank 0000000070011");
      await page.locator("#role-0").selectOption("received_money");
      await page.locator("#sent-sum-1").fill("5000000");
      await page.locator("#sent-to-1").selectOption("0");
      await press("Xem và đọc lại từng số");
      const why = page.getByRole("alert").getByRole("link");
      assert.match(await why.innerText(), /^Chuyển tiền lúc: /);
      assert.equal(await why.getAttribute("href"), "#sent-at-1");
      await page.locator("#sent-at-1").fill(new Date(Date.now() + 6 * 3_600_000).toISOString().slice(0, 16));
      await page.locator("#name").fill("Người Mẫu");
      await page.locator("#phone").fill("0950 001 777");
      await page.locator("#how").selectOption("zalo");
      await press("Xem và đọc lại từng số");
      assert.match(await text(), /5\.000\.000 đồng, \d\d:\d\d.*, đến Vietcombank · 000 000 007 001 1/, "sum, time and account are read back");
      assert.match(await text(), /Người Mẫu, 0950 001 777, Zalo/, "and how to be reached");
    });

    test("are opened with a reason, which is counted to the reporter", async () => {
      const report = await taken(page);
      await page.goto(report.address);
      assert.doesNotMatch(await text(), /Người Mẫu|0950 001 777/);
      const before = await unfold("Mở phần kín");
      assert.match(await before.innerText(), /Hãy nhận báo cáo trước/);
      await press("Nhận và gửi");
      await unfold("Mở phần kín");
      await press("Mở phần kín");
      await page.getByRole("alert").waitFor();
      await page.locator("#reason-open").fill("gọi lại để hỏi giờ chuyển tiền");
      const answer = await press("Mở phần kín");
      assert.equal(answer.headers()["cache-control"], "no-store");
      assert.match(await text(), /Người Mẫu/);
      await page.goto(report.address);
      assert.match(await text(), /Số lần mở phần kín: 1/);
      assert.doesNotMatch(await text(), /Người Mẫu/);
      await main().getByRole("link", { name: "Phiếu theo dõi chứng cứ" }).click();
      await page.getByRole("heading", { level: 1, name: "Phiếu theo dõi chứng cứ" }).waitFor();
      assert.match(await text(), /gọi lại để hỏi giờ chuyển tiền/);
    });
  });
}

describe("what can't wait", () => {
  const ACCOUNT = "Vietcombank 0000000070009";

  beforeEach(async () => {
    ({ context, page, seen } = await open(browser, program, { viewport: OFFICE }));
    await signIn(page, program, program.users[OFFICER]);
  });

  afterEach(quiet);

  test("has the hotline, the words and the time of the call prepared", async () => {
    const report = await taken(page, { digits: ACCOUNT, role: "received_money", loss: true });
    await page.goto("/desk/reports?only=urgent");
    await main().getByRole("link", { name: report.reference }).click();
    const panel = main().getByRole("region", { name: /Gọi ngân hàng ngay/ });
    assert.match(await panel.getByRole("link").first().getAttribute("href"), /^tel:\d+$/);
    const words = await panel.locator("blockquote").innerText();
    for (const fact of [report.reference, "5.000.000 đồng", "0000000070009", "FT2608210001"]) assert.ok(words.includes(fact), fact);
    assert.match(await page.getByLabel(/^Gọi lúc/).inputValue(), /^\d\d:\d\d$/);
    for (const button of ["Không gọi, vì lý do trên", "Đã gọi"]) {
      await press(button);
      await page.getByRole("alert").filter({ hasText: "Ghi chú" }).waitFor();
    }
    await page.getByLabel(/^Ngân hàng trả lời gì/).fill("Tổng đài nhận, máy 12");
    await press("Đã gọi");
    await page.getByRole("status").filter({ hasText: "Đã ghi việc gọi ngân hàng" }).waitFor();
    await page.goto("/desk/reports?only=urgent");
    assert.equal(await main().getByRole("link", { name: report.reference }).count(), 0);
  });

  test("is told at once on an open page, and on the first page of the desk", async () => {
    await page.goto("/desk/reports");
    const banner = main().getByRole("alert");
    assert.equal(await banner.isVisible(), false);
    const other = await as(SUPERVISOR);
    await taken(other.page, { digits: ACCOUNT, role: "received_money", loss: true, minutesAgo: 30 });
    await other.context.close();
    await banner.filter({ hasText: "Có báo cáo khẩn mới" }).waitFor();
    const sound = page.getByLabel("Kêu khi có báo cáo khẩn");
    assert.equal(await sound.isChecked(), false, "no sound unless it is wanted");
    await sound.check();
    await page.reload();
    assert.ok(await sound.isChecked(), "the choice is kept");
    await page.goto("/desk");
    await main().getByRole("link", { name: /báo cáo khẩn/ }).first().waitFor();
  });

  test("is all led to from the first page of the desk", async () => {
    for (let nth = 0; nth < 6; nth++) await taken(page, { digits: ACCOUNT, role: "received_money", loss: true });
    await page.goto("/desk");
    await main().getByRole("link", { name: /^Còn \d+ báo cáo khẩn nữa$/ }).click();
    await page.waitForURL("**/desk/reports?only=urgent");
  });

  test("is moved through by keys, from the list to a report and on", async () => {
    await taken(page, { digits: ACCOUNT, role: "received_money", loss: true });
    await page.goto("/desk/reports");
    await page.keyboard.press("j");
    const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
    assert.match(first, /^\/desk\/reports\//);
    await page.keyboard.press("o");
    await page.waitForURL(`**${first}`);
    await page.keyboard.press("?");
    await page.getByText("báo cáo tiếp theo", { exact: true }).waitFor();
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.pathname !== first);
    await page.keyboard.press("k");
    await page.waitForURL("**/desk/reports");
  });

  test("is handed over by the ward and resolved by the province, with a fresh second factor", async () => {
    const report = await taken(page, { digits: ACCOUNT, role: "received_money", loss: true });
    await verified(page, report);
    await page.getByRole("heading", { name: /Báo cơ quan điều tra/ }).waitFor();
    assert.equal(await main().getByRole("button", { name: "Soạn tin báo kết quả" }).count(), 0, "a ward resolves no loss");
    await page.locator("#reason-handover").fill("Mất 5 triệu, tài khoản ở ngân hàng khác tỉnh");
    await press("Báo cơ quan điều tra");
    await page.getByRole("status").filter({ hasText: "Đã báo cơ quan điều tra" }).waitFor();
    await page.getByRole("heading", { name: /Việc tiếp theo Chuyển đơn vị khác/ }).waitFor();
    assert.equal(await page.locator("#unit").inputValue(), "38", "the unit that was told stands in the form");
    assert.equal(await page.locator("#reason-handover").count(), 0, "it is told once");
    await page.locator("#reason-transfer").fill("Chuyển hồ sơ theo thẩm quyền");
    await press("Đề nghị chuyển");
    await page.getByRole("status").filter({ hasText: "Đã đề nghị chuyển" }).waitFor();
    const province = await as(ABOVE);
    await province.page.goto(report.address);
    assert.match(await text(province.page), /Lý do: Chuyển hồ sơ theo thẩm quyền/, "who is asked to take it reads why");
    await press("Nhận", province.page);
    program.pass(SECOND_FACTOR_FRESH_SECONDS + 1);
    await province.page.getByLabel("Kết quả", { exact: true }).selectOption("case_opened");
    await province.page.locator("#reason-resolve").fill("Đủ căn cứ");
    await province.page.locator("#document_no-resolve").fill("12/QĐ-CSĐT");
    await province.page.locator("#document_date").fill("2026-08-21");
    await press("Soạn tin báo kết quả", province.page);
    const told = province.page.getByLabel(/^Báo cho người báo/);
    assert.match(await told.inputValue(), /đã khởi tố vụ án/);
    await press("Kết luận", province.page);
    await province.page.getByRole("alert").waitFor();
    assert.match(await told.inputValue(), /đã khởi tố vụ án/, "what was written stays");
    await province.page.getByLabel(/^Mã 6 số/).first().fill(program.otp(program.users[ABOVE]));
    await press("Kết luận", province.page);
    await province.page.getByRole("status").filter({ hasText: "Đã ghi kết quả" }).waitFor();
    await province.context.close();
    const reporter = await open(browser, program, { viewport: PHONE });
    await follow(reporter.page, report.code);
    // The code that an officer saw is replaced at its first use.
    await reporter.page.locator("#saved").check();
    await reporter.page.getByRole("button", { name: "Xem báo cáo" }).click();
    assert.match(await text(reporter.page), /khởi tố vụ án/);
    await reporter.context.close();
  });
});

test("who withdrew a report is named as its reporter, and asked nothing more", async () => {
  ({ context, page, seen } = await open(browser, program, { viewport: OFFICE }));
  await signIn(page, program, program.users[OFFICER]);
  const report = await taken(page);
  await verified(page, report);
  await unfold("Hỏi người báo");
  const reporter = await open(browser, program, { viewport: PHONE });
  await follow(reporter.page, report.code);
  await reporter.page.locator("#saved").check();
  await reporter.page.getByRole("button", { name: "Xem báo cáo" }).click();
  await reporter.page.getByText("Rút báo cáo", { exact: true }).first().click();
  await reporter.page.getByLabel("Tôi muốn rút báo cáo này").check();
  await sending(reporter.page, () => reporter.page.locator("#withdraw").getByRole("button").click());
  await reporter.context.close();
  await page.goto("/desk/reports");
  const line = page.locator(".cg-report").filter({ hasText: report.reference });
  assert.match(await line.innerText(), /người báo đã rút/);
  await page.goto(report.address);
  assert.equal(await main().getByText("Hỏi người báo", { exact: true }).count(), 0);
  assert.match(await page.locator(".cg-history").innerText(), /, người báo/);
  assert.doesNotMatch(await text(), /chưa đăng nhập/);
  await main().getByRole("link", { name: "Phiếu theo dõi chứng cứ" }).click();
  assert.doesNotMatch(await text(), /chưa đăng nhập/);
  await quiet();
});

test("who only looks on is not called by a sound, and has no way to act", async () => {
  ({ context, page, seen } = await open(browser, program, { viewport: OFFICE }));
  await signIn(page, program, program.users[PROCURATOR]);
  await page.goto("/desk/reports");
  await main().getByRole("link", { name: "Tải lại" }).waitFor();
  assert.equal(await page.getByText("Kêu khi có báo cáo khẩn").count(), 0);
  await quiet();
});

test("the desk's menu takes one line, on a phone and for a supervisor at a desk", async () => {
  for (const viewport of [PHONE, OFFICE]) {
    ({ context, page, seen } = await open(browser, program, { viewport }));
    await signIn(page, program, program.users[SUPERVISOR]);
    await page.goto("/desk/reports");
    const height = await page.locator(".cg-subnav").evaluate((menu) => menu.getBoundingClientRect().height);
    assert.ok(height < 80, `${height} pixels high`);
    await quiet();
  }
});

test("the register says its days as they are written here", async () => {
  ({ context, page, seen } = await open(browser, program, { viewport: OFFICE }));
  await signIn(page, program, program.users[OFFICER]);
  await page.goto("/desk/register?from=2026-10-01&to=2026-10-31");
  assert.match(await text(), /01\/10\/2026 – 31\/10\/2026/);
  await quiet();
});

test("a decision on what somebody else changed meanwhile is not taken, and says so", async () => {
  ({ context, page, seen } = await open(browser, program, { viewport: OFFICE }));
  await signIn(page, program, program.users[OFFICER]);
  const report = await taken(page);
  await page.goto(report.address);
  const other = await as(SUPERVISOR);
  await other.page.goto(report.address);
  await press("Nhận và gửi", other.page);
  await other.context.close();
  await press("Nhận và gửi");
  await page.getByRole("alert").filter({ hasText: "Người khác vừa làm việc với báo cáo này" }).waitFor();
  await quiet();
});

test("the pages of an urgent report fit the smallest phone with letters of twice the size", async () => {
  ({ context, page, seen } = await open(browser, program, { viewport: { width: 320, height: 740 } }));
  await signIn(page, program, program.users[OFFICER]);
  const fits = async (where) => {
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, where);
  };
  const report = await taken(page, { digits: "Agribank 0000000070006", role: "received_money", loss: true });
  await fits("the slip");
  await page.goto(report.address);
  await fits("the report");
  await page.goto("/desk/reports");
  await fits("the queue");
  await quiet();
});

for (const [where, viewport] of [["on a phone", PHONE], ["at a desk", OFFICE]]) {
  test(`the pages of reports are usable by everybody ${where}`, async () => {
    ({ context, page, seen } = await open(browser, program, { viewport }));
    await signIn(page, program, program.users[SUPERVISOR]);
    const report = await taken(page, { digits: "Vietcombank 0000000070010", role: "received_money", loss: true });
    const pages = ["/desk/reports", "/desk/reports?only=resolved", "/desk/reports/new", report.address, `${report.address}/custody`, `${report.address}/notice`, "/desk/register", "/desk/board"];
    for (const address of pages)
      assert.deepEqual(await faultsOf(page, seen, await page.goto(address), { small: false }), [], address);
    await quiet();
  });
}
