use std::{io, path::PathBuf};

use super::*;
use crate::{
    config::{Config, ConfigError},
    office_list::ListError,
    registry::StartError,
    server::ServerError,
    store::StoreError,
};

fn missing() -> io::Error {
    io::Error::from_raw_os_error(2)
}

/// Errors that say their cause themselves, errors that do not, and errors around errors.
fn samples() -> Vec<CliError> {
    let folder = PathBuf::from("/data");
    let address = "127.0.0.1:80".parse().unwrap();
    let unknown = Config::load(
        None,
        std::iter::empty(),
        &[("server.listn".into(), "x".into())],
    );
    vec![
        unknown.unwrap_err().into(),
        ConfigError::Unreadable {
            path: folder.clone(),
            source: missing(),
        }
        .into(),
        StartError::NotAFolder(folder.clone()).into(),
        StartError::Store(StoreError::Disk("full".into())).into(),
        StartError::Io {
            what: "cannot make /data".into(),
            source: missing(),
        }
        .into(),
        StartError::Registry(RegistryError::Unavailable).into(),
        ServerError::Bind {
            address,
            flag: "--admin-listen",
            source: io::Error::from_raw_os_error(98),
        }
        .into(),
        ServerError::Io(missing()).into(),
        RegistryError::Refused(Refused::NotFound).into(),
        RegistryError::field("/name", "too-long").into(),
        RegistryError::Internal("a row".into()).into(),
        ListError::Locked.into(),
        CliError::NoData,
        CliError::Io {
            what: "cannot read /list".into(),
            source: missing(),
        },
    ]
}

#[test]
fn an_error_is_one_line_that_says_each_cause_once() {
    for lang in [Lang::Vi, Lang::En] {
        for error in samples() {
            let shown = format!("{error:?}");
            let line = one_line(error, lang);
            assert!(!line.is_empty() && !line.contains('\n'), "{shown}: {line}");
            let mut parts: Vec<&str> = line.split(": ").collect();
            let count = parts.len();
            parts.sort_unstable();
            parts.dedup();
            assert_eq!(parts.len(), count, "{line}");
        }
    }
}

#[test]
fn what_an_operator_meets_is_told_in_both_languages() {
    let both =
        |make: &dyn Fn() -> CliError| [one_line(make(), Lang::Vi), one_line(make(), Lang::En)];
    assert_eq!(
        both(&|| StartError::NotAFolder("/data".into()).into()),
        [
            "/data không phải thư mục dữ liệu: hãy lập bằng `canhgiac init --data /data`",
            "/data is not a data folder: make one with `canhgiac init --data /data`",
        ]
    );
    assert_eq!(
        both(&|| CliError::Config(ConfigError::Unreadable {
            path: "/etc/x".into(),
            source: missing(),
        })),
        [
            "không đọc được tệp cấu hình /etc/x: không có tệp hoặc thư mục này",
            "cannot read the configuration file /etc/x: No such file or directory (os error 2)",
        ]
    );
    assert_eq!(
        both(&|| RegistryError::field("/name", "too-long").into()),
        [
            "Tên: Dài quá. Hãy viết ngắn lại.",
            "Name: Too long. Make it shorter.",
        ]
    );
    assert_eq!(
        both(&|| ServerError::Io(missing()).into()),
        [
            "máy chủ đã dừng: không có tệp hoặc thư mục này",
            "the service stopped: No such file or directory (os error 2)",
        ]
    );
}

#[test]
fn what_verify_finds_names_what_mends_it_in_both_languages() {
    let wrong = |lang| {
        let found = Wrong::Position {
            store: 3,
            journal: 5,
        };
        super::wrong(found, lang)
    };
    for told in [wrong(Lang::Vi), wrong(Lang::En)] {
        assert!(
            told.contains("`canhgiac rebuild`") && told.contains('3'),
            "{told}"
        );
    }
}
