//! import, export.

use std::{
    collections::HashSet,
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    args::Format,
    context::{Context, run_to_end, say},
    ending::{CliError, Outcome},
    progress,
};
use crate::{
    access::capability::Console,
    api::imports,
    domain::{
        identifier::{Kind, Kinds},
        key::Key,
        message::Lang,
        user::Username,
    },
    formats::{FeedFormat, ndjson::Opens},
    office_list::{ListError, MAX_FILE_BYTES, Mapping, OfficeList},
    registry::{
        backup::put_in_place,
        feed::{Snapshot, SnapshotRow},
        import::Origin,
    },
    server::now,
    worker::Readers,
};

fn io(what: String) -> impl FnOnce(std::io::Error) -> CliError {
    move |source| CliError::Io { what, source }
}

pub(super) fn import(
    context: &Context,
    file: &Path,
    username: &str,
    dry_run: bool,
) -> Result<Outcome, CliError> {
    let bytes = fs::read(file).map_err(io(format!("cannot read {}", file.display())))?;
    let registry = context.open()?;
    let name = Username::parse(username).map_err(|e| CliError::Usage(e.to_string()))?;
    let user = registry
        .find_user(&Console::auditor(), &name)?
        .ok_or_else(|| CliError::Usage(format!("there is no user {name}")))?;
    let officer = Console::officer(&user)
        .map_err(|_| CliError::Usage(format!("{name} is not an active officer or supervisor")))?;
    let list = read(&registry.added_officials(), &bytes)?;
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let origin = Origin::new(&name.unwrap_or_default(), "")?;
    let bar = progress::bar("proposing", 1);
    let view = if dry_run {
        registry.import_dry_run(&officer, list)?
    } else {
        registry.import(&officer, list, origin, None, now(), &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })?
    };
    bar.finish_and_clear();
    let answer = imports::present::present(&view, Lang::Vi);
    if context.json {
        say(&json!(answer).to_string());
        return Ok(Outcome::Done);
    }
    let mut lines = Vec::new();
    for row in &answer.rows {
        let reason = row.reason.as_ref().map_or("", |reason| reason.detail);
        let keys = row.keys.join(" ");
        lines.push(format!(
            "{:>6}  {:<14} {keys}  {reason}",
            row.line, row.outcome
        ));
    }
    let sum = &answer.summary;
    lines.push(format!(
        "accepted {}, doubtful {}, refused {}, skipped {}, already listed {}{}",
        sum.accepted,
        sum.doubtful,
        sum.refused,
        sum.skipped,
        sum.already_listed,
        answer.id.map_or_else(
            || " (dry run: nothing was changed)".into(),
            |id| format!("; import {id}")
        ),
    ));
    say(&lines.join("\n"));
    Ok(Outcome::Done)
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
        let not_started = "the process that reads lists could not be started";
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
    match output {
        Some(path) => to_file(path, |out| write_list(&snapshot, form, out))?,
        None => write_list(&snapshot, form, &mut std::io::stdout().lock())?,
    }
    Ok(Outcome::Done)
}

/// Makes a file beside its name and gives it the name when it is whole and on the disk: an export that was not finished is
/// none.
fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let failed = || io(format!("cannot write {}", path.display()));
    let draft = PathBuf::from(format!("{}.unfinished", path.display()));
    let mut file = fs::File::create(&draft).map_err(failed())?;
    let made = write(&mut file).and_then(|()| {
        file.sync_all()
            .and_then(|()| put_in_place(&draft, path))
            .map_err(failed())
    });
    if made.is_err() {
        let _ = fs::remove_file(&draft);
    }
    made
}

fn write_list(snapshot: &Snapshot, form: FeedFormat, out: &mut dyn Write) -> Result<(), CliError> {
    let mut out = BufWriter::new(out);
    let failed = || io("cannot write the list".into());
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
