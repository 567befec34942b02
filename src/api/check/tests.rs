//! What a body asks.

use serde_json::{Value, json};

use super::*;

/// What is asked, or the code of the refusal with the first field that is wrong.
fn asked(body: &str) -> Result<Vec<Option<String>>, (ProblemCode, Value)> {
    let read = questions(body.as_bytes()).map_err(|problem| {
        let told = serde_json::to_value(problem.body(Lang::En, "", "")).unwrap();
        let first = &told["errors"][0];
        (problem.code(), json!([first["pointer"], first["code"]]))
    });
    read.map(|inputs| inputs.into_iter().map(|input| input.q).collect())
}

#[test]
fn a_body_asks_one_question_or_several() {
    let words = |words: &[&str]| Ok(words.iter().map(|word| Some((*word).to_owned())).collect());
    for (body, questions) in [
        (r#"{"q":"1"}"#, words(&["1"])),
        (r#"{"items":[{"q":"1"},{"q":"2"}]}"#, words(&["1", "2"])),
        ("\u{feff} {\"items\":[{\"q\":\"1\"}]}", words(&["1"])),
        (r#"{"items":[]}"#, words(&[])),
        // It speaks of them and has none.
        (r#"{"q":"\"items\""}"#, words(&["\"items\""])),
        // Each answers for itself.
        (
            r#"{"items":[{"q":"1"},{"z":1},["2"],3,null]}"#,
            Ok(vec![Some("1".into()), None, None, None, None]),
        ),
    ] {
        assert_eq!(asked(body), questions, "{body}");
    }
}

#[test]
fn a_body_that_asks_nothing_is_told_where_it_is_wrong() {
    let wrong = |pointer: &str, code: &str| (ProblemCode::Validation, json!([pointer, code]));
    for (body, refusal) in [
        (r#"{"items":null}"#, wrong("/items", "unknown-field")),
        (r#"{"items":5}"#, wrong("/items", "invalid")),
        (r#"{"items":{"q":"1"}}"#, wrong("/items", "invalid")),
        (r#"{"items":[],"z":1}"#, wrong("/z", "unknown-field")),
        (
            r#"{"items":[{"q":"1"}],"q":"1"}"#,
            wrong("/q", "unknown-field"),
        ),
        (r#"{"items":[],"items":[]}"#, wrong("", "duplicate-field")),
        (r#"[{"items":[]}]"#, wrong("", "invalid")),
        (r#"{"q":5}"#, wrong("/q", "invalid")),
    ] {
        assert_eq!(asked(body), Err(refusal), "{body}");
    }
    let broken = asked(r#"{"items":[}"#).map_err(|(code, _)| code);
    assert_eq!(broken, Err(ProblemCode::BadJson));
}
