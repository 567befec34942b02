//! A permission is an argument.
//!
//! The values here have private fields and no constructor but those in this file, each of which
//! decides from the account's *present* state. A registry function that takes `&FreshSupervisor`
//! can't be called for anybody else; nothing is left to be checked, and nothing to be forgotten.
//! That two people are needed for a listing is not decided here but by the registry, which knows
//! who proposed it.
//!
//! | capability | who | what for |
//! | --- | --- | --- |
//! | [`SignedIn`] | an active account with a session | its own session and account |
//! | [`Officer`] | officer, supervisor | proposing |
//! | [`Supervisor`] | supervisor | looking at what is to be decided |
//! | [`FreshSupervisor`] | supervisor, second factor shown ≤ 5 minutes ago | deciding |
//! | [`FreshOfficer`] | officer, supervisor, second factor shown ≤ 5 minutes ago | handling reports |
//! | [`IntakeReader`] | officer, supervisor, procurator, auditor | reading reports, as far as [`IntakeReader::sees`] |
//! | [`ApprovalReader`] | supervisor, auditor, admin | looking at what waits for a second person |
//! | [`Reader`] | every role | reading listings, as far as [`Reader::sees`] |
//! | [`Auditor`] | auditor, admin | reading the audit trail |
//! | [`Admin`] | admin | looking at what is administered |
//! | [`FreshAdmin`] | admin, second factor shown ≤ 5 minutes ago | users, partners, officials, keys, erasures |
//! | [`SecondPerson`] | admin, supervisor, second factor shown ≤ 5 minutes ago | agreeing to what one person alone may not do |
//!
//! Supervisors and admins decide only once a second person agreed to it: [`crate::domain::approval`].
//! | [`PartnerCaller`] | an active partner with the scope | the partner's routes |

mod acting;
mod console;
mod intake;
mod partner_caller;
mod reader;
mod second_person;

use std::fmt;

use thiserror::Error;
use uuid::Uuid;

use crate::domain::{
    role::Role,
    session::Session,
    time::Time,
    trail::AddressToken,
    unit::UnitCode,
    user::{User, UserStatus, Username},
};

pub use self::{
    acting::Acting,
    console::{Console, Sample},
    intake::{FreshOfficer, IntakeReader},
    partner_caller::PartnerCaller,
    reader::Reader,
    second_person::{ApprovalReader, SecondPerson},
};

/// How old the second factor may be for a decision on a listing.
pub const SECOND_FACTOR_FRESH_SECONDS: i64 = 300;
/// How far in the future the second factor's time may lie, since another machine's clock noted it.
const CLOCK_LEEWAY_SECONDS: i64 = 5;

/// Why a capability isn't given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Denied {
    /// Nobody is signed in, or no longer.
    #[error("not signed in")]
    Unauthenticated,
    /// The account or program may not do this.
    #[error("not allowed for this account")]
    Forbidden,
    /// The second factor must be shown again first.
    #[error("the second factor must be shown again")]
    StepUpRequired,
    /// A second person must stand behind the account first.
    #[error("a second person must agree to the account first")]
    AwaitsApproval,
}

/// A person with an active account and a session that stands.
#[derive(Clone, Debug)]
pub struct SignedIn {
    user: User,
    session: Session,
    address: Option<AddressToken>,
}

impl SignedIn {
    /// Joins an account and its session, both as the store has them now.
    ///
    /// # Errors
    /// [`Denied::Unauthenticated`] when the account isn't active, the session isn't its own, or it
    /// has ended.
    pub fn new(user: User, session: Session, now: Time) -> Result<Self, Denied> {
        let stands = user.status == UserStatus::Active
            && session.user == user.id
            && now < session.expires_at;
        if stands {
            Ok(Self {
                user,
                session,
                address: None,
            })
        } else {
            Err(Denied::Unauthenticated)
        }
    }

    /// The same person, known to come from an address: what is done is written down with it.
    #[must_use]
    pub fn from_address(self, address: Option<AddressToken>) -> Self {
        Self { address, ..self }
    }

