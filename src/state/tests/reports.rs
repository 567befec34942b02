//! Reports from their coming to their erasure, with clocks of seconds.

mod coming;
mod ending;
mod keeping;
mod passing;
mod reporter;
mod working;

use std::sync::Arc;

use super::machine::{COMMUNE, Machine, PROVINCE, at, id, identifier, officer, supervisor, unit};
use crate::domain::report::{
    acts::{Decision, OfficerAct, Wish},
    file::NewFile,
};
use crate::{
    access::capability::{Acting, FreshSupervisor, Officer, Supervisor},
    domain::{
        change::Actor,
        intake::{
            clock::{Clock, ClockKind},
            reference::Reference,
            terms::Terms,
        },
        report::{
            Report,
            told::{Contact, Told, ToldIdentifier, Transfer},
            words::{Channel, IdentifierRole, ReportKind},
        },
        role::Role,
    },
    state::{
        refused::Refused,
        report::{
            load,
            officer::{Assign, OfficerRequest, act, assign},
            outcome::{Decide, decide},
            receive::{Receive, receive},
            reporter::{Ask, ask},
            time::pass,
        },
    },
    store::schema::DueReports,
};

/// Another ward of the province.
const OTHER_WARD: &str = "14818";
const ACCOUNT: &str = "VCB 0000000070001";
const PHONE: &str = "0950 001 001";
/// The report that most tests are about.
const IT: u128 = 100;

/// A ward, another ward, the province; and terms of seconds.
struct Scene {
    machine: Machine,
    terms: Arc<Terms>,
    an: Officer,
    binh: FreshSupervisor,
    cuc: Officer,
    province: Officer,
    chief: FreshSupervisor,
}

impl Scene {
    fn new() -> Self {
        Self::with(&[])
    }

    /// With other terms than those of seconds.
    fn with(other: &[(&str, &str)]) -> Self {
        let mut machine = Machine::new();
        let mut person = |number, name, role, unit| machine.person(number, name, role, unit);
        let an = person(1, "an.ng", Role::Officer, COMMUNE);
        let binh = person(2, "binh", Role::Supervisor, COMMUNE);
        let cuc = person(3, "cuc", Role::Officer, OTHER_WARD);
        let dung = person(4, "dung", Role::Officer, PROVINCE);
        let giang = person(5, "giang", Role::Supervisor, PROVINCE);
        Self {
            machine,
            terms: Arc::new(terms(other)),
            an: officer(&an),
            binh: supervisor(&binh),
            cuc: officer(&cuc),
            province: officer(&dung),
            chief: supervisor(&giang),
        }
    }

    /// Lets a report come in, at the ward.
    fn comes(&mut self, number: u128, kind: ReportKind, told: Told) {
        let request = receiving(number, kind, told, &self.terms);
        self.receive(&request).unwrap();
    }

    fn receive(&mut self, request: &Receive) -> Result<uuid::Uuid, Refused> {
        self.machine
            .commit(Acting::visitor(), |view, now| receive(view, request, now))
    }

    fn report(&self, number: u128) -> Report {
        load(&self.machine.view(), id(number)).unwrap()
    }

    fn it(&self) -> Report {
        self.report(IT)
    }

    fn clock(&self, kind: ClockKind) -> Clock {
        self.it().clock(kind).cloned().expect("a clock")
    }

    fn does(&mut self, who: &Officer, wanted: OfficerAct) -> Result<(), Refused> {
        self.does_on(who, IT, wanted)
    }

    fn does_on(&mut self, who: &Officer, number: u128, wanted: OfficerAct) -> Result<(), Refused> {
        let request = OfficerRequest {
            who: who.clone(),
            id: id(number),
            version: self.report(number).version,
            act: wanted,
            terms: Arc::clone(&self.terms),
        };
        let done = self
            .machine
            .commit(who.acting(), |view, now| act(view, &request, now));
        done.map(drop)
    }

    fn decides(&mut self, who: &FreshSupervisor, decision: Decision) -> Result<(), Refused> {
        let request = Decide {
            who: who.clone(),
            id: id(IT),
            version: self.it().version,
            decision,
            terms: Arc::clone(&self.terms),
        };
        let done = self
            .machine
            .commit(who.acting(), |view, now| decide(view, &request, now));
        done.map(drop)
    }

    fn assigns(&mut self, who: &FreshSupervisor, user: u128) -> Result<(), Refused> {
        let request = Assign {
            who: Supervisor::from(who.clone()),
            id: id(IT),
            version: self.it().version,
            user: id(user),
        };
        let done = self
            .machine
            .commit(who.acting(), |view, now| assign(view, &request, now));
        done.map(drop)
    }

