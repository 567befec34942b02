//! The layers of `src/ARCHITECTURE.md`: imports go down only, files stay small.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What each layer may import. `server`, `cli` put the parts together and may import everything.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("journal", &[]),
    ("ledger", &["domain"]),
    ("store", &["domain", "ledger"]),
    ("access", &["domain"]),
    (
        "registry",
        &["access", "domain", "journal", "ledger", "store"],
    ),
    ("http", &["access", "config", "domain", "registry", "store"]),
    ("sync", &["domain", "ledger", "registry", "store"]),
    (
        "api",
        &[
            "access", "domain", "http", "ledger", "registry", "store", "sync",
        ],
    ),
    (
        "web",
        &["access", "domain", "http", "ledger", "registry", "store"],
    ),
    ("config", &["http"]),
    ("telemetry", &["config"]),
];

const MAX_LINES: usize = 400;

fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

/// The first word below `src/`, without `.rs`.
fn layer(path: &Path) -> String {
    let below = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .expect("a path below src");
    let first = below.components().next().expect("a name");
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// Top-level modules named after `crate::`, groups included.
fn imports(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let (mut depth, mut start) = (1, true);
        for (place, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                c if depth == 1 && start && c.is_alphabetic() => {
                    found.insert(word(&group[place..]));
                    start = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for path in sources() {
        let own = layer(&path);
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == own) else {
            continue;
        };
        let source: String = fs::read_to_string(&path)
            .expect("a readable source")
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for module in imports(&source) {
            if module != own && !allowed.contains(&module.as_str()) {
                wrong.push(format!("{} imports {module}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_store_names_its_database() {
    for path in sources() {
        let source = fs::read_to_string(&path).expect("a readable source");
        let names = source.contains("sled::");
        assert!(!names || layer(&path) == "store", "{}", path.display());
    }
}

#[test]
fn files_are_small_and_named_after_their_subject() {
    const VAGUE: [&str; 7] = [
        "mod", "util", "helpers", "common", "types", "manager", "service",
    ];
    for path in sources() {
        let lines = fs::read_to_string(&path)
            .expect("a readable source")
            .lines()
            .count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines", path.display());
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(!VAGUE.contains(&name.as_str()), "{}", path.display());
    }
}
