//! What a person is told about a check: what is known, and what to do now.

use super::{day, grouped, institution, method, police_of};
use crate::{
    domain::{
        identifier::Identifier,
        message::{self, Lang},
        reading::{Payment, Unreadable},
    },
    registry::{
        check::{Checked, Known, Verdict},
        told::Told,
    },
    store::schema::Live,
};

/// What is known, in a sentence or two.
pub fn message(checked: &Checked, lang: Lang) -> String {
    match checked {
        Checked::One(Known {
            identifier,
            verdict,
            unknown,
        }) => {
            let mut text = of_verdict(identifier, verdict, lang);
            if let Some(unknown) = unknown {
                text.push(' ');
                text += &beside(unknown, lang);
            }
            text
        }
        Checked::AtSomeBank(found) => found.first().map_or_else(String::new, |(account, live)| {
            let number = match account {
                Identifier::Account(account) => account.number().as_str().to_owned(),
                Identifier::Phone(_)
                | Identifier::Wallet(_)
                | Identifier::ShortCode(_)
                | Identifier::Sender(_) => account.display(),
            };
            listed("listed.at_some_bank", account, &number, live, lang)
        }),
        Checked::Unreadable(unreadable) if unreadable.suggestions.is_empty() => {
            reason(unreadable, lang).to_owned()
        }
        Checked::Unreadable(_) => message::text("ask.which", lang).to_owned(),
    }
}

/// That nothing is known of the account or wallet whose number is a listed phone's.
fn beside(unknown: &Identifier, lang: Lang) -> String {
    let words = message::text(&format!("beside.{}", unknown.kind().as_str()), lang);
    message::fill(words, &[("number", &unknown.display())])
}

/// What a payment code asks for. Its words are those of whoever made it.
pub fn payment(asked: &Payment, lang: Lang) -> String {
    let amount = asked.amount.map(|amount| grouped(amount, lang));
    let (key, amount) = match (&amount, &asked.note) {
        (Some(amount), Some(_)) => ("code.asks_both", amount.as_str()),
        (Some(amount), None) => ("code.asks_amount", amount.as_str()),
        (None, _) => ("code.asks_note", ""),
    };
    let note = asked.note.as_deref().unwrap_or_default();
    message::fill(
        message::text(key, lang),
        &[("amount", amount), ("note", note)],
    )
}

/// What is known of a whole text: the worst, then how much more there is.
pub fn told(told: &Told, lang: Lang) -> String {
    let known = match (&told.first, listed_guess(told)) {
        (Checked::Unreadable(_), Some(guess)) => {
            let words = message::text("ask.listed", lang);
            message::fill(words, &[("number", &guess.display())])
        }
        (first, _) => message(first, lang),
    };
    with_rest(vec![known], told, lang)
}

/// The same beside rows that show unit, method and validity of what is listed: what they leave unsaid.
pub fn told_beside_rows(told: &Told, lang: Lang) -> String {
    let mut said = Vec::new();
    let mut about = |live: &Live, code: Option<&str>| {
        said.extend(code.map(|code| message::text(code, lang).to_owned()));
        said.extend(
            live.disputed
                .then(|| message::text("disputed", lang).to_owned()),
        );
    };
    match &told.first {
        Checked::One(Known {
            identifier,
            verdict: Verdict::Listed(live),
            unknown,
        }) => {
            let imitated = matches!(identifier, Identifier::Sender(_));
            about(live, imitated.then_some("rows.sender"));
            said.extend(unknown.as_ref().map(|unknown| beside(unknown, lang)));
        }
        Checked::AtSomeBank(found) => {
            for (_, live) in found.iter().take(1) {
                about(live, Some("rows.at_some_bank"));
            }
        }
        Checked::One(Known {
            verdict: Verdict::Official(_) | Verdict::NoRecord,
            ..
        })
        | Checked::Unreadable(_) => return self::told(told, lang),
    }
    with_rest(said, told, lang)
}

/// Sentences, and how much more a text names.
fn with_rest(mut said: Vec<String>, told: &Told, lang: Lang) -> String {
    if told.found.len() > 1 {
        let count = (told.found.len() - 1).to_string();
        let words = message::text("several", lang);
        said.push(message::fill(words, &[("count", &count)]));
    }
    if told.is_cut {
        said.push(message::text("cut", lang).to_owned());
    }
    said.join(" ")
}

/// The first thing that could have been meant and is listed.
pub fn listed_guess(told: &Told) -> Option<&Identifier> {
    let mut listed = told.suggested.iter();
    let found = listed.find(|(_, verdict)| matches!(verdict, Verdict::Listed(_)));
    found.map(|(guess, _)| guess)
}

/// What to do now.
pub fn advice(checked: &Checked, lang: Lang) -> Vec<&'static str> {
    match checked {
        Checked::One(Known {
            identifier,
            verdict,
            ..
        }) => match verdict {
            Verdict::Listed(_) => {
                message::advice(&format!("listed.{}", identifier.kind().as_str()), lang)
            }
            Verdict::Official(_) => message::advice("official", lang),
            Verdict::NoRecord => message::advice("no_record", lang),
        },
        Checked::AtSomeBank(_) => message::advice("listed.account", lang),
        Checked::Unreadable(_) => message::advice("unreadable", lang),
    }
}

/// Why a text is not one identifier.
pub fn reason(unreadable: &Unreadable, lang: Lang) -> &'static str {
    message::text(&format!("unreadable.{}", unreadable.reason.code()), lang)
}

fn of_verdict(identifier: &Identifier, verdict: &Verdict, lang: Lang) -> String {
    let kind = identifier.kind().as_str();
    match verdict {
        Verdict::Listed(live) => {
            let code = format!("listed.{kind}");
            listed(&code, identifier, &identifier.display(), live, lang)
        }
        Verdict::Official(name) => {
            let name = lang.pick(&name.vi, &name.en);
            message::fill(message::text("official", lang), &[("name", name)])
        }
        Verdict::NoRecord => message::text(&format!("no_record.{kind}"), lang).to_owned(),
    }
}

/// The text about a listing, and that an appeal is open where one is.
fn listed(code: &str, identifier: &Identifier, number: &str, live: &Live, lang: Lang) -> String {
    let mut text = message::fill(
        message::text(code, lang),
        &[
            ("number", number),
            ("name", institution(identifier).unwrap_or_default()),
            ("method", method(live.method, lang)),
            ("unit", &police_of(live.unit.unit(), lang)),
            ("until", &day(live.valid_until, lang)),
        ],
    );
    if live.disputed {
        text.push(' ');
        text.push_str(message::text("disputed", lang));
    }
    text
}
