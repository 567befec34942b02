//! The known ways of scamming, one card each (`config/scam_methods.tsv`), and how an office's own
//! words are matched to a card (`config/method_keywords.tsv`).

use std::{borrow::Cow, collections::HashMap, fmt, sync::LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use utoipa::ToSchema;

use super::{text, tsv};

pub mod story;

const CARDS: &str = include_str!("../../config/scam_methods.tsv");
const KEYWORDS: &str = include_str!("../../config/method_keywords.tsv");

/// The card for what fits no other.
const OTHER: &str = "khac";

/// Longest text that is matched to a card, in characters; an office writes a phrase, not a page.
const MAX_RECOGNISED: usize = 600;

/// Which card. Two bytes in memory; written as its slug everywhere else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, example = "gia_danh_cong_an")]
pub struct MethodId(u16);

/// A card: one way of scamming, in plain words.
#[derive(Debug)]
pub struct Method {
    /// Its number within this run.
    pub id: MethodId,
    /// Its lasting name in addresses, JSON and the ledger.
    pub slug: &'static str,
    /// Its name, Vietnamese.
    pub name_vi: &'static str,
    /// Its name, English.
    pub name_en: &'static str,
    /// What the scammer does, Vietnamese.
    pub description_vi: &'static str,
    /// What the scammer does, English.
    pub description_en: &'static str,
    /// What to do, Vietnamese.
    pub advice_vi: &'static str,
    /// What to do, English.
    pub advice_en: &'static str,
    /// The family of methods it belongs to, a machine word.
    pub group: &'static str,
}

/// The text is no slug of a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("no method has this name")]
pub struct UnknownMethod;

/// Words that speak for a card: it matches when every part stands in the text.
struct Keyword {
    parts: Vec<String>,
    method: MethodId,
    /// Letters in all parts: the longer the words, the surer the match.
    weight: usize,
}

struct Cards {
    methods: Vec<Method>,
    by_slug: HashMap<&'static str, MethodId>,
    other: MethodId,
    keywords: Vec<Keyword>,
}

static CARDS_READ: LazyLock<Cards> = LazyLock::new(Cards::read);

impl Cards {
    fn read() -> Self {
        let mut methods = Vec::new();
        let mut by_slug = HashMap::new();
        for row in tsv::rows(CARDS) {
            let slug = row.get("slug");
            let id = MethodId(u16::try_from(methods.len()).unwrap_or(u16::MAX));
            by_slug.insert(slug, id);
            methods.push(Method {
                id,
                slug,
                name_vi: row.get("name_vi"),
                name_en: row.get("name_en"),
                description_vi: row.get("description_vi"),
                description_en: row.get("description_en"),
                advice_vi: row.get("advice_vi"),
                advice_en: row.get("advice_en"),
                group: row.get("group"),
            });
        }
        let other = by_slug.get(OTHER).copied().unwrap_or(MethodId(0));
        let keywords = keywords(&methods, &by_slug);
        Self {
            methods,
            by_slug,
            other,
            keywords,
        }
    }
}

/// The keyword table, and each card's own names as keywords for it.
fn keywords(methods: &[Method], by_slug: &HashMap<&'static str, MethodId>) -> Vec<Keyword> {
    let from_table = tsv::rows(KEYWORDS).flat_map(|row| {
        let method = by_slug.get(row.get("slug")).copied();
        let phrases = row.get("keywords").split(';');
        phrases.filter_map(move |phrase| Keyword::new(phrase, method?))
    });
    let from_names = methods
        .iter()
        .flat_map(|card| [card.slug, card.name_vi, card.name_en].map(|name| (name, card.id)))
        .filter_map(|(name, id)| Keyword::new(&name.replace('+', " "), id));
    from_table.chain(from_names).collect()
}

impl Keyword {
    fn new(phrase: &str, method: MethodId) -> Option<Self> {
        let parts: Vec<String> = phrase
            .split('+')
            .map(words)
            .filter(|part| part.len() > 2)
            .collect();
        let weight = parts.iter().map(String::len).sum();
        (!parts.is_empty()).then_some(Self {
            parts,
            method,
            weight,
        })
    }
}

impl MethodId {
    /// The card of a slug.
    ///
    /// # Errors
    /// When no card has exactly this slug.
    pub fn parse(slug: &str) -> Result<Self, UnknownMethod> {
        CARDS_READ.by_slug.get(slug).copied().ok_or(UnknownMethod)
    }

    /// The card for what fits no other.
    pub fn other() -> Self {
        CARDS_READ.other
    }

    /// The lasting name.
    pub fn slug(self) -> &'static str {
        self.method().slug
    }

    /// The card.
    pub fn method(self) -> &'static Method {
        &CARDS_READ.methods[usize::from(self.0)]
    }

    /// Its number in [`all`]. Holds within one run of the program, so it is never stored.
    pub const fn index(self) -> u16 {
        self.0
    }

    /// The card with this number in [`all`].
    pub fn from_index(index: u16) -> Option<Self> {
        (usize::from(index) < CARDS_READ.methods.len()).then_some(Self(index))
    }
}

/// Every card, in the order of the table.
pub fn all() -> &'static [Method] {
    &CARDS_READ.methods
}

