//! Reads free text. The order is: whole forms (QR, key, formula, link), then names, then what the words around the
//! numbers say the numbers are. Where two readings are possible nothing is chosen.

use super::{
    account::AccountNumber,
    bank::{self, Bin},
    identifier::Identifier,
    moment::without_moments,
    reason::Reason,
    sender::Sender,
    short_code::ShortCode,
    text::{fold, toneless},
    vietqr::{self, Payee, VietQr},
    wallet::{self, Provider},
};

mod accounts;
mod context;
mod cue;
mod groups;
mod number;
mod ornament;
mod payment;
mod scan;
mod spelt;
mod unknown_bank;
mod unreadable;
mod whole;

pub use unreadable::Unreadable;

pub(in crate::domain) use number::plain_phone;
pub(in crate::domain) use payment::{is_link, payee as paid};
pub(in crate::domain) use spelt::{brands, in_text as spelt_in_text};

use accounts::{account, at_bank, at_provider, near_bank, several_accounts, wallet_of};
use context::Context;
use cue::is_label;
use number::{bounded, phone, several};
use scan::Number;

impl Identifier {
    /// Reads anything a citizen may paste: a number in any spelling with words around it, an account with its bank, a
    /// wallet, a link, a key, the text of a payment QR.
    ///
    /// # Errors
    /// The text is not exactly one identifier. What could have been meant is in `suggestions`, never chosen silently.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        read(text)
    }

    /// The phone number written in `number`, in any spelling.
    ///
    /// # Errors
    /// The text is not one phone number; `suggestions` may hold the numbers that could have been meant.
    pub fn phone(number: &str) -> Result<Self, Unreadable> {
        phone(number).map(Self::Phone)
    }

    /// The account `number` at `bank`, which is a number in the payment network or any usual written form of the bank's
    /// name. Should `bank` name a wallet's provider, as lists do, the result is that wallet.
    ///
    /// # Errors
    /// The number is not readable, letters in it look like digits, or the bank is missing, unknown, or one of several.
    pub fn account(bank: &str, number: &str) -> Result<Self, Unreadable> {
        if let Some(provider) = wallet::find(bank) {
            return Self::wallet(provider.slug, number);
        }
        let banks: Vec<Bin> = match Bin::parse(bank) {
            Ok(bin) => bank::by_bin(bin).map(|bank| bank.bin).into_iter().collect(),
            Err(_) => bank::candidates(bank).iter().map(|bank| bank.bin).collect(),
        };
        let parsed = AccountNumber::parse(number).map_err(|reason| {
            if reason == Reason::SeveralNumbers {
                several_accounts(&banks, number)
            } else {
                reason.into()
            }
        })?;
        account(&banks, parsed.as_str()).map_err(|error| {
            if error.reason != Reason::UnknownBank {
                error
            } else if bank.trim().is_empty() {
                Unreadable {
                    reason: Reason::AccountWithoutBank,
                    ..error
                }
            } else {
                near_bank(bank, error)
            }
        })
    }

    /// The wallet of `number` at `provider`.
    ///
    /// # Errors
    /// The provider is not known, or the number is not one this provider's users have.
    pub fn wallet(provider: &str, number: &str) -> Result<Self, Unreadable> {
        wallet_of(provider, number).map(Self::Wallet)
    }

    /// A short code.
    ///
    /// # Errors
    /// See [`ShortCode::new`].
    pub fn short_code(code: &str) -> Result<Self, Unreadable> {
        Ok(Self::ShortCode(ShortCode::new(code)?))
    }

    /// A sender name.
    ///
    /// # Errors
    /// See [`Sender::new`].
    pub fn sender(name: &str) -> Result<Self, Unreadable> {
        Ok(Self::Sender(Sender::new(name)?))
    }
}

impl Identifier {
    /// The phone number that a wallet or account is made of.
    pub fn phone_in_it(&self) -> Option<Self> {
        let number = match self {
            Self::Wallet(wallet) => wallet.number(),
            Self::Account(account) => account.number().as_str(),
            Self::Phone(_) | Self::ShortCode(_) | Self::Sender(_) => return None,
        };
        // An account's digits are a phone number only as it is dialled: ten of them with the trunk zero, or with the code
        // of the country.
        let digits = number.strip_prefix("00").unwrap_or(number);
        let dialled = number.starts_with('+')
            || (number.starts_with('0') && number.len() == 10)
            || (digits.starts_with("84") && digits.len() == 11);
        dialled.then(|| Self::phone(number).ok())?
    }
}

impl Unreadable {
    /// The refusal of an account or wallet of which the number may as well be a phone number.
    #[must_use]
    pub fn or_phone(self, number: &str) -> Self {
        match (self.reason, Identifier::phone(number)) {
            (
                Reason::AccountWithoutBank
                | Reason::UnknownBank
                | Reason::UnknownWallet
                | Reason::BadAccount
                | Reason::Ambiguous,
                Ok(phone),
            ) => self.or(phone),
            _ => self,
        }
    }
}

/// The banks and wallets' providers that words name.
pub(in crate::domain) struct Named {
    pub(in crate::domain) banks: Vec<Bin>,
    pub(in crate::domain) providers: Vec<&'static Provider>,
}

