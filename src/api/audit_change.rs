//! A change of the journal as JSON for auditors: what and on what, nothing private.

use serde_json::{Value, json};

use crate::domain::change::Change;

/// One change.
pub(super) fn json(change: &Change) -> Value {
    match change {
        Change::Founded { installation } => {
            json!({"change": "founded", "installation": installation})
        }
        Change::Proposed {
            id,
            kind,
            method,
            unit,
            import,
            ..
        } => json!({
            "change": "proposed", "listing": id, "kind": kind,
            "method": method.slug(), "unit": unit.as_str(), "import": import.map(|line| line.import),
        }),
        Change::Confirmed {
            id, valid_until, ..
        } => {
            json!({"change": "confirmed", "listing": id, "valid_until": valid_until.rfc3339()})
        }
        Change::Rejected { id, .. } => json!({"change": "rejected", "listing": id}),
        Change::Renewed {
            id, valid_until, ..
        } => {
            json!({"change": "renewed", "listing": id, "valid_until": valid_until.rfc3339()})
        }
        Change::Delisted { id, .. } => json!({"change": "delisted", "listing": id}),
        Change::Expired { id } => json!({"change": "expired", "listing": id}),
        Change::ImportStaged { import, rows } => {
            json!({"change": "import_staged", "import": import, "rows": rows.len()})
        }
        Change::ImportProposed { import, unit, rows } => {
            json!({"change": "import_proposed", "import": import, "unit": unit.as_str(), "rows": rows})
        }
        Change::ImportConfirmed {
            import, listings, ..
        } => json!({"change": "import_confirmed", "import": import, "listings": listings}),
        Change::ImportRejected {
            import, listings, ..
        } => json!({"change": "import_rejected", "import": import, "listings": listings}),
        Change::OfficialAdded {
            key,
            name_vi,
            name_en,
        } => json!({
            "change": "official_added", "key": key.as_str(), "name_vi": name_vi, "name_en": name_en,
        }),
        Change::OfficialRemoved { key } => {
            json!({"change": "official_removed", "key": key.as_str()})
        }
        Change::Erased { part, listing } => {
            json!({"change": "erased", "listing": listing, "record": part.seq})
        }
        Change::ListingErased { id } => json!({"change": "listing_erased", "listing": id}),
        Change::RowErased { import, line } => {
            json!({"change": "row_erased", "import": import, "line": line})
        }
        Change::Destroyed { parts } => json!({"change": "destroyed", "parts": parts.len()}),
        Change::LedgerKeyAdded { verifier_key } => {
            json!({"change": "ledger_key_added", "verifier_key": verifier_key})
        }
        Change::LedgerKeyRetired { verifier_key } => {
            json!({"change": "ledger_key_retired", "verifier_key": verifier_key})
        }
        Change::Beat => json!({"change": "beat"}),
        Change::MasterSecretNamed { .. } => json!({"change": "master_secret_named"}),
        Change::ClockConfirmed { .. } => json!({"change": "clock_confirmed"}),
        Change::TimeTrusted { at } => json!({"change": "time_trusted", "at": at.rfc3339()}),
        Change::Tidied { before } => json!({"change": "tidied", "before": before.rfc3339()}),
        other => account(other),
    }
}

fn account(change: &Change) -> Value {
    match change {
        Change::UserInvited {
            id,
            username,
            role,
            unit,
            ..
        } => json!({
            "change": "user_invited", "user": id, "username": username.as_str(),
            "role": role.as_str(), "unit": unit.as_str(),
        }),
        Change::EnrolmentBegun { user, .. } => json!({"change": "enrolment_begun", "user": user}),
        Change::Enrolled { user, .. } => json!({"change": "enrolled", "user": user}),
        Change::UserChanged {
            id,
            role,
            unit,
            status,
        } => json!({
            "change": "user_changed", "user": id, "role": role.as_str(), "unit": unit.as_str(),
            "status": status,
        }),
        Change::SessionStarted { id, user, .. } => {
            json!({"change": "session_started", "session": id, "user": user})
        }
        Change::SessionRefreshed { id, .. } => {
            json!({"change": "session_refreshed", "session": id})
        }
        Change::SteppedUp { id, .. } => json!({"change": "stepped_up", "session": id}),
        Change::SessionEnded { id } => json!({"change": "session_ended", "session": id}),
        Change::SessionsEnded { user } => json!({"change": "sessions_ended", "user": user}),
        Change::SignInFailed { user } => json!({"change": "sign_in_failed", "user": user}),
        Change::PartnerAdded {
            id,
            name,
            kind,
            scopes,
            ..
        } => json!({
            "change": "partner_added", "partner": id, "name": name, "kind": kind, "scopes": scopes,
        }),
        Change::PartnerChanged {
            id,
            name,
            scopes,
            status,
            ..
        } => json!({
            "change": "partner_changed", "partner": id, "name": name, "scopes": scopes,
            "status": status,
        }),
        Change::PartnerSecretChanged { id, .. } => {
            json!({"change": "partner_secret_changed", "partner": id})
        }
        Change::KeyAdded { kid } => json!({"change": "key_added", "kid": kid}),
        Change::KeyRetired { kid } => json!({"change": "key_retired", "kid": kid}),
        // Listings are told by the caller.
        _ => Value::Null,
    }
}
