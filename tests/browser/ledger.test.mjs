// The public ledger as people meet it: its page, the page of a warning, and the programs that verify it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { OFFICE, PHONE, WAYS, check, launch, open, signIn } from "./browser.mjs";
import { faultsOf } from "./faults.mjs";
import { Program } from "./program.mjs";

const LINK = "Xem cảnh báo này trong sổ công khai";
const CONFIRMED = "Công an đã xác nhận: lừa đảo";
const TAKEN_OFF = "Công an đã gỡ cảnh báo này";
const DESTROYED = "Nội dung của cảnh báo này đã bị hủy";
const OVER = "Cảnh báo này đã hết hiệu lực";
const DAY = 24 * 60 * 60;

let program, browser;

before(async () => {
  program = await Program.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const get = (path) => fetch(new URL(path, program.url));
const heading = (page) => page.getByRole("heading", { level: 1 }).innerText();
const main = (page) => page.getByRole("main");
const region = (page, name) => page.getByRole("region", { name, exact: true });

/** The address of a number's public page, from the answer that warns of it. */
async function addressOf(number) {
  const { context, page } = await open(browser, program);
  await check(page, number);
  const address = await page.getByRole("link", { name: LINK }).first().getAttribute("href");
  await context.close();
  return address;
}

/** What a signed-in person does on a listing's page at the desk. */
async function atDesk(user, id, act) {
  const { context, page } = await open(browser, program);
  await signIn(page, program, user);
  await page.goto(`/desk/listings/${id}`);
  await act(page);
  await page.getByRole("status").filter({ hasText: /Đã ghi nhận|Đã gửi/ }).waitFor();
  await context.close();
}

async function takeOff(id) {
  // One of the supervisors answers for the place, the one of the province for all of them.
  await atDesk(program.users[4], id, async (page) => {
    await page.getByLabel(/^Lý do/).fill("Cảnh báo nhầm");
    await page.getByRole("button", { name: "Gỡ khỏi danh sách" }).click();
  });
}

async function destroy(id) {
  await atDesk(program.users[6], id, async (page) => {
    await page.getByText("Xóa số này vĩnh viễn").click();
    await page.locator("#reason-number").fill("Người bị cảnh báo nhầm yêu cầu");
    await page.getByRole("button", { name: "Xin xóa số này", exact: true }).click();
  });
  const { context, page } = await open(browser, program);
  await signIn(page, program, program.users[7]);
  await page.goto("/desk/approvals");
  await page.getByRole("link", { name: "Xóa vĩnh viễn số của một cảnh báo" }).first().click();
  await page.getByLabel(/^Lý do/).fill("Đã xem đơn");
  await page.getByRole("button", { name: "Đồng ý" }).click();
  await page.getByRole("status").filter({ hasText: "đồng ý" }).waitFor();
  await context.close();
}

/** A verifier key of the same name that never signed anything. */
function another(key) {
  const [name] = key.split("+");
  const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
  const bytes = Buffer.concat([Buffer.of(1), Buffer.from(x, "base64url")]);
  const id = createHash("sha256").update(`${name}\n`).update(bytes).digest("hex").slice(0, 8);
  return `${name}+${id}+${bytes.toString("base64")}`;
}

const idOf = (address) => address.split("?")[0].split("/").at(-1);

/** Everything wrong with a page of a warning, in both languages and two sizes. */
async function faultsInBoth(address) {
  const english = address.replace("/vi/canh-bao/", "/en/listings/");
  for (const [path, lang] of [[address, "vi"], [english, "en"]]) {
    for (const viewport of [PHONE, OFFICE]) {
      const { context, page, seen } = await open(browser, program, { viewport });
      const response = await page.goto(path);
      // What is folded away has to be usable too.
      await page.locator("details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
      assert.deepEqual(await faultsOf(page, seen, response, { lang }), [], `${path} at ${viewport.width}`);
      await context.close();
    }
  }
}

for (const way of WAYS) {
  test(`a citizen ${way.name} reads from a warning what the ledger holds of it, without the number`, async () => {
    const { context, page, seen } = await open(browser, program, way);
    await check(page, "0950 001 001");
    const opened = page.waitForResponse((response) => response.request().isNavigationRequest());
    await page.getByRole("link", { name: LINK }).click();
    const response = await opened;
    assert.equal(response.status(), 200);
    assert.match(response.headers()["x-robots-tag"], /noindex/);
    assert.equal(response.headers()["cache-control"], "no-cache");
    assert.doesNotMatch(await response.text(), /950.?001.?001/, "the number is not on the page");
    assert.equal(await heading(page), CONFIRMED);
    assert.match(await main(page).innerText(), /Nơi xác nhận\s+Công an phường Bỉm Sơn/);
    await main(page).getByRole("link", { name: /Giả danh công an/ }).waitFor();
    const file = main(page).getByRole("link", { name: /^Tải tệp, mục \d+$/ });
    const text = await (await get(await file.getAttribute("href"))).text();
    assert.match(text, /^c2sp\.org\/tlog-proof@v1\nindex \d+\n/);
    assert.ok(text.endsWith(await (await get("/v1/ledger/checkpoint")).text()), "the file holds the checkpoint");
    assert.deepEqual([seen.complaints, seen.elsewhere], [[], []]);
    await context.close();
  });
}

test("a warning's page is usable by everybody, in both languages", async () => {
  await faultsInBoth(await addressOf("0950 001 001"));
});

describe("a warning that was a mistake", () => {
  let address, unit;

  before(async () => {
    address = await addressOf("0950 001 002");
  });

  test("is shown as taken off, with the proof of it", async () => {
    await takeOff(idOf(address));
    assert.equal(await program.verdict("0950 001 002"), "no_record");
    const { context, page } = await open(browser, program);
    await page.goto(address);
    assert.equal(await heading(page), TAKEN_OFF);
    const rows = main(page).getByRole("table").getByRole("row");
    assert.match(await rows.nth(1).innerText(), /Gỡ khỏi danh sách.*mục \d+/s);
    assert.match(await rows.nth(2).innerText(), /Đưa vào danh sách.*mục \d+/s);
    const proof = await rows.nth(1).getByRole("link").getAttribute("href");
    assert.equal((await get(proof)).status, 200);
    unit = /Nơi xác nhận\s+([^\n]+)/.exec(await main(page).innerText())[1];
    await context.close();
    await faultsInBoth(address);
  });

  test("says only that it was destroyed, once it was, and keeps its proofs", async () => {
    await destroy(idOf(address));
    const { context, page } = await open(browser, program);
    const response = await page.goto(address);
    assert.equal(await heading(page), DESTROYED);
    const text = await main(page).innerText();
    assert.match(text, /Hủy ngày \d\d\/\d\d\/\d{4}/);
    for (const gone of [unit, "Thủ đoạn", "Ngày xác nhận"]) assert.ok(!text.includes(gone), gone);
    assert.doesNotMatch(await response.text(), /950.?001.?002/);
    const files = main(page).getByRole("table").getByRole("link");
    assert.equal(await files.count(), 3, "listed, taken off, destroyed");
    for (const file of await files.all()) assert.equal((await get(await file.getAttribute("href"))).status, 200);
    await context.close();
    await faultsInBoth(address);
  });
});

test("what never was public has no page, and neither has what is no id", async () => {
  const { context, page } = await open(browser, program);
  await signIn(page, program, program.users[1]);
  await page.goto("/desk/queue");
  const proposal = await main(page).getByRole("table").getByRole("link").first().getAttribute("href");
  const [, waiting] = proposal.match(/^\/desk\/queue\?.*open=([0-9a-f-]{36})/);
  for (const id of [waiting, crypto.randomUUID(), "abc"]) {
    for (const place of ["/vi/canh-bao", "/en/listings"]) {
      const response = await page.goto(`${place}/${id}`);
      assert.equal(response.status(), 404, `${place}/${id}`);
    }
  }
  await context.close();
});

describe("the ledger's page", () => {
  test("shows the checkpoint and the keys as they are served", async () => {
    const [note, { verifier_keys }] = [await (await get("/v1/ledger/checkpoint")).text(), await (await get("/v1/ledger/key")).json()];
    const [, size, root] = note.split("\n");
    const { context, page } = await open(browser, program, { javaScriptEnabled: false });
    await page.goto("/vi/minh-bach");
    assert.equal(await region(page, "Điểm kiểm chứng").locator("pre").textContent(), note);
    assert.equal(await region(page, "Khóa").locator("pre").textContent(), verifier_keys.join("\n"));
    const text = await main(page).innerText();
    assert.match(text, new RegExp(`Số mục trong sổ\\s+${size}\\b`));
    assert.ok(text.includes(root), "the root");
    assert.match(text, /Mục mới nhất ghi lúc\s+\d\d:\d\d ngày \d\d\/\d\d\/\d{4}/);
    await context.close();
  });

  test("is found from the foot of every page", async () => {
    const { context, page } = await open(browser, program);
    await page.goto("/vi");
    await page.getByRole("contentinfo").getByRole("link", { name: "Sổ công khai" }).click();
    await page.waitForURL("**/vi/minh-bach");
    await context.close();
  });

  const python = join(process.env.BROWSER_TOOLS ?? ".", "../venv/bin/python");
  const runs = (command, options) => spawnSync(command[0], command.slice(1), { encoding: "utf8", timeout: 60_000, ...options });
  const go = { ...process.env, GOPATH: "/usr/share/gocode", GO111MODULE: "off" };
  const noGo = !existsSync("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog") && "Go's x/mod is not installed";
  const noPython = runs([python, "-c", "import tlog_scales"]).status !== 0 && "tlog-scales is not installed";

  for (const [file, command, options, skip] of [
    ["check.go", ["go", "run", "check.go"], { env: go }, noGo],
    ["check.py", [python, "check.py"], {}, noPython],
    ["proof.py", [python, "proof.py", "proof"], {}, noPython],
  ]) {
    test(`${file} on it verifies the ledger, and nothing that was forged`, { skip }, async () => {
      const { context, page } = await open(browser, program);
      await page.goto("/vi/minh-bach");
      const text = await region(page, file).locator("pre").textContent();
      await context.close();
      const folder = mkdtempSync(join(tmpdir(), "canhgiac-verifying-"));
      const run = () => runs(command, { cwd: folder, ...options });
      try {
        const proof = await (await get("/v1/ledger/proof?index=3&format=tlog-proof")).text();
        writeFileSync(join(folder, file), text);
        if (file === "proof.py") writeFileSync(join(folder, "proof"), proof);
        for (const time of ["first", "second"]) {
          const { stdout, stderr, status } = run();
          assert.equal(status, 0, `the ${time} time: ${stderr}`);
          assert.match(stdout, /^OK \d+/);
        }
        if (file === "proof.py") {
          writeFileSync(join(folder, "proof"), proof.replace("index 3", "index 4"));
          assert.notEqual(run().status, 0, "the proof of another entry is refused");
          writeFileSync(join(folder, "proof"), proof);
        }
        const { verifier_keys: [key] } = await (await get("/v1/ledger/key")).json();
        assert.ok(text.includes(key), "the key in use is in the program");
        writeFileSync(join(folder, file), text.replace(key, another(key)));
        assert.notEqual(run().status, 0, "a signature of another key is refused");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});

/** A clock that has jumped is not believed until an administrator says that it is right. */
async function confirmClock({ username, password, ...admin }) {
  const send = (path, body, token) => fetch(program.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const otp = program.otp({ username, ...admin });
  const session = await (await send("/v1/session", { username, password, otp })).json();
  const confirmed = await send("/v1/clock/confirm", { reason: "đã xem đồng hồ khác" }, session.access_token);
  assert.equal(confirmed.status, 204);
}

test("a warning whose time is over says so, and that this does not mean safe", async () => {
  const address = await addressOf("0950 001 001");
  program.pass(100 * DAY);
  await confirmClock(program.users.find((user) => user.role === "admin"));
  const { context, page } = await open(browser, program);
  await page.goto(address);
  assert.equal(await heading(page), OVER);
  assert.match(await main(page).innerText(), /không có nghĩa là hết lừa đảo/);
  assert.match(await main(page).innerText(), /Hết hiệu lực ngày\s+\d\d\/\d\d\/\d{4}/);
  await context.close();
  await faultsInBoth(address);
});
