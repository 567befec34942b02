//! The definition of all commands in a language: what `--help`, man pages and completions are made from.
//!
//! The English words are the docstrings in `args`; the Vietnamese ones are rows of `config/commands.tsv`, and examples
//! are rows of `config/command_examples.tsv`. What the parsing library says by itself is said here instead, as far as it
//! lets us.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command, CommandFactory, builder::Styles};

use super::args::Cli;
use crate::domain::{
    message::Lang,
    tsv::{Row, rows},
};

/// The embedded table: command, argument (empty for the command itself), name of its value, text, what `--help` says more.
const TEXTS: &str = include_str!("../../config/commands.tsv");

/// The embedded table: command, example, what it is for.
const EXAMPLES: &str = include_str!("../../config/command_examples.tsv");

/// The program's name, which stands for the root in both tables.
const ROOT: &str = "canhgiac";

/// Flags that every command has stand behind its own, in this order.
const LAST: [&str; 6] = ["reason", "data", "config", "json", "help", "version"];

/// The definition of all commands, with their texts and examples in a language.
pub fn localized_command(lang: Lang) -> Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .global(true)
        .help("Print this help; --help says more than -h");
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help("Print the version");
    let command = Cli::command()
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .args([help, version]);
    let command = in_language(command, ROOT, lang);
    match lang {
        Lang::Vi => {
            let mut built = command.clone();
            built.build();
            with_usage(command, &mut built)
        }
        Lang::En => command,
    }
}

/// The arguments of this process, where `canhgiac help serve` stands for `canhgiac serve --help`.
pub(super) fn spelled_out(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_some_and(|first| first == "help") {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    arguments
}

/// A command and those below it. `path` is how the tables call it: `user add`.
fn in_language(command: Command, path: &str, lang: Lang) -> Command {
    let command = match lang {
        Lang::Vi => in_vietnamese(command, path),
        Lang::En => command,
    };
    let examples = examples(path, lang);
    let command = match examples.is_empty() {
        true => command,
        false => command.after_help(examples),
    };
    command
        .mut_args(in_order)
        .mut_subcommands(|below| match below.is_hide_set() {
            true => below,
            false => {
                let path = path_below(path, below.get_name());
                in_language(below, &path, lang)
            }
        })
}

fn path_below(path: &str, name: &str) -> String {
    match path {
        ROOT => name.to_owned(),
        path => format!("{path} {name}"),
    }
}

fn in_order(arg: Arg) -> Arg {
    let place = LAST.iter().position(|last| *last == arg.get_id().as_str());
    match place {
        Some(place) => arg.display_order(900 + place),
        None => arg,
    }
}

/// The Vietnamese row of a command, or of an argument of it.
fn text(command: &str, argument: &str) -> Option<Row<'static>> {
    rows(TEXTS).find(|row| row.get("command") == command && row.get("argument") == argument)
}

fn in_vietnamese(command: Command, path: &str) -> Command {
    let Some(row) = text(path, "") else {
        return command;
    };
    let (about, more) = (row.get("vi"), row.get("more_vi"));
    let command = match more.is_empty() {
        true => command.about(about),
        false => command
            .about(about)
            .long_about(format!("{about}.\n\n{more}")),
    };
    let styles = Styles::default();
    let usage = styles.get_usage();
    command
        .help_template(format!(
            "{{before-help}}{{about-with-newline}}\n{usage}Cách dùng:{usage:#} {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .subcommand_help_heading("Lệnh")
        .subcommand_value_name("LỆNH")
        .mut_args(|arg| argument_in_vietnamese(arg, path))
}

fn argument_in_vietnamese(arg: Arg, command: &str) -> Arg {
    let Some(row) = text(command, arg.get_id().as_str()) else {
        return arg;
    };
    let (help, heading) = (row.get("vi").to_owned(), heading(&arg));
    let arg = arg.help_heading(heading);
    match row.get("value_vi") {
        "" => arg.help(help),
        name => {
            let help = help + &values(&arg);
            arg.help(help)
                .value_name(name)
                .hide_default_value(true)
                .hide_possible_values(true)
        }
    }
}

fn heading(arg: &Arg) -> &'static str {
    match arg.is_positional() {
        true => "Tham số",
        false => "Tùy chọn",
    }
}

/// What an argument is when it is not given, and what it may be.
fn values(arg: &Arg) -> String {
    let mut told = String::new();
    let defaults = arg.get_default_values();
    if !defaults.is_empty() {
        let shown = defaults.join(OsStr::new(" "));
        told.push_str(&format!(" [mặc định: {}]", shown.to_string_lossy()));
    }
    let possible = arg.get_possible_values();
    if !possible.is_empty() {
        let words: Vec<&str> = possible.iter().map(|value| value.get_name()).collect();
        told.push_str(&format!(" [một trong: {}]", words.join(", ")));
    }
    told
}

/// The line of usage, whose only English word is put into Vietnamese. `built` is the same command, completed.
fn with_usage(command: Command, built: &mut Command) -> Command {
    let usage = built.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    command
        .override_usage(usage.replace("[OPTIONS]", "[TÙY CHỌN]"))
        .mut_subcommands(|below| match built.find_subcommand_mut(below.get_name()) {
            Some(built) => with_usage(below, built),
            None => below,
        })
}

/// Examples of a command, each under what it is for; empty when there are none.
fn examples(command: &str, lang: Lang) -> String {
    let (heading, column) = lang.pick(("Ví dụ:", "vi"), ("Examples:", "en"));
    let mut shown = String::new();
    for row in rows(EXAMPLES).filter(|row| row.get("command") == command) {
        let (what, line) = (row.get(column), row.get("example"));
        shown.push_str(&format!("\n  # {what}\n  {line}"));
    }
    if shown.is_empty() {
        return shown;
    }
    let styles = Styles::default();
    let header = styles.get_header();
    format!("{header}{heading}{header:#}{shown}")
}

#[cfg(test)]
mod tests;
