// The real binary, serving its sample data, and the one-time codes of its sample people.

import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const STEP_SECONDS = 30;
const LIMITS = {
  CANHGIAC_LIMITS__ANONYMOUS_BURST: "1000000",
  CANHGIAC_LIMITS__REPORTS_PER_HOUR: "100000",
  CANHGIAC_LIMITS__OFFICER_REQUESTS_PER_MINUTE: "100000",
  CANHGIAC_LIMITS__SIGN_IN_PER_MINUTE: "1000",
  CANHGIAC_LIMITS__ENROLMENT_PER_MINUTE: "1000",
};

function base32(text) {
  const bits = [...text].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** RFC 6238: SHA-1, six digits. */
function code(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const tag = createHmac("sha1", base32(secret)).update(counter).digest();
  const word = tag.readUInt32BE(tag[19] & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

function faketime() {
  const folders = readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);
  const found = folders.find((path) => existsSync(path));
  if (!found) throw new Error("libfaketime is not installed");
  return found;
}

/** The binary with sample people and listings; its clock can be put ahead. */
export class Program {
  #process;
  #folder = mkdtempSync(join(tmpdir(), "canhgiac-browser-"));
  #ahead = 0;
  #used = new Map();

  static async start() {
    const binary = process.env.CANHGIAC;
    if (!binary) throw new Error("CANHGIAC names no binary");
    const program = new Program();
    program.#setClock();
    const clock = {
      LD_PRELOAD: faketime(),
      FAKETIME_TIMESTAMP_FILE: join(program.#folder, "clock"),
      FAKETIME_NO_CACHE: "1",
      DONT_FAKE_MONOTONIC: "1",
    };
    program.#process = spawn(binary, ["demo", "--json", "--listen", "127.0.0.1:0", "--data", join(program.#folder, "data")], {
      env: { ...process.env, ...LIMITS, ...clock },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    program.#process.stderr.on("data", (text) => (log = (log + text).slice(-4000)));
    const first = await Promise.race([
      once(createInterface({ input: program.#process.stdout }), "line"),
      once(program.#process, "exit").then(() => [null]),
    ]);
    if (!first[0]) throw new Error(`the program ended: ${log}`);
    Object.assign(program, JSON.parse(first[0]));
    const step = program.#step();
    for (const user of program.users) program.#used.set(user.username, step - 1);
    return program;
  }

  async stop() {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const [status] = await ended;
    rmSync(this.#folder, { recursive: true });
    if (status !== 0) throw new Error(`the program ended with ${status}`);
  }

  /** Puts the program's clock ahead. */
  pass(seconds) {
    this.#ahead += seconds;
    this.#setClock();
  }

  /** A code that this user has not used: time passes for the program rather than for the tests. */
  otp(user) {
    const step = this.#used.get(user.username) + 1;
    while (step > this.#step()) this.pass(STEP_SECONDS);
    const next = Math.max(step, this.#step());
    this.#used.set(user.username, next);
    return code(user.totp_secret, next);
  }

  /** What programs are told about a number. */
  async verdict(text) {
    const answer = await fetch(`${this.url}/v1/check`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ q: text }),
    });
    return (await answer.json()).results[0].verdict;
  }

  #setClock() {
    writeFileSync(join(this.#folder, "clock"), `+${this.#ahead}\n`);
  }

  #step() {
    return Math.floor((Date.now() / 1000 + this.#ahead) / STEP_SECONDS);
  }
}
