//! Bodies and query strings become values; or what is wrong is named by field, without a library's text.

use std::{borrow::Cow, str};

use serde::{Deserialize, de::DeserializeOwned};

use super::integers::{plain, plain_json};
use crate::present::{field_words::field_words, problem::Problem, problem_code::ProblemCode};

/// Reads JSON, naming what is wrong by pointer. An integer may be written as any number without a fraction.
///
/// # Errors
/// 400 for what is no JSON, 422 with the first field that is wrong.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = no_array(bytes)?;
    quickly(bytes).or_else(|problem| {
        // Hardly anybody writes them so: only what was refused is looked through.
        let is_json = problem.code() == ProblemCode::Validation;
        let text = str::from_utf8(bytes).ok().filter(|_| is_json);
        match text.and_then(plain_json) {
            Some(plain) => read_json(plain.as_bytes()),
            None => Err(problem),
        }
    })
}

/// As [`parse_json`], for what points into the bytes: an integer is written as one.
///
/// # Errors
/// As [`parse_json`].
pub fn parse_json_in_place<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, Problem> {
    quickly(no_array(bytes)?)
}

/// A body without the byte order mark that programs on Windows put first: whoever reads may pass over it (RFC 8259 §8.1).
///
/// # Errors
/// 422 for an array, 400 for what is no JSON and begins as one.
fn no_array(bytes: &[u8]) -> Result<&[u8], Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // A derived reader takes an array for an object, member by member; every body of ours is an object.
    if bytes.trim_ascii_start().first() != Some(&b'[') {
        return Ok(bytes);
    }
    Err(
        match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
            Ok(_) => Problem::new(ProblemCode::Validation).field("", "invalid", "{…}"),
            Err(_) => Problem::new(ProblemCode::BadJson),
        },
    )
}

/// What is refused is read again, by a reader that knows where it is and takes longer.
fn quickly<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).or_else(|_| read_json(bytes))
}

fn read_json<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let mut pointer = String::new();
        for segment in error.path() {
            use serde_path_to_error::Segment;
            match segment {
                Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
                Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
        bad_json(error.inner(), pointer)
    })?;
    reader
        .end()
        .map_err(|_| Problem::new(ProblemCode::BadJson))?;
    Ok(value)
}

fn escape(key: &str) -> String {
    key.chars()
        .take(60)
        .collect::<String>()
        .replace('~', "~0")
        .replace('/', "~1")
}

fn bad_json(error: &serde_json::Error, mut pointer: String) -> Problem {
    if !error.is_data() {
        return Problem::new(ProblemCode::BadJson);
    }
    // Only the beginning of the library's words is looked at, and what was expected; none of it is passed on.
    let words = error.to_string();
    let name = words.split('`').nth(1).unwrap_or_default();
    let code = if words.starts_with("missing field") {
        pointer.push_str(&format!("/{}", escape(name)));
        "required"
    } else if words.starts_with("unknown field") {
        "unknown-field"
    } else if words.starts_with("duplicate field") {
        "duplicate-field"
    } else if words.starts_with("invalid type: floating point") && expects_integer(&words) {
        // Whole numbers that no integer of 64 bits holds are read as these.
        match name.parse::<f64>() {
            Ok(number) if number.fract() == 0.0 => "out-of-range",
            Ok(_) | Err(_) => "not-an-integer",
        }
    } else if words.starts_with("invalid value: integer") && expects_integer(&words) {
        "out-of-range"
    } else {
        "invalid"
    };
    Problem::new(ProblemCode::Validation).field(pointer, code, field_words(code))
}

