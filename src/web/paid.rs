//! What to do when money is gone: whom to call, what to keep, what to tell the police.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    forms::Fields,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::domain::{
    hotline::{self, Hotline, Sure},
    message::Lang,
    text::toneless,
};

/// Longest words that are searched for, in characters.
const MAX_ASKED: usize = 100;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Paid.both() {
        config
            .route(&format!("/{slug}"), web::get().to(open))
            .route(&format!("/{slug}"), web::post().to(search));
    }
}

#[derive(Template)]
#[template(path = "paid.html")]
struct PaidPage {
    s: PageContext,
    asked: String,
    found: Vec<&'static Hotline>,
    /// Institutions without a number that was verified.
    unknown: Vec<&'static str>,
}

impl PaidPage {
    fn of(request: &HttpRequest, asked: &str) -> Self {
        let (sure, unsure): (Vec<&Hotline>, Vec<&Hotline>) = hotline::all()
            .iter()
            .filter(|one| fits(asked, one))
            .partition(|one| one.sure != Sure::Low);
        Self {
            s: PageContext::public(request, Nav::Paid, ""),
            asked: asked.to_owned(),
            found: sure,
            unknown: unsure.into_iter().map(|one| one.name).collect(),
        }
    }

    /// When a number was seen last, in the reader's way.
    fn seen(&self, seen: &str) -> String {
        written(seen, self.s.lang)
    }
}

async fn open(request: HttpRequest) -> Result<HttpResponse, Failure> {
    page(&request, Page::Public, &PaidPage::of(&request, ""))
}

/// A day or month as people write it: `2026-09-30` is `30/09/2026`, `2025-11` is `11/2025`.
fn written(seen: &str, lang: Lang) -> String {
    match lang {
        Lang::Vi => seen.rsplit('-').collect::<Vec<_>>().join("/"),
        Lang::En => seen.to_owned(),
    }
}

/// What is searched for comes in a body: people paste an account where a bank is asked for.
async fn search(request: HttpRequest, fields: Fields) -> Result<HttpResponse, Failure> {
    let asked: String = fields.get("bank").chars().take(MAX_ASKED).collect();
    page(&request, Page::Answer, &PaidPage::of(&request, &asked))
}

/// Whether every word stands in one of an institution's names.
fn fits(asked: &str, one: &Hotline) -> bool {
    let asked = toneless(asked);
    let names = toneless(&format!("{} {}", one.name, one.aliases.join(" ")));
    asked.split_whitespace().all(|word| names.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_a_number_was_seen_is_written_as_each_language_does() {
        assert_eq!(written("2026-09-30", Lang::Vi), "30/09/2026");
        assert_eq!(written("2025-11", Lang::Vi), "11/2025");
        assert_eq!(written("2026", Lang::Vi), "2026");
        assert_eq!(written("2026-09-30", Lang::En), "2026-09-30");
    }

    #[test]
    fn a_bank_is_found_by_any_of_its_names_and_nothing_by_an_account() {
        let found = |asked: &str| -> Vec<&str> {
            let all = hotline::all().iter().filter(|one| fits(asked, one));
            all.map(|one| one.name).collect()
        };
        assert_eq!(found("").len(), hotline::all().len());
        assert_eq!(found("ngoại thương"), ["Vietcombank"]);
        assert!(found("vcb").contains(&"Vietcombank"));
        assert!(found("0000000070001").is_empty());
    }
}
