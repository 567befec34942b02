//! The codes of problems: what can go wrong, as a program tells it apart.

use crate::domain::identifier::Reason;

macro_rules! problem_codes {
    ($($name:ident = $word:literal,)*) => {
        /// A row of `config/problems.tsv`, in its order; the last part of a problem's `type`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum ProblemCode {
            $(#[doc = $word] $name,)*
        }

        impl ProblemCode {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The machine word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

problem_codes! {
    NotFound = "not-found",
    MethodNotAllowed = "method-not-allowed",
    NotAcceptable = "not-acceptable",
    RequestTimeout = "request-timeout",
    PayloadTooLarge = "payload-too-large",
    UriTooLong = "uri-too-long",
    UnsupportedMediaType = "unsupported-media-type",
    RangeNotSatisfiable = "range-not-satisfiable",
    HeadersTooLarge = "headers-too-large",
    BadRequest = "bad-request",
    BadJson = "bad-json",
    BadQuery = "bad-query",
    Validation = "validation",
    TooManyItems = "too-many-items",
    TooMuchAtOnce = "too-much-at-once",
    CursorInvalid = "cursor-invalid",
    IdempotencyKeyInvalid = "idempotency-key-invalid",
    IdempotencyKeyReused = "idempotency-key-reused",
    IfMatchRequired = "if-match-required",
    StaleVersion = "stale-version",
    TooManyRequests = "too-many-requests",
    Unauthenticated = "unauthenticated",
    BadCredentials = "bad-credentials",
    InvalidRefreshToken = "invalid-refresh-token",
    StepUpRequired = "step-up-required",
    AwaitsApproval = "awaits-approval",
    Forbidden = "forbidden",
    InsufficientScope = "insufficient-scope",
    FourEyes = "four-eyes",
    WeakPassword = "weak-password",
    BadEnrolmentCode = "bad-enrolment-code",
    OfficialIdentifier = "official-identifier",
    AlreadyListed = "already-listed",
    AlreadyProposed = "already-proposed",
    AlreadyExists = "already-exists",
    NotOpen = "not-open",
    LastAdmin = "last-admin",
    UnknownMethod = "unknown-method",
    UnknownUnit = "unknown-unit",
    UnknownWallet = "unknown-wallet",
    UnknownCase = "unknown-case",
    UnreadableList = "unreadable-list",
    UnreadableIdentifier = "unreadable-identifier",
    Empty = "empty",
    MaskedNumber = "masked-number",
    IdentityCard = "identity-card",
    CardNumber = "card-number",
    AccountWithoutBank = "account-without-bank",
    UnknownBank = "unknown-bank",
    LettersInNumber = "letters-in-number",
    SeveralNumbers = "several-numbers",
    TooShort = "too-short",
    TooLong = "too-long",
    NotANumber = "not-a-number",
    NotAssigned = "not-assigned",
    BadQr = "bad-qr",
    Formula = "formula",
    ScientificNotation = "scientific-notation",
    BadAccount = "bad-account",
    NotASender = "not-a-sender",
    MerchantQr = "merchant-qr",
    ForeignQr = "foreign-qr",
    SpreadsheetNumber = "spreadsheet-number",
    Link = "link",
    NotCanonical = "not-canonical",
    Malformed = "malformed",
    FeedCursorAhead = "feed-cursor-ahead",
    FeedCursorTooOld = "feed-cursor-too-old",
    StorageUnavailable = "storage-unavailable",
    OutcomePending = "outcome-pending",
    CatchingUp = "catching-up",
    NotReady = "not-ready",
    StaleCopy = "stale-copy",
    Busy = "busy",
    ShuttingDown = "shutting-down",
    Internal = "internal",
    NotCompetent = "not-competent",
    TermRuns = "term-runs",
    NoMoreExtensions = "no-more-extensions",
    OtherRole = "other-role",
    TooManyMessages = "too-many-messages",
    UnknownReceipt = "unknown-receipt",
    ReceiptExpired = "receipt-expired",
    FileRefused = "file-refused",
    NoRoomForFiles = "no-room-for-files",
    FormExpired = "form-expired",
}

impl From<Reason> for ProblemCode {
    /// The code of a text that can't be read as an identifier.
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Empty => Self::Empty,
            Reason::TooLong => Self::TooLong,
            Reason::Ambiguous => Self::LettersInNumber,
            Reason::Masked => Self::MaskedNumber,
            Reason::IdentityCard => Self::IdentityCard,
            Reason::CardNumber => Self::CardNumber,
            Reason::AccountWithoutBank => Self::AccountWithoutBank,
            Reason::UnknownBank => Self::UnknownBank,
            Reason::UnknownWallet => Self::UnknownWallet,
            Reason::TooShort => Self::TooShort,
            Reason::NotANumber => Self::NotANumber,
            Reason::SeveralNumbers => Self::SeveralNumbers,
            Reason::NotAssigned => Self::NotAssigned,
            Reason::BadAccount => Self::BadAccount,
            Reason::NotASender => Self::NotASender,
            Reason::BadQr => Self::BadQr,
            Reason::MerchantQr => Self::MerchantQr,
            Reason::ForeignQr => Self::ForeignQr,
            Reason::Formula => Self::Formula,
            Reason::ScientificNotation => Self::ScientificNotation,
            Reason::SpreadsheetNumber => Self::SpreadsheetNumber,
            Reason::Link => Self::Link,
            Reason::NotCanonical => Self::NotCanonical,
            Reason::Malformed => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::present::problem_catalogue;

    #[test]
    fn the_table_has_a_row_for_each_code_and_no_other() {
        let rows = problem_catalogue::all().iter().map(|kind| kind.code);
        assert!(rows.eq(ProblemCode::ALL.iter().map(|code| code.as_str())));
    }

    /// All code but this file and the catalogue.
    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|end| end == "rs")
                && !path.ends_with("problem_catalogue.rs")
            {
                let source = fs::read_to_string(&path).unwrap();
                // The words in the list above are no use.
                let list = source
                    .find("problem_codes! {")
                    .zip(source.find("\n}\n\nimpl From"));
                text.push_str(&list.map_or(source.clone(), |(_, end)| source[end..].to_owned()));
            }
        }
    }

    #[test]
    fn each_code_is_one_that_something_sends() {
        let mut text = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut text,
        );
        let reasons = &text[text.find("match reason {").unwrap()..];
        for code in ProblemCode::ALL {
            let (name, word) = (format!("{code:?}"), code.as_str());
            let by_reason = reasons.contains(&format!("=> Self::{name},"));
            let by_name = text.contains(&format!("ProblemCode::{name}"));
            let by_page = text.contains(&format!("Failure::of(\"{word}\")"));
            assert!(by_reason || by_name || by_page, "{word}");
        }
    }
}
