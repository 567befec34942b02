//! What is wrong with a command line, in one line, and where its help is.

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{
    Command,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

use crate::domain::message::Lang;

/// Says why a command line was not taken, or prints the help or version that it asks for.
pub(super) fn tell(
    error: &Error,
    definition: &mut Command,
    arguments: &[OsString],
    lang: Lang,
) -> ExitCode {
    match fault(error, lang) {
        Some(fault) => {
            let command = asked_for(definition, arguments);
            let see = lang.pick("xem", "see");
            let _ = writeln!(
                std::io::stderr(),
                "canhgiac: {fault} ({see}: {command} --help)"
            );
        }
        // Help and version, on stdout; and what is said too rarely to be said in two languages.
        None => drop(error.print()),
    }
    match error.use_stderr() {
        true => ExitCode::from(2),
        false => ExitCode::SUCCESS,
    }
}

/// What is wrong, in words; none for what is no fault, and for rare faults.
fn fault(error: &Error, lang: Lang) -> Option<String> {
    let said = |kind| error.get(kind).map(ToString::to_string);
    let argument = said(ContextKind::InvalidArg);
    let value = said(ContextKind::InvalidValue).filter(|value| !value.is_empty());
    let told = match error.kind() {
        ErrorKind::UnknownArgument => {
            let argument = argument?;
            let told = match argument.starts_with('-') {
                true => lang.pick("không có tùy chọn", "there is no option"),
                false => lang.pick("thừa", "one word too many:"),
            };
            let near = nearest(error, ContextKind::SuggestedArg, lang);
            format!("{told} {argument}{near}")
        }
        ErrorKind::InvalidSubcommand => {
            let name = said(ContextKind::InvalidSubcommand)?;
            let near = nearest(error, ContextKind::SuggestedSubcommand, lang);
            let told = lang.pick("không có lệnh", "there is no command");
            format!("{told} {name}{near}")
        }
        ErrorKind::MissingSubcommand => {
            let commands = said(ContextKind::ValidSubcommand)?;
            let told = lang.pick(
                "thiếu lệnh; chọn một trong:",
                "a command is missing; one of:",
            );
            format!("{told} {commands}")
        }
        ErrorKind::MissingRequiredArgument => {
            format!("{} {}", lang.pick("thiếu", "missing:"), argument?)
        }
        ErrorKind::InvalidValue => match (argument?, value) {
            (argument, None) => wants_a_value(&argument, lang),
            (argument, Some(value)) => {
                let allowed = said(ContextKind::ValidValue)?;
                let one_of = lang.pick("chọn một trong:", "one of:");
                format!("{}; {one_of} {allowed}", unfit(&value, &argument, lang))
            }
        },
        ErrorKind::ValueValidation => {
            let told = unfit(&value?, &argument?, lang);
            // Why is known in English only.
            let why = std::error::Error::source(error).filter(|_| lang == Lang::En);
            why.map_or(told.clone(), |why| format!("{told}: {why}"))
        }
        ErrorKind::TooManyValues => {
            let told = lang.pick("thừa giá trị", "one value too many:");
            format!("{told} {} ({})", quoted(&value?, lang), argument?)
        }
        ErrorKind::TooFewValues => wants_a_value(&argument?, lang),
        ErrorKind::ArgumentConflict => {
            let (argument, other) = (argument?, said(ContextKind::PriorArg)?);
            match argument == other {
                true => format!(
                    "{argument} {}",
                    lang.pick("chỉ được ghi một lần", "is given more than once")
                ),
                false => format!(
                    "{argument} {} {other}",
                    lang.pick("không đi cùng", "does not go with")
                ),
            }
        }
        ErrorKind::NoEquals
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::InvalidUtf8
        | ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format => return None,
        // The library may come to know more.
        _ => return None,
    };
    Some(told)
}

fn wants_a_value(argument: &str, lang: Lang) -> String {
    format!("{argument} {}", lang.pick("thiếu giá trị", "wants a value"))
}

fn unfit(value: &str, argument: &str, lang: Lang) -> String {
    let told = lang.pick("không dùng được cho", "does not fit");
    format!("{} {told} {argument}", quoted(value, lang))
}

fn quoted(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("“{text}”"),
        Lang::En => format!("\"{text}\""),
    }
}

/// What was perhaps meant.
fn nearest(error: &Error, kind: ContextKind, lang: Lang) -> String {
    let names = match error.get(kind) {
        Some(ContextValue::String(name)) => name.clone(),
        Some(ContextValue::Strings(names)) => names.join(", "),
        _ => return String::new(),
    };
    match lang {
        Lang::Vi => format!("; có phải là {names} không?"),
        Lang::En => format!("; did you mean {names}?"),
    }
}

/// The command whose help tells more: `canhgiac user add`.
fn asked_for(definition: &mut Command, arguments: &[OsString]) -> String {
    definition.build();
    let mut command: &Command = definition;
    let mut path = command.get_name().to_owned();
    let mut words = arguments.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if let Some(flag) = word.strip_prefix("--") {
            let takes_value = command
                .get_arguments()
                .any(|arg| arg.get_long() == Some(flag) && arg.get_action().takes_values());
            // The word behind it is no command.
            if takes_value {
                words.next();
            }
        } else if let Some(below) = command.find_subcommand(word.as_ref()) {
            command = below;
            path = format!("{path} {}", below.get_name());
        }
    }
    path
}

#[cfg(test)]
mod tests;
