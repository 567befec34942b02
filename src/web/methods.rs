//! The known ways of scamming: a list that can be searched, and a page for each.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    forms::Fields,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{
        message::Lang,
        method::{
            self, Method, MethodId,
            story::{self, Group, Story},
        },
        text::toneless,
    },
    http::state::State,
    present::{problem_code::ProblemCode, words},
};

/// Longest words that are searched for, in characters.
const MAX_ASKED: usize = 100;
/// Other cards of the same family shown below a card.
const MOST_RELATED: usize = 4;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Methods.both() {
        config
            .route(&format!("/{slug}"), web::get().to(list))
            .route(&format!("/{slug}/{{method}}"), web::get().to(one));
    }
}

#[derive(Template)]
#[template(path = "methods.html")]
struct MethodsPage {
    s: PageContext,
    asked: String,
    groups: Vec<Shelf>,
}

/// A group with the cards of it that were found.
struct Shelf {
    group: Group,
    /// Address of its picture.
    picture: String,
    cards: Vec<&'static Method>,
}

#[derive(Template)]
#[template(path = "method.html")]
struct MethodPage {
    s: PageContext,
    method: &'static Method,
    story: &'static Story,
    /// Address of its group's picture.
    picture: String,
    /// Numbers and accounts that are listed with it now.
    listed: u64,
    related: Vec<&'static Method>,
}

async fn list(request: HttpRequest, fields: Fields) -> Result<HttpResponse, Failure> {
    let asked: String = fields.get("q").chars().take(MAX_ASKED).collect();
    let template = MethodsPage {
        s: PageContext::public(&request, Nav::Methods, ""),
        groups: shelves(&search(&asked)),
        asked,
    };
    page(&request, Page::Public, &template)
}

async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    slug: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let missing = || Failure::of(ProblemCode::NotFound);
    let method = MethodId::parse(&slug).map_err(|_| missing())?.method();
    let s = PageContext::public(&request, Nav::Methods, &format!("/{}", method.slug));
    let group = method.id.group().ok_or_else(missing)?;
    let counts = state.registry.statistics();
    let family = method::all().iter();
    let template = MethodPage {
        story: method.id.story(s.lang).ok_or_else(missing)?,
        picture: picture(group),
        listed: counts.map_or(0, |counts| counts.listed_with(method.id)),
        related: family
            .filter(|other| other.id.group() == Some(group) && other.id != method.id)
            .take(MOST_RELATED)
            .collect(),
        method,
        s,
    };
    page(&request, Page::Public, &template)
}

/// The address of a group's picture.
pub(super) fn picture(group: Group) -> String {
    format!("/assets/nhom-{}.svg", group.slug.replace('_', "-"))
}

/// Cards, in their groups.
fn shelves(found: &[&'static Method]) -> Vec<Shelf> {
    let mut cards: BTreeMap<&str, Vec<&'static Method>> = BTreeMap::new();
    for card in found {
        let group = card.id.group().map_or("", |group| group.slug);
        cards.entry(group).or_default().push(card);
    }
    let groups = story::groups().iter();
    let shelf = |group: &Group| {
        Some(Shelf {
            group: *group,
            picture: picture(*group),
            cards: cards.remove(group.slug)?,
        })
    };
    groups.filter_map(shelf).collect()
}

/// Slug and name of each method, to choose from.
pub(super) fn choices(lang: Lang) -> Vec<(&'static str, &'static str)> {
    let all = method::all().iter();
    all.map(|method| (method.slug, words::method(method.id, lang)))
        .collect()
}

/// Cards in whose text every word stands, tones aside; else the one that such words usually speak of. All when nothing
/// is asked.
fn search(asked: &str) -> Vec<&'static Method> {
    let asked = toneless(asked);
    let words: Vec<&str> = asked.split_whitespace().collect();
    let found: Vec<_> = method::all()
        .iter()
        .filter(|card| {
            let stories = [Lang::Vi, Lang::En].map(|lang| card.id.story(lang));
            let stories = stories.into_iter().flatten();
            let stories: Vec<String> = stories
                .map(|story| format!("{} {}", story.how.join(" "), story.signs.join(" ")))
                .collect();
            let text = toneless(&format!(
                "{} {} {} {} {}",
                card.name_vi,
                card.name_en,
                card.advice_vi,
                card.slug.replace('_', " "),
                stories.join(" "),
            ));
            words.iter().all(|word| text.contains(word))
        })
        .collect();
    if !found.is_empty() {
        return found;
    }
    let likely = method::recognise(&asked);
    let known = likely != MethodId::other();
    known.then(|| likely.method()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slugs(asked: &str) -> Vec<&'static str> {
        search(asked).iter().map(|card| card.slug).collect()
    }

    #[test]
    fn nothing_asked_gives_every_card() {
        assert_eq!(slugs("  ").len(), method::all().len());
    }

    #[test]
    fn words_are_found_without_tones_in_any_order() {
        for asked in ["giả danh công an", "CONG AN gia danh", "fake police"] {
            assert!(slugs(asked).contains(&"gia_danh_cong_an"), "{asked}");
        }
        assert!(slugs("zzz qqq").is_empty());
    }

    #[test]
    fn words_that_no_card_has_lead_to_the_card_they_speak_of() {
        assert_eq!(slugs("bị phạt nguội csgt"), ["gia_danh_cong_an"]);
    }
}
