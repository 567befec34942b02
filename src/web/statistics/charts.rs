//! What each chart shows: page and table are made of the same rows.

use crate::{
    domain::{message::Lang, unit::UnitCode},
    present::words,
    registry::statistics::{Fates, Named, Statistics},
    web::page_context::{Nav, address},
};

/// Rows that a page shows; a table has all.
const MOST_ROWS: usize = 12;

/// What a chart is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Subject {
    Months,
    Kinds,
    Methods,
    Provinces,
    Wards,
}

/// Rows with a number or several each.
pub(super) struct Chart {
    pub caption: &'static str,
    /// What the rows are.
    pub rows_are: &'static str,
    /// What the numbers are; the bars stand for the first.
    pub numbers: Vec<&'static str>,
    pub rows: Vec<Row>,
    /// Said under it; empty for nothing.
    pub note: &'static str,
    /// Said in its place where there is nothing to show.
    pub nothing: &'static str,
    lang: Lang,
}

/// One row.
pub(super) struct Row {
    pub label: String,
    /// Where the label leads; empty for nowhere.
    pub link: String,
    pub numbers: Vec<u64>,
}

impl Subject {
    pub(super) const ALL: [Self; 5] = [
        Self::Months,
        Self::Kinds,
        Self::Methods,
        Self::Provinces,
        Self::Wards,
    ];

    /// What its table is called in addresses.
    pub(super) const fn slug(self, lang: Lang) -> &'static str {
        let (vi, en) = match self {
            Self::Months => ("theo-thang", "by-month"),
            Self::Kinds => ("theo-loai", "by-kind"),
            Self::Methods => ("theo-thu-doan", "by-method"),
            Self::Provinces => ("theo-tinh", "by-province"),
            Self::Wards => ("theo-phuong-xa", "by-ward"),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// The subject of either name.
    pub(super) fn parse(slug: &str) -> Option<Self> {
        let named = |subject: &Self| [Lang::Vi, Lang::En].map(|lang| subject.slug(lang));
        Self::ALL.into_iter().find(|one| named(one).contains(&slug))
    }
}

impl Row {
    fn new(label: impl Into<String>, numbers: impl Into<Vec<u64>>) -> Self {
        Self {
            label: label.into(),
            link: String::new(),
            numbers: numbers.into(),
        }
    }

    fn of_fates(label: impl Into<String>, fates: &Fates) -> Self {
        Self::new(label, [fates.ever(), fates.in_force])
    }

    /// What its bar stands for.
    fn length(&self) -> u64 {
        self.numbers.first().copied().unwrap_or(0)
    }
}

impl Chart {
    pub(super) fn of(subject: Subject, lang: Lang, counts: &Statistics) -> Self {
        match subject {
            Subject::Months => Self::months(lang, counts),
            Subject::Kinds => Self::kinds(lang, counts),
            Subject::Methods => Self::methods(lang, counts),
            Subject::Provinces => Self {
                caption: lang.pick(
                    "Nơi xác nhận, theo tỉnh, thành phố",
                    "Where they were confirmed, by province",
                ),
                rows_are: lang.pick("Tỉnh, thành phố", "Province or city"),
                ..Self::places(lang, counts, &counts.places.provinces, province)
            },
            Subject::Wards => Self {
                caption: lang.pick(
                    "Nơi xác nhận, theo phường, xã",
                    "Where they were confirmed, by ward",
                ),
                rows_are: lang.pick("Phường, xã", "Ward or commune"),
                ..Self::places(lang, counts, &counts.places.wards, ward)
            },
        }
    }

    fn months(lang: Lang, counts: &Statistics) -> Self {
        let months = counts.by_month.iter();
        let rows = months.map(|(at, deeds)| {
            let numbers = [deeds.confirmed, deeds.expired, deeds.delisted];
            Row::new(words::month(at.year, at.month, lang), numbers)
        });
        Self {
            caption: lang.pick("12 tháng qua, theo tháng", "The last 12 months"),
            rows_are: lang.pick("Tháng", "Month"),
            numbers: lang
                .pick(
                    ["Xác nhận", "Hết hạn", "Gỡ"],
                    ["New", "Ran out", "Taken off"],
                )
                .to_vec(),
            rows: rows.collect(),
            note: "",
            nothing: lang.pick(
                "12 tháng qua chưa có cảnh báo nào.",
                "There was no warning in the last 12 months.",
            ),
            lang,
        }
    }

    fn kinds(lang: Lang, counts: &Statistics) -> Self {
        let kinds = counts.by_kind.iter();
        let name = |kind| first_upper(words::kind(kind, lang));
        let rows = kinds.map(|(kind, fates)| Row::of_fates(name(*kind), fates));
        Self {
            caption: lang.pick("Cảnh báo về cái gì", "What the warnings are about"),
            rows_are: lang.pick("Loại", "Kind"),
            rows: rows.collect(),
            ..Self::ever(lang)
        }
    }

