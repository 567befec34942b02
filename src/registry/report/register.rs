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
/// Most reports looked at for one answer: bounds the work of one request. A hundred thousand take about a second of one
/// thread.
const SCAN: usize = 200_000;
/// Reports that are read at a time.
const CHUNK: usize = 4_096;
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

/// A place in the register: when a report came, and which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RegisterMark {
    pub at: Time,
    pub id: Uuid,
}

impl RegisterMark {
    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        let id = Uuid::try_parse(id).ok().filter(|_| id.len() == 36)?;
        let at = Time::from_millis(at.parse().ok()?);
        Some(Self { at, id })
    }
}

impl std::fmt::Display for RegisterMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.id)
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
    /// A term of the law was missed once; targets of the police's own do not count.
    pub late: bool,
}

/// Part of the register.
pub struct RegisterPage {
    pub rows: Vec<RegisterRow>,
    /// Where to go on, while there is more.
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
    /// [`RegistryError::NOT_FOUND`] for a unit that the reader does not see; a field for a period with more reports than are
    /// looked at; [`RegistryError::Unavailable`].
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
        let marks = self.marks_of(unit, period)?;
        let known = period.after;
        let first = known.map_or(0, |known| marks.partition_point(|mark| *mark <= known));
        let asked = marks.iter().enumerate().skip(first).take(limit);
        let store = self.shared.store()?;
        let mut rows = Vec::with_capacity(limit.min(marks.len()));
        for (place, mark) in asked {
            let report = store.get::<Reports>(&mark.id)?;
            let number = u64::try_from(place + 1).unwrap_or(u64::MAX);
            rows.extend(report.map(|report| row(number, &report, now)));
        }
        let last = first.saturating_add(limit);
        let next = marks.get(last.saturating_sub(1));
        Ok(RegisterPage {
            rows,
            next: next.copied().filter(|_| last < marks.len()),
        })
    }

    /// The reports of a period in the order in which they came, which is not that of their ids.
    fn marks_of(
        &self,
        unit: UnitCode,
        period: &RegisterPeriod,
    ) -> Result<Vec<RegisterMark>, RegistryError> {
        let store = self.shared.store()?;
        let end = key_at(period.until.plus_seconds(EARLIER));
        let mut marks = Vec::new();
        let mut at = key_at(period.from).to_vec();
        for _ in 0..SCAN.div_ceil(CHUNK) {
            let page = store.page::<Reports>(&[], Some(&at), CHUNK, CHUNK, |_, report| {
                let came = report.received_at;
                if (period.from..period.until).contains(&came) && is_of(report, unit) {
                    let id = report.id;
                    marks.push(RegisterMark { at: came, id });
                }
                false
            })?;
            match page.next {
                Some(next) if next.as_slice() < end.as_slice() => at = next,
                Some(_) | None => {
                    marks.sort_unstable();
                    return Ok(marks);
                }
            }
        }
        Err(RegistryError::field("to", "too-long"))
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
        late: report.missed_a_term(now),
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
    use crate::domain::{
        intake::{step::apply_step, terms::Terms},
        report::sample,
    };

    #[test]
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is() {
        let mark = RegisterMark {
            at: Time::from_millis(12),
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
        let own = ClockKind::ReportUrgent;
        apply_step(
            &mut report.clocks,
            &Terms::default().start(own, report.unit, at),
            at,
        );
        report.clocks[2].missed_at = Some(at.plus_days(1));
        let row = super::row(3, &report, at.plus_days(2));
        assert!(
            !row.late,
            "a target of the police's own is no term of the law"
        );
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
