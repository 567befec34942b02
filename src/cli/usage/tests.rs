use super::*;
use crate::cli::help::localized_command;

/// What is said of a command line.
fn told(line: &str, lang: Lang) -> String {
    let mut definition = localized_command(lang);
    let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    let taken = definition.try_get_matches_from_mut(&arguments);
    let error = taken.expect_err(line);
    let fault = fault(&error, lang).unwrap_or_default();
    format!("{fault} @ {}", asked_for(&mut definition, &arguments))
}

#[test]
fn a_wrong_command_line_is_told_in_one_line_in_each_language() {
    for (line, vi, en) in [
        (
            "canhgiac serve --liten x",
            "không có tùy chọn --liten; có phải là --listen không? @ canhgiac serve",
            "there is no option --liten; did you mean --listen? @ canhgiac serve",
        ),
        (
            "canhgiac verfy",
            "không có lệnh verfy; có phải là verify không? @ canhgiac",
            "there is no command verfy; did you mean verify? @ canhgiac",
        ),
        (
            "canhgiac --data user user add an",
            "thiếu --role <VAI_TRÒ>, --unit <ĐƠN_VỊ> @ canhgiac user add",
            "missing: --role <ROLE>, --unit <UNIT> @ canhgiac user add",
        ),
        (
            "canhgiac export --format x",
            "“x” không dùng được cho --format <DẠNG>; chọn một trong: ndjson, csv, list @ canhgiac export",
            "\"x\" does not fit --format <FORMAT>; one of: ndjson, csv, list @ canhgiac export",
        ),
        (
            "canhgiac audit address x",
            "“x” không dùng được cho <ĐỊA_CHỈ> @ canhgiac audit address",
            "\"x\" does not fit <ADDRESS>: invalid IP address syntax @ canhgiac audit address",
        ),
        (
            "canhgiac verify --data",
            "--data <THƯ_MỤC> thiếu giá trị @ canhgiac verify",
            "--data <DIR> wants a value @ canhgiac verify",
        ),
        (
            "canhgiac verify --json --json",
            "--json chỉ được ghi một lần @ canhgiac verify",
            "--json is given more than once @ canhgiac verify",
        ),
        (
            "canhgiac verify here",
            "thừa here @ canhgiac verify",
            "one word too many: here @ canhgiac verify",
        ),
        (
            "canhgiac clock --json",
            "thiếu lệnh; chọn một trong: show, confirm @ canhgiac clock",
            "a command is missing; one of: show, confirm @ canhgiac clock",
        ),
    ] {
        assert_eq!(told(line, Lang::Vi), vi);
        assert_eq!(told(line, Lang::En), en);
    }
}

#[test]
fn a_request_for_help_is_no_fault() {
    for line in [
        "canhgiac --help",
        "canhgiac --version",
        "canhgiac user add -h",
    ] {
        let error = localized_command(Lang::Vi)
            .try_get_matches_from(line.split(' '))
            .expect_err(line);
        assert_eq!(fault(&error, Lang::Vi), None);
        assert!(!error.use_stderr(), "{line}");
    }
}
