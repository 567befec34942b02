//! Reads free text. The order is: whole forms (QR, key, formula, link), then names, then what the words around the
//! numbers say the numbers are. Where two readings are possible nothing is chosen.

use super::{
    Identifier, Reason, Unreadable,
    scan::{self, Item, Number, is_digits, lookalike},
};
use crate::domain::{
    account::{AccountNumber, is_card, spreadsheet_damage, stray},
    bank::{self, Bin},
    moment::without_moments,
    phone::Phone,
    sender::Sender,
    short_code::ShortCode,
    text::{MAX_INPUT, fold, toneless, within},
    vietqr::VietQr,
    wallet::{self, Provider, Wallet},
};

mod accounts;
mod context;
mod groups;
mod unknown_bank;
mod whole;

pub(super) use accounts::{account, near_bank, several_accounts};
use accounts::{at_bank, at_provider};
use context::{Context, Cue};
use groups::{is_date, looks_like_money, split};

/// Reads any identifier.
pub(super) fn read(text: &str) -> Result<Identifier, Unreadable> {
    let text = bounded(text)?;
    if let Some(phone) = plain_phone(text) {
        return Ok(Identifier::Phone(phone));
    }
    if let Some(payload) = whole::qr(text) {
        return VietQr::parse(&payload)
            .map_err(|_| Unreadable::plain(Reason::BadQr))?
            .identifier();
    }
    let line = whole::line(text)?;
    if let Some(found) = whole::key(&line) {
        return found;
    }
    let (line, had_link) = whole::without_links(&line)?;
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

/// Reads a phone number; what else the text names is no matter.
pub(in crate::domain) fn phone(text: &str) -> Result<Phone, Unreadable> {
    let text = bounded(text)?;
    if let Some(phone) = plain_phone(text) {
        return Ok(phone);
    }
    let line = whole::line(text)?;
    let (line, _) = whole::without_links(&line)?;
    let line = line.strip_prefix("phone:").unwrap_or(&line);
    let mut context = Context::of(scan::items(&without_moments(line))?);
    context.refuse_cards_and_papers()?;
    context.cues.retain(|cue| *cue != Cue::Account);
    match several(&context) {
        Ok(Identifier::Phone(phone)) => Ok(phone),
        Ok(_) => Err(Reason::NotAssigned.into()),
        Err(mut error) => {
            error
                .suggestions
                .retain(|guess| matches!(guess, Identifier::Phone(_)));
            Err(error)
        }
    }
}

fn bounded(text: &str) -> Result<&str, Unreadable> {
    if !within(text, MAX_INPUT) {
        return Err(Reason::TooLong.into());
    }
    let text = text.trim();
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(Reason::NotANumber.into());
    }
    if text.is_empty() {
        Err(Reason::Empty.into())
    } else {
        Ok(text)
    }
}

