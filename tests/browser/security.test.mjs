// What hostile people try, and what protects those who read the pages.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { WAYS, check, launch, open, photograph, signIn } from "./browser.mjs";
import { DOOR, PUBLIC, REFERENCE } from "./pages.mjs";
import { bomb, qrPicture } from "./pictures.mjs";
import { Program } from "./program.mjs";

const MB = 1 << 20;
const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</textarea><script>alert(1)</script>",
  "javascript:alert(1)",
  "{{ 7 * 7 }} ${7 * 7} <%= 7 * 7 %>",
  "' OR 1=1 --",
];
// Right-to-left override, isolates, zero-width and a null: letters that make a number look like another one.
const TRICKS = ["\u202e100 100 0590", "\u2066 0950\u200b001\u200d001 \u2069", "0950001001\u202e", "0950\u0000001001"];
const UNSEEN = /[\u0000\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

let program, browser;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** A request as another program sends it: no redirect followed. */
function send(path, { form, cookie, ...headers } = {}) {
  return fetch(program.url + path, {
    method: form ? "POST" : "GET",
    body: form && new URLSearchParams(form),
    headers: { ...headers, ...(cookie && { cookie }) },
    redirect: "manual",
  });
}

/** A signed-in person's cookie, as a program sends it. */
async function cookieOf(context) {
  const [session] = (await context.cookies()).filter(({ name }) => name === "__Host-desk");
  return `${session.name}=${session.value}`;
}

describe("headers", () => {
  for (const path of ["/", "/vi/khong-co", "/desk", "/assets/app.js", ...PUBLIC, ...DOOR, ...REFERENCE]) {
    test(`${path} may load only our own files, be framed by nobody, and tells no other site where the reader was`, async () => {
      const { headers } = await send(path, { "Accept-Language": "vi" });
      const policy = headers.get("content-security-policy");
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /form-action 'self'/);
      assert.match(policy, /base-uri 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*|https?:|data:/);
      assert.equal(headers.get("x-frame-options"), "DENY");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("set-cookie"), null, "nobody is followed");
      assert.doesNotMatch(headers.get("server") ?? "", /actix|rust/i);
    });
  }

  test("an answer is kept by nobody but the browser that asked", async () => {
    for (const path of ["/vi", "/en", "/vi/quay"]) {
      for (const accept of ["text/html", "application/json"]) {
        const answer = await send(path, { form: { q: "0950001001" }, accept });
        assert.equal(answer.status, 200);
        const isData = accept === "application/json" && path === "/vi/quay";
        assert.equal(answer.headers.get("cache-control"), isData ? "no-store" : "private, no-cache", `${path} ${accept}`);
      }
    }
  });
});

