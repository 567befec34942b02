//! The public ledger in plain words, as it stands now, and how to verify it with tools that nobody here wrote.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{message::Lang, time::Time},
    http::state::State,
    ledger::tree::to_base64,
    present::words,
    registry::{Registry, RegistryError},
};

/// Verifies the log with the Python package `tlog-scales`.
const CHECK_PY: &str = include_str!("verifying/check.py");
/// Verifies a tlog-proof file with the same.
const PROOF_PY: &str = include_str!("verifying/proof.py");
/// Verifies the log with the packages of Go's own checksum database.
const CHECK_GO: &str = include_str!("verifying/check.go");
const CHECKPOINT: &str = "curl {url}/v1/ledger/checkpoint";
const MIRROR: &str = r#"(umask 077 && printf %s "$CLIENT_SECRET" > secret)
canhgiac mirror {url} --data mirror --once \
  --client-id "$CLIENT_ID" --client-secret-file secret \
  --key '{key}'"#;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Transparency.both() {
        config.route(&format!("/{slug}"), web::get().to(show));
    }
}

#[derive(Template)]
#[template(path = "transparency.html")]
struct TransparencyPage {
    s: PageContext,
    /// The ledger as it stands; none while no checkpoint can be given.
    present: Option<Present>,
    /// Verifier keys in use, newest first, one a line.
    keys: String,
    /// Those that signed once, one a line; empty when there are none.
    former_keys: String,
    several_keys: bool,
    curl: String,
    check_py: String,
    check_go: String,
    proof_py: String,
    mirror: String,
}

/// The ledger at its last checkpoint.
struct Present {
    size: u64,
    root: String,
    note: String,
    /// When the last entry was made.
    last_at: Option<String>,
    /// Listings in force.
    live: u64,
}

async fn show(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Transparency, "");
    let (registry, lang) = (state.registry.clone(), s.lang);
    let present = State::blocking(move || match present(&registry, lang) {
        // The page says so in its place; the rest of it is true all the same.
        Err(RegistryError::Unavailable) => Ok(None),
        other => other.map(Some),
    });
    let present = present.await?;
    let keys = state.registry.verifier_keys();
    let newest = keys.first().map_or("", String::as_str);
    let fill = |text: &str| {
        let text = text.replace("{url}", &state.issuer.url);
        text.trim_end().replace("{key}", newest)
    };
    let template = TransparencyPage {
        s,
        present,
        curl: fill(CHECKPOINT),
        check_py: fill(CHECK_PY),
        check_go: fill(CHECK_GO),
        proof_py: fill(PROOF_PY),
        mirror: fill(MIRROR),
        several_keys: keys.len() > 1,
        keys: keys.join("\n"),
        former_keys: state.registry.former_verifier_keys().join("\n"),
    };
    page(&request, Page::Public, &template)
}

fn present(registry: &Registry, lang: Lang) -> Result<Present, RegistryError> {
    let signed = registry.checkpoint()?;
    let size = signed.checkpoint.size;
    let last = size.checked_sub(1);
    let last = last.map(|index| registry.inclusion(index, Some(size)));
    let minute = last.transpose()?.map(|found| found.leaf.minute);
    Ok(Present {
        size,
        root: to_base64(&signed.checkpoint.root),
        note: signed.note,
        last_at: minute.map(|minute| words::moment(Time::from_minutes(minute), lang)),
        live: registry.index().published().tallies.total().live,
    })
}
