// Draws the icons of the installed page from the mark, and the picture of shared links. Arguments: the mark (SVG), the folder
// to write to, the shared picture (SVG), its font (TTF).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";

const [mark, folder, share, share_font] = process.argv.slice(2);
const svg = readFileSync(mark, "utf8");
const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
// A launcher may cut a maskable icon to any shape: the drawing keeps to the middle 80 % (a circle).
const maskable = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#063b41"/>
<svg x="12" y="12" width="40" height="40" viewBox="0 0 64 64">${inner}</svg></svg>`;

const draw = (text, size, name) =>
  writeFileSync(join(folder, name), new Resvg(text, { fitTo: { mode: "width", value: size } }).render().asPng());
draw(svg, 192, "icon-192.png");
draw(svg, 512, "icon-512.png");
draw(maskable, 512, "icon-maskable-512.png");
// What a link to a page shows where it is sent on; resvg reads fonts only as TTF.
const font = { loadSystemFonts: false, fontFiles: [share_font], defaultFontFamily: "Be Vietnam Pro" };
writeFileSync(join(folder, "share.png"), new Resvg(readFileSync(share, "utf8"), { font }).render().asPng());
