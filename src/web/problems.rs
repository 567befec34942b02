//! `/problems`: what each problem means and what to do, for people. The `type` of a problem (RFC 9457) is the address of
//! its page here.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    page_context::PageContext,
    render::{Page, page},
};
use crate::{
    domain::message::Lang,
    http::state::State,
    present::{
        problem_catalogue::{self, ProblemKind},
        problem_code::ProblemCode,
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(list))
        .route("/{code}", web::get().to(one));
}

#[derive(Template)]
#[template(path = "problem_list.html")]
struct ProblemsPage {
    s: PageContext,
    kinds: &'static [ProblemKind],
}

#[derive(Template)]
#[template(path = "problem_kind.html")]
struct ProblemKindPage {
    s: PageContext,
    kind: &'static ProblemKind,
    uri: String,
    /// The reader's language first: what the same page says in each.
    texts: [Text; 2],
}

struct Text {
    lang: Lang,
    title: &'static str,
    meaning: &'static str,
    to_do: &'static str,
    remedy: &'static str,
}

async fn list(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = ProblemsPage {
        s: PageContext::outside(&request),
        kinds: problem_catalogue::all(),
    };
    page(&request, Page::Public, &template)
}

async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    code: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let kind = problem_catalogue::find(&code).ok_or_else(|| Failure::of(ProblemCode::NotFound))?;
    let s = PageContext::outside(&request);
    let mut texts = texts(kind);
    if s.lang == Lang::En {
        texts.reverse();
    }
    let template = ProblemKindPage {
        uri: problem_catalogue::type_uri(kind.code, &state.issuer.url),
        s,
        kind,
        texts,
    };
    page(&request, Page::Public, &template)
}

fn texts(kind: &ProblemKind) -> [Text; 2] {
    [
        Text {
            lang: Lang::Vi,
            title: kind.title_vi,
            meaning: kind.meaning_vi,
            to_do: "Nên làm gì",
            remedy: kind.remedy_vi,
        },
        Text {
            lang: Lang::En,
            title: kind.title_en,
            meaning: kind.meaning_en,
            to_do: "What to do",
            remedy: kind.remedy_en,
        },
    ]
}
