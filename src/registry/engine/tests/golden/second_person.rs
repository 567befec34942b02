//! What the golden journal tells of acts that want a second person. Append to it; never change what is there.

use super::story::write;
use crate::{
    domain::{
        approval::{Act, Cause},
        change::{
            Actor, ApprovalChange, Holder, ImportChange, ImportRow, Kept, ListingChange,
            RowOutcome, RowProposal,
        },
        identifier::Kind,
        listing::Subject,
        method::MethodId,
        role::Role,
    },
    state::tests::machine::{COMMUNE, Machine, PROVINCE, id, identifier, subject, unit},
};

/// Every act that wants a second person, and every way that it ends.
pub(super) fn approvals(machine: &mut Machine) {
    let key = identifier("0950003001").key();
    let acts = [
        Act::Account {
            user: id(2),
            role: Role::Supervisor,
            unit: unit(PROVINCE),
            cause: Cause::Changed,
        },
        Act::AddOfficial {
            key: key.clone(),
            name_vi: "Tổng đài".to_owned(),
            name_en: "Hotline".to_owned(),
        },
        Act::RemoveOfficial { key },
        Act::EraseNotes { listing: id(102) },
        Act::EraseListing {
            listing: id(102),
            version: 2,
        },
    ];
    for (number, act) in (300..).zip(acts) {
        let asked = ApprovalChange::Asked {
            id: id(number),
            act,
            unit: unit(PROVINCE),
            until: machine.now.plus_days(7),
            reason: Some(0),
        };
        let why = [(Holder::Approval(id(number)), "theo công văn".as_bytes())];
        write(machine, Actor::User(id(1)), vec![asked.into()], &why);
    }
    let (why, reason) = ("đã xem".as_bytes(), Some(0));
    let holder = |number| [(Holder::Approval(id(number)), why)];
    let agreed = ApprovalChange::Agreed {
        id: id(300),
        reason,
    };
    write(
        machine,
        Actor::User(id(3)),
        vec![agreed.into()],
        &holder(300),
    );
    let refused = ApprovalChange::Refused {
        id: id(301),
        reason,
    };
    write(
        machine,
        Actor::User(id(3)),
        vec![refused.into()],
        &holder(301),
    );
    let lapsed = vec![ApprovalChange::Lapsed { id: id(302) }.into()];
    write(machine, Actor::Schedule, lapsed, &[]);
}

/// Proposals that were made at the machine itself, and taken over by a person.
pub(super) fn adoptions(machine: &mut Machine) {
    let proposed = ListingChange::Proposed {
        id: id(110),
        kind: Kind::Phone,
        subject: 0,
        method: MethodId::other(),
        unit: unit(COMMUNE),
        import: None,
        evidence: None,
    };
    let mut entry = machine.entry(Actor::User(id(1)), vec![proposed.into()]);
    entry.through = Some(Actor::Console);
    entry.parts = vec![Kept {
        holder: Holder::Listing(id(110)),
        keep_until: None,
    }];
    let about = subject(110, "0950001009").encode();
    machine.append(entry, vec![about]).unwrap();
    let adopted = ListingChange::Adopted {
        id: id(110),
        reason: Some(0),
    };
    let why = [(Holder::Listing(id(110)), "đã xem".as_bytes())];
    write(machine, Actor::User(id(2)), vec![adopted.into()], &why);
    let listing = Subject {
        identifier: identifier("0950001010"),
        secret: [7; 32],
    };
    let row = ImportRow {
        line: 1,
        outcome: RowOutcome::Accepted,
        reason: None,
        method: MethodId::other(),
        unit: unit(COMMUNE),
        identifiers: None,
        proposals: vec![RowProposal {
            id: id(211),
            kind: Kind::Phone,
            subject: 0,
        }],
        evidence: None,
    };
    let staged = ImportChange::Staged {
        import: id(51),
        rows: vec![row],
    };
    let about = listing.encode();
    let held = [(Holder::Listing(id(211)), about.as_slice())];
    write(machine, Actor::User(id(1)), vec![staged.into()], &held);
    let proposed = ImportChange::Proposed {
        import: id(51),
        unit: unit(COMMUNE),
        rows: 1,
        file: None,
        document: None,
    };
    let mut entry = machine.entry(Actor::User(id(1)), vec![proposed.into()]);
    entry.through = Some(Actor::Console);
    machine.append(entry, Vec::new()).unwrap();
    let adopted = ImportChange::Adopted {
        import: id(51),
        listings: vec![id(211)],
        reason: Some(0),
    };
    let why = [(Holder::Import(id(51)), "đã xem".as_bytes())];
    write(machine, Actor::User(id(2)), vec![adopted.into()], &why);
}
