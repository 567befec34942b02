//! What the golden journal tells, from its first record on. Append to it; never change what is there.

use crate::{
    access::capability::Console,
    domain::{
        change::{
            AccountChange, Actor, Change, ClockChange, ErasureChange, Factor, Holder, ImportChange,
            ImportRow, Kept, KeyChange, LedgerChange, ListingChange, OfficialChange, PartRef,
            PartnerChange, Receipt, RegistryChange, RowOutcome, RowProposal, SessionChange,
        },
        client_key::ClientKeys,
        identifier::{Kind, Kinds},
        listing::Validity,
        method::MethodId,
        partner::{PartnerKind, PartnerStatus, Scope},
        role::Role,
        user::{User, UserStatus},
    },
    state::{
        import::bytes::encode,
        tests::machine::{COMMUNE, Machine, PROVINCE, at, id, identifier, subject, unit},
    },
};

/// Changes by one actor, with private parts of one holder.
pub(super) fn write(
    machine: &mut Machine,
    by: Actor,
    changes: Vec<Change>,
    private: &[(Holder, &[u8])],
) {
    let mut entry = machine.entry(by, changes);
    entry.parts = private
        .iter()
        .map(|(holder, _)| Kept {
            holder: *holder,
            keep_until: None,
        })
        .collect();
    let private = private.iter().map(|(_, bytes)| bytes.to_vec()).collect();
    machine.append(entry, private).unwrap();
    machine.now = machine.now.plus_seconds(60);
}

/// The kinds there were when the story began.
const KINDS: [Kind; 5] = [
    Kind::Phone,
    Kind::Account,
    Kind::Wallet,
    Kind::ShortCode,
    Kind::Sender,
];

/// All of it.
pub(super) fn story() -> Machine {
    let mut machine = Machine::new();
    founding(&mut machine);
    let an = machine.person_without_nonce(1, "an.nguyen", Role::Officer, COMMUNE);
    let binh = machine.person_without_nonce(2, "binh.tran", Role::Supervisor, PROVINCE);
    sessions(&mut machine);
    listings(&mut machine, &an, &binh);
    lists(&mut machine);
    administration(&mut machine);
    erasures(&mut machine);
    second_revision(&mut machine);
    machine
}

/// What came with the second revision.
fn second_revision(machine: &mut Machine) {
    machine.person(3, "chi.le", Role::Auditor, PROVINCE);
    let gateway = PartnerChange::Added {
        id: id(61),
        name: "Gateway".to_owned(),
        kind: PartnerKind::Telecom,
        scopes: vec![Scope::SmsGateway],
        kinds: KINDS.into_iter().collect(),
        keys: ClientKeys::None,
    };
    write(machine, Actor::Console, vec![gateway.into()], &[]);
}

fn founding(machine: &mut Machine) {
    let named = |kid: &str, wrapped| KeyChange::Added {
        kid: kid.to_owned(),
        wrapped,
    };
    let signs = |name: &str, wrapped| LedgerChange::KeyAdded {
        verifier_key: format!("canhgiac/sample+{name}"),
        wrapped,
    };
    let founded = vec![
        RegistryChange::Founded {
            installation: id(7),
        }
        .into(),
        RegistryChange::MasterSecretNamed { check: [9; 32] }.into(),
        named("first", None).into(),
        signs("00000001+AQ", None).into(),
    ];
    write(machine, Actor::Console, founded, &[]);
    let wrapped = [
        (Holder::Registry, &b"wrapped key"[..]),
        (Holder::Registry, b"another"),
    ];
    let more = vec![
        named("second", Some(0)).into(),
        signs("00000002+AQ", Some(1)).into(),
    ];
    write(machine, Actor::Console, more, &wrapped);
}

