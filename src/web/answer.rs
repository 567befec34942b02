//! The answer to a check, as pages say it.

use super::{
    first_call::{Call, first_call, hotlines},
    page_context::{Nav, PageContext, listing_address},
};
use crate::{
    domain::{identifier::Identifier, message::Lang},
    http::state::State,
    present::words,
    registry::{
        check::{Checked, Known, Verdict},
        told::{Placed, Told},
    },
    store::schema::Live,
};

/// Where scam calls and messages are reported.
const REPORT_TO: &str = "156";

/// An answer as the page says it.
pub(super) struct Answer {
    /// `listed`, `official`, `no-record` or `unreadable`.
    pub(super) class: &'static str,
    pub(super) heading: String,
    pub(super) display: String,
    /// Whom to call first.
    pub(super) step: Call,
    pub(super) message: String,
    /// What a payment code asks for, in a sentence.
    pub(super) payment: Option<String>,
    pub(super) disputed: bool,
    pub(super) listings: Vec<Listed>,
    pub(super) advice: Vec<&'static str>,
    /// What the text names beside that, the worst first.
    pub(super) others: Vec<Other>,
    pub(super) suggestions: Vec<Suggestion>,
    /// Name and number.
    pub(super) hotlines: Vec<(String, String)>,
    /// A message to 156, where scam calls and messages are reported, prepared.
    pub(super) sms: String,
    /// What is reported with one press: as it is written into the form's box for who called, and for where money went.
    pub(super) reported: Option<Reported>,
}

/// The boxes of the report form that a number is written into.
pub(super) struct Reported {
    pub(super) called: String,
    pub(super) paid: String,
}

/// One more thing that a text names.
pub(super) struct Other {
    /// How its status is drawn.
    pub(super) mark: &'static str,
    pub(super) display: String,
    pub(super) kind: &'static str,
    /// What is known of it, in a few words.
    pub(super) says: &'static str,
    /// What is listed of it.
    pub(super) listed: Option<Listed>,
}

/// What could have been meant.
pub(super) struct Suggestion {
    pub(super) key: String,
    pub(super) display: String,
    pub(super) kind: &'static str,
    /// It is listed.
    pub(super) is_listed: bool,
}

pub(super) struct Listed {
    pub(super) display: String,
    pub(super) unit: String,
    pub(super) listed_at: String,
    pub(super) valid_until: String,
    pub(super) method: &'static str,
    pub(super) method_slug: &'static str,
    /// Address of its public page.
    pub(super) page: String,
}

/// What is said about a text that was looked up.
pub(super) fn present(s: &PageContext, state: &State, told: &Told) -> Answer {
    let checked = &told.first;
    let identifier = checked.identifier();
    let found = listings_of(checked);
    let hotlines = hotlines(s, state, identifier);
    let (heading, message) = heading_and_message(s, told);
    Answer {
        class: class(checked),
        heading,
        display: identifier.map(Identifier::display).unwrap_or_default(),
        step: first_call(s, checked, &hotlines),
        message,
        payment: told
            .payment
            .as_ref()
            .map(|asked| words::checked::payment(asked, s.lang)),
        disputed: found.first().is_some_and(|(_, live)| live.disputed),
        listings: found
            .iter()
            .map(|(identifier, live)| listed(identifier, live, s.lang))
            .collect(),
        advice: words::checked::advice(checked, s.lang),
        others: told.found.iter().skip(1).map(|one| other(s, one)).collect(),
        suggestions: told
            .suggested
            .iter()
            .map(|(guess, verdict)| Suggestion {
                key: guess.key().to_string(),
                display: guess.display(),
                kind: words::kind(guess.kind(), s.lang),
                is_listed: matches!(verdict, Verdict::Listed(_)),
            })
            .collect(),
        hotlines,
        sms: sms(checked),
        reported: reported(checked),
    }
}

fn class(checked: &Checked) -> &'static str {
    match checked {
        Checked::One(known) => match known.verdict {
            Verdict::Listed(_) => "listed",
            Verdict::Official(_) => "official",
            Verdict::NoRecord => "no-record",
        },
        Checked::AtSomeBank(_) => "listed",
        Checked::Unreadable(_) => "unreadable",
    }
}

fn other(s: &PageContext, one: &Placed) -> Other {
    let Known {
        identifier,
        verdict,
        ..
    } = &one.known;
    let (mark, says) = match verdict {
        Verdict::Listed(_) => (
            "listed",
            s.t("Công an đã xác nhận: lừa đảo", "Confirmed by police: scam"),
        ),
        Verdict::Official(_) => ("proposed", s.t("Số chính thức", "Official number")),
        Verdict::NoRecord => ("expired", s.t("Chưa ai xác nhận", "Confirmed by nobody")),
    };
    let listing = one.known.listing();
    Other {
        mark,
        display: identifier.display(),
        kind: words::kind(identifier.kind(), s.lang),
        says,
        listed: listing.map(|live| listed(identifier, live, s.lang)),
    }
}

