//! Accounts and wallets: a number beside the name of a bank or a provider.

use super::{
    context::Context,
    cue::Cue,
    number,
    scan::{Number, with_digits},
    unknown_bank,
    unreadable::Unreadable,
};
use crate::domain::{
    account::{AccountNumber, stray},
    bank::Bin,
    identifier::Identifier,
    phone::Phone,
    reason::Reason,
    wallet::{self, Provider, Wallet},
};

/// The account `number` at one of `banks`.
pub(super) fn account(banks: &[Bin], number: &str) -> Result<Identifier, Unreadable> {
    let read = AccountNumber::parse(number)?;
    let spelt = with_digits(number);
    let at = |number: &AccountNumber| {
        banks
            .iter()
            .map(|bin| Identifier::of_account(*bin, number.clone()))
            .collect::<Vec<_>>()
    };
    // `00000O0070001`: mostly digits, and every letter could be one.
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if let Some(spelt) = spelt.filter(|spelt| spelt != number) {
        // `O95OOO1OO1`: a phone number, however few digits it is written with.
        let is_phone = digits > 0 && Phone::dialled(&spelt, false).is_ok();
        if is_phone || digits * 2 > spelt.len() {
            return Err(Unreadable::suggesting(
                Reason::Ambiguous,
                AccountNumber::parse(&spelt).iter().flat_map(at),
            ));
        }
    }
    match banks {
        [] => Err(Unreadable {
            account_number: Some(read),
            ..Unreadable::plain(Reason::UnknownBank)
        }),
        [bin] => Ok(Identifier::of_account(*bin, read)),
        _ => Err(Unreadable::suggesting(Reason::Ambiguous, at(&read))),
    }
}

/// The refusal of an account at a bank that is not known, with the banks that are nearly called so.
pub(super) fn near_bank(name: &str, mut error: Unreadable) -> Unreadable {
    let near = error.account_number.as_ref();
    error.suggestions = near.map_or(Vec::new(), |number| unknown_bank::near(name, number));
    error
}

/// More than one number stands where one account was expected: each reading at each bank.
pub(super) fn several_accounts(banks: &[Bin], written: &str) -> Unreadable {
    let readings = AccountNumber::readings(written);
    let at = |number: &AccountNumber| {
        let number = number.clone();
        banks
            .iter()
            .map(move |bin| Identifier::of_account(*bin, number.clone()))
    };
    Unreadable::suggesting(Reason::SeveralNumbers, readings.iter().flat_map(at))
}

/// The wallet that `provider` (slug or any usual name) keeps for `number` (in any spelling).
pub(super) fn wallet_of(provider: &str, number: &str) -> Result<Wallet, Unreadable> {
    let provider = wallet::find(provider).ok_or(Reason::UnknownWallet)?;
    wallet_at(provider, number)
}

fn wallet_at(provider: &'static Provider, number: &str) -> Result<Wallet, Unreadable> {
    let mut error = match number::phone(number) {
        Ok(phone) if !phone.unlikely() => return Ok(Wallet::of_phone(provider, &phone)),
        // A wallet is opened with a number that somebody has.
        Ok(_) => Reason::NotAssigned.into(),
        Err(error) => error,
    };
    if provider.has_own_ids() && error.suggestions.is_empty() {
        return Ok(Wallet::of_own_id(provider, AccountNumber::parse(number)?));
    }
    error.account_number = None;
    let guesses = error.suggestions.iter();
    error.suggestions = guesses
        .filter_map(|guess| match guess {
            Identifier::Phone(phone) => Some(Wallet::of_phone(provider, phone)),
            Identifier::Account(_)
            | Identifier::Wallet(_)
            | Identifier::ShortCode(_)
            | Identifier::Sender(_) => None,
        })
        .map(Identifier::Wallet)
        .collect();
    Err(error)
}

pub(super) fn at_provider(
    context: &Context,
    provider: &'static Provider,
) -> Result<Identifier, Unreadable> {
    let written = match (&context.numbers[..], &context.codes[..]) {
        ([number], _) => (if number.plus { "+" } else { "" }).to_owned() + &number.text(),
        ([], [code]) => code.clone(),
        ([], _) => return Err(Reason::NotANumber.into()),
        (numbers, _) => {
            let guesses = numbers
                .iter()
                .filter_map(|number| wallet_at(provider, &number.text()).ok());
            return Err(Unreadable::suggesting(
                Reason::SeveralNumbers,
                guesses.map(Identifier::Wallet),
            ));
        }
    };
    wallet_at(provider, &written).map(Identifier::Wallet)
}

/// Digits of the shortest account that is read from a text: what is shorter is a count, an hour, a day.
const SHORTEST: usize = 4;

