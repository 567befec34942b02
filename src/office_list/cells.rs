//! What the cells of one row name.

use super::{
    column::Role,
    groups::{self, names_a_bank},
    headings::Columns,
    outright::{digits, refused_outright, says_nothing},
    pieces::{parts, several, thousands},
    reading::Reading::{self, Bad, Doubt, Good, Nothing},
    reason::RowReason,
    sheet::{Cell, Nature, Row},
};
use crate::domain::{
    account::{Account, AccountNumber},
    bank,
    identifier::{Identifier, Kind, Reason},
    reading::Unreadable,
    text, wallet,
};

/// Shortest account number that is only digits; banks sell chosen numbers of four.
const MIN_ACCOUNT: usize = 4;

/// Digits of the shortest phone number with its trunk zero.
const MIN_PHONE: usize = 10;

/// Longest sender name a network carries (3GPP TS 23.040, 9.1.2.5).
const MAX_SENDER: usize = 11;

/// Reads every cell of the row that can hold an identifier. `group` names the bank of all rows below it. Where the
/// column may be another person's, nothing is without doubt.
pub(super) fn read(
    row: &Row,
    columns: &Columns,
    group: Option<&Cell>,
    is_suspects: &dyn Fn(usize) -> bool,
) -> Vec<Reading> {
    row.filled()
        .filter(|(column, _)| columns.role(*column).identifies())
        .map(|(column, cell)| {
            let own = columns
                .bank_of(column)
                .and_then(|bank| row.cell(bank))
                .or_else(|| provider_cell(row, columns));
            let bank = own.or(group);
            let reading = match columns.role(column) {
                Role::Account => account_cell(cell, bank),
                Role::Wallet => wallet_cell(cell, bank, columns),
                Role::Any => any_cell(cell, bank),
                Role::Phone
                | Role::Bank
                | Role::Holder
                | Role::Method
                | Role::Amount
                | Role::Date
                | Role::Place
                | Role::Source
                | Role::Note
                | Role::Serial
                | Role::Private
                | Role::Other => phone_cell(cell),
            };
            let reading = groups::compared(reading, columns, own, group);
            match is_suspects(column) {
                true => reading,
                false => reading.of_whom(),
            }
        })
        .collect()
}

/// The cell under "Ví điện tử" that names the provider only: the number stands under "Số tài khoản".
fn provider_cell<'r>(row: &'r Row, columns: &Columns) -> Option<&'r Cell> {
    columns
        .with(Role::Wallet)
        .filter_map(|column| row.cell(column))
        .find(|cell| wallet::find(&cell.text).is_some())
}

fn phone_cell(cell: &Cell) -> Reading {
    if let Some(reading) = refused_outright(cell) {
        return reading;
    }
    // A spreadsheet showed the number as an amount, without its zero.
    if let Some(digits) = thousands(&cell.text) {
        let phone =
            Identifier::phone(&digits).or_else(|_| Identifier::phone(&format!("0{digits}")));
        return match phone {
            Ok(phone) => Doubt(vec![phone], RowReason::THOUSANDS),
            Err(_) => Bad(RowReason::NOT_ASSIGNED),
        };
    }
    match Identifier::parse(&cell.text) {
        Ok(Identifier::Sender(_)) => sender(&cell.text),
        Ok(found) => unless_unlikely(found),
        // Under "Số điện thoại" a number without a bank is a wrong phone number.
        Err(error) if error.reason == Reason::AccountWithoutBank => {
            Bad(if digits(&cell.text) < MIN_PHONE {
                RowReason::TOO_SHORT
            } else {
                RowReason::NOT_ASSIGNED
            })
        }
        Err(error) => unreadable(&cell.text, error),
    }
}

