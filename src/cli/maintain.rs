//! backup, restore, verify, rebuild.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    context::{Context, say, settings},
    ending::{CliError, Outcome},
    progress,
};
use crate::registry::{
    Registry, backup as copy,
    verify::{self as check, Wrong},
};

pub(super) fn backup(context: &Context, to: &Path) -> Result<Outcome, CliError> {
    report_copy(context, context.data()?, to)?;
    Ok(Outcome::Done)
}

/// Copies, and rebuilds the store, which is not part of a backup. The ledger goes on from the highest
/// checkpoint there is, so that it never forks.
pub(super) fn restore(
    context: &Context,
    from: &Path,
    checkpoints: &[PathBuf],
    nothing_newer: bool,
) -> Result<Outcome, CliError> {
    let to = context.data()?;
    if checkpoints.is_empty() && !nothing_newer {
        return Err(CliError::Usage(
            "the ledger must not have two histories: give the newest checkpoint that was published with --checkpoint FILE (a mirror has it at /v1/mirror, or saved from /v1/ledger/checkpoint), or --nothing-newer if nothing newer than the backup ever was".into(),
        ));
    }
    let notes = checkpoints
        .iter()
        .map(|path| {
            fs::read_to_string(path).map_err(|source| CliError::Io {
                what: format!("cannot read {}", path.display()),
                source,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    notes
        .iter()
        .try_for_each(|note| copy::is_checkpoint(note))?;
    copy::is_free(to)?;
    // Made beside the folder and put in its place when it is ready: a restore that fails leaves nothing to serve.
    let draft = PathBuf::from(format!("{}.restoring", to.display()));
    let _ = fs::remove_dir_all(&draft);
    let restored = restore_into(context, from, &draft, &notes).and_then(|wrong| {
        fs::rename(&draft, to).map_err(|source| CliError::Io {
            what: format!("cannot make {}", to.display()),
            source,
        })?;
        Ok(wrong)
    });
    if restored.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    Ok(match restored? {
        Some(why) => {
            eprintln!("canhgiac: {why}");
            Outcome::No
        }
        None => Outcome::Done,
    })
}

fn restore_into(
    context: &Context,
    from: &Path,
    draft: &Path,
    notes: &[String],
) -> Result<Option<String>, CliError> {
    report_copy(context, from, draft)?;
    let mut bars = progress::Bars::default();
    let settings = settings(&context.config);
    Registry::rebuild(draft, &settings, &mut bars)?;
    Ok(copy::hold_against(draft, notes, &settings, &mut bars)?)
}

fn report_copy(context: &Context, from: &Path, to: &Path) -> Result<(), CliError> {
    let bar = progress::bar("copying", 1);
    let summary = copy::copy(from, to, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if context.json {
        say(&json!({"position": summary.head.seq, "bytes": summary.bytes}).to_string());
    } else {
        say(&format!(
            "copied up to position {} ({} bytes), and the copy is whole",
            summary.head.seq, summary.bytes
        ));
        eprintln!(
            "The copy holds the secrets of this installation: keep it as safe as the original."
        );
    }
    Ok(())
}

pub(super) fn verify(context: &Context) -> Result<Outcome, CliError> {
    let mut bars = progress::Bars::default();
    match check::verify(context.data()?, &settings(&context.config), &mut bars) {
        Ok(fine) => {
            if context.json {
                say(&json!({
                    "ok": true, "position": fine.journal.head.seq, "live": fine.live,
                    "ledger_size": fine.ledger_size, "digest": fine.digest,
                })
                .to_string());
            } else {
                say(&format!(
                    "journal, store and ledger agree up to position {}: {} listings in force, ledger size {}, digest {}",
                    fine.journal.head.seq, fine.live, fine.ledger_size, fine.digest
                ));
            }
            Ok(Outcome::Done)
        }
        Err(Wrong::CannotTell(error)) => Err(error.into()),
        Err(wrong) => {
            if context.json {
                say(&json!({"ok": false, "wrong": wrong.to_string()}).to_string());
            } else {
                say(&wrong.to_string());
            }
            Ok(Outcome::No)
        }
    }
}

pub(super) fn rebuild(context: &Context) -> Result<Outcome, CliError> {
    let mut bars = progress::Bars::default();
    let seq = Registry::rebuild(context.data()?, &settings(&context.config), &mut bars)?;
    drop(bars);
    say(&format!("the store is built again up to position {seq}"));
    Ok(Outcome::Done)
}
