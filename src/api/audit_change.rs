//! A change of the journal as JSON for auditors: what and on what, nothing private.

use serde_json::{Value, json};

use super::{partner_keys, view};
use crate::domain::{
    approval::{Act, Cause},
    change::{
        AccountChange, ApprovalChange, Change, ClockChange, Entry, ErasureChange, Holder,
        ImportChange, KeyChange, LedgerChange, ListingChange, OfficialChange, PartnerChange,
        RegistryChange, ReportChange, SessionChange, TrailChange,
    },
    hex::hex,
    trail::Sealed,
};

/// One change of an entry.
pub(super) fn json(entry: &Entry, change: &Change) -> Value {
    match change {
        Change::Registry(change) => registry(change),
        Change::Listing(change) => listing(change),
        Change::Import(change) => import(change),
        Change::Official(change) => official(change),
        Change::Account(change) => account(entry, change),
        Change::Session(change) => session(change),
        Change::Partner(change) => partner(change),
        Change::Key(change) => key(change),
        Change::Ledger(change) => ledger(change),
        Change::Erasure(change) => erasure(change),
        Change::Clock(change) => clock(change),
        Change::Approval(change) => approval(change),
        Change::Trail(change) => trail(change),
        Change::Report(change) => report(change),
    }
}

fn trail(change: &TrailChange) -> Value {
    match change {
        TrailChange::CameFrom { address } => {
            json!({"change": "came_from", "address": address.to_string()})
        }
        TrailChange::Reasoned { reason: _ } => json!({"change": "reasoned"}),
        TrailChange::Refused {
            who,
            why,
            times,
            addresses,
            since,
        } => json!({
            "change": "attempts_refused", "who": view::actor(*who), "why": why.as_str(), "times": times,
            "addresses": addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "since": since.rfc3339(),
        }),
        TrailChange::Read {
            who,
            what,
            times,
            since,
        } => {
            let mut told = json!({
                "change": "texts_read", "user": who, "times": times, "since": since.rfc3339(),
            });
            match what {
                Sealed::Listing(id) => told["listing"] = json!(id),
                Sealed::Import(id) => told["import"] = json!(id),
                Sealed::Approval(id) => told["approval"] = json!(id),
                Sealed::Trail => told["trail"] = json!(true),
                Sealed::More => told["more"] = json!(true),
                Sealed::Report(id) => told["report"] = json!(id),
            }
            told
        }
        TrailChange::Pulled {
            partner,
            what,
            times,
            from,
            to,
            since,
        } => json!({
            "change": "feed_pulled", "partner": partner, "what": what.as_str(), "times": times,
            "from": from, "to": to, "since": since.rfc3339(),
        }),
        TrailChange::OpenedMuch { who, times } => {
            json!({"change": "sealed_parts_opened_often", "user": who, "times": times})
        }
        TrailChange::Untold { times, since } => {
            json!({"change": "untold", "times": times, "since": since.rfc3339()})
        }
    }
}

fn registry(change: &RegistryChange) -> Value {
    match change {
        RegistryChange::Founded { installation } => {
            json!({"change": "founded", "installation": installation})
        }
        RegistryChange::MasterSecretNamed { check: _ } => json!({"change": "master_secret_named"}),
        RegistryChange::Pruned { before } => {
            json!({"change": "tidied", "before": before.rfc3339()})
        }
    }
}

fn listing(change: &ListingChange) -> Value {
    match change {
        ListingChange::Proposed {
            id,
            kind,
            method,
            unit,
            import,
            subject: _,
            evidence: _,
        } => json!({
            "change": "proposed", "listing": id, "kind": kind,
            "method": method.slug(), "unit": unit.as_str(), "import": import.map(|line| line.import),
        }),
        ListingChange::Confirmed {
            id, valid_until, ..
        } => {
            json!({"change": "confirmed", "listing": id, "valid_until": valid_until.rfc3339()})
        }
        ListingChange::Rejected { id, .. } => json!({"change": "rejected", "listing": id}),
        ListingChange::Renewed {
            id, valid_until, ..
        } => {
            json!({"change": "renewed", "listing": id, "valid_until": valid_until.rfc3339()})
        }
        ListingChange::Delisted { id, .. } => json!({"change": "delisted", "listing": id}),
        ListingChange::Expired { id } => json!({"change": "expired", "listing": id}),
        ListingChange::Adopted { id, .. } => json!({"change": "adopted", "listing": id}),
    }
}

