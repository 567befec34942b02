// Pictures of the main pages, for people: CANHGIAC=… BROWSER_TOOLS=… node tests/browser/screenshots.mjs FOLDER

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { OFFICE, PHONE, check, launch, open, signIn } from "./browser.mjs";
import { Program } from "./program.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("name the folder for the pictures");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

/** Name, and how the page is reached. */
const SHOTS = [
  ["check", (page) => page.goto("/vi")],
  ["answer-listed", (page) => check(page, "0950 001 001")],
  ["answer-no-record", (page) => check(page, "0950999999")],
  ["methods", (page) => page.goto("/vi/thu-doan")],
  ["method", (page) => page.goto("/vi/thu-doan/gia_danh_cong_an")],
  ["poster", (page) => page.goto("/vi/to-roi/14812")],
  ["listing", async (page) => {
    await check(page, "0950 001 001");
    await page.getByRole("link", { name: "Xem cảnh báo này trong sổ công khai" }).click();
    await page.waitForURL("**/vi/canh-bao/*");
  }],
  ["transparency", (page) => page.goto("/vi/minh-bach")],
  ["statistics", (page) => page.goto("/vi/thong-ke")],
  ["counter", async (page) => {
    await page.goto("/vi/quay");
    await page.keyboard.type("0950001001");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByRole("heading").waitFor();
  }],
];
const DESK = [
  ["desk-work", (page) => page.goto("/desk")],
  ["desk-queue", (page) => page.goto("/desk/queue")],
  ["desk-listing", async (page) => {
    await page.goto("/desk/queue");
    await page.getByRole("main").getByRole("table").getByRole("link").first().click();
    await page.waitForURL("**/desk/queue?*open=*");
  }],
];

const program = await Program.start();
const browser = await launch();
try {
  for (const [shots, sizes, prepare] of [
    [SHOTS, [PHONE], async () => {}],
    [DESK, [PHONE, OFFICE], (page) => signIn(page, program, program.users[1])],
  ]) {
    for (const viewport of sizes) {
      const { context, page } = await open(browser, program, { viewport });
      await prepare(page);
      for (const [name, visit] of shots) {
        const response = await visit(page);
        if (response && !response.ok()) throw new Error(`${name}: ${response.status()}`);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(folder, `${name}-${viewport.width}.png`), fullPage: true });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await program.stop();
}
