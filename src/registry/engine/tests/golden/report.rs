//! What the golden journal tells of reports: every deed and every step of a clock. Append to it; never change what is there.

use super::story::write;
use crate::{
    domain::{
        change::{
            Actor, Change, ErasureChange, Holder, PartRef, ReportChange, ReportReceived,
            TrailChange,
        },
        evidence::FileKind,
        identifier::Identifier,
        intake::{
            calendar::due,
            clock::{ClockKind, PauseReason},
            length::Length,
            reference::Reference,
            step::ClockStep,
            terms::Terms,
        },
        method::MethodId,
        report::{
            deed::Deed,
            file::{FileCopy, FileKept},
            told::{Contact, ReachBy, SmsSender, Told, ToldIdentifier, Transfer},
            words::{Channel, IdentifierRole, Outcome, ReportKind, SealedPart, Side},
        },
        trail::Sealed,
    },
    state::tests::machine::{COMMUNE, Machine, PROVINCE, at, id, unit},
};

/// The report that everything is done to, and one that tells of the same.
const IT: u128 = 0x700;
const OTHER: u128 = 0x701;

const WORDS: &[u8] = "lời".as_bytes();

fn received(number: u128, clocks: Vec<ClockStep>) -> Change {
    ReportChange::Received(Box::new(ReportReceived {
        id: id(number),
        reference: Reference::of_random(u32::try_from(number).unwrap()),
        kind: ReportKind::Loss,
        channel: Channel::Sms,
        urgent: true,
        unit: unit(COMMUNE),
        method: Some(MethodId::other()),
        told: 0,
        contact: Some(1),
        sender: Some(2),
        source: Some(3),
        keep_sender_until: Some(at(90 * 86_400)),
        keep_source_until: Some(at(86_400)),
        keep_original: false,
        receipt: [u8::try_from(number & 0xff).unwrap(); 32],
        replaces_receipt: true,
        clocks,
    }))
    .into()
}

fn told() -> Told {
    let account = Identifier::from_key("account:VN:970436:0000000070001").unwrap();
    Told {
        identifiers: vec![ToldIdentifier {
            identifier: account,
            role: IdentifierRole::ReceivedMoney,
        }],
        own_given: 1,
        amount_vnd: Some(5_000_000),
        currency: Some("USD".into()),
        transfers: vec![Transfer {
            at: at(-60),
            amount_vnd: 5_000_000,
            to: Some(0),
            bank_ref: Some("FT1".into()),
        }],
        happened_at: Some("2026-11".into()),
        story: "Họ bảo tôi trúng thưởng.".into(),
        place: Some(unit(COMMUNE)),
        masked: 1,
    }
}

fn comes(machine: &mut Machine, number: u128, clocks: Vec<ClockStep>) {
    let contact = Contact {
        name: "Người Báo".into(),
        phone: "0950 009 009".into(),
        how: ReachBy::Zalo,
        best_time: "tối".into(),
    };
    let sender = SmsSender {
        number: "0950009009".into(),
        lookup: [9; 32],
    };
    let holder = Holder::Report(id(number));
    write(
        machine,
        Actor::Visitor,
        vec![received(number, clocks)],
        &[
            (holder, &told().encode()),
            (holder, &contact.encode()),
            (holder, &sender.encode()),
            (holder, &[4; 32]),
        ],
    );
}

fn does(machine: &mut Machine, by: Actor, deed: Deed, clocks: Vec<ClockStep>) {
    let count = deed.parts().len();
    let holder = Holder::Report(id(IT));
    let told = told().encode();
    let key = [5; 32];
    let bytes: &[u8] = if matches!(deed, Deed::Classified { .. }) {
        &told
    } else if matches!(deed, Deed::FileAdded { .. } | Deed::CopyMade { .. }) {
        &key
    } else {
        WORDS
    };
    let private = vec![(holder, bytes); count];
    let change = ReportChange::Done {
        id: id(IT),
        deed,
        clocks,
    };
    write(machine, by, vec![change.into()], &private);
}

/// Everything that can be done to a report.
pub(super) fn told_of(machine: &mut Machine) {
    let mut terms = Terms::default();
    terms.set("report_urgent", "90s").unwrap();
    terms.set("report_transfer", "1d").unwrap();
    let now = machine.now;
    let start = |kind| terms.start(kind, unit(COMMUNE), now);
    comes(machine, IT, ClockKind::ALL.map(start).to_vec());
    comes(machine, OTHER, Vec::new());
    for (deed, clocks) in deeds(machine) {
        does(machine, Actor::User(id(1)), deed, clocks);
    }
    let gone = ErasureChange::Everything {
        holder: Holder::Report(id(OTHER)),
    };
    // The sender of the first report: its third part.
    let place = machine.records.iter().position(|kept| {
        let first = kept.entry.changes.first();
        matches!(first, Some(Change::Report(ReportChange::Received(it))) if it.id == id(IT))
    });
    let part = ErasureChange::Part {
        holder: Holder::Report(id(IT)),
        part: PartRef {
            seq: place.unwrap() as u64 + 1,
            part: 2,
        },
    };
    write(
        machine,
        Actor::Schedule,
        vec![gone.into(), part.into()],
        &[],
    );
    let read = TrailChange::Read {
        who: id(1),
        what: Sealed::Report(id(IT)),
        times: 2,
        since: at(0),
    };
    let much = TrailChange::OpenedMuch {
        who: id(1),
        times: 30,
    };
    write(
        machine,
        Actor::Schedule,
        vec![read.into(), much.into()],
        &[],
    );
}

