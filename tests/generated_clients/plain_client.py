"""A partner's program over what openapi-python-client makes: says as JSON what it was told."""

import json
import sys

from canh_giac_client import AuthenticatedClient, Client
from canh_giac_client.api.catalogue import list_banks
from canh_giac_client.api.check import check_identifiers
from canh_giac_client.api.feed import get_feed_changes
from canh_giac_client.api.partners import grant_token
from canh_giac_client.models import CheckItems, IdentifierInput, Kind, TokenForm

url, client_id, client_secret, listed = sys.argv[1:]
form = TokenForm(grant_type="client_credentials", client_id=client_id, client_secret=client_secret)
token = grant_token.sync(client=Client(base_url=url), body=form).access_token
# The feed is lines unless JSON is asked for.
with AuthenticatedClient(base_url=url, token=token, headers={"Accept": "application/json"}) as api:
    several = CheckItems(items=[IdentifierInput(q=listed), IdentifierInput(q="0950 999 999")])
    results = check_identifiers.sync(client=api, body=several).results
    results += check_identifiers.sync(client=api, body=IdentifierInput(kind=Kind.SHORT_CODE, code="113")).results
    verdicts = [result.verdict for result in results]
    refused = check_identifiers.sync_detailed(client=api, body=IdentifierInput(kind=Kind.PHONE))
    problem = [refused.status_code, refused.parsed.code, refused.parsed.errors[0].pointer]

    items, after = [], 0
    # The page after the last one has nothing in it.
    while page := get_feed_changes.sync(client=api, after=after, limit=3):
        if not page.items:
            break
        items, after = items + [item.to_dict() for item in page.items], page.next_
    banks = [bank.bin_ for bank in list_banks.sync(client=api).items]
    print(json.dumps({"verdicts": verdicts, "problem": problem, "items": items, "after": after, "banks": banks}))
