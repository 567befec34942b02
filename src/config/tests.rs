//! Settings as their users meet them.

use std::collections::BTreeSet;
use std::io::Write as _;

use super::layer::DEFAULT_TOML;
use super::rule::RULES;
use super::{Config, ConfigError, LogFormat, Origin, is_loopback};

type Loaded = Result<Config, ConfigError>;

fn from_file(text: &str) -> Loaded {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Config::load(Some(file.path()), std::iter::empty(), &[])
}

fn from_env(name: &str, value: &str) -> Loaded {
    Config::load(None, [(name.into(), value.into())].into_iter(), &[])
}

fn from_flag(path: &str, value: &str) -> Loaded {
    Config::load(None, std::iter::empty(), &[(path.into(), value.into())])
}

fn leaves(table: &toml::Table) -> BTreeSet<String> {
    table
        .iter()
        .flat_map(|(section, keys)| {
            keys.as_table()
                .unwrap()
                .keys()
                .map(move |key| format!("{section}.{key}"))
        })
        .collect()
}

#[test]
fn default_file_rules_and_struct_name_the_same_keys() {
    let rules: BTreeSet<String> = RULES.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(rules.len(), RULES.len());
    assert_eq!(leaves(&DEFAULT_TOML.parse().unwrap()), rules);
    assert_eq!(
        leaves(&toml::Table::try_from(Config::default()).unwrap()),
        rules
    );
}

#[test]
fn every_default_obeys_its_own_rule() {
    let table: toml::Table = DEFAULT_TOML.parse().unwrap();
    for (path, kind) in RULES {
        let (section, key) = path.split_once('.').unwrap();
        assert!(kind.accepts(&table[section][key]), "{path}");
    }
}

#[test]
fn flags_beat_environment_beats_file_beats_default() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(
        file,
        "\u{feff}[server]\nworkers = 1\nmax_connections = 1\nkeep_alive_seconds = 1\n"
    )
    .unwrap();
    let env = [
        ("CANHGIAC_SERVER__WORKERS".to_owned(), "2".to_owned()),
        (
            "CANHGIAC_SERVER__MAX_CONNECTIONS".to_owned(),
            " 2 ".to_owned(),
        ),
        ("PATH".to_owned(), "/bin".to_owned()),
    ];
    let flags = [("server.workers".to_owned(), "3".to_owned())];
    let config = Config::load(Some(file.path()), env.into_iter(), &flags).unwrap();
    let server = &config.server;
    assert_eq!(
        (
            server.workers,
            server.max_connections,
            server.keep_alive_seconds,
            server.client_timeout_seconds
        ),
        (3, 2, 1, 10)
    );
    assert_eq!(
        config.origin("server.client_timeout_seconds"),
        &Origin::Default
    );
    assert!(matches!(
        config.origin("server.keep_alive_seconds"),
        Origin::File(_)
    ));
}

