//! Why a file was not taken, as a problem.

use super::{problem::Problem, problem_code::ProblemCode};
use crate::{
    domain::{evidence::FileRefused, message::Lang},
    registry::report::files::FileError,
};

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Refused(refused) => refused.into(),
            FileError::NoRoom => Self::new(ProblemCode::NoRoomForFiles),
            FileError::Unavailable => {
                Self::new(ProblemCode::StorageUnavailable).header("Retry-After", "5")
            }
        }
    }
}

impl From<FileRefused> for Problem {
    fn from(refused: FileRefused) -> Self {
        let words = format!("{} / {}", refused.text(Lang::Vi), refused.text(Lang::En));
        Self::new(ProblemCode::FileRefused).field("/files", refused.code(), &words)
    }
}
