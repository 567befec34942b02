//! The kinds of numbers that must not be kept.

/// What was masked. In order of what hides more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MaskedKind {
    /// The number of an identity card (personal identification number, Decree 137/2015, article 13).
    IdentityNumber,
    /// The number of a payment card.
    CardNumber,
    /// A receipt of a report, or what may be one.
    ReceiptCode,
}
