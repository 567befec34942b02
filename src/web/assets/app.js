// Comfort only: every page works without this file. No dependency, no inline style, no string made into HTML.

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// --- The teller's screen: an answer without leaving the page. What was asked is kept in this page's memory only. -----

const REMEMBERED = 10;
const PATIENCE_MS = 8000;

function showVerdict(place, answer) {
  const kind = String(answer.verdict).replace(/_/g, "-");
  const box = element("div", `cg-verdict cg-verdict--${kind}`);
  const icon = find(`template[data-icon="${kind}"]`);
  if (icon) box.append(icon.content.cloneNode(true));
  const text = element("div", "cg-verdict__text");
  text.append(element("h2", "cg-verdict__heading", answer.heading));
  if (answer.display) text.append(element("p", "cg-verdict__key", answer.display));
  const body = element("div", "cg-verdict__body");
  if (answer.message) body.append(element("p", "", answer.message));
  const source = [answer.unit, answer.valid_until].filter(Boolean).join(" · ");
  if (source) body.append(element("p", "", source));
  text.append(body);
  box.append(text);
  place.replaceChildren(box);
}

function remember(log, answer) {
  const rows = find("tbody", log);
  const row = element("tr", "govuk-table__row");
  const time = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const kind = String(answer.verdict).replace(/_/g, "-");
  row.append(
    element("td", "govuk-table__cell", time),
    element("td", "govuk-table__cell cg-key", answer.display || answer.key),
    element("td", `govuk-table__cell cg-counter__verdict--${kind}`, answer.heading),
  );
  rows.prepend(row);
  while (rows.children.length > REMEMBERED) rows.lastElementChild.remove();
  log.hidden = false;
}

for (const counter of all("[data-counter]")) {
  const form = find("form", counter);
  const input = find("input[name=q], textarea[name=q]", counter);
  const result = find("[data-counter-result]", counter);
  const log = find("[data-counter-log]", counter);
  if (!form || !input || !result || !log) continue;
  let newest = 0;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const mine = ++newest;
    const asked = new URLSearchParams(new FormData(form));
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const response = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: asked,
        signal: stop.signal,
      });
      const answer = await response.json();
      if (!answer.verdict) throw new Error("not an answer");
      if (mine !== newest) return; // a later question is under way: its answer is the one to show
      showVerdict(result, answer);
      remember(log, answer);
      input.focus();
      input.select();
    } catch {
      if (mine === newest) form.submit(); // let the server tell what is wrong
    } finally {
      clearTimeout(timer);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    newest++;
    input.value = "";
    result.replaceChildren();
    input.focus();
  });
}

// --- Posters ---------------------------------------------------------------------------------------------------------

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// --- A photo of a QR code: sent at once, and made smaller before that only if it is too large ---------------------------

const LONGEST_SIDE = 3200;
const SMALL_ENOUGH = 5 * 1024 * 1024;

async function shrunk(file) {
  if (file.size <= SMALL_ENOUGH) return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = element("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], "qr.jpg", { type: "image/jpeg" });
}

for (const input of all("input[type=file][data-autosubmit]")) {
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    const progress = find("[data-sending]", input.form);
    if (progress) progress.hidden = false;
    try {
      const small = await shrunk(input.files[0]);
      if (small !== input.files[0]) {
        const files = new DataTransfer();
        files.items.add(small);
        input.files = files.files;
      }
    } catch {
      // An old browser, or a kind of picture it can't draw: the server gets the photo as it is.
    }
    input.form.submit(); // not requestSubmit: the text box of the same form may be empty
  });
}

// --- Filtering a list already on the page, with or without tone marks --------------------------------------------------

const plain = (text) =>
  text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/\s+/g, " ").trim();

for (const input of all("input[data-filter]")) {
  const items = all("[data-filter-item]").map((item) => ({ item, text: plain(item.textContent) }));
  const nothing = find("[data-filter-empty]");
  const filter = () => {
    const words = plain(input.value).split(" ");
    let shown = 0;
    for (const { item, text } of items) {
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown++;
    }
    if (nothing) nothing.hidden = shown > 0;
  };
  input.addEventListener("input", filter);
  if (input.value) filter();
}
