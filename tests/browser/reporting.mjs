// What a citizen does who tells the police, page by page.

import { sending } from "./browser.mjs";

export const STORY = "Xưng là công an, dọa bắt, bảo chuyển tiền để kiểm tra.";
export const LOSS = {
  "Số nào đã gọi, nhắn cho bác?": "0950 001 001",
  "Tiền vào tài khoản, ví nào?": "Vietcombank 0000000070001",
  "Mất bao nhiêu tiền?": "5 triệu",
  "Chuyện xảy ra thế nào?": STORY,
};

export const press = (page, name) => sending(page, () => page.getByRole("button", { name }).click());

/** Fills the boxes of the form by their labels. */
export async function fill(page, boxes) {
  for (const [label, text] of Object.entries(boxes)) await page.getByLabel(label, { exact: true }).fill(text);
}

/** To the page that shows a loss of today once more. */
export async function reviewLoss(page, boxes = LOSS) {
  await page.goto("/vi/bao-cao");
  await press(page, /^Rồi, đã mất tiền/);
  await press(page, "Tôi đã gọi, báo tiếp");
  await fill(page, boxes);
  await page.getByLabel("Hôm nay").check();
  return press(page, "Xem lại trước khi gửi");
}

/** To the page that shows an attempt once more. */
export async function reviewAttempt(page, number = "0950999998") {
  await page.goto("/vi/bao-cao");
  await press(page, /^Chưa mất/);
  await page.getByLabel(/^Số nào đã gọi/).fill(number);
  await page.getByLabel("Chuyện xảy ra thế nào?").fill(STORY);
  return press(page, "Xem lại trước khi gửi");
}

/** The receipt code that a page shows, in groups. */
export async function receipt(page) {
  const groups = await page.locator("#ma span").allInnerTexts();
  return groups.join(" ");
}

/** Sends what the page shows. */
export async function send(page) {
  await page.getByLabel("Tôi đã lưu mã").check();
  return press(page, "Gửi cho công an");
}

/** Opens a report by its code. */
export async function follow(page, code, path = "/vi/theo-doi") {
  await page.goto(path);
  await page.getByLabel(path.startsWith("/en") ? "The 25 digits of your slip" : "25 số trên phiếu của bác").fill(code);
  return press(page, path.startsWith("/en") ? "Open the report" : "Xem báo cáo");
}
