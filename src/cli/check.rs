//! check: one text, one plain answer. Beside a running service it asks the service.

use serde_json::{Value, json};

use super::{
    context::Context,
    ending::{CliError, Outcome},
    locale::{language, worded},
    terminal::say,
};
use crate::{
    domain::{findings::Findings, identifier::Identifier, message::Lang},
    present::{
        answer::{self, VerdictWord},
        json::IdentifierInput,
        words,
    },
    registry::{StartError, told::Told},
    server::now,
};

/// An answer, from here or from the service.
struct Answer {
    verdict: String,
    /// What a person is told.
    lines: Vec<String>,
    json: String,
}

pub(super) fn run(context: &Context, text: &str, lang: Lang) -> Result<Outcome, CliError> {
    let answer = match context.open() {
        Ok(registry) => {
            let told = registry.tell(Findings::of(text), now());
            own(context, text, &told, lang)
        }
        Err(CliError::Start(StartError::Locked { url: Some(url), .. })) => {
            sent(&ask(&url, text, lang)?)
        }
        Err(error) => return Err(error),
    };
    say(&if context.json {
        answer.json
    } else {
        answer.lines.join("\n")
    });
    match answer.verdict.as_str() {
        "no_record" | "official" => Ok(Outcome::Done),
        "listed" => Ok(Outcome::No),
        _ => {
            let told = language().pick(
                "nội dung này không phải một số điện thoại, tài khoản hay ví",
                "the text is not one identifier",
            );
            Err(CliError::Usage(told.into()))
        }
    }
}

fn lines(
    message: &str,
    guesses: impl Iterator<Item = String>,
    advice: impl Iterator<Item = String>,
) -> Vec<String> {
    let mut lines = vec![message.to_owned()];
    lines.extend(guesses.map(|guess| format!("  ? {guess}")));
    lines.extend(advice.map(|line| format!("  - {line}")));
    lines
}

fn own(context: &Context, text: &str, told: &Told, lang: Lang) -> Answer {
    let input = IdentifierInput {
        q: Some(text.to_owned()),
        ..IdentifierInput::default()
    };
    let others = told
        .found
        .iter()
        .skip(1)
        .map(|other| &other.known.identifier);
    let guesses = others.chain(told.suggested.iter().map(|(guess, _)| guess));
    let advice = words::checked::advice(&told.first, lang)
        .into_iter()
        .map(str::to_owned);
    let url = &context.config.server.public_url;
    Answer {
        verdict: VerdictWord::of(&told.first).as_str().to_owned(),
        lines: lines(
            &words::checked::told(told, lang),
            guesses.map(Identifier::display),
            advice,
        ),
        json: json!(answer::present(url, input, told, lang)).to_string(),
    }
}

fn sent(answer: &Value) -> Answer {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = |name: &str| {
        answer[name]
            .as_array()
            .cloned()
            .unwrap_or_default()
            .into_iter()
    };
    Answer {
        verdict: text(&answer["verdict"]),
        lines: lines(
            &text(&answer["message"]),
            all("suggestions").map(|guess| text(&guess["display"])),
            all("advice").map(|line| text(&line)),
        ),
        json: answer.to_string(),
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
        let told = worded(
            format_args!("máy chủ ở {url} đang dùng thư mục này mà không trả lời"),
            format_args!("the service at {url} uses the folder and did not answer"),
        );
        CliError::Usage(told)
    })?;
    Ok(answer["results"][0].take())
}
