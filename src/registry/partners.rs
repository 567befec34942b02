//! Partners: telecom operators, banks and wallets with programs of their own.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    ReceiptKey, Registry, RegistryError, engine::shared::new_id, keys::Issuer, listing::name,
    reasoned::Reasoned,
};
use crate::{
    access::{
        capability::{Auditor, Denied, FreshAdmin, PartnerCaller},
        client::{self, ClientError, Credentials},
    },
    domain::{
        change::Actor,
        client_key::ClientKeys,
        identifier::Kinds,
        partner::{Partner, PartnerKind, Scope},
        time::Time,
        trail::{AddressToken, Refusal},
    },
    state::{partner, refused::Refused},
    store::schema::Partners,
};

/// Longest time for which a partner's old secret is good beside the new one, in hours: 30 days.
pub const MAX_OVERLAP_HOURS: u16 = 30 * 24;

/// A new partner.
pub struct NewPartner {
    pub name: String,
    pub kind: PartnerKind,
    pub scopes: Vec<Scope>,
    /// Kinds of identifier that its feed holds.
    pub kinds: Kinds,
    pub keys: ClientKeys,
}

/// What to change; `None` leaves it.
#[derive(Default)]
pub struct PartnerEdit {
    pub name: Option<String>,
    pub scopes: Option<Vec<Scope>>,
    pub kinds: Option<Kinds>,
    pub suspended: Option<bool>,
    pub keys: Option<ClientKeys>,
}

impl Registry {
    /// Adds a partner and answers with its secret.
    ///
    /// # Errors
    /// [`RegistryError::field`].
    pub fn add_partner(
        &self,
        admin: &FreshAdmin,
        new: NewPartner,
        reason: &str,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<(Partner, Zeroizing<String>), RegistryError> {
        some(new.kinds)?;
        let request = partner::Add {
            id: new_id(now),
            name: name("/name", &new.name)?,
            kind: new.kind,
            scopes: new.scopes,
            kinds: new.kinds,
            keys: new.keys,
        };
        let partner = self.commit_because(
            admin,
            Reasoned::of_registry(reason)?,
            now,
            receipt,
            move |view, now| partner::add(view, &request, now),
            |view, id| {
                let partner = partner::load(view, id)?;
                // Sent again, the request shows the secret that it made, and never one that somebody made since.
                match partner.generation == 1 {
                    true => Ok(partner),
                    false => Err(Refused::AlreadyExists.into()),
                }
            },
        )?;
        let secret = self.master.client_secret(&partner);
        Ok((partner, secret))
    }

    /// Changes what a partner is called and may do. Works at once.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; stale when `version` is not what stands.
    pub fn edit_partner(
        &self,
        admin: &FreshAdmin,
        id: Uuid,
        edit: PartnerEdit,
        version: Option<u32>,
        reason: &str,
        now: Time,
    ) -> Result<Partner, RegistryError> {
        edit.kinds.map_or(Ok(()), some)?;
        let new_name = edit.name.as_deref().map(|text| name("/name", text));
        let request = partner::Edit {
            id,
            version,
            name: new_name.transpose()?,
            scopes: edit.scopes,
            kinds: edit.kinds,
            suspended: edit.suspended,
            keys: edit.keys,
        };
        self.commit_because(
            admin,
            Reasoned::of_registry(reason)?,
            now,
            None,
            move |view, now| partner::edit(view, &request, now),
            move |view, _| Ok(partner::load(view, id)?),
        )
    }

    /// Gives a partner a new secret. The old one is good for some hours more, so that a partner's machines can change over
    /// one after another; with none it is worthless at once, as after a leak.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; [`RegistryError::field`] above [`MAX_OVERLAP_HOURS`].
    pub fn new_secret(
        &self,
        admin: &FreshAdmin,
        id: Uuid,
        old_hours: u16,
        reason: &str,
        now: Time,
    ) -> Result<(Partner, Zeroizing<String>), RegistryError> {
        if old_hours > MAX_OVERLAP_HOURS {
            return Err(RegistryError::field("/old_secret_hours", "overlap-length"));
        }
        let old_until = now.plus_seconds(i64::from(old_hours) * 3_600);
        let request = partner::RenewSecret {
            id,
            old_until: (old_hours > 0).then_some(old_until),
        };
        let partner = self.commit_because(
            admin,
            Reasoned::of_registry(reason)?,
            now,
            None,
            move |view, now| partner::renew_secret(view, &request, now),
            move |view, _| Ok(partner::load(view, id)?),
        )?;
        let secret = self.master.client_secret(&partner);
        Ok((partner, secret))
    }

    /// One partner.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`].
    pub fn partner(&self, _reader: &Auditor, id: Uuid) -> Result<Partner, RegistryError> {
        self.load_partner(id)?.ok_or(RegistryError::NOT_FOUND)
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
        from: Option<AddressToken>,
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
        let refusal = granted.as_ref().err().and_then(|error| match error {
            ClientError::InvalidClient | ClientError::WrongClock | ClientError::InvalidGrant => {
                Some(Refusal::PartnerCredentials)
            }
            ClientError::UnauthorizedClient | ClientError::InvalidScope => {
                Some(Refusal::NotAllowed)
            }
            ClientError::InvalidRequest | ClientError::UnsupportedGrantType => None,
        });
        if let Some(why) = refusal {
            self.note_refusal(Actor::Partner(partner.id), why, from);
        }
        Ok(granted.map(|scopes| Grant {
            token: self.partner_token(issuer, partner.id, &scopes, now),
            scopes,
        }))
    }

    /// The partner behind a secret, with all its scopes: for programs that can't get tokens.
    ///
    /// # Errors
    /// [`Denied::Unauthenticated`] for another secret, or a partner that is suspended; storage faults.
    pub fn partner_of(
        &self,
        credentials: &Credentials,
        replay: &client::ReplayGuard,
        from: Option<AddressToken>,
        now: Time,
    ) -> Result<PartnerCaller, RegistryError> {
        let partner = self.load_partner(credentials.client_id())?;
        let partner = partner.ok_or(Denied::Unauthenticated)?;
        let known = client::authenticate(credentials, &partner, &self.master, &[], replay, now);
        if known.is_err() {
            self.note_refusal(
                Actor::Partner(partner.id),
                Refusal::PartnerCredentials,
                from,
            );
            return Err(Denied::Unauthenticated.into());
        }
        let scopes = partner.scopes.clone();
        Ok(PartnerCaller::of(partner, &scopes, None)?)
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

/// A feed of no kind at all is a mistake.
fn some(kinds: Kinds) -> Result<(), RegistryError> {
    if kinds.is_empty() {
        return Err(RegistryError::field("/kinds", "required"));
    }
    Ok(())
}
