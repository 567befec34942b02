//! node join, journal copy: from one machine to several, and back.

use std::{
    io::{self, Read},
    path::Path,
};

use serde_json::json;

use super::{
    context::{Context, database_at, settings},
    ending::{CliError, Outcome},
    locale::{language, worded},
    maintain::report,
    progress,
    terminal::{note, say},
};
use crate::{
    access::secret::{MASTER_BYTES, MasterSecret},
    registry::{StartError, moving},
};

/// Makes the folder of one more machine.
pub(super) fn join(context: &Context) -> Result<Outcome, CliError> {
    let folder = context.data()?;
    let settings = settings(&context.config)?;
    if settings.database.is_none() {
        return Err(StartError::NoDatabase(folder.clone()).into());
    }
    let master = master_from_stdin()?;
    let mut bars = progress::Bars::default();
    let position = moving::join(folder, &master, &settings, &mut bars)?;
    drop(bars);
    if context.json {
        say(&json!({"position": position}).to_string());
        return Ok(Outcome::Done);
    }
    let data = folder.display();
    say(&worded(
        format_args!("nút mới đã có mọi thay đổi đến vị trí {position}"),
        format_args!("the new node has everything up to position {position}"),
    ));
    note(&worded(
        format_args!("Tiếp theo: `canhgiac serve --data {data}` với cùng địa chỉ cơ sở dữ liệu."),
        format_args!("Next: `canhgiac serve --data {data}` with the same database."),
    ));
    Ok(Outcome::Done)
}

/// The 32 bytes of `master.key`. One byte more is read, so that another file is told apart.
fn master_from_stdin() -> Result<MasterSecret, CliError> {
    let mut bytes = Vec::new();
    let read = io::stdin()
        .take(MASTER_BYTES as u64 + 1)
        .read_to_end(&mut bytes);
    read.map_err(|source| CliError::Io {
        what: language()
            .pick("không đọc được đầu vào", "cannot read stdin")
            .into(),
        source,
    })?;
    let exact = <[u8; MASTER_BYTES]>::try_from(bytes).map_err(|_| {
        let told = language().pick(
            "đầu vào không phải khóa chính: hãy thêm `< master.key`, tệp trong thư mục dữ liệu của một nút đang có",
            "stdin is not a master secret: add `< master.key`, the file in the data folder of a node that is there",
        );
        CliError::Usage(told.into())
    })?;
    Ok(MasterSecret::from_bytes(exact))
}

/// Takes the journal to another engine.
pub(super) fn copy(context: &Context, to: &str) -> Result<Outcome, CliError> {
    let (folder, settings) = (context.data()?, settings(&context.config)?);
    if !(to.starts_with("postgres://") || to.starts_with("postgresql://")) {
        report(context, |told| {
            let copied = moving::to_folder(folder, Path::new(to), &settings, told);
            copied.map_err(CliError::from)
        })?;
        return Ok(Outcome::Done);
    }
    let address = database_at(&context.config, to)?;
    let bar = progress::bar(language().pick("đang sao chép", "copying"), 1);
    let head = moving::to_database(folder, &address, &settings, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let position = head.seq;
    if context.json {
        say(&json!({"position": position}).to_string());
        return Ok(Outcome::Done);
    }
    say(&worded(
        format_args!("nhật ký gốc đã ở trong cơ sở dữ liệu, đến vị trí {position}, khớp từng mục"),
        format_args!(
            "the journal is in the database, up to position {position}, each record verified"
        ),
    ));
    let data = folder.display();
    note(&worded(
        format_args!(
            "Tiếp theo: trên mỗi máy `canhgiac node join --data THƯ_MỤC_MỚI --journal URL < {data}/master.key`. Thư mục {data} không chạy được nữa."
        ),
        format_args!(
            "Next: on each machine `canhgiac node join --data NEW_FOLDER --journal URL < {data}/master.key`. {data} starts no more."
        ),
    ));
    Ok(Outcome::Done)
}
