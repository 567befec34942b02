//! An error as its layers tell it.

use std::error::Error;

/// An error and its causes. Many an error tells its cause itself: what was said is not said again.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut line = flat(&error.to_string());
    let mut cause = error.source();
    while let Some(inner) = cause {
        let told = flat(&inner.to_string());
        if !line.contains(&told) {
            line = format!("{line}: {told}");
        }
        cause = inner.source();
    }
    line
}

/// A text in one line, without the excerpt of a file that the reader of TOML draws: it could hold a secret.
fn flat(text: &str) -> String {
    let is_drawn = |line: &str| {
        let behind_number = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        behind_number.starts_with('|')
    };
    let lines = text.lines().map(str::trim);
    let kept: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !is_drawn(line))
        .collect();
    kept.join(": ")
}

#[cfg(test)]
mod tests {
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error)]
    #[error("{told}")]
    struct Failure {
        told: &'static str,
        source: Option<Box<Failure>>,
    }

    fn failure(told: &[&'static str]) -> Option<Box<Failure>> {
        let (told, causes) = told.split_first()?;
        let source = failure(causes);
        Some(Box::new(Failure { told, source }))
    }

    #[test]
    fn a_cause_that_was_said_is_not_said_again() {
        for (layers, line) in [
            (
                &["cannot read x", "no such file"][..],
                "cannot read x: no such file",
            ),
            (
                &["cannot read x: no such file", "no such file"],
                "cannot read x: no such file",
            ),
            (&["x (full); mend it", "full", "full"], "x (full); mend it"),
            (&["a", "b", "b", "c"], "a: b: c"),
        ] {
            let error = failure(layers).unwrap();
            assert_eq!(chain(&*error), line);
        }
    }

    #[test]
    fn an_error_is_one_line_without_what_a_file_holds() {
        let source = "[server]\nsecret = = \"word\"\n";
        let error = toml::from_str::<toml::Table>(source).unwrap_err();
        assert!(error.to_string().contains("word"), "{error}");
        let line = chain(&error);
        assert!(
            line.starts_with("TOML parse error at line 2, column 10: "),
            "{line}"
        );
        assert!(
            !line.contains(['\n', '|']) && !line.contains("word"),
            "{line}"
        );
    }
}
