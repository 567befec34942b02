//! What the page of a card tells (`config/method_pages.tsv`): how it goes, what is said, how it is known, what to do, and
//! texts for those who warn others. Each in both languages; the cards stand in groups that people recognise.

use std::{collections::HashMap, sync::LazyLock};

use super::MethodId;
use crate::domain::{message::Lang, tsv};

const TABLE: &str = include_str!("../../../config/method_pages.tsv");

/// A group of cards, by what meets one first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its lasting name, in the names of pictures too.
    pub slug: &'static str,
    pub name_vi: &'static str,
    pub name_en: &'static str,
}

/// What the page of a card tells, in one language.
#[derive(Debug)]
pub struct Story {
    /// What happens, step by step.
    pub how: Vec<&'static str>,
    /// What the scammer says.
    pub says: Vec<&'static str>,
    /// How it is known.
    pub signs: Vec<&'static str>,
    /// A typical case, put together from several.
    pub case: &'static str,
    /// What the case is: nobody real.
    pub note: &'static str,
    pub does: Vec<&'static str>,
    pub donts: Vec<&'static str>,
    /// To be read out over a loudspeaker.
    pub loudspeaker: &'static str,
    /// To be sent on, 160 characters at most.
    pub sms: &'static str,
}

struct Told {
    group: Group,
    vi: Option<Story>,
    en: Option<Story>,
}

static STORIES: LazyLock<HashMap<&str, Told>> = LazyLock::new(|| {
    let mut stories: HashMap<&str, Told> = HashMap::new();
    for row in tsv::rows(TABLE) {
        let group = Group {
            slug: row.get("group"),
            name_vi: row.get("group_vi"),
            name_en: row.get("group_en"),
        };
        let told = stories.entry(row.get("slug")).or_insert(Told {
            group,
            vi: None,
            en: None,
        });
        let place = match row.get("lang") {
            "en" => &mut told.en,
            _ => &mut told.vi,
        };
        *place = Some(story(&row));
    }
    stories
});

/// The groups in the order of the table.
static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let mut groups: Vec<Group> = Vec::new();
    for row in tsv::rows(TABLE) {
        let told = STORIES.get(row.get("slug")).map(|told| told.group);
        groups.extend(told.filter(|group| !groups.contains(group)));
    }
    groups
});

fn story(row: &tsv::Row<'static>) -> Story {
    let lines = |column: &str| row.get(column).split(" | ").collect();
    Story {
        how: lines("how"),
        says: lines("says"),
        signs: lines("signs"),
        case: row.get("case"),
        note: row.get("note"),
        does: lines("do"),
        donts: lines("dont"),
        loudspeaker: row.get("loudspeaker"),
        sms: row.get("sms"),
    }
}

/// All groups.
pub fn groups() -> &'static [Group] {
    &GROUPS
}

impl MethodId {
    /// The group that the card stands in.
    pub fn group(self) -> Option<Group> {
        STORIES.get(self.slug()).map(|told| told.group)
    }

    /// What its page tells.
    pub fn story(self, lang: Lang) -> Option<&'static Story> {
        let told = STORIES.get(self.slug())?;
        match lang {
            Lang::Vi => told.vi.as_ref(),
            Lang::En => told.en.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::method;

    #[test]
    fn every_card_has_its_story_in_both_languages_and_a_group() {
        assert_eq!(groups().len(), 9);
        for card in method::all() {
            assert!(
                card.id
                    .group()
                    .is_some_and(|group| groups().contains(&group))
            );
            for lang in [Lang::Vi, Lang::En] {
                let story = card.id.story(lang).unwrap();
                for lines in [
                    &story.how,
                    &story.says,
                    &story.signs,
                    &story.does,
                    &story.donts,
                ] {
                    assert!(
                        lines.len() > 1 && lines.iter().all(|line| !line.is_empty()),
                        "{}",
                        card.slug
                    );
                }
                for text in [story.case, story.note, story.loudspeaker] {
                    assert!(!text.is_empty(), "{}", card.slug);
                }
            }
        }
    }

    #[test]
    fn a_text_to_send_on_is_one_message_and_says_khong_where_it_forbids() {
        for card in method::all() {
            for lang in [Lang::Vi, Lang::En] {
                let sms = card.id.story(lang).unwrap().sms;
                assert!(
                    sms.is_ascii() && sms.len() <= 160 && !sms.is_empty(),
                    "{sms}"
                );
                let plain = sms
                    .to_lowercase()
                    .replace("ung dung", "")
                    .replace("noi dung", "");
                let mut words = plain.split(|c: char| !c.is_alphanumeric());
                assert!(!words.any(|word| word == "dung"), "{sms}");
            }
        }
    }
}
