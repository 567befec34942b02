//! Changes of a newer registry.

use super::*;

/// A leaf that no registry of today writes.
fn newer_leaf(op: &str, kind: Option<&str>, about: Option<u64>, payload: &str) -> AnyLeaf {
    let beat = Leaf {
        op: LeafOp::Beat,
        kind: None,
        minute: 29_924_334,
        about,
        commitment: commit(&SALT, payload.as_bytes()),
    };
    let text = AnyLeaf::from(beat).encode().replacen("beat", op, 1);
    let kind = kind.map_or("null".into(), |kind| format!("\"{kind}\""));
    let text = text.replacen("\"k\":null", &format!("\"k\":{kind}"), 1);
    AnyLeaf::parse(text.as_bytes()).unwrap()
}

#[test]
fn a_newer_registry_is_followed() {
    let (mut log, mut copy) = (Log::default(), Copy::empty());
    let first = log.put(LeafOp::List, 1, None, false);
    // What it does that is not known here, and to no listing: by a word of its own, or as a mark.
    log.newer(
        &newer_leaf("case", None, None, ""),
        r#""op":"case","case":{"x":[1]}"#,
    );
    log.newer(
        &newer_leaf("case", Some("phone"), None, ""),
        r#""op":"mark""#,
    );
    // A kind that is not known: one that this copy does not get, listed, renewed and ended.
    let mark = r#""op":"mark""#;
    let website = log.newer(&newer_leaf("list", Some("website"), None, ""), mark);
    let website = log.newer(
        &newer_leaf("renew", Some("website"), Some(website), ""),
        mark,
    );
    log.newer(
        &newer_leaf("expire", Some("website"), Some(website), ""),
        mark,
    );
    // And one that it is given: kept as it is sent, and counted.
    let key = "email:VN:a@b.example";
    let listing = r#""listing":"0193573c-0000-7000-8000-000000000009""#;
    let members = format!(
        r#""op":"put","key":"{key}","kind":"email",{listing},"method":"moi","unit":"99","listed_at":"2026-11-23T18:14:00Z","valid_until":"2027-02-21T18:14:00Z","disputed":false,"new":7"#
    );
    let salt = format!(r#","salt":"{}""#, STANDARD.encode(SALT));
    let payload = format!("{{{members}}}");
    let leaf = newer_leaf("list", Some("email"), None, &payload);
    let email = log.newer(&leaf, &format!("{members}{salt}"));
    log.digest.add(key, email);
    log.count += 1;
    let (body, head) = log.page(0);
    let staged = copy.apply(&body, &head).unwrap();
    assert_eq!(staged.shown[key].as_ref().unwrap().kind, "email");
    assert_eq!((copy.position.count, copy.position.digest), (2, log.digest));
    // What it says is still held against the log.
    let other = body.replace("\"unit\":\"99\"", "\"unit\":\"98\"");
    assert_eq!(Copy::empty().refused(&other, &head), "changed-value");
    let other = body.replacen(&format!("{members}{salt}"), mark, 1);
    assert_eq!(Copy::empty().refused(&other, &head), "wrong-count");
    // And what it says of an entry that is known here is said in words that are known.
    let other = body.replacen(r#""op":"put""#, r#""op":"new""#, 1);
    assert_eq!(Copy::empty().refused(&other, &head), "contradiction");

    let members = format!(r#""op":"del","key":"{key}",{listing},"reason":"expired""#);
    let payload = format!("{{{members}}}");
    let leaf = newer_leaf("expire", Some("email"), Some(email), &payload);
    log.newer(&leaf, &format!("{members}{salt}"));
    log.digest.remove(key, email);
    log.count -= 1;
    let (body, head) = log.page(email + 1);
    copy.apply(&body, &head).unwrap();
    assert_eq!((copy.position.count, copy.position.digest), (1, log.digest));
    // Whatever is done to a listing has to be understood.
    let leaf = newer_leaf("merge", Some("phone"), Some(first), "");
    let from = log.newer(&leaf, mark);
    let (body, head) = log.page(from);
    assert_eq!(copy.refused(&body, &head), "bad-leaf");
}