describe("the session", () => {
  let context, page;

  beforeEach(async () => {
    ({ context, page } = await open(browser, program));
  });

  afterEach(() => context.close());

  test("is a cookie that scripts, other sites and plain connections never get", async () => {
    await signIn(page, program, program.users[0]);
    const cookies = await context.cookies();
    const locked = { path: "/", httpOnly: true, secure: true, sameSite: "Lax" };
    const by = Object.fromEntries(cookies.map(({ name, path, httpOnly, secure, sameSite, expires }) =>
      [name, { path, httpOnly, secure, sameSite, stays: expires > 0 }]));
    // The session ends with the browser; that somebody signed in on this device is known longer, and signs nobody in.
    assert.deepEqual(by, { "__Host-desk": { ...locked, stays: false }, "__Host-device": { ...locked, stays: true } });
    assert.equal(await page.evaluate(() => document.cookie), "");
  });

  test("is another one after each signing in, whatever the browser sent before", async () => {
    await signIn(page, program, program.users[0]);
    const first = await cookieOf(context);
    await signIn(page, program, program.users[0]);
    assert.notEqual(await cookieOf(context), first);
  });

  test("pages of the desk are kept by no cache", async () => {
    await signIn(page, program, program.users[1]);
    for (const path of ["/desk", "/desk/queue", "/desk/queue/several", "/desk/listings", "/desk/propose", "/desk/imports"]) {
      const response = await page.goto(path);
      assert.equal(response.headers()["cache-control"], "no-store", path);
    }
  });

  test("forms sent without what our own page put into them change nothing", async () => {
    await signIn(page, program, program.users[0]);
    const cookie = await cookieOf(context);
    const number = "0950600001";
    const form = { number, method: "gia_danh_cong_an", unit: "", evidence: "" };
    for (const csrf of [undefined, "", "0".repeat(64)]) {
      const answer = await send("/desk/propose", { form: csrf === undefined ? form : { ...form, csrf }, cookie });
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /Trang này đã cũ/);
    }
    await page.goto("/desk/queue");
    assert.equal(await page.getByRole("link", { name: "0950 600 001" }).count(), 0);
    assert.equal((await send("/desk/sign-out", { form: {}, cookie })).status, 403);
    assert.equal((await send("/desk", { cookie })).status, 200, "still signed in");
  });

  test("what one person's page put into a form does not work for another person", async () => {
    await signIn(page, program, program.users[1]);
    await page.goto("/desk/propose");
    const csrf = await page.locator("[name=csrf]").first().inputValue();
    const other = await open(browser, program);
    await signIn(other.page, program, program.users[0]);
    const form = { csrf, number: "0950600002", method: "gia_danh_cong_an" };
    const answer = await send("/desk/propose", { form, cookie: await cookieOf(other.context) });
    assert.equal(answer.status, 403);
    await other.context.close();
  });

  test("nobody is signed in by a form of another site", async () => {
    const [user] = program.users;
    const form = () => ({ username: user.username, password: user.password, otp: program.otp(user) });
    for (const headers of [
      { Origin: "https://example.org" },
      { Origin: "https://example.org", "Sec-Fetch-Site": "cross-site" },
      { Origin: "null", "Sec-Fetch-Site": "cross-site" },
      { Origin: program.url.replace(/\d+$/, "1"), "Sec-Fetch-Site": "same-site" },
    ]) {
      const answer = await send("/desk/sign-in", { form: form(), ...headers });
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.equal(answer.headers.get("set-cookie"), null);
    }
  });

  test("signing in leads to no other site", async () => {
    for (const back of ["https://example.org/desk", "//example.org/desk", "/\\example.org", "/desk/../..//example.org", "javascript:alert(1)"]) {
      await page.goto(`/desk/sign-in?back=${encodeURIComponent(back)}`);
      await page.getByLabel("Tên đăng nhập").fill(program.users[0].username);
      await page.getByLabel("Mật khẩu").fill(program.users[0].password);
      await page.getByLabel("Mã 6 số trong ứng dụng xác thực").fill(program.otp(program.users[0]));
      await page.getByRole("main").getByRole("button", { name: "Đăng nhập" }).click();
      await page.waitForURL(`${program.url}/**`);
      await context.clearCookies();
    }
    const large = await send("/settings", { form: { back: "//example.org/", large: "1" } });
    assert.equal(large.headers.get("location"), "/");
  });

  test("a desk page is never shown in another site's frame", async () => {
    await page.route("http://example.test/", (route) =>
      route.fulfill({ contentType: "text/html", body: `<iframe src="${program.url}/desk/sign-in"></iframe>` }));
    await page.goto("http://example.test/");
    await page.waitForLoadState("networkidle");
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    assert.equal(await framed.getByLabel("Mật khẩu").count(), 0);
  });
});