/// A name in a column of phones: brand names are short and in capitals; other words are remarks.
fn sender(written: &str) -> Reading {
    let shown = text::fold(written);
    let Ok(name) = Identifier::sender(&shown) else {
        return Bad(RowReason::NOT_A_NUMBER);
    };
    // "O95OOO1O26": so many digits are no name.
    if digits(&shown) >= MIN_ACCOUNT {
        let plain = shown.replace(['O', 'o'], "0").replace(['I', 'l'], "1");
        let meant = Identifier::phone(&plain).ok().into_iter().collect();
        return Doubt(meant, RowReason::LETTERS);
    }
    if !shown.is_ascii() || shown.len() > MAX_SENDER {
        return Bad(RowReason::NOT_A_NUMBER);
    }
    let like_a_brand = !shown.contains(' ') && shown.chars().any(|c| c.is_ascii_uppercase());
    if like_a_brand {
        Good(name)
    } else {
        Doubt(vec![name], RowReason::UNSURE_NAME)
    }
}

fn unless_unlikely(found: Identifier) -> Reading {
    match &found {
        Identifier::Phone(phone) if phone.unlikely() => {
            Doubt(vec![found], RowReason::UNLIKELY_PHONE)
        }
        Identifier::Account(account) if account.unlikely() => {
            Doubt(vec![found], RowReason::UNLIKELY_LENGTH)
        }
        Identifier::Phone(_)
        | Identifier::Account(_)
        | Identifier::Wallet(_)
        | Identifier::ShortCode(_)
        | Identifier::Sender(_) => Good(found),
    }
}

/// What is left when a text is not one identifier: more than one, or one with letters in it.
fn unreadable(written: &str, error: Unreadable) -> Reading {
    let reason = RowReason::of(error.reason);
    match error.reason {
        Reason::SeveralNumbers => Doubt(error.suggestions, reason),
        // Several ways to read one number: only a person can choose.
        Reason::Ambiguous if error.suggestions.len() > 1 => Doubt(Vec::new(), reason),
        Reason::Ambiguous => Doubt(error.suggestions, reason),
        Reason::NotANumber | Reason::TooLong | Reason::NotAssigned => {
            several(written).unwrap_or(Bad(reason))
        }
        Reason::Empty
        | Reason::Masked
        | Reason::IdentityCard
        | Reason::CardNumber
        | Reason::AccountWithoutBank
        | Reason::UnknownBank
        | Reason::UnknownWallet
        | Reason::TooShort
        | Reason::BadAccount
        | Reason::NotASender
        | Reason::BadQr
        | Reason::MerchantQr
        | Reason::ForeignQr
        | Reason::Formula
        | Reason::ScientificNotation
        | Reason::SpreadsheetNumber
        | Reason::Link
        | Reason::NotCanonical
        | Reason::Malformed => Bad(reason),
    }
}

fn any_cell(cell: &Cell, bank: Option<&Cell>) -> Reading {
    if bank.is_some_and(|bank| names_a_bank(&bank.text)) {
        let account = account_cell(cell, bank);
        // A telephone beside a bank's name: one of both, and nobody says which.
        return match (phone_cell(cell), account) {
            (Good(phone @ Identifier::Phone(_)), Good(account)) => {
                Doubt(vec![phone, account], RowReason::of(Reason::Ambiguous))
            }
            (_, account) => account,
        };
    }
    let reading = phone_cell(cell);
    // A number cell that is no phone is an account without its bank and without its zeros.
    if matches!(reading, Bad(RowReason::NOT_ASSIGNED | RowReason::TOO_SHORT))
        && AccountNumber::parse(&cell.text).is_ok()
    {
        return Bad(RowReason::ACCOUNT_WITHOUT_BANK);
    }
    reading
}

/// A cell under "Ví điện tử": the number, the provider, or both.
fn wallet_cell(cell: &Cell, bank: Option<&Cell>, columns: &Columns) -> Reading {
    if let Some(reading) = refused_outright(cell) {
        return reading;
    }
    match Identifier::parse(&cell.text) {
        Ok(found) if found.kind() == Kind::Wallet => Good(found),
        // Only the provider is named: the number stands in another column, or nowhere.
        _ if wallet::find(&cell.text).is_some() => Nothing,
        // The bank is that of the accounts beside it.
        _ if columns.with(Role::Account).next().is_some()
            && bank.is_none_or(|bank| wallet::find(&bank.text).is_none()) =>
        {
            Bad(RowReason::ACCOUNT_WITHOUT_BANK)
        }
        _ => account_cell(cell, bank),
    }
}

