//! The register of reports that the law wants (sổ tiếp nhận tin báo): what came, who has it, what became of it. No names and
//! no words.

use uuid::Uuid;

use crate::{
    access::capability::IntakeReader,
    domain::{
        intake::clock::ClockKind,
        report::{
            Report,
            deed::Deed,
            words::{Channel, Outcome, ReportKind, ReportState},
        },
        time::Time,
        unit::UnitCode,
    },
    registry::{Registry, RegistryError},
    store::schema::Reports,
};

/// Longest period of one answer, in days: a year, and the weeks that somebody looks back from.
pub const MAX_REGISTER_DAYS: i64 = 400;
/// Most rows of one answer.
pub const MAX_REGISTER_ROWS: usize = 5_000;
/// Most reports looked at for one answer: bounds the work of one request.
const SCAN: usize = 50_000;
/// A report's id is made when its receipt is given, at most so long before it comes, in seconds.
const EARLIER: i64 = 3 * 3_600;

/// Which part of the register.
#[derive(Clone, Copy, Debug)]
pub struct RegisterPeriod {
    /// This unit and those below it; all that the reader sees when not given.
    pub unit: Option<UnitCode>,
    pub from: Time,
    /// Not included.
    pub until: Time,
    /// The last row that is known.
    pub after: Option<RegisterMark>,
}

/// A place in the register: the number of a row, and its report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegisterMark {
    pub number: u64,
    pub id: Uuid,
}

impl RegisterMark {
    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, id) = text.split_once('.')?;
        let id = Uuid::try_parse(id).ok().filter(|_| id.len() == 36)?;
        Some(Self {
            number: number.parse().ok()?,
            id,
        })
    }
}

impl std::fmt::Display for RegisterMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.number, self.id)
    }
}

/// A row of the register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisterRow {
    /// From 1, in the order in which reports came in the period.
    pub number: u64,
    pub reference: String,
    pub received_at: Time,
    pub channel: Channel,
    pub kind: ReportKind,
    pub state: ReportState,
    pub unit: UnitCode,
    pub competent_unit: Option<UnitCode>,
    pub acknowledged_at: Option<Time>,
    /// By when it has an outcome.
    pub due_at: Option<Time>,
    pub outcome: Option<Outcome>,
    pub decided_at: Option<Time>,
    /// Number of the decision, unless erased.
    pub document_no: Option<String>,
    pub document_date: Option<String>,
    /// When the reporter was told the outcome.
    pub told_at: Option<Time>,
    /// Something of it was late once.
    pub late: bool,
}

/// Part of the register.
pub struct RegisterPage {
    pub rows: Vec<RegisterRow>,
    /// Where to go on; there may be no row behind it.
    pub next: Option<RegisterMark>,
}

/// The first key of reports that came at an instant or later.
pub(super) fn key_at(at: Time) -> [u8; 16] {
    let millis = at.plus_seconds(-EARLIER).millis();
    let millis = u64::try_from(millis).unwrap_or(0).min((1 << 48) - 1);
    // The first 48 bits of a UUIDv7 are milliseconds (RFC 9562 §5.7).
    (u128::from(millis) << 80).to_be_bytes()
}

/// Whether a unit or one below it has a report in hand.
pub(super) fn is_of(report: &Report, unit: UnitCode) -> bool {
    let works = [Some(report.unit), report.competent_unit];
    works.into_iter().flatten().any(|own| unit.covers(own))
}

