//! The settings of reports. Their form is checked here; which lengths and units there are is known to whoever uses them.

use serde::{Deserialize, Serialize};
use toml::Value;

/// What a length may look like, in words.
pub(super) const LENGTHS: &str = "a length of time: a whole number with s, m, h, d, wd or mo behind it, such as \"15m\", \"12h\", \"3wd\", \"20d\" or \"2mo\"";

/// Codes in a list of units: more than there are.
pub(super) const MOST_UNITS: usize = 4_000;

/// Digits of a length: ten years of seconds have nine.
const MOST_DIGITS: usize = 9;

/// Letters of a unit's code: a commune's has five digits.
const MOST_CODE: usize = 8;

/// How long everything may take and is kept, each as `15m`, `12h`, `3wd`, `20d` or `2mo`; and units by their codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// An officer acts on an urgent report.
    pub report_urgent: String,
    /// A loss is proposed to the competent unit.
    pub report_handover: String,
    /// The same of units in places that are hard to reach.
    pub report_handover_remote: String,
    /// A person says that the report came in.
    pub report_ack: String,
    /// A ward hands the files over.
    pub report_precheck: String,
    /// A report has an outcome.
    pub report_resolve: String,
    /// By how much that is prolonged each time.
    pub report_resolve_extension: String,
    /// A resumed report has an outcome.
    pub report_resume: String,
    /// Whoever reported is told the outcome.
    pub report_tell: String,
    /// An attempt has an outcome.
    pub report_attempt: String,
    /// A unit accepts or returns what was handed to it.
    pub report_transfer: String,
    pub report_answer: String,
    /// Whom to call, after the outcome.
    pub keep_contact: String,
    /// Story, messages and files of a loss, after the outcome.
    pub keep_story: String,
    /// All of a report that was spam, after the outcome.
    pub keep_spam: String,
    /// Story, messages and files of an attempt, after the outcome.
    pub keep_attempt: String,
    /// The number that an SMS came from.
    pub keep_sms_sender: String,
    /// The token by which reports count as of one source.
    pub keep_source: String,
    /// Who opened sealed parts.
    pub keep_openings: String,
    /// Units that may resolve a loss.
    pub investigating: Vec<String>,
    /// Units in places that are hard to reach.
    pub remote: Vec<String>,
}

impl Intake {
    /// Every length by the name of its key.
    pub fn lengths(&self) -> [(&'static str, &str); 19] {
        [
            ("report_urgent", &self.report_urgent),
            ("report_handover", &self.report_handover),
            ("report_handover_remote", &self.report_handover_remote),
            ("report_ack", &self.report_ack),
            ("report_precheck", &self.report_precheck),
            ("report_resolve", &self.report_resolve),
            ("report_resolve_extension", &self.report_resolve_extension),
            ("report_resume", &self.report_resume),
            ("report_tell", &self.report_tell),
            ("report_attempt", &self.report_attempt),
            ("report_transfer", &self.report_transfer),
            ("report_answer", &self.report_answer),
            ("keep_contact", &self.keep_contact),
            ("keep_story", &self.keep_story),
            ("keep_spam", &self.keep_spam),
            ("keep_attempt", &self.keep_attempt),
            ("keep_sms_sender", &self.keep_sms_sender),
            ("keep_source", &self.keep_source),
            ("keep_openings", &self.keep_openings),
        ]
    }
}

/// A whole number with a unit behind it.
pub(super) fn is_length(text: &str) -> bool {
    let unit_at = text.find(|c: char| !c.is_ascii_digit());
    let (digits, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let is_unit = ["s", "m", "h", "d", "wd", "mo"].contains(&unit);
    is_unit && (1..=MOST_DIGITS).contains(&digits.len()) && !digits.starts_with('0')
}

/// The form of a unit's code.
pub(super) fn is_code(value: &Value) -> bool {
    value.as_str().is_some_and(|code| {
        let is_short = (1..=MOST_CODE).contains(&code.len());
        is_short && code.bytes().all(|letter| letter.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn set(path: &str, value: &str) -> Result<Config, String> {
        let flag = (path.to_owned(), value.to_owned());
        Config::load(None, std::iter::empty(), &[flag]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_length_is_a_number_with_a_unit() {
        for text in ["5s", "15m", "12h", "20d", "3wd", "2mo", "999999999s"] {
            assert_eq!(
                set("intake.report_ack", text).unwrap().intake.report_ack,
                text
            );
        }
        for text in [
            "",
            "5",
            "d",
            "0d",
            "07d",
            "-5d",
            "2y",
            "1.5h",
            "9999999999s",
            "20 d",
        ] {
            assert!(set("intake.report_ack", text).is_err(), "{text}");
        }
        let told = set("intake.report_ack", "soon").unwrap_err();
        assert!(told.contains("`intake.report_ack` is `soon`"), "{told}");
        assert!(told.contains("such as \"15m\""), "{told}");
    }

    #[test]
    fn units_are_named_by_their_codes() {
        let codes = |many: usize| vec!["38"; many].join(",");
        assert!(set("intake.remote", &codes(MOST_UNITS)).is_ok());
        assert!(set("intake.remote", &codes(MOST_UNITS + 1)).is_err());
        assert!(set("intake.remote", "12345678").is_ok());
        for text in ["123456789", "3 8", "Thanh Hóa"] {
            assert!(set("intake.remote", text).is_err(), "{text}");
        }
        assert_eq!(
            set("intake.investigating", "")
                .unwrap()
                .intake
                .investigating
                .len(),
            0
        );
    }

    #[test]
    fn every_length_of_the_section_is_handed_on_by_its_name() {
        let config = Config::default();
        let table = toml::Table::try_from(&config.intake).unwrap();
        let mut lengths = 0;
        for (name, value) in table.iter().filter(|(_, value)| value.is_str()) {
            lengths += 1;
            let handed_on = config
                .intake
                .lengths()
                .into_iter()
                .find(|(key, _)| key == name);
            assert_eq!(handed_on.map(|(_, text)| text), value.as_str(), "{name}");
        }
        assert_eq!(lengths, config.intake.lengths().len());
    }
}