fn sessions(machine: &mut Machine) {
    let factors = [
        Factor::Totp { step: 60_000_000 },
        Factor::Passkey {
            credential: vec![1, 2, 3],
            counter: 4,
        },
        Factor::Oidc {
            issuer: "https://id.example".to_owned(),
            subject: "an".to_owned(),
        },
    ];
    for (number, factor) in (30..).zip(factors.clone()) {
        let started = SessionChange::Started {
            id: id(number),
            user: id(1),
            refresh: [3; 32],
            factor,
            expires_at: at(40_000),
        };
        write(machine, Actor::User(id(1)), vec![started.into()], &[]);
    }
    let [totp, ..] = factors;
    let rest: [SessionChange; 5] = [
        SessionChange::Refreshed {
            id: id(30),
            refresh: [4; 32],
            expires_at: at(50_000),
        },
        SessionChange::SteppedUp {
            id: id(30),
            factor: totp,
        },
        SessionChange::Ended { id: id(31) },
        SessionChange::SignInFailed { user: id(1) },
        SessionChange::AllEnded { user: id(1) },
    ];
    for change in rest {
        write(machine, Actor::Visitor, vec![change.into()], &[]);
    }
}

/// A decision of a supervisor that somebody at the machine took in that name.
fn decided(machine: &mut Machine, by: &User, number: u128, change: ListingChange) {
    let mut entry = machine.entry(Actor::User(by.id), vec![change.into()]);
    entry.through = Some(Actor::Console);
    entry.parts = vec![Kept {
        holder: Holder::Listing(id(number)),
        keep_until: None,
    }];
    let reason = "đã đối chiếu".as_bytes().to_vec();
    machine.append(entry, vec![reason]).unwrap();
}

fn listings(machine: &mut Machine, an: &User, binh: &User) {
    let officer = Console::officer(an).unwrap();
    let numbers = [
        "0950001001",
        "account:VN:970436:0000000070001",
        "wallet:VN:momo:+84950001001",
        "short_code:VN:987654",
        "sender:VN:mau-bank",
        "0950001002",
    ];
    for (number, text) in (100..).zip(numbers) {
        machine.propose(&officer, number, text).unwrap();
        machine.now = machine.now.plus_seconds(60);
    }
    let reason = Some(0);
    let until = |machine: &Machine, number| {
        let kind = machine.listing(number).kind;
        Validity::default().until(kind, machine.now)
    };
    let rejected = ListingChange::Rejected {
        id: id(105),
        reason,
    };
    decided(machine, binh, 105, rejected);
    for number in 100..105 {
        let confirmed = ListingChange::Confirmed {
            id: id(number),
            valid_until: until(machine, number),
            reason,
        };
        decided(machine, binh, number, confirmed);
        machine.now = machine.now.plus_seconds(60);
    }
    let renewed = ListingChange::Renewed {
        id: id(100),
        valid_until: until(machine, 100),
        reason,
    };
    decided(machine, binh, 100, renewed);
    let delisted = ListingChange::Delisted {
        id: id(101),
        reason,
    };
    decided(machine, binh, 101, delisted);
    machine.now = machine.now.plus_days(91);
    let expired = vec![ListingChange::Expired { id: id(103) }.into()];
    write(machine, Actor::Schedule, expired, &[]);
}

fn lists(machine: &mut Machine) {
    let row = |line: u32, parts: u16| ImportRow {
        line,
        outcome: RowOutcome::Accepted,
        reason: Some("bank-from-title".to_owned()),
        method: MethodId::other(),
        unit: unit(COMMUNE),
        identifiers: Some(parts),
        proposals: vec![RowProposal {
            id: id(200 + u128::from(line)),
            kind: Kind::Phone,
            subject: parts + 1,
        }],
        evidence: Some(parts + 2),
    };
    let private = |line: u32| {
        let text = format!("095000200{line}");
        let read = encode(&[identifier(&text)], "");
        [
            read,
            subject(200 + u128::from(line), &text).encode(),
            b"theo danh s\xc3\xa1ch".to_vec(),
        ]
    };
    let bytes: Vec<Vec<u8>> = [private(1), private(2), private(3)].concat();
    let held: Vec<(Holder, &[u8])> = bytes
        .iter()
        .enumerate()
        .map(|(place, bytes)| {
            let line = u32::try_from(place / 3 + 1).unwrap();
            let import = id(50);
            (Holder::ImportRow { import, line }, bytes.as_slice())
        })
        .collect();
    let staged = ImportChange::Staged {
        import: id(50),
        rows: vec![row(1, 0), row(2, 3), row(3, 6)],
    };
    let by = Actor::User(id(1));
    write(machine, by, vec![staged.into()], &held);
    let proposed = ImportChange::Proposed {
        import: id(50),
        unit: unit(COMMUNE),
        rows: 3,
        file: Some(0),
        document: Some(1),
    };
    let words = [
        (Holder::Import(id(50)), "danh sách.xlsx".as_bytes()),
        (Holder::Import(id(50)), b"12/CV"),
    ];
    write(machine, by, vec![proposed.into()], &words);
    let by = Actor::User(id(2));
    let why = [(Holder::Import(id(50)), &b"ok"[..])];
    let confirmed = ImportChange::Confirmed {
        import: id(50),
        listings: vec![id(201), id(202)],
        valid_until: Kind::ALL
            .map(|kind| (kind, machine.now.plus_days(90)))
            .to_vec(),
        reason: Some(0),
    };
    write(machine, by, vec![confirmed.into()], &why);
    let rejected = ImportChange::Rejected {
        import: id(50),
        listings: vec![id(203)],
        reason: Some(0),
    };
    write(machine, by, vec![rejected.into()], &why);
}

