// Pictures made for the tests: payment codes, and a file that unpacks to far more than it is.

import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { qrcode } from "./browser.mjs";

const MODULE_PIXELS = 6;
const QUIET_MODULES = 4;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A PNG; `pixels` are its rows, each after a byte that says "no filter". */
function png(width, height, { bits, colours }, pixels) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([bits, colours], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A photo-like picture of a QR code. */
export function qrPicture(text) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const modules = code.getModuleCount();
  const side = (modules + 2 * QUIET_MODULES) * MODULE_PIXELS;
  const pixels = Buffer.alloc(side * (side + 1), 255);
  const at = (n) => Math.floor(n / MODULE_PIXELS) - QUIET_MODULES;
  const inside = (n) => n >= 0 && n < modules;
  for (let y = 0; y < side; y++) {
    pixels[y * (side + 1)] = 0;
    for (let x = 0; x < side; x++) {
      if (inside(at(x)) && inside(at(y)) && code.isDark(at(y), at(x))) pixels[y * (side + 1) + 1 + x] = 0;
    }
  }
  return png(side, side, { bits: 8, colours: 0 }, pixels);
}

/** A PNG of some kilobytes that promises 12,000 x 12,000 pixels of eight bytes: more than a gigabyte. */
export function bomb() {
  const side = 12_000;
  return png(side, side, { bits: 16, colours: 6 }, Buffer.alloc(64 << 20));
}

/** A code of `tests/samples/vietqr.tsv`. */
export function vietQr(name) {
  const table = readFileSync(new URL("../samples/vietqr.tsv", import.meta.url), "utf8");
  const row = table.split("\n").map((line) => line.split("\t")).find(([known]) => known === name);
  return JSON.parse(row[1]);
}

/** What a bank's app shows for paying to an account (EMVCo, as NAPAS uses it). */
export function payTo(bin, account) {
  const field = (id, value) => id + String(value.length).padStart(2, "0") + value;
  const to = field("00", "A000000727") + field("01", field("00", bin) + field("01", account)) + field("02", "QRIBFTTA");
  const text = `${field("00", "01") + field("01", "11") + field("38", to) + field("53", "704") + field("58", "VN")}6304`;
  return text + crc16(text);
}

/** CRC-16/CCITT-FALSE. */
function crc16(text) {
  let crc = 0xffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}
