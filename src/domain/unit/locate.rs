//! Which unit an office's own words name: "P. Bỉm Sơn, Thanh Hóa", "phường Ba Đình, thị xã Bỉm Sơn".
//!
//! Names of before 2025-07-01 are known for provinces, and inside Thanh Hóa also for the old
//! districts and communes (`config/communes_thanh_hoa.tsv`).

use std::{collections::HashMap, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

use super::{PROVINCES, TREE, Unit, UnitCode, UnitKind};
use crate::domain::{text::toneless, tsv};

const OLD_UNITS: &str = include_str!("../../../config/communes_thanh_hoa.tsv");

/// The province whose old units are known.
const WITH_OLD_UNITS: &str = "38";

/// Longest text that is looked at, in characters.
const MAX_TEXT: usize = 200;

/// What a name claims to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Level {
    Province,
    /// Districts, towns and cities below a province: abolished in 2025.
    District,
    Ward,
    Commune,
    /// No word says; also "thành phố", which was used for provinces and for districts.
    Any,
}

/// Words before a name and the level they claim, the longest first.
const LEVEL_WORDS: [(&str, Level); 17] = [
    ("thanh pho", Level::Any),
    ("dac khu", Level::Commune),
    ("thi tran", Level::Commune),
    ("phuong", Level::Ward),
    ("thi xa", Level::District),
    ("huyen", Level::District),
    ("quan", Level::District),
    ("tinh", Level::Province),
    ("tp", Level::Any),
    ("tx", Level::District),
    ("tt", Level::Commune),
    ("xa", Level::Commune),
    ("p", Level::Ward),
    ("x", Level::Commune),
    ("h", Level::District),
    ("q", Level::District),
    ("t", Level::Province),
];

/// English words after a name.
const LEVEL_SUFFIXES: [(&str, Level); 4] = [
    ("province", Level::Province),
    ("ward", Level::Ward),
    ("commune", Level::Commune),
    ("city", Level::Any),
];

struct Names {
    /// Bare names of provinces, those merged away in 2025 too.
    provinces: HashMap<String, UnitCode>,
    /// Bare names of today's communes.
    communes: HashMap<String, Vec<UnitCode>>,
    /// Old communes of Thanh Hóa → what they became.
    old_communes: HashMap<String, Vec<UnitCode>>,
    /// Old districts of Thanh Hóa → the communes made of them.
    old_districts: HashMap<String, Vec<UnitCode>>,
}

static NAMES: LazyLock<Names> = LazyLock::new(Names::read);

impl Names {
    fn read() -> Self {
        let mut names = Self {
            provinces: HashMap::new(),
            communes: HashMap::new(),
            old_communes: HashMap::new(),
            old_districts: HashMap::new(),
        };
        for row in tsv::rows(PROVINCES) {
            let Ok(code) = UnitCode::parse(row.get("code")) else {
                continue;
            };
            let merged = row.get("merged_from_vi").split(';');
            for name in merged.chain([row.get("short_vi")]) {
                names.provinces.insert(plain(name), code);
            }
        }
        for (alias, name) in [
            ("tphcm", "ho chi minh"),
            ("hcm", "ho chi minh"),
            ("sai gon", "ho chi minh"),
        ] {
            if let Some(code) = names.provinces.get(name).copied() {
                names.provinces.insert(alias.to_owned(), code);
            }
        }
        for unit in TREE.units.iter().filter(|unit| is_commune(unit.kind)) {
            names
                .communes
                .entry(plain(unit.short_vi))
                .or_default()
                .push(unit.code);
        }
        for row in tsv::rows(OLD_UNITS) {
            let Ok(code) = UnitCode::parse(row.get("code")) else {
                continue;
            };
            for (column, map) in [
                ("old_units_2024", &mut names.old_communes),
                ("old_districts_2024", &mut names.old_districts),
            ] {
                for old in row.get(column).split(';') {
                    let (_, name) = level(&plain(&old.replace("(part)", "")));
                    map.entry(name).or_default().push(code);
                }
            }
        }
        names
    }
}

fn is_commune(kind: UnitKind) -> bool {
    matches!(
        kind,
        UnitKind::Ward | UnitKind::Commune | UnitKind::SpecialZone
    )
}