/// The usual case, without any of the work below.
fn plain_phone(text: &str) -> Option<Phone> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    Phone::dialled(digits, digits.len() < text.len()).ok()
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
    if letters == 0 || digits > 5 || context::is_label(&toneless(line)) {
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
            let phones = context.numbers.iter().filter_map(as_phone);
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

fn as_phone(number: &Number) -> Option<Phone> {
    Phone::dialled(&number.text(), number.plus).ok()
}

/// Without a bank or provider: one number, or a refusal that names all that were found.
fn several(context: &Context) -> Result<Identifier, Unreadable> {
    match &context.numbers[..] {
        [] if context.codes.iter().any(|code| whole::is_like_number(code)) => {
            Err(Reason::Ambiguous.into())
        }
        [] if context.unknown_bank.is_some() && !context.codes.is_empty() => {
            Err(Reason::UnknownBank.into())
        }
        [] => Err(Reason::NotANumber.into()),
        [number] => single(context, number),
        numbers => {
            if let Some(phone) = joined(context) {
                return Ok(Identifier::Phone(phone));
            }
            let (mut whole, mut guesses) = (Vec::new(), Vec::new());
            let mut small = 0;
            for number in numbers {
                match single(context, number) {
                    Ok(id) => whole.push(id),
                    Err(_) if number.text().len() < 3 => small += 1,
                    Err(error) => guesses.extend(error.suggestions),
                }
            }
            match &whole[..] {
                [phone @ Identifier::Phone(_)]
                    if small + 1 == numbers.len() && !context.has_tail =>
                {
                    Ok(phone.clone())
                }
                _ => Err(Unreadable::suggesting(
                    Reason::SeveralNumbers,
                    whole.into_iter().chain(guesses),
                )),
            }
        }
    }
}

/// `0912,345,678`: signs that usually part numbers, inside one.
fn joined(context: &Context) -> Option<Phone> {
    let numbers = &context.numbers;
    let pieces = numbers
        .iter()
        .all(|number| number.text().len() < 9 && !number.has_letters() && !number.plus);
    let digits: String = numbers.iter().map(Number::text).collect();
    let grouped = context.only_numbers
        && pieces
        && digits.starts_with('0')
        && numbers[1..].iter().all(|n| n.text().len() > 1);
    if grouped {
        Phone::dialled(&digits, false).ok()
    } else {
        None
    }
}

fn single(context: &Context, number: &Number) -> Result<Identifier, Unreadable> {
    let text = number.text();
    if number.has_letters() {
        let removed: String = text.chars().filter(char::is_ascii_digit).collect();
        let readings = [with_digits(&text), Some(removed)];
        let phones = readings
            .iter()
            .flatten()
            .filter_map(|digits| Phone::dialled(digits, number.plus).ok());
        return Err(Unreadable::suggesting(
            Reason::Ambiguous,
            phones.map(Identifier::Phone).collect::<Vec<_>>(),
        ));
    }
    if let Some(unsure) = stray_plus(number) {
        return Err(unsure);
    }
    if let Some(phone) = as_phone(number) {
        let phone = Identifier::Phone(phone);
        if context.cues.contains(&Cue::Account) && !context.cues.contains(&Cue::Phone) {
            let mut error = match &context.unknown_bank {
                Some(name) => at_unknown_bank(name, &text, [phone]),
                None => Unreadable::suggesting(Reason::AccountWithoutBank, [phone]),
            };
            error.account_number = AccountNumber::canonical(&text).ok();
            return Err(error);
        }
        return match looks_like_money(number) {
            true => Err(Unreadable::suggesting(Reason::Ambiguous, [phone])),
            false => Ok(phone),
        };
    }
    if let Some(parts) = split(&number.groups) {
        return Err(Unreadable::suggesting(Reason::SeveralNumbers, parts));
    }
    let one_group = number.groups.len() == 1 && !number.plus;
    if one_group
        && context.codes.is_empty()
        && context.words_are_labels
        && let Ok(code) = ShortCode::new(&text)
    {
        return Ok(Identifier::ShortCode(code));
    }
    Err(not_a_phone(context, number, &text))
}

/// `GMT+7 0950001001`: a plus and a digit or two before a whole number of Vietnam's plan are something else, or the number
/// is another country's.
fn stray_plus(number: &Number) -> Option<Unreadable> {
    let (code, rest) = number.groups.split_first()?;
    let rest = rest.concat();
    let whole = number.plus && code != "84" && rest.starts_with('0');
    let phone = whole.then(|| Phone::dialled(&rest, false).ok()).flatten()?;
    let guesses = [Some(phone), as_phone(number)].into_iter().flatten();
    Some(Unreadable::suggesting(
        Reason::Ambiguous,
        guesses.map(Identifier::Phone),
    ))
}

fn not_a_phone(context: &Context, number: &Number, text: &str) -> Unreadable {
    let begins = number.groups.iter().scan(String::new(), |digits, group| {
        digits.push_str(group);
        Some(Phone::dialled(digits, number.plus).ok())
    });
    let guesses: Vec<_> = begins
        .chain([Phone::dialled(&number.groups[1..].concat(), false).ok()])
        .flatten()
        .collect();
    let reason = match text.len() {
        _ if is_date(number) => Reason::NotANumber,
        _ if !guesses.is_empty() => Reason::SeveralNumbers,
        12 if !number.plus && !context.cues.contains(&Cue::Account) => Reason::IdentityCard,
        ..8 => Reason::TooShort,
        20.. => Reason::TooLong,
        _ if context.unknown_bank.is_some() => Reason::UnknownBank,
        _ if context.cues.contains(&Cue::Account) => Reason::AccountWithoutBank,
        10 | 11 if text.starts_with('0') => Reason::NotAssigned,
        _ if number.plus => Reason::NotAssigned,
        _ => Reason::AccountWithoutBank,
    };
    let no_guess = guesses.is_empty();
    let guesses = guesses.into_iter().map(Identifier::Phone);
    let mut error = match (&context.unknown_bank, reason) {
        (Some(name), Reason::UnknownBank) => at_unknown_bank(name, text, guesses),
        _ => Unreadable::suggesting(reason, guesses),
    };
    let could_be = !number.plus
        && no_guess
        && text.len() > 5
        && !matches!(reason, Reason::IdentityCard | Reason::NotANumber);
    error.account_number = could_be
        .then(|| AccountNumber::canonical(text).ok())
        .flatten();
    error
}

/// An account at a bank that is not known: the banks that are nearly called so, and what else was found.
fn at_unknown_bank(
    name: &str,
    number: &str,
    guesses: impl IntoIterator<Item = Identifier>,
) -> Unreadable {
    let account = AccountNumber::canonical(number);
    let near = account.map(|number| unknown_bank::near(name, &number));
    let near = near.into_iter().flatten();
    Unreadable::suggesting(Reason::UnknownBank, near.chain(guesses))
}

/// The text with every look-alike letter as the digit it resembles; `None` when another letter is in it.
fn with_digits(text: &str) -> Option<String> {
    let digits: Option<String> = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                Some(c)
            } else {
                lookalike(c)
            }
        })
        .collect();
    digits.filter(|digits| is_digits(digits))
}
