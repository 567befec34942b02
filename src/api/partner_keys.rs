//! A partner's public keys in JSON.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    access::key_text,
    domain::client_key::ClientKeys,
    present::{field_words::field_words, problem::Problem, problem_code::ProblemCode},
};

/// Public keys: a text (PEM, an Ed25519 key in base64url, or JSON), or a JWK or JWK set as an object.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum KeyBody {
    Text(String),
    #[schema(value_type = Object)]
    Jwk(Map<String, Value>),
}

impl KeyBody {
    /// The keys; none when the text is empty.
    ///
    /// # Errors
    /// 422 that says what to do; nothing of the text is in it.
    pub fn read(self) -> Result<ClientKeys, Problem> {
        let text = match self {
            Self::Text(text) if text.is_empty() => return Ok(ClientKeys::None),
            Self::Text(text) => text,
            Self::Jwk(members) => Value::Object(members).to_string(),
        };
        key_text::read(&text).map_err(|fault| {
            let code = fault.as_str();
            Problem::new(ProblemCode::Validation).field("/public_key", code, field_words(code))
        })
    }
}

/// The key of before there were sets.
pub fn single(keys: &ClientKeys) -> Option<String> {
    match keys {
        ClientKeys::Ed25519(_) => Some(key_text::write(keys)),
        ClientKeys::None | ClientKeys::Listed(_) => None,
    }
}

/// All keys as a set.
pub fn jwks(keys: &ClientKeys) -> Option<Value> {
    let all = keys.all();
    (!all.is_empty()).then(|| key_text::set(&all))
}
