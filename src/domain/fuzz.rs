//! Trials of what people write: whatever is taken has one form, and whatever is refused is told without its numbers.

use super::{
    evidence::{FileKind, MAX_FILE_BYTES, sniff},
    findings::{Findings, MAX_FOUND},
    identifier::{Identifier, Kind},
    intake::{masking::mask, reference::Reference},
    key::Key,
    message::{self, SMS_LENGTH},
    moment::{is_moment, without_moments},
    sms_command::{self, Command},
    text::{MAX_INPUT, clean_line, fold, toneless, within, within_written_out},
    tsv,
    vietqr::{Payee, VietQr},
};

/// Longest key, in bytes: a line of the feed and the space of a text message count on it.
const MAX_KEY: usize = 60;
/// Digits in a row that could be somebody's number; numbers of banks have six.
const NUMBER: usize = 7;

/// Anything that a citizen may paste.
pub(crate) fn identifier(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = Identifier::parse(&text);
    match &read {
        Ok(identifier) => has_one_form(identifier),
        Err(refused) => {
            assert!(refused.suggestions.len() <= super::reading::Unreadable::MAX_SUGGESTIONS);
            refused.suggestions.iter().for_each(has_one_form);
            tells_no_number(&format!("{refused} {refused:?}"));
        }
    }
    if let Ok(identifier) = read {
        // The same text as another program hands it on.
        assert_eq!(Identifier::parse(&format!(" {text}\n")), Ok(identifier));
    }
}

/// The beginning of a file that somebody sends.
pub(crate) fn file_kind(bytes: &[u8]) {
    match sniff(bytes) {
        Ok(kind) => {
            // What stands behind it makes nothing else of it.
            let behind = [bytes, b"<html>PK\x03\x04"].concat();
            assert!(FileKind::ALL.contains(&kind) && bytes.len() <= MAX_FILE_BYTES);
            assert_eq!(sniff(&behind), Ok(kind));
        }
        Err(refused) => tells_no_number(&format!("{refused} {refused:?}")),
    }
}

/// A whole message that a citizen pastes.
pub(crate) fn findings(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let findings = Findings::of(&text);
    findings.guesses().iter().for_each(has_one_form);
    let Findings { found, unsure, .. } = findings;
    assert!(found.len() <= MAX_FOUND);
    let length = text.chars().count();
    for (place, one) in found.iter().enumerate() {
        assert!(one.at.0 <= one.at.1 && one.at.1 <= length);
        has_one_form(&one.identifier);
        one.also.iter().for_each(has_one_form);
        assert!(
            found[..place]
                .iter()
                .all(|other| other.identifier != one.identifier)
        );
    }
    assert!(!found.is_empty() || unsure.is_some());
    if let Some(unsure) = unsure {
        tells_no_number(&format!("{unsure} {unsure:?}"));
    }
}

/// The fields of a form, and the cells of a list.
pub(crate) fn fields(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (first, second) = text.split_once('\n').unwrap_or((&text, ""));
    let read = [
        Identifier::phone(first),
        Identifier::account(first, second),
        Identifier::wallet(first, second),
        Identifier::short_code(first),
        Identifier::sender(first),
    ];
    for (read, kind) in read.into_iter().zip([
        &[Kind::Phone][..],
        &[Kind::Account, Kind::Wallet],
        &[Kind::Wallet],
        &[Kind::ShortCode],
        &[Kind::Sender],
    ]) {
        match read {
            Ok(identifier) => {
                assert!(kind.contains(&identifier.kind()));
                has_one_form(&identifier);
            }
            Err(refused) => {
                refused.suggestions.iter().for_each(has_one_form);
                tells_no_number(&format!("{refused} {refused:?}"));
            }
        }
    }
}

/// A text of a report: what is masked is gone, and masked once.
pub(crate) fn masking(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let once = mask(&text);
    let twice = mask(&once.text);
    assert!(once.text == twice.text && twice.masked.is_empty());
    assert_eq!(once.masked.is_empty(), once.text == text);
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
    assert!(digits(&once.text) <= digits(&text));
}

/// A message to the gateway's number.
pub(crate) fn command(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let fits = |text: &String| text.chars().count() <= sms_command::MAX_CHARS;
    match sms_command::parse(&text) {
        Command::Check { text } => assert!(fits(&text)),
        Command::Report { number, words } => {
            assert!(fits(&number) && fits(&words) && !words.is_empty());
        }
        Command::BareReport { number } => assert!(fits(&number) && !number.is_empty()),
        Command::LostMoney { number, words, .. } => assert!(fits(&number) && fits(&words)),
        Command::Status { reference } => {
            let read = |reference: Reference| Reference::parse(&reference.to_string());
            assert!(reference.is_none_or(|reference| read(reference) == Ok(reference)));
        }
        Command::HoldsNumber { code } => assert!(code.is_ascii()),
        Command::HowTo => {}
    }
}

