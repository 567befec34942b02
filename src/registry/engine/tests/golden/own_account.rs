//! What the golden journal tells of people and partners who change what they sign in with. Append to it; never change what
//! is there.

use super::story::write;
use crate::{
    domain::change::{AccountChange, Actor, Factor, Holder, PartnerChange},
    state::tests::machine::{Machine, at, id},
};

/// A password, a telephone and a partner's secret that took the place of others.
pub(super) fn changed(machine: &mut Machine) {
    let password = AccountChange::PasswordReplaced {
        user: id(1),
        password: 0,
        session: id(10),
    };
    let factor = AccountChange::FactorReplaced {
        user: id(1),
        nonce: [7; 16],
        factor: Factor::Totp { step: 9 },
        session: id(10),
    };
    let secret = PartnerChange::SecretRenewed {
        id: id(60),
        generation: 3,
        old_until: at(86_400),
    };
    write(
        machine,
        Actor::User(id(1)),
        vec![password.into()],
        &[(
            Holder::Account(id(1)),
            b"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        )],
    );
    write(machine, Actor::User(id(1)), vec![factor.into()], &[]);
    write(machine, Actor::User(id(2)), vec![secret.into()], &[]);
}
