// A form that was not taken: the page says it first, leads to the field, and reloads without sending again.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { WAYS, launch, open, signIn } from "./browser.mjs";
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

const main = () => page.getByRole("main");
const press = (name) => main().getByRole("button", { name, exact: true }).click();

for (const way of WAYS) {
  describe(`a form ${way.name}`, () => {
    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
      await signIn(page, program, program.users[1]);
    });

    afterEach(async () => {
      assert.deepEqual(seen.complaints, [], "nothing is amiss in the console");
      await context.close();
    });

    test("says what is wrong in the title, takes the focus there, and leads to the field", async () => {
      await page.goto("/desk/queue");
      await main().getByRole("table").getByRole("link").first().click();
      await page.waitForURL("**/desk/queue?*open=*");
      const address = `${program.url}/desk/listings/${new URL(page.url()).searchParams.get("open")}`;
      await main().getByRole("button", { name: "Không chấp nhận" }).locator("xpath=ancestor::form").evaluate((form) => (form.noValidate = true));
      await main().getByLabel(/^Lý do/).fill(" ");
      await press("Không chấp nhận");
      const summary = page.getByRole("alert");
      await summary.waitFor();
      assert.match(await page.title(), /^Lỗi: /);
      await page.locator('[role="alert"]:focus').waitFor();
      await summary.getByRole("link").click();
      assert.equal(await page.evaluate(() => document.activeElement?.id || location.hash.slice(1)), "reason");
      // The address that took the form has no page of its own.
      await page.goto(page.url().split("#")[0]);
      assert.equal(page.url(), address);
    });
  });
}

test("refused forms of administrators lead to their field and keep what was typed", async () => {
  ({ context, page, seen } = await open(browser, program));
  await signIn(page, program, program.users[6]);
  const refused = async (button, field) => {
    await press(button);
    await page.getByRole("alert").waitFor();
    assert.match(await page.title(), /^Lỗi: /);
    await page.getByRole("alert").getByRole("link").click();
    assert.equal(new URL(page.url()).hash, `#${field}`);
    assert.ok(await page.locator(`#${field}`).isVisible(), `${field} is open to be put right`);
  };
  await page.goto("/desk/keys");
  await refused("Thay khóa", "reason-new");
  await page.goto("/desk/officials");
  await main().getByText("Thêm số chính thức").click();
  await main().getByLabel("Số", { exact: true }).fill("không phải số");
  await refused("Xin bảo vệ số này", "identifier");
  await main().getByLabel("Số", { exact: true }).fill("0950 690 001");
  await main().getByLabel("Tên tiếng Việt").fill("Tổng đài Mẫu");
  await main().getByLabel("Tên tiếng Anh").fill("Sample hotline");
  await refused("Xin bảo vệ số này", "reason-add");
  assert.equal(await main().getByLabel("Tên tiếng Việt").inputValue(), "Tổng đài Mẫu");
  assert.deepEqual(seen.complaints, []);
  await context.close();
});

test("every address that takes only forms leads to its page", async () => {
  ({ context, page, seen } = await open(browser, program));
  await signIn(page, program, program.users[6]);
  const id = "01a2281c-d864-755d-9b24-89efbe6e9897";
  for (const [stale, place] of [
    ["/desk/listings/find", "/desk/listings"], ["/desk/imports/preview", "/desk/imports"], ["/desk/imports/result", "/desk/imports"],
    ["/desk/keys/retire", "/desk/keys"], ["/desk/officials/remove", "/desk/officials"],
    [`/desk/listings/${id}/confirm`, `/desk/listings/${id}`], [`/desk/users/${id}/invite`, `/desk/users/${id}`],
    [`/desk/imports/${id}/reject`, `/desk/imports/${id}`], [`/desk/partners/${id}/secret`, `/desk/partners/${id}`],
    [`/desk/approvals/${id}/agree`, `/desk/approvals/${id}`],
  ]) {
    const answer = await page.request.get(stale, { maxRedirects: 0 });
    assert.deepEqual([answer.status(), answer.headers().location], [303, place]);
  }
  await context.close();
});
