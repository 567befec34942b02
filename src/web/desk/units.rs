//! `/desk/units`: the units, by search and as a tree. They come with the program and are only read.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::request::Desk;
use crate::{
    domain::{
        message::Lang,
        unit::{self, Unit, UnitCode},
    },
    present::{problem_code::ProblemCode, words},
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
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
    above: Vec<(&'static str, &'static str)>,
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
    fn of(unit: &Unit, name: String, lang: Lang) -> Self {
        Self {
            code: unit.code.as_str(),
            name,
            kind: words::unit_kind(unit.kind, lang),
            below: unit::children(unit.code).len(),
        }
    }
}

async fn search(desk: Desk, fields: Fields) -> Answer {
    let s = desk.context();
    let asked = fields.get("q");
    if asked.is_empty() {
        return tree(&desk, UnitCode::national());
    }
    let mut found: Vec<UnitCode> = unit::search(asked).iter().map(|unit| unit.code).collect();
    if found.is_empty() {
        // "Bỉm Sơn, Thanh Hóa": the place that all the words name together.
        found.extend(unit::locate(asked, None));
    }
    let rows = found.into_iter().map(|code| {
        let name = words::unit_in_full(code, s.lang);
        Row::of(code.unit(), name, s.lang)
    });
    let template = UnitsPage {
        heading: s.t("Kết quả tìm", "Found").to_owned(),
        asked: asked.to_owned(),
        above: vec![("", s.t("Đơn vị", "Units"))],
        rows: rows.collect(),
        s,
    };
    desk.page(StatusCode::OK, &template)
}

async fn below(desk: Desk, code: web::Path<String>) -> Answer {
    let code = UnitCode::parse(&code).map_err(|_| Failure::of(ProblemCode::NotFound))?;
    tree(&desk, code)
}

fn tree(desk: &Desk, of: UnitCode) -> Answer {
    let s = desk.context();
    let all = s.lang.pick("Đơn vị", "Units");
    let mut above = Vec::new();
    let mut at = of.parent();
    while let Some(code) = at {
        above.push(match code == UnitCode::national() {
            true => ("", all),
            false => (code.as_str(), words::unit(code, s.lang)),
        });
        at = code.parent();
    }
    above.reverse();
    let rows = unit::children(of).map(|unit| {
        let name = words::unit(unit.code, s.lang).to_owned();
        Row::of(unit, name, s.lang)
    });
    let template = UnitsPage {
        heading: match of == UnitCode::national() {
            true => all.to_owned(),
            false => format!("{} ({of})", words::unit(of, s.lang)),
        },
        asked: String::new(),
        above,
        rows: rows.collect(),
        s,
    };
    desk.page(StatusCode::OK, &template)
}
