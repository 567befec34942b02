//! The OpenAPI document.

use actix_web::{App, http::StatusCode};
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        ContentBuilder, OpenApi as OpenApiDocument, Ref, RefOr, Response, ResponseBuilder, Schema,
        path::{Operation, Parameter, ParameterIn},
        schema::{SchemaType, Type},
    },
};
use utoipa_actix_web::AppExt;

use crate::{http::extract::MAX_KEY_CHARS, present::problem::ProblemBody};

/// What the OpenAPI document says beside the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        // Generators make names of files and packages from it.
        title = "Canh Giac",
        description = "Cảnh Giác: registry of verified scam phone numbers, bank accounts and e-wallets. \
            Public checks, the police desk and the partners' feed. Errors are \
            `application/problem+json` (RFC 9457); each `type` is a page that explains it.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    modifiers(&Security),
    components(schemas(ProblemBody)),
)]
struct Document;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{
            ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme,
        };
        let components = openapi.components.get_or_insert_with(Default::default);
        components.add_security_scheme(
            "officer",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
        components.add_security_scheme(
            "partner_secret",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)),
        );
        let scopes = crate::domain::partner::Scope::ALL.map(|s| (s.as_str(), s.as_str()));
        components.add_security_scheme(
            "partner",
            SecurityScheme::OAuth2(OAuth2::new([Flow::ClientCredentials(
                ClientCredentials::new("/v1/oauth/token", Scopes::from_iter(scopes)),
            )])),
        );
    }
}

/// The OpenAPI document of every route.
pub fn document(public_url: &str) -> OpenApiDocument {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .configure(super::routes)
        .split_for_parts();
    complete(&mut document);
    leave_out_unused(&mut document);
    document.servers = Some(vec![utoipa::openapi::Server::new(public_url)]);
    document
}

/// Says of each operation what its handler need not.
fn complete(document: &mut OpenApiDocument) {
    let operations = document.paths.paths.values_mut().flat_map(|item| {
        [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ]
    });
    for operation in operations.flatten() {
        // Nobody has to sign in where no security is named.
        operation.security.get_or_insert_with(Vec::new);
        complete_answers(operation);
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter {
                complete_parameter(parameter);
            }
        }
    }
}

/// What a status means, and that whoever asks may be refused.
fn complete_answers(operation: &mut Operation) {
    let answers = &mut operation.responses.responses;
    if !answers.keys().any(|status| status.starts_with('4')) {
        answers.insert("4XX".to_owned(), RefOr::T(problem()));
    }
    for (status, answer) in answers {
        if let RefOr::T(answer) = answer
            && answer.description.is_empty()
        {
            let known = StatusCode::from_bytes(status.as_bytes()).ok();
            let reason = known.and_then(|status| status.canonical_reason());
            answer.description = reason.unwrap_or("A problem, see its type").to_owned();
        }
    }
}

/// A parameter can be left out, but it can't be `null`; and headers mean the same everywhere.
fn complete_parameter(parameter: &mut Parameter) {
    let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema else {
        return;
    };
    if let SchemaType::Array(types) = &mut schema.schema_type {
        types.retain(|kind| *kind != Type::Null);
        if let [only] = &types[..] {
            schema.schema_type = SchemaType::Type(only.clone());
        }
    }
    if parameter.parameter_in != ParameterIn::Header {
        return;
    }
    match parameter.name.as_str() {
        "Idempotency-Key" => {
            (schema.min_length, schema.max_length) = (Some(1), Some(MAX_KEY_CHARS));
            let words = "same key and body, same answer: for requests that are sent again";
            parameter
                .description
                .get_or_insert_with(|| words.to_owned());
        }
        "If-Match" => {
            schema.example.get_or_insert_with(|| "\"1\"".into());
            let words = "the `ETag` that was read: refused when it has changed since";
            parameter
                .description
                .get_or_insert_with(|| words.to_owned());
        }
        _ => {}
    }
}

fn problem() -> Response {
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemBody::name())))
        .build();
    ResponseBuilder::new()
        .content("application/problem+json", body)
        .build()
}

/// Leaves out schemas that nothing refers to: generators make types of all of them.
fn leave_out_unused(document: &mut OpenApiDocument) {
    loop {
        let text = serde_json::to_string(document).unwrap_or_default();
        let Some(components) = &mut document.components else {
            return;
        };
        let before = components.schemas.len();
        let is_used = |name: &str| text.contains(&format!("#/components/schemas/{name}\""));
        components.schemas.retain(|name, _| is_used(name));
        if components.schemas.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, env, fs, path::Path};

    use super::*;

    /// The document as it was agreed on. Where a change of the API is meant, write it anew and read what changed:
    /// `WRITE_SAMPLES=1 cargo test --locked --lib api::document`
    const SAMPLE: &str = "tests/samples/openapi.json";

    #[test]
    fn the_document_is_the_one_that_was_agreed_on() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE);
        let document = document("https://canhgiac.example");
        let written =
            serde_json::to_value(document).and_then(|it| serde_json::to_string_pretty(&it));
        let written = written.unwrap() + "\n";
        if env::var_os("WRITE_SAMPLES").is_some() {
            fs::write(&path, &written).unwrap();
        }
        let agreed = fs::read_to_string(&path).unwrap_or_default();
        let mut lines = agreed.lines().zip(written.lines()).zip(1..);
        let other = lines.find(|((agreed, written), _)| agreed != written);
        assert!(
            agreed == written,
            "the API changed; if that is meant, write {SAMPLE} anew (see its docs here): {other:?}"
        );
    }

    #[test]
    fn every_schema_is_used_and_every_operation_says_who_may_and_how_it_refuses() {
        let document = serde_json::to_value(document("")).unwrap();
        let text = document.to_string();
        for name in document["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
        {
            assert!(
                text.contains(&format!("#/components/schemas/{name}\"")),
                "{name}"
            );
        }
        assert!(
            !text.contains("\"int32\",\"minimum\":0},\"type\":\"array\""),
            "bytes are no numbers"
        );
        assert!(document["info"]["title"].as_str().unwrap().is_ascii());
        let paths = document["paths"].as_object().unwrap().values();
        for operation in paths.flat_map(|path| path.as_object().unwrap().values()) {
            let name = &operation["operationId"];
            assert!(operation["security"].is_array(), "{name}");
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('4')),
                "{name}"
            );
        }
    }

    #[test]
    fn each_operation_has_a_name_of_its_own_a_verb_and_a_noun() {
        let document = serde_json::to_value(document("")).unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|path| path.as_object().unwrap().values());
        let mut names = BTreeSet::new();
        for operation in operations {
            let name = operation["operationId"].as_str().unwrap();
            assert!(name.contains('_'), "{name}");
            assert!(names.insert(name), "{name}");
        }
        assert!(names.len() > 60);
    }
}
