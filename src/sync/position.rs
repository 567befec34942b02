//! How far a copy is, and what its rows add up to there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    formats::row::FeedRow, ledger::tree::Frontier, registry::check::OfficialName,
    store::digest::LiveDigest,
};

/// How far the log was followed and what the copy adds up to there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Position {
    pub frontier: Frontier,
    pub count: u64,
    pub digest: LiveDigest,
    /// Sum over every row of the tables, all its columns.
    pub rows: RowSum,
    /// By the kind's word.
    pub kinds: BTreeMap<String, KindState>,
}

/// What is known of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct KindState {
    /// Ledger entries in force.
    pub live: u64,
    /// Whether this partner gets it.
    pub given: Option<bool>,
}

/// A sum over rows, in any order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RowSum(LiveDigest);

impl RowSum {
    pub(super) fn add_listing(&mut self, row: &FeedRow) {
        self.0.add(&listing_text(row), row.seq);
    }

    pub(super) fn remove_listing(&mut self, row: &FeedRow) {
        self.0.remove(&listing_text(row), row.seq);
    }

    pub(super) fn add_leaf(&mut self, seq: u64, kind: &str) {
        self.0.add(&leaf_text(kind), seq);
    }

    pub(super) fn add_official(&mut self, key: &str, name: &OfficialName) {
        self.0.add(&official_text(key, name), 0);
    }

    pub(super) fn remove_official(&mut self, key: &str, name: &OfficialName) {
        self.0.remove(&official_text(key, name), 0);
    }

    pub(super) fn remove_leaf(&mut self, seq: u64, kind: &str) {
        self.0.remove(&leaf_text(kind), seq);
    }
}

/// Every column but `seq`. None that was verified holds the byte between them.
fn listing_text(row: &FeedRow) -> String {
    let (listing, disputed) = (row.listing.to_string(), row.disputed.to_string());
    let renewed_at = row.renewed_at.as_deref().unwrap_or("never");
    [
        "listing",
        &row.key,
        &row.kind,
        &listing,
        &row.method,
        &row.unit,
        &row.listed_at,
        &row.valid_until,
        renewed_at,
        &disputed,
    ]
    .join("\0")
}

fn official_text(key: &str, name: &OfficialName) -> String {
    ["official", key, &name.vi, &name.en].join("\0")
}

fn leaf_text(kind: &str) -> String {
    format!("leaf\0{kind}")
}
