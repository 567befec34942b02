//! What stands in lines on a report's page: its clocks, files, messages and history.

use std::collections::HashMap;

use uuid::Uuid;

use super::request::Desk;
use crate::{
    access::capability::IntakeReader,
    domain::{
        change::Actor,
        intake::clock::Clock,
        message::Lang,
        report::{
            Report,
            deed::Deed,
            file::{CopyState, ReportFile},
            words::{SealedPart, Side},
        },
        unit::UnitCode,
    },
    present::words::{self, report as told},
    web::failure::Failure,
};

/// A report for a sheet that is printed, and whether the reader may know what was told in it.
pub(super) async fn to_print(desk: &Desk, id: Uuid) -> Result<(Report, bool), Failure> {
    let reader = IntakeReader::of(&desk.who)?;
    let asked = reader.clone();
    let work = desk.ask(move |registry, _| registry.intake_item(&asked, id));
    let report = work.await?;
    let mut works = [Some(report.unit), report.competent_unit]
        .into_iter()
        .flatten();
    let reads = reader.may_open_sealed() && works.any(|unit| reader.sees(unit));
    Ok((report, reads))
}

/// A file that came.
pub(super) struct File {
    pub(super) number: usize,
    pub(super) about: String,
    pub(super) state: FileState,
    pub(super) has_original: bool,
}

/// What can be seen of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FileState {
    Copy,
    Pending,
    OriginalOnly,
    Erased,
}

/// A message of either side.
pub(super) struct Message {
    pub(super) at: String,
    pub(super) is_unit: bool,
    pub(super) text: String,
}

/// A clock.
pub(super) struct ClockLine {
    pub(super) what: &'static str,
    pub(super) left: String,
    pub(super) is_late: bool,
    pub(super) is_open: bool,
    pub(super) arithmetic: String,
    pub(super) is_statutory: bool,
}

/// A line of the history.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) who: String,
    pub(super) deed: String,
    pub(super) why: String,
}

pub(super) fn clocks(desk: &Desk, report: &Report) -> Vec<ClockLine> {
    let (lang, now) = (desk.lang(), desk.state.now());
    let line = |clock: &Clock| {
        let left = words::due::left(clock, now, lang);
        let stands = clock.is_open() && !report.clocks_count();
        ClockLine {
            what: told::clock(clock.kind, lang),
            left: match stands {
                true => lang.pick("đứng yên", "stands still").to_owned(),
                false => left.words,
            },
            is_late: left.is_late && !stands,
            is_open: clock.is_open(),
            arithmetic: words::clock::arithmetic(clock, lang).join("; "),
            is_statutory: clock.kind.is_statutory(),
        }
    };
    let mut lines: Vec<ClockLine> = report.clocks.iter().map(line).collect();
    lines.sort_by_key(|line| !line.is_open);
    lines
}

pub(super) fn files(report: &Report, lang: Lang) -> Vec<File> {
    let files = report.files.iter().zip(1..);
    let file = |(file, number): (&ReportFile, usize)| {
        let state = match &file.copy {
            CopyState::Pending => FileState::Pending,
            CopyState::Made(_) => FileState::Copy,
            CopyState::None => FileState::OriginalOnly,
            CopyState::Erased => FileState::Erased,
        };
        let size = file
            .original
            .as_ref()
            .map_or(0, |sealed| u64::from(sealed.bytes));
        let from = match file.side {
            Side::Reporter => lang.pick("người báo gửi", "from the reporter"),
            Side::Unit => lang.pick("đơn vị thêm", "from the unit"),
        };
        let kilobytes = words::grouped(size.div_ceil(1024), lang);
        let size = if size > 0 {
            format!(" · {kilobytes} KB")
        } else {
            String::new()
        };
        File {
            number,
            about: format!("{from} {}{size}", words::moment(file.at, lang)),
            state,
            has_original: file.original.is_some(),
        }
    };
    files.map(file).collect()
}

pub(super) fn messages(report: &Report, lang: Lang) -> Vec<Message> {
    let messages = report.messages();
    messages
        .map(|(at, side, text)| Message {
            at: words::moment(at, lang),
            is_unit: side == Side::Unit,
            text: text.to_owned(),
        })
        .collect()
}

pub(super) fn history(desk: &Desk, report: &Report, reads: bool) -> Result<Vec<Line>, Failure> {
    let lang = desk.lang();
    let mut names: HashMap<Actor, String> = HashMap::new();
    let mut lines = Vec::with_capacity(report.events.len());
    for event in &report.events {
        if matches!(event.deed, Deed::TimePassed | Deed::Keeps { .. }) {
            continue;
        }
        let who = match names.get(&event.by) {
            Some(name) => name.clone(),
            None => {
                let name = doer(desk, event.by)?;
                names.insert(event.by, name.clone());
                name
            }
        };
        // Messages stand above, by themselves.
        let is_message = event.message().is_some();
        let texts = event.deed.texts();
        let why = texts.iter().filter_map(|part| event.text(*part));
        lines.push(Line {
            at: words::moment(event.at, lang),
            who,
            deed: deed_words(&event.deed, lang),
            why: match reads && (!is_message || matches!(event.deed, Deed::Resolved { .. })) {
                true => why.collect::<Vec<_>>().join(" · "),
                false => String::new(),
            },
        });
    }
    lines.reverse();
    Ok(lines)
}

/// Why it is offered to another unit.
pub(super) fn offer_reason(report: &Report) -> Option<&str> {
    let mut events = report.events.iter().rev();
    events.find_map(|event| {
        if let Deed::TransferOffered { reason, .. } = &event.deed {
            event.text(*reason)
        } else {
            None
        }
    })
}

/// Who did something with a report: nobody but its reporter does so without signing in.
pub(super) fn doer(desk: &Desk, by: Actor) -> Result<String, Failure> {
    match by {
        Actor::Visitor => Ok(desk.lang().pick("người báo", "the reporter").to_owned()),
        Actor::User(_) | Actor::Partner(_) | Actor::Console | Actor::Schedule => desk.name_of(by),
    }
}

/// What was done, with whom or what it was about.
fn deed_words(deed: &Deed, lang: Lang) -> String {
    let words = told::deed(deed, lang);
    let unit = |unit: UnitCode| words::unit(unit, lang);
    if let Deed::Resolved { outcome, .. } = deed {
        return format!("{words}: {}", told::outcome(*outcome, lang));
    }
    if let Deed::Opened { part, unit: by, .. } = deed {
        return format!("{words} ({}), {}", part_words(*part, lang), unit(*by));
    }
    if let Deed::TransferOffered { to, .. }
    | Deed::TransferAccepted { unit: to }
    | Deed::HandedOver { competent: to, .. } = deed
    {
        return format!("{words}: {}", unit(*to));
    }
    words.to_owned()
}

/// What of a report is sealed, in words.
pub(super) fn part_words(part: SealedPart, lang: Lang) -> String {
    match part {
        SealedPart::Contact => lang.pick("tên, số của người báo", "who reports").to_owned(),
        SealedPart::Story => lang.pick("lời kể", "the story").to_owned(),
        SealedPart::SmsSender => lang.pick("số gửi tin", "the number of the SMS").to_owned(),
        SealedPart::File(number) => {
            format!(
                "{} {number}",
                lang.pick("bản gốc tệp", "the original of file")
            )
        }
    }
}
