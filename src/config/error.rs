//! What can be wrong with a configuration, told so that it can be mended without reading code.

use std::fmt;
use std::path::PathBuf;

/// Where a value was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// `config/default.toml`, inside the program.
    Default,
    /// A configuration file.
    File(PathBuf),
    /// An environment variable, by name.
    Environment(String),
    /// A flag of the command line, by dotted path.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(path) => write!(f, "flag {path}"),
        }
    }
}

/// A configuration that can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The configuration file can't be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The configuration file is far too large to be one.
    #[error("the configuration file {} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes allowed.
        limit: u64,
    },
    /// The configuration file isn't TOML.
    #[error("{} is not valid TOML: {source}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and reason.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A key nobody knows, which is most often a slip of the pen.
    #[error("unknown setting `{key}` ({origin}){}", hint(suggestion.as_deref()))]
    UnknownKey {
        /// As it was written.
        key: String,
        /// The nearest known key.
        suggestion: Option<String>,
        /// Where it was written.
        origin: Origin,
    },
    /// A value that isn't allowed.
    #[error("`{key}` is `{value}` ({origin}); allowed: {allowed}")]
    BadValue {
        /// Dotted path.
        key: String,
        /// As it was written, shortened.
        value: String,
        /// What is allowed.
        allowed: String,
        /// Where it was written.
        origin: Origin,
    },
    /// The embedded defaults and the program don't agree; a fault of the program.
    #[error("the embedded configuration does not fit the program: {0}")]
    Shape(#[source] Box<toml::de::Error>),
}

impl ConfigError {
    pub(super) fn shape(error: toml::de::Error) -> Self {
        Self::Shape(Box::new(error))
    }
}

fn hint(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
