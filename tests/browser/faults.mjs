// What may be wrong with a page: who can't use it, where it does not fit, how big it is, what it asks of others.

import { axeSource } from "./browser.mjs";

const MAX_HTML = 20 * 1024;
const NARROWEST = 320;

/** What makes the page wider than its window. */
function wider() {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = (element) => element.closest(".cg-scroll");
  return [...document.body.querySelectorAll("*")]
    .filter((element) => !scrolls(element) && element.getBoundingClientRect().right > room + 1)
    .map((element) => `${element.localName}.${element.className}`)
    .slice(0, 3);
}

async function fits(page, where, faults) {
  const culprits = await page.evaluate(wider);
  if (culprits.length) faults.push(`wider than the window ${where}: ${culprits.join(", ")}`);
}

/** Everything that is wrong with the page that is open; the window is put back. */
export async function faultsOf(page, seen, response, { lang, small = true } = {}) {
  const faults = [];
  if (response.status() !== 200) faults.push(`status ${response.status()}`);
  const size = (await response.body()).length;
  if (small && size > MAX_HTML) faults.push(`${size} bytes of HTML`);
  if (lang && (await page.locator("html").getAttribute("lang")) !== lang) faults.push("another language");
  if (!(await page.title()).trim()) faults.push("no title");

  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document, { rules: { "target-size": { enabled: true } } }));
  for (const { id, nodes } of found.violations) faults.push(`${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`);

  const window = page.viewportSize();
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await fits(page, "with letters of twice the size", faults);
  await page.evaluate(() => (document.documentElement.style.fontSize = ""));
  await page.setViewportSize({ width: NARROWEST, height: window.height });
  await fits(page, `of ${NARROWEST} pixels`, faults);
  await page.setViewportSize(window);

  faults.push(...seen.complaints, ...seen.elsewhere.map((address) => `asks ${address}`));
  seen.complaints.length = seen.elsewhere.length = 0;
  return faults;
}
