//! The layers of `src/ARCHITECTURE.md`: imports go down only and never in a circle, files stay small.

#![allow(clippy::expect_used, reason = "a test may")]

mod imports;

use imports::{Source, circles, graph, sources};

/// What each layer may import. `server`, `cli` put the parts together and may import everything.
const ALLOWED: [(&str, &[&str]); 18] = [
    ("domain", &[]),
    ("journal", &[]),
    ("evidence", &["domain"]),
    ("ledger", &["domain"]),
    ("access", &["domain"]),
    ("office_list", &["domain"]),
    ("worker", &["domain", "office_list"]),
    ("formats", &["domain"]),
    ("store", &["domain", "formats", "ledger"]),
    ("state", &["access", "domain", "formats", "ledger", "store"]),
    (
        "registry",
        &[
            "access",
            "domain",
            "evidence",
            "formats",
            "journal",
            "ledger",
            "office_list",
            "state",
            "store",
        ],
    ),
    (
        "present",
        &[
            "access",
            "domain",
            "ledger",
            "office_list",
            "registry",
            "state",
            "store",
        ],
    ),
    (
        "http",
        &[
            "access",
            "config",
            "domain",
            "office_list",
            "present",
            "registry",
            "store",
            "telemetry",
            "worker",
        ],
    ),
    (
        "sync",
        &["domain", "formats", "ledger", "registry", "store"],
    ),
    (
        "api",
        &[
            "access",
            "domain",
            "formats",
            "http",
            "ledger",
            "office_list",
            "present",
            "registry",
            "store",
            "sync",
        ],
    ),
    (
        "web",
        &[
            "access",
            "domain",
            "http",
            "ledger",
            "office_list",
            "present",
            "registry",
            "state",
            "store",
        ],
    ),
    ("config", &[]),
    ("telemetry", &["config"]),
];

const MAX_LINES: usize = 400;

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (from, targets) in graph(&sources()) {
        let own = &from[0];
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| name == own) else {
            continue;
        };
        for to in targets {
            if to[0] != *own && !allowed.contains(&to[0].as_str()) {
                wrong.push(format!("{} imports {}", from.join("/"), to.join("/")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let circles = circles(&graph(&sources()));
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn only_the_store_names_its_database() {
    for Source { path, module, text } in sources() {
        let names = text.contains("sled::");
        assert!(!names || module[0] == "store", "{}", path.display());
    }
}

#[test]
fn files_are_small_and_named_after_their_subject() {
    const VAGUE: [&str; 7] = [
        "mod", "util", "helpers", "common", "types", "manager", "service",
    ];
    for Source { path, module, text } in sources() {
        let lines = text.lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines", path.display());
        let name = module.last().expect("a name");
        assert!(!VAGUE.contains(&name.as_str()), "{}", path.display());
    }
}

#[test]
fn the_threat_model_names_tests_that_are_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("a text");
    let tests: String = std::fs::read_dir(root.join("tests"))
        .expect("the tests")
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "py"))
        .map(|entry| read(&entry.path()))
        .collect();
    let model = read(&root.join("SECURITY.md"));
    let named = model.split('`').filter(|word| word.starts_with("test_"));
    let missing: Vec<_> = named
        .filter(|name| !tests.contains(&format!("def {name}(")))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