/// The card that an office's own words speak of, else the one for other methods. Tones, capitals
/// and punctuation do not matter; of several cards the one with the longest matching words wins.
pub fn recognise(office_words: &str) -> MethodId {
    let bounded: String = office_words.chars().take(MAX_RECOGNISED).collect();
    let text = words(&bounded);
    let mut best = (0, MethodId::other());
    for keyword in &CARDS_READ.keywords {
        if keyword.weight > best.0
            && keyword
                .parts
                .iter()
                .all(|part| text.contains(part.as_str()))
        {
            best = (keyword.weight, keyword.method);
        }
    }
    best.1
}

/// Toneless lower-case words with one space around each, so that only whole words match.
fn words(text: &str) -> String {
    let plain = text::toneless(text);
    let mut out = String::with_capacity(plain.len() + 2);
    out.push(' ');
    for word in plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        out.push_str(word);
        out.push(' ');
    }
    out
}

impl fmt::Display for MethodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl fmt::Debug for MethodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MethodId({})", self.slug())
    }
}

impl Serialize for MethodId {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for MethodId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_is_read_whole_and_found_by_its_slug() {
        assert_eq!(all().len(), 41);
        for card in all() {
            assert_eq!(MethodId::parse(card.slug), Ok(card.id));
            assert_eq!(MethodId::from_index(card.id.index()), Some(card.id));
            for text in [
                card.name_vi,
                card.name_en,
                card.advice_vi,
                card.advice_en,
                card.group,
            ] {
                assert!(!text.is_empty(), "{}", card.slug);
            }
        }
        assert_eq!(MethodId::other().slug(), "khac");
        assert_eq!(MethodId::parse("Khac"), Err(UnknownMethod));
    }

    #[test]
    fn a_cards_own_name_means_that_card() {
        for card in all() {
            for name in [card.slug, card.name_vi, card.name_en] {
                assert_eq!(recognise(name), card.id, "{name}");
                assert_eq!(recognise(&name.to_uppercase()), card.id, "{name}");
            }
        }
    }

    #[test]
    fn every_line_of_keywords_names_a_card() {
        for row in tsv::rows(KEYWORDS) {
            assert!(
                MethodId::parse(row.get("slug")).is_ok(),
                "{}",
                row.get("slug")
            );
            assert!(!row.get("keywords").is_empty(), "{}", row.get("slug"));
        }
    }

    #[test]
    fn an_offices_own_words_are_recognised() {
        let table = [
            ("Giả danh Công an gọi điện đe dọa", "gia_danh_cong_an"),
            ("giả danh điện lực", "gia_danh_dien_nuoc_nha_mang"),
            ("giả danh cán bộ ngân hàng", "gia_danh_ngan_hang"),
            ("Vay tiền online qua app", "vay_tien_online"),
            ("Trúng thưởng xe SH", "trung_thuong_qua_tang"),
            ("Dọa khóa sim", "khoa_sim"),
            (
                "Lừa đảo cộng tác viên online (like, đặt đơn)",
                "cong_tac_vien_online",
            ),
            ("Báo người thân cấp cứu ở bệnh viện", "nguoi_than_cap_cuu"),
            ("chuyển nhầm tiền", "chuyen_nham_tien"),
            ("Mua bán hàng qua mạng, nhận cọc rồi chặn", "mua_ban_online"),
            (
                "Đầu tư tiền ảo, sàn chứng khoán quốc tế",
                "dau_tu_chung_khoan_tien_ao",
            ),
            ("Tình cảm, gửi quà từ nước ngoài", "tinh_cam"),
            (
                "Giả danh VNeID, cài app giả mạo",
                "gia_danh_can_bo_xa_vneid",
            ),
            ("Giả shipper giao hàng", "gia_shipper"),
            ("Hack facebook nhắn tin vay tiền", "hack_mxh_vay_tien"),
            (
                "Mạo danh cán bộ thuế yêu cầu cài ứng dụng",
                "app_gia_ma_doc",
            ),
            ("GIA DANH VIEN KIEM SAT", "gia_danh_cong_an"),
            ("Lấy lại tiền lừa đảo, treo máy", "lay_lai_tien"),
            ("Sàn forex", "dau_tu_chung_khoan_tien_ao"),
            ("Tống tiền clip nóng", "tong_tien_anh_nong"),
            ("Đánh bạc trên mạng", "co_bac_ca_do"),
            ("Tin nhắn brandname ngân hàng giả", "sms_brandname_gia"),
            ("Fake police call", "gia_danh_cong_an"),
            ("Hăm dọa chưa rõ", "khac"),
            ("", "khac"),
        ];
        for (words, slug) in table {
            assert_eq!(recognise(words).slug(), slug, "{words}");
        }
    }

    #[test]
    fn json_carries_the_slug_and_refuses_any_other_text() {
        let id = MethodId::parse("khoa_sim").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""khoa_sim""#);
        assert_eq!(
            serde_json::from_str::<MethodId>(r#""khoa_sim""#).unwrap(),
            id
        );
        assert!(serde_json::from_str::<MethodId>(r#""khoa""#).is_err());
        assert!(serde_json::from_str::<MethodId>("3").is_err());
    }
}