pub(super) fn at_bank(context: &Context) -> Result<Identifier, Unreadable> {
    let numbers: Vec<String> = context
        .numbers
        .iter()
        .map(Number::text)
        .chain(context.codes.iter().cloned())
        .collect();
    let at = |number: &str| account(&context.banks, number);
    if let [number] = &context.numbers[..]
        && let Some(unsure) = unsure_account(context, number)
    {
        return Err(unsure);
    }
    match &numbers[..] {
        [] => Err(Reason::NotANumber.into()),
        [number] if number.len() < SHORTEST => Err(Reason::TooShort.into()),
        [number] => {
            let as_phone = context.numbers.first().and_then(Number::as_phone);
            match as_phone {
                // `hotline Vietcombank 1900545413`
                Some(phone)
                    if context.cues.contains(&Cue::Phone)
                        && !context.cues.contains(&Cue::Account) =>
                {
                    Ok(Identifier::Phone(phone))
                }
                Some(phone)
                    if !context.cues.contains(&Cue::Account)
                        && phone.e164().starts_with("+841") =>
                {
                    let guesses = [Identifier::Phone(phone)].into_iter().chain(at(number));
                    Err(Unreadable::suggesting(Reason::Ambiguous, guesses))
                }
                // `0912345678 (An Bình)`: a person or place that bears a bank's name.
                Some(phone)
                    if !context.brand
                        && !context.cues.contains(&Cue::Account)
                        && !context.cues.contains(&Cue::Bank) =>
                {
                    Ok(Identifier::Phone(phone))
                }
                Some(phone) => at(number).map_err(|error| error.or(Identifier::Phone(phone))),
                None => at(number),
            }
        }
        _ => {
            let phones = context
                .numbers
                .iter()
                .filter_map(Number::as_phone)
                .map(Identifier::Phone);
            let others = context
                .numbers
                .iter()
                .filter(|number| number.as_phone().is_none())
                .map(Number::text);
            let accounts = others
                .chain(context.codes.iter().cloned())
                .filter_map(|number| at(&number).ok());
            Err(Unreadable::suggesting(
                Reason::SeveralNumbers,
                phones.chain(accounts).collect::<Vec<_>>(),
            ))
        }
    }
}

/// A number beside a bank that can't be taken as the account as it stands: another number is stuck to it, or it is
/// written as a phone number is dialled from abroad.
fn unsure_account(context: &Context, number: &Number) -> Option<Unreadable> {
    if number.plus {
        let phone = number.as_phone()?;
        let account = phone.national().map(|text| account(&context.banks, &text));
        let guesses = account.into_iter().flatten();
        return Some(Unreadable::suggesting(
            Reason::Ambiguous,
            [Identifier::Phone(phone)].into_iter().chain(guesses),
        ));
    }
    let groups: Vec<&str> = number.groups.iter().map(String::as_str).collect();
    if number.has_letters() {
        return None;
    }
    let mut readings = stray(&groups);
    if readings.is_empty() {
        readings = longer_than_usual(context, &groups);
    }
    if readings.is_empty() {
        return None;
    }
    let guesses = readings
        .iter()
        .filter_map(|text| account(&context.banks, text).ok());
    Some(Unreadable::suggesting(
        Reason::SeveralNumbers,
        guesses.collect::<Vec<_>>(),
    ))
}

/// The readings of digit groups that are too much for one account of the bank named, and are one without the last
/// group or the first: `0071 00 1234567 2025`.
fn longer_than_usual(context: &Context, groups: &[&str]) -> Vec<String> {
    let usual = |groups: &[&str]| {
        let read = account(&context.banks, &groups.concat());
        matches!(read, Ok(Identifier::Account(account)) if !account.unlikely())
    };
    let (Some((_, init)), Some((_, tail))) = (groups.split_last(), groups.split_first()) else {
        return Vec::new();
    };
    if groups.len() < 2 || usual(groups) {
        return Vec::new();
    }
    let mut readings: Vec<String> = [init, tail]
        .into_iter()
        .filter(|part| usual(part))
        .map(<[&str]>::concat)
        .collect();
    if !readings.is_empty() {
        readings.push(groups.concat());
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallet_is_its_users_phone_number() -> Result<(), Unreadable> {
        let wallet = wallet_of("Ví MoMo", "0950 001 069")?;
        assert_eq!(
            (wallet.provider(), wallet.number()),
            ("momo", "+84950001069")
        );
        assert_eq!(wallet_of("payoo", "ab12345")?.number(), "AB12345");
        assert_eq!(
            wallet_of("momo", "ab12345").map_err(|e| e.account_number),
            Err(None)
        );
        assert_eq!(
            wallet_of("none", "0950001069").map_err(|e| e.reason),
            Err(Reason::UnknownWallet)
        );
        Ok(())
    }
}
