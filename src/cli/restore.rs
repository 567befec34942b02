//! restore: a data folder from a backup.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::{
    context::{Context, settings},
    ending::{CliError, Outcome},
    explain,
    locale::{language, worded},
    maintain::{published, report},
    progress,
    terminal::note,
};
use crate::{
    config::Config,
    registry::{Registry, Settings, backup as copy},
};

/// Where a folder is made that can't be made beside its place.
const INSIDE: &str = "restoring";

/// Copies, and rebuilds the store, which is not part of a backup. The ledger goes on from the highest
/// checkpoint there is, so that it never forks. Says in what the settings differ from the backup's.
pub(super) fn restore(
    context: &Context,
    from: &Path,
    checkpoints: &[PathBuf],
    nothing_newer: bool,
) -> Result<Outcome, CliError> {
    let to = context.data()?;
    let notes = published(checkpoints, nothing_newer)?;
    let draft = drafts(to);
    for left in &draft {
        // Of a restore that was killed.
        let _ = fs::remove_dir_all(left);
    }
    copy::is_free(to)?;
    let cannot = || {
        let what = language().pick("không lập được", "cannot make");
        format!("{what} {}", to.display())
    };
    let failed = |source| CliError::Io {
        what: cannot(),
        source,
    };
    let draft = draft_of(to, draft).map_err(failed)?;
    let restored = restore_into(context, from, &draft, &notes).and_then(|wrong| {
        put_in_place(&draft, to).map_err(failed)?;
        Ok(wrong)
    });
    if restored.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    let outcome = match restored? {
        Some(why) => {
            note(&format!("canhgiac: {why}"));
            Outcome::No
        }
        None => Outcome::Done,
    };
    // The folder stands, whatever becomes of the settings.
    if let Err(error) = tell_settings(context, from, to) {
        note(&format!(
            "canhgiac: {}",
            explain::one_line(error, language())
        ));
    }
    Ok(outcome)
}

/// Where the folder is made before it is put in its place, so that a restore that fails leaves nothing to serve: beside it, or
/// inside.
fn drafts(to: &Path) -> [PathBuf; 2] {
    let beside = PathBuf::from(format!("{}.restoring", to.display()));
    [beside, to.join(INSIDE)]
}

/// Beside it; inside an empty folder that is a disk of its own or a link, or whose owner owns nothing else, as the user of a
/// service does.
fn draft_of(to: &Path, [beside, inside]: [PathBuf; 2]) -> io::Result<PathBuf> {
    let parent = beside
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    if let Ok(there) = fs::symlink_metadata(to) {
        let is_other_disk = fs::metadata(parent).is_ok_and(|above| above.dev() != there.dev());
        if there.is_symlink() || is_other_disk {
            return Ok(inside);
        }
    }
    let _ = fs::create_dir_all(parent);
    match fs::create_dir(&beside) {
        Ok(()) => fs::remove_dir(&beside).map(|()| beside),
        Err(error)
            if to.is_dir()
                && matches!(
                    error.kind(),
                    io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
                ) =>
        {
            Ok(inside)
        }
        Err(error) => Err(error),
    }
}

/// Gives the folder its place. What was made inside is moved up, the journal last: without one it is no data folder.
fn put_in_place(draft: &Path, to: &Path) -> io::Result<()> {
    if draft.parent() != Some(to) {
        return copy::put_in_place(draft, to);
    }
    let mut made: Vec<_> = fs::read_dir(draft)?.collect::<io::Result<Vec<_>>>()?;
    made.sort_by_key(|entry| entry.file_name() == copy::LAST);
    for entry in made {
        copy::put_in_place(&entry.path(), &to.join(entry.file_name()))?;
    }
    fs::remove_dir(draft)
}

fn restore_into(
    context: &Context,
    from: &Path,
    draft: &Path,
    notes: &[String],
) -> Result<Option<String>, CliError> {
    report(context, |told| {
        copy::copy(from, draft, None, told).map_err(CliError::from)
    })?;
    let mut bars = progress::Bars::default();
    // A backup has a journal of its own, whatever the settings say of a shared one.
    let settings = Settings {
        database: None,
        ..settings(&context.config)?
    };
    Registry::rebuild(draft, &settings, true, &mut bars)?;
    Ok(copy::hold_against(draft, notes, &settings, &mut bars)?)
}

/// Takes the backup's settings over where none are given, else says in what they differ.
fn tell_settings(context: &Context, from: &Path, to: &Path) -> Result<(), CliError> {
    let file = from.join(copy::SETTINGS);
    if !file.is_file() {
        note(language().pick(
            "Bản sao lưu này không có cấu hình kèm theo.",
            "This backup holds no settings.",
        ));
        return Ok(());
    }
    if context.settings_file.is_none() {
        copy::take_settings(from, to)?;
        let path = to.join(copy::SETTINGS);
        let path = path.display();
        note(&worded(
            format_args!("Cấu hình của bản sao lưu đã được chép vào {path}."),
            format_args!("The settings of the backup are in {path}."),
        ));
        return Ok(());
    }
    let theirs = match Config::load(Some(&file), std::iter::empty(), &[]) {
        Ok(theirs) => theirs,
        Err(error) => {
            let unread = language().pick(
                "không đọc được cấu hình trong bản sao lưu",
                "the settings in the backup cannot be read",
            );
            note(&format!("canhgiac: {unread}: {error}"));
            return Ok(());
        }
    };
    let differences = context.config.differences(&theirs);
    if differences.is_empty() {
        note(language().pick(
            "Cấu hình giống hệt lúc sao lưu.",
            "The settings are those of the backup.",
        ));
    }
    for difference in differences {
        let (path, here, there) = (difference.path, difference.here, difference.there);
        note(&worded(
            format_args!(
                "Cấu hình khác lúc sao lưu: {path} = {here}, trong bản sao lưu là {there}"
            ),
            format_args!("Settings differ: {path} = {here}, in the backup {there}"),
        ));
    }
    Ok(())
}
