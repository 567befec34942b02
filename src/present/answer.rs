//! What a check answers: verdict, words, advice.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    json::{self, IdentifierInput, IdentifierJson, PublicListing},
    problem_catalogue, words,
};
use crate::{
    domain::{identifier::Unreadable, message::Lang},
    registry::check::{Checked, Verdict},
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
    checked: &Checked,
    lang: Lang,
) -> CheckResult {
    let mut result = CheckResult {
        input,
        identifier: None,
        verdict: VerdictWord::Unreadable,
        disputed: false,
        listing: None,
        official: None,
        message: words::checked::message(checked, lang),
        advice: words::checked::advice(checked, lang),
        suggestions: Vec::new(),
        bank_missing: false,
        matches: Vec::new(),
        problem: None,
    };
    match checked {
        Checked::One {
            identifier,
            verdict,
            unknown: _,
        } => {
            result.identifier = Some(json::identifier(identifier));
            match verdict {
                Verdict::Listed(live) => result.list(live, lang),
                Verdict::Official(name) => {
                    let name = lang.pick(&name.vi, &name.en).clone();
                    result.verdict = VerdictWord::Official;
                    result.official = Some(OfficialJson { name });
                }
                Verdict::NoRecord => result.verdict = VerdictWord::NoRecord,
            }
        }
        Checked::AtSomeBank(found) => {
            result.bank_missing = true;
            if let Some((identifier, live)) = found.first() {
                result.identifier = Some(json::identifier(identifier));
                result.list(live, lang);
            }
            let found = found.iter().map(|(identifier, live)| MatchJson {
                identifier: json::identifier(identifier),
                listing: json::public_listing(live, lang),
            });
            result.matches = found.collect();
        }
        Checked::Unreadable(unreadable) => {
            let guesses = unreadable.suggestions.iter();
            result.suggestions = guesses.map(json::identifier).collect();
            result.problem = item_problem(public_url, unreadable, lang);
        }
    }
    result
}

impl CheckResult {
    fn list(&mut self, live: &Live, lang: Lang) {
        self.verdict = VerdictWord::Listed;
        self.disputed = live.disputed;
        self.listing = Some(json::public_listing(live, lang));
    }
}

fn item_problem(public_url: &str, unreadable: &Unreadable, lang: Lang) -> Option<ItemProblem> {
    let kind = problem_catalogue::find(unreadable.reason.code())?;
    Some(ItemProblem {
        kind: problem_catalogue::type_uri(kind.code, public_url),
        title: lang.pick(kind.title_vi, kind.title_en),
        status: kind.status,
        code: kind.code,
        detail: words::checked::reason(unreadable, lang).to_owned(),
    })
}