for (const way of WAYS.slice(0, 2)) {
  describe(`what is typed or sent ${way.name}`, () => {
    let context, page, seen;

    beforeEach(async () => {
      ({ context, page, seen } = await open(browser, program, way));
    });

    afterEach(async () => {
      assert.equal(seen.dialogs, 0, "nothing of it ran");
      assert.deepEqual(seen.complaints, [], "nothing of it was tried");
      await context.close();
    });

    const heading = () => page.getByRole("heading", { level: 1 }).innerText();

    test("stays text, however it is written", async () => {
      for (const text of HOSTILE) {
        const response = await check(page, text);
        assert.equal(response.status(), 200);
        assert.equal(await page.locator("script").count(), 1, "our own");
        assert.equal(await page.locator("[onerror], img[src='x']").count(), 0);
        const shown = await page.getByLabel(/^Dán số/).inputValue();
        assert.ok(shown === text || shown === "", shown);
        assert.doesNotMatch(await page.getByRole("main").innerText(), /49/);
      }
    });

    test("stays text when a code in a picture says it", async () => {
      for (const text of HOSTILE) {
        await photograph(page, qrPicture(text), way);
        assert.equal(await page.locator("script").count(), 1, "our own");
        assert.ok(await heading());
      }
    });

    test("is shown without letters that turn or hide others", async () => {
      for (const text of TRICKS) {
        const response = await check(page, text);
        assert.equal(response.status(), 200);
        assert.doesNotMatch(await page.getByRole("main").innerText(), UNSEEN);
        assert.ok(["Công an đã xác nhận: lừa đảo", "Chưa đọc được số này", "Bác muốn tra số nào?", "Chưa ai xác nhận số này."].includes(await heading()), await heading());
      }
    });

    test("is refused on a page of its own when it is ten megabytes", async () => {
      const response = await photograph(page, Buffer.alloc(10 * MB, 7), way);
      assert.equal(response.status(), 413);
      assert.doesNotMatch(await page.getByRole("main").innerText(), /HTTP|API|JSON/);
      await page.getByRole("link", { name: "Về trang tra số" }).click();
      await page.waitForURL("**/vi");
    });

    test("is answered in plain words when it is no picture, an empty one, or one that unpacks to gigabytes", async () => {
      for (const bytes of [Buffer.from("không phải ảnh"), Buffer.from("GIF89a"), Buffer.from('<svg onload="alert(1)"/>'), bomb()]) {
        const response = await photograph(page, bytes, way);
        assert.equal(response.status(), 200);
        assert.equal(await heading(), "Chưa đọc được số này");
        assert.match(await page.getByRole("main").innerText(), /ảnh|QR/i);
      }
      assert.equal(await program.verdict("0950001001"), "listed", "others are still answered");
    });

    test("in an address is never shown as anything but text", async () => {
      for (const text of HOSTILE) {
        for (const path of ["/vi/thu-doan/", "/vi/", "/desk/sign-in?back=", "/desk/enrol?username=", "/vi/thu-doan?q="]) {
          await page.goto(path + encodeURIComponent(text)).catch(() => {});
          assert.ok(await page.locator("script").count() <= 1, path);
        }
      }
      seen.complaints.length = 0;
    });

    test("by an officer stays text in every place it is shown to colleagues", async () => {
      const [officer, supervisor] = program.users;
      const number = way.javaScriptEnabled ? "0950600011" : "0950600012";
      const text = HOSTILE.join(" ");
      await signIn(page, program, officer);
      await page.goto("/desk/propose");
      await page.getByLabel(/^Số điện thoại, tài khoản/).fill(number);
      await page.getByLabel("Thủ đoạn").selectOption({ index: 1 });
      await page.getByLabel("Chứng cứ").fill(text);
      await page.getByRole("button", { name: "Xem lại trước khi gửi" }).click();
      await page.getByText("Số được đọc là").waitFor();
      assert.equal(await page.locator("script").count(), 1, "our own");
      await page.getByRole("button", { name: "Gửi đề nghị" }).click();
      await page.waitForURL("**/desk/listings/*");
      await context.clearCookies();
      await signIn(page, program, supervisor);
      await page.goto("/desk/queue");
      await page.getByRole("main").getByRole("link", { name: number.replace(/(\d{4})(\d{3})(\d{3})/, "$1 $2 $3") }).click();
      await page.waitForURL("**/desk/queue?*open=*");
      assert.match(await page.getByRole("region", { name: "Lịch sử" }).innerText(), /<script>alert\(1\)<\/script>/);
      assert.equal(await page.locator("script").count(), 1, "our own");
      await page.getByLabel(/^Lý do/).fill(text);
      await page.getByRole("button", { name: /^Xác nhận/ }).click();
      await page.getByRole("status").filter({ hasText: "Đã ghi nhận." }).waitFor();
      assert.equal(await page.locator("script").count(), 1, "our own");
    });

    test("by an officer is refused with letters that turn or hide others, and nothing of it is lost", async () => {
      await signIn(page, program, program.users[0]);
      await page.goto("/desk/propose");
      await page.getByLabel(/^Số điện thoại, tài khoản/).fill("0950600031");
      await page.getByLabel("Thủ đoạn").selectOption({ index: 1 });
      await page.getByLabel("Chứng cứ").fill("Đơn \u202eđảo");
      await page.getByRole("button", { name: "Xem lại trước khi gửi" }).click();
      await page.getByRole("alert").waitFor();
      assert.match(await page.getByRole("alert").innerText(), /ký tự lạ/);
      assert.equal(await page.getByLabel(/^Số điện thoại, tài khoản/).inputValue(), "0950600031");
      assert.match(await page.getByLabel("Chứng cứ").inputValue(), /Đơn/);
    });

    test("as a list from an office stays text too", async () => {
      await signIn(page, program, program.users[0]);
      await page.goto("/desk/imports");
      const list = `STT,Số điện thoại,Hình thức\n1,0950600021,${HOSTILE[0]}\n2,${HOSTILE[0]},${HOSTILE[1].replaceAll('"', "'")}\n3,=HYPERLINK(1),x\n`;
      await page.getByLabel(/^Tệp Excel/).setInputFiles({ name: "<script>alert(1)</script>.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
      await page.getByRole("button", { name: "Xem trước" }).click();
      await page.getByRole("heading", { name: /^Xem trước/ }).waitFor();
      assert.equal(await page.locator("script").count(), 1, "our own");
      assert.equal(await page.locator("[onerror]").count(), 0);
    });
  });
}