/// Each deed once, with the steps of clocks that there are.
fn deeds(machine: &Machine) -> Vec<(Deed, Vec<ClockStep>)> {
    let (kind, target) = (ClockKind::ReportResolve, ClockKind::ReportAttempt);
    let extended = due(machine.now, Length::WorkingDays(30), true);
    let steps = [
        ClockStep::Met {
            kind: ClockKind::ReportAck,
        },
        ClockStep::Missed {
            kind: ClockKind::ReportUrgent,
        },
        ClockStep::Extended {
            kind,
            until: extended.at,
            skipped: extended.skipped,
            estimated: extended.estimated,
        },
        ClockStep::Corrected {
            kind,
            old: extended.at,
            new: extended.at.plus_days(1),
            skipped: Vec::new(),
            estimated: false,
        },
        ClockStep::Paused {
            kind: target,
            reason: PauseReason::ReporterAsked,
        },
        ClockStep::Resumed {
            kind: target,
            due_at: extended.at,
        },
        ClockStep::Stopped { kind },
    ];
    let mut steps = steps.into_iter();
    let mut step = || steps.next().into_iter().collect::<Vec<_>>();
    let of_a_file = |stored, key| FileKept {
        stored: id(stored),
        sha256: [1; 32],
        bytes: 10,
        kind: FileKind::Jpeg,
        key,
    };
    let mut deeds = vec![
        (
            Deed::Acknowledged {
                kind: ReportKind::Loss,
                message: 0,
            },
            step(),
        ),
        (Deed::Classified { told: 0 }, step()),
    ];
    for length in [Length::Seconds(5), Length::Hours(5), Length::Months(5)] {
        let started = ClockStep::Started {
            kind: ClockKind::ReportAck,
            length,
            due_at: extended.at,
            skipped: Vec::new(),
            estimated: true,
        };
        let met = ClockStep::Met {
            kind: ClockKind::ReportAck,
        };
        deeds.push((Deed::TimePassed, vec![started, met]));
    }
    let plain = [
        Deed::Assigned {
            user: id(1),
            unit: unit(COMMUNE),
        },
        Deed::TransferOffered {
            to: unit(PROVINCE),
            reason: 0,
        },
        Deed::TransferAccepted {
            unit: unit(PROVINCE),
        },
        Deed::TransferReturned {
            from: unit(COMMUNE),
            reason: 0,
            decides: Some(unit(PROVINCE)),
        },
        Deed::HandedOver {
            competent: unit(PROVINCE),
            reason: 0,
        },
        Deed::Asked {
            message: 0,
            until: at(1_000_000),
        },
        Deed::AnswerOverdue,
        Deed::Messaged {
            side: Side::Reporter,
            text: 0,
        },
        Deed::Suspended {
            reason: PauseReason::ExpertOpinion,
            words: 0,
            document: 1,
        },
        Deed::Resumed { reason: 0 },
        Deed::Extended {
            reason: 0,
            document: Some(1),
        },
        Deed::Resolved {
            outcome: Outcome::CaseOpened,
            reason: 0,
            message: Some(1),
            document: Some(2),
            document_date: Some("2026-11-29".into()),
        },
        Deed::Reopened {
            side: Side::Unit,
            reason: 0,
        },
        Deed::ListingProposed { listing: id(30) },
        Deed::Listed { listing: id(30) },
        Deed::Linked {
            to: id(OTHER),
            reason: 0,
        },
        Deed::Unlinked {
            from: id(OTHER),
            reason: 0,
        },
        Deed::Withdrawn { reason: Some(0) },
        Deed::ReviewAsked { text: Some(0) },
        Deed::Held {
            until: at(2_000_000),
            reason: 0,
        },
        Deed::Unheld { reason: 0 },
        Deed::Opened {
            part: SealedPart::File(1),
            unit: unit(COMMUNE),
            reason: 0,
        },
        Deed::BankCalled {
            called: true,
            at: at(0),
            note: 0,
        },
        Deed::FileAdded {
            file: of_a_file(0x50, 0),
            side: Side::Reporter,
        },
        Deed::CopyMade {
            file: 1,
            copy: FileCopy {
                stored: id(0x51),
                sha256: [2; 32],
                bytes: 9,
                kind: FileKind::Png,
                key: 0,
            },
        },
        Deed::OriginalDestroyed { file: 1 },
        Deed::FileAdded {
            file: of_a_file(0x52, 0),
            side: Side::Unit,
        },
        Deed::CopyFailed { file: 2 },
        Deed::ReceiptReplaced {
            generation: 1,
            lookup: [7; 32],
        },
        Deed::ReceiptTaken,
        Deed::ReceiptReissued {
            generation: 2,
            lookup: [8; 32],
            reason: 0,
        },
        Deed::Received,
        Deed::Keeps {
            contact: at(3_000_000),
            words: at(4_000_000),
        },
    ];
    deeds.extend(plain.into_iter().map(|deed| (deed, step())));
    deeds
}
