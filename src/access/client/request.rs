//! Reading the token request: one `Authorization` header and one form.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::credentials::{ASSERTION_TYPE, ClientError, Credentials};

/// Longest form, and longest header, that is looked at: an assertion of 4 KiB and room beside it.
pub const MAX_REQUEST_BYTES: usize = 8 * 1024;

/// A request for a token, read but not checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRequest {
    /// Who asks.
    pub credentials: Credentials,
    /// The scopes asked for, as they were written.
    pub scope: Option<String>,
}

impl TokenRequest {
    /// Reads the value of the `Authorization` header, when there is one, and the body, which is
    /// `application/x-www-form-urlencoded`. Unknown members are skipped, empty ones are as good as
    /// absent, and none may come twice (RFC 6749 §3.2).
    ///
    /// # Errors
    /// [`ClientError::InvalidRequest`] when it can't be read or authenticates in two ways,
    /// [`ClientError::InvalidClient`] when it doesn't authenticate or names no possible client,
    /// [`ClientError::UnsupportedGrantType`].
    pub fn parse(authorization: Option<&str>, body: &[u8]) -> Result<Self, ClientError> {
        let mut form = read_form(body)?;
        let mut take = |name: &str| form.remove(name);
        let (grant, scope) = (take("grant_type"), take("scope"));
        let (id, secret) = (take("client_id"), take("client_secret"));
        let (kind, assertion) = (take("client_assertion_type"), take("client_assertion"));

        let id = id.as_deref().map(read_client_id).transpose()?;
        let credentials = match (authorization, secret, assertion, kind) {
            (Some(header), None, None, None) => parse_authorization(header)?,
            (None, Some(secret), None, None) => Credentials::Secret {
                client_id: id.ok_or(ClientError::InvalidRequest)?,
                secret: secret.into(),
            },
            (None, None, Some(assertion), Some(kind)) if kind == ASSERTION_TYPE => {
                Credentials::from_assertion(assertion)?
            }
            (None, None, None, None) => return Err(ClientError::InvalidClient),
            _ => return Err(ClientError::InvalidRequest),
        };
        if id.is_some_and(|id| id != credentials.client_id()) {
            return Err(ClientError::InvalidRequest);
        }
        match grant.as_deref() {
            Some("client_credentials") => Ok(Self { credentials, scope }),
            Some(_) => Err(ClientError::UnsupportedGrantType),
            None => Err(ClientError::InvalidRequest),
        }
    }
}

/// Reads an `Authorization: Basic` header. Id and secret are form-encoded before they are joined
/// and put in base64 (RFC 6749 §2.3.1).
///
/// # Errors
/// [`ClientError::InvalidRequest`] for another scheme or what can't be read,
/// [`ClientError::InvalidClient`] when it names no possible client.
pub fn parse_authorization(header: &str) -> Result<Credentials, ClientError> {
    if header.len() > MAX_REQUEST_BYTES {
        return Err(ClientError::InvalidRequest);
    }
    let (scheme, encoded) = header.trim().split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(ClientError::InvalidRequest);
    }
    let joined = STANDARD.decode(encoded.trim());
    let joined = Zeroizing::new(joined.map_err(|_| ClientError::InvalidRequest)?);
    let colon = joined.iter().position(|byte| *byte == b':');
    let (id, secret) = joined.split_at(colon.ok_or(ClientError::InvalidRequest)?);
    Ok(Credentials::Secret {
        client_id: read_client_id(&form_decode(id)?)?,
        secret: form_decode(&secret[1..])?.into(),
    })
}

fn read_client_id(text: &str) -> Result<Uuid, ClientError> {
    Uuid::try_parse(text).map_err(|_| ClientError::InvalidClient)
}

fn read_form(body: &[u8]) -> Result<HashMap<String, String>, ClientError> {
    if body.len() > MAX_REQUEST_BYTES {
        return Err(ClientError::InvalidRequest);
    }
    let mut form = HashMap::new();
    for pair in body.split(|byte| *byte == b'&').filter(|p| !p.is_empty()) {
        let equals = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = pair.split_at(equals.unwrap_or(pair.len()));
        let name = form_decode(name)?;
        let value = form_decode(value.get(1..).unwrap_or_default())?;
        if form.insert(name, value).is_some() {
            return Err(ClientError::InvalidRequest);
        }
    }
    form.retain(|_, value| !value.is_empty());
    Ok(form)
}

