//! `If-Match`: which version a decision is about.

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};

use crate::present::{problem::Problem, problem_code::ProblemCode};

/// `If-Match`, as the version that was read.
pub struct IfMatch(pub Option<u32>);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = match request.headers().get(header::IF_MATCH) {
            None => Ok(Self(None)),
            // Whatever is not a version that we hand out can't be the present one.
            Some(value) => Ok(Self(Some(
                value
                    .to_str()
                    .ok()
                    .and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'))
                    .and_then(|version| {
                        let read: u32 = version.parse().ok()?;
                        // A tag is compared as it was handed out: `"01"` and `"+1"` are others (RFC 9110 §8.8.3).
                        (read.to_string() == version).then_some(read)
                    })
                    .unwrap_or(0),
            ))),
        };
        std::future::ready(parsed)
    }
}

impl IfMatch {
    /// The version, for decisions that want one.
    ///
    /// # Errors
    /// 428 `if-match-required`.
    pub fn required(&self) -> Result<u32, Problem> {
        self.0
            .ok_or_else(|| Problem::new(ProblemCode::IfMatchRequired))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn only_the_tag_that_was_handed_out_is_a_version() {
        for (tag, version) in [
            ("\"1\"", 1),
            (" \"4294967295\" ", u32::MAX),
            ("\"01\"", 0),
            ("\"+1\"", 0),
            ("\"1\" ,\"2\"", 0),
            ("W/\"1\"", 0),
            ("\"4294967296\"", 0),
            ("1", 0),
            ("*", 0),
        ] {
            let request = TestRequest::default().insert_header((header::IF_MATCH, tag));
            let read = IfMatch::extract(&request.to_http_request()).await;
            assert_eq!(read.ok().and_then(|read| read.0), Some(version), "{tag}");
        }
    }
}
