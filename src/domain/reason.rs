//! Why a text is not what it was taken for.

use std::fmt;

/// Why a text is not one identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nothing was written.
    Empty,
    /// Longer than any identifier, or than what is looked at.
    TooLong,
    /// Letters stand where digits should (`0912345o78`), or more than one reading is possible.
    Ambiguous,
    /// Digits are hidden: `0912xxx678`.
    Masked,
    /// The form, or the label, of an identity card: personal data that is not taken.
    IdentityCard,
    /// The number of a payment card: not taken.
    CardNumber,
    /// Could be an account, but no bank is named.
    AccountWithoutBank,
    /// The bank named is not known.
    UnknownBank,
    /// The wallet provider named is not known.
    UnknownWallet,
    /// Too few digits.
    TooShort,
    /// No number and no name.
    NotANumber,
    /// More than one identifier.
    SeveralNumbers,
    /// Digits that no numbering plan gives to anybody.
    NotAssigned,
    /// Characters that no account number has.
    BadAccount,
    /// Characters that no sender name has.
    NotASender,
    /// A payment QR that is damaged or of another kind.
    BadQr,
    /// A merchant's QR: the account behind it is not in the code.
    MerchantQr,
    /// A payment QR of another country's network: nobody of the registry is named in it.
    ForeignQr,
    /// A spreadsheet formula.
    Formula,
    /// A number a spreadsheet shortened: `1.23457E+12`.
    ScientificNotation,
    /// A number a spreadsheet changed: `912345678.0`.
    SpreadsheetNumber,
    /// A web or mail address.
    Link,
    /// Not the canonical text of a key.
    NotCanonical,
    /// A question of several that a program wrote wrongly: it answers for itself, and the others are answered.
    Malformed,
}

impl Reason {
    /// The machine word, e.g. `masked-number`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::Ambiguous => "letters-in-number",
            Self::Masked => "masked-number",
            Self::IdentityCard => "identity-card",
            Self::CardNumber => "card-number",
            Self::AccountWithoutBank => "account-without-bank",
            Self::UnknownBank => "unknown-bank",
            Self::UnknownWallet => "unknown-wallet",
            Self::TooShort => "too-short",
            Self::NotANumber => "not-a-number",
            Self::SeveralNumbers => "several-numbers",
            Self::NotAssigned => "not-assigned",
            Self::BadAccount => "bad-account",
            Self::NotASender => "not-a-sender",
            Self::BadQr => "bad-qr",
            Self::MerchantQr => "merchant-qr",
            Self::ForeignQr => "foreign-qr",
            Self::Formula => "formula",
            Self::ScientificNotation => "scientific-notation",
            Self::SpreadsheetNumber => "spreadsheet-number",
            Self::Link => "link",
            Self::NotCanonical => "not-canonical",
            Self::Malformed => "malformed",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
