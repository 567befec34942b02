//! Official numbers in the changes.

use super::*;

#[test]
fn official_numbers_are_followed_and_a_changed_name_is_no_name() {
    let (mut log, mut copy) = (Log::default(), Copy::empty());
    let key = "phone:+84950000009";
    let protect = format!(r#"{{"op":"protect","key":"{key}","name_vi":"Mẫu","name_en":"Sample"}}"#);
    log.append(
        LeafOp::Protect,
        None,
        None,
        r#"{"op":"protect","table":"00"}"#,
    );
    log.append(LeafOp::Protect, None, None, &protect);
    let (body, head) = log.page(0);
    let changed = body.replace("Sample", "Other");
    assert_eq!(copy.refused(&changed, &head), "changed-value");
    let hidden = body.replace(r#""op":"protect","key""#, r#""op":"guard","key""#);
    assert_eq!(copy.refused(&hidden, &head), "contradiction");
    assert!(copy.apply(&body, &head).unwrap().officials);
    let officials = |copy: &Copy| {
        let mut found = Vec::new();
        copy.database
            .each_official(|key, name| found.push((key, name.en)))
            .unwrap();
        found
    };
    assert_eq!(officials(&copy), [(key.to_owned(), "Sample".to_owned())]);
    let off = format!(r#"{{"op":"unprotect","key":"{key}"}}"#);
    log.append(LeafOp::Unprotect, None, None, &off);
    let (body, head) = log.page(2);
    copy.apply(&body, &head).unwrap();
    assert!(officials(&copy).is_empty());
}
