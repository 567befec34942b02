//! Payment QR codes: VietQR (NAPAS) and VNPAY-QR.
//!
//! ```text
//! 00 02 01 │ 01 02 11|12 │ 38 LL (00 AID, 01 (00 BIN, 01 account), 02 service) │ 53 03 704 │ 54 amount │ 58 VN │ 62 (08 message) │ 63 04 CRC
//! ```
//! Sources: EMVCo merchant-presented QR 1.1; NAPAS VietQR format 1.5.2. `63` is last and holds CRC-16/CCITT-FALSE of
//! all that stands before its value.

use std::fmt;

use super::{
    account::{Account, AccountNumber, is_card},
    bank::Bin,
    phone::Phone,
    text::{MAX_INPUT, masked},
    wallet::{self, Wallet},
};

/// What is wrong with a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// Not a payload of this standard, or longer than it allows.
    #[error("not a payment QR")]
    NotPaymentQr,
    /// A field is longer than what holds it, repeated, or not of the form `id length value`.
    #[error("the fields of the QR do not fit together")]
    Structure,
    /// The checksum is missing, not last, or wrong.
    #[error("the checksum of the QR is wrong")]
    Checksum,
    /// Neither an account nor a merchant.
    #[error("the QR names nobody to pay")]
    NoPayee,
    /// The bank's number or the account's number has a forbidden form.
    #[error("the account in the QR is not readable")]
    BadAccount,
    /// A service code that doesn't exist.
    #[error("the service of the QR is unknown")]
    BadService,
    /// Not in đồng, not for Vietnam, or an amount that is no amount.
    #[error("the amount or currency of the QR is not readable")]
    BadAmount,
}

/// Whether a payload names another country than Vietnam (EMVCo MPM 1.1, ID 58), wherever its fields still fit together.
pub fn is_foreign(payload: &str) -> bool {
    let mut rest = payload;
    while let (Some(id), Some(length)) = (rest.get(..2), rest.get(2..4)) {
        let Some(value) = length
            .parse()
            .ok()
            .and_then(|length: usize| rest.get(4..4 + length))
        else {
            return false;
        };
        if id == "58" {
            return value != "VN";
        }
        rest = &rest[4 + value.len()..];
    }
    false
}

/// What a VietQR code asks the payer's bank to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `QRIBFTTA`: transfer to an account.
    AccountTransfer,
    /// `QRIBFTTC`: transfer to a card.
    CardTransfer,
    /// `QRPUSH`: payment.
    Push,
    /// `QRCASH`: cash withdrawal.
    Cash,
    /// VNPAY-QR: payment to a merchant of VNPAY.
    Merchant,
}

impl Service {
    /// The code in the payload; empty for a merchant code, which has none.
    pub fn code(self) -> &'static str {
        match self {
            Self::AccountTransfer => "QRIBFTTA",
            Self::CardTransfer => "QRIBFTTC",
            Self::Push => "QRPUSH",
            Self::Cash => "QRCASH",
            Self::Merchant => "",
        }
    }
}

/// Who is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payee {
    /// An account at a bank.
    Account(Account),
    /// A wallet that the payment network reaches by its user's phone number.
    Wallet(Wallet),
    /// A payment card: its number is not kept as an identifier.
    Card,
    /// A merchant number at VNPAY; the account behind it is not in the code.
    Merchant,
}

/// A payment QR that could be read.
#[derive(Clone, PartialEq, Eq)]
pub struct VietQr {
    payee: Payee,
    bin: Option<Bin>,
    account_text: Box<str>,
    amount: Option<u64>,
    message: Option<String>,
    service: Service,
}

impl VietQr {
    /// Reads a payload.
    ///
    /// # Errors
    /// See [`QrError`]; nothing is guessed.
    pub fn parse(payload: &str) -> Result<Self, QrError> {
        let payload = payload
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
        if !payload.starts_with("000201") || payload.chars().nth(MAX_INPUT).is_some() {
            return Err(QrError::NotPaymentQr);
        }
        // Lengths count characters. Some makers count the bytes of Vietnamese messages: seen in the wild, and harmless
        // to read, since the checksum covers the bytes either way.
        Self::read(payload, Lengths::Characters).or_else(|error| {
            if payload.is_ascii() {
                Err(error)
            } else {
                Self::read(payload, Lengths::Bytes).map_err(|_| error)
            }
        })
    }

    fn read(payload: &str, lengths: Lengths) -> Result<Self, QrError> {
        let fields = Fields::of(payload, lengths)?;
        fields.check_sum(payload)?;
        if fields
            .get("01")
            .is_some_and(|method| method != "11" && method != "12")
        {
            return Err(QrError::Structure);
        }
        if fields.get("53") != Some("704")
            || fields.get("58").is_some_and(|country| country != "VN")
        {
            return Err(QrError::BadAmount);
        }
        let amount = fields.get("54").map(amount).transpose()?;
        let message = match fields.get("62") {
            Some(extra) => Fields::of(extra, lengths)?.get("08").map(str::to_owned),
            None => None,
        };
        let (payee, bin, account_text, service) = payee(&fields, lengths)?;
        Ok(Self {
            payee,
            bin,
            account_text: account_text.into(),
            amount,
            message,
            service,
        })
    }

    /// Who is paid.
    pub fn payee(&self) -> &Payee {
        &self.payee
    }

    /// The bank's number; `None` for a merchant code.
    pub fn bin(&self) -> Option<Bin> {
        self.bin
    }

    /// The account, card or merchant number as the code has it. A card number must not be shown or stored.
    pub fn account_text(&self) -> &str {
        &self.account_text
    }

