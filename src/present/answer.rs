//! What a check answers: verdict, words, advice.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    json::{self, IdentifierInput, IdentifierJson, PublicListing},
    problem_catalogue,
    words::day,
};
use crate::{
    domain::{
        identifier::{Identifier, Kind, Unreadable},
        message::{self, Lang},
        time::Time,
    },
    registry::check::{Checked, Verdict},
};

/// What a check says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// Police confirmed it.
    Listed,
    /// A protected identifier.
    Official,
    /// No information yet, which does not mean safe.
    NoRecord,
    /// Not one identifier; see `problem` and `suggestions`.
    Unreadable,
}

impl VerdictWord {
    /// The machine word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Official => "official",
            Self::NoRecord => "no_record",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Whose official number it is.
#[derive(Serialize, ToSchema)]
pub struct OfficialJson {
    pub name: String,
}

/// A listing of an account number at one bank.
#[derive(Serialize, ToSchema)]
pub struct MatchJson {
    pub identifier: IdentifierJson,
    pub listing: PublicListing,
}

/// Why an item was not read.
#[derive(Serialize, ToSchema)]
pub struct ItemProblem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: &'static str,
    pub status: u16,
    pub code: &'static str,
    pub detail: String,
}

/// The answer to one question.
#[derive(Serialize, ToSchema)]
pub struct CheckResult {
    /// The question as it was sent.
    pub input: IdentifierInput,
    /// What was understood; `null` when nothing was.
    pub identifier: Option<IdentifierJson>,
    pub verdict: VerdictWord,
    /// An appeal against the listing is open.
    pub disputed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub listing: Option<PublicListing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub official: Option<OfficialJson>,
    /// What a person should be told.
    pub message: String,
    /// What to do now.
    pub advice: Vec<&'static str>,
    /// What could have been meant, for a person to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub suggestions: Vec<IdentifierJson>,
    /// The bank was not given; `matches` holds what is known of the number at any bank.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub bank_missing: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub matches: Vec<MatchJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<ItemProblem>,
}

/// The answer to one question. `public_url` is where problems are explained.
pub fn present(
    public_url: &str,
    input: IdentifierInput,
    checked: Checked,
    lang: Lang,
) -> CheckResult {
    match checked {
        Checked::One {
            identifier,
            verdict,
            unknown,
        } => {
            let mut result = one(input, &identifier, verdict, lang);
            if let Some(unknown) = unknown {
                let words = message::text(&format!("beside.{}", unknown.kind().as_str()), lang);
                let number = unknown.display();
                result.message.push(' ');
                result.message += &message::fill(words, &[("number", &number)]);
            }
            result
        }
        Checked::AtSomeBank(found) => at_some_bank(input, &found, lang),
        Checked::Unreadable(unreadable) => unreadable_item(public_url, input, &unreadable, lang),
    }
}

fn empty(input: IdentifierInput, verdict: VerdictWord) -> CheckResult {
    CheckResult {
        input,
        identifier: None,
        verdict,
        disputed: false,
        listing: None,
        official: None,
        message: String::new(),
        advice: Vec::new(),
        suggestions: Vec::new(),
        bank_missing: false,
        matches: Vec::new(),
        problem: None,
    }
}

/// The message for a listing, and that it is disputed where it is.
pub fn listed_message(
    code: &str,
    identifier: &Identifier,
    live: &crate::store::schema::Live,
    lang: Lang,
) -> String {
    let (method, unit) = (json::method(live.method, lang), json::unit(live.unit, lang));
    let until = day(live.valid_until, lang);
    let bank = match identifier {
        Identifier::Account(account) => {
            crate::domain::bank::by_bin(account.bank()).map_or("", |bank| bank.short_name)
        }
        _ => "",
    };
    let number = match identifier {
        Identifier::Account(account) if code == "listed.at_some_bank" => {
            account.number().as_str().to_owned()
        }
        other => other.display(),
    };
    let mut text = message::fill(
        message::text(code, lang),
        &[
            ("number", &number),
            ("name", bank),
            ("method", method.name),
            ("unit", unit.name),
            ("until", &until),
        ],
    );
    if live.disputed {
        text.push(' ');
        text.push_str(message::text("disputed", lang));
    }
    text
}

/// The date in Vietnam of an RFC 3339 time.
pub fn day_of(rfc3339: &str, lang: Lang) -> String {
    let time = rfc3339.parse::<jiff::Timestamp>();
    time.map_or_else(
        |_| rfc3339.to_owned(),
        |time| day(Time::from_millis(time.as_millisecond()), lang),
    )
}

fn one(
    input: IdentifierInput,
    identifier: &Identifier,
    verdict: Verdict,
    lang: Lang,
) -> CheckResult {
    let kind: Kind = identifier.kind();
    let mut result = match verdict {
        Verdict::Listed(live) => {
            let code = format!("listed.{}", kind.as_str());
            let mut result = empty(input, VerdictWord::Listed);
            result.message = listed_message(&code, identifier, &live, lang);
            result.advice = message::advice(&code, lang);
            result.disputed = live.disputed;
            result.listing = Some(json::public_listing(&live, lang));
            result
        }
        Verdict::Official(name) => {
            let name = match lang {
                Lang::Vi => name.vi,
                Lang::En => name.en,
            };
            let mut result = empty(input, VerdictWord::Official);
            result.message = message::fill(message::text("official", lang), &[("name", &name)]);
            result.advice = message::advice("official", lang);
            result.official = Some(OfficialJson { name });
            result
        }
        Verdict::NoRecord => {
            let mut result = empty(input, VerdictWord::NoRecord);
            let code = format!("no_record.{}", kind.as_str());
            result.message = message::text(&code, lang).to_owned();
            result.advice = message::advice("no_record", lang);
            result
        }
    };
    result.identifier = Some(json::identifier(identifier));
    result
}

fn at_some_bank(
    input: IdentifierInput,
    found: &[(Identifier, crate::store::schema::Live)],
    lang: Lang,
) -> CheckResult {
    let mut result = empty(input, VerdictWord::Listed);
    result.bank_missing = true;
    if let Some((identifier, live)) = found.first() {
        result.message = listed_message("listed.at_some_bank", identifier, live, lang);
        result.identifier = Some(json::identifier(identifier));
        result.listing = Some(json::public_listing(live, lang));
        result.disputed = live.disputed;
    }
    result.advice = message::advice("listed.account", lang);
    result.matches = found
        .iter()
        .map(|(identifier, live)| MatchJson {
            identifier: json::identifier(identifier),
            listing: json::public_listing(live, lang),
        })
        .collect();
    result
}

fn unreadable_item(
    public_url: &str,
    input: IdentifierInput,
    unreadable: &Unreadable,
    lang: Lang,
) -> CheckResult {
    let code = unreadable.reason.code();
    let mut result = empty(input, VerdictWord::Unreadable);
    result.message = if unreadable.suggestions.is_empty() {
        message::text(&format!("unreadable.{code}"), lang).to_owned()
    } else {
        message::text("ask.which", lang).to_owned()
    };
    result.advice = message::advice("unreadable", lang);
    result.suggestions = unreadable
        .suggestions
        .iter()
        .map(json::identifier)
        .collect();
    result.problem = problem_catalogue::find(code).map(|kind| ItemProblem {
        kind: problem_catalogue::type_uri(code, public_url),
        title: lang.pick(kind.title_vi, kind.title_en),
        status: kind.status,
        code: kind.code,
        detail: message::text(&format!("unreadable.{code}"), lang).to_owned(),
    });
    result
}
