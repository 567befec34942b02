//! Numbers without a bank or provider: one phone number or short code, or a refusal that names all that were found.

use super::{
    context::Context,
    cue::Cue,
    groups::{is_date, looks_like_money, split},
    scan::{self, Number, with_digits},
    spelt, unknown_bank,
    unreadable::Unreadable,
    whole,
};
use crate::domain::{
    account::AccountNumber,
    identifier::Identifier,
    moment::without_moments,
    phone::Phone,
    reason::Reason,
    short_code::ShortCode,
    text::{MAX_INPUT, within},
};

/// Reads a phone number; what else the text names is no matter.
pub(super) fn phone(text: &str) -> Result<Phone, Unreadable> {
    let text = bounded(text)?;
    if let Some(phone) = plain_phone(text) {
        return Ok(phone);
    }
    // As it is dialled from here (ITU-T E.164, international prefix).
    if let Some(phone) = text
        .strip_prefix("00")
        .and_then(|rest| Phone::dialled(rest, true).ok())
    {
        return Ok(phone);
    }
    if let Some(spelt) = spelt::whole(text) {
        let guess = [Identifier::Phone(spelt)];
        return Err(Unreadable::suggesting(Reason::Ambiguous, guess));
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

pub(super) fn bounded(text: &str) -> Result<&str, Unreadable> {
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

/// The usual case, without any of the work below: a number's digits, or those of one in Vietnam as they are mostly parted.
pub(in crate::domain) fn plain_phone(text: &str) -> Option<Phone> {
    if let Some(digits) = usual_groups(text) {
        return Phone::dialled(digits.as_str(), false).ok();
    }
    let digits = text.strip_prefix('+').unwrap_or(text);
    Phone::dialled(digits, digits.len() < text.len()).ok()
}

/// The ten digits of `0912 345 678` or `091 234 5678`, parted by blanks, by dots or by dashes.
fn usual_groups(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() != 12 || bytes[0] != b'0' {
        return None;
    }
    let at = if bytes[3].is_ascii_digit() {
        [4, 8]
    } else {
        [3, 7]
    };
    let sign = bytes[at[0]];
    let parted = matches!(sign, b' ' | b'.' | b'-') && bytes[at[1]] == sign;
    let mut digits = String::with_capacity(10);
    for (nth, byte) in bytes.iter().enumerate() {
        match at.contains(&nth) {
            true => {}
            false if byte.is_ascii_digit() => digits.push(char::from(*byte)),
            false => return None,
        }
    }
    parted.then_some(digits)
}

/// Without a bank or provider: one number, or a refusal that names all that were found.
pub(super) fn several(context: &Context) -> Result<Identifier, Unreadable> {
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
    if let Some(phone) = number.as_phone() {
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
    let guesses = [Some(phone), number.as_phone()].into_iter().flatten();
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
    // A number of another country without its plus, if it is read as itself with it.
    let foreign = !number.plus && (11..=13).contains(&text.len()) && !text.starts_with(['0', '8']);
    let abroad = foreign.then(|| Phone::dialled(text, true).ok()).flatten();
    if let Some(abroad) = abroad.map(Identifier::Phone)
        && Identifier::parse(&abroad.display()).as_ref() == Ok(&abroad)
    {
        error = error.or(abroad);
    }
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