    fn methods(lang: Lang, counts: &Statistics) -> Self {
        let cards = address(lang, Nav::Methods);
        let methods = counts.by_method.iter();
        let rows = methods.map(|(method, fates)| Row {
            link: format!("{cards}/{}", method.slug()),
            ..Row::of_fates(words::method(*method, lang), fates)
        });
        Self {
            caption: lang.pick("Thủ đoạn hay gặp nhất", "The most frequent methods"),
            rows_are: lang.pick("Thủ đoạn", "Method"),
            rows: rows.collect(),
            ..Self::ever(lang)
        }
    }

    /// A chart of what was ever confirmed and what of it is in force, without its rows yet.
    fn ever(lang: Lang) -> Self {
        Self {
            caption: "",
            rows_are: "",
            numbers: lang
                .pick(["Đã xác nhận", "Còn hiệu lực"], ["Ever listed", "In force"])
                .to_vec(),
            rows: Vec::new(),
            note: "",
            nothing: nothing(lang),
            lang,
        }
    }

    /// A chart of what is in force in each place that may be named, without its names yet.
    fn places(
        lang: Lang,
        counts: &Statistics,
        found: &Named,
        name: fn(UnitCode, Lang) -> String,
    ) -> Self {
        let named = found.places.iter();
        let named = named.map(|(place, count)| Row::new(name(*place, lang), [*count]));
        let elsewhere = found.elsewhere().filter(|rest| *rest > 0);
        let elsewhere = elsewhere.filter(|_| !found.places.is_empty()).map(|rest| {
            let others = lang.pick("Nơi khác, không nêu tên", "Elsewhere, not named");
            Row::new(others, [rest])
        });
        let has_rest = elsewhere.is_some();
        Self {
            numbers: vec![lang.pick("Còn hiệu lực", "In force")],
            rows: named.chain(elsewhere).collect(),
            note: match has_rest {
                true => lang.pick(
                    "Nơi có dưới 5 cảnh báo không được nêu tên, và có khi cả vài nơi có nhiều hơn, để không ai bị nhận ra.",
                    "Places with fewer than 5 warnings are not named, and sometimes a few with more, so that nobody can be recognised.",
                ),
                false => "",
            },
            nothing: match counts.total.in_force {
                0 => nothing(lang),
                _ => lang.pick(
                    "Chưa nêu tên nơi nào: nơi có dưới 5 cảnh báo không được nêu tên, và có khi cả nơi có nhiều hơn, để không ai bị nhận ra.",
                    "No place is named yet: places with fewer than 5 warnings are not, and sometimes larger ones, so that nobody can be recognised.",
                ),
            },
            ..Self::ever(lang)
        }
    }

    /// Whether there is anything to draw.
    pub fn is_empty(&self) -> bool {
        let mut numbers = self.rows.iter().flat_map(|row| &row.numbers);
        numbers.all(|number| *number == 0)
    }

    /// The rows that a page has room for. The last one stays: it may be what the places that are not named add up to.
    pub fn shown(&self) -> impl Iterator<Item = &Row> {
        let last = self.rows.len().saturating_sub(1);
        let rows = self.rows.iter().enumerate();
        let keeps_last = !self.note.is_empty();
        rows.filter(move |(nth, _)| *nth < MOST_ROWS || (keeps_last && *nth == last))
            .map(|(_, row)| row)
    }

    /// Whether the table has more rows than a page.
    pub fn is_cut(&self) -> bool {
        self.shown().count() < self.rows.len()
    }

    /// How long a row's bar is, of a hundred. What is there can be seen, however short its bar.
    pub fn width(&self, row: &Row) -> u64 {
        let longest = self.rows.iter().map(Row::length).max().unwrap_or(0).max(1);
        (row.length() * 100 / longest).max(u64::from(row.length() > 0))
    }

    /// A number as people read it.
    pub fn grouped(&self, number: &u64) -> String {
        words::grouped(*number, self.lang)
    }
}

fn nothing(lang: Lang) -> &'static str {
    lang.pick("Chưa có cảnh báo nào.", "There is no warning yet.")
}

fn province(unit: UnitCode, lang: Lang) -> String {
    match unit == UnitCode::national() {
        true => lang.pick("Cả nước", "The whole country").to_owned(),
        false => words::unit(unit, lang).to_owned(),
    }
}

/// A ward with its province; the police of a province or of the country, where they confirmed by themselves.
fn ward(unit: UnitCode, lang: Lang) -> String {
    match unit.province() {
        Some(province) if province != unit => words::unit_in_full(unit, lang),
        Some(_) | None => words::police_of(unit.unit(), lang),
    }
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests;