    /// Where the person comes from, where that is known.
    pub const fn address(&self) -> Option<AddressToken> {
        self.address
    }

    /// The account.
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// The session.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// In whose name it is decided, for what everybody may do with the own account and session.
    pub fn acting(&self) -> Acting {
        self.acts(false)
    }

    fn acts(&self, decides: bool) -> Acting {
        Acting::of(&self.user, Some(self.session.id), decides).from_address(self.address)
    }

    /// Whether the second factor was shown in the last [`SECOND_FACTOR_FRESH_SECONDS`].
    pub fn second_factor_is_fresh(&self, now: Time) -> bool {
        let shown = self.session.second_factor_at;
        shown <= now.plus_seconds(CLOCK_LEEWAY_SECONDS)
            && now <= shown.plus_seconds(SECOND_FACTOR_FRESH_SECONDS)
    }

    /// The same holder for decisions: a second person stands behind the account, and its second factor is fresh.
    fn deciding(&self, holder: Holder, now: Time) -> Result<Holder, Denied> {
        if self.user.approval.is_some() {
            return Err(Denied::AwaitsApproval);
        }
        if !self.second_factor_is_fresh(now) {
            return Err(Denied::StepUpRequired);
        }
        let acting = self.acts(true);
        Ok(Holder { acting, ..holder })
    }

    fn holder_if(&self, fits: impl FnOnce(Role) -> bool) -> Result<Holder, Denied> {
        let holder = Holder::if_role(&self.user, Some(self.session.id), fits)?;
        let acting = self.acts(false);
        Ok(Holder { acting, ..holder })
    }
}

/// Whose a capability is.
#[derive(Clone)]
struct Holder {
    id: Uuid,
    username: Username,
    unit: UnitCode,
    acting: Acting,
}

impl Holder {
    fn if_role(
        user: &User,
        session: Option<Uuid>,
        fits: impl FnOnce(Role) -> bool,
    ) -> Result<Self, Denied> {
        if !fits(user.role) {
            return Err(Denied::Forbidden);
        }
        Ok(Self {
            id: user.id,
            username: user.username.clone(),
            unit: user.unit,
            acting: Acting::of(user, session, false),
        })
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the name: a capability may well end up in a log line.
        write!(f, "{} of {:?}", self.id, self.unit)
    }
}

/// Gives a capability the questions that can be asked of each one that a person holds.
macro_rules! held_by_a_person {
    ($($capability:ident)+) => { $(
        impl $capability {
            /// The account.
            pub const fn user_id(&self) -> Uuid {
                self.holder.id
            }

            /// Its sign-in name.
            pub const fn username(&self) -> &Username {
                &self.holder.username
            }

            /// Its unit.
            pub const fn unit(&self) -> UnitCode {
                self.holder.unit
            }

            /// Whether the rights reach this unit: the own one and those below it.
            pub fn covers(&self, unit: UnitCode) -> bool {
                self.holder.unit.covers(unit)
            }

            /// In whose name it is decided.
            pub const fn acting(&self) -> Acting {
                self.holder.acting
            }
        }
    )+ };
}

/// May propose listings.
#[derive(Clone, Debug)]
pub struct Officer {
    holder: Holder,
}

/// May see what there is to decide.
#[derive(Clone, Debug)]
pub struct Supervisor {
    holder: Holder,
}

/// May decide: the second factor was shown in the last five minutes.
#[derive(Clone, Debug)]
pub struct FreshSupervisor {
    holder: Holder,
}

held_by_a_person!(Officer Supervisor FreshSupervisor FreshOfficer);

impl Officer {
    /// The right to propose, which supervisors have too.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for another role.
    pub fn of(who: &SignedIn) -> Result<Self, Denied> {
        let holder = who.holder_if(proposes)?;
        Ok(Self { holder })
    }
}