    /// Whole đồng.
    pub fn amount(&self) -> Option<u64> {
        self.amount
    }

    /// The text the payer's bank will show: written by whoever made the code, so it may be a lie.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What the code asks for.
    pub fn service(&self) -> Service {
        self.service
    }
}

impl fmt::Debug for VietQr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VietQr")
            .field("bin", &self.bin)
            .field("account_text", &masked(&self.account_text))
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// Application of NAPAS in the merchant templates.
const NAPAS: &str = "A000000727";
/// Application of VNPAY.
const VNPAY: &str = "A000000775";

type Paid<'p> = (Payee, Option<Bin>, &'p str, Service);

fn payee<'p>(fields: &Fields<'p>, lengths: Lengths) -> Result<Paid<'p>, QrError> {
    if let Some(template) = fields.get("38") {
        let template = Fields::of(template, lengths)?;
        if template.get("00") == Some(NAPAS) {
            return bank_payee(&template, lengths);
        }
    }
    // Templates of other networks may stand beside these, in any form: only VNPAY's is looked into.
    if let Some(Ok(template)) = fields
        .get("26")
        .map(|template| Fields::of(template, lengths))
        && template.get("00") == Some(VNPAY)
        && let Some(merchant) = template.get("01").filter(|merchant| !merchant.is_empty())
    {
        return Ok((Payee::Merchant, None, merchant, Service::Merchant));
    }
    Err(QrError::NoPayee)
}

fn bank_payee<'p>(template: &Fields<'p>, lengths: Lengths) -> Result<Paid<'p>, QrError> {
    let consumer = Fields::of(template.get("01").ok_or(QrError::NoPayee)?, lengths)?;
    let bin = consumer
        .get("00")
        .filter(|bin| bin.bytes().all(|b| b.is_ascii_digit()));
    let bin = bin
        .and_then(|bin| Bin::parse(bin).ok())
        .ok_or(QrError::BadAccount)?;
    let account = consumer.get("01").ok_or(QrError::BadAccount)?;
    let service = match template.get("02") {
        Some("QRIBFTTA") => Service::AccountTransfer,
        Some("QRIBFTTC") => Service::CardTransfer,
        Some("QRPUSH") => Service::Push,
        Some("QRCASH") => Service::Cash,
        _ => return Err(QrError::BadService),
    };
    if account.is_empty()
        || account.len() > AccountNumber::MAX
        || !account.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return Err(QrError::BadAccount);
    }
    let payee = if service == Service::CardTransfer || is_card(account) {
        Payee::Card
    } else {
        let number = AccountNumber::canonical(&account.to_ascii_uppercase())
            .map_err(|_| QrError::BadAccount)?;
        let of_wallet =
            wallet::by_bin(bin).and_then(|provider| match Phone::dialled(account, false) {
                Ok(phone) => Some(Wallet::of_phone(provider, &phone)),
                Err(_) => provider
                    .has_own_ids()
                    .then(|| Wallet::of_own_id(provider, number.clone())),
            });
        of_wallet.map_or_else(|| Payee::Account(Account::new(bin, number)), Payee::Wallet)
    };
    Ok((payee, Some(bin), account, service))
}

/// At most 13 characters: digits, and a fraction that must be zero since đồng have none.
fn amount(text: &str) -> Result<u64, QrError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    if text.len() > 13 || !digits || fraction.bytes().any(|b| b != b'0') {
        return Err(QrError::BadAmount);
    }
    whole.parse().map_err(|_| QrError::BadAmount)
}

#[derive(Clone, Copy)]
enum Lengths {
    Characters,
    Bytes,
}

/// The fields of a payload or template: id, two-digit length, value.
struct Fields<'p>(Vec<(&'p str, &'p str)>);

impl<'p> Fields<'p> {
    fn of(text: &'p str, lengths: Lengths) -> Result<Self, QrError> {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let id = rest
                .get(..2)
                .filter(|id| id.bytes().all(|b| b.is_ascii_digit()))
                .ok_or(QrError::Structure)?;
            let length = rest
                .get(2..4)
                .filter(|length| length.bytes().all(|b| b.is_ascii_digit()));
            let length: usize = length
                .and_then(|length| length.parse().ok())
                .ok_or(QrError::Structure)?;
            let value = &rest[4..];
            let end = match lengths {
                Lengths::Bytes => length,
                Lengths::Characters => {
                    let ends = value.char_indices().map(|(at, _)| at).chain([value.len()]);
                    ends.take(length + 1)
                        .nth(length)
                        .ok_or(QrError::Structure)?
                }
            };
            let value = value.get(..end).ok_or(QrError::Structure)?;
            // A repeated field would let two readers see two payees.
            if fields.iter().any(|(known, _)| *known == id) {
                return Err(QrError::Structure);
            }
            fields.push((id, value));
            rest = &rest[4 + end..];
        }
        Ok(Self(fields))
    }

    fn get(&self, id: &str) -> Option<&'p str> {
        self.0
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, value)| *value)
    }

    fn check_sum(&self, payload: &str) -> Result<(), QrError> {
        let Some(("63", sum)) = self.0.last() else {
            return Err(QrError::Checksum);
        };
        let covered = &payload.as_bytes()[..payload.len() - sum.len()];
        let right = sum.len() == 4 && format!("{:04X}", crc16(covered)).eq_ignore_ascii_case(sum);
        if right {
            Ok(())
        } else {
            Err(QrError::Checksum)
        }
    }
}

/// A payload with the check sum that its head asks for.
#[cfg(any(test, fuzzing))]
pub(super) fn summed(head: &str) -> String {
    format!("{head}{:04X}", crc16(head.as_bytes()))
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests;
