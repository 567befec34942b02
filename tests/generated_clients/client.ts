// A partner's program over what openapi-generator makes for TypeScript (fetch): says as JSON what it was told.
import {
  CatalogueApi, CheckApi, Configuration, FeedApi, Kind, PartnersApi, ResponseError, type CheckRequest, type Problem,
} from "./canhgiac-typescript/index.js";

declare const process: { argv: string[] };

const [url, clientId, clientSecret, listed] = process.argv.slice(2);
const grant = { grantType: "client_credentials", clientId, clientSecret };
const token = await new PartnersApi(new Configuration({ basePath: url })).grantToken(grant);
const configuration = new Configuration({
  basePath: url,
  accessToken: async () => "Bearer " + token.accessToken,
  // The feed is lines unless JSON is asked for.
  headers: { Accept: "application/json" },
});

const check = new CheckApi(configuration);
const verdicts: string[] = [];
const asked: CheckRequest[] = [{ items: [{ q: listed }, { q: "0950 999 999" }] }, { kind: Kind.ShortCode, code: "113" }];
for (const checkRequest of asked) {
  const { results } = await check.checkIdentifiers({ checkRequest });
  verdicts.push(...results.map((result) => result.verdict));
}
let problem: unknown[] = [];
try {
  await check.checkIdentifiers({ checkRequest: { kind: Kind.Phone } });
} catch (error) {
  if (!(error instanceof ResponseError)) throw error;
  const told: Problem = await error.response.json();
  problem = [error.response.status, told.code, told.errors?.[0]?.pointer];
}

const feed = new FeedApi(configuration);
const items: object[] = [];
let after = 0;
for (;;) {
  const page = await feed.getFeedChanges({ after, limit: 3 });
  // The page after the last one has nothing in it.
  if (!page || page.items.length === 0) break;
  items.push(...page.items);
  after = page.next;
}
const banks = (await new CatalogueApi(configuration).listBanks()).items.map((bank) => bank.bin);
console.log(JSON.stringify({ verdicts, problem, items, after, banks }));
