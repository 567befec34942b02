//! Files that pages load, embedded; `scripts/assets/build` makes the generated ones.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes},
};

use crate::{
    http::headers,
    present::{problem::Problem, problem_code::ProblemCode},
};

/// A file may be kept for a day; its tag tells when it changed.
const MAX_AGE: u32 = 86_400;

macro_rules! files {
    ($($name:literal $kind:literal)*) => {
        const FILES: &[(&str, &str, &[u8])] =
            &[$(($name, $kind, include_bytes!(concat!("assets/", $name)))),*];
    };
}

files! {
    "style.css" "text/css; charset=utf-8"
    "poster-a3.css" "text/css; charset=utf-8"
    "poster-a4.css" "text/css; charset=utf-8"
    "poster-a5.css" "text/css; charset=utf-8"
    "app.js" "text/javascript; charset=utf-8"
    "reports.js" "text/javascript; charset=utf-8"
    "be-vietnam-pro-400.woff2" "font/woff2"
    "be-vietnam-pro-700.woff2" "font/woff2"
    "mark.svg" "image/svg+xml"
    "favicon.svg" "image/svg+xml"
    "nhom-da-chuyen-tien.svg" "image/svg+xml"
    "nhom-gia-danh-co-quan.svg" "image/svg+xml"
    "nhom-hua-lay-lai.svg" "image/svg+xml"
    "nhom-khac.svg" "image/svg+xml"
    "nhom-mua-ban.svg" "image/svg+xml"
    "nhom-nguoi-than-tinh-cam.svg" "image/svg+xml"
    "nhom-qua-thuoc-tu-thien.svg" "image/svg+xml"
    "nhom-ru-kiem-tien.svg" "image/svg+xml"
    "nhom-tin-nhan-ung-dung.svg" "image/svg+xml"
    "nhom-vay-tien-tai-khoan.svg" "image/svg+xml"
    "icon-192.png" "image/png"
    "icon-512.png" "image/png"
    "share.png" "image/png"
    "icon-maskable-512.png" "image/png"
    "LICENSES.txt" "text/plain; charset=utf-8"
    "app.webmanifest" "application/manifest+json"
}

/// The tag of each file, by its place in [`FILES`].
static TAGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(.., bytes)| headers::etag_of(bytes))
        .collect()
});

/// `/assets/…`
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/assets/{name}", web::get().to(file)).route(
        "/favicon.ico",
        web::get().to(|request: HttpRequest| async move { named(&request, "icon-192.png") }),
    );
}

async fn file(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    named(&request, &name)
}

fn named(request: &HttpRequest, name: &str) -> Result<HttpResponse, Problem> {
    let place = FILES
        .iter()
        .position(|(known, ..)| *known == name)
        .ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    let (_, kind, bytes) = FILES[place];
    let body = Bytes::from_static(bytes);
    Ok(headers::tagged(request, kind, body, &TAGS[place], MAX_AGE))
}
