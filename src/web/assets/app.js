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

function paragraph(className, text) {
  return text ? [element("p", className, text)] : [];
}

function verdictBox(answer) {
  const box = element("div", `cg-verdict cg-verdict--${answer.class}`);
  const icon = find(`template[data-icon="${answer.class}"]`);
  if (icon) box.append(icon.content.cloneNode(true));
  const text = element("div", "cg-verdict__text");
  text.append(element("h2", "cg-verdict__heading", answer.heading), ...paragraph("cg-verdict__key", answer.display));
  text.append(...paragraph("cg-verdict__warn", answer.words));
  const body = element("div", "cg-verdict__body");
  body.append(...paragraph("", answer.message), ...paragraph("", answer.source));
  text.append(body);
  box.append(text);
  return box;
}

/** Other numbers of the text, and what could have been meant: chosen by a press or by the key of its place. */
function showAnswer(place, answer, ask) {
  const others = element("ul", "cg-suggestions");
  for (const other of answer.others) {
    const line = element("p");
    line.append(element("strong", "", other.display), " ", element("span", `cg-status cg-status--${other.class}`, other.says));
    const card = element("li", "cg-card");
    card.append(line);
    others.append(card);
  }
  const guesses = element("ol", "cg-suggestions");
  answer.suggestions.forEach((guess, at) => {
    const button = element("button", "cg-suggestion", `${at + 1}. ${guess.display} `);
    button.type = "button";
    button.append(element("span", "cg-suggestion__note", guess.says));
    button.addEventListener("click", () => ask(guess.key));
    const item = element("li");
    item.append(button);
    guesses.append(item);
  });
  place.replaceChildren(verdictBox(answer), ...[others, guesses].filter((list) => list.children.length));
}

function remember(log, answer) {
  const rows = find("tbody", log);
  const row = element("tr", "govuk-table__row");
  const time = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  row.append(
    element("td", "govuk-table__cell", time),
    element("td", "govuk-table__cell cg-key", answer.display),
    element("td", `govuk-table__cell cg-counter__verdict--${answer.class}`, answer.heading),
  );
  rows.prepend(row);
  while (rows.children.length > REMEMBERED) rows.lastElementChild.remove();
  log.hidden = false;
}

for (const counter of all("[data-counter]")) {
  const form = find("form", counter);
  const input = find("input[name=q]", counter);
  const result = find("[data-counter-result]", counter);
  const log = find("[data-counter-log]", counter);
  if (!form || !input || !result || !log) continue;
  let newest = 0;

  async function ask(text) {
    const mine = ++newest;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    let response;
    try {
      response = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ q: text }),
        signal: stop.signal,
      });
      const answer = await response.json();
      if (!answer.class) throw new Error("not an answer");
      if (mine !== newest) return; // a later question is under way: its answer is the one to show
      showAnswer(result, answer, ask);
      remember(log, answer);
    } catch {
      if (mine !== newest) return;
      if (response) {
        input.value = text;
        return form.submit(); // let the server tell what is wrong
      }
      const offline = { class: "unreadable", heading: counter.dataset.offline };
      result.replaceChildren(verdictBox(offline)); // the page stays, with what was checked before
    } finally {
      clearTimeout(timer);
    }
    const guess = find("ol.cg-suggestions button", result);
    if (guess) return guess.focus();
    input.focus();
    input.select();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(input.value);
  });

  // A box of one line would join the lines of a message, and their numbers with them.
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    input.value = text.trim().split(/\s*\n\s*/).join(" ; ");
    ask(text);
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      newest++;
      input.value = "";
      result.replaceChildren();
      input.focus();
      return;
    }
    // In the box a digit is the beginning of the next number.
    const guesses = all("ol.cg-suggestions button", result);
    const chosen = /^[1-9]$/.test(event.key) ? guesses[event.key - 1] : undefined;
    if (document.activeElement === input) return;
    if (chosen) {
      event.preventDefault();
      chosen.click();
    } else if (guesses.includes(document.activeElement) && event.key.length === 1 && event.key !== " ") {
      // The next number: its first sign goes into the box.
      input.focus();
      input.select();
    }
  });
}

