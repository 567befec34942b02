//! `/docs`: the OpenAPI document as one page to be read, and the sizes that are allowed.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::{Map, Value};

use super::{
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    access::client::MAX_REQUEST_BYTES,
    domain::{findings::MAX_MESSAGE, listing::MAX_NOTE},
    http::{
        allowance::MAX_PARTNER_ITEMS,
        extract::{MAX_JSON_BYTES, MAX_KEY_CHARS},
        qr_picture,
        state::{MAX_ITEMS, State},
    },
    office_list,
    present::words,
    registry::feed::MAX_CHANGES,
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("", web::get().to(show));
}

/// Tags of the document in the order of the page: tag, Vietnamese, English.
const SECTIONS: [(&str, &str, &str); 9] = [
    ("check", "Tra số", "Checks"),
    ("catalogue", "Danh mục và thống kê", "Catalogue and counts"),
    ("partners", "Đối tác", "Partners"),
    ("feed", "Bản sao danh sách", "Feed"),
    ("session", "Đăng nhập", "Sessions"),
    ("listings", "Cảnh báo", "Listings"),
    ("imports", "Nhập danh sách", "Imports"),
    ("administration", "Quản trị", "Administration"),
    ("service", "Dịch vụ", "Service"),
];

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage {
    s: PageContext,
    description: String,
    /// What is limited, and how much.
    limits: Vec<(&'static str, String)>,
    sections: Vec<Section>,
    /// Name and JSON.
    schemas: Vec<(String, String)>,
}

struct Section {
    title: &'static str,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    summary: String,
    description: String,
    /// Name, place, description.
    parameters: Vec<[String; 3]>,
    /// Media type and schema of the body.
    bodies: Vec<[String; 2]>,
    /// Status and schema.
    answers: Vec<[String; 2]>,
}

async fn show(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let s = PageContext::outside(&request);
    let document = state.openapi.document();
    let template = ReferencePage {
        description: text(&document["info"], "description"),
        limits: limits(&s),
        sections: SECTIONS
            .iter()
            .map(|(tag, vi, en)| Section {
                title: s.t(vi, en),
                operations: operations(document, tag),
            })
            .collect(),
        schemas: members(&document["components"]["schemas"])
            .map(|(name, schema)| {
                let json = serde_json::to_string_pretty(schema);
                (name.clone(), json.unwrap_or_default())
            })
            .collect(),
        s,
    };
    page(&request, Page::Public, &template)
}

/// The sizes that problems point to, from the constants that hold them.
fn limits(s: &PageContext) -> Vec<(&'static str, String)> {
    let number = |n: usize| words::grouped(n as u64, s.lang);
    let characters = |n: usize| format!("{} {}", number(n), s.t("ký tự", "characters"));
    let items = |n: usize| format!("{} {}", number(n), s.t("mục", "items"));
    vec![
        (s.t("Nội dung JSON", "A JSON body"), size(MAX_JSON_BYTES)),
        (
            s.t("Tệp danh sách (CSV, XLSX)", "A list (CSV, XLSX)"),
            size(office_list::MAX_FILE_BYTES),
        ),
        (
            s.t(
                "Ảnh mã QR (PNG, JPEG, WebP)",
                "A picture of a QR code (PNG, JPEG, WebP)",
            ),
            size(qr_picture::MAX_BYTES),
        ),
        (
            s.t("Biểu mẫu xin token", "The form that asks for a token"),
            size(MAX_REQUEST_BYTES),
        ),
        (
            s.t("Một lần tra, không có token", "One check, without a token"),
            items(MAX_ITEMS),
        ),
        (
            s.t(
                "Một lần tra của đối tác (check:bulk)",
                "One check of a partner (check:bulk)",
            ),
            items(MAX_PARTNER_ITEMS as usize),
        ),
        (
            s.t(
                "Nội dung q của một mục (phần vượt quá không được đọc)",
                "The text q of an item (what is beyond is not read)",
            ),
            characters(MAX_MESSAGE),
        ),
        (
            s.t("Ghi chú, lý do", "A note or reason"),
            characters(MAX_NOTE),
        ),
        (
            s.t("Tiêu đề Idempotency-Key", "The header Idempotency-Key"),
            characters(MAX_KEY_CHARS),
        ),
        (
            s.t("Thay đổi trong một lần lấy", "Changes in one pull"),
            items(MAX_CHANGES),
        ),
    ]
}

fn size(bytes: usize) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", bytes >> 10),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

fn operations(document: &Value, tag: &str) -> Vec<Operation> {
    members(&document["paths"])
        .flat_map(|(path, item)| members(item).map(move |(method, one)| (path, method, one)))
        .filter(|(_, _, described)| described["tags"][0] == tag)
        .map(|(path, method, described)| operation(path, method, described))
        .collect()
}

fn operation(path: &str, method: &str, described: &Value) -> Operation {
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let schema = |body: &Value| {
        let link = text(&body["schema"], "$ref");
        link.rsplit('/').next().unwrap_or_default().to_owned()
    };
    Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(described, "summary"),
        description: text(described, "description"),
        parameters: parameters
            .map(|one| ["name", "in", "description"].map(|member| text(one, member)))
            .collect(),
        bodies: members(&described["requestBody"]["content"])
            .map(|(kind, body)| [kind.clone(), schema(body)])
            .collect(),
        answers: members(&described["responses"])
            .map(|(status, answer)| {
                let mut bodies = members(&answer["content"]);
                let body = bodies.next().map(|(_, body)| schema(body));
                [status.clone(), body.unwrap_or_default()]
            })
            .collect(),
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value, name: &str) -> String {
    let found = value.get(name).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}