/// The smallest unit that the words name without doubt. `within` is where the office is: a name
/// that stands there and elsewhere too means the one there. A name that became several units gives
/// the unit above them.
pub fn locate(text: &str, within: Option<UnitCode>) -> Option<UnitCode> {
    if text.chars().nth(MAX_TEXT).is_some() {
        return None;
    }
    let near = within.and_then(UnitCode::province);
    let toned = text.nfc().collect::<String>().to_lowercase();
    let whole = find(&spoken(text, &[]), near, &toned);
    // A dash may belong to a name (Văn Miếu - Quốc Tử Giám) or stand between two.
    if whole.is_some_and(|unit| is_commune(unit.unit().kind)) {
        return whole;
    }
    find(&spoken(text, &['-', '–']), near, &toned).or(whole)
}

/// The one commune of today that has just this name. Who says where he lives means it, also when an old district of the
/// same name became several communes.
pub fn namesake(text: &str) -> Option<UnitCode> {
    let (_, bare) = level(&plain(text));
    match NAMES.communes.get(&bare).map(Vec::as_slice) {
        Some([one]) => Some(*one),
        Some(_) | None => None,
    }
}

/// Most units that [`search`] gives.
const MAX_FOUND: usize = 50;

/// Units that the words may mean, for a person to choose from: by code, by part of a name without tones, or by the
/// name of a unit of before July 2025.
pub fn search(text: &str) -> Vec<&'static Unit> {
    let asked = plain(text);
    if asked.is_empty() || text.chars().nth(MAX_TEXT).is_some() {
        return Vec::new();
    }
    let (_, bare) = level(&asked);
    let mut found: Vec<&'static Unit> = TREE
        .units
        .iter()
        .filter(|unit| unit.code.as_str() == text.trim() || plain(unit.name_vi).contains(&asked))
        .collect();
    for names in [&NAMES.old_communes, &NAMES.old_districts] {
        let old = names.get(&bare).into_iter().flatten();
        found.extend(old.map(|code| code.unit()));
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|unit| seen.insert(unit.code.index()));
    found.truncate(MAX_FOUND);
    found
}

/// The names in a text, as they are written between commas.
fn spoken(text: &str, dashes: &[char]) -> Vec<(Level, String)> {
    text.split(|c| matches!(c, ',' | ';' | '/' | '\n' | '(' | ')') || dashes.contains(&c))
        .map(plain)
        .filter(|name| !matches!(name.as_str(), "" | "cu" | "viet nam"))
        .map(|name| named_level(&name))
        .collect()
}

fn named_level(name: &str) -> (Level, String) {
    // "Quản Bạ" is a name, not the district "Bạ".
    if is_known(name) {
        return (Level::Any, name.to_owned());
    }
    let found = level(name);
    // "Khu phố 1 phường Bỉm Sơn": what stands before the ward's word is smaller than a ward.
    let inner = [" phuong ", " xa ", " thi tran "]
        .iter()
        .find_map(|word| name.rfind(word));
    match inner {
        Some(at) if !is_known(&found.1) => level(name[at..].trim_start()),
        _ => found,
    }
}

/// Whether any unit, of today or before, has the bare name.
fn is_known(name: &str) -> bool {
    NAMES.communes.contains_key(name)
        || NAMES.provinces.contains_key(name)
        || NAMES.old_communes.contains_key(name)
        || NAMES.old_districts.contains_key(name)
}

fn find(spoken: &[(Level, String)], near: Option<UnitCode>, toned: &str) -> Option<UnitCode> {
    let (province, parts) = take_province(spoken);
    // Streets and hamlets before the first name that is known.
    let smaller = parts.iter().take_while(|(_, name)| !is_known(name)).count();
    let parts = &parts[smaller..];
    let search = Search {
        near: province.or(near),
        certain: province.is_some(),
        parts,
        toned,
    };
    let found = search.communes();
    match found[..] {
        [] => province,
        [one] => Some(one),
        [first, ..] => {
            let above = first.province();
            let same = found.iter().all(|unit| unit.province() == above);
            if same { above } else { province }
        }
    }
}

/// The province spoken of, and the parts that speak of something else. The province stands last;
/// alone and without a word for its level, a name that is a province's means the province.
fn take_province(spoken: &[(Level, String)]) -> (Option<UnitCode>, &[(Level, String)]) {
    let Some(((level, name), rest)) = spoken.split_last() else {
        return (None, spoken);
    };
    if !matches!(level, Level::Province | Level::Any) {
        return (None, spoken);
    }
    match NAMES.provinces.get(name) {
        Some(code) => (Some(*code), rest),
        None => (None, spoken),
    }
}

