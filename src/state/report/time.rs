//! Time passes: clocks are missed, answers overdue, and what was kept long enough is erased.

use uuid::Uuid;

use super::{Doing, load, steps};
use crate::{
    domain::{
        change::{ErasureChange, Holder},
        intake::{step::due_steps, terms::Terms},
        part::PartRef,
        report::{Report, deed::Deed, words::Outcome},
        time::Time,
    },
    state::{
        plan::{Now, Plan},
        refused::Refused,
        view::View,
    },
};

/// What fell due of these reports is written down, in one record. Which fell due is told by the table of what is due
/// ([`crate::store::schema::DueReports`]); one that changed since has nothing due any more.
///
/// # Errors
/// [`Refused::Store`].
pub fn pass(view: &View<'_>, due: &[Uuid], now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    for id in due {
        let report = match load(view, *id) {
            Ok(report) => report,
            Err(Refused::NotFound) => continue,
            Err(error) => return Err(error),
        };
        plan.changes
            .append(&mut of_one(&report, now.wall).plan().changes);
    }
    Ok(plan)
}

fn of_one(report: &Report, now: Time) -> Doing {
    let mut doing = Doing::on(report);
    if report.clocks_count() {
        let missed = due_steps(&report.clocks, now);
        if !missed.is_empty() {
            doing.done(Deed::TimePassed, missed);
        }
    }
    if report.answer_until.is_some_and(|until| until < now) {
        doing.done(Deed::AnswerOverdue, steps::resumed_targets(report, now));
    }
    erase(&mut doing, report, now);
    doing
}

/// Erases what was kept long enough, unless it is held.
fn erase(doing: &mut Doing, report: &Report, now: Time) {
    let holder = Holder::Report(report.id);
    let over = |until: Option<Time>| until.is_some_and(|until| until <= now);
    let is_held = report.held_until.is_some_and(|until| until > now);
    if is_held || !over(report.kept.words) {
        let source = report.source_part.filter(|_| over(report.kept.source));
        doing.erase_parts(holder, source);
    }
    if is_held {
        return;
    }
    if over(report.kept.words) {
        doing.plan.push(ErasureChange::Everything { holder });
        return;
    }
    let contact = report.contact_part.filter(|_| over(report.kept.contact));
    let sender = report.sender_part.filter(|_| over(report.kept.sender));
    doing.erase_parts(holder, contact.into_iter().chain(sender));
}

impl Doing {
    fn erase_parts(&mut self, holder: Holder, parts: impl IntoIterator<Item = PartRef>) {
        for part in parts {
            self.plan.push(ErasureChange::Part { holder, part });
        }
    }

    /// Says until when what a report with an outcome holds is kept: by the rules of the day of the outcome.
    pub(super) fn keep_until(
        &mut self,
        report: &Report,
        outcome: Outcome,
        terms: &Terms,
        now: Now,
    ) {
        let (contact, words) = terms.kept_after(report.kind, outcome, now.wall);
        self.done(Deed::Keeps { contact, words }, Vec::new());
    }
}