    fn wishes(&mut self, wish: Wish) -> Result<(), Refused> {
        let request = Ask {
            id: id(IT),
            wish,
            terms: Arc::clone(&self.terms),
        };
        let done = self
            .machine
            .commit(Acting::visitor(), |view, now| ask(view, &request, now));
        done.map(drop)
    }

    /// So many seconds later the schedule looks at what is due.
    fn later(&mut self, seconds: i64) {
        self.machine.now = self.machine.now.plus_seconds(seconds);
        loop {
            let due: Vec<_> = self.due().into_iter().collect();
            if due.is_empty() {
                return;
            }
            let done = self
                .machine
                .commit(Acting::schedule(), |view, now| pass(view, &due, now));
            done.map(drop).unwrap();
        }
    }

    fn due(&self) -> Vec<uuid::Uuid> {
        let rows = self.machine.view().all::<DueReports>().unwrap();
        let due = rows.into_iter().filter(|(at, _)| *at < self.machine.now);
        due.map(|(_, id)| id).collect()
    }

    /// Takes it and checks its identifiers, as a ward does first.
    fn taken(&mut self) {
        let (an, report) = (self.an.clone(), self.it());
        self.does(&an, acknowledge()).unwrap();
        let told = Box::new(report.told.unwrap());
        self.does(&an, OfficerAct::Classify { told }).unwrap();
    }

    /// What the records alone say is what stands, also when what was erased is gone from them.
    fn replays(&mut self) {
        assert!(self.machine.replayed() == self.machine.memory);
        self.machine.destroy();
        assert!(self.machine.replayed() == self.machine.memory);
    }
}

fn terms(other: &[(&str, &str)]) -> Terms {
    let seconds = [
        ("report_urgent", "5s"),
        ("report_handover", "10s"),
        ("report_ack", "20s"),
        ("report_precheck", "30s"),
        ("report_resolve", "40s"),
        ("report_resolve_extension", "40s"),
        ("report_resume", "30s"),
        ("report_tell", "10s"),
        ("report_attempt", "25s"),
        ("report_transfer", "15s"),
        ("report_answer", "12s"),
        ("keep_contact", "100s"),
        ("keep_story", "300s"),
        ("keep_spam", "50s"),
        ("keep_attempt", "200s"),
        ("keep_sms_sender", "60s"),
        ("keep_source", "30s"),
    ];
    let mut terms = Terms::default();
    for (name, text) in seconds.iter().chain(other) {
        terms.set(name, text).unwrap();
    }
    terms
}

fn told(text: &str, role: IdentifierRole) -> ToldIdentifier {
    ToldIdentifier {
        identifier: identifier(text),
        role,
    }
}

/// Money went to an account a minute ago.
fn loss() -> Told {
    Told {
        identifiers: vec![told(ACCOUNT, IdentifierRole::ReceivedMoney)],
        amount_vnd: Some(5_000_000),
        transfers: vec![Transfer {
            at: at(-60),
            amount_vnd: 5_000_000,
            to: Some(0),
            bank_ref: None,
        }],
        story: "Họ bảo tôi trúng thưởng.".into(),
        ..Told::default()
    }
}

/// A call without a loss.
fn attempt() -> Told {
    Told {
        identifiers: vec![told(PHONE, IdentifierRole::ContactedMe)],
        story: "Họ tự xưng là công an.".into(),
        ..Told::default()
    }
}

fn contact() -> Contact {
    Contact {
        name: "Người Báo".into(),
        phone: "0950 009 009".into(),
        ..Contact::default()
    }
}

fn receiving(number: u128, kind: ReportKind, told: Told, terms: &Arc<Terms>) -> Receive {
    Receive {
        id: id(number),
        reference: Reference::of_random(u32::try_from(number).unwrap()),
        kind,
        channel: Channel::Web,
        unit: unit(COMMUNE),
        method: None,
        told,
        contact: contact(),
        sender: None,
        source: Some([4; 32]),
        keep_original: true,
        receipt: lookup(number),
        files: Vec::new(),
        terms: Arc::clone(terms),
    }
}

/// What stands for the HMAC of a receipt code.
fn lookup(number: u128) -> [u8; 32] {
    let mut lookup = [0; 32];
    lookup[..16].copy_from_slice(&number.to_be_bytes());
    lookup
}

fn file(number: u128) -> NewFile {
    NewFile {
        stored: id(number),
        sha256: [1; 32],
        bytes: 10,
        kind: crate::domain::evidence::FileKind::Png,
        key: [2; 32],
    }
}

fn acknowledge() -> OfficerAct {
    OfficerAct::Acknowledge {
        message: "Công an phường đã nhận báo cáo của bác.".into(),
        kind: None,
    }
}

fn reason() -> String {
    "lý do".into()
}

fn user(number: u128) -> Actor {
    Actor::User(id(number))
}