impl Supervisor {
    /// The right to see what is to be decided.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for another role.
    pub fn of(who: &SignedIn) -> Result<Self, Denied> {
        let holder = who.holder_if(|role| role == Role::Supervisor)?;
        Ok(Self { holder })
    }

    /// The right to decide now.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for another role; [`Denied::AwaitsApproval`]; [`Denied::StepUpRequired`] when the
    /// second factor was shown longer ago than [`SECOND_FACTOR_FRESH_SECONDS`].
    pub fn fresh(who: &SignedIn, now: Time) -> Result<FreshSupervisor, Denied> {
        let Self { holder } = Self::of(who)?;
        let holder = who.deciding(holder, now)?;
        Ok(FreshSupervisor { holder })
    }
}

impl From<Supervisor> for Officer {
    fn from(Supervisor { holder }: Supervisor) -> Self {
        Self { holder }
    }
}

impl From<FreshSupervisor> for Supervisor {
    fn from(FreshSupervisor { holder }: FreshSupervisor) -> Self {
        Self { holder }
    }
}

const fn proposes(role: Role) -> bool {
    matches!(role, Role::Officer | Role::Supervisor)
}

/// Gives a capability the questions that can be asked when a person or the console may hold it.
macro_rules! held_by_a_person_or_the_console {
    ($($capability:ident)+) => { $(
        impl $capability {
            /// The account; `None` is the console.
            pub fn user_id(&self) -> Option<Uuid> {
                self.holder.as_ref().map(|holder| holder.id)
            }

            /// Its sign-in name; `None` is the console.
            pub fn username(&self) -> Option<&Username> {
                self.holder.as_ref().map(|holder| &holder.username)
            }

            /// Its unit, which is no limit to the rights; `None` is the console.
            pub fn unit(&self) -> Option<UnitCode> {
                self.holder.as_ref().map(|holder| holder.unit)
            }

            /// Whether the rights reach this unit: each one.
            pub const fn covers(&self, _unit: UnitCode) -> bool {
                true
            }

            /// In whose name it is decided.
            pub fn acting(&self) -> Acting {
                self.holder
                    .as_ref()
                    .map_or(Acting::console(), |holder| holder.acting)
            }
        }
    )+ };
}

/// May read the audit trail and everything else.
#[derive(Clone, Debug)]
pub struct Auditor {
    holder: Option<Holder>,
}

/// May look at what is administered.
#[derive(Clone, Debug)]
pub struct Admin {
    holder: Option<Holder>,
}

/// Keeps users, partners, officials and keys: the second factor was shown in the last five minutes.
#[derive(Clone, Debug)]
pub struct FreshAdmin {
    holder: Option<Holder>,
}

held_by_a_person_or_the_console!(Auditor Admin FreshAdmin);

impl From<FreshAdmin> for Admin {
    fn from(FreshAdmin { holder }: FreshAdmin) -> Self {
        Self { holder }
    }
}

impl Auditor {
    /// The right to read the audit trail, which admins have too.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for another role.
    pub fn of(who: &SignedIn) -> Result<Self, Denied> {
        let holder = who.holder_if(|role| matches!(role, Role::Auditor | Role::Admin))?;
        Ok(Self {
            holder: Some(holder),
        })
    }
}

impl Admin {
    /// The right to look.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for another role.
    pub fn of(who: &SignedIn) -> Result<Self, Denied> {
        let holder = who.holder_if(|role| role == Role::Admin)?;
        Ok(Self {
            holder: Some(holder),
        })
    }

    /// The right to administer, shown by a second factor of the last five minutes.
    ///
    /// # Errors
    /// As [`Admin::of`]; [`Denied::AwaitsApproval`]; [`Denied::StepUpRequired`] when the second factor was shown longer
    /// ago than [`SECOND_FACTOR_FRESH_SECONDS`].
    pub fn fresh(who: &SignedIn, now: Time) -> Result<FreshAdmin, Denied> {
        let holder = who.holder_if(|role| role == Role::Admin)?;
        Ok(FreshAdmin {
            holder: Some(who.deciding(holder, now)?),
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