// --- Enter checks; with Shift it is a new line --------------------------------------------------------------------------

for (const box of all("textarea[data-enter]")) {
  if (!box.form.requestSubmit) continue; // old browsers: Enter is a new line
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    box.form.requestSubmit();
  });
}

// --- Posters ---------------------------------------------------------------------------------------------------------

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// --- Sent on by the phone's own means: what a method is and where it is told of, never a number --------------------------

for (const button of all("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  if (button.parentElement.localName === "li") button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    const { share: url, shareText: text } = button.dataset;
    navigator.share({ text, url }).catch(() => {}); // whoever closes the choice sends nothing
  });
}

// --- Texts to be sent on -------------------------------------------------------------------------------------------------

for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    text.select?.(); // of a text that is no field, its words are copied
    await navigator.clipboard.writeText(text.value ?? text.textContent.trim().replace(/\s+/g, " "));
    button.textContent = button.dataset.copied;
  });
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

// --- Pictures of a report: each made smaller if it is too large, and sent with the rest -------------------------------------

for (const input of all("input[type=file][data-shrink]")) {
  let working = null;
  const shrink = async () => {
    const chosen = [...input.files];
    const files = new DataTransfer();
    for (const file of chosen) {
      // What the browser can't draw, a PDF for one, goes as it is.
      files.items.add(await shrunk(file).catch(() => file));
    }
    // Others may have been chosen meanwhile.
    if (chosen.every((file, n) => file === input.files[n])) input.files = files.files;
  };
  const progress = find("[data-shrinking]", input.form);
  const change = () => {
    const own = shrink().finally(() => {
      if (working !== own) return;
      working = null;
      if (progress) progress.hidden = true;
    });
    working = own;
    if (progress) progress.hidden = false;
  };
  input.addEventListener("change", change);
  // Sent while a picture is made smaller, the form waits for it.
  input.form.addEventListener("submit", async (event) => {
    if (!working) return;
    event.preventDefault();
    while (working) await working;
    input.form.requestSubmit(event.submitter);
  });
}

// --- A switch of a page with a form takes along what was typed and not sent yet -------------------------------------------

for (const again of all("form[data-again]")) {
  again.addEventListener("submit", () => {
    const draft = find("form[data-draft]");
    if (!draft) return;
    for (const [name, value] of new FormData(draft)) {
      if (typeof value !== "string") continue;
      const hidden = find(`input[type=hidden][name="${CSS.escape(name)}"]`, again) ?? element("input");
      Object.assign(hidden, { type: "hidden", name, value });
      again.prepend(hidden);
    }
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
    for (const group of all("[data-filter-group]")) group.hidden = !find("[data-filter-item]:not([hidden])", group);
    if (nothing) nothing.hidden = shown > 0;
  };
  input.addEventListener("input", filter);
  if (input.value) filter();
}

// --- The desk's menu is one line on a narrow screen: the page that is open is seen in it ------------------------------------

for (const here of all(".cg-subnav [aria-current]")) {
  const line = here.closest("ul");
  line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}

// --- Keys in queues and on reports: they move and open, none decides ------------------------------------------------------

for (const list of all("[data-keys]")) {
  const rows = all("[data-row]", list);
  const help = find("[data-keys-help]", list);
  if (help) help.hidden = false;
  const isTyping = (place) => place.isContentEditable || /^(input|textarea|select|button|summary)$/.test(place.localName);

  const opened = rows.findIndex((row) => row.hasAttribute("aria-current"));

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const link = find(`[data-key="${CSS.escape(event.key)}"]`, list);
    const focused = rows.indexOf(document.activeElement);
    const at = focused >= 0 ? focused : opened; // the row beside which its proposal is shown
    if (link) {
      link.click();
    } else if (event.key === "j" || event.key === "k") {
      const next = event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
      rows[next]?.focus();
    } else if (event.key === "o") {
      rows[focused]?.click();
    } else if (event.key === "?" && help) {
      help.open = !help.open;
    } else return;
    event.preventDefault();
  });
}
