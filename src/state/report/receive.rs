//! A report comes in.

use std::sync::Arc;

use uuid::Uuid;

use super::{Doing, steps};
use crate::domain::report::file::NewFile;
use crate::{
    domain::{
        change::{ReportChange, ReportReceived},
        intake::{reference::Reference, terms::Terms},
        method::MethodId,
        official,
        report::{
            deed::Deed,
            file::FileKept,
            told::{Contact, SmsSender, Told},
            words::{Channel, IdentifierRole, ReportKind, Side},
        },
        unit::UnitCode,
    },
    state::{
        plan::{Now, Plan},
        refused::Refused,
        view::View,
    },
    store::schema::{Officials, ReportReferences, Reports},
};

/// A report, read and within its limits.
pub struct Receive {
    pub id: Uuid,
    pub reference: Reference,
    pub kind: ReportKind,
    pub channel: Channel,
    /// The unit that is to have it.
    pub unit: UnitCode,
    pub method: Option<MethodId>,
    pub told: Told,
    pub contact: Contact,
    pub sender: Option<SmsSender>,
    pub source: Option<[u8; 32]>,
    pub keep_original: bool,
    /// HMAC of the receipt code.
    pub receipt: [u8; 32],
    pub files: Vec<NewFile>,
    pub terms: Arc<Terms>,
}

/// Takes a report.
///
/// # Errors
/// [`Refused::AlreadyExists`] for an id or a reference that was used.
pub fn receive(view: &View<'_>, request: &Receive, now: Now) -> Result<Plan, Refused> {
    let is_known = view.get::<Reports>(&request.id)?.is_some();
    if is_known || view.get::<ReportReferences>(&request.reference)?.is_some() {
        return Err(Refused::AlreadyExists);
    }
    let mut told = request.told.clone();
    impersonate(view, &mut told)?;
    let urgent = request.kind == ReportKind::Loss && told.is_urgent(now.wall);
    let mut doing = Doing {
        plan: Plan {
            created: request.id,
            ..Plan::default()
        },
        id: request.id,
    };
    let part = doing.bytes(told.encode());
    let contact = (!request.contact.is_empty()).then(|| doing.bytes(request.contact.encode()));
    let sender = request.sender.as_ref();
    let sender = sender.map(|sender| doing.bytes(sender.encode()));
    let source = request.source.map(|source| doing.bytes(source.to_vec()));
    let (terms, unit) = (&request.terms, request.unit);
    doing
        .plan
        .push(ReportChange::Received(Box::new(ReportReceived {
            id: request.id,
            reference: request.reference,
            kind: request.kind,
            channel: request.channel,
            urgent,
            unit,
            method: request.method,
            told: part,
            contact,
            sender,
            source,
            keep_sender_until: sender.map(|_| request.terms.sender_until(now.wall)),
            keep_source_until: source.map(|_| request.terms.source_until(now.wall)),
            keep_original: request.keep_original,
            receipt: request.receipt,
            replaces_receipt: request.channel.is_by_officer(),
            clocks: steps::of_a_new_report(terms, request.kind, urgent, unit, now.wall),
        })));
    for file in &request.files {
        add_file(&mut doing, file, Side::Reporter);
    }
    Ok(doing.plan())
}

/// Whoever reports an official number was called by somebody who pretended to have it.
fn impersonate(view: &View<'_>, told: &mut Told) -> Result<(), Refused> {
    for told in &mut told.identifiers {
        let is_official = official::builtin(&told.identifier).is_some()
            || view.get::<Officials>(&told.identifier.key())?.is_some();
        if is_official {
            told.role = IdentifierRole::Impersonated;
        }
    }
    Ok(())
}

/// Takes a file into what is written down.
pub(super) fn add_file(doing: &mut Doing, file: &NewFile, side: Side) {
    let key = doing.bytes(file.key.to_vec());
    let file = FileKept {
        stored: file.stored,
        sha256: file.sha256,
        bytes: file.bytes,
        kind: file.kind,
        key,
    };
    doing.done(Deed::FileAdded { file, side }, Vec::new());
}
