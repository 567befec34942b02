//! A made-up report for tests.

use uuid::Uuid;

use super::{
    Holding, Keeping, Report,
    told::{Contact, Told, ToldIdentifier},
    words::{Channel, IdentifierRole, ReportKind, ReportState},
};
use crate::domain::{
    identifier::Identifier,
    intake::{clock::ClockKind, reference::Reference, step::apply_step, terms::Terms},
    time::Time,
    unit::UnitCode,
};

/// A report of a loss that came to a unit, with the clocks of acknowledging and resolving.
pub(crate) fn report(unit: &str, at: Time) -> Report {
    let unit = UnitCode::parse(unit).expect(unit);
    let mut clocks = Vec::new();
    for kind in [ClockKind::ReportAck, ClockKind::ReportResolve] {
        apply_step(&mut clocks, &Terms::default().start(kind, unit, at), at);
    }
    let key = "phone:+84950001001";
    Report {
        id: Uuid::from_u128(7),
        reference: Reference::of_random(48_217_735),
        kind: ReportKind::Loss,
        channel: Channel::Web,
        urgent: false,
        received_at: at,
        unit,
        holders: vec![Holding { unit, since: at }],
        competent_unit: None,
        offer: None,
        returns: 0,
        assignee: None,
        state: ReportState::Received,
        answer_until: None,
        resolution: None,
        duplicate_of: None,
        before_link: None,
        withdrawn_at: None,
        review_asked_at: None,
        method: None,
        told: Some(Told {
            identifiers: vec![ToldIdentifier {
                identifier: Identifier::from_key(key).expect(key),
                role: IdentifierRole::ContactedMe,
            }],
            amount_vnd: Some(5_000_000),
            story: "Họ bảo chuyển tiền.".into(),
            ..Told::default()
        }),
        contact: Some(Contact {
            name: "Nguyễn Thị Mẫu".into(),
            phone: "0950 001 002".into(),
            ..Contact::default()
        }),
        told_parts: Vec::new(),
        contact_part: None,
        sender: None,
        sender_part: None,
        source: None,
        source_part: None,
        keep_original: true,
        files: Vec::new(),
        receipt: [7; 32],
        receipt_generation: 0,
        old_receipt: None,
        replaces_receipt: false,
        clocks,
        events: Vec::new(),
        listings: Vec::new(),
        openings: Vec::new(),
        kept: Keeping::default(),
        held_until: None,
        parts: Vec::new(),
        erased_at: None,
        version: 1,
    }
}
