//! What the golden journal tells of refusals, reads, pulls and addresses, and of official numbers in the ledger. Append to
//! it; never change what is there.

use super::story::write;
use crate::{
    domain::{
        change::{Actor, Change, Holder, OfficialChange, TrailChange},
        trail::{AddressToken, Pull, Refusal, Sealed},
    },
    state::tests::machine::{Machine, at, id, identifier},
};

/// Everything that the audit trail tells beside changes.
pub(super) fn told(machine: &mut Machine) {
    let address = AddressToken {
        key_day: 20_786,
        tag: *b"twelve bytes",
    };
    let because: Vec<Change> = vec![
        TrailChange::Reasoned { reason: 0 }.into(),
        TrailChange::CameFrom { address }.into(),
    ];
    let why = [(Holder::Registry, "theo công văn".as_bytes())];
    write(machine, Actor::User(id(1)), because, &why);
    let since = at(1);
    let refused = [
        Refusal::SignIn,
        Refusal::SlowedDown,
        Refusal::SecondFactor,
        Refusal::Enrolment,
        Refusal::PartnerCredentials,
        Refusal::NotAllowed,
        Refusal::NotSeen,
        Refusal::StaleFactor,
        Refusal::SecondPerson,
        Refusal::ForgedForm,
    ];
    let refused = refused.map(|why| TrailChange::Refused {
        who: Actor::User(id(1)),
        why,
        times: 3,
        addresses: vec![address],
        since,
    });
    let read = [
        Sealed::Listing(id(100)),
        Sealed::Import(id(50)),
        Sealed::Approval(id(300)),
        Sealed::Trail,
        Sealed::More,
    ];
    let read = read.map(|what| TrailChange::Read {
        who: id(2),
        what,
        times: 1,
        since,
    });
    let pulled = [Pull::Snapshot, Pull::Changes].map(|what| TrailChange::Pulled {
        partner: id(60),
        what,
        times: 60,
        from: 0,
        to: 7,
        since,
    });
    let mut told: Vec<Change> = refused.into_iter().map(Change::from).collect();
    told.extend(read.map(Change::from));
    told.extend(pulled.map(Change::from));
    told.push(TrailChange::Untold { times: 9, since }.into());
    write(machine, Actor::Schedule, told, &[]);
}

/// An official number that makes a leaf when it is added and when it is taken out, and the table beside it.
pub(super) fn officials(machine: &mut Machine) {
    let key = identifier("0950003002").key();
    let protected: Vec<Change> = vec![
        OfficialChange::TableNamed { digest: [7; 32] }.into(),
        OfficialChange::Protected {
            key: key.clone(),
            name_vi: "Tổng đài".to_owned(),
            name_en: "Hotline".to_owned(),
        }
        .into(),
    ];
    write(machine, Actor::User(id(3)), protected, &[]);
    let unprotected = vec![OfficialChange::Unprotected { key }.into()];
    write(machine, Actor::User(id(3)), unprotected, &[]);
}
