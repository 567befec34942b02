//! The units of the police and of the state: the country, its 34 provinces and cities, and their
//! 3,321 wards, communes and special zones as they stand since 2025-07-01 (`config/provinces.tsv`,
//! `config/communes.tsv`). The middle level, districts, no longer exists.

use std::{borrow::Cow, collections::HashMap, fmt, sync::LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use utoipa::ToSchema;

use super::tsv;

mod locate;

pub use locate::{locate, namesake, search};

const PROVINCES: &str = include_str!("../../config/provinces.tsv");
const COMMUNES: &str = include_str!("../../config/communes.tsv");

/// The code of the whole country, root of the tree.
const NATIONAL: &str = "VN";

/// Which unit: `VN`, a province (`38`) or a commune (`14812`).
///
/// Two bytes, because each listing in memory keeps one; written as its code everywhere else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, example = "14812")]
pub struct UnitCode(u16);

/// What a unit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// The country.
    National,
    /// Tỉnh.
    Province,
    /// Thành phố trực thuộc trung ương.
    City,
    /// Phường.
    Ward,
    /// Xã.
    Commune,
    /// Đặc khu.
    SpecialZone,
}

/// One unit of the tree.
#[derive(Debug)]
pub struct Unit {
    /// Its key.
    pub code: UnitCode,
    /// Full name, as "Phường Bỉm Sơn".
    pub name_vi: &'static str,
    /// The bare name, as "Bỉm Sơn".
    pub short_vi: &'static str,
    /// Full name in ASCII, as "Bim Son Ward".
    pub name_en: String,
    /// What it is.
    pub kind: UnitKind,
    /// The unit above; none for the country.
    pub parent: Option<UnitCode>,
}

/// The text is no code of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("no unit has this code")]
pub struct UnknownUnit;

struct Tree {
    units: Vec<Unit>,
    codes: Vec<&'static str>,
    by_code: HashMap<&'static str, UnitCode>,
    children: Vec<Vec<UnitCode>>,
}

static TREE: LazyLock<Tree> = LazyLock::new(Tree::build);

impl Tree {
    fn build() -> Self {
        let mut tree = Self {
            units: Vec::with_capacity(3_400),
            codes: Vec::with_capacity(3_400),
            by_code: HashMap::new(),
            children: Vec::new(),
        };
        let named = |vi, en: &str| (vi, vi, en.to_owned());
        tree.add(
            NATIONAL,
            named("Việt Nam", "Viet Nam"),
            UnitKind::National,
            None,
        );
        for row in tsv::rows(PROVINCES) {
            let kind = match row.get("type") {
                "city" => UnitKind::City,
                _ => UnitKind::Province,
            };
            let name = (
                row.get("name_vi"),
                row.get("short_vi"),
                row.get("name_en").to_owned(),
            );
            tree.add(row.get("code"), name, kind, Some(UnitCode(0)));
        }
        for row in tsv::rows(COMMUNES) {
            // By the name, not by the column "type", which says commune of the wards 10543 and others.
            let (kind, word) = match row.get("name_vi") {
                name if name.starts_with("Phường") => (UnitKind::Ward, "Ward"),
                name if name.starts_with("Đặc khu") => (UnitKind::SpecialZone, "Special Zone"),
                _ => (UnitKind::Commune, "Commune"),
            };
            let parent = tree.by_code.get(row.get("province_code")).copied();
            let name_en = format!("{} {word}", row.get("ascii"));
            let name = (row.get("name_vi"), row.get("short_vi"), name_en);
            tree.add(row.get("code"), name, kind, parent);
        }
        tree
    }

    fn add(
        &mut self,
        text: &'static str,
        (name_vi, short_vi, name_en): (&'static str, &'static str, String),
        kind: UnitKind,
        parent: Option<UnitCode>,
    ) {
        // The tables hold 3,356 units and a test counts them: far from what two bytes can number.
        let Ok(index) = u16::try_from(self.units.len()) else {
            return;
        };
        let code = UnitCode(index);
        self.units.push(Unit {
            code,
            name_vi,
            short_vi,
            name_en,
            kind,
            parent,
        });
        self.codes.push(text);
        self.by_code.insert(text, code);
        self.children.push(Vec::new());
        if let Some(UnitCode(above)) = parent {
            self.children[usize::from(above)].push(code);
        }
    }
}

impl UnitCode {
    /// The unit of a code.
    ///
    /// # Errors
    /// When no unit has exactly this code.
    pub fn parse(text: &str) -> Result<Self, UnknownUnit> {
        TREE.by_code.get(text).copied().ok_or(UnknownUnit)
    }