fn import(change: &ImportChange) -> Value {
    match change {
        ImportChange::Staged { import, rows } => {
            json!({"change": "import_staged", "import": import, "rows": rows.len()})
        }
        ImportChange::Proposed {
            import, unit, rows, ..
        } => {
            json!({"change": "import_proposed", "import": import, "unit": unit.as_str(), "rows": rows})
        }
        ImportChange::Confirmed {
            import, listings, ..
        } => json!({"change": "import_confirmed", "import": import, "listings": listings}),
        ImportChange::Rejected {
            import, listings, ..
        } => json!({"change": "import_rejected", "import": import, "listings": listings}),
        ImportChange::Adopted {
            import, listings, ..
        } => json!({"change": "import_adopted", "import": import, "listings": listings}),
    }
}

fn official(change: &OfficialChange) -> Value {
    match change {
        OfficialChange::Added {
            key,
            name_vi,
            name_en,
        }
        | OfficialChange::Protected {
            key,
            name_vi,
            name_en,
        } => json!({
            "change": "official_added", "key": key.as_str(), "name_vi": name_vi, "name_en": name_en,
        }),
        OfficialChange::Removed { key } | OfficialChange::Unprotected { key } => {
            json!({"change": "official_removed", "key": key.as_str()})
        }
        OfficialChange::TableNamed { digest } => {
            json!({"change": "official_table_named", "digest": hex(digest)})
        }
    }
}

fn account(entry: &Entry, change: &AccountChange) -> Value {
    match change {
        AccountChange::Invited {
            id,
            username,
            role,
            unit,
            ..
        } => json!({
            "change": "user_invited", "user": id, "username": username.as_str(),
            "role": role.as_str(), "unit": unit.as_str(), "founded": entry.founds(*id),
        }),
        AccountChange::PasswordChosen { user, .. } | AccountChange::EnrolmentBegun { user, .. } => {
            json!({"change": "enrolment_begun", "user": user})
        }
        AccountChange::PasswordReplaced { user, .. } => {
            json!({"change": "password_changed", "user": user})
        }
        AccountChange::FactorReplaced { user, .. } => {
            json!({"change": "second_factor_changed", "user": user})
        }
        AccountChange::Enrolled { user, .. } => json!({"change": "enrolled", "user": user}),
        AccountChange::Changed {
            id,
            role,
            unit,
            status,
        } => json!({
            "change": "user_changed", "user": id, "role": role.as_str(), "unit": unit.as_str(),
            "status": status,
        }),
    }
}

fn session(change: &SessionChange) -> Value {
    match change {
        SessionChange::Started { id, user, .. } => {
            json!({"change": "session_started", "session": id, "user": user})
        }
        SessionChange::Refreshed { id, .. } => {
            json!({"change": "session_refreshed", "session": id})
        }
        SessionChange::SteppedUp { id, .. } => json!({"change": "stepped_up", "session": id}),
        SessionChange::Ended { id } => json!({"change": "session_ended", "session": id}),
        SessionChange::AllEnded { user } => json!({"change": "sessions_ended", "user": user}),
        SessionChange::SignInFailed { user } => json!({"change": "sign_in_failed", "user": user}),
    }
}

fn partner(change: &PartnerChange) -> Value {
    match change {
        PartnerChange::Added {
            id,
            name,
            kind,
            scopes,
            kinds,
            keys,
        } => json!({
            "change": "partner_added", "partner": id, "name": name, "kind": kind, "scopes": scopes,
            "kinds": kinds, "public_key": partner_keys::single(keys),
            "jwks": partner_keys::jwks(keys),
        }),
        PartnerChange::Changed {
            id,
            name,
            scopes,
            kinds,
            status,
            keys,
        } => json!({
            "change": "partner_changed", "partner": id, "name": name, "scopes": scopes,
            "kinds": kinds, "status": status, "public_key": partner_keys::single(keys),
            "jwks": partner_keys::jwks(keys),
        }),
        PartnerChange::SecretRenewed { id, old_until, .. } => json!({
            "change": "partner_secret_changed", "partner": id, "old_until": old_until.rfc3339(),
        }),
        PartnerChange::SecretReplaced { id, .. } => {
            json!({"change": "partner_secret_changed", "partner": id})
        }
    }
}

fn key(change: &KeyChange) -> Value {
    match change {
        KeyChange::Added { kid, .. } => json!({"change": "key_added", "kid": kid}),
        KeyChange::Retired { kid } => json!({"change": "key_retired", "kid": kid}),
    }
}

