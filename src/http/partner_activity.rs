//! When each partner was last seen, and how its copy stands. Figures for people, not kept across restarts:
//! partners come every minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::time::Time;

/// How a partner's copy stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CopyState {
    /// It has everything.
    Current,
    /// It is right as far as it goes.
    Behind,
    /// It is wrong: it must be made anew.
    Drifted,
}

/// What a partner said of its copy.
#[derive(Clone, Copy, Debug)]
pub struct Ack {
    /// Ledger size applied.
    pub applied: u64,
    pub state: CopyState,
    pub at: Time,
}

/// What is known of each partner since the service started.
#[derive(Default)]
pub struct PartnerActivity(Mutex<HashMap<Uuid, LastContact>>);

/// What is known of one.
#[derive(Clone, Copy, Default)]
pub struct LastContact {
    /// When it last pulled.
    pub pulled: Option<Time>,
    /// What it last said of its copy.
    pub ack: Option<Ack>,
}

impl PartnerActivity {
    /// Notes that a partner pulled.
    pub fn pulled(&self, partner: Uuid, now: Time) {
        self.lock().entry(partner).or_default().pulled = Some(now);
    }

    /// Notes what a partner said of its copy.
    pub fn acknowledged(&self, partner: Uuid, ack: Ack) {
        self.lock().entry(partner).or_default().ack = Some(ack);
    }

    /// What is known of a partner.
    pub fn of(&self, partner: Uuid) -> LastContact {
        self.lock().get(&partner).copied().unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, LastContact>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
