//! What a check answers: verdict, words, advice.

use serde::Serialize;
use utoipa::ToSchema;

pub use super::words::{day, moment};
use super::{
    json::{self, IdentifierInput, IdentifierJson, PublicListing},
    problem_catalogue,
};
use crate::{
    domain::{
        bank,
        identifier::{Identifier, Unreadable},
        message::{self, Lang},
        time::Time,
    },
    registry::check::{Checked, OfficialName, Verdict},
    store::schema::Live,
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
    /// The verdict of an answer.
    pub const fn of(checked: &Checked) -> Self {
        match checked {
            Checked::One { verdict, .. } => match verdict {
                Verdict::Listed(_) => Self::Listed,
                Verdict::Official(_) => Self::Official,
                Verdict::NoRecord => Self::NoRecord,
            },
            Checked::AtSomeBank(_) => Self::Listed,
            Checked::Unreadable(_) => Self::Unreadable,
        }
    }

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

/// What a person should be told.
pub fn message(checked: &Checked, lang: Lang) -> String {
    match checked {
        Checked::One {
            identifier,
            verdict,
            unknown,
        } => {
            let mut told = one_message(identifier, verdict, lang);
            if let Some(unknown) = unknown {
                let words = message::text(&format!("beside.{}", unknown.kind().as_str()), lang);
                let number = unknown.display();
                told.push(' ');
                told += &message::fill(words, &[("number", &number)]);
            }
            told
        }
        Checked::AtSomeBank(found) => found.first().map_or(String::new(), |(identifier, live)| {
            listed_message("listed.at_some_bank", identifier, live, lang)
        }),
        Checked::Unreadable(unreadable) if unreadable.suggestions.is_empty() => {
            unreadable_detail(unreadable, lang).to_owned()
        }
        Checked::Unreadable(_) => message::text("ask.which", lang).to_owned(),
    }
}

fn one_message(identifier: &Identifier, verdict: &Verdict, lang: Lang) -> String {
    let kind = identifier.kind().as_str();
    match verdict {
        Verdict::Listed(live) => listed_message(&format!("listed.{kind}"), identifier, live, lang),
        Verdict::Official(name) => {
            let name = official_name(name, lang);
            message::fill(message::text("official", lang), &[("name", name)])
        }
        Verdict::NoRecord => message::text(&format!("no_record.{kind}"), lang).to_owned(),
    }
}

/// What to do now.
pub fn advice(checked: &Checked, lang: Lang) -> Vec<&'static str> {
    match checked {
        Checked::One {
            identifier,
            verdict: Verdict::Listed(_),
            ..
        } => message::advice(&format!("listed.{}", identifier.kind().as_str()), lang),
        Checked::One {
            verdict: Verdict::Official(_),
            ..
        } => message::advice("official", lang),
        Checked::One {
            verdict: Verdict::NoRecord,
            ..
        } => message::advice("no_record", lang),
        Checked::AtSomeBank(_) => message::advice("listed.account", lang),
        Checked::Unreadable(_) => message::advice("unreadable", lang),
    }
}

/// Why a text could not be read.
pub fn unreadable_detail(unreadable: &Unreadable, lang: Lang) -> &'static str {
    let code = unreadable.reason.code();
    message::text(&format!("unreadable.{code}"), lang)
}

fn official_name(name: &OfficialName, lang: Lang) -> &str {
    lang.pick(&name.vi, &name.en)
}

/// The answer to one question as JSON. `public_url` is where problems are explained.
pub fn present(
    public_url: &str,
    input: IdentifierInput,
    checked: &Checked,
    lang: Lang,
) -> CheckResult {
    let mut result = CheckResult {
        input,
        identifier: checked.identifier().map(json::identifier),
        verdict: VerdictWord::of(checked),
        disputed: checked.listing().is_some_and(|live| live.disputed),
        listing: checked
            .listing()
            .map(|live| json::public_listing(live, lang)),
        official: None,
        message: message(checked, lang),
        advice: advice(checked, lang),
        suggestions: Vec::new(),
        bank_missing: false,
        matches: Vec::new(),
        problem: None,
    };
    match checked {
        Checked::One {
            verdict: Verdict::Official(name),
            ..
        } => {
            let name = official_name(name, lang).to_owned();
            result.official = Some(OfficialJson { name });
        }
        Checked::One { .. } => {}
        Checked::AtSomeBank(found) => {
            result.bank_missing = true;
            let at_bank = |(identifier, live): &(Identifier, Live)| MatchJson {
                identifier: json::identifier(identifier),
                listing: json::public_listing(live, lang),
            };
            result.matches = found.iter().map(at_bank).collect();
        }
        Checked::Unreadable(unreadable) => {
            let guesses = unreadable.suggestions.iter();
            result.suggestions = guesses.map(json::identifier).collect();
            result.problem = Some(item_problem(public_url, unreadable, lang));
        }
    }
    result
}

fn item_problem(public_url: &str, unreadable: &Unreadable, lang: Lang) -> ItemProblem {
    let kind = problem_catalogue::of(unreadable.reason.into());
    ItemProblem {
        kind: problem_catalogue::type_uri(kind.code, public_url),
        title: lang.pick(kind.title_vi, kind.title_en),
        status: kind.status,
        code: kind.code,
        detail: unreadable_detail(unreadable, lang).to_owned(),
    }
}

/// The message for a listing, and that it is disputed where it is.
fn listed_message(code: &str, identifier: &Identifier, live: &Live, lang: Lang) -> String {
    let (method, unit) = (json::method(live.method, lang), json::unit(live.unit, lang));
    let until = day(live.valid_until, lang);
    let bank = match identifier {
        Identifier::Account(account) => {
            bank::by_bin(account.bank()).map_or("", |bank| bank.short_name)
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