    /// The whole country.
    pub const fn national() -> Self {
        Self(0)
    }

    /// The code as text.
    pub fn as_str(self) -> &'static str {
        TREE.codes[usize::from(self.0)]
    }

    /// What is known of the unit.
    pub fn unit(self) -> &'static Unit {
        &TREE.units[usize::from(self.0)]
    }

    /// The unit above; none for the country.
    pub fn parent(self) -> Option<Self> {
        self.unit().parent
    }

    /// The province or city it is in, or is; none for the country.
    pub fn province(self) -> Option<Self> {
        match self.parent() {
            None => None,
            Some(above) if above == Self::national() => Some(self),
            Some(above) => Some(above),
        }
    }

    /// Whether `other` is this unit or lies in it.
    pub fn covers(self, other: Self) -> bool {
        let mut at = Some(other);
        while let Some(unit) = at {
            if unit == self {
                return true;
            }
            at = unit.parent();
        }
        false
    }

    /// The lowest unit that covers both.
    pub fn common(self, other: Self) -> Self {
        let mut at = self;
        while !at.covers(other) {
            let Some(above) = at.parent() else { break };
            at = above;
        }
        at
    }

    /// Its number in [`all`]. Holds within one run of the program, so it is never stored.
    pub const fn index(self) -> u16 {
        self.0
    }

    /// The unit with this number in [`all`].
    pub fn from_index(index: u16) -> Option<Self> {
        (usize::from(index) < TREE.units.len()).then_some(Self(index))
    }
}

/// Every unit: the country, then provinces, then communes, each in the order of the codes.
pub fn all() -> &'static [Unit] {
    &TREE.units
}

/// The units directly below.
pub fn children(of: UnitCode) -> impl ExactSizeIterator<Item = &'static Unit> {
    TREE.children[usize::from(of.0)]
        .iter()
        .map(|code| code.unit())
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitCode({})", self.as_str())
    }
}

impl Serialize for UnitCode {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for UnitCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> UnitCode {
        UnitCode::parse(text).expect(text)
    }

    #[test]
    fn the_tree_has_every_unit_once_and_in_its_place() {
        assert_eq!(all().len(), 1 + 34 + 3_321);
        assert_eq!(TREE.by_code.len(), all().len());
        assert_eq!(children(UnitCode::national()).len(), 34);
        assert_eq!(children(code("38")).len(), 166);
        for unit in all() {
            assert_eq!(UnitCode::parse(unit.code.as_str()), Ok(unit.code));
            assert_eq!(UnitCode::from_index(unit.code.index()), Some(unit.code));
            assert!(unit.name_en.is_ascii(), "{}", unit.name_en);
            assert_eq!(unit.parent.is_none(), unit.kind == UnitKind::National);
        }
        assert_eq!(UnitCode::from_index(u16::MAX), None);
    }

    #[test]
    fn a_unit_covers_itself_and_what_is_below_only() {
        let (ward, other, province) = (code("14812"), code("14818"), code("38"));
        assert!(ward.covers(ward) && province.covers(ward));
        assert!(UnitCode::national().covers(ward));
        assert!(!ward.covers(province) && !ward.covers(other) && !code("01").covers(ward));
        assert_eq!(ward.parent(), Some(province));
        assert_eq!(
            (ward.province(), province.province()),
            (Some(province), Some(province))
        );
        assert_eq!(UnitCode::national().province(), None);
        assert_eq!(ward.common(other), province);
        assert_eq!(ward.common(province), province);
        assert_eq!(ward.common(code("01")), UnitCode::national());
        assert_eq!(ward.common(ward), ward);
    }

    #[test]
    fn names_are_full_in_both_languages() {
        let ward = code("14812").unit();
        assert_eq!(
            (ward.name_vi, ward.name_en.as_str()),
            ("Phường Bỉm Sơn", "Bim Son Ward")
        );
        assert_eq!(code("38").unit().name_en, "Thanh Hoa");
        assert_eq!(code("01").unit().kind, UnitKind::City);
    }

    #[test]
    fn json_carries_the_code_and_refuses_any_other_text() {
        let ward = code("14812");
        assert_eq!(serde_json::to_string(&ward).unwrap(), r#""14812""#);
        assert_eq!(
            serde_json::from_str::<UnitCode>(r#""14812""#).unwrap(),
            ward
        );
        for bad in [r#""99999""#, r#""vn""#, r#""""#, r#"" 38""#, "38"] {
            assert!(serde_json::from_str::<UnitCode>(bad).is_err(), "{bad}");
        }
    }
}
