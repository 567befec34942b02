//! Partners: telecom operators, banks and wallets with programs of their own.

use uuid::Uuid;

use super::{Plan, ReceiptKey, Registry, RegistryError, error::field, keys::Issuer, new_id};
use crate::{
    access::{
        capability::{Admin, Auditor},
        client::{self, ClientError, Credentials},
    },
    domain::{
        change::Change,
        identifier::Kinds,
        partner::{Partner, PartnerKind, PartnerStatus, Scope},
        time::Time,
    },
    store::{schema::Partners, view::View},
};

/// Longest name, in characters.
const MAX_NAME: usize = 120;

/// A new partner.
pub struct NewPartner {
    pub name: String,
    pub kind: PartnerKind,
    pub scopes: Vec<Scope>,
    /// Kinds of identifier that its feed holds.
    pub kinds: Kinds,
    pub public_key: Option<[u8; 32]>,
}

/// What to change; `None` leaves it.
#[derive(Default)]
pub struct PartnerEdit {
    pub name: Option<String>,
    pub scopes: Option<Vec<Scope>>,
    pub kinds: Option<Kinds>,
    pub suspended: Option<bool>,
    pub public_key: Option<Option<[u8; 32]>>,
}

impl Registry {
    /// Adds a partner and answers with its secret.
    ///
    /// # Errors
    /// [`RegistryError::Field`].
    pub fn add_partner(
        &self,
        admin: &Admin,
        new: NewPartner,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<(Partner, String), RegistryError> {
        let name = name(&new.name)?;
        some(new.kinds)?;
        let partner = self.commit(
            admin.acting(),
            now,
            receipt,
            move |_| {
                let id = new_id(now);
                Ok(Plan {
                    made: id,
                    ..Plan::one(Change::PartnerAdded {
                        id,
                        name,
                        kind: new.kind,
                        scopes: tidy(new.scopes),
                        kinds: new.kinds,
                        public_key: new.public_key,
                    })
                })
            },
            load,
        )?;
        let secret = self.master.client_secret(&partner);
        Ok((partner, secret))
    }

    /// Changes what a partner is called and may do. Works at once.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; stale when `version` is not what stands.
    pub fn edit_partner(
        &self,
        admin: &Admin,
        id: Uuid,
        edit: PartnerEdit,
        version: Option<u32>,
        now: Time,
    ) -> Result<Partner, RegistryError> {
        edit.kinds.map_or(Ok(()), some)?;
        let new_name = edit.name.as_deref().map(name).transpose()?;
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                let partner = load(view, id)?;
                if version.is_some_and(|read| read != partner.version) {
                    return Err(crate::domain::listing::Refusal::Stale.into());
                }
                let status = match edit.suspended {
                    Some(true) => PartnerStatus::Suspended,
                    Some(false) => PartnerStatus::Active,
                    None => partner.status,
                };
                Ok(Plan::one(Change::PartnerChanged {
                    id,
                    name: new_name.unwrap_or(partner.name),
                    scopes: edit.scopes.map_or(partner.scopes, tidy),
                    kinds: edit.kinds.unwrap_or(partner.kinds),
                    status,
                    public_key: edit.public_key.unwrap_or(partner.public_key),
                }))
            },
            move |view, _| load(view, id),
        )
    }

    /// Gives a partner a new secret; the old one is worthless from now.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub fn new_secret(
        &self,
        admin: &Admin,
        id: Uuid,
        now: Time,
    ) -> Result<(Partner, String), RegistryError> {
        let partner = self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                let generation = load(view, id)?.generation + 1;
                Ok(Plan::one(Change::PartnerSecretChanged { id, generation }))
            },
            move |view, _| load(view, id),
        )?;
        let secret = self.master.client_secret(&partner);
        Ok((partner, secret))
    }

    /// One partner.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub fn partner(&self, _reader: &Auditor, id: Uuid) -> Result<Partner, RegistryError> {
        self.load_partner(id)?.ok_or(RegistryError::NotFound)
    }

    /// Partners in order of adding.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn partners(
        &self,
        _reader: &Auditor,
        after: Option<Uuid>,
        limit: usize,
    ) -> Result<(Vec<Partner>, Option<Uuid>), RegistryError> {
        let after = after.map(|id| id.as_bytes().to_vec());
        let page = self.shared.store()?.page::<Partners>(
            &[],
            after.as_deref(),
            limit,
            usize::MAX,
            |_, _| true,
        )?;
        let next = page.next.and_then(|key| Uuid::from_slice(&key).ok());
        Ok((page.rows, next))
    }

    /// An access token for a program that proved to be a partner (RFC 6749 §4.4).
    ///
    /// # Errors
    /// [`ClientError`] in OAuth's words; storage faults as [`RegistryError`].
    pub fn grant(
        &self,
        issuer: &Issuer,
        credentials: &Credentials,
        scope: Option<&str>,
        replay: &client::ReplayGuard,
        now: Time,
    ) -> Result<Result<Grant, ClientError>, RegistryError> {
        let Some(partner) = self.load_partner(credentials.client_id())? else {
            return Ok(Err(ClientError::InvalidClient));
        };
        let endpoint = format!("{}/v1/oauth/token", issuer.url);
        let audiences = [endpoint.as_str(), issuer.url.as_str()];
        let granted =
            client::authenticate(credentials, &partner, &self.master, &audiences, replay, now)
                .and_then(|()| client::granted_scopes(scope, &partner));
        Ok(granted.map(|scopes| Grant {
            token: self.partner_token(issuer, partner.id, &scopes, now),
            scopes,
        }))
    }

    fn load_partner(&self, id: Uuid) -> Result<Option<Partner>, RegistryError> {
        Ok(self.shared.store()?.get::<Partners>(&id)?)
    }
}

/// What a partner's program gets.
pub struct Grant {
    pub token: String,
    pub scopes: Vec<Scope>,
}

fn load(view: &View<'_>, id: Uuid) -> Result<Partner, RegistryError> {
    view.get::<Partners>(&id)?.ok_or(RegistryError::NotFound)
}

fn name(text: &str) -> Result<String, RegistryError> {
    let text = super::listing::note("/name", text)?;
    if text.is_empty() {
        return Err(field("/name", "required"));
    }
    if text.chars().count() > MAX_NAME || text.contains('\n') {
        return Err(field("/name", "too-long"));
    }
    Ok(text)
}

/// A feed of no kind at all is a mistake.
fn some(kinds: Kinds) -> Result<(), RegistryError> {
    if kinds.is_empty() {
        return Err(field("/kinds", "required"));
    }
    Ok(())
}

fn tidy(mut scopes: Vec<Scope>) -> Vec<Scope> {
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}