fn administration(machine: &mut Machine) {
    let key = identifier("0950003001").key();
    let partner = |status| PartnerChange::Changed {
        id: id(60),
        name: "Bank".to_owned(),
        scopes: vec![
            Scope::FeedRead,
            Scope::CheckBulk,
            Scope::FlagsWrite,
            Scope::RequestsAnswer,
        ],
        kinds: [Kind::Phone, Kind::Account].into_iter().collect::<Kinds>(),
        status,
        keys: ClientKeys::Ed25519([5; 32]),
    };
    let changes: Vec<Change> = vec![
        OfficialChange::Added {
            key: key.clone(),
            name_vi: "Tổng đài".to_owned(),
            name_en: "Hotline".to_owned(),
        }
        .into(),
        OfficialChange::Removed { key }.into(),
        PartnerChange::Added {
            id: id(60),
            name: "Bank".to_owned(),
            kind: PartnerKind::Bank,
            scopes: vec![Scope::FeedRead],
            kinds: KINDS.into_iter().collect(),
            keys: ClientKeys::None,
        }
        .into(),
        partner(PartnerStatus::Suspended).into(),
        partner(PartnerStatus::Active).into(),
        PartnerChange::SecretReplaced {
            id: id(60),
            generation: 2,
        }
        .into(),
        AccountChange::Changed {
            id: id(1),
            role: Role::Auditor,
            unit: unit(PROVINCE),
            status: UserStatus::Suspended,
        }
        .into(),
        KeyChange::Retired {
            kid: "first".to_owned(),
        }
        .into(),
        LedgerChange::KeyRetired {
            verifier_key: "canhgiac/sample+00000001+AQ".to_owned(),
        }
        .into(),
        LedgerChange::Heartbeat.into(),
        ClockChange::Trusted { at: at(99) }.into(),
    ];
    for change in changes {
        write(machine, Actor::Partner(id(60)), vec![change], &[]);
    }
    let mut entry = machine.entry(
        Console::admin().acting().actor(),
        vec![ClockChange::Confirmed { reason: Some(0) }.into()],
    );
    entry.receipt = Some(Receipt {
        key: [1; 32],
        body: [2; 32],
        created: id(70),
    });
    entry.through = Some(Actor::Console);
    entry.parts = vec![Kept {
        holder: Holder::Registry,
        keep_until: Some(machine.now.plus_days(30)),
    }];
    machine
        .append(entry, vec![b"\xc4\x91\xc3\xa3 xem".to_vec()])
        .unwrap();
}

fn erasures(machine: &mut Machine) {
    let part = machine.listing(100).history[0].part.unwrap();
    let holder = Holder::Listing(id(100));
    let erased = vec![
        ErasureChange::Part { holder, part }.into(),
        ErasureChange::Everything {
            holder: Holder::Listing(id(101)),
        }
        .into(),
        ErasureChange::Everything {
            holder: Holder::ImportRow {
                import: id(50),
                line: 3,
            },
        }
        .into(),
    ];
    write(machine, Actor::Console, erased, &[]);
    let parts: Vec<PartRef> = machine.view().to_destroy().unwrap();
    let destroyed = vec![ErasureChange::Destroyed { parts }.into()];
    write(machine, Actor::Schedule, destroyed, &[]);
    let pruned = vec![RegistryChange::Pruned { before: at(60_000) }.into()];
    write(machine, Actor::Schedule, pruned, &[]);
}
