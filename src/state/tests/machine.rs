//! A machine in memory: it decides, applies and keeps its records, as the writer and the journal do.

use uuid::Uuid;

use crate::{
    access::capability::{Acting, Console, FreshSupervisor, Officer, Sample},
    domain::{
        change::{AccountChange, Actor, Change, Entry, Factor, Holder},
        identifier::Identifier,
        listing::{Decision, Listing, Subject, Validity},
        method::MethodId,
        role::Role,
        time::Time,
        unit::UnitCode,
        user::{User, Username},
    },
    formats::ndjson::PAYLOAD,
    state::{
        account::{self, Vouching},
        listing::{self, Decide, Propose},
        own_account,
        plan::{Now, Plan},
        record::{Applied, Source},
        refused::Refused,
        standing::still_stands,
        view::View,
    },
    store::{StoreError, memory::Memory, rows::Rows},
};

/// What stands for the hash of everybody's password.
pub const HASH: &str = "$argon2id$";

pub const START: Time = Time::from_millis(1_800_000_000_000);
/// Thanh Hóa, and one of its communes.
pub const PROVINCE: &str = "38";
pub const COMMUNE: &str = "14812";
/// Hà Nội.
pub const ELSEWHERE: &str = "01";

/// A time so many seconds after the start.
pub fn at(seconds: i64) -> Time {
    START.plus_seconds(seconds)
}

pub fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

pub fn identifier(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A record with its private parts; `None` where they were destroyed.
#[derive(Clone)]
pub struct Kept {
    pub entry: Entry,
    pub private: Vec<Option<Vec<u8>>>,
}

/// Tables in memory, and all records so far.
#[derive(Clone)]
pub struct Machine {
    pub memory: Memory,
    pub records: Vec<Kept>,
    /// Version of the payloads that its leaves commit to.
    pub payload: u8,
    pub now: Time,
}

impl Machine {
    #[expect(
        clippy::new_without_default,
        reason = "a test says what it starts with"
    )]
    pub fn new() -> Self {
        Self {
            memory: Memory::default(),
            records: Vec::new(),
            payload: PAYLOAD,
            now: START,
        }
    }

    pub fn view(&self) -> View<'_> {
        View::new(&self.memory)
    }

    /// Decides, twice, and applies. Deciding twice on one state must give one plan.
    pub fn commit(
        &mut self,
        by: Acting,
        decide: impl Fn(&View<'_>, Now) -> Result<Plan, Refused>,
    ) -> Result<Uuid, Refused> {
        let now = Now::at(self.now);
        still_stands(&self.view(), by, now)?;
        let plan = decide(&self.view(), now)?;
        let again = decide(&self.view(), now)?;
        assert!(plan == again, "one state, two plans");
        let created = plan.created;
        if !plan.changes.is_empty() {
            self.record(by, plan).expect("a plan that fits its state");
        }
        Ok(created)
    }

    /// Makes a plan a record, whether it was decided or not.
    pub fn record(&mut self, by: Acting, plan: Plan) -> Result<(), StoreError> {
        let mut entry = self.entry(by.actor(), plan.changes);
        entry.through = by.through();
        entry.parts = plan.kept;
        self.append(entry, plan.private)
    }

    /// An entry of now.
    pub fn entry(&self, by: Actor, changes: Vec<Change>) -> Entry {
        Entry {
            at: self.now,
            by,
            through: None,
            changes,
            receipt: None,
            parts: Vec::new(),
            payload: self.payload,
            commitments: Vec::new(),
        }
    }

    /// Applies an entry and keeps it.
    pub fn append(&mut self, entry: Entry, private: Vec<Vec<u8>>) -> Result<(), StoreError> {
        let mut kept = Kept {
            entry,
            private: private.into_iter().map(Some).collect(),
        };
        kept.entry.commitments = apply(
            &mut self.memory,
            self.records.len(),
            &kept,
            Source::Deciding,
        )?;
        self.records.push(kept);
        Ok(())
    }

    /// What the records alone add up to.
    pub fn replayed(&self) -> Memory {
        let mut memory = Memory::default();
        for (place, kept) in self.records.iter().enumerate() {
            apply(&mut memory, place, kept, Source::Replaying).expect("a record that fits");
        }
        memory
    }

    /// Carries out the erasures that wait, as the journal does.
    pub fn destroy(&mut self) {
        let parts = self.view().to_destroy().unwrap();
        for part in &parts {
            let record = usize::try_from(part.seq - 1).unwrap();
            self.records[record].private[usize::from(part.part)] = None;
        }
        if !parts.is_empty() {
            let done = |view: &View<'_>, now: Now| {
                crate::state::erasure::note_destroyed(view, &parts, now)
            };
            self.commit(Acting::schedule(), done).unwrap();
        }
    }

    /// Makes an account that may sign in.
    pub fn person(&mut self, number: u128, name: &str, role: Role, code: &str) -> User {
        self.enrolled(number, name, role, code, Some([7; 16]))
    }

    /// As [`Machine::person`], as versions before the nonce wrote it.
    pub fn person_without_nonce(
        &mut self,
        number: u128,
        name: &str,
        role: Role,
        code: &str,
    ) -> User {
        self.enrolled(number, name, role, code, None)
    }

    fn enrolled(
        &mut self,
        number: u128,
        name: &str,
        role: Role,
        code: &str,
        nonce: Option<[u8; 16]>,
    ) -> User {
        let invite = account::Invite {
            id: id(number),
            username: Username::parse(name).unwrap(),
            role,
            unit: unit(code),
            until: self.now.plus_days(3),
            vouching: vouching(0),
        };
        // Nobody needs to stand behind these: tests of that ask for it themselves.
        self.commit(Console::admin().acting(), |view, now| {
            let mut plan = account::invite(view, &invite, now)?;
            plan.changes.truncate(1);
            Ok(plan)
        })
        .unwrap();
        let owner = Acting::signing_in(id(number));
        let hash = HASH.to_owned();
        let mut old = Plan::default();
        let part = old.keep(Holder::Account(id(number)), &hash).unwrap();
        old.push(AccountChange::PasswordChosen {
            user: id(number),
            password: part,
        });
        match nonce {
            Some(nonce) => {
                let password = own_account::ChoosePassword {
                    user: id(number),
                    generation: 1,
                    hash,
                    nonce,
                };
                let begun = self.commit(owner, |view, now| {
                    own_account::choose_password(view, &password, now)
                });
                begun.map(drop).unwrap();
            }
            None => self.record(owner, old).map(drop).unwrap(),
        }
        let enrol = own_account::Enrol {
            user: id(number),
            generation: 1,
            nonce,
            factor: Factor::Totp { step: 1 },
            signs_in: None,
        };
        self.commit(owner, |view, now| own_account::enrol(view, &enrol, now))
            .unwrap();
        self.user(number)
    }

    pub fn user(&self, number: u128) -> User {
        account::load(&self.view(), id(number)).unwrap()
    }

    pub fn listing(&self, number: u128) -> Listing {
        listing::load(&self.view(), id(number)).unwrap()
    }

    /// Lets an officer propose a number as the listing of this id.
    pub fn propose(
        &mut self,
        officer: &Officer,
        number: u128,
        text: &str,
    ) -> Result<Uuid, Refused> {
        let request = Propose {
            id: id(number),
            subject: subject(number, text),
            method: MethodId::other(),
            unit: officer.unit(),
            evidence: "ba người báo".to_owned(),
        };
        self.commit(officer.acting(), |view, now| {
            listing::propose(view, &request, now)
        })
    }

    /// Lets a supervisor decide on a listing as it stands.
    pub fn decide(
        &mut self,
        who: &FreshSupervisor,
        number: u128,
        decision: Decision,
    ) -> Result<Uuid, Refused> {
        let version = self.view().listing(id(number))?.map_or(0, |l| l.version);
        let request = Decide {
            who: who.clone(),
            id: id(number),
            version,
            decision,
            reason: "đã đối chiếu".to_owned(),
            validity: Validity::default(),
            terms: Default::default(),
        };
        self.commit(who.acting(), |view, now| {
            listing::decide(view, &request, now)
        })
    }
}

