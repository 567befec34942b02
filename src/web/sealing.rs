//! Pictures and papers that come with a report or a message.

use super::forms::File;
use crate::{
    domain::{evidence::FileRefused, message::Lang, report::file::NewFile, time::Time},
    registry::{Registry, report::files::FileError},
};

/// Why files were not taken.
#[derive(Clone, Copy)]
pub(super) enum NotSealed {
    Refused(FileRefused),
    /// None are taken at present; texts are.
    NotNow,
}

impl NotSealed {
    /// What is wrong and what to do.
    pub(super) fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Refused(refused) => refused.text(lang),
            Self::NotNow => lang.pick(
                "Lúc này máy chủ chưa nhận được ảnh. Bác gửi chữ trước, không kèm ảnh; ảnh thì nhắn thêm sau ở trang “Theo dõi báo cáo”.",
                "No pictures can be taken just now. Send the text without them, and add them later on the page “Follow your report”.",
            ),
        }
    }
}

/// Seals the files of a form; the turn of its body lasts until that is done. Blocks.
///
/// # Errors
/// [`NotSealed`]; none of them is kept then.
pub(super) fn seal(
    registry: &Registry,
    mut files: Vec<File>,
    now: Time,
) -> Result<Vec<NewFile>, NotSealed> {
    let bytes: Vec<Vec<u8>> = files
        .iter_mut()
        .map(|file| std::mem::take(&mut file.bytes))
        .collect();
    let sealed = registry.seal_files(&bytes, now);
    drop(files);
    sealed.map_err(|error| match error {
        FileError::Refused(refused) => NotSealed::Refused(refused),
        FileError::NoRoom | FileError::Unavailable => NotSealed::NotNow,
    })
}
