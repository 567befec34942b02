// A new phone, a lost one and a forgotten browser: what people change of their own account, and what an administrator does.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { WAYS, launch, open, signIn } from "./browser.mjs";
import { faultsOf } from "./faults.mjs";
import { Program } from "./program.mjs";

let program, browser, context, page, seen;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const NEW_PASSWORD = "trang len dau nui bac 2718";
const secretOn = async (where) => (await where.locator(".cg-key--raw").first().innerText()).trim();
const press = (name) => page.getByRole("main").getByRole("button", { name, exact: true }).click();

for (const [at, way] of WAYS.entries()) {
  describe(`one's own account ${way.name}`, () => {
    const person = () => program.users[at % 5];

    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
    });

    afterEach(async () => {
      assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
      await context.close();
    });

    test("moves to a new phone with the old one's code and the password", async () => {
      await signIn(page, program, person());
      program.pass(400);
      await page.goto("/desk/sessions");
      await page.getByRole("link", { name: "Chuyển sang điện thoại mới" }).click();
      // Some minutes after signing in the old phone is asked first.
      await page.getByLabel("Mã 6 số trong ứng dụng xác thực").fill(program.otp(person()));
      await press("Tiếp tục");
      await page.getByRole("img", { name: "Mã QR của ứng dụng xác thực" }).waitFor();
      const totp_secret = await secretOn(page.getByRole("main"));
      await page.getByLabel("Mã 6 số trên điện thoại mới").fill(program.otp({ ...person(), totp_secret }));
      await page.getByLabel("Mật khẩu đang dùng").fill(person().password);
      await press("Dùng điện thoại mới");
      await page.getByRole("status").filter({ hasText: "Đã chuyển sang điện thoại mới" }).waitFor();
      person().totp_secret = totp_secret;
      await context.clearCookies();
      await signIn(page, program, person());
    });

    test("changes the password", async () => {
      await signIn(page, program, person());
      await page.goto("/desk/password");
      await page.getByLabel("Mật khẩu đang dùng").fill(person().password);
      await page.getByLabel("Mật khẩu mới (từ 12 ký tự)").fill(NEW_PASSWORD);
      await page.getByLabel("Nhập lại mật khẩu mới").fill(NEW_PASSWORD);
      await press("Đổi mật khẩu");
      await page.getByRole("status").filter({ hasText: "Đã đổi mật khẩu" }).waitFor();
      person().password = NEW_PASSWORD;
      await context.clearCookies();
      await signIn(page, program, person());
    });

    test("signs out a browser that was left somewhere", async () => {
      const there = await open(browser, program, way);
      await signIn(there.page, program, person());
      await signIn(page, program, person());
      await page.goto("/desk/sessions");
      if (way.javaScriptEnabled) assert.deepEqual(await faultsOf(page, seen, await page.goto("/desk/sessions"), { small: false }), []);
      // Those of the tests before are others too.
      const others = page.getByRole("button", { name: /^Đăng xuất máy này/ });
      for (let left = await others.count(); left > 0; left--) {
        await others.first().click();
        await page.waitForURL("**/desk/sessions?done=ended");
        await page.goto("/desk/sessions");
      }
      await there.page.goto("/desk/queue");
      await there.page.waitForURL(/\/desk\/sign-in/);
      await there.context.close();
    });
  });
}

test("whose phone is lost is invited again, enrols anew and is signed in", async () => {
  const [admin, lost] = [program.users[6], program.users[4]];
  ({ context, page, seen } = await open(browser, program));
  await signIn(page, program, admin);
  await page.goto("/desk/users");
  await page.getByRole("link", { name: lost.username }).first().click();
  await page.waitForURL("**/desk/users/*");
  const again = page.locator("form[action$='/invite']");
  if (!(await again.isVisible())) await page.getByText(/Mời lại/).first().click();
  await again.getByLabel("Lý do").fill("mất điện thoại");
  if (await again.getByLabel("Mã 6 số trong ứng dụng xác thực").isVisible()) await again.getByLabel("Mã 6 số trong ứng dụng xác thực").fill(program.otp(admin));
  await again.getByRole("button").click();
  await page.getByText(/Mã mời của/).waitFor();
  const code = await secretOn(page.getByRole("main"));
  await context.clearCookies();
  await page.goto("/desk/enrol");
  await page.getByLabel("Tên đăng nhập").fill(lost.username);
  await page.getByLabel("Mã mời").fill(code);
  await page.getByLabel("Mật khẩu mới (từ 12 ký tự)").fill("mot cau khac han 314");
  await page.getByLabel("Nhập lại mật khẩu").fill("mot cau khac han 314");
  await press("Tiếp tục");
  await page.getByRole("img", { name: "Mã QR của ứng dụng xác thực" }).waitFor();
  const totp_secret = await secretOn(page.getByRole("main"));
  await page.getByLabel("Mã 6 số trong ứng dụng xác thực").fill(program.otp({ ...lost, totp_secret }));
  await press("Xong");
  await page.getByRole("status").filter({ hasText: "Anh/chị đã đăng nhập" }).waitFor();
  await context.close();
});
