//! What the golden journal tells of partners with keys of every kind. Append to it; never change what is there.

use super::story::write;
use crate::{
    domain::{
        change::{Actor, PartnerChange},
        client_key::{ClientKey, ClientKeys, PublicKey},
        identifier::{Kind, Kinds},
        partner::{PartnerKind, PartnerStatus, Scope},
    },
    state::tests::machine::{Machine, id},
};

/// A wallet that comes with one key and goes on with several.
pub(super) fn listed(machine: &mut Machine) {
    let named = |kid: &str, key| ClientKey {
        kid: Some(kid.to_owned()),
        key,
    };
    let modulus = vec![0xc1; 256];
    let first = named("2026", PublicKey::Ed25519([5; 32]));
    let (x, y) = ([6; 32], [7; 32]);
    let next = vec![
        first.clone(),
        named("2027", PublicKey::P256 { x, y }),
        ClientKey {
            kid: None,
            key: PublicKey::Rsa { modulus },
        },
    ];
    let kinds = [Kind::Phone].into_iter().collect::<Kinds>();
    let (name, scopes) = ("Wallet".to_owned(), vec![Scope::FeedRead]);
    let added = PartnerChange::Added {
        id: id(62),
        name: name.clone(),
        kind: PartnerKind::Wallet,
        scopes: scopes.clone(),
        kinds,
        keys: ClientKeys::Listed(vec![first]),
    };
    let changed = PartnerChange::Changed {
        id: id(62),
        name,
        scopes,
        kinds,
        status: PartnerStatus::Active,
        keys: ClientKeys::Listed(next),
    };
    for change in [added, changed] {
        write(machine, Actor::User(id(1)), vec![change.into()], &[]);
    }
}
