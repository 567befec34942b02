//! Posters for counters and notice boards: each unit has one sheet with what is going round there now, to be read from two
//! metres.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    first_call::police_phone,
    forms::Fields,
    methods::picture,
    page_context::{Nav, PageContext},
    qr,
    render::{Page, page},
};
use crate::{
    domain::{
        message::Lang,
        method::{self, Method, MethodId},
        time::Time,
        unit::{self, UnitCode},
    },
    http::state::State,
    present::{problem_code::ProblemCode, words},
    registry::statistics::Statistics,
};

/// Longest name that is searched for, in characters.
const MAX_ASKED: usize = 100;
/// Methods on a poster: as many as one sheet holds in letters that the old read from two metres.
const MOST_METHODS: usize = 3;
/// Characters of advice on a poster: a line or two.
const MAX_ADVICE: usize = 60;
/// Sizes of paper (ISO 216), the usual one first.
const SIZES: [&str; 3] = ["a4", "a3", "a5"];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Posters.both() {
        config
            .route(&format!("/{slug}"), web::get().to(search))
            .route(&format!("/{slug}/{{unit}}"), web::get().to(poster));
    }
}

#[derive(Template)]
#[template(path = "posters.html")]
struct PostersPage {
    s: PageContext,
    asked: String,
    found: Vec<Found>,
}

struct Found {
    code: &'static str,
    name: String,
    /// The unit above, to tell units of one name apart.
    above: &'static str,
}

#[derive(Template)]
#[template(path = "poster.html")]
struct PosterPage {
    s: PageContext,
    police: String,
    /// The police's own number, as it is shown and as it is dialled.
    phone: Option<(String, String)>,
    /// Address of the picture beside the police's name.
    emblem: &'static str,
    /// The registry's address is of no use on paper.
    is_local: bool,
    month: String,
    /// Name and advice.
    methods: Vec<(&'static str, &'static str)>,
    /// Address of the picture of the first method's group.
    picture: String,
    qr: String,
    address: String,
    /// Of the paper, one of [`SIZES`].
    size: &'static str,
    /// The others, and their addresses.
    sizes: Vec<(&'static str, String)>,
}

async fn search(request: HttpRequest, fields: Fields) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Posters, "");
    let asked: String = fields.get("q").chars().take(MAX_ASKED).collect();
    let found = unit::search(&asked).into_iter();
    let template = PostersPage {
        found: found
            .map(|unit| Found {
                code: unit.code.as_str(),
                name: words::police_of(unit, s.lang),
                above: unit.parent.map_or("", |above| words::unit(above, s.lang)),
            })
            .collect(),
        s,
        asked,
    };
    page(&request, Page::Public, &template)
}

async fn poster(
    request: HttpRequest,
    state: web::Data<State>,
    code: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let size = SIZES.into_iter().find(|size| *size == fields.get("size"));
    let size = size.unwrap_or(SIZES[0]);
    let unit = UnitCode::parse(&code).map_err(|_| Failure::of(ProblemCode::NotFound))?;
    let mut s = PageContext::public(&request, Nav::Posters, &format!("/{unit}"));
    let own = s.path.clone();
    s.other = format!("{}?size={size}", s.other);
    let (now, url) = (state.now(), &state.issuer.url);
    let phone = police_phone(&state, unit);
    let has_emblem = s.authority.as_ref().is_some_and(|who| who.logo.is_some());
    let is_local = state.is_local();
    let counts = state.registry.statistics();
    let check = format!("{url}/{}", s.code());
    let chosen = methods(counts.as_deref(), unit);
    let group = chosen.first().and_then(|card| card.id.group());
    let template = PosterPage {
        // The country's sheet is nobody's own: the ministry has not put its name to it.
        police: match unit == UnitCode::national() {
            true => s.t("Cả nước", "The whole country").to_owned(),
            false => words::police_of(unit.unit(), s.lang),
        },
        phone,
        emblem: match has_emblem {
            true => "/authority-logo",
            false => "/assets/mark.svg",
        },
        is_local,
        month: month(now, s.lang),
        picture: group.map(picture).unwrap_or_default(),
        size,
        sizes: SIZES
            .into_iter()
            .filter(|other| *other != size)
            .map(|other| (other, format!("{own}?size={other}")))
            .collect(),
        methods: chosen
            .into_iter()
            .map(|card| {
                let advice = s.t(card.advice_vi, card.advice_en);
                (s.t(card.name_vi, card.name_en), first_line(advice))
            })
            .collect(),
        qr: qr::picture(&check),
        address: check
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .to_owned(),
        s,
    };
    page(&request, Page::Public, &template)
}

/// What goes round in the unit, then in its province, then in the country; the best known cards fill what is left.
fn methods(counts: Option<&Statistics>, unit: UnitCode) -> Vec<&'static Method> {
    let places = [Some(unit), unit.province(), Some(UnitCode::national())];
    let counted = places
        .into_iter()
        .flatten()
        .flat_map(|place| counts.map_or_else(Vec::new, |counts| counts.methods_in(place)));
    let known = method::all().iter().map(|card| card.id);
    let mut chosen: Vec<MethodId> = Vec::new();
    for id in counted.chain(known) {
        // "Something else" teaches nobody anything.
        if id != MethodId::other() && !chosen.contains(&id) {
            chosen.push(id);
        }
        if chosen.len() == MOST_METHODS {
            break;
        }
    }
    chosen.into_iter().map(MethodId::method).collect()
}

/// As many whole sentences as a line holds, at least one.
fn first_line(advice: &str) -> &str {
    let ends = advice.match_indices(". ").map(|(at, _)| at + 1);
    let mut line = None;
    for end in ends.chain([advice.len()]) {
        if line.is_none() || advice[..end].chars().count() <= MAX_ADVICE {
            line = Some(&advice[..end]);
        }
    }
    line.unwrap_or(advice)
}

fn month(now: Time, lang: Lang) -> String {
    let day = words::day(now, lang);
    match lang {
        Lang::Vi => day.get(3..),
        Lang::En => day.get(..7),
    }
    .unwrap_or_default()
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_on_a_poster_is_whole_sentences_of_one_line() {
        assert_eq!(first_line("Cúp máy. Gọi 113."), "Cúp máy. Gọi 113.");
        let long = format!("Cúp máy. {}.", "dài ".repeat(30));
        assert_eq!(first_line(&long), "Cúp máy.");
        let one = "dài ".repeat(30);
        assert_eq!(first_line(&one), one);
    }
}
