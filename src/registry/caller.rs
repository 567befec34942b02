//! Who is behind an access token.

use super::{Registry, RegistryError, keys::Issuer};
use crate::{
    access::capability::{Denied, PartnerCaller, SignedIn},
    domain::{change::Actor, partner::Scope, time::Time, trail::AddressToken},
    store::schema::{Partners, Sessions, Users},
};

/// Who is behind an access token, as account, session or partner stand at this moment.
pub enum Caller {
    Person(SignedIn),
    /// A partner's program; what it may do besides asking who it is, its scopes say.
    Partner(PartnerCaller),
}

impl Caller {
    /// Who it is.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Person(signed_in) => Actor::User(signed_in.user().id),
            Self::Partner(partner) => partner.actor(),
        }
    }

    /// The same, known to come from an address.
    #[must_use]
    pub fn from_address(self, address: Option<AddressToken>) -> Self {
        match self {
            Self::Person(signed_in) => Self::Person(signed_in.from_address(address)),
            Self::Partner(_) => self,
        }
    }

    /// The person.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for a program.
    pub fn person(self) -> Result<SignedIn, Denied> {
        match self {
            Self::Person(signed_in) => Ok(signed_in),
            Self::Partner(_) => Err(Denied::Forbidden),
        }
    }

    /// The partner's program, if it has a scope.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for a person, and without the scope.
    pub fn partner(self, needed: Scope) -> Result<PartnerCaller, Denied> {
        match self {
            Self::Person(_) => Err(Denied::Forbidden),
            Self::Partner(caller) => caller.with(needed),
        }
    }
}

impl Registry {
    /// Who is behind an access token.
    ///
    /// # Errors
    /// [`Denied::Unauthenticated`] for anything that is not good now.
    pub fn caller(&self, issuer: &Issuer, token: &str, now: Time) -> Result<Caller, RegistryError> {
        let claims = self.verify_token(issuer, token, now)?;
        let gone = RegistryError::Denied(Denied::Unauthenticated);
        let store = self.shared.store()?;
        let Some(sid) = claims.sid else {
            let partner = store.get::<Partners>(&claims.sub)?.ok_or(gone)?;
            let caller = PartnerCaller::of(partner, &claims.scopes(), None)?;
            return Ok(Caller::Partner(caller));
        };
        let session = store.get::<Sessions>(&sid)?;
        let user = store.get::<Users>(&claims.sub)?;
        match (user, session) {
            (Some(user), Some(session)) => {
                let session = session.as_shown(claims.second_factor_at());
                Ok(Caller::Person(SignedIn::new(user, session, now)?))
            }
            (None, _) | (_, None) => Err(gone),
        }
    }

    /// Somebody who was signed in, as account and session stand now: for work that goes on for long.
    ///
    /// # Errors
    /// [`Denied::Unauthenticated`] when the account or the session has ended meanwhile.
    pub fn still_signed_in(&self, person: &SignedIn, now: Time) -> Result<SignedIn, RegistryError> {
        let store = self.shared.store()?;
        let session = store.get::<Sessions>(&person.session().id)?;
        let user = store.get::<Users>(&person.user().id)?;
        let stands = user.zip(session).ok_or(Denied::Unauthenticated)?;
        Ok(SignedIn::new(stands.0, stands.1, now)?)
    }
}
