//! backup, checkpoint, verify, rebuild.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    context::{Context, settings as settings_of},
    ending::{CliError, Outcome},
    explain,
    locale::{language, worded},
    progress,
    terminal::say,
};
use crate::{
    journal::Summary,
    registry::{
        Registry, backup as copy,
        verify::{self as check, Wrong},
    },
    server::now,
};

pub(super) fn backup(context: &Context, to: &Path) -> Result<Outcome, CliError> {
    let file = context.settings_file.as_ref();
    let settings = file.map(|path| fs::read_to_string(path).map_err(unreadable(path)));
    let file = settings.transpose()?;
    let settings = settings_of(&context.config)?;
    report(context, |told| {
        let from = context.data()?;
        let made = copy::make(from, to, &settings, file.as_deref(), told);
        made.map_err(CliError::from)
    })?;
    if let Err(error) = copy::note(context.data()?, now()) {
        // The copy is whole all the same.
        let untold = language().pick(
            "bản sao đã đủ, nhưng không ghi được vào thư mục dữ liệu là đã sao lưu, nên số liệu theo dõi vẫn ghi lần trước",
            "the copy is whole, but the data folder could not be told, so the figures tell of the one before",
        );
        eprintln!("canhgiac: {untold}: {error}");
    }
    Ok(Outcome::Done)
}

/// What is said of a file that can't be read.
fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> CliError {
    let what = language().pick("không đọc được", "cannot read");
    let what = format!("{what} {}", path.display());
    |source| CliError::Io { what, source }
}

/// The checkpoints that were published, as given; none only when the operator says so.
pub(super) fn published(
    checkpoints: &[PathBuf],
    nothing_newer: bool,
) -> Result<Vec<String>, CliError> {
    if checkpoints.is_empty() && !nothing_newer {
        let told = language().pick(
            "sổ công khai không được có hai lịch sử: hãy đưa điểm kiểm chứng mới nhất đã công bố bằng --checkpoint TỆP (bản sao của đối tác có ở /v1/mirror, hoặc đã lưu từ /v1/ledger/checkpoint), hoặc --nothing-newer nếu chưa từng công bố gì mới hơn",
            "the ledger must not have two histories: give the newest checkpoint that was published with --checkpoint FILE (a mirror has it at /v1/mirror, or saved from /v1/ledger/checkpoint), or --nothing-newer if nothing newer than this ever was",
        );
        return Err(CliError::Usage(told.into()));
    }
    let notes = checkpoints
        .iter()
        .map(|path| fs::read_to_string(path).map_err(unreadable(path)))
        .collect::<Result<Vec<_>, _>>()?;
    notes
        .iter()
        .try_for_each(|note| copy::is_checkpoint(note))?;
    Ok(notes)
}

/// Brings the file of the last checkpoint back, from what was published and the journal.
pub(super) fn checkpoint(
    context: &Context,
    checkpoints: &[PathBuf],
    nothing_newer: bool,
) -> Result<Outcome, CliError> {
    let notes = published(checkpoints, nothing_newer)?;
    let mut bars = progress::Bars::default();
    let wrong = copy::hold_against(
        context.data()?,
        &notes,
        &settings_of(&context.config)?,
        &mut bars,
    )?;
    drop(bars);
    Ok(match wrong {
        Some(why) => {
            eprintln!("canhgiac: {why}");
            Outcome::No
        }
        None => {
            say(language().pick(
                "nhật ký gốc và điểm kiểm chứng khớp nhau; điểm kiểm chứng đã được ghi lại",
                "journal and checkpoint agree; the checkpoint is written down",
            ));
            Outcome::Done
        }
    })
}

pub(super) fn report(
    context: &Context,
    copy: impl FnOnce(&mut dyn FnMut(u64, u64)) -> Result<Summary, CliError>,
) -> Result<(), CliError> {
    let bar = progress::bar(language().pick("đang sao chép", "copying"), 1);
    let summary = copy(&mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if context.json {
        say(&json!({"position": summary.head.seq, "bytes": summary.bytes}).to_string());
    } else {
        let (position, bytes) = (summary.head.seq, summary.bytes);
        let told = worded(
            format_args!("đã chép đến vị trí {position} ({bytes} byte), bản sao đủ"),
            format_args!("copied up to position {position} ({bytes} bytes), and the copy is whole"),
        );
        say(&told);
        eprintln!(
            "{}",
            language().pick(
                "Bản sao có các khóa của hệ thống này: hãy cất kỹ như bản gốc.",
                "The copy holds the secrets of this installation: keep it as safe as the original.",
            )
        );
    }
    Ok(())
}

pub(super) fn verify(context: &Context) -> Result<Outcome, CliError> {
    let mut bars = progress::Bars::default();
    match check::verify(context.data()?, &settings_of(&context.config)?, &mut bars) {
        Ok(fine) => {
            if context.json {
                say(&json!({
                    "ok": true, "position": fine.journal.head.seq, "live": fine.live,
                    "ledger_size": fine.ledger_size, "digest": fine.digest,
                    "store_compared": fine.is_store_compared,
                })
                .to_string());
            } else {
                let compared = match fine.is_store_compared {
                    true => language().pick(
                        "nhật ký gốc, kho dữ liệu và sổ công khai khớp nhau",
                        "journal, store and ledger agree",
                    ),
                    false => language().pick(
                        "nhật ký gốc và sổ công khai khớp nhau (chưa xem kho dữ liệu: dịch vụ đang chạy, hoặc thư mục này không ghi được)",
                        "journal and ledger agree (the store was not looked at: a service is running, or this folder takes no writes)",
                    ),
                };
                let (seq, live, size) = (fine.journal.head.seq, fine.live, fine.ledger_size);
                let digest = &fine.digest;
                let told = worded(
                    format_args!(
                        "{compared}, đến vị trí {seq}: {live} cảnh báo có hiệu lực, sổ công khai có {size} mục, dấu {digest}"
                    ),
                    format_args!(
                        "{compared} up to position {seq}: {live} listings in force, ledger size {size}, digest {digest}"
                    ),
                );
                say(&told);
            }
            Ok(Outcome::Done)
        }
        Err(Wrong::CannotTell(error)) => Err(error.into()),
        Err(wrong) => {
            if context.json {
                say(&json!({"ok": false, "wrong": wrong.to_string()}).to_string());
            } else {
                say(&explain::wrong(wrong, language()));
            }
            Ok(Outcome::No)
        }
    }
}

pub(super) fn rebuild(context: &Context, accept_loss: bool) -> Result<Outcome, CliError> {
    let mut bars = progress::Bars::default();
    let seq = Registry::rebuild(
        context.data()?,
        &settings_of(&context.config)?,
        accept_loss,
        &mut bars,
    )?;
    drop(bars);
    let built = language().pick(
        "kho dữ liệu đã được dựng lại đến vị trí",
        "the store is built again up to position",
    );
    say(&format!("{built} {seq}"));
    Ok(Outcome::Done)
}
