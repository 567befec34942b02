//! In whose name something is decided, and what must still hold when it is.

use uuid::Uuid;

use super::{Denied, SignedIn};
use crate::domain::{
    change::Actor,
    role::Role,
    session::Session,
    time::Time,
    trail::AddressToken,
    unit::UnitCode,
    user::{User, UserStatus},
};

/// In whose name something is decided. A capability is given at the head of a request; until its body has come and the
/// writer has its turn, the account can be suspended, moved or signed out. So what the capability was given for is carried
/// along, and read again on the state that is decided on.
#[derive(Clone, Copy, Debug)]
pub struct Acting {
    actor: Actor,
    /// Who does it in the actor's name.
    through: Option<Actor>,
    standing: Option<Standing>,
    /// Where it comes from.
    address: Option<AddressToken>,
}

/// What a capability was given for.
#[derive(Clone, Copy, Debug)]
struct Standing {
    user: Uuid,
    /// None at the console, where nobody signs in.
    session: Option<Uuid>,
    role: Role,
    unit: UnitCode,
    /// A decision, which wants a second person behind the account and a fresh second factor.
    decides: bool,
}

impl Acting {
    /// The program itself, by its schedule.
    pub const fn schedule() -> Self {
        Self::unaccompanied(Actor::Schedule)
    }

    /// Somebody who is not signed in.
    pub const fn visitor() -> Self {
        Self::unaccompanied(Actor::Visitor)
    }

    /// The owner of an account who is about to sign in or to enrol: the decision itself reads the account.
    pub const fn signing_in(user: Uuid) -> Self {
        Self::unaccompanied(Actor::User(user))
    }

    /// A partner's program: its scope was read with the request.
    pub(super) const fn partner(id: Uuid) -> Self {
        Self::unaccompanied(Actor::Partner(id))
    }

    /// Somebody at the machine itself.
    pub(super) const fn console() -> Self {
        Self::unaccompanied(Actor::Console)
    }

    const fn unaccompanied(actor: Actor) -> Self {
        Self {
            actor,
            through: None,
            standing: None,
            address: None,
        }
    }

    /// A signed-in person, for what everybody may do with the own session.
    pub(super) fn of(user: &User, session: Option<Uuid>, decides: bool) -> Self {
        Self {
            actor: Actor::User(user.id),
            through: None,
            standing: Some(Standing {
                user: user.id,
                session,
                role: user.role,
                unit: user.unit,
                decides,
            }),
            address: None,
        }
    }

    /// Somebody at the machine itself, in the name of a user.
    pub(super) fn through_console(user: &User) -> Self {
        Self {
            through: Some(Actor::Console),
            ..Self::of(user, None, false)
        }
    }

    /// The same, known to come from an address.
    #[must_use]
    pub fn from_address(self, address: Option<AddressToken>) -> Self {
        Self { address, ..self }
    }

    /// Where it comes from, where that is known.
    pub const fn address(&self) -> Option<AddressToken> {
        self.address
    }

    /// Who is written down as having done it.
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// Who does it in the actor's name: the console, for a person of this registry.
    pub const fn through(&self) -> Option<Actor> {
        self.through
    }

    /// The account and the session to be read again: `None` where nobody is signed in.
    pub fn grounds(&self) -> Option<(Uuid, Option<Uuid>)> {
        self.standing.map(|stand| (stand.user, stand.session))
    }

    /// Whether what the capability was given for still holds, by the account and session as they are now.
    ///
    /// # Errors
    /// [`Denied::Unauthenticated`] when the account was suspended or the session is over; [`Denied::Forbidden`] when role or
    /// unit changed; for decisions [`Denied::AwaitsApproval`], and [`Denied::StepUpRequired`] when the second factor is no
    /// longer fresh.
    pub fn still_stands(
        &self,
        user: Option<User>,
        session: Option<Session>,
        now: Time,
    ) -> Result<(), Denied> {
        let Some(stand) = self.standing else {
            return Ok(());
        };
        let user = user.ok_or(Denied::Unauthenticated)?;
        let same = user.role == stand.role && user.unit == stand.unit;
        let awaits = user.approval.is_some();
        let who = if stand.session.is_none() {
            match user.status {
                UserStatus::Active => None,
                UserStatus::Invited | UserStatus::Suspended => return Err(Denied::Unauthenticated),
            }
        } else {
            let session = session.ok_or(Denied::Unauthenticated)?;
            Some(SignedIn::new(user, session, now)?)
        };
        if same && stand.decides && awaits {
            return Err(Denied::AwaitsApproval);
        }
        if same && stand.decides && who.is_some_and(|who| !who.second_factor_is_fresh(now)) {
            return Err(Denied::StepUpRequired);
        }
        if same { Ok(()) } else { Err(Denied::Forbidden) }
    }
}
