//! The words about reports. Part of the journal's format: variants are appended only.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Gives an enum of words its list, machine words, and the way back.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The machine word, as in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The one with this machine word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

/// What happened to the reporter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Money, an account or data is lost.
    Loss,
    /// Somebody tried.
    Attempt,
}

words!(ReportKind { Loss = "loss", Attempt = "attempt" });

/// How a report came (channels named by the ministry: in person, written, duty telephone, post, press, VNeID).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The form, or a program that speaks for the reporter.
    Web,
    Sms,
    /// In person, at the unit.
    Counter,
    /// By telephone, written down by an officer.
    Phone,
    Letter,
    Vneid,
    Press,
}

words!(Channel {
    Web = "web",
    Sms = "sms",
    Counter = "counter",
    Phone = "phone",
    Letter = "letter",
    Vneid = "vneid",
    Press = "press",
});

impl Channel {
    /// Whether an officer writes down what somebody else told.
    pub const fn is_by_officer(self) -> bool {
        match self {
            Self::Web | Self::Sms => false,
            Self::Counter | Self::Phone | Self::Letter | Self::Vneid | Self::Press => true,
        }
    }
}

/// What an identifier had to do with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierRole {
    ContactedMe,
    ReceivedMoney,
    Mentioned,
    /// It belongs to whom the scammer pretended to be.
    Impersonated,
    /// The reporter's own: only that one was given is kept.
    Mine,
}

words!(IdentifierRole {
    ContactedMe = "contacted_me",
    ReceivedMoney = "received_money",
    Mentioned = "mentioned",
    Impersonated = "impersonated",
    Mine = "mine",
});

impl IdentifierRole {
    /// Whether it speaks against whoever holds the identifier.
    pub const fn is_suspect(self) -> bool {
        match self {
            Self::ContactedMe | Self::ReceivedMoney => true,
            Self::Mentioned | Self::Impersonated | Self::Mine => false,
        }
    }

    /// Whether it may lead from one report to another.
    pub const fn joins(self) -> bool {
        match self {
            Self::ContactedMe | Self::ReceivedMoney | Self::Mentioned => true,
            Self::Impersonated | Self::Mine => false,
        }
    }
}

/// Where a report stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Nobody took it yet.
    Received,
    /// An officer took it and told the reporter so.
    Acknowledged,
    /// It is looked into.
    Verifying,
    /// The reporter was asked something.
    WaitingReporter,
    /// The handling was suspended, for a reason that the law names.
    Suspended,
    /// It has an outcome.
    Resolved,
}

words!(ReportState {
    Received = "received",
    Acknowledged = "acknowledged",
    Verifying = "verifying",
    WaitingReporter = "waiting_reporter",
    Suspended = "suspended",
    Resolved = "resolved",
});

/// What became of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A listing that was proposed from it was confirmed by two persons.
    Listed,
    CaseOpened,
    NoCase,
    Insufficient,
    NotAScam,
    Duplicate,
    /// Handed to a body outside this registry.
    Forwarded,
    Withdrawn,
    NotForUs,
    Spam,
}

words!(Outcome {
    Listed = "listed",
    CaseOpened = "case_opened",
    NoCase = "no_case",
    Insufficient = "insufficient",
    NotAScam = "not_a_scam",
    Duplicate = "duplicate",
    Forwarded = "forwarded",
    Withdrawn = "withdrawn",
    NotForUs = "not_for_us",
    Spam = "spam",
});

impl Outcome {
    /// Whether it is one of the decisions of the Criminal Procedure Code (art. 147), which have a number and a date.
    pub const fn is_formal(self) -> bool {
        match self {
            Self::CaseOpened | Self::NoCase => true,
            Self::Listed
            | Self::Insufficient
            | Self::NotAScam
            | Self::Duplicate
            | Self::Forwarded
            | Self::Withdrawn
            | Self::NotForUs
            | Self::Spam => false,
        }
    }

    /// Whether a supervisor gives it; the others come of something else that is done.
    pub const fn is_decided(self) -> bool {
        match self {
            Self::CaseOpened
            | Self::NoCase
            | Self::Insufficient
            | Self::NotAScam
            | Self::Forwarded
            | Self::Withdrawn
            | Self::NotForUs
            | Self::Spam => true,
            Self::Listed | Self::Duplicate => false,
        }
    }
}

/// What of a report is sealed: opened with a reason, which is written down, and counted to the reporter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum SealedPart {
    Contact,
    Story,
    SmsSender,
    /// The original of the file with this number, from 1.
    File(u8),
}

impl SealedPart {
    /// The part of a machine word: `contact`, `story`, `sms_sender`, `file:2`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "contact" => Some(Self::Contact),
            "story" => Some(Self::Story),
            "sms_sender" => Some(Self::SmsSender),
            _ => {
                let number = word.strip_prefix("file:")?;
                let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
                let number = number.parse().ok().filter(|number| *number > 0 && is_plain);
                number.map(Self::File)
            }
        }
    }
}

impl std::fmt::Display for SealedPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Contact => f.write_str("contact"),
            Self::Story => f.write_str("story"),
            Self::SmsSender => f.write_str("sms_sender"),
            Self::File(number) => write!(f, "file:{number}"),
        }
    }
}

/// Who wrote a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Unit,
    Reporter,
}

words!(Side { Unit = "unit", Reporter = "reporter" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_there_and_back() {
        for role in IdentifierRole::ALL {
            assert_eq!(IdentifierRole::parse(role.as_str()), Some(*role));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(*outcome));
            assert_eq!(
                serde_json::to_string(outcome).unwrap(),
                format!("\"{}\"", outcome.as_str())
            );
        }
        for state in ReportState::ALL {
            assert_eq!(ReportState::parse(state.as_str()), Some(*state));
        }
        assert_eq!(Outcome::parse("listing"), None);
    }

    #[test]
    fn a_sealed_part_is_named_exactly() {
        for word in ["contact", "story", "sms_sender", "file:1", "file:255"] {
            let part = SealedPart::parse(word).expect(word);
            assert_eq!(part.to_string(), word);
        }
        for word in [
            "", "file", "file:", "file:0", "file:256", "file:+1", "name", "file:1 ",
        ] {
            assert_eq!(SealedPart::parse(word), None, "{word}");
        }
    }
}
