//! What the audit trail tells beside changes of the state: nothing follows from it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    actor::Actor,
    part::Part,
    time::Time,
    trail::{AddressToken, Pull, Refusal, Sealed},
};

/// What the audit trail tells of somebody. Refusals, reads and pulls are gathered for some minutes and written together, so
/// that whoever floods the service makes a bounded number of records; `since` is when the gathering began, and the record's
/// time when it ended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrailChange {
    /// Where the one came from who made this record.
    CameFrom { address: AddressToken },
    /// Why the one did it who made this record.
    Reasoned { reason: Part },
    /// Attempts of somebody were refused.
    Refused {
        who: Actor,
        why: Refusal,
        times: u32,
        /// The first few that there were.
        addresses: Vec<AddressToken>,
        since: Time,
    },
    /// Somebody opened texts that others wrote for officers.
    Read {
        who: Uuid,
        what: Sealed,
        times: u32,
        since: Time,
    },
    /// A partner took the feed, in so many requests, from the lowest position asked for to the highest given.
    Pulled {
        partner: Uuid,
        what: Pull,
        times: u32,
        from: u64,
        to: u64,
        since: Time,
    },
    /// More kinds of things happened than are kept in mind at once; so many are not told.
    Untold { times: u32, since: Time },
    /// Somebody opened more sealed parts of reports on one day than the work wants.
    OpenedMuch { who: Uuid, times: u32 },
}

impl TrailChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Read {
                what: Sealed::Report(_),
                ..
            }
            | Self::OpenedMuch { .. } => 6,
            Self::CameFrom { .. }
            | Self::Reasoned { .. }
            | Self::Refused { .. }
            | Self::Read { .. }
            | Self::Pulled { .. }
            | Self::Untold { .. } => 3,
        }
    }
}
