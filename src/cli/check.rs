//! check: one text, one plain answer. Beside a running service it asks the service.

use serde_json::{Value, json};

use super::{
    args::Language,
    context::{Context, say},
    ending::{CliError, Outcome},
};
use crate::{
    domain::{identifier::Identifier, message::Lang},
    present::{answer, json::IdentifierInput},
    registry::startup::StartError,
    server::now,
};

pub(super) fn run(context: &Context, text: &str, lang: Language) -> Result<Outcome, CliError> {
    let lang = match lang {
        Language::Vi => Lang::Vi,
        Language::En => Lang::En,
    };
    let found = match context.open() {
        Ok(registry) => {
            let input = IdentifierInput {
                q: Some(text.to_owned()),
                ..IdentifierInput::default()
            };
            let checked = registry.check(Identifier::parse(text), now());
            json!(answer::present(
                &context.config.server.public_url,
                input,
                &checked,
                lang
            ))
        }
        Err(CliError::Start(StartError::Locked { url: Some(url), .. })) => ask(&url, text, lang)?,
        Err(error) => return Err(error),
    };
    say(&if context.json {
        found.to_string()
    } else {
        plain(&found)
    });
    match found["verdict"].as_str() {
        Some("no_record" | "official") => Ok(Outcome::Done),
        Some("listed") => Ok(Outcome::No),
        _ => Err(CliError::Usage("the text is not one identifier".into())),
    }
}

/// Asks the service that uses the folder.
fn ask(url: &str, text: &str, lang: Lang) -> Result<Value, CliError> {
    let asked = || -> Result<Value, ureq::Error> {
        ureq::post(format!("{url}/v1/check"))
            .header("Accept-Language", lang.as_str())
            .send_json(json!({"q": text}))?
            .body_mut()
            .read_json()
    };
    // The cause is not repeated: it could hold what was asked.
    let mut answer = asked().map_err(|_| {
        CliError::Usage(format!(
            "the service at {url} uses the folder and did not answer"
        ))
    })?;
    Ok(answer["results"][0].take())
}

fn plain(found: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = |name: &str| found[name].as_array().cloned().unwrap_or_default();
    let mut lines = vec![text(&found["message"])];
    lines.extend(
        all("suggestions")
            .iter()
            .map(|s| format!("  ? {}", text(&s["display"]))),
    );
    lines.extend(all("advice").iter().map(|a| format!("  - {}", text(a))));
    lines.join("\n")
}
