//! Trials of text messages: whatever comes in, what goes out fits one message of a plain alphabet.

use uuid::Uuid;

use super::sms::{answer, sender, without_keyword};
use crate::{
    domain::{
        findings::Findings,
        message::SMS_LENGTH,
        method::{self, MethodId},
        time::Time,
        unit::{self, UnitCode},
    },
    registry::{
        check::{Listings, OfficialName},
        told::tell,
    },
    store::schema::Live,
};

/// A registry in which everything is listed whose key has this rest when its length is divided by three.
struct EveryThird(usize);

impl Listings for EveryThird {
    fn listed(&self, key: &str, now: Time) -> Option<Live> {
        let place = u16::try_from(key.len()).ok()?;
        (key.len() % 3 == self.0).then_some(Live {
            listing: Uuid::nil(),
            method: MethodId::from_index(place % u16::try_from(method::all().len()).ok()?)?,
            unit: UnitCode::from_index((place * 37) % u16::try_from(unit::all().len()).ok()?)?,
            listed_at: now,
            valid_until: now.plus_days(90),
            renewed_at: None,
            disputed: false,
            ledger_index: 1,
            payload: 1,
        })
    }

    fn added_official(&self, key: &str) -> Option<OfficialName> {
        (key.len() % 3 == 2).then(|| OfficialName {
            vi: key.repeat(9),
            en: key.to_owned(),
        })
    }
}

/// A message, with the number that sent it in the first line.
pub(crate) fn sms(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (from, text) = text.split_once('\n').unwrap_or(("", &text));
    let rest = without_keyword(text);
    assert!(text.ends_with(rest));
    let now = Time::from_millis(1_795_457_640_000);
    for listed in 0..4 {
        let told = answer(&tell(&EveryThird(listed), Findings::of(rest), now).first);
        assert!(told.len() <= SMS_LENGTH && told.is_ascii() && !told.is_empty());
        assert!(!told.contains(|c: char| c.is_control()));
    }
    if let Ok(key) = sender(Some(from.to_owned())) {
        // Whoever writes his number in another spelling is the same sender.
        assert_eq!(sender(Some(format!(" {from}"))).ok().as_ref(), Some(&key));
        assert_eq!(sender(Some(key.clone())).ok(), Some(key));
    }
}
