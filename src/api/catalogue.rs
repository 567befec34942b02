//! What everybody may look up: methods, banks, wallets, units.

use actix_web::{HttpRequest, HttpResponse, get, web::Path};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{
        bank,
        message::Lang,
        method::{self, Method},
        unit::{self, Unit, UnitCode, UnitKind},
        wallet,
    },
    http::{
        extract::{Language, Query},
        headers,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
};

/// How long the catalogue may be kept, in seconds. It changes with a release.
const MAX_AGE: u32 = 3600;

fn serve(request: &HttpRequest, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    let bytes = serde_json::to_vec(body).map_err(|_| Problem::new(ProblemCode::Internal))?;
    Ok(headers::cached(request, "application/json", bytes, MAX_AGE))
}

/// A list with nothing after it.
#[derive(Serialize, ToSchema)]
pub struct Items<T: ToSchema> {
    pub items: Vec<T>,
    /// Always `null`: the list is whole.
    pub next_cursor: Option<String>,
}

impl<T: ToSchema> Items<T> {
    fn all(items: impl Iterator<Item = T>) -> Self {
        Self {
            items: items.collect(),
            next_cursor: None,
        }
    }
}

/// A way of scamming.
#[derive(Serialize, ToSchema)]
pub struct MethodJson {
    pub slug: &'static str,
    /// In the language asked for.
    pub name: &'static str,
    pub description: &'static str,
    pub advice: &'static str,
    pub group: &'static str,
    pub name_vi: &'static str,
    pub name_en: &'static str,
    pub description_vi: &'static str,
    pub description_en: &'static str,
    pub advice_vi: &'static str,
    pub advice_en: &'static str,
}

fn method_json(method: &'static Method, lang: Lang) -> MethodJson {
    let pick = |vi, en| match lang {
        Lang::Vi => vi,
        Lang::En => en,
    };
    MethodJson {
        slug: method.slug,
        name: pick(method.name_vi, method.name_en),
        description: pick(method.description_vi, method.description_en),
        advice: pick(method.advice_vi, method.advice_en),
        group: method.group,
        name_vi: method.name_vi,
        name_en: method.name_en,
        description_vi: method.description_vi,
        description_en: method.description_en,
        advice_vi: method.advice_vi,
        advice_en: method.advice_en,
    }
}

/// The known ways of scamming.
#[utoipa::path(
    operation_id = "list_methods",tag = "catalogue", responses((status = 200, body = Items<MethodJson>), (status = 304)))]
#[get("/v1/methods")]
pub async fn methods(request: HttpRequest, lang: Language) -> Result<HttpResponse, Problem> {
    let all = method::all().iter().map(|m| method_json(m, lang.0));
    serve(&request, &Items::all(all))
}

/// One way of scamming.
#[utoipa::path(
    operation_id = "get_method",
    tag = "catalogue",
    params(("slug" = String, Path, example = "gia_danh_cong_an")),
    responses(
        (status = 200, body = MethodJson),
        (status = 304),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/methods/{slug}")]
pub async fn one_method(
    request: HttpRequest,
    slug: Path<String>,
    lang: Language,
) -> Result<HttpResponse, Problem> {
    let id = method::MethodId::parse(&slug).map_err(|_| Problem::new(ProblemCode::NotFound))?;
    serve(&request, &method_json(id.method(), lang.0))
}

/// A bank.
#[derive(Serialize, ToSchema)]
pub struct BankJson {
    /// Six digits; the key, since letter codes clash.
    pub bin: String,
    pub code: &'static str,
    pub short_name: &'static str,
    /// In the language asked for.
    pub name: &'static str,
    pub name_vi: &'static str,
    pub name_en: &'static str,
    pub kind: &'static str,
}

/// The banks that accounts can be at.
#[utoipa::path(
    operation_id = "list_banks",tag = "catalogue", responses((status = 200, body = Items<BankJson>), (status = 304)))]
