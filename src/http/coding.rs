//! Codings of request bodies (RFC 9110 §8.4.1): a body may come packed, and is bounded by what it is unpacked.
//!
//! A few bytes can stand for gigabytes. So a body is unpacked once all of it has come, piece by piece, and never beyond what
//! a plain one may be long. The framework's own decoder unpacks whatever a chunk from the network holds before anybody counts.
//! And many bytes can stand for none (empty blocks, each with a table of its own), which is work all the same: what is long is
//! unpacked where blocking is allowed ([`super::body`]).

use std::io::{self, BufReader, Read};

use actix_web::{HttpRequest, http::header};
use flate2::read::MultiGzDecoder;

use crate::present::{problem::Problem, problem_code::ProblemCode};

/// Largest body that may come packed, in bytes once it is unpacked: programs send JSON and forms. What is larger is pictures
/// and workbooks, which are packed already.
pub const MAX_UNPACKED: usize = 2 << 20;
/// What is taken, as `Accept-Encoding` says it in the answer to another coding (RFC 9110 §15.5.16).
const TAKEN: &str = "gzip, zstd";
/// How far back zstd may refer, as a power of two: the 8 MiB that a coding of HTTP has at most (RFC 9659 §3). No more of it is
/// used than is unpacked.
const ZSTD_WINDOW: u32 = 23;
/// Bytes that are unpacked at a time.
const PIECE: usize = 16 << 10;

/// A content coding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    Gzip,
    Zstd,
}

/// The coding of a body that may be so many bytes long; none when it comes as it is.
///
/// # Errors
/// 415 for a coding that is not undone here, with those that are.
pub fn of(request: &HttpRequest, limit: usize) -> Result<Option<Coding>, Problem> {
    let mut named = request.headers().get_all(header::CONTENT_ENCODING);
    let (Some(value), second) = (named.next(), named.next()) else {
        return Ok(None);
    };
    let word = value.to_str().map(|word| word.trim().to_ascii_lowercase());
    let coding = match word.as_deref() {
        Ok("identity" | "") => return Ok(None),
        Ok("gzip" | "x-gzip") => Some(Coding::Gzip),
        Ok("zstd") => Some(Coding::Zstd),
        Ok(_) | Err(_) => None,
    };
    let taken = match limit > MAX_UNPACKED {
        true => "identity",
        false => TAKEN,
    };
    coding
        .filter(|_| second.is_none() && limit <= MAX_UNPACKED)
        .map(Some)
        .ok_or_else(|| {
            Problem::new(ProblemCode::UnsupportedMediaType).header("Accept-Encoding", taken)
        })
}

/// What unpacking came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unpacked {
    Whole,
    /// There is more than was allowed: it was not unpacked.
    TooLong,
}

impl Coding {
    /// Unpacks into pieces, together at most so many bytes.
    ///
    /// # Errors
    /// 400 for bytes that are not of this coding, or not whole; those of `put`.
    pub fn unpack(
        self,
        packed: &[u8],
        most: usize,
        mut put: impl FnMut(&[u8]) -> Result<(), Problem>,
    ) -> Result<Unpacked, Problem> {
        let broken = |_: io::Error| Problem::new(ProblemCode::BadRequest);
        let mut reader: Box<dyn Read> = match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(packed)),
            Self::Zstd => Box::new(zstd_reader(packed).map_err(broken)?),
        };
        let mut piece = [0; PIECE];
        let mut left = most;
        loop {
            let count = reader.read(&mut piece).map_err(broken)?;
            if count == 0 {
                return Ok(Unpacked::Whole);
            }
            if count > left {
                return Ok(Unpacked::TooLong);
            }
            left -= count;
            put(piece.get(..count).unwrap_or_default())?;
        }
    }
}

fn zstd_reader(packed: &[u8]) -> io::Result<zstd::Decoder<'static, BufReader<&[u8]>>> {
    let mut reader = zstd::Decoder::new(packed)?;
    reader.window_log_max(ZSTD_WINDOW)?;
    Ok(reader)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use actix_web::test::TestRequest;

    use super::*;

    fn packed(coding: Coding, bytes: &[u8]) -> Vec<u8> {
        match coding {
            Coding::Gzip => {
                let level = flate2::Compression::default();
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), level);
                gzip.write_all(bytes).unwrap();
                gzip.finish().unwrap()
            }
            Coding::Zstd => zstd::encode_all(bytes, 3).unwrap(),
        }
    }

    #[test]
    fn what_is_unpacked_is_bounded_to_the_byte() {
        let most = 3 * PIECE;
        for coding in [Coding::Gzip, Coding::Zstd] {
            for (length, told) in [
                (0, Unpacked::Whole),
                (most, Unpacked::Whole),
                (most + 1, Unpacked::TooLong),
                (100 * most, Unpacked::TooLong),
            ] {
                let mut come = Vec::new();
                let unpacked = coding.unpack(&packed(coding, &vec![7; length]), most, |piece| {
                    come.extend_from_slice(piece);
                    Ok(())
                });
                assert_eq!(unpacked.ok(), Some(told), "{coding:?} {length}");
                assert!(come.len() <= most && come.iter().all(|byte| *byte == 7));
                assert!(told == Unpacked::TooLong || come.len() == length);
            }
        }
    }

    #[test]
    fn a_coding_is_taken_by_its_names_and_only_where_bodies_are_small() {
        let of = |value: &str, limit| {
            let request = TestRequest::default().insert_header((header::CONTENT_ENCODING, value));
            super::of(&request.to_http_request(), limit).map_err(|problem| problem.code())
        };
        let unknown = Err(ProblemCode::UnsupportedMediaType);
        for (value, coding) in [
            ("gzip", Ok(Some(Coding::Gzip))),
            ("X-GZip", Ok(Some(Coding::Gzip))),
            ("zstd", Ok(Some(Coding::Zstd))),
            ("identity", Ok(None)),
            ("", Ok(None)),
            ("br", unknown),
            ("gzip, gzip", unknown),
        ] {
            assert_eq!(of(value, MAX_UNPACKED), coding, "{value}");
        }
        assert_eq!(of("gzip", MAX_UNPACKED + 1), unknown);
        assert_eq!(of("identity", MAX_UNPACKED + 1), Ok(None));
        let twice = TestRequest::default()
            .append_header((header::CONTENT_ENCODING, "gzip"))
            .append_header((header::CONTENT_ENCODING, "gzip"));
        assert!(super::of(&twice.to_http_request(), MAX_UNPACKED).is_err());
    }
}
