//! A field for a unit: takes a code or a name, and offers what the name may mean.

use super::refusal::Refusal;
use crate::{
    domain::{
        message::Lang,
        unit::{self, UnitCode},
    },
    present::words,
    web::forms::Fields,
};

/// A field for a unit, as it stands on a form.
#[derive(Default)]
pub struct UnitField {
    /// What was typed.
    pub typed: String,
    /// What it may mean, to choose from.
    pub choices: Vec<Choice>,
    /// What is wrong.
    pub error: Option<&'static str>,
}

/// A unit that may be meant.
pub struct Choice {
    pub code: &'static str,
    pub name: String,
}

impl UnitField {
    /// The field with a unit in it.
    pub fn of(code: UnitCode) -> Self {
        Self {
            typed: code.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// The field as it was filled in.
    pub fn typed(fields: &Fields, lang: Lang) -> Self {
        Self::read(fields, lang).map_or_else(|field| field, Self::of)
    }

    /// Why the form was not taken.
    pub fn refusal(self) -> Refusal {
        Refusal::of_form(self.error.unwrap_or_default())
    }

    /// The unit that a form means.
    ///
    /// # Errors
    /// The field again, with what may be meant.
    pub fn read(fields: &Fields, lang: Lang) -> Result<UnitCode, Self> {
        let typed = fields.get("unit");
        if let Ok(code) = UnitCode::parse(typed) {
            return Ok(code);
        }
        let found = unit::search(typed);
        let chosen = UnitCode::parse(fields.get("unit_code")).ok();
        // What was chosen counts only as long as the text still may mean it.
        if let Some(code) = chosen.filter(|code| found.iter().any(|unit| unit.code == *code)) {
            return Ok(code);
        }
        let located = || unit::locate(typed, None);
        match found.as_slice() {
            [only] => Ok(only.code),
            [] => located().ok_or_else(|| Self::unknown(typed, lang)),
            several => Err(Self {
                typed: typed.to_owned(),
                choices: several
                    .iter()
                    .map(|unit| Choice {
                        code: unit.code.as_str(),
                        name: words::unit_in_full(unit.code, lang),
                    })
                    .collect(),
                error: Some(lang.pick(
                    "Có nhiều đơn vị như vậy. Hãy chọn một, hoặc gõ tên đầy đủ hơn.",
                    "Several units have this name. Choose one, or type more of the name.",
                )),
            }),
        }
    }

    fn unknown(typed: &str, lang: Lang) -> Self {
        Self {
            typed: typed.to_owned(),
            choices: Vec::new(),
            error: Some(match typed {
                "" => lang.pick(
                    "Hãy nhập tên hoặc mã đơn vị.",
                    "Enter the name or code of a unit.",
                ),
                _ => lang.pick(
                    "Không có đơn vị nào như vậy. Hãy gõ một phần tên xã, phường, tỉnh.",
                    "There is no such unit. Type part of the name of a commune, ward or province.",
                ),
            }),
        }
    }
}
