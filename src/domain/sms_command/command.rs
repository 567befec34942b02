//! What a message asks for.

use crate::domain::intake::reference::Reference;

/// What a message asks for. Its texts are folded: see [`crate::domain::text::fold`].
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// `TRA 0950001001`, a bare number, or anything else: to be looked up.
    Check { text: String },
    /// `LD 0950001001 gia danh cong an` (`S`, `V` too): somebody tells about a number, a link, or what happened.
    Report {
        /// The number, with what stands before it; empty where there is none.
        number: String,
        /// What is told. Not empty, whatever it begins with.
        words: String,
    },
    /// `LD 0950001001` and no more: to be looked up, and no report. A bare number accuses nobody.
    BareReport { number: String },
    /// `MT 0950001001 5000000`: money is lost.
    LostMoney {
        /// The first number, with what stands before it; empty where there is none.
        number: String,
        /// All that was written but for the sum: it may name a bank, and more numbers.
        text: String,
        /// What is lost in dong, as far as it can be read; at most 10^12.
        amount: Option<u64>,
        /// What is told beside that; may be empty.
        words: String,
    },
    /// `TT 482177356`: how a report stands.
    Status {
        /// None when the digits are not those of a reference.
        reference: Option<Reference>,
    },
    /// `KN <code>`: the sender proves to hold a listed number.
    HoldsNumber { code: String },
    /// `TRA`, `LD`, `MT` or `TT` and no more: how these are written.
    HowTo,
}

/// The words of a citizen are not for logs.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Check { .. } => "Check",
            Self::Report { .. } => "Report",
            Self::BareReport { .. } => "BareReport",
            Self::LostMoney { .. } => "LostMoney",
            Self::Status { .. } => "Status",
            Self::HoldsNumber { .. } => "HoldsNumber",
            Self::HowTo => "HowTo",
        })
    }
}