/// A key that another program wrote.
pub(crate) fn key(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = Key::parse(&text);
    if let Ok(key) = &read {
        assert_eq!(key.as_str(), text);
    }
    let json: Result<Identifier, _> = serde_json::from_value(text.as_ref().into());
    assert_eq!(json.is_ok(), read.is_ok());
    if let Err(refused) = json {
        tells_no_number(&refused.to_string());
    }
    // What stands in a journal is read by its form alone, and is what it was.
    if let Ok(written) = postcard::to_stdvec(text.as_ref())
        && let Ok(stored) = postcard::from_bytes::<Identifier>(&written)
    {
        assert_eq!(stored.key().as_str(), text);
    } else {
        assert!(read.is_err());
    }
}

/// The text of a payment code: as it came, and with its check sum put right.
pub(crate) fn vietqr(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    payload(&text);
    let head = text.trim_end_matches(|c: char| c.is_ascii_hexdigit());
    payload(&super::vietqr::summed(head));
}

fn payload(text: &str) {
    match VietQr::parse(text) {
        Ok(code) => {
            assert!(text.chars().count() >= code.message().map_or(0, |text| text.chars().count()));
            assert!(code.amount().is_none_or(|amount| amount < 10_u64.pow(13)));
            tells_no_number(&format!("{code:?}"));
            let paid = match code.payee() {
                Payee::Account(account) => Some(Identifier::Account(account.clone())),
                Payee::Wallet(wallet) => Some(Identifier::Wallet(wallet.clone())),
                Payee::Card | Payee::Merchant => None,
            };
            if let Some(identifier) = &paid {
                has_one_form(identifier);
            }
            // Whoever reads the same text as an identifier sees nobody else.
            assert_eq!(Identifier::parse(text).ok(), paid);
        }
        Err(refused) => tells_no_number(&refused.to_string()),
    }
}

/// Text in all spellings.
pub(crate) fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let folded = fold(&text);
    assert_eq!(fold(&folded), folded);
    if within(&text, MAX_INPUT) {
        assert!(toneless(&text).chars().count() <= 4 * MAX_INPUT);
        assert!(folded.chars().count() <= 2 * MAX_INPUT);
    }
    let begin = within_written_out(&text, MAX_INPUT);
    assert!(text.starts_with(begin) && begin.chars().count() <= MAX_INPUT);
    if let Ok(line) = clean_line(&text, 120) {
        assert!(line.chars().count() <= 120 && !line.contains(char::is_control));
        assert_eq!(clean_line(&line, 120).as_ref(), Ok(&line));
    }
    let rest = without_moments(&folded);
    assert!(rest.chars().count() <= folded.chars().count());
    // What is left of a text that is dates and times alone are at most two digits.
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    assert!(!is_moment(&folded) || digits <= 2);
}

/// A table of `config/`.
pub(crate) fn table(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().count();
    let header = text.lines().find(|line| !line.trim().is_empty());
    let columns: Vec<&str> = header.unwrap_or_default().split('\t').collect();
    let mut rows = 0;
    for row in tsv::rows(&text) {
        rows += 1;
        for column in &columns {
            let cell = row.get(column.trim());
            assert!(text.contains(cell) && !cell.contains(['\t', '\n']));
        }
    }
    assert!(rows < lines.max(1));
}

/// A text message of ours with names in it that somebody else gave.
pub(crate) fn message(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut values = text.split('\n');
    let mut next = || values.next().unwrap_or_default();
    let values = [
        ("number", next()),
        ("name", next()),
        ("method", next()),
        ("unit", next()),
        ("until", next()),
    ];
    for code in [
        "listed.phone",
        "listed.account",
        "no_record.phone",
        "official",
        "ask.which",
        "",
    ] {
        let told = message::sms(code, &values);
        assert!(told.len() <= SMS_LENGTH && told.is_ascii());
        assert!(!told.contains(|c: char| c.is_control()));
    }
    let _ = message::Lang::from_accept_language(&text);
}

/// Two spellings have one key, and each form in which it is written is read as itself.
pub(crate) fn has_one_form(identifier: &Identifier) {
    let key = identifier.key();
    let key = key.as_str();
    assert!(key.len() <= MAX_KEY && key.is_ascii());
    assert!(!key.contains(|c: char| c.is_ascii_control() || matches!(c, ' ' | ',' | '"')));
    assert_eq!(Identifier::from_key(key).as_ref(), Ok(identifier));
    assert_eq!(Identifier::parse(key).as_ref(), Ok(identifier));
    // What people are shown is read as itself, or asked back; never as something else. Any word may be a sender's name.
    match Identifier::parse(&identifier.display()) {
        Ok(read) => assert!(read == *identifier || identifier.kind() == Kind::Sender),
        Err(_) => assert_ne!(identifier.kind(), Kind::Phone),
    }
    tells_no_number(&format!("{identifier:?}"));
}

/// Refusals and debug texts reach logs.
pub(crate) fn tells_no_number(told: &str) {
    let long = told.split(|c: char| !c.is_ascii_digit());
    assert!(long.map(str::len).max() < Some(NUMBER), "a number is told");
}
