//! What a check answers: verdict, words, advice.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    json::{self, IdentifierInput, IdentifierJson, PublicListing},
    problem_catalogue, words,
};
use crate::{
    domain::{identifier::Identifier, message::Lang, reading::Unreadable},
    registry::{
        check::{Checked, Verdict},
        told::{Placed, Told},
    },
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
    /// Every verdict.
    pub const ALL: [Self; 4] = [
        Self::Listed,
        Self::Official,
        Self::NoRecord,
        Self::Unreadable,
    ];

    /// The verdict of an answer.
    pub const fn of(checked: &Checked) -> Self {
        match checked {
            Checked::One(known) => Self::of_verdict(&known.verdict),
            Checked::AtSomeBank(_) => Self::Listed,
            Checked::Unreadable(_) => Self::Unreadable,
        }
    }

    /// The word of what is known of one identifier.
    pub const fn of_verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Listed(_) => Self::Listed,
            Verdict::Official(_) => Self::Official,
            Verdict::NoRecord => Self::NoRecord,
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

/// One thing that a text names.
#[derive(Serialize, ToSchema)]
pub struct FoundJson {
    pub identifier: IdentifierJson,
    pub verdict: VerdictWord,
    /// An appeal against the listing is open.
    pub disputed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub listing: Option<PublicListing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub official: Option<OfficialJson>,
    /// Its first character in the text and the one behind its last, in Unicode code points from 0.
    pub at: [usize; 2],
}

/// What could have been meant, and what is known of it.
#[derive(Serialize, ToSchema)]
pub struct SuggestionJson {
    #[serde(flatten)]
    pub identifier: IdentifierJson,
    pub verdict: VerdictWord,
    /// An appeal against the listing is open.
    pub disputed: bool,
}

/// What a payment code asks for beside its payee.
#[derive(Serialize, ToSchema)]
pub struct PaymentJson {
    /// In đồng.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub amount: Option<u64>,
    /// What the transfer is to say. Whoever made the code wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note: Option<String>,
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
    pub suggestions: Vec<SuggestionJson>,
    /// Everything that the text names, when it is more than one thing: the worst first, then in the order of the text, at
    /// most 20. `identifier`, `verdict` and what follows them are those of the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub found: Vec<FoundJson>,
    /// The text names more than `found` holds, or is longer than the 4,000 characters that are read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub truncated: bool,
    /// What a payment code asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub payment: Option<PaymentJson>,
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

/// The answer to one question as JSON. `public_url` is where problems are explained.
pub fn present(public_url: &str, input: IdentifierInput, told: &Told, lang: Lang) -> CheckResult {
    let checked = &told.first;
    let mut result = CheckResult {
        input,
        identifier: checked.identifier().map(json::identifier),
        verdict: VerdictWord::of(checked),
        disputed: checked.listing().is_some_and(|live| live.disputed),
        listing: checked
            .listing()
            .map(|live| json::public_listing(live, lang)),
        official: None,
        message: words::checked::told(told, lang),
        advice: words::checked::advice(checked, lang),
        suggestions: told.suggested.iter().map(suggestion).collect(),
        found: told.found.iter().map(|one| found(one, lang)).collect(),
        truncated: told.is_cut,
        payment: told.payment.as_ref().map(|asked| PaymentJson {
            amount: asked.amount,
            note: asked.note.clone(),
        }),
        bank_missing: false,
        matches: Vec::new(),
        problem: None,
    };
    match checked {
        Checked::One(known) => result.official = official(&known.verdict, lang),
        Checked::AtSomeBank(found) => {
            result.bank_missing = true;
            let at_bank = |(identifier, live): &(Identifier, Live)| MatchJson {
                identifier: json::identifier(identifier),
                listing: json::public_listing(live, lang),
            };
            result.matches = found.iter().map(at_bank).collect();
        }
        Checked::Unreadable(unreadable) => {
            result.problem = Some(item_problem(public_url, unreadable, lang));
        }
    }
    result
}

/// Whose official number it is, if it is one.
fn official(verdict: &Verdict, lang: Lang) -> Option<OfficialJson> {
    match verdict {
        Verdict::Official(name) => Some(OfficialJson {
            name: lang.pick(&name.vi, &name.en).clone(),
        }),
        Verdict::Listed(_) | Verdict::NoRecord => None,
    }
}

fn suggestion((guess, verdict): &(Identifier, Verdict)) -> SuggestionJson {
    SuggestionJson {
        identifier: json::identifier(guess),
        verdict: VerdictWord::of_verdict(verdict),
        disputed: matches!(verdict, Verdict::Listed(live) if live.disputed),
    }
}

fn found(one: &Placed, lang: Lang) -> FoundJson {
    let known = &one.known;
    let listing = known.listing();
    FoundJson {
        identifier: json::identifier(&known.identifier),
        verdict: VerdictWord::of_verdict(&known.verdict),
        disputed: listing.is_some_and(|live| live.disputed),
        listing: listing.map(|live| json::public_listing(live, lang)),
        official: official(&known.verdict, lang),
        at: [one.at.0, one.at.1],
    }
}

fn item_problem(public_url: &str, unreadable: &Unreadable, lang: Lang) -> ItemProblem {
    let kind = problem_catalogue::of(unreadable.reason.into());
    ItemProblem {
        kind: problem_catalogue::type_uri(kind.code, public_url),
        title: lang.pick(kind.title_vi, kind.title_en),
        status: kind.status,
        code: kind.code,
        detail: words::checked::reason(unreadable, lang).to_owned(),
    }
}
