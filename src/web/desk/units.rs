//! `/desk/units`: the units, by search and as a tree. They come with the program and are only read.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use crate::{
    domain::unit::{self, Unit, UnitCode},
    present::words,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/units", web::get().to(search))
        .route("/units/{code}", web::get().to(below));
}

#[derive(Template)]
#[template(path = "desk/units.html")]
struct UnitsPage {
    s: PageContext,
    asked: String,
    heading: String,
    /// The units above the one whose units are shown: code, name.
    above: Vec<(&'static str, String)>,
    rows: Vec<Row>,
}

struct Row {
    code: &'static str,
    name: String,
    kind: &'static str,
    /// How many units are below it.
    below: usize,
}

impl Row {
    /// A unit; `in_full` names the province too.
    fn of(s: &PageContext, unit: &Unit, in_full: bool) -> Self {
        Self {
            code: unit.code.as_str(),
            name: match in_full {
                true => words::unit_in_full(unit.code, s.lang),
                false => words::unit(unit.code, s.lang).to_owned(),
            },
            kind: words::unit_kind(unit.kind, s.lang),
            below: unit::children(unit.code).len(),
        }
    }
}

async fn search(request: HttpRequest, desk: Desk, fields: Fields) -> Result<HttpResponse, Failure> {
    let s = desk.context(&request);
    let asked = fields.get("q");
    if asked.is_empty() {
        return tree(&request, s, UnitCode::national());
    }
    let mut rows: Vec<Row> = unit::search(asked)
        .into_iter()
        .map(|unit| Row::of(&s, unit, true))
        .collect();
    if rows.is_empty() {
        // "Bỉm Sơn, Thanh Hóa": the place that all the words name together.
        let located = unit::locate(asked, None);
        rows.extend(located.map(|code| Row::of(&s, code.unit(), true)));
    }
    let template = UnitsPage {
        heading: s.t("Kết quả tìm", "Found").to_owned(),
        asked: asked.to_owned(),
        above: vec![("", s.t("Đơn vị", "Units").to_owned())],
        rows,
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn below(
    request: HttpRequest,
    desk: Desk,
    code: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let code = UnitCode::parse(&code).map_err(|_| Failure::of("not-found"))?;
    tree(&request, desk.context(&request), code)
}

fn tree(request: &HttpRequest, s: PageContext, of: UnitCode) -> Result<HttpResponse, Failure> {
    let mut above = Vec::new();
    let mut at = of.parent();
    while let Some(code) = at {
        let (code, name) = match code == UnitCode::national() {
            true => ("", s.t("Đơn vị", "Units").to_owned()),
            false => (code.as_str(), words::unit(code, s.lang).to_owned()),
        };
        above.push((code, name));
        at = UnitCode::parse(code).ok().and_then(UnitCode::parent);
    }
    above.reverse();
    let heading = match of == UnitCode::national() {
        true => s.t("Đơn vị", "Units").to_owned(),
        false => format!("{} ({of})", words::unit(of, s.lang)),
    };
    let template = UnitsPage {
        heading,
        asked: String::new(),
        above,
        rows: unit::children(of)
            .map(|unit| Row::of(&s, unit, false))
            .collect(),
        s,
    };
    page(request, Page::Private(StatusCode::OK), &template)
}