#[get("/v1/banks")]
pub async fn banks(request: HttpRequest, lang: Language) -> Result<HttpResponse, Problem> {
    let all = bank::all().iter().map(|bank| BankJson {
        bin: bank.bin.to_string(),
        code: bank.code,
        short_name: bank.short_name,
        name: match lang.0 {
            Lang::Vi => bank.name_vi,
            Lang::En => bank.name_en,
        },
        name_vi: bank.name_vi,
        name_en: bank.name_en,
        kind: bank.kind,
    });
    serve(&request, &Items::all(all))
}

/// A wallet provider.
#[derive(Serialize, ToSchema)]
pub struct WalletJson {
    pub slug: &'static str,
    pub name: &'static str,
    pub operator: &'static str,
}

/// The wallets that are known.
#[utoipa::path(
    operation_id = "list_wallets",tag = "catalogue", responses((status = 200, body = Items<WalletJson>), (status = 304)))]
#[get("/v1/wallets")]
pub async fn wallets(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let all = wallet::all().iter().map(|provider| WalletJson {
        slug: provider.slug,
        name: provider.name,
        operator: provider.operator,
    });
    serve(&request, &Items::all(all))
}

/// A police unit.
#[derive(Serialize, ToSchema)]
pub struct UnitJson {
    /// `VN`, two digits of a province, or five of a commune (codes since 2025-07-01).
    pub code: &'static str,
    /// In the language asked for.
    pub name: &'static str,
    pub name_vi: &'static str,
    pub name_en: &'static str,
    pub kind: UnitKind,
    pub parent: Option<&'static str>,
}

fn unit_json(unit: &'static Unit, lang: Lang) -> UnitJson {
    UnitJson {
        code: unit.code.as_str(),
        name: match lang {
            Lang::Vi => unit.name_vi,
            Lang::En => unit.name_en.as_str(),
        },
        name_vi: unit.name_vi,
        name_en: unit.name_en.as_str(),
        kind: unit.kind,
        parent: unit.parent.map(UnitCode::as_str),
    }
}

/// Which part of the tree.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnitsQuery {
    /// Only the units right below this one.
    parent: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    cursor: Option<String>,
}

/// A page of units.
#[derive(Serialize, ToSchema)]
pub struct UnitPage {
    pub items: Vec<UnitJson>,
    pub next_cursor: Option<String>,
}

/// The units, as a tree: national, provinces, communes.
#[utoipa::path(
    operation_id = "list_units",
    tag = "catalogue",
    params(UnitsQuery),
    responses(
        (status = 200, body = UnitPage),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/units")]
pub async fn units(
    request: HttpRequest,
    query: Query<UnitsQuery>,
    lang: Language,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let limit = super::view::limit(query.limit)?;
    let start = match query.cursor.as_deref() {
        Some(code) => {
            let after =
                UnitCode::parse(code).map_err(|_| Problem::new(ProblemCode::CursorInvalid))?;
            usize::from(after.index()) + 1
        }
        None => 0,
    };
    let parent = query
        .parent
        .as_deref()
        .map(UnitCode::parse)
        .transpose()
        .map_err(|_| Problem::new(ProblemCode::UnknownUnit))?;
    let mut matching = unit::all()
        .iter()
        .filter(|unit| usize::from(unit.code.index()) >= start)
        .filter(|unit| parent.is_none() || unit.parent == parent);
    let items: Vec<_> = matching
        .by_ref()
        .take(limit)
        .map(|unit| unit_json(unit, lang.0))
        .collect();
    let next_cursor = matching
        .next()
        .and(items.last())
        .map(|unit| unit.code.to_owned());
    serve(&request, &UnitPage { items, next_cursor })
}

/// One unit.
#[utoipa::path(
    operation_id = "get_unit",
    tag = "catalogue",
    params(("code" = String, Path, example = "38")),
    responses(
        (status = 200, body = UnitJson),
        (status = 304),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/units/{code}")]
pub async fn one_unit(
    request: HttpRequest,
    code: Path<String>,
    lang: Language,
) -> Result<HttpResponse, Problem> {
    let code = UnitCode::parse(&code).map_err(|_| Problem::new(ProblemCode::NotFound))?;
    serve(&request, &unit_json(code.unit(), lang.0))
}
