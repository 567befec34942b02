//! A short guide for whoever connects a program: checks, bulk checks, the feed, its digest and its proofs.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
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

# TOKEN: access_token
curl {url}/v1/check \
  -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{"items": [{"q": "0950 001 001"},
    {"kind": "account", "bank": "970436", "number": "0000000070001"}]}'"#;

/// Samples by what they do; a test runs those for shells and compilers as they stand on the page.
const SNIPPETS: [(&str, &str); 7] = [
    ("check.sh", include_str!("snippets/check.sh")),
    ("copy.sh", include_str!("snippets/copy.sh")),
    ("check.py", include_str!("snippets/check.py")),
    ("check.go", include_str!("snippets/check.go")),
    ("Check.java", include_str!("snippets/Check.java")),
    ("Check.cs", include_str!("snippets/Check.cs")),
    ("Power Query", include_str!("snippets/excel.pq")),
];
/// The same commands as in `src/docs/generated-clients.md`, from where the tests take them.
const GENERATORS: &str = r#"openapi-generator-cli generate -i {url}/openapi.json -g python \
  -o canhgiac-python --package-name canhgiac

openapi-generator-cli generate -i {url}/openapi.json -g go \
  -o canhgiac --additional-properties=packageName=canhgiac \
  --additional-properties=enumClassPrefix=true \
  --additional-properties=disallowAdditionalPropertiesIfNotPresent=false

openapi-generator-cli generate -i {url}/openapi.json -g typescript-fetch \
  -o canhgiac-typescript --global-property=skipFormModel=false \
  --additional-properties=importFileExtension=.js

openapi-python-client generate --url {url}/openapi.json

openapi-typescript {url}/openapi.json -o canhgiac.d.ts"#;

/// A leaf as it stands in the log.
const LEAF: &str = r#"{"v":1,"op":"list","k":"phone","t":1795460040,"r":null,"c":"<base64>"}"#;
/// The commitment of every `beat`.
const BEAT: &str = "czYqi3d6XKvdhJEAPECEC28f1wwE8F2sgfqgnq231As=";

/// A live set to try one's own digest on.
struct Vector {
    /// Keys with the ledger index of their listing's last change.
    set: &'static [(&'static str, u64)],
    digest: &'static str,
}

const VECTORS: [Vector; 3] = [
    Vector {
        set: &[],
        digest: "0000000000000000000000000000000000000000000000000000000000000000",
    },
    Vector {
        set: &[("phone:+84950001001", 1)],
        digest: "d387b09d295eb60cbf4a65ffa3fa8a09f3f97461f3d50f18b41a4315784f5bb9",
    },
    Vector {
        set: &[
            ("phone:+84950001001", 1),
            ("account:VN:970436:0000000070001", 12),
        ],
        digest: "3ec918a255be941334d2fbd7a605ec3c989e193cb42eec56855b59df0dba6dc5",
    },
];

#[derive(Template)]
#[template(path = "developers.html")]
struct DevelopersPage {
    s: PageContext,
    /// A check as a command.
    one: String,
    /// A token and a check of several, as commands.
    many: String,
    /// Names of samples and what stands in them.
    snippets: [(&'static str, String); 7],
    /// Where the list of telephone numbers is.
    list: String,
    /// Commands that make clients.
    generators: String,
    vectors: [Vector; 3],
    leaf: &'static str,
    beat: &'static str,
}

async fn guide(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let url = &state.issuer.url;
    let template = DevelopersPage {
        s: PageContext::public(&request, Nav::Developers, ""),
        one: ONE.replace("{url}", url),
        generators: GENERATORS.replace("{url}", url),
        many: MANY.replace("{url}", url),
        snippets: SNIPPETS.map(|(name, text)| (name, text.trim_end().replace("{url}", url))),
        list: format!("{url}/v1/feed/snapshot?format=list"),
        vectors: VECTORS,
        leaf: LEAF,
        beat: BEAT,
    };
    page(&request, Page::Public, &template)
}

#[cfg(test)]
mod tests {
    use super::{BEAT, VECTORS};
    use crate::{
        ledger::{leaf::commit, tree::to_base64},
        store::digest::LiveDigest,
    };

    #[test]
    fn the_vectors_on_the_page_have_the_digests_that_the_feed_sends() {
        for vector in VECTORS {
            let mut digest = LiveDigest::default();
            for (key, index) in vector.set {
                digest.add(key, *index);
            }
            assert_eq!(digest.to_string(), vector.digest);
        }
    }

    #[test]
    fn the_commitment_on_the_page_is_that_of_a_beat() {
        assert_eq!(to_base64(&commit(&[0; 32], b"")), BEAT);
    }
}
