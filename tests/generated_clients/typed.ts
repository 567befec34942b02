// A partner's program over the types that openapi-typescript makes, and nothing else: says as JSON what it was told.
import type { components, operations, paths } from "./canhgiac.js";

declare const process: { argv: string[] };

type Schemas = components["schemas"];
const [url, clientId, clientSecret, listed] = process.argv.slice(2);

const at = (path: keyof paths, query: Record<string, string | number> = {}) =>
  url + path + "?" + new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));

const grant: Schemas["TokenForm"] = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
const granted = await fetch(at("/v1/oauth/token"), { method: "POST", body: new URLSearchParams(Object.entries(grant)) });
const token: Schemas["TokenJson"] = await granted.json();
const headers = { Authorization: "Bearer " + token.access_token, Accept: "application/json", "Content-Type": "application/json" };

const ask = (body: Schemas["CheckRequest"]) => fetch(at("/v1/check"), { method: "POST", headers, body: JSON.stringify(body) });
const verdicts: string[] = [];
const asked: Schemas["CheckRequest"][] = [
  { items: [{ q: listed }, { q: "0950 999 999" }] },
  { kind: "short_code", code: "113" },
];
for (const body of asked) {
  const answer: Schemas["CheckResponse"] = await (await ask(body)).json();
  verdicts.push(...answer.results.map((result) => result.verdict));
}
const refused = await ask({ kind: "phone" });
const told: Schemas["Problem"] = await refused.json();
const problem = [refused.status, told.code, told.errors?.[0]?.pointer];

type Changes = operations["get_feed_changes"];
const items: Changes["responses"][200]["content"]["application/json"]["items"] = [];
let query: Changes["parameters"]["query"] = { after: 0, limit: 3 };
for (;;) {
  const page: Schemas["FeedPage"] = await (await fetch(at("/v1/feed/changes", query), { headers })).json();
  // The page after the last one has nothing in it.
  if (page.items.length === 0) break;
  items.push(...page.items);
  query = { ...query, after: page.next };
}
const list: operations["list_banks"]["responses"][200]["content"]["application/json"] = await (await fetch(at("/v1/banks"))).json();
const banks = list.items.map((bank) => bank.bin);
console.log(JSON.stringify({ verdicts, problem, items, after: query.after, banks }));
