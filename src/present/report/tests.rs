use super::*;
use crate::domain::{
    change::Actor,
    part::{KeptText, Part, PartRef},
    report::{
        deed::{Deed, ReportEvent},
        sample,
    },
};

const NOW: Time = Time::from_millis(1_795_161_600_000);

fn told_report() -> Report {
    let mut report = sample::report("14812", NOW);
    let part = Part::default();
    report.events.push(ReportEvent {
        at: NOW,
        by: Actor::User(Uuid::from_u128(1)),
        deed: Deed::Acknowledged {
            kind: report.kind,
            message: part,
        },
        texts: vec![KeptText {
            place: PartRef { seq: 1, part },
            text: "Chúng tôi đã nhận.".into(),
        }],
    });
    report
}

fn shown(words: bool) -> serde_json::Value {
    let showing = Showing {
        words,
        now: NOW,
        lang: Lang::Vi,
    };
    serde_json::to_value(report(&told_report(), &Beside::default(), showing)).unwrap()
}

#[test]
fn who_works_on_it_reads_what_was_told_but_nothing_sealed() {
    let json = shown(true);
    assert_eq!(json["type"], "report");
    assert_eq!(json["story"], "Họ bảo chuyển tiền.");
    assert_eq!(json["amount_vnd"], 5_000_000);
    assert_eq!(json["identifiers"][0]["role"], "contacted_me");
    assert_eq!(json["identifiers"][0]["key"], "phone:+84950001001");
    assert_eq!(json["messages"][0]["text"], "Chúng tôi đã nhận.");
    assert_eq!(json["messages"][0]["from"], "unit");
    assert_eq!(json["events"][0]["message"], "Chúng tôi đã nhận.");
    assert_eq!(json["sealed"], serde_json::json!(["contact"]));
    let text = json.to_string();
    assert!(
        !text.contains("Mẫu") && !text.contains("0950 001 002"),
        "{text}"
    );
}

#[test]
fn who_only_looks_reads_clocks_states_and_deeds_without_a_word_or_number() {
    let json = shown(false);
    assert_eq!(json["state"], "received");
    assert_eq!(json["clocks"].as_array().unwrap().len(), 2);
    assert_eq!(json["events"][0]["deed"], "acknowledged");
    for absent in [
        "story",
        "identifiers",
        "amount_vnd",
        "messages",
        "transfers",
        "method",
    ] {
        assert!(json.get(absent).is_none(), "{absent}");
    }
    let text = json.to_string();
    for word in ["chuyển tiền", "95000", "Chúng tôi"] {
        assert!(!text.contains(word), "{word}");
    }
}
