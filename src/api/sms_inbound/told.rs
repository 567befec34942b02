//! What a message tells, as a report that is still to be read.

use crate::domain::{
    findings::Findings,
    identifier::Identifier,
    report::{
        reading::{GivenIdentifier, RawReport, RawTransfer},
        told::MAX_IDENTIFIERS,
        words::{IdentifierRole, ReportKind},
    },
};

/// What an SMS of a loss says beside its words.
pub(super) struct Lost {
    /// What names numbers.
    pub(super) text: String,
    /// The sum, where it could be read.
    pub(super) amount: Option<u64>,
}

/// An attempt, told of a number or in words alone.
pub(super) fn attempt(number: &str, words: String) -> RawReport {
    let role = IdentifierRole::ContactedMe.as_str();
    RawReport {
        kind: ReportKind::Attempt.as_str().to_owned(),
        identifiers: vec![GivenIdentifier::of(number, role)],
        story: words,
        ..RawReport::default()
    }
}

/// A loss: money went to the first account or wallet when the message came, as far as its sum is known.
pub(super) fn loss(received_at: &str, number: &str, words: String, lost: &Lost) -> RawReport {
    let identifiers = given(number, &lost.text);
    let received = IdentifierRole::ReceivedMoney.as_str();
    let amount = lost.amount.map(|sum| sum.to_string());
    let transfer = amount.clone().map(|amount_vnd| RawTransfer {
        at: received_at.to_owned(),
        amount_vnd,
        to: identifiers.iter().position(|given| given.role == received),
        bank_ref: String::new(),
    });
    RawReport {
        kind: ReportKind::Loss.as_str().to_owned(),
        identifiers,
        amount_vnd: amount.unwrap_or_default(),
        transfers: transfer.into_iter().collect(),
        story: words,
        ..RawReport::default()
    }
}

/// The number that a loss is told of, and those that its words name: money went to the accounts and wallets.
fn given(number: &str, text: &str) -> Vec<GivenIdentifier> {
    let first = Identifier::parse(number).ok();
    let found = Findings::of(text).found.into_iter();
    let mut named: Vec<Identifier> = first.into_iter().collect();
    for found in found.map(|found| found.identifier) {
        if !named.contains(&found) && named.len() < MAX_IDENTIFIERS {
            named.push(found);
        }
    }
    if named.is_empty() {
        return vec![GivenIdentifier::of(
            number,
            IdentifierRole::ContactedMe.as_str(),
        )];
    }
    let given = named.into_iter().map(|identifier| {
        let role = match identifier {
            Identifier::Account(_) | Identifier::Wallet(_) => IdentifierRole::ReceivedMoney,
            Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => {
                IdentifierRole::ContactedMe
            }
        };
        GivenIdentifier {
            text: String::new(),
            read: Some(identifier),
            role: role.as_str().to_owned(),
        }
    });
    given.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_names_a_number_and_an_account() {
        let roles = |number: &str, text: &str| -> Vec<String> {
            let given = given(number, text).into_iter();
            let shown = given.map(|given| {
                let key = given.read.map(|read| read.key().to_string());
                format!("{} {}", key.unwrap_or(given.text), given.role)
            });
            shown.collect()
        };
        let account = "account:VN:970436:0000000070001 received_money";
        let phone = "phone:+84950001001 contacted_me";
        for (number, text) in [
            ("VCB 0000000070001", "VCB 0000000070001"),
            ("0000000070001", "0000000070001 VCB"),
            ("TK 0000000070001", "TK 0000000070001 ngan hang Vietcombank"),
            ("0000000070001", "0000000070001 ; VCB"),
        ] {
            assert_eq!(roles(number, text), [account], "{text}");
        }
        let text = "0950001001 ; va VCB 0000000070001";
        assert_eq!(roles("0950001001", text), [phone, account]);
        assert_eq!(roles("x", "x 12"), ["x contacted_me"]);
    }
}