fn account_cell(cell: &Cell, bank: Option<&Cell>) -> Reading {
    if let Some(reading) = refused_outright(cell) {
        return reading;
    }
    // What is shown as an amount was a number, and has lost its zeros.
    if thousands(&cell.text).is_some() {
        return Doubt(Vec::new(), RowReason::ZEROS_LOST);
    }
    let bank_text = bank
        .map(|bank| text::fold(&bank.text))
        .filter(|bank| !says_nothing(bank));
    let Some(bank_text) = bank_text else {
        return with_its_own_bank(cell);
    };
    if names_a_bank(&cell.text) && digits(&bank_text) >= MIN_ACCOUNT && digits(&cell.text) == 0 {
        return Bad(RowReason::COLUMNS_SWAPPED);
    }
    // "MB0000000070008": the bank's letters before the number are no part of it.
    if let Ok(own) = Identifier::parse(&cell.text)
        && own.kind() == Kind::Account
        && names(&own, &bank_text)
    {
        return account(cell, own);
    }
    match Identifier::account(&bank_text, &cell.text) {
        Ok(found) => account(cell, found),
        Err(error) => match Identifier::parse(&cell.text) {
            Ok(own) if own.kind() == Kind::Account || own.kind() == Kind::Wallet => {
                at_both(cell, own, &bank_text)
            }
            _ => account_error(&cell.text, &bank_text, error),
        },
    }
}

/// The cell names a bank itself; the bank's column must agree.
fn at_both(cell: &Cell, own: Identifier, bank_text: &str) -> Reading {
    if names(&own, bank_text) {
        account(cell, own)
    } else {
        Doubt(vec![own], RowReason::TWO_BANKS)
    }
}

/// Whether the text names the bank or provider of the account or wallet.
fn names(held: &Identifier, bank_text: &str) -> bool {
    match held {
        Identifier::Account(account) => {
            bank::find(bank_text).is_some_and(|bank| bank.bin == account.bank())
        }
        Identifier::Wallet(wallet) => {
            wallet::find(bank_text).is_some_and(|known| known.slug == wallet.provider())
        }
        Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => false,
    }
}

/// "VCB 0000000070001" in one cell, and no bank beside it.
fn with_its_own_bank(cell: &Cell) -> Reading {
    match Identifier::parse(&cell.text) {
        Ok(own @ (Identifier::Account(_) | Identifier::Wallet(_))) => account(cell, own),
        // What reads as a phone may be an account whose bank is missing: nobody can tell.
        Ok(_) => Bad(RowReason::ACCOUNT_WITHOUT_BANK),
        Err(error) if error.account_number.is_some() => Bad(RowReason::ACCOUNT_WITHOUT_BANK),
        Err(error) if error.reason == Reason::Ambiguous || error.reason == Reason::NotAssigned => {
            Bad(RowReason::ACCOUNT_WITHOUT_BANK)
        }
        Err(error) if error.reason == Reason::SeveralNumbers => {
            let accounts = |id: &Identifier| matches!(id.kind(), Kind::Account | Kind::Wallet);
            let found = error.suggestions.into_iter().filter(accounts).collect();
            Doubt(found, RowReason::SEVERAL_NUMBERS)
        }
        Err(error) => Bad(RowReason::of(error.reason)),
    }
}

