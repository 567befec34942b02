//! `/openapi.json`, `/docs` (the same to be read) and `/problems`. Nothing is loaded from elsewhere.

use std::fmt::Write;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use crate::http::{headers, problem::Problem, problem_catalogue, state::State};

/// How long pages may be kept, in seconds.
const MAX_AGE: u32 = 300;
const HTML: &str = "text/html; charset=utf-8";

/// The routes that are not part of the document.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/openapi.json", web::get().to(openapi))
        .route("/docs", web::get().to(docs))
        .route("/problems", web::get().to(problems))
        .route("/problems/{code}", web::get().to(problem));
}

async fn openapi(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    state.openapi.serve(&request)
}

async fn docs(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let page = page(state.openapi.document());
    headers::cached(&request, HTML, page.into_bytes(), MAX_AGE)
}

async fn problems(request: HttpRequest) -> HttpResponse {
    headers::cached(
        &request,
        HTML,
        problem_catalogue::index_html().into_bytes(),
        MAX_AGE,
    )
}

async fn problem(
    request: HttpRequest,
    state: web::Data<State>,
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let kind = problem_catalogue::find(&code).ok_or_else(|| Problem::new("not-found"))?;
    let page = problem_catalogue::page_html(kind, &state.issuer.url);
    Ok(headers::cached(&request, HTML, page.into_bytes(), MAX_AGE))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The document as one page: routes by subject, each with its parameters, body and answers.
fn page(document: &Value) -> String {
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Cảnh Giác – API</title>\
         <style>{}code{{overflow-wrap:anywhere}}summary{{cursor:pointer}}\
         table{{border-collapse:collapse}}td,th{{padding:.2em .6em;text-align:left;vertical-align:top}}</style>\
         </head><body><main><h1>Cảnh Giác – API</h1><p>{}</p>\
         <p><a href=\"/openapi.json\">openapi.json</a> · <a href=\"/problems\">problems</a></p>",
        problem_catalogue::STYLE,
        escape(text(&document["info"], "description")),
    );
    let empty = Map::new();
    let paths = document["paths"].as_object().unwrap_or(&empty);
    for tag in [
        "check",
        "catalogue",
        "partners",
        "feed",
        "session",
        "listings",
        "imports",
        "administration",
        "service",
    ] {
        let _ = write!(out, "<h2>{tag}</h2>");
        for (path, item) in paths {
            for (method, operation) in item.as_object().unwrap_or(&empty) {
                if operation["tags"][0] == tag {
                    operation_html(&mut out, path, method, operation);
                }
            }
        }
    }
    out.push_str("<h2>schemas</h2>");
    let schemas = document["components"]["schemas"]
        .as_object()
        .unwrap_or(&empty);
    for (name, schema) in schemas {
        let json = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _ = write!(
            out,
            "<details id=\"{0}\"><summary><code>{0}</code></summary><pre>{1}</pre></details>",
            escape(name),
            escape(&json)
        );
    }
    out.push_str("</main></body></html>");
    out
}

fn operation_html(out: &mut String, path: &str, method: &str, operation: &Value) {
    let words = [text(operation, "summary"), text(operation, "description")].join(" ");
    let _ = write!(
        out,
        "<details><summary><code>{} {}</code> {}</summary><p>{}</p>",
        method.to_uppercase(),
        escape(path),
        escape(text(operation, "summary")),
        escape(&words)
    );
    if let Some(parameters) = operation["parameters"].as_array() {
        out.push_str("<table><tr><th>parameter</th><th>in</th><th></th></tr>");
        for parameter in parameters {
            let _ = write!(
                out,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escape(text(parameter, "name")),
                escape(text(parameter, "in")),
                escape(text(parameter, "description"))
            );
        }
        out.push_str("</table>");
    }
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        for (kind, body) in content {
            let _ = write!(
                out,
                "<p>body: <code>{}</code> {}</p>",
                escape(kind),
                schema_link(&body["schema"])
            );
        }
    }
    if let Some(responses) = operation["responses"].as_object() {
        out.push_str("<ul>");
        for (status, response) in responses {
            let schema = response["content"]
                .as_object()
                .and_then(|content| content.values().next())
                .map(|body| schema_link(&body["schema"]))
                .unwrap_or_default();
            let _ = write!(out, "<li><code>{}</code> {schema}</li>", escape(status));
        }
        out.push_str("</ul>");
    }
    out.push_str("</details>");
}

fn schema_link(schema: &Value) -> String {
    let name = text(schema, "$ref").rsplit('/').next().unwrap_or_default();
    if name.is_empty() {
        return String::new();
    }
    format!("<a href=\"#{0}\"><code>{0}</code></a>", escape(name))
}