struct Search<'a> {
    /// The province to look in first.
    near: Option<UnitCode>,
    /// Whether the text itself names that province.
    certain: bool,
    /// What the text names below the province, the smallest first.
    parts: &'a [(Level, String)],
    /// The whole text with its tones, lower case.
    toned: &'a str,
}

impl Search<'_> {
    /// Today's communes that the text may mean.
    fn communes(&self) -> Vec<UnitCode> {
        let Some((level, name)) = self.parts.first() else {
            return Vec::new();
        };
        let district = self.parts[1..]
            .iter()
            .find_map(|(_, name)| NAMES.old_districts.get(name));
        if let Some(inside) = district.filter(|_| self.may_be_old()) {
            return self.old(name, inside);
        }
        let today: Vec<UnitCode> = match NAMES.communes.get(name) {
            Some(codes) if *level != Level::District => codes
                .iter()
                .copied()
                .filter(|code| fits(*level, code.unit().kind))
                .collect(),
            _ => Vec::new(),
        };
        let mut near: Vec<UnitCode> = match self.near {
            Some(near) => today
                .iter()
                .copied()
                .filter(|code| near.covers(*code))
                .collect(),
            None => Vec::new(),
        };
        if near.len() > 1 {
            // Two names may differ in their tones only (Văn Lang, Văn Lăng).
            near.retain(|code| self.toned.contains(&code.unit().short_vi.to_lowercase()));
        }
        if near.len() == 1 {
            return near;
        }
        if near.is_empty() && self.near_has_old_units() {
            let old = if matches!(level, Level::Ward | Level::Commune) {
                NAMES.old_communes.get(name)
            } else {
                NAMES.old_districts.get(name)
            };
            if let Some(old) = old {
                return old.clone();
            }
        }
        // Elsewhere in the country only when the text names no other place to look in, and only
        // when the level is said: a bare word is too little to go far for.
        let alone = self.parts.len() == 1 && !self.certain && *level != Level::Any;
        if alone && today.len() == 1 {
            today
        } else {
            near
        }
    }

    /// An old commune of an old district.
    fn old(&self, name: &str, inside: &[UnitCode]) -> Vec<UnitCode> {
        let known = |map: &HashMap<String, Vec<UnitCode>>| {
            let codes = map.get(name).into_iter().flatten().copied();
            codes
                .filter(|code| inside.contains(code))
                .collect::<Vec<_>>()
        };
        let old = known(&NAMES.old_communes);
        if !old.is_empty() {
            return old;
        }
        let today = known(&NAMES.communes);
        if today.is_empty() {
            inside.to_vec()
        } else {
            today
        }
    }

    fn may_be_old(&self) -> bool {
        self.near.is_none() || self.near_has_old_units()
    }

    fn near_has_old_units(&self) -> bool {
        self.near
            .is_some_and(|near| near.as_str() == WITH_OLD_UNITS)
    }
}

fn fits(level: Level, kind: UnitKind) -> bool {
    match level {
        Level::Ward => kind == UnitKind::Ward,
        Level::Commune => matches!(kind, UnitKind::Commune | UnitKind::SpecialZone),
        Level::Any => true,
        Level::Province | Level::District => false,
    }
}

/// The level a name claims, and the bare name.
fn level(name: &str) -> (Level, String) {
    for (word, level) in LEVEL_WORDS {
        if let Some(bare) = name
            .strip_prefix(word)
            .and_then(|rest| rest.strip_prefix(' '))
        {
            return (level, bare.to_owned());
        }
    }
    for (word, level) in LEVEL_SUFFIXES {
        if let Some(bare) = name
            .strip_suffix(word)
            .and_then(|rest| rest.strip_suffix(' '))
        {
            return (level, bare.to_owned());
        }
    }
    (Level::Any, name.to_owned())
}

/// Toneless words with one space between them.
fn plain(text: &str) -> String {
    let toneless = toneless(text);
    let mut words: Vec<&str> = toneless
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() > 1 && words.last() == Some(&"cu") {
        words.pop();
    }
    words.join(" ")
}

#[cfg(test)]
mod tests;
