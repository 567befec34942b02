//! The OpenAPI document as it is served, and the routes it names: a path that exists answers other
//! methods with 405 and `Allow`, not with 404.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    dev::ResourceDef,
    http::{Method, header},
};
use utoipa::openapi::{OpenApi, PathItem};

use super::headers;
use crate::present::{problem::Problem, problem_code::ProblemCode};

/// The document and its routes.
pub struct Contract {
    document: serde_json::Value,
    json: Vec<u8>,
    routes: Vec<(ResourceDef, String)>,
}

impl Contract {
    /// Takes the document that the handlers describe.
    pub fn new(openapi: &OpenApi) -> Self {
        let routes = openapi
            .paths
            .paths
            .iter()
            .map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)))
            .collect();
        let document = serde_json::to_value(openapi).unwrap_or_default();
        Self {
            json: serde_json::to_vec(&document).unwrap_or_default(),
            document,
            routes,
        }
    }

    /// The document.
    pub const fn document(&self) -> &serde_json::Value {
        &self.document
    }

    /// `GET /openapi.json`.
    pub fn serve(&self, request: &HttpRequest) -> HttpResponse {
        headers::cached(request, "application/json", self.json.clone(), 300)
    }

    /// The answer to what no handler takes.
    pub fn unmatched(&self, request: &HttpRequest) -> HttpResponse {
        let allow = self
            .routes
            .iter()
            .find(|(route, _)| route.is_match(request.path()))
            .map(|(_, methods)| methods);
        match allow {
            Some(methods) if request.method() == Method::OPTIONS => {
                return HttpResponse::NoContent()
                    .insert_header((header::ALLOW, methods.as_str()))
                    .finish();
            }
            Some(methods) => Problem::new(ProblemCode::MethodNotAllowed).header("Allow", methods),
            None => Problem::new(ProblemCode::NotFound),
        }
        .error_response()
    }
}

fn methods(item: &PathItem) -> String {
    let all = [
        ("GET", &item.get),
        ("HEAD", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let named: Vec<&str> = all
        .iter()
        .filter(|(_, operation)| operation.is_some())
        .map(|(name, _)| *name)
        .chain(["OPTIONS"])
        .collect();
    named.join(", ")
}