/// Undoes `application/x-www-form-urlencoded` (RFC 6749 appendix B): `+` is a space, `%XX` a byte,
/// the bytes UTF-8.
fn form_decode(text: &[u8]) -> Result<String, ClientError> {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (hex(rest.next()), hex(rest.next())) {
                (Some(high), Some(low)) => (high * 16 + low) as u8,
                _ => return Err(ClientError::InvalidRequest),
            },
            byte => *byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| ClientError::InvalidRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-0000-0000-000000000002";
    const GRANT: &str = "grant_type=client_credentials";

    fn basic(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    fn secret(text: &str) -> Credentials {
        Credentials::Secret {
            client_id: Uuid::from_u128(2),
            secret: text.to_owned().into(),
        }
    }

    #[test]
    fn basic_is_form_encoded_inside_base64() {
        for (joined, expected) in [
            (format!("{ID}:cgs_a-b"), "cgs_a-b"),
            (format!("{ID}:a%3Ab+c%25"), "a:b c%"),
            (format!("{ID}:a:b"), "a:b"),
            (format!("{}:%C4%91", ID.replace('-', "%2D")), "đ"),
        ] {
            assert_eq!(
                parse_authorization(&basic(&joined)),
                Ok(secret(expected)),
                "{joined}"
            );
        }
        let lower = basic(&format!("{ID}:x")).replace("Basic", "basic");
        assert_eq!(parse_authorization(&lower), Ok(secret("x")));
    }

    #[test]
    fn a_header_that_cannot_be_read_is_an_error_and_no_panic() {
        use ClientError::{InvalidClient, InvalidRequest};
        for (header, error) in [
            (String::new(), InvalidRequest),
            ("Basic".to_owned(), InvalidRequest),
            ("Basic !!!".to_owned(), InvalidRequest),
            ("Bearer abc".to_owned(), InvalidRequest),
            (basic(ID), InvalidRequest),
            (basic(&format!("{ID}:%4")), InvalidRequest),
            (basic(&format!("{ID}:%zz")), InvalidRequest),
            (basic(&format!("{ID}:%ff")), InvalidRequest),
            (basic("bank:x"), InvalidClient),
            ("x".repeat(MAX_REQUEST_BYTES + 1), InvalidRequest),
        ] {
            assert_eq!(parse_authorization(&header), Err(error), "{header:.40}");
        }
    }

    #[test]
    fn a_request_authenticates_in_one_way() {
        let header = basic(&format!("{ID}:x"));
        let read = |header: Option<&str>, body: &str| TokenRequest::parse(header, body.as_bytes());
        let by_header = read(Some(&header), &format!("{GRANT}&scope=feed%3Aread&other=1")).unwrap();
        assert_eq!(by_header.credentials, secret("x"));
        assert_eq!(by_header.scope.as_deref(), Some("feed:read"));
        let in_form = format!("{GRANT}&client_id={ID}&client_secret=x&scope=");
        let by_form = read(None, &in_form).unwrap();
        assert_eq!((by_form.credentials, by_form.scope), (secret("x"), None));
        assert!(read(Some(&header), &format!("{GRANT}&client_id={ID}")).is_ok());

        use ClientError::*;
        for (header, body, error) in [
            (Some(&*header), &*in_form, InvalidRequest),
            (
                Some(&*header),
                &format!("{GRANT}&client_assertion=a.b.c"),
                InvalidRequest,
            ),
            (
                Some(&*header),
                &format!("{GRANT}&client_id={}", Uuid::nil()),
                InvalidRequest,
            ),
            (
                None,
                &format!("{in_form}&client_assertion=a.b.c"),
                InvalidRequest,
            ),
            (
                None,
                &format!("{GRANT}&client_assertion=a.b.c"),
                InvalidRequest,
            ),
            (None, &format!("{GRANT}&client_secret=x"), InvalidRequest),
            (None, &format!("{GRANT}&{in_form}"), InvalidRequest),
            (None, &format!("{in_form}&scope=%"), InvalidRequest),
            (None, GRANT, InvalidClient),
            (
                None,
                &format!("{GRANT}&client_id=bank&client_secret=x"),
                InvalidClient,
            ),
            (Some(&*header), "", InvalidRequest),
            (Some(&*header), "grant_type=password", UnsupportedGrantType),
            (None, &"x".repeat(MAX_REQUEST_BYTES + 1), InvalidRequest),
        ] {
            assert_eq!(read(header, body).unwrap_err(), error, "{body:.80}");
        }
    }
}