impl Registry {
    /// The register of a period, the oldest first.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for a unit that the reader does not see; [`RegistryError::Unavailable`].
    pub fn register(
        &self,
        reader: &IntakeReader,
        period: &RegisterPeriod,
        limit: usize,
        now: Time,
    ) -> Result<RegisterPage, RegistryError> {
        let unit = period.unit.or(reader.reach());
        let unit = unit.unwrap_or(UnitCode::national());
        if !reader.sees(unit) {
            return Err(RegistryError::NOT_FOUND);
        }
        let start = period
            .after
            .map_or(key_at(period.from), |mark| *mark.id.as_bytes());
        let matches = |report: &Report| {
            (period.from..period.until).contains(&report.received_at) && is_of(report, unit)
        };
        let store = self.shared.store()?;
        // Ids of reports that came within the period begin before its end.
        let end = period.until.millis();
        let mut is_past = false;
        let page = store.page::<Reports>(&[], Some(&start), limit, SCAN, |key, report| {
            is_past |= key > key_at(Time::from_millis(end).plus_seconds(EARLIER)).as_slice();
            matches(report)
        })?;
        let before = period.after.map_or(0, |mark| mark.number);
        let rows: Vec<RegisterRow> = (before + 1..)
            .zip(&page.rows)
            .map(|(number, report)| row(number, report, now))
            .collect();
        let number = rows.last().map_or(before, |row| row.number);
        let next = page.next.filter(|_| !is_past);
        let next = next.and_then(|key| Uuid::from_slice(&key).ok());
        Ok(RegisterPage {
            rows,
            next: next.map(|id| RegisterMark { number, id }),
        })
    }
}

fn row(number: u64, report: &Report, now: Time) -> RegisterRow {
    let met = |kind| report.clock(kind).and_then(|clock| clock.met_at);
    let (document_no, document_date) = document(report);
    RegisterRow {
        number,
        reference: report.reference.to_string(),
        received_at: report.received_at,
        channel: report.channel,
        kind: report.kind,
        state: report.state,
        unit: report.unit,
        competent_unit: report.competent_unit,
        acknowledged_at: met(ClockKind::ReportAck),
        due_at: report
            .clock(ClockKind::ReportResume)
            .or(report.clock(ClockKind::ReportResolve))
            .map(|clock| clock.due_at),
        outcome: report.resolution.map(|resolution| resolution.outcome),
        decided_at: report.resolution.map(|resolution| resolution.at),
        document_no,
        document_date,
        told_at: met(ClockKind::ReportTell),
        late: report.was_late() || report.is_late(now),
    }
}

/// Number and date of the decision that stands.
fn document(report: &Report) -> (Option<String>, Option<String>) {
    let is_decision = |deed: &Deed| matches!(deed, Deed::Resolved { .. });
    let standing = report.resolution.and_then(|_| report.last(is_decision));
    let Some(event) = standing else {
        return (None, None);
    };
    let Deed::Resolved {
        document,
        document_date,
        ..
    } = &event.deed
    else {
        return (None, None);
    };
    let number = document.and_then(|part| event.text(part));
    (number.map(str::to_owned), document_date.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::sample;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is() {
        let mark = RegisterMark {
            number: 12,
            id: Uuid::from_u128(7),
        };
        assert_eq!(RegisterMark::parse(&mark.to_string()), Some(mark));
        for text in [
            "",
            "12",
            "12.",
            ".",
            "x.00000000-0000-0000-0000-000000000007",
            "12.7",
        ] {
            assert_eq!(RegisterMark::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_row_tells_what_the_law_wants_and_nobody_s_words() {
        let at = Time::from_millis(1_795_161_600_000);
        let mut report = sample::report("14812", at);
        report.clocks[0].met_at = Some(at.plus_days(1));
        let row = row(3, &report, at.plus_days(2));
        assert_eq!(row.number, 3);
        assert_eq!(row.acknowledged_at, Some(at.plus_days(1)));
        assert_eq!((row.outcome, row.late), (None, false));
        assert!(super::row(3, &report, at.plus_days(60)).late);
        let told = format!("{row:?}");
        assert!(
            !told.contains("95000") && !told.contains("chuyển"),
            "{told}"
        );
    }

    #[test]
    fn keys_begin_some_hours_before_what_came_then() {
        let at = Time::from_millis(1_795_161_600_000);
        let key = key_at(at);
        let id = Uuid::from_bytes(key);
        assert!(id.as_u128() >> 80 < at.millis() as u128);
        assert_eq!(key_at(Time::from_millis(0)), [0; 16]);
    }
}
