//! What time does to reports: clocks are missed, answers overdue, and what was kept long enough is erased.

use uuid::Uuid;

use crate::{
    access::capability::Acting,
    domain::time::Time,
    registry::{Registry, RegistryError},
    state::report::time::pass,
    store::{
        schema::{DueReports, Reports},
        table::{Table, decode},
    },
};

/// Reports in one record: each moves a clock or two and erases three parts at most.
const IN_ONE_RECORD: usize = 100;

impl Registry {
    /// Writes down what fell due of reports, until `stop` says to leave the rest for next time. Returns of how many.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn pass_time_on_reports(
        &self,
        now: Time,
        stop: &dyn Fn() -> bool,
    ) -> Result<usize, RegistryError> {
        let (mut looked_at, mut before) = (0, Vec::new());
        loop {
            if stop() {
                return Ok(looked_at);
            }
            let due = self.due_reports(now)?;
            // What is due still after it was written down is a fault; it must not keep everything else waiting.
            if due.is_empty() || due == before {
                return Ok(looked_at);
            }
            before.clone_from(&due);
            let count = due.len();
            let files = self.files_of(&due)?;
            self.commit(
                Acting::schedule(),
                now,
                None,
                move |view, now| pass(view, &due, now),
                |_, _| Ok(()),
            )?;
            self.remove_unnamed(files)?;
            looked_at += count;
            if count < IN_ONE_RECORD {
                return Ok(looked_at);
            }
        }
    }

    /// Sealed files of some reports: what is erased of them is removed at once.
    fn files_of(&self, reports: &[Uuid]) -> Result<Vec<Uuid>, RegistryError> {
        let store = self.shared.store()?;
        let mut files = Vec::new();
        for id in reports {
            let report = store.get::<Reports>(id)?;
            let rows = report.into_iter().flat_map(|report| report.files);
            files.extend(
                rows.flat_map(|row| row.sealed().map(|sealed| sealed.stored).collect::<Vec<_>>()),
            );
        }
        Ok(files)
    }

    fn due_reports(&self, now: Time) -> Result<Vec<Uuid>, RegistryError> {
        let store = self.shared.store()?;
        let mut due = Vec::new();
        for row in store.raw_from(DueReports::ID, &[]).take(IN_ONE_RECORD) {
            let (at, id) = decode::<DueReports>(&row?.1)?;
            if at >= now {
                break;
            }
            due.push(id);
        }
        Ok(due)
    }
}
