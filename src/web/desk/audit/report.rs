//! What was done to reports, without what anybody said in them.

use super::names::{Names, Piece, Sentence, say};
use crate::{domain::change::ReportChange, present::words::report as words};

pub(super) fn report(names: &mut Names<'_>, who: Piece, change: &ReportChange) -> Sentence {
    match change {
        ReportChange::Received(received) => {
            let values = [
                ("it", names.report(received.id)),
                ("unit", names.unit(received.unit)),
                (
                    "channel",
                    Piece::plain(words::channel(received.channel, names.lang)),
                ),
            ];
            say(
                names,
                "{unit} nhận báo cáo {it} ({channel}).",
                "{unit} received the report {it} ({channel}).",
                &values,
            )
        }
        ReportChange::Done { id, deed, .. } => {
            let values = [
                ("who", who),
                ("it", names.report(*id)),
                ("deed", Piece::plain(words::deed(deed, names.lang))),
            ];
            say(
                names,
                "{who}, báo cáo {it}: {deed}.",
                "{who}, report {it}: {deed}.",
                &values,
            )
        }
    }
}