/// Whether the library's words end with the name of a kind of integers, and where they were wanted.
fn expects_integer(words: &str) -> bool {
    const KINDS: [&str; 10] = [
        "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize",
    ];
    let expected = words.rsplit_once("expected ").map(|(_, expected)| expected);
    let kind = expected.and_then(|expected| expected.split(' ').next());
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

/// Reads a query string: unknown names and bad values refused. What is empty is not there; an integer may be written as any
/// number without a fraction.
///
/// # Errors
/// 400 with the first parameter that is wrong.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut query = without_empty(query);
    // What is refused is read again, by a reader that knows where it is and takes longer.
    if let Ok(value) = serde_urlencoded::from_str(&query) {
        return Ok(value);
    }
    // Each round writes one parameter plainly that the form knows, so there are no more rounds than it has parameters.
    loop {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let reader = serde_urlencoded::Deserializer::new(pairs);
        let error = match serde_path_to_error::deserialize(reader) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let name = error.path().to_string();
        match with_plain(&query, &name) {
            Some(plain) => query = Cow::Owned(plain),
            None => return Err(bad_query(&error.inner().to_string(), &query, &name)),
        }
    }
}

/// A query string without its empty parameters; as it came where there is none.
fn without_empty(query: &str) -> Cow<'_, str> {
    let is_empty = |pair: &str| match pair.split_once('=') {
        Some((_, value)) => value.is_empty(),
        None => pair.is_empty(),
    };
    if query.is_empty() || !query.split('&').any(is_empty) {
        return Cow::Borrowed(query);
    }
    let said = query.split('&').filter(|pair| !is_empty(pair));
    Cow::Owned(said.collect::<Vec<_>>().join("&"))
}

/// A query string with one parameter written plainly; nothing where that changes nothing.
fn with_plain(query: &str, name: &str) -> Option<String> {
    let mut pairs: Vec<&str> = query.split('&').collect();
    // The first of that name alone: another one is refused whatever it says, and each would be a round more.
    let (at, value) = pairs.iter().enumerate().find_map(|(at, pair)| {
        let (said, value) = pair.split_once('=')?;
        (said == name).then_some((at, value))
    })?;
    let pair = format!("{name}={}", plain(value)?);
    *pairs.get_mut(at)? = &pair;
    Some(pairs.join("&"))
}

/// How the library writes the path of what has none.
const NOWHERE: &str = ".";

