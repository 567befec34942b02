//! `/desk/reports/{id}/custody`: the custody sheet of a report's files, to be printed.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::{
    report_lines::{doer, part_words, to_print},
    request::Desk,
};
use crate::{
    domain::{
        evidence::FileKind,
        hex::hex,
        message::Lang,
        report::{
            Report,
            deed::Deed,
            file::{CopyState, ReportFile},
            words::Side,
        },
    },
    http::extract::Id,
    present::words::{self, report as told},
    web::{failure::Failure, page_context::PageContext, render::Answer},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/reports/{id}/custody", web::get().to(read));
}

#[derive(Template)]
#[template(path = "desk/report_custody.html")]
struct CustodyPage {
    s: PageContext,
    id: uuid::Uuid,
    reference: String,
    received_at: String,
    channel: &'static str,
    unit: String,
    files: Vec<File>,
    /// Each unit that had it, from when, and for how long.
    held: Vec<(String, String, String)>,
    deeds: Vec<Handling>,
    at: String,
}

/// A file, and what it must be.
struct File {
    number: usize,
    kind: &'static str,
    bytes: String,
    sha256: String,
    at: String,
    from: &'static str,
    copy: String,
    is_original_kept: bool,
}

/// An opening, or a hand-over from one unit to another.
struct Handling {
    at: String,
    who: String,
    what: String,
}

async fn read(desk: Desk, Id(id): Id) -> Answer {
    let (report, reads) = to_print(&desk, id).await?;
    let s = desk.context_at("/desk/reports");
    let lang = s.lang;
    let files = report.files.iter().zip(1..);
    let template = CustodyPage {
        id,
        reference: report.reference.to_string(),
        received_at: words::moment(report.received_at, lang),
        channel: told::channel(report.channel, lang),
        unit: words::police_of(report.unit.unit(), lang),
        files: files
            .map(|(file, number)| of_file(&report, file, number, lang))
            .collect(),
        held: report
            .held(desk.state.now())
            .map(|(unit, since, until)| {
                let police = words::police_of(unit.unit(), lang);
                let (from, length) = (words::moment(since, lang), words::age(since, until, lang));
                (police, from, length)
            })
            .collect(),
        deeds: handlings(&desk, &report, reads)?,
        at: words::moment(desk.state.now(), lang),
        s,
    };
    desk.page(StatusCode::OK, &template)
}

fn of_file(report: &Report, file: &ReportFile, number: usize, lang: Lang) -> File {
    // What came is told of by its own record, also when the original was destroyed.
    let added = report.events.iter().filter_map(|event| {
        if let Deed::FileAdded { file, .. } = &event.deed {
            Some(file)
        } else {
            None
        }
    });
    let came = added.into_iter().nth(number - 1);
    File {
        number,
        kind: came.map_or("", |came| match came.kind {
            FileKind::Png => "PNG",
            FileKind::Jpeg => "JPEG",
            FileKind::Webp => "WebP",
            FileKind::Pdf => "PDF",
        }),
        bytes: came.map_or_else(String::new, |came| {
            words::grouped(u64::from(came.bytes), lang)
        }),
        sha256: came.map_or_else(String::new, |came| hex(&came.sha256)),
        at: words::moment(file.at, lang),
        from: match file.side {
            Side::Reporter => lang.pick("người báo", "the reporter"),
            Side::Unit => lang.pick("đơn vị", "the unit"),
        },
        copy: match &file.copy {
            CopyState::Pending => lang.pick("đang làm", "being made").to_owned(),
            CopyState::Made(copy) => hex(&copy.sha256),
            CopyState::None => lang.pick("không có", "none").to_owned(),
            CopyState::Erased => lang.pick("đã xóa", "erased").to_owned(),
        },
        is_original_kept: file.original.is_some(),
    }
}

/// Openings, and ways from one unit to another, in order.
fn handlings(desk: &Desk, report: &Report, reads: bool) -> Result<Vec<Handling>, Failure> {
    let lang = desk.lang();
    let unit = |unit| words::unit(unit, lang);
    let mut lines = Vec::new();
    for event in &report.events {
        let words = told::deed(&event.deed, lang);
        let what = if let Deed::Opened { part, reason, .. } = &event.deed {
            let why = event.text(*reason).filter(|_| reads).unwrap_or_default();
            format!("{words}: {}. {why}", part_words(*part, lang))
        } else if let Deed::TransferAccepted { unit: to }
        | Deed::TransferOffered { to, .. }
        | Deed::HandedOver { competent: to, .. } = &event.deed
        {
            format!("{words}: {}", unit(*to))
        } else if let Deed::CopyMade { file, .. }
        | Deed::CopyFailed { file }
        | Deed::OriginalDestroyed { file } = &event.deed
        {
            format!("{words} ({file})")
        } else if matches!(event.deed, Deed::Received | Deed::Assigned { .. }) {
            words.to_owned()
        } else {
            continue;
        };
        lines.push(Handling {
            at: words::moment(event.at, lang),
            who: doer(desk, event.by)?,
            what,
        });
    }
    Ok(lines)
}
