//! A short guide for whoever connects a program: checks, bulk checks, the feed and its digest.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    render::{Page, page},
    shell::{Nav, Shell},
};
use crate::http::state::State;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Developers.both() {
        config.route(&format!("/{slug}"), web::get().to(guide));
    }
}

const ONE: &str = r#"curl {url}/v1/check \
  -H 'Content-Type: application/json' \
  -d '{"q": "0950 001 001"}'"#;

const MANY: &str = r#"curl {url}/v1/oauth/token \
  -u "$CLIENT_ID:$CLIENT_SECRET" \
  -d 'grant_type=client_credentials&scope=check:bulk feed:read'

curl {url}/v1/check \
  -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{"items": [{"q": "0950 001 001"},
    {"kind": "account", "bank": "970436", "number": "0000000070001"}]}'"#;

/// A live set to try one's own digest on: keys with the ledger index of their listing's last change.
const VECTOR: [(&str, u64); 2] = [
    ("phone:+84950001001", 1),
    ("account:VN:970436:0000000070001", 12),
];
/// The digest of [`VECTOR`].
const VECTOR_DIGEST: &str = "3ec918a255be941334d2fbd7a605ec3c989e193cb42eec56855b59df0dba6dc5";

#[derive(Template)]
#[template(path = "developers.html")]
struct DevelopersPage {
    s: Shell,
    /// A check as a command.
    one: String,
    /// A token and a check of several, as commands.
    many: String,
    vector: [(&'static str, u64); 2],
    digest: &'static str,
}

async fn guide(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let url = &state.issuer.url;
    let template = DevelopersPage {
        s: Shell::public(&request, Nav::Developers, ""),
        one: ONE.replace("{url}", url),
        many: MANY.replace("{url}", url),
        vector: VECTOR,
        digest: VECTOR_DIGEST,
    };
    page(&request, Page::Public, &template)
}

#[cfg(test)]
mod tests {
    use super::{VECTOR, VECTOR_DIGEST};
    use crate::store::digest::LiveDigest;

    #[test]
    fn the_vector_on_the_page_has_the_digest_that_the_feed_sends() {
        let mut digest = LiveDigest::default();
        for (key, index) in VECTOR {
            digest.add(key, index);
        }
        assert_eq!(digest.to_string(), VECTOR_DIGEST);
    }
}