#[test]
fn a_list_in_the_environment_is_separated_by_commas() {
    let config = from_env("CANHGIAC_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1").unwrap();
    let ranges: Vec<String> = config
        .server
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(ranges, ["10.0.0.0/8", "::1/128"]);
    assert!(
        from_env("CANHGIAC_SERVER__TRUSTED_PROXIES", "")
            .unwrap()
            .server
            .trusted_proxies
            .is_empty()
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    let told = |result: Loaded| result.unwrap_err().to_string();
    assert!(told(from_file("[server]\nlisen = \"x\"")).contains("did you mean `server.listen`?"));
    assert!(told(from_file("[sever]\nlisten = \"x\"")).contains("did you mean `[server]`?"));
    assert!(told(from_file("listen = \"x\"")).contains("unknown setting `listen`"));
    assert!(told(from_flag("log.levle", "info")).contains("did you mean `log.level`?"));
    for slip in [
        "CANHGIAC_SERVER__LISTN",
        "CANHGIAC_SERVER_LISTEN",
        "CANHGIAC_SEVER__LISTEN",
    ] {
        let error = told(from_env(slip, "127.0.0.1:1"));
        assert!(
            error.contains("did you mean `CANHGIAC_SERVER__LISTEN`?"),
            "{error}"
        );
    }
    assert!(!told(from_flag("zzzzzzzzzz", "1")).contains("did you mean"));
}

#[test]
fn a_variable_of_another_command_is_left_alone() {
    assert!(from_env("CANHGIAC_CLIENT_SECRET", "x").is_ok());
}

#[test]
fn a_wrong_value_is_told_with_key_value_allowed_range_and_place() {
    assert_eq!(
        from_env("CANHGIAC_SERVER__WORKERS", "many")
            .unwrap_err()
            .to_string(),
        "`server.workers` is `many` (environment CANHGIAC_SERVER__WORKERS); allowed: a whole number from 0 to 1024"
    );
    assert_eq!(
        from_flag("schedule.every_seconds", "0")
            .unwrap_err()
            .to_string(),
        "`schedule.every_seconds` is `0` (flag schedule.every_seconds); allowed: a whole number from 1 to 3600"
    );
    let error = from_file("[validity]\nphone_days = \"90\"")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`validity.phone_days` is `90` (file "),
        "{error}"
    );
}

#[test]
fn values_outside_their_rule_are_refused() {
    for (path, value) in [
        ("server.listen", "localhost:80"),
        ("server.listen", "127.0.0.1"),
        ("server.listen", "127.0.0.1:65536"),
        ("server.public_url", "https://a.vn/"),
        ("server.public_url", "https://a.vn/canhgiac"),
        ("server.public_url", "https://"),
        ("server.public_url", "https://:80"),
        ("server.public_url", "ftp://a.vn"),
        ("server.public_url", "https://a.vn\"><script>"),
        ("server.public_url", "https://user@a.vn"),
        ("server.trusted_proxies", "0.0.0.0/0"),
        ("server.trusted_proxies", "10.0.0.0/33"),
        ("server.workers", "-1"),
        ("server.workers", "99999999999999999999"),
        ("log.level", "loud"),
        ("log.format", "xml"),
        ("log.access", "yes"),
        ("limits.partner_checks_per_minute", "9999"),
    ] {
        assert!(from_flag(path, value).is_err(), "{path} = {value}");
    }
}

#[test]
fn a_full_anonymous_request_always_fits_in_a_full_bucket() {
    let error = from_flag("limits.anonymous_burst", "1999")
        .unwrap_err()
        .to_string();
    assert!(error.contains("at least 2000"), "{error}");
    assert!(from_flag("limits.anonymous_burst", "2000").is_ok());
    assert!(from_flag("limits.cost_no_record", "25").is_err());
}

#[test]
fn the_dearest_question_fits_in_a_senders_bucket_and_a_32_is_no_smaller_than_a_48() {
    assert!(from_flag("limits.sms_sender_burst", "199").is_err());
    assert!(from_flag("limits.sms_sender_burst", "200").is_ok());
    assert!(from_flag("limits.ipv6_32_times", "15").is_err());
    assert!(from_flag("limits.ipv6_32_times", "16").is_ok());
    assert!(from_flag("limits.ipv6_48_times", "257").is_err());
}

#[test]
fn a_session_is_over_within_a_day_and_when_idle_before_that() {
    for (path, bad, good) in [
        ("sign_in.session_hours", "25", "24"),
        ("sign_in.session_hours", "0", "1"),
        ("sign_in.idle_minutes", "721", "720"),
        ("sign_in.idle_minutes", "4", "5"),
    ] {
        assert!(from_flag(path, bad).is_err(), "{path} = {bad}");
        assert!(from_flag(path, good).is_ok(), "{path} = {good}");
    }
}

#[test]
fn finding_nothing_is_never_cheaper_than_finding_something() {
    assert!(from_flag("limits.cost_hit", "21").is_err());
}

#[test]
fn the_two_listeners_differ_unless_the_port_is_any() {
    assert!(from_flag("server.admin_listen", "127.0.0.1:8080").is_err());
    let any = [
        ("server.listen".to_owned(), "127.0.0.1:0".to_owned()),
        ("server.admin_listen".to_owned(), "127.0.0.1:0".to_owned()),
    ];
    assert!(Config::load(None, std::iter::empty(), &any).is_ok());
}

#[test]
fn a_password_in_the_address_of_the_database_is_never_shown() {
    for (url, shown) in [
        (
            "postgres://role@db1,db2:5433/registry",
            "postgres://role@db1,db2:5433/registry",
        ),
        (
            "postgres://role:hush@db1/registry",
            "postgres://role:***@db1/registry",
        ),
        (
            "postgres://role:hu@sh@db1/registry",
            "postgres://role:***@db1/registry",
        ),
        (
            "postgres://db1/registry?user=role&password=hush",
            "postgres://***",
        ),
    ] {
        let flags = [("journal.url".to_owned(), url.to_owned())];
        let config = Config::load(None, std::iter::empty(), &flags).unwrap();
        let text = config.effective_toml();
        assert!(text.contains(&format!("url = \"{shown}\"")), "{text}");
        assert!(!text.contains("hush") && !text.contains("hu@"), "{text}");
    }
}

#[test]
fn the_effective_configuration_can_be_loaded_again_and_tells_origins() {
    let flags = [
        ("log.format".to_owned(), "json".to_owned()),
        ("storage.data".to_owned(), "/srv/canh \"giac\"".to_owned()),
        (
            "server.trusted_proxies".to_owned(),
            "10.0.0.0/8,::1".to_owned(),
        ),
    ];
    let text = Config::load(None, std::iter::empty(), &flags)
        .unwrap()
        .effective_toml();
    assert!(
        text.contains("format = \"json\"  # flag log.format"),
        "{text}"
    );
    assert!(text.contains("workers = 0  # default"), "{text}");
    let again = from_file(&text).unwrap();
    assert_eq!(again.log.format, LogFormat::Json);
    assert_eq!(
        again.storage.data.unwrap().to_str(),
        Some("/srv/canh \"giac\"")
    );
    assert_eq!(again.server.trusted_proxies.len(), 2);
}

#[test]
fn a_missing_or_broken_file_is_told_by_name() {
    let missing = std::path::Path::new("/nonexistent/canhgiac.toml");
    let error = Config::load(Some(missing), std::iter::empty(), &[]).unwrap_err();
    assert!(error.to_string().contains("/nonexistent/canhgiac.toml"));
    assert!(matches!(
        from_file("[server"),
        Err(ConfigError::Syntax { .. })
    ));
    let huge = format!("# {}", "x".repeat(1024 * 1024));
    assert!(matches!(
        from_file(&huge),
        Err(ConfigError::TooLarge { .. })
    ));
}

#[test]
fn every_section_of_the_default_file_starts_with_a_vietnamese_line() {
    for section in DEFAULT_TOML.split("\n[").skip(1) {
        let line = section.lines().nth(1).unwrap();
        assert!(line.starts_with("# ") && !line.is_ascii(), "{line}");
    }
}

#[test]
fn requests_under_way_get_eight_seconds_at_most() {
    let name = "CANHGIAC_SERVER__SHUTDOWN_SECONDS";
    for (value, allowed) in [("0", false), ("1", true), ("8", true), ("9", false)] {
        assert_eq!(from_env(name, value).is_ok(), allowed, "{value}");
    }
}

#[test]
fn two_configurations_tell_in_what_they_differ() {
    let base = Config::default();
    assert_eq!(base.differences(&base), []);
    let other = Config::load(
        None,
        [("CANHGIAC_SERVER__PUBLIC_URL", "https://canhgiac.example")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter(),
        &[],
    )
    .unwrap();
    let found = base.differences(&other);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "server.public_url");
    assert_eq!(found[0].there, "\"https://canhgiac.example\"");
}

#[test]
fn an_address_that_opens_on_this_machine_alone_is_told_from_a_public_one() {
    for local in [
        "http://127.0.0.1:8080",
        "http://localhost",
        "https://localhost:443",
        "http://demo.localhost:1",
        "http://[::1]:8080",
        "http://0.0.0.0:8080",
        "http://127.9.9.9",
    ] {
        assert!(is_loopback(local), "{local}");
    }
    for public in [
        "https://canhgiac.example",
        "https://localhost.example",
        "http://10.0.0.5:8080",
        "https://[2001:db8::1]",
    ] {
        assert!(!is_loopback(public), "{public}");
    }
}
