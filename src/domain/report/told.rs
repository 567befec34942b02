//! What a reporter told: one private part of the journal.

use serde::{Deserialize, Serialize};

use super::words::IdentifierRole;
use crate::domain::{identifier::Identifier, time::Time, unit::UnitCode};

/// Most identifiers of a report.
pub const MAX_IDENTIFIERS: usize = 10;
/// Most transfers of a report.
pub const MAX_TRANSFERS: usize = 10;
/// Longest story, in characters.
pub const MAX_STORY: usize = 4_000;
/// Shortest story of an attempt that names no identifier, in characters.
pub const MIN_STORY: usize = 10;
/// Largest sum, in dong.
pub const MAX_AMOUNT_VND: u64 = 1_000_000_000_000;
/// Longest reference of a bank, in characters (SWIFT and NAPAS: 35).
pub const MAX_BANK_REF: usize = 35;
/// Longest name of who reports, in characters.
pub const MAX_CONTACT_NAME: usize = 100;
/// Longest telephone number of who reports, as it was typed, in characters.
pub const MAX_CONTACT_PHONE: usize = 20;
/// Longest text about when to call, in characters.
pub const MAX_BEST_TIME: usize = 60;
/// Longest name of another currency, in characters.
pub const MAX_CURRENCY: usize = 40;
/// How long before now money can have been sent, in years.
pub const MAX_TRANSFER_YEARS: i64 = 5;
/// How far in the future a transfer's time may lie, since another clock showed it, in seconds.
pub const TRANSFER_LEEWAY_SECONDS: i64 = 300;
/// How young a transfer makes a report urgent, in hours: receiving banks hold a sum for 72 hours on a victim's word.
pub const URGENT_HOURS: i64 = 72;

/// Version of the bytes of a private part.
const FORMAT: u8 = 1;

/// An identifier that was told, and what it had to do with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldIdentifier {
    pub identifier: Identifier,
    pub role: IdentifierRole,
}

/// Money that was sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub at: Time,
    pub amount_vnd: u64,
    /// Index of the identifier that it went to, from 0.
    pub to: Option<u8>,
    /// What the bank calls it.
    pub bank_ref: Option<String>,
}

/// What a reporter told, without who tells it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// At most [`MAX_IDENTIFIERS`]; never one that is the reporter's own.
    pub identifiers: Vec<ToldIdentifier>,
    /// How many identifiers of the reporter were given, which are not kept.
    pub own_given: u8,
    pub amount_vnd: Option<u64>,
    /// What another currency is called.
    pub currency: Option<String>,
    /// At most [`MAX_TRANSFERS`].
    pub transfers: Vec<Transfer>,
    /// A date, a month, or that it is not remembered: as it was told.
    pub happened_at: Option<String>,
    pub story: String,
    pub place: Option<UnitCode>,
    /// Numbers in the texts that were made unreadable before anything was kept.
    pub masked: u8,
}

/// How the reporter wants to be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReachBy {
    Call,
    Sms,
    Zalo,
    #[default]
    None,
}

/// Who reports: sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub phone: String,
    pub how: ReachBy,
    pub best_time: String,
}

/// Who sent an SMS, and what more of the same number are found by.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsSender {
    pub number: String,
    /// HMAC of the number under the master secret.
    pub lookup: [u8; 32],
}

macro_rules! private_part {
    ($($name:ident)+) => { $(
        impl $name {
            /// The bytes of the private part: a format number, then postcard.
            pub fn encode(&self) -> Vec<u8> {
                postcard::to_extend(self, vec![FORMAT]).unwrap_or_default()
            }

            /// Reads what `encode` wrote.
            pub fn decode(bytes: &[u8]) -> Option<Self> {
                match bytes.split_first() {
                    Some((&FORMAT, rest)) => postcard::from_bytes(rest).ok(),
                    Some(_) | None => None,
                }
            }
        }
    )+ };
}

private_part!(Told Contact SmsSender);