fn ledger(change: &LedgerChange) -> Value {
    match change {
        LedgerChange::KeyAdded { verifier_key, .. } => {
            json!({"change": "ledger_key_added", "verifier_key": verifier_key})
        }
        LedgerChange::KeyRetired { verifier_key }
        | LedgerChange::KeyRetiredByLeaf { verifier_key } => {
            json!({"change": "ledger_key_retired", "verifier_key": verifier_key})
        }
        LedgerChange::HandedOver {
            verifier_key, to, ..
        } => {
            json!({"change": "ledger_key_handed_over", "verifier_key": verifier_key, "to": to})
        }
        LedgerChange::Heartbeat => json!({"change": "beat"}),
    }
}

fn erasure(change: &ErasureChange) -> Value {
    match change {
        ErasureChange::Part { holder, part } => match holder {
            Holder::Listing(id) => {
                json!({"change": "erased", "listing": id, "record": part.seq})
            }
            Holder::ImportRow { import, line } => {
                json!({"change": "erased", "import": import, "line": line, "record": part.seq})
            }
            Holder::Import(id) => json!({"change": "erased", "import": id, "record": part.seq}),
            Holder::Account(id) => json!({"change": "erased", "user": id, "record": part.seq}),
            Holder::Registry => json!({"change": "erased", "record": part.seq}),
            Holder::Approval(id) => json!({"change": "erased", "approval": id, "record": part.seq}),
            Holder::Report(id) => json!({"change": "erased", "report": id, "record": part.seq}),
        },
        ErasureChange::Everything { holder } => match holder {
            Holder::Listing(id) => json!({"change": "listing_erased", "listing": id}),
            Holder::ImportRow { import, line } => {
                json!({"change": "row_erased", "import": import, "line": line})
            }
            Holder::Import(id) => json!({"change": "import_erased", "import": id}),
            Holder::Account(id) => json!({"change": "user_erased", "user": id}),
            Holder::Report(id) => json!({"change": "report_erased", "report": id}),
            Holder::Registry | Holder::Approval(_) => json!({"change": "erased"}),
        },
        ErasureChange::Destroyed { parts } => json!({"change": "destroyed", "parts": parts.len()}),
    }
}

/// What was said and by whom is in none of it.
fn report(change: &ReportChange) -> Value {
    match change {
        ReportChange::Received(received) => json!({
            "change": "report_received", "report": received.id, "channel": received.channel.as_str(),
            "unit": received.unit.as_str(),
        }),
        ReportChange::Done { id, deed, .. } => {
            json!({"change": format!("report_{}", deed.as_str()), "report": id})
        }
    }
}

fn clock(change: &ClockChange) -> Value {
    match change {
        ClockChange::Confirmed { .. } => json!({"change": "clock_confirmed"}),
        ClockChange::Trusted { at } => json!({"change": "time_trusted", "at": at.rfc3339()}),
    }
}

fn approval(change: &ApprovalChange) -> Value {
    match change {
        ApprovalChange::Asked {
            id,
            act: asked,
            unit,
            until,
            ..
        } => json!({
            "change": "approval_asked", "approval": id, "act": act(asked), "unit": unit.as_str(),
            "until": until.rfc3339(),
        }),
        ApprovalChange::Agreed { id, .. } => json!({"change": "approval_agreed", "approval": id}),
        ApprovalChange::Refused { id, .. } => json!({"change": "approval_refused", "approval": id}),
        ApprovalChange::Lapsed { id } => json!({"change": "approval_lapsed", "approval": id}),
    }
}

/// What waits for a second person.
pub(super) fn act(act: &Act) -> Value {
    match act {
        Act::Account {
            user,
            role,
            unit,
            cause,
        } => json!({
            "kind": "account", "user": user, "role": role.as_str(), "unit": unit.as_str(),
            "cause": match cause {
                Cause::Made => "made",
                Cause::InvitedAgain => "invited_again",
                Cause::Changed => "changed",
                Cause::TakenBack => "taken_back",
            },
        }),
        Act::AddOfficial {
            key,
            name_vi,
            name_en,
        } => json!({
            "kind": "add_official", "key": key.as_str(), "name_vi": name_vi, "name_en": name_en,
        }),
        Act::RemoveOfficial { key } => json!({"kind": "remove_official", "key": key.as_str()}),
        Act::EraseNotes { listing } => json!({"kind": "erase_notes", "listing": listing}),
        Act::EraseListing { listing, .. } => json!({"kind": "erase_listing", "listing": listing}),
    }
}
