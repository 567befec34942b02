// Turns the compiled Sass (argument 1) into the committed stylesheet (argument 2): drops what this service has no use
// for and minifies. The browsers named are the oldest that old telephones in the field still run.
import { readFileSync, writeFileSync } from "node:fs";
import { transform } from "lightningcss";

const [source, target] = process.argv.slice(2);

// Parts of included components that need the upstream's JavaScript, or that no page here shows.
const unused = [
  /^govuk-(file-upload-(button|wrapper)|drop-zone|exit-this-page|cookie-banner|character-count|date-input|footer|header)/,
  /^govuk-(checkboxes|radios)__conditional|^govuk-(checkboxes|radios)(__conditional)?--(conditional|small)/,
  /^govuk-(button--(inverse|start)|button__start-icon|back-link--inverse|breadcrumbs--(inverse|collapse-on-mobile))/,
  /^govuk-link-(-(inverse|muted|text-colour|no-visited-state)|image)/,
  /^govuk-(panel--interruption|panel__actions|list--spaced|caption-|section-break--xl)/,
  /^govuk-(tag--(purple|teal|turquoise|magenta|pink|yellow|orange))/,
  /^govuk-(summary-card|summary-list__row--no-actions|pagination--block|pagination__link-title--decorated)/,
  /^govuk-input(__|--width-(2|3|4)$|--extra-letter-spacing)/,
  /^govuk-table(__caption--xl|--small-text-until-tablet)/,
  /^govuk-(label|fieldset__legend)--xl/,
  /^govuk-notification-banner__link|^govuk-grid-column-.*-from-desktop/,
  /^govuk-skip-link-focused-element|^govuk-frontend-supported|^js-enabled/,
];
let css = readFileSync(source, "utf8");
// The colours are declared on :root in this same file; the repeated fallback values are not needed.
css = css.replace(/var\((--govuk-[a-z-]+),\s*(#[0-9a-f]{3,8}|rgb\([^)]*\))\)/gi, "var($1)");
// Said once on <body> and form controls instead of in each rule.
css = css.replace(/^\s*font-family: "Be Vietnam Pro", arial, sans-serif;\n\s*-webkit-font-smoothing: antialiased;\n\s*-moz-osx-font-smoothing: grayscale;\n/gm, "  font-family: inherit;\n");
css = css.replace(/@media print \{\n\s*[^{}]+\{\n\s*font-family: sans-serif;\n\s*\}\n\}\n/g, "");
css = css.replace(/^\s*--govuk-(frontend-version|breakpoint-[a-z]+): [^;]+;\n/gm, "");
// Two finer points of underlines, and a way round a fault of Chromium 108 to 111.
css = css.replace(/^\s*(-webkit-)?text-decoration-skip(-ink)?: [^;]+;\n/gm, "");
css = css.replace(/@supports not \(text-wrap: balance\) \{\n\s*[^{}]+\{[^{}]*\}\n\}\n/g, "");
// Addresses printed after each link: a poster says them itself.
css = css.replace(/@media print \{\n\s*\[href[^{}]+::after[^{}]*\{[^{}]*\}\n\}\n/g, "");
// A hack for Internet Explorer.
css = css.replace(/@media screen and \(min-width: 0\\0\) \{\n\s*[^{}]+\{[^{}]*\}\n\}\n/g, "");

const classes = new Set([...css.matchAll(/\.([a-z][\w-]*)/gi)].map((match) => match[1]));
const unusedSymbols = [...classes].filter((name) => unused.some((pattern) => pattern.test(name)));

const { code, warnings } = transform({
  filename: "style.css",
  code: Buffer.from(css),
  minify: true,
  targets: { chrome: 70 << 16, firefox: 68 << 16, safari: 12 << 16, ios_saf: 12 << 16, samsung: 10 << 16 },
  unusedSymbols,
});
for (const warning of warnings) console.error(`warning: ${warning.message}`);

const text = code.toString();
for (const match of text.matchAll(/url\(([^)]*)\)/g)) {
  if (!/^"?\/assets\/be-vietnam-pro-(400|700)\.woff2"?$/.test(match[1])) throw new Error(`unexpected ${match[0]}`);
}
if (/GDS Transport|@import|crest/i.test(text)) throw new Error("branding of the upstream is left in the stylesheet");
const notice = "/*! With parts of govuk-frontend, MIT, Crown Copyright: see /assets/LICENSES.txt */\n";
writeFileSync(target, `${notice}${text}\n`);