impl Contact {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.phone.is_empty() && self.best_time.is_empty()
    }
}

impl Told {
    /// Whether money went to a known account or wallet in the last [`URGENT_HOURS`]: its bank may still hold it.
    pub fn is_urgent(&self, now: Time) -> bool {
        let since = now.plus_seconds(-URGENT_HOURS * 3_600);
        let young = |transfer: &&Transfer| transfer.at >= since;
        self.transfers.iter().filter(young).any(|transfer| {
            let named = transfer.to.map(|to| self.identifiers.get(usize::from(to)));
            match named {
                Some(told) => told.is_some_and(ToldIdentifier::holds_money),
                None => self.holders_of_money().next().is_some(),
            }
        })
    }

    /// Accounts and wallets that speak against their holder.
    pub fn holders_of_money(&self) -> impl Iterator<Item = &Identifier> {
        let holders = self.identifiers.iter().filter(|told| told.holds_money());
        holders.map(|told| &told.identifier)
    }

    /// Whether it says that money went away: how much in dong, in another currency, or that something was sent.
    pub fn tells_of_a_loss(&self) -> bool {
        self.lost_vnd() > 0 || self.currency.is_some() || !self.transfers.is_empty()
    }

    /// What was lost altogether, in dong: what was said, or the sum of what was sent.
    pub fn lost_vnd(&self) -> u64 {
        let sent = self.transfers.iter().map(|transfer| transfer.amount_vnd);
        self.amount_vnd
            .unwrap_or_default()
            .max(sent.fold(0, u64::saturating_add))
    }
}

impl ToldIdentifier {
    /// Whether it is an account or wallet that money may have gone to.
    pub fn holds_money(&self) -> bool {
        let role = match self.role {
            IdentifierRole::ContactedMe
            | IdentifierRole::ReceivedMoney
            | IdentifierRole::Mentioned => true,
            IdentifierRole::Impersonated | IdentifierRole::Mine => false,
        };
        role && match self.identifier {
            Identifier::Account(_) | Identifier::Wallet(_) => true,
            Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(key: &str, role: IdentifierRole, hours_ago: i64) -> (Told, Time) {
        let now = Time::from_millis(1_800_000_000_000);
        let told = Told {
            identifiers: vec![ToldIdentifier {
                identifier: Identifier::from_key(key).expect(key),
                role,
            }],
            transfers: vec![Transfer {
                at: now.plus_seconds(-3_600 * hours_ago),
                amount_vnd: 5_000_000,
                to: Some(0),
                bank_ref: None,
            }],
            ..Told::default()
        };
        (told, now)
    }

    #[test]
    fn a_report_is_urgent_while_a_bank_may_still_hold_what_was_sent() {
        const ACCOUNT: &str = "account:VN:970436:0000000070001";
        let cases = [
            (ACCOUNT, IdentifierRole::ReceivedMoney, 1, true),
            (ACCOUNT, IdentifierRole::ReceivedMoney, 72, true),
            (ACCOUNT, IdentifierRole::ReceivedMoney, 73, false),
            (ACCOUNT, IdentifierRole::Impersonated, 1, false),
            ("phone:+84950001001", IdentifierRole::ContactedMe, 1, false),
        ];
        for (key, role, hours, expected) in cases {
            let (told, now) = told(key, role, hours);
            assert_eq!(told.is_urgent(now), expected, "{key} {role:?} {hours}");
        }
        let (mut told, now) = told(ACCOUNT, IdentifierRole::ReceivedMoney, 1);
        told.transfers[0].to = None;
        assert!(told.is_urgent(now));
        told.transfers.clear();
        assert!(!told.is_urgent(now));
    }

    #[test]
    fn a_private_part_is_read_back_and_nothing_else_is() {
        let (told, _) = told("phone:+84950001001", IdentifierRole::ContactedMe, 1);
        assert!(Told::decode(&told.encode()) == Some(told));
        assert!(Told::decode(&[]).is_none() && Told::decode(&[9, 1]).is_none());
    }
}