/// The listings that were found, each with what it is about.
fn listings_of(checked: &Checked) -> Vec<(&Identifier, &Live)> {
    match checked {
        Checked::One(Known {
            identifier,
            verdict: Verdict::Listed(live),
            ..
        }) => vec![(identifier, live)],
        Checked::AtSomeBank(found) => found.iter().map(|(id, live)| (id, live)).collect(),
        Checked::One(Known {
            verdict: Verdict::Official(_) | Verdict::NoRecord,
            ..
        })
        | Checked::Unreadable(_) => Vec::new(),
    }
}

fn listed(identifier: &Identifier, live: &Live, lang: Lang) -> Listed {
    Listed {
        display: identifier.display(),
        unit: words::police_of(live.unit.unit(), lang),
        listed_at: words::day(live.listed_at, lang),
        valid_until: words::day(live.valid_until, lang),
        method: words::method(live.method, lang),
        method_slug: live.method.slug(),
        page: listing_address(lang, live.listing),
    }
}

/// The heading, and the sentences below it.
fn heading_and_message(s: &PageContext, told: &Told) -> (String, String) {
    let heading = heading(s, &told.first);
    let asks = matches!(told.first, Checked::Unreadable(_)) && !told.suggested.is_empty();
    match &told.first {
        // Asking back, the page says why; the question itself is the heading.
        Checked::Unreadable(unreadable) if asks && words::checked::listed_guess(told).is_none() => {
            let why = words::checked::reason(unreadable, s.lang);
            (heading, why.to_owned())
        }
        Checked::One(_) | Checked::AtSomeBank(_) | Checked::Unreadable(_) => {
            let text = words::checked::told_beside_rows(told, s.lang);
            match text.split_once(". ") {
                Some((first, rest)) if heading.is_empty() => (format!("{first}."), rest.to_owned()),
                _ => (heading, text),
            }
        }
    }
}

fn heading(s: &PageContext, checked: &Checked) -> String {
    let scam = s.t("Công an đã xác nhận: lừa đảo", "Confirmed by police: scam");
    let text = match checked {
        Checked::One(Known {
            identifier,
            verdict,
            ..
        }) => match (verdict, identifier) {
            (Verdict::Listed(_), Identifier::Sender(_)) => s.t(
                "Công an đã xác nhận: có tin nhắn mạo danh tên này",
                "Confirmed by police: messages imitate this name",
            ),
            (
                Verdict::Listed(_),
                Identifier::Phone(_)
                | Identifier::Account(_)
                | Identifier::Wallet(_)
                | Identifier::ShortCode(_),
            ) => scam,
            (Verdict::Official(name), _) => {
                let name = s.t(&name.vi, &name.en);
                return format!("{} {name}", s.t("Số chính thức của", "Official number of"));
            }
            // The text itself is in two sentences.
            (Verdict::NoRecord, _) => "",
        },
        Checked::AtSomeBank(_) => scam,
        Checked::Unreadable(unreadable) if unreadable.suggestions.is_empty() => {
            s.t("Chưa đọc được số này", "This could not be read")
        }
        Checked::Unreadable(_) if s.nav == Nav::Counter => {
            s.t("Khách đưa số nào?", "Which number was given?")
        }
        Checked::Unreadable(_) => s.t("Bác muốn tra số nào?", "Which number do you mean?"),
    };
    text.to_owned()
}

/// What is reported: nothing that is official or was not read. Money goes to accounts and wallets; whether any went there,
/// the form asks.
fn reported(checked: &Checked) -> Option<Reported> {
    let Checked::One(Known {
        identifier,
        verdict: Verdict::Listed(_) | Verdict::NoRecord,
        ..
    }) = checked
    else {
        return None;
    };
    let written = identifier.display().replace(" · ", " ");
    let (called, paid) = match identifier {
        Identifier::Account(_) | Identifier::Wallet(_) => (String::new(), written),
        Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => {
            (written, String::new())
        }
    };
    Some(Reported { called, paid })
}

/// `LD 0950001001`: the form that 156 takes, ready for an address. It takes calls and messages only; nothing is reported
/// that is official or was not read.
fn sms(checked: &Checked) -> String {
    let Checked::One(Known {
        identifier,
        verdict: Verdict::Listed(_) | Verdict::NoRecord,
        ..
    }) = checked
    else {
        return String::new();
    };
    let number = match identifier {
        Identifier::Phone(phone) => phone.national().unwrap_or_else(|| phone.e164().to_owned()),
        Identifier::ShortCode(code) => code.as_str().to_owned(),
        Identifier::Sender(name) => name.as_str().to_owned(),
        Identifier::Account(_) | Identifier::Wallet(_) => return String::new(),
    };
    let number: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("sms:{REPORT_TO}?body=LD%20{number}%20")
}
