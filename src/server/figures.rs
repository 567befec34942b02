//! What the admin listener tells whoever watches over the installation.

use actix_web::{HttpResponse, web};

use crate::{
    http::{headers, partner_activity::Copies, state::State},
    present::problem::Problem,
    registry::watching::Watched,
};

/// Figures for a monitoring system; nothing that identifies.
pub(super) async fn tell(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let (registry, metrics) = (&state.registry, &state.metrics);
    let published = registry.index().published();
    metrics.set_journal_head(registry.journal_position());
    metrics.set_index_size(published.tallies.total().live);
    metrics.set_ledger_size(published.ledger_size());
    metrics.set_reports(&registry.report_figures());
    let looked_at = state.clone();
    let looked = State::blocking(move || Ok::<_, Problem>(look(&looked_at)));
    let (watched, copies) = looked.await?;
    metrics.standing.set(&watched, &copies);
    Ok(headers::figures(metrics.encode()))
}

/// Looks at what is on the disk. While the store can't be read the other figures are wanted all the more.
fn look(state: &State) -> (Watched, Copies) {
    let (registry, now) = (&state.registry, state.now());
    state.metrics.program.look();
    let size = registry.index().ledger_size();
    let readers = registry.feed_readers().unwrap_or_default();
    let copies = state.partners_seen.copies(&readers, size, now);
    (registry.watched(now), copies)
}
