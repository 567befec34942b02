//! Turns for large bodies: so many are in memory at the same time, and some more wait.

use std::{net::IpAddr, time::Duration};

use tokio::time::timeout;
use uuid::Uuid;

use super::{
    limits::anonymous_key,
    permits::{InLine, Line},
};
use crate::present::problem::Problem;

/// Large bodies of strangers in memory at the same time. With a packed body of 2 MiB each, which has what it was packed in and
/// what zstd refers back to beside it, 144 MiB; a picture's form has 5.1 MiB.
const STRANGERS: usize = 24;
/// Those that wait, with hardly anything read.
const STRANGERS_WAITING: usize = 72;
/// Of one address, in both.
const STRANGERS_EACH: usize = 6;
/// Largest body in one of those turns, in bytes: a picture and the fields around it.
const PICTURE: usize = (5 << 20) + (256 << 10);
/// Larger ones of strangers in memory at the same time: reports with files. With 20.1 MiB and its files taken out of it,
/// 241 MiB.
const EVIDENCE: usize = 6;
/// Those that wait.
const EVIDENCE_WAITING: usize = 42;
/// Of one address, in both.
const EVIDENCE_EACH: usize = 4;
/// Large bodies of officers and partners in memory at the same time. With a list's form of 10.1 MiB each, 81 MiB.
const KNOWN: usize = 8;
/// Those that wait.
const KNOWN_WAITING: usize = 40;
/// Of one officer or partner, in both: as many lists as an officer may have in line.
const KNOWN_EACH: usize = 12;

/// How long a body may wait for its turn.
const TURN_PATIENCE: Duration = Duration::from_secs(20);
/// Who sends a body, as far as it is known before it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SentBy {
    /// Anybody: his address counts.
    Stranger,
    /// An officer or a partner.
    Known(Uuid),
}

/// The lines in which large bodies wait. Strangers don't keep out those who are known.
pub struct Turns {
    strangers: Line<IpAddr>,
    evidence: Line<IpAddr>,
    known: Line<Uuid>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            strangers: Line::new(STRANGERS, STRANGERS_WAITING, STRANGERS_EACH),
            evidence: Line::new(EVIDENCE, EVIDENCE_WAITING, EVIDENCE_EACH),
            known: Line::new(KNOWN, KNOWN_WAITING, KNOWN_EACH),
        }
    }
}

/// A turn, which comes back when this is dropped.
pub enum Turn {
    /// A stranger's.
    Stranger { _place: InLine<IpAddr> },
    /// An officer's or a partner's.
    Known { _place: InLine<Uuid> },
}

impl Turns {
    /// Waits for a turn for a body of at most so many bytes.
    ///
    /// # Errors
    /// 503 when the line is full, or takes too long.
    pub async fn turn(
        &self,
        sender: SentBy,
        address: IpAddr,
        bytes: usize,
    ) -> Result<Turn, Problem> {
        let turn = async {
            Ok(match sender {
                SentBy::Stranger => {
                    let line = match bytes > PICTURE {
                        true => &self.evidence,
                        false => &self.strangers,
                    };
                    Turn::Stranger {
                        _place: line.turn(anonymous_key(address)).await?,
                    }
                }
                SentBy::Known(id) => Turn::Known {
                    _place: self.known.turn(id).await?,
                },
            })
        };
        timeout(TURN_PATIENCE, turn)
            .await
            .unwrap_or_else(|_| Err(Problem::busy()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::problem_code::ProblemCode;

    #[tokio::test]
    async fn strangers_fill_their_own_line_only_and_no_address_all_of_it() {
        let turns = Turns::default();
        let address = |n: u8| IpAddr::from([192, 0, 2, n]);
        let mut held = Vec::new();
        for n in 0..STRANGERS {
            let of = address((n / STRANGERS_EACH) as u8);
            let turn = turns.turn(SentBy::Stranger, of, PICTURE).await;
            held.push(turn.expect("a turn"));
        }
        let over = turns.turn(SentBy::Stranger, address(0), PICTURE).await;
        assert_eq!(over.err().map(|p| p.code()), Some(ProblemCode::Busy));
        let known = SentBy::Known(Uuid::from_u128(1));
        assert!(turns.turn(known, address(0), 1).await.is_ok());
        let with_files = turns.turn(SentBy::Stranger, address(0), PICTURE + 1).await;
        assert!(with_files.is_ok(), "files have a line of their own");
        held.pop();
        assert!(turns.turn(SentBy::Stranger, address(9), 1).await.is_ok());
    }
}
