// Chromium without its windows, as people use it: sizes, with and without JavaScript, and what a page did while it was looked at.

import { createRequire } from "node:module";
import { join } from "node:path";

const tools = createRequire(join(process.env.BROWSER_TOOLS ?? ".", "x.js"));
const { chromium } = tools("playwright-core");
export const { source: axeSource } = tools("axe-core");
export const qrcode = tools("qrcode-generator");

export const PHONE = { width: 360, height: 740 };
export const OFFICE = { width: 1280, height: 900 };
const PATIENCE_MS = 15_000;

/** Each way a page is looked at. */
export const WAYS = [
  { name: "on a phone", viewport: PHONE, javaScriptEnabled: true },
  { name: "on a phone without JavaScript", viewport: PHONE, javaScriptEnabled: false },
  { name: "at a desk", viewport: OFFICE, javaScriptEnabled: true },
  { name: "at a desk without JavaScript", viewport: OFFICE, javaScriptEnabled: false },
];

export function launch() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium-headless-shell",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}

/** A browser of its own: no cookies yet, Vietnamese. */
export async function open(browser, program, { viewport = OFFICE, javaScriptEnabled = true, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: program.url, locale: "vi-VN", viewport, javaScriptEnabled, ...more,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  return { context, page, seen: watch(page, program.url) };
}

/** What went wrong in a page, and every address it asked for. */
function watch(page, origin) {
  const seen = { complaints: [], addresses: [], elsewhere: [], dialogs: 0 };
  page.on("request", (request) => {
    seen.addresses.push(request.url());
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:")) seen.elsewhere.push(request.url());
  });
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // A refusal's own status is no fault of the page that tells about it.
    const refusal = /status of 4\d\d/.test(message.text()) && message.location().url === page.url();
    if (!refusal) seen.complaints.push(message.text());
  });
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // A picture still under way when the reader goes on is let go.
    if (why !== "net::ERR_ABORTED") seen.complaints.push(`${request.url()}: ${why}`);
  });
  page.on("dialog", (dialog) => {
    seen.dialogs++;
    dialog.dismiss();
  });
  return seen;
}

/** Signs a sample person in by the page. */
export async function signIn(page, program, user) {
  await page.goto("/desk/sign-in");
  await page.getByLabel("Tên đăng nhập").fill(user.username);
  await page.getByLabel("Mật khẩu").fill(user.password);
  await page.getByLabel("Mã 6 số trong ứng dụng xác thực").fill(program.otp(user));
  await page.getByRole("main").getByRole("button", { name: "Đăng nhập" }).click();
  await page.waitForURL("**/desk");
}

/** Does what sends a form, and waits for the page that answers it. */
export async function sending(page, act) {
  const answer = page.waitForResponse((response) => response.request().method() === "POST" && response.request().isNavigationRequest());
  const loaded = page.waitForEvent("load");
  await act();
  await loaded;
  return answer;
}

/** Opens the menu of a public page. */
export const openMenu = (page) => page.getByText(/^(Mục lục|Menu)$/).click();

/** Sends a text from the check page and waits for the answer. */
export async function check(page, text, path = "/vi") {
  await page.goto(path);
  await page.getByLabel(path === "/en" ? /^Paste the number/ : /^Dán số/).fill(text);
  return sending(page, () => page.getByRole("button", { name: path === "/en" ? "Check" : "Tra số", exact: true }).click());
}

/** Sends a picture from the check page, as soon as it is chosen where there is JavaScript. */
export async function photograph(page, buffer, { javaScriptEnabled }) {
  await page.goto("/vi");
  return sending(page, async () => {
    await page.getByLabel("Hoặc chụp, chọn ảnh mã QR").setInputFiles({ name: "qr.png", mimeType: "image/png", buffer });
    if (!javaScriptEnabled) await page.getByRole("button", { name: "Tra số", exact: true }).click();
  });
}