/// Whom a listing is about, with the secret of its number.
pub fn subject(number: u128, text: &str) -> Subject {
    let mut secret = [0; 32];
    secret[..16].copy_from_slice(&number.to_be_bytes());
    Subject {
        identifier: identifier(text),
        secret,
    }
}

pub fn officer(user: &User) -> Officer {
    Sample::officer(user).unwrap()
}

pub fn supervisor(user: &User) -> FreshSupervisor {
    Sample::supervisor(user).unwrap()
}

/// Asks for a second person as an approval of this number, from the desk.
pub fn vouching(number: u128) -> Vouching {
    Vouching {
        id: id(number),
        until: START.plus_days(10_000),
        at_console: false,
    }
}

/// Applies a record at its place, from 0.
pub fn apply(
    memory: &mut Memory,
    place: usize,
    kept: &Kept,
    source: Source,
) -> Result<Vec<[u8; 32]>, StoreError> {
    let before = memory.clone();
    let seq = place as u64 + 1;
    let mut view = View::new(&before);
    let commitments = view.apply(&Applied {
        seq,
        chain: [u8::try_from(seq % 251).unwrap(); 32],
        entry: &kept.entry,
        private: &kept.private,
        source,
    });
    if commitments.is_err() {
        let (writes, position, steps) = view.into_parts();
        let untouched = writes.is_empty() && position == before.position() && steps.is_empty();
        assert!(
            untouched,
            "a record that does not fit left something behind"
        );
        return commitments;
    }
    let (writes, position, _) = view.into_parts();
    memory.commit(writes, position);
    commitments
}

/// The one change of the last record.
pub fn last_change(machine: &Machine) -> &Change {
    let changes = &machine.records.last().unwrap().entry.changes;
    assert_eq!(changes.len(), 1);
    &changes[0]
}
