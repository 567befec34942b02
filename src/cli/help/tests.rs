use std::collections::BTreeSet;

use unicode_normalization::is_nfc;

use super::*;

/// Every visible command, and how the tables call it.
fn commands(lang: Lang) -> Vec<(String, Command)> {
    fn collect(command: &Command, path: &str, all: &mut Vec<(String, Command)>) {
        all.push((path.to_owned(), command.clone()));
        for below in command
            .get_subcommands()
            .filter(|below| !below.is_hide_set())
        {
            collect(below, &path_below(path, below.get_name()), all);
        }
    }
    let mut all = Vec::new();
    collect(&localized_command(lang), ROOT, &mut all);
    all
}

/// As a shell reads a line whose only quotes are double ones.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(n, part)| match n % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

#[test]
fn the_definition_is_sound_in_both_languages() {
    for lang in [Lang::Vi, Lang::En] {
        localized_command(lang).debug_assert();
    }
}

#[test]
fn every_command_and_argument_has_one_vietnamese_text_and_no_text_is_left_over() {
    let mut wanted = Vec::new();
    for (path, command) in commands(Lang::En) {
        assert!(command.get_about().is_some(), "{path} has no English text");
        let row = text(&path, "").unwrap_or_else(|| panic!("{path} has no row"));
        let is_long = command.get_long_about().is_some();
        assert_eq!(is_long, !row.get("more_vi").is_empty(), "{path}");
        wanted.push((path.clone(), String::new()));
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let id = arg.get_id().as_str();
            assert!(arg.get_help().is_some(), "{path} {id} has no English text");
            let row = text(&path, id).unwrap_or_else(|| panic!("{path} {id} has no row"));
            let takes_value = arg.get_action().takes_values();
            assert_eq!(takes_value, !row.get("value_vi").is_empty(), "{path} {id}");
            wanted.push((path.clone(), id.to_owned()));
        }
    }
    let mut written: Vec<_> = rows(TEXTS)
        .map(|row| {
            (
                row.get("command").to_owned(),
                row.get("argument").to_owned(),
            )
        })
        .collect();
    wanted.sort();
    written.sort();
    assert_eq!(written, wanted);
}

#[test]
fn the_texts_are_clean() {
    for table in [TEXTS, EXAMPLES] {
        assert!(is_nfc(table));
        for line in table.lines() {
            let is_clean = line.split('\t').all(|cell| cell.trim() == cell);
            assert!(is_clean && !line.contains("  "), "{line}");
        }
    }
    for row in rows(TEXTS) {
        assert!(!row.get("vi").is_empty() && !row.get("vi").ends_with('.'));
    }
}

#[test]
fn every_command_has_up_to_three_examples_that_it_takes() {
    let commands = commands(Lang::En);
    let known: BTreeSet<&str> = commands.iter().map(|(path, _)| path.as_str()).collect();
    for path in &known {
        let count = rows(EXAMPLES)
            .filter(|row| row.get("command") == *path)
            .count();
        assert!((1..=3).contains(&count), "{path} has {count} examples");
    }
    for row in rows(EXAMPLES) {
        let (command, example) = (row.get("command"), row.get("example"));
        assert!(known.contains(command), "{command}");
        assert!(
            !row.get("vi").is_empty() && row.get("en").is_ascii(),
            "{example}"
        );
        for lang in [Lang::Vi, Lang::En] {
            let taken = localized_command(lang).try_get_matches_from(words(example));
            let is_fine = taken.is_ok() || example.ends_with("--help");
            assert!(is_fine, "{example}: {:?}", taken.err());
        }
    }
}

#[test]
fn the_vietnamese_help_has_no_english_left_in_it() {
    for (path, _) in commands(Lang::Vi) {
        let mut root = localized_command(Lang::Vi);
        root.build();
        let mut command = &mut root;
        for name in path.split(' ').filter(|name| *name != ROOT) {
            command = command.find_subcommand_mut(name).unwrap();
        }
        for help in [command.render_help(), command.render_long_help()] {
            let help = help.to_string();
            assert!(help.contains("Cách dùng: canhgiac"), "{help}");
            assert!(
                help.contains("Tùy chọn:") && help.contains("Ví dụ:"),
                "{help}"
            );
            for word in [
                "Usage",
                "Options",
                "Commands",
                "Arguments",
                "[OPTIONS]",
                "COMMAND",
                "default:",
                "possible",
                "Print",
                "Examples",
                "true, false",
            ] {
                assert!(!help.contains(word), "{word}: {help}");
            }
        }
    }
}

#[test]
fn help_before_a_command_is_its_help() {
    let spelled = |line: &str| {
        let arguments = spelled_out(words(line).into_iter().map(OsString::from));
        arguments.join(OsStr::new(" ")).into_string().unwrap()
    };
    assert_eq!(spelled("canhgiac help"), "canhgiac --help");
    assert_eq!(
        spelled("canhgiac help user add"),
        "canhgiac user add --help"
    );
    assert_eq!(spelled("canhgiac check help"), "canhgiac check help");
}
