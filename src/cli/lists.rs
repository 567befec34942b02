//! import, export.

use std::{
    collections::HashSet,
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    administer::{no_user, username},
    args::Format,
    context::{Context, run_to_end},
    ending::{CliError, Outcome},
    locale::{language, worded},
    progress,
    terminal::{self, say},
};
use crate::{
    access::capability::Console,
    api::imports::{
        self,
        present::{ImportJson, Summary},
    },
    domain::{
        identifier::{Kind, Kinds},
        key::Key,
        message::Lang,
    },
    formats::{FeedFormat, ndjson::Opens},
    office_list::{ListError, MAX_FILE_BYTES, Mapping, OfficeList},
    present::words,
    registry::{
        backup::put_in_place,
        feed::{Snapshot, SnapshotRow},
        import::Origin,
    },
    server::now,
    worker::Readers,
};

fn cannot_read(path: &Path) -> String {
    let told = language().pick("không đọc được", "cannot read");
    format!("{told} {}", path.display())
}

fn io(what: String) -> impl FnOnce(std::io::Error) -> CliError {
    move |source| CliError::Io { what, source }
}

pub(super) fn import(
    context: &Context,
    file: &Path,
    user: &str,
    dry_run: bool,
) -> Result<Outcome, CliError> {
    let bytes = fs::read(file).map_err(io(cannot_read(file)))?;
    let registry = context.open()?;
    let name = username(user)?;
    let user = registry
        .find_user(&Console::auditor(), &name)?
        .ok_or_else(|| no_user(&name))?;
    let officer = Console::officer(&user).map_err(|_| {
        let told = worded(
            format_args!("{name} không phải cán bộ hay chỉ huy đang hoạt động"),
            format_args!("{name} is not an active officer or supervisor"),
        );
        CliError::Usage(told)
    })?;
    let list = read(&registry.added_officials(), &bytes)?;
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let origin = Origin::new(&name.unwrap_or_default(), "")?;
    let bar = progress::bar(language().pick("đang đề nghị", "proposing"), 1);
    let view = if dry_run {
        registry.import_dry_run(&officer, list)?
    } else {
        registry.import(&officer, list, origin, None, now(), &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })?
    };
    bar.finish_and_clear();
    if context.json {
        let answer = imports::present::present(&view, Lang::Vi);
        say(&json!(answer).to_string());
        return Ok(Outcome::Done);
    }
    let answer = imports::present::present(&view, language());
    let rows = view.rows.iter().zip(&answer.rows);
    let mut lines: Vec<String> = rows
        .map(|(row, shown)| {
            let outcome = match language() {
                Lang::Vi => words::outcome(row.outcome, Lang::Vi),
                Lang::En => shown.outcome,
            };
            let reason = shown.reason.as_ref().map_or("", |reason| reason.detail);
            let (line, keys) = (row.line, shown.keys.join(" "));
            format!("{line:>6}  {outcome:<14} {keys}  {reason}")
        })
        .collect();
    lines.push(sum(&answer));
    say(&lines.join("\n"));
    Ok(Outcome::Done)
}

/// How many rows became what.
fn sum(answer: &ImportJson) -> String {
    let Summary {
        accepted,
        doubtful,
        refused,
        skipped,
        already_listed,
    } = answer.summary;
    let counted = worded(
        format_args!(
            "nhận {accepted}, cần xem kỹ {doubtful}, không nhận {refused}, bỏ qua {skipped}, đã có {already_listed}"
        ),
        format_args!(
            "accepted {accepted}, doubtful {doubtful}, refused {refused}, skipped {skipped}, already listed {already_listed}"
        ),
    );
    match answer.id {
        Some(id) => {
            let import = language().pick("danh sách", "import");
            format!("{counted}; {import} {id}")
        }
        None => {
            let nothing = language().pick("xem trước: chưa ghi gì", "dry run: nothing was changed");
            format!("{counted} ({nothing})")
        }
    }
}

/// A list, read in a process of its own: a file from anywhere ends no more than that.
fn read(officials: &HashSet<Key>, file: &[u8]) -> Result<OfficeList, CliError> {
    // What is larger would not be sent.
    if file.len() > MAX_FILE_BYTES {
        return Err(ListError::TooLarge.into());
    }
    let readers = Readers::new(|_, _| {});
    run_to_end(async {
        let read = readers.list(officials, &Mapping::default(), file).await;
        let not_started = language().pick(
            "không khởi động được tiến trình đọc danh sách",
            "the process that reads lists could not be started",
        );
        let list = read.map_err(|end| match end.is_of_file() {
            true => ListError::Damaged.into(),
            false => CliError::Usage(not_started.into()),
        })?;
        Ok(list?)
    })
}

pub(super) fn export(
    context: &Context,
    format: Format,
    output: Option<&Path>,
) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    let kinds = match format {
        Format::List => Kinds::from_iter([Kind::Phone]),
        Format::Ndjson | Format::Csv => Kinds::ALL,
    };
    let snapshot = registry.snapshot_at_console(&Console::admin(), kinds)?;
    let form = match format {
        Format::Ndjson => FeedFormat::Ndjson,
        Format::Csv => FeedFormat::Csv,
        Format::List => FeedFormat::List,
    };
    // What goes over a socket is written by whoever asked for it.
    match output.filter(|_| !terminal::is_remote()) {
        Some(path) => to_file(path, |out| write_list(&snapshot, form, out))?,
        None => write_list(&snapshot, form, &mut terminal::Out)?,
    }
    Ok(Outcome::Done)
}

/// Makes a file beside its name and gives it the name when it is whole and on the disk: an export that was not finished is
/// none.
pub(super) fn to_file<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let cannot = language().pick("không ghi được", "cannot write");
    let failed = || io(format!("{cannot} {}", path.display()));
    let draft = PathBuf::from(format!("{}.unfinished", path.display()));
    let mut file = fs::File::create(&draft).map_err(failed())?;
    let made = write(&mut file).and_then(|written| {
        file.sync_all()
            .and_then(|()| put_in_place(&draft, path))
            .map_err(failed())?;
        Ok(written)
    });
    if made.is_err() {
        let _ = fs::remove_file(&draft);
    }
    made
}

fn write_list(snapshot: &Snapshot, form: FeedFormat, out: &mut dyn Write) -> Result<(), CliError> {
    let mut out = BufWriter::new(out);
    let cannot = language().pick("không ghi được danh sách", "cannot write the list");
    let failed = || io(cannot.into());
    out.write_all(form.head().as_bytes()).map_err(failed())?;
    for row in snapshot.rows() {
        let SnapshotRow { key, live, salt } = row?;
        let opens = Opens {
            payload: live.payload,
            salt,
        };
        form.write(&mut out, &live.row(&key), &opens)
            .map_err(failed())?;
    }
    let end = form.end(snapshot.tally.live, snapshot.size);
    out.write_all(end.as_bytes()).map_err(failed())?;
    out.flush().map_err(failed())
}