impl Named {
    /// Looks at the words of a text, not at its numbers.
    pub(in crate::domain) fn in_words(text: &str) -> Self {
        let is_word = |c: char| c.is_alphabetic() || c == '\n' || c == '&';
        let words: String = text
            .chars()
            .map(|c| if is_word(c) { c } else { ' ' })
            .collect();
        let items = scan::items(&fold(&words)).unwrap_or_default();
        let Context {
            banks, providers, ..
        } = Context::of(items);
        Self { banks, providers }
    }
}

/// What a payment code asks for beside its payee. Whoever made the code wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
    /// In đồng.
    pub amount: Option<u64>,
    /// What the transfer is to say.
    pub note: Option<String>,
}

/// What the text of a payment code asks for; none for another text, and for a code that asks for nothing.
pub(super) fn payment_of(text: &str) -> Option<Payment> {
    let code = VietQr::parse(&whole::qr(text)?).ok()?;
    let payment = Payment {
        amount: code.amount(),
        note: code.message().map(str::to_owned),
    };
    (payment.amount.is_some() || payment.note.is_some()).then_some(payment)
}

/// Reads any identifier.
fn read(text: &str) -> Result<Identifier, Unreadable> {
    let text = bounded(text)?;
    if let Some(phone) = plain_phone(text) {
        return Ok(Identifier::Phone(phone));
    }
    read_words(text)
}

/// Reads what is not only a phone number's digits.
fn read_words(text: &str) -> Result<Identifier, Unreadable> {
    if let Some(payload) = whole::qr(text) {
        let code = VietQr::parse(&payload).map_err(|_| match vietqr::is_foreign(&payload) {
            true => Reason::ForeignQr,
            false => Reason::BadQr,
        })?;
        return Ok(payee(&code)?);
    }
    if let Some(paid) = payment::payee(text) {
        return paid;
    }
    let line = whole::line(text)?;
    if let Some(found) = whole::key(&line) {
        return found;
    }
    let (line, had_link) = whole::without_links(&line)?;
    // `o95oooloo1`
    if let Some(phone) = spelt::whole(&line) {
        let guess = [Identifier::Phone(phone)];
        return Err(Unreadable::suggesting(Reason::Ambiguous, guess));
    }
    if !had_link && let Some(name) = sender(whole::named(&line)) {
        return Ok(Identifier::Sender(name));
    }
    let line = without_moments(&line);
    let mut context = Context::of(scan::items(&line)?);
    context.note_unknown_bank(&line);
    if had_link && context.numbers.is_empty() {
        return Err(Reason::Link.into());
    }
    decide(context)
}

/// Whom a payment QR pays, as an identifier.
///
/// # Errors
/// [`Reason::CardNumber`] for a card, [`Reason::MerchantQr`] for a merchant code: neither names an account.
fn payee(code: &VietQr) -> Result<Identifier, Reason> {
    match code.payee() {
        Payee::Account(account) => Ok(Identifier::Account(account.clone())),
        Payee::Wallet(wallet) => Ok(Identifier::Wallet(wallet.clone())),
        Payee::Card => Err(Reason::CardNumber),
        Payee::Merchant => Err(Reason::MerchantQr),
    }
}

/// A sender name standing alone: one token of 3 to 11 characters that looks like a name and not like a word.
fn sender(line: &str) -> Option<Sender> {
    let ascii = line
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if !ascii || !(3..=11).contains(&line.len()) {
        return None;
    }
    let known = wallet::find(line).is_some() || !bank::candidates(line).is_empty();
    let letters = line.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    if letters == 0 || digits > 5 || is_label(&toneless(line)) {
        return None;
    }
    // An amount (`15tr`), a number with letters for digits, or a passport.
    let starts_well = line.starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts_well && !known || whole::is_like_number(line) {
        return None;
    }
    // The end of a sentence is no part of a name.
    let line = line.trim_end_matches('.');
    // `Vietcombank`, `MAU-BANK`, `BIDV2`, `ShopeeVN`; not `hello`, not `Khong`.
    let shape =
        digits > 0 || line.contains('-') || line.bytes().skip(1).any(|b| b.is_ascii_uppercase());
    if known || shape {
        Sender::new(line).ok()
    } else {
        None
    }
}

fn decide(mut context: Context) -> Result<Identifier, Unreadable> {
    context.refuse_cards_and_papers()?;
    context.take_bin();
    match (&context.providers[..], &context.banks[..]) {
        ([], []) => several(&context),
        ([provider], []) => at_provider(&context, provider),
        ([], _) => at_bank(&context),
        _ => {
            let wallets = context
                .providers
                .iter()
                .filter_map(|provider| at_provider(&context, provider).ok());
            let phones = context.numbers.iter().filter_map(Number::as_phone);
            let accounts = match at_bank(&context) {
                Ok(account) => vec![account],
                Err(error) => error.suggestions,
            };
            let guesses = wallets.chain(accounts).chain(phones.map(Identifier::Phone));
            Err(Unreadable::suggesting(
                Reason::SeveralNumbers,
                guesses.collect::<Vec<_>>(),
            ))
        }
    }
}

#[cfg(test)]
mod tests;