/// An account or wallet that was read: is it one that its cell can be trusted with?
fn account(cell: &Cell, found: Identifier) -> Reading {
    let Identifier::Account(known) = &found else {
        // A wallet's phone number can be made out without its zero, but a person should look.
        let number = matches!(cell.nature, Nature::Number | Nature::PaddedNumber);
        return if number {
            Doubt(vec![found], RowReason::ZEROS_LOST)
        } else {
            Good(found)
        };
    };
    let number = known.number().as_str();
    let letters = number.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters == 0 && number.len() < MIN_ACCOUNT {
        return Bad(RowReason::TOO_SHORT);
    }
    let unlikely = known.unlikely();
    match cell.nature {
        // The number may lack zeros at its front. It is named only when there is no room for any,
        // and is never padded: a wrong account is an innocent person's.
        Nature::Number if unlikely || has_room_for_zeros(known) => {
            Doubt(Vec::new(), RowReason::ZEROS_LOST)
        }
        Nature::Number | Nature::PaddedNumber => Doubt(vec![found], RowReason::ZEROS_LOST),
        Nature::Text | Nature::CutNumber | Nature::Date | Nature::Formula | Nature::Error
            if letters > 0
                && letters * 3 < number.len()
                && number
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b"OIL".contains(&b)) =>
        {
            Doubt(Vec::new(), RowReason::LETTERS)
        }
        // A nickname without a digit may be anything that was typed there.
        Nature::Text | Nature::CutNumber | Nature::Date | Nature::Formula | Nature::Error => {
            if letters == number.len() {
                Doubt(vec![found], RowReason::UNSURE_NAME)
            } else if unlikely {
                Doubt(vec![found], RowReason::UNLIKELY_LENGTH)
            } else {
                Good(found)
            }
        }
    }
}

/// Whether the account could be one zero longer at its bank.
fn has_room_for_zeros(known: &Account) -> bool {
    let longer = AccountNumber::parse(&format!("0{}", known.number().as_str()));
    longer.is_ok_and(|number| !Account::new(known.bank(), number).unlikely())
}

fn account_error(written: &str, bank_text: &str, error: Unreadable) -> Reading {
    match error.reason {
        Reason::Ambiguous
            if AccountNumber::parse(written)
                .is_ok_and(|number| digits(number.as_str()) == number.as_str().len()) =>
        {
            Doubt(Vec::new(), RowReason::AMBIGUOUS_BANK)
        }
        // "1. 0071…": one of the readings is wrong, and all would be listed together.
        Reason::SeveralNumbers => Doubt(Vec::new(), RowReason::SEVERAL_NUMBERS),
        Reason::Ambiguous => unreadable(written, error),
        Reason::UnknownBank if digits(bank_text) >= 6 => Bad(RowReason::COLUMNS_SWAPPED),
        Reason::BadAccount | Reason::TooLong => {
            let accounts: Vec<Identifier> = parts(written)
                .iter()
                .filter_map(|part| Identifier::account(bank_text, part).ok())
                .collect();
            if accounts.len() > 1 {
                Doubt(accounts, RowReason::SEVERAL_NUMBERS)
            } else if let Some(account) = among_words(written, bank_text) {
                Doubt(vec![account], RowReason::WORDS_BESIDE)
            } else {
                Bad(RowReason::of(error.reason))
            }
        }
        reason @ (Reason::Empty
        | Reason::Masked
        | Reason::IdentityCard
        | Reason::CardNumber
        | Reason::AccountWithoutBank
        | Reason::UnknownBank
        | Reason::UnknownWallet
        | Reason::TooShort
        | Reason::NotANumber
        | Reason::NotAssigned
        | Reason::NotASender
        | Reason::BadQr
        | Reason::MerchantQr
        | Reason::ForeignQr
        | Reason::Formula
        | Reason::ScientificNotation
        | Reason::SpreadsheetNumber
        | Reason::Link
        | Reason::NotCanonical
        | Reason::Malformed) => Bad(RowReason::of(reason)),
    }
}

/// "0071001234567 - NGUYEN VAN A": the one account number in a cell that holds words too.
fn among_words(written: &str, bank_text: &str) -> Option<Identifier> {
    let error = Identifier::parse(&format!("STK {written}")).err()?;
    Identifier::account(bank_text, error.account_number?.as_str()).ok()
}
