//! Partners: telecom operators, banks and wallets with programs of their own.

use uuid::Uuid;

use super::{
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    domain::{
        change::PartnerChange,
        client_key::ClientKeys,
        identifier::Kinds,
        listing::Refusal,
        partner::{Partner, PartnerKind, PartnerStatus, Scope},
        time::Time,
    },
    store::{StoreError, schema::Partners},
};

/// An administrator adds a partner.
pub struct Add {
    pub id: Uuid,
    pub name: String,
    pub kind: PartnerKind,
    pub scopes: Vec<Scope>,
    /// Kinds of identifier that its feed holds.
    pub kinds: Kinds,
    pub keys: ClientKeys,
}

/// An administrator changes what a partner is called and may do; `None` leaves it.
pub struct Edit {
    pub id: Uuid,
    /// What was read.
    pub version: Option<u32>,
    pub name: Option<String>,
    pub scopes: Option<Vec<Scope>>,
    pub kinds: Option<Kinds>,
    pub suspended: Option<bool>,
    pub keys: Option<ClientKeys>,
}

/// Adds a partner.
///
/// # Errors
/// None.
pub fn add(_view: &View<'_>, request: &Add, _now: Now) -> Result<Plan, Refused> {
    let added = PartnerChange::Added {
        id: request.id,
        name: request.name.clone(),
        kind: request.kind,
        scopes: each_once(&request.scopes),
        kinds: request.kinds,
        keys: request.keys.clone(),
    };
    Ok(Plan::creating(request.id, added))
}

/// Changes what a partner is called and may do.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Listing`] as stale when the version is not what stands.
pub fn edit(view: &View<'_>, request: &Edit, _now: Now) -> Result<Plan, Refused> {
    let partner = load(view, request.id)?;
    if request.version.is_some_and(|read| read != partner.version) {
        return Err(Refusal::Stale.into());
    }
    let status = match request.suspended {
        Some(true) => PartnerStatus::Suspended,
        Some(false) => PartnerStatus::Active,
        None => partner.status,
    };
    let scopes = request.scopes.as_deref().map(each_once);
    Ok(Plan::one(PartnerChange::Changed {
        id: request.id,
        name: request.name.clone().unwrap_or(partner.name),
        scopes: scopes.unwrap_or(partner.scopes),
        kinds: request.kinds.unwrap_or(partner.kinds),
        status,
        keys: request.keys.clone().unwrap_or(partner.keys),
    }))
}

/// An administrator gives a partner a new secret.
pub struct RenewSecret {
    pub id: Uuid,
    /// Until when the secret of before is good too; none when it is worthless at once.
    pub old_until: Option<Time>,
}

/// Gives a partner a new secret. Of those before, the last one at most is good beside it.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn renew_secret(view: &View<'_>, request: &RenewSecret, _now: Now) -> Result<Plan, Refused> {
    let id = request.id;
    let generation = load(view, id)?.generation + 1;
    Ok(Plan::one(match request.old_until {
        Some(old_until) => PartnerChange::SecretRenewed {
            id,
            generation,
            old_until,
        },
        None => PartnerChange::SecretReplaced { id, generation },
    }))
}

/// One partner.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn load(view: &View<'_>, id: Uuid) -> Result<Partner, Refused> {
    view.get::<Partners>(&id)?.ok_or(Refused::NotFound)
}

fn each_once(scopes: &[Scope]) -> Vec<Scope> {
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &PartnerChange,
) -> Result<(), StoreError> {
    match change {
        PartnerChange::Added {
            id,
            name,
            kind,
            scopes,
            kinds,
            keys,
        } => {
            let partner = Partner {
                id: *id,
                name: name.clone(),
                kind: *kind,
                scopes: scopes.clone(),
                kinds: *kinds,
                status: PartnerStatus::Active,
                generation: 1,
                old_secret_until: None,
                keys: keys.clone(),
                created_at: record.entry.at,
                version: 1,
            };
            view.put::<Partners>(id, &partner)
        }
        PartnerChange::Changed {
            id,
            name,
            scopes,
            kinds,
            status,
            keys,
        } => update(view, *id, |partner| {
            partner.name.clone_from(name);
            partner.scopes.clone_from(scopes);
            partner.kinds = *kinds;
            partner.status = *status;
            partner.keys.clone_from(keys);
        }),
        PartnerChange::SecretReplaced { id, generation } => update(view, *id, |partner| {
            partner.generation = *generation;
            partner.old_secret_until = None;
        }),
        PartnerChange::SecretRenewed {
            id,
            generation,
            old_until,
        } => update(view, *id, |partner| {
            partner.generation = *generation;
            partner.old_secret_until = Some(*old_until);
        }),
    }
}

fn update(
    view: &mut View<'_>,
    id: Uuid,
    edit: impl FnOnce(&mut Partner),
) -> Result<(), StoreError> {
    let mut partner = view.must::<Partners>(&id, "no such partner")?;
    edit(&mut partner);
    partner.version += 1;
    view.put::<Partners>(&id, &partner)
}
