"""A partner's program over what openapi-generator makes for Python: says as JSON what it was told."""

import json
import sys

import canhgiac

url, client_id, client_secret, listed = sys.argv[1:]
configuration = canhgiac.Configuration(host=url)
with canhgiac.ApiClient(configuration) as api:
    check, feed = canhgiac.CheckApi(api), canhgiac.FeedApi(api)
    token = canhgiac.PartnersApi(api).grant_token(
        grant_type="client_credentials", client_id=client_id, client_secret=client_secret
    )
    configuration.access_token = token.access_token

    inputs = [canhgiac.IdentifierInput(q=text) for text in (listed, "0950 999 999")]
    several = check.check_identifiers(canhgiac.CheckRequest(canhgiac.CheckItems(items=inputs)))
    one = check.check_identifiers(canhgiac.CheckRequest(canhgiac.IdentifierInput(kind="short_code", code="113")))
    verdicts = [result.verdict for result in several.results + one.results]
    try:
        check.check_identifiers(canhgiac.CheckRequest(canhgiac.IdentifierInput(kind="phone")))
    except canhgiac.ApiException as error:
        problem = [error.status, error.data.code, error.data.errors[0].pointer]

    items, after = [], 0
    # The page after the last one has nothing in it.
    while page := feed.get_feed_changes(after=after, limit=3):
        if not page.items:
            break
        items, after = items + page.items, page.next
    banks = [bank.bin for bank in canhgiac.CatalogueApi(api).list_banks().items]
    print(json.dumps({"verdicts": verdicts, "problem": problem, "items": items, "after": after, "banks": banks}))