/// Names the parameter; the library's words are not passed on.
fn bad_query(words: &str, query: &str, at: &str) -> Problem {
    let mut said = query.split('&').filter_map(|pair| pair.split_once('='));
    let is_negative = said.any(|(name, value)| {
        let digits = value.strip_prefix('-').unwrap_or_default();
        name == at && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let named = words.split('`').nth(1).unwrap_or_default();
    let (name, code) = if words.starts_with("unknown field") {
        (named, "unknown-field")
    } else if words.starts_with("missing field") {
        (named, "required")
    } else if words.starts_with("duplicate field") {
        (named, "duplicate-field")
    } else if at == NOWHERE {
        return Problem::new(ProblemCode::BadQuery);
    } else if words == "invalid digit found in string" && !is_negative {
        (at, "not-an-integer")
    } else if words == "invalid digit found in string" || words.starts_with("number too ") {
        (at, "out-of-range")
    } else {
        (at, "invalid")
    };
    Problem::new(ProblemCode::BadQuery).field(escape(name), code, field_words(code))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::message::Lang;

    #[derive(Deserialize, PartialEq, Eq, Debug)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        count: u8,
        #[serde(default)]
        text: String,
        #[serde(default)]
        also: Option<i64>,
    }

    fn asked(count: u8, text: &str, also: Option<i64>) -> Asked {
        let text = text.to_owned();
        Asked { count, text, also }
    }

    fn refusal<T: std::fmt::Debug>(read: Result<T, Problem>) -> (ProblemCode, Value) {
        let problem = read.unwrap_err();
        let body = serde_json::to_value(problem.body(Lang::En, "", "")).unwrap();
        let first = &body["errors"][0];
        (problem.code(), json!([first["pointer"], first["code"]]))
    }

    #[test]
    fn an_integer_of_a_body_may_be_any_number_without_a_fraction() {
        let read = |json: &str| parse_json::<Asked>(json.as_bytes());
        for json in [
            r#"{"count":7,"text":"7.0"}"#,
            r#"{"count":7.0,"text":"7.0"}"#,
            r#"{"text":"7.0","count":70e-1}"#,
        ] {
            assert_eq!(read(json).unwrap(), asked(7, "7.0", None), "{json}");
        }
        let negative = r#"{"count":-0.0,"also":-3e2}"#;
        assert_eq!(read(negative).unwrap(), asked(0, "", Some(-300)));
        for (json, pointer, code) in [
            (r#"{"count":0.5}"#, "/count", "not-an-integer"),
            (r#"{"count":1.0,"also":0.5}"#, "/also", "not-an-integer"),
            (r#"{"count":-1.0}"#, "/count", "out-of-range"),
            (r#"{"count":256.0}"#, "/count", "out-of-range"),
            (
                r#"{"count":18446744073709551616}"#,
                "/count",
                "out-of-range",
            ),
            (r#"{"count":0,"also":-1e30}"#, "/also", "out-of-range"),
            (r#"{"count":"1.0"}"#, "/count", "invalid"),
            (r#"{"count":1,"text":2.0}"#, "/text", "invalid"),
            (r#"{"count":1.0,"count":1.0}"#, "", "duplicate-field"),
        ] {
            let told = (ProblemCode::Validation, json!([pointer, code]));
            assert_eq!(refusal(read(json)), told, "{json}");
        }
        assert_eq!(refusal(read(r#"{"count":1.}"#)).0, ProblemCode::BadJson);
    }

    #[test]
    fn an_array_is_no_body_whatever_stands_in_it() {
        let wrong = (ProblemCode::Validation, json!(["", "invalid"]));
        for json in ["[1]", "[1.0]", " [1e0,\"x\",null]", "\u{feff}[1.0]", "[]"] {
            assert_eq!(
                refusal(parse_json::<Asked>(json.as_bytes())),
                wrong,
                "{json}"
            );
            let in_place = parse_json_in_place::<Asked>(json.as_bytes());
            assert_eq!(refusal(in_place), wrong, "{json}");
        }
        let broken = parse_json::<Asked>(b"[1.0");
        assert_eq!(broken.unwrap_err().code(), ProblemCode::BadJson);
    }

    #[test]
    fn a_parameter_that_stands_there_often_is_looked_at_once() {
        for query in ["a=-0", "count=1.0", "count=x&count=1.0"] {
            let query = vec![query; 10_000].join("&");
            assert_eq!(
                with_plain(&query, "b"),
                None,
                "what is not there is not made plain"
            );
            let once = with_plain(&query, "a").or_else(|| with_plain(&query, "count"));
            let again =
                once.and_then(|once| with_plain(&once, "a").or_else(|| with_plain(&once, "count")));
            assert_eq!(again, None, "one round");
            assert!(parse_query::<Asked>(&query).is_err());
        }
    }

    #[test]
    fn an_integer_of_a_query_may_be_any_number_without_a_fraction() {
        let read = parse_query::<Asked>;
        for query in [
            "count=7&text=7.0",
            "count=7.0&text=7.0",
            "text=7.0&&also=&count=7e0",
        ] {
            assert_eq!(read(query).unwrap(), asked(7, "7.0", None), "{query}");
        }
        assert_eq!(read("count=1.0&also=-2.0").unwrap(), asked(1, "", Some(-2)));
        for (query, name, code) in [
            ("count=0.5", "count", "not-an-integer"),
            ("count=1.0&also=x", "also", "not-an-integer"),
            ("count=-0.5", "count", "not-an-integer"),
            ("count=-1", "count", "out-of-range"),
            ("count=256.0", "count", "out-of-range"),
            ("count=-1.0", "count", "out-of-range"),
            ("count=1.0&count=1.0", "count", "duplicate-field"),
            ("count=1.0&more=1.0", "more", "unknown-field"),
            ("also=1.0", "count", "required"),
            ("unknown field=1", "unknown field", "unknown-field"),
        ] {
            let told = (ProblemCode::BadQuery, json!([name, code]));
            assert_eq!(refusal(read(query)), told, "{query}");
        }
    }
}
