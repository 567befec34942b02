//! `apply` for users, sessions, partners and keys.

use uuid::Uuid;

use super::{
    StoreError,
    schema::{META_MASTER, Meta, Partners, Sessions, Usernames, Users},
    state::Applied,
    view::View,
};
use crate::domain::{
    change::Change,
    partner::{Partner, PartnerStatus},
    session::Session,
    user::{User, UserStatus},
};

/// Applies a change that is not about listings.
pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &Change,
) -> Result<(), StoreError> {
    match change {
        Change::UserInvited { .. }
        | Change::EnrolmentBegun { .. }
        | Change::Enrolled { .. }
        | Change::UserChanged { .. } => user(view, record, change),
        Change::SessionStarted { .. }
        | Change::SessionRefreshed { .. }
        | Change::SteppedUp { .. }
        | Change::SessionEnded { .. }
        | Change::SessionsEnded { .. } => session(view, record, change),
        Change::PartnerAdded { .. }
        | Change::PartnerChanged { .. }
        | Change::PartnerSecretChanged { .. } => partner(view, record, change),
        Change::KeyAdded { kid } => super::signing_keys::add(view, record, kid),
        Change::KeyRetired { kid } => super::signing_keys::retire(view, record, kid),
        Change::MasterSecretNamed { check } => view.put::<Meta>(META_MASTER, &check.to_vec()),
        Change::ClockConfirmed { .. } => super::trusted::told(view, record.entry.at),
        Change::TimeTrusted { at } => super::trusted::told(view, *at),
        Change::Tidied { before } => super::tidy::apply(view, *before),
        // Told by the journal, kept by nobody else.
        _ => Ok(()),
    }
}

fn edit_user(
    view: &mut View<'_>,
    id: Uuid,
    edit: impl FnOnce(&mut User),
) -> Result<(), StoreError> {
    let mut user = view.must::<Users>(&id, "no such user")?;
    edit(&mut user);
    user.version += 1;
    view.put::<Users>(&id, &user)
}

fn user(view: &mut View<'_>, record: &Applied<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::UserInvited {
            id,
            username,
            role,
            unit,
            generation,
            until,
        } => {
            let old = view.get::<Users>(id)?;
            let user = User {
                id: *id,
                username: username.clone(),
                role: *role,
                unit: *unit,
                status: UserStatus::Invited,
                password: None,
                generation: *generation,
                last_step: 0,
                invited_until: *until,
                created_at: old.as_ref().map_or(record.entry.at, |u| u.created_at),
                version: old.map_or(1, |u| u.version + 1),
            };
            end_sessions(view, *id)?;
            view.put::<Usernames>(username, id)?;
            view.put::<Users>(id, &user)
        }
        Change::EnrolmentBegun { user, password } => {
            let hash = record.text(Some(*password));
            edit_user(view, *user, |u| u.password = hash)
        }
        Change::Enrolled { user, step } => edit_user(view, *user, |u| {
            u.status = UserStatus::Active;
            u.last_step = *step;
        }),
        Change::UserChanged {
            id,
            role,
            unit,
            status,
        } => {
            if *status != UserStatus::Active {
                end_sessions(view, *id)?;
            }
            edit_user(view, *id, |u| {
                u.role = *role;
                u.unit = *unit;
                u.status = *status;
            })
        }
        _ => Ok(()),
    }
}

fn session(view: &mut View<'_>, record: &Applied<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::SessionStarted {
            id,
            user,
            refresh,
            step,
            expires_at,
        } => {
            use_step(view, *user, *step)?;
            let session = Session {
                id: *id,
                user: *user,
                refresh: *refresh,
                second_factor_at: record.entry.at,
                started_at: record.entry.at,
                expires_at: *expires_at,
            };
            view.put::<Sessions>(id, &session)
        }
        Change::SessionRefreshed {
            id,
            refresh,
            expires_at,
        } => {
            let mut session = view.must::<Sessions>(id, "no such session")?;
            session.refresh = *refresh;
            session.expires_at = *expires_at;
            view.put::<Sessions>(id, &session)
        }
        Change::SteppedUp { id, step } => {
            let mut session = view.must::<Sessions>(id, "no such session")?;
            session.second_factor_at = record.entry.at;
            use_step(view, session.user, *step)?;
            view.put::<Sessions>(id, &session)
        }
        Change::SessionEnded { id } => {
            view.remove::<Sessions>(id);
            Ok(())
        }
        Change::SessionsEnded { user } => end_sessions(view, *user),
        _ => Ok(()),
    }
}

/// A time step is accepted once (RFC 6238 §5.2). Not a change of the account that `ETag` tells.
fn use_step(view: &mut View<'_>, user: Uuid, step: u64) -> Result<(), StoreError> {
    let mut row = view.must::<Users>(&user, "no such user")?;
    row.last_step = step;
    view.put::<Users>(&user, &row)
}

fn end_sessions(view: &mut View<'_>, user: Uuid) -> Result<(), StoreError> {
    for session in view.sessions_of(user)? {
        view.remove::<Sessions>(&session.id);
    }
    Ok(())
}

fn partner(view: &mut View<'_>, record: &Applied<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::PartnerAdded {
            id,
            name,
            kind,
            scopes,
            kinds,
            public_key,
        } => {
            let partner = Partner {
                id: *id,
                name: name.clone(),
                kind: *kind,
                scopes: scopes.clone(),
                kinds: *kinds,
                status: PartnerStatus::Active,
                generation: 1,
                public_key: *public_key,
                created_at: record.entry.at,
                version: 1,
            };
            view.put::<Partners>(id, &partner)
        }
        Change::PartnerChanged {
            id,
            name,
            scopes,
            kinds,
            status,
            public_key,
        } => edit_partner(view, *id, |p| {
            p.name.clone_from(name);
            p.scopes.clone_from(scopes);
            p.kinds = *kinds;
            p.status = *status;
            p.public_key = *public_key;
        }),
        Change::PartnerSecretChanged { id, generation } => {
            edit_partner(view, *id, |p| p.generation = *generation)
        }
        _ => Ok(()),
    }
}

fn edit_partner(
    view: &mut View<'_>,
    id: Uuid,
    edit: impl FnOnce(&mut Partner),
) -> Result<(), StoreError> {
    let mut partner = view.must::<Partners>(&id, "no such partner")?;
    edit(&mut partner);
    partner.version += 1;
    view.put::<Partners>(&id, &partner)
}
