//! What a person is told about a check: what is known, and what to do now.

use super::{day, grouped, institution, method, unit};
use crate::{
    domain::{
        identifier::Identifier,
        message::{self, Lang},
        reading::{Payment, Unreadable},
    },
    registry::{
        check::{Checked, Verdict},
        told::Told,
    },
    store::schema::Live,
};

/// What is known, in a sentence or two.
pub fn message(checked: &Checked, lang: Lang) -> String {
    match checked {
        Checked::One {
            identifier,
            verdict,
            unknown,
        } => {
            let mut text = of_verdict(identifier, verdict, lang);
            if let Some(unknown) = unknown {
                let words = message::text(&format!("beside.{}", unknown.kind().as_str()), lang);
                text.push(' ');
                text += &message::fill(words, &[("number", &unknown.display())]);
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
    let mut text = match (&told.first, listed_guess(told)) {
        (Checked::Unreadable(_), Some(guess)) => {
            let words = message::text("ask.listed", lang);
            message::fill(words, &[("number", &guess.display())])
        }
        (first, _) => message(first, lang),
    };
    if told.found.len() > 1 {
        let count = (told.found.len() - 1).to_string();
        let words = message::text("several", lang);
        text.push(' ');
        text += &message::fill(words, &[("count", &count)]);
    }
    if told.is_cut {
        text.push(' ');
        text += message::text("cut", lang);
    }
    text
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
        Checked::One {
            identifier,
            verdict,
            ..
        } => match verdict {
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
            ("unit", unit(live.unit, lang)),
            ("until", &day(live.valid_until, lang)),
        ],
    );
    if live.disputed {
        text.push(' ');
        text.push_str(message::text("disputed", lang));
    }
    text
}
