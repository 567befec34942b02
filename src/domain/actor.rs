//! Who did something.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Actor {
    /// A signed-in person.
    User(Uuid),
    /// A partner's program.
    Partner(Uuid),
    /// Somebody at the machine itself, working on the data folder.
    Console,
    /// The program's own clock.
    Schedule,
    /// Somebody who is not signed in, or not any more.
    Visitor,
}
