//! Toneless words, and the phrases in them that ask for a number.

use crate::domain::text;

/// What asks for a telephone.
pub(super) const PHONE: &str = "dien thoai;so dien thoai;sdt;so dt;dtdd;dt;dd;so phone;phone;phones;phone number;telephone;mobile;tel;cell;hotline;thue bao;so thue bao;so goi;so may;di dong;zalo;viber;whatsapp;caller;so goi den;msisdn;dau so;brandname;brand name;sender;sender name;ten gui;ten hien thi;short code;ten thuong hieu;sim;so sim;so may goi";

/// What asks for an account.
pub(super) const ACCOUNT: &str = "so tai khoan;so tk;stk;tknh;so tknh;tai khoan;tai khoan nhan;account;accounts;account no;account number;acc;acct;acc no;so hieu;iban;tk;bank account";

/// Toneless words with a space around each.
pub(super) fn words(text: &str) -> String {
    let plain = text::toneless(&text::fold(text));
    let mut out = String::from(" ");
    for word in plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        out.push_str(word);
        out.push(' ');
    }
    out
}

/// Whether toneless words ask for a telephone, and for no account.
pub(super) fn is_telephone(plain: &str) -> bool {
    has(plain, PHONE) && !has(plain, ACCOUNT)
}

/// Whether one of the phrases (`;` between them) stands in toneless words.
pub(super) fn has(plain: &str, phrases: &str) -> bool {
    phrases.split(';').any(|phrase| {
        plain.match_indices(phrase).any(|(at, _)| {
            plain[..at].ends_with(' ') && plain[at + phrase.len()..].starts_with(' ')
        })
    })
}

/// Whether toneless words are one of the phrases.
pub(super) fn is_one_of(plain: &str, phrases: &str) -> bool {
    phrases.split(';').any(|phrase| plain.trim() == phrase)
}
