//! init, user, partner, unit, key: work on the data folder itself, by whoever may read it.

use serde_json::{Value, json};

use super::{
    args::{ClockCommand, KeyCommand, PartnerCommand, UnitCommand, UserCommand},
    context::{Context, say},
    ending::{CliError, Outcome},
};
use crate::{
    access::capability::Console,
    domain::{
        identifier::{Kind, Kinds},
        partner::{PartnerKind, Scope},
        role::Role,
        time::Time,
        unit::{self, UnitCode},
        user::{User, Username},
    },
    registry::{
        Registry,
        accounts::{NewUser, UserEdit},
        keys::Withdrawn,
        partners::{NewPartner, PartnerEdit},
    },
    server::now,
};

fn usage(text: impl ToString) -> CliError {
    CliError::Usage(text.to_string())
}

fn username(text: &str) -> Result<Username, CliError> {
    Username::parse(text).map_err(usage)
}

fn unit_code(text: &str) -> Result<UnitCode, CliError> {
    UnitCode::parse(text)
        .map_err(|_| usage(format!("there is no unit {text}; see `canhgiac unit find`")))
}

/// Why the first administrators are made.
const FOUNDING: &str = "lập hệ thống / founding";

pub(super) fn init(
    context: &Context,
    admins: [&str; 2],
    origin: Option<&str>,
) -> Result<Outcome, CliError> {
    let data = context.data()?;
    let names = [username(admins[0])?, username(admins[1])?];
    if names[0] == names[1] {
        return Err(usage(
            "two administrators need two names: `--admin` and `--second-admin`",
        ));
    }
    Registry::create(data, origin, now())?;
    let registry = context.open()?;
    let [first, second] = names.map(|username| {
        let new = NewUser {
            username,
            role: Role::Admin,
            unit: UnitCode::national(),
        };
        registry.add_user(&Console::admin(), new, FOUNDING, None, now())
    });
    let (first, second) = (first?, second?);
    if context.json {
        let mut json = invitation(&first);
        json["second"] = invitation(&second);
        say(&json.to_string());
        return Ok(Outcome::Done);
    }
    invited(context, &first);
    invited(context, &second);
    eprintln!(
        "Next: `canhgiac serve --data {}`, then each of the two opens /desk/enrol with the own code.",
        data.display()
    );
    Ok(Outcome::Done)
}

fn invitation((user, code): &(User, String)) -> Value {
    json!({
        "id": user.id, "username": user.username.as_str(), "role": user.role.as_str(),
        "unit": user.unit.as_str(), "enrolment_code": code, "approval": user.approval,
    })
}

fn invited(context: &Context, invited: &(User, String)) {
    let (user, code) = invited;
    if context.json {
        say(&invitation(invited).to_string());
        return;
    }
    say(&format!(
        "{} ({}, {}): one-time enrolment code {code}, good until {}",
        user.username,
        user.role.as_str(),
        user.unit.as_str(),
        user.invited_until.rfc3339()
    ));
    if user.approval.is_some() {
        eprintln!(
            "This account may decide. It was made at the machine itself, so two persons must agree to it first, at \
             /desk/approvals."
        );
    }
}

pub(super) fn user(
    context: &Context,
    what: UserCommand,
    reason: &str,
) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    let admin = Console::admin();
    let find = |name: &str| -> Result<User, CliError> {
        let name = username(name)?;
        registry
            .find_user(&Console::auditor(), &name)?
            .ok_or_else(|| usage(format!("there is no user {name}")))
    };
    match what {
        UserCommand::Add {
            username: name,
            role,
            unit,
        } => {
            let new = NewUser {
                username: username(&name)?,
                role: Role::parse(&role)
                    .ok_or_else(|| usage("a role is officer, supervisor, auditor or admin"))?,
                unit: unit_code(&unit)?,
            };
            invited(
                context,
                &registry.add_user(&admin, new, reason, None, now())?,
            );
        }
        UserCommand::List => {
            let (users, _) = registry.users(&Console::auditor(), None, usize::MAX)?;
            table(
                context,
                users.iter().map(|u| {
                    json!([
                        u.username.as_str(),
                        u.role.as_str(),
                        u.unit.as_str(),
                        u.status
                    ])
                }),
            );
        }
        UserCommand::Invite { username } => {
            invited(
                context,
                &registry.invite_again(&admin, find(&username)?.id, reason, now())?,
            );
        }
        UserCommand::Suspend { username } => {
            suspend_user(&registry, &find(&username)?, true, reason)?;
        }
        UserCommand::Restore { username } => {
            suspend_user(&registry, &find(&username)?, false, reason)?;
        }
    }
    Ok(Outcome::Done)
}

fn suspend_user(
    registry: &Registry,
    user: &User,
    suspended: bool,
    reason: &str,
) -> Result<(), CliError> {
    let edit = UserEdit {
        suspended: Some(suspended),
        ..UserEdit::default()
    };
    registry.edit_user(&Console::admin(), user.id, edit, None, reason, now())?;
    Ok(())
}

/// Rows as JSON arrays, or as columns.
fn table(context: &Context, rows: impl Iterator<Item = Value>) {
    for row in rows {
        if context.json {
            say(&row.to_string());
            continue;
        }
        let cells: Vec<String> = row
            .as_array()
            .into_iter()
            .flatten()
            .map(|cell| {
                cell.as_str()
                    .map_or_else(|| cell.to_string(), str::to_owned)
            })
            .collect();
        say(&cells.join("\t"));
    }
}

pub(super) fn partner(
    context: &Context,
    what: PartnerCommand,
    reason: &str,
) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    let admin = Console::admin();
    let told = |(partner, secret): (crate::domain::partner::Partner, String)| {
        table(
            context,
            std::iter::once(json!([partner.id, partner.name, secret])),
        );
    };
    let suspend = |id, suspended| -> Result<(), CliError> {
        let edit = PartnerEdit {
            suspended: Some(suspended),
            ..PartnerEdit::default()
        };
        registry.edit_partner(&admin, id, edit, None, reason, now())?;
        Ok(())
    };
    match what {
        PartnerCommand::Add {
            name,
            kind,
            scopes,
            kinds,
        } => {
            let kind = match kind.as_str() {
                "telecom" => PartnerKind::Telecom,
                "bank" => PartnerKind::Bank,
                "wallet" => PartnerKind::Wallet,
                _ => return Err(usage("a kind is telecom, bank or wallet")),
            };
            let scopes = scopes
                .iter()
                .map(|word| Scope::parse(word).ok_or_else(|| usage(format!("no scope {word}"))))
                .collect::<Result<_, _>>()?;
            let new = NewPartner {
                name,
                kind,
                scopes,
                kinds: feed_kinds(&kinds)?,
                public_key: None,
            };
            told(registry.add_partner(&admin, new, reason, None, now())?);
        }
        PartnerCommand::List => {
            let (partners, _) = registry.partners(&Console::auditor(), None, usize::MAX)?;
            table(
                context,
                partners
                    .iter()
                    .map(|p| json!([p.id, p.name, p.kind, p.status])),
            );
        }
        PartnerCommand::Secret { id } => told(registry.new_secret(&admin, id, 0, reason, now())?),
        PartnerCommand::Suspend { id } => suspend(id, true)?,
        PartnerCommand::Restore { id } => suspend(id, false)?,
    }
    Ok(Outcome::Done)
}

pub(super) fn unit(context: &Context, what: UnitCommand) -> Result<Outcome, CliError> {
    let row = |unit: &unit::Unit| json!([unit.code.as_str(), unit.name_vi, unit.name_en]);
    match what {
        UnitCommand::List { parent } => {
            let parent = parent
                .as_deref()
                .map_or(Ok(UnitCode::national()), unit_code)?;
            table(context, unit::children(parent).map(row));
            Ok(Outcome::Done)
        }
        UnitCommand::Find { text } => {
            let found = unit::search(&text.join(" "));
            let any = !found.is_empty();
            table(context, found.into_iter().map(row));
            Ok(if any { Outcome::Done } else { Outcome::No })
        }
    }
}

/// Kinds by their words; all of them when none is named.
fn feed_kinds(words: &[String]) -> Result<Kinds, CliError> {
    if words.is_empty() {
        return Ok(Kinds::ALL);
    }
    let kind = |word: &String| Kind::parse(word).ok_or_else(|| usage(format!("no kind {word}")));
    words.iter().map(kind).collect()
}

fn tell_left(withdrawn: Withdrawn) {
    if !withdrawn.file_removed {
        eprintln!(
            "canhgiac: the key counts no more, but its file in keys/ could not be removed: remove it by hand"
        );
    }
}

pub(super) fn key(context: &Context, what: KeyCommand, reason: &str) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    let admin = Console::admin();
    match what {
        KeyCommand::Show => {}
        KeyCommand::Rotate { ledger: false } => drop(registry.rotate_key(&admin, reason, now())?),
        KeyCommand::Rotate { ledger: true } => {
            drop(registry.add_ledger_key(&admin, reason, now())?)
        }
        KeyCommand::Retire { kid, ledger: false } => {
            tell_left(registry.retire_key(&admin, &kid, reason, now())?);
        }
        KeyCommand::Retire { kid, ledger: true } => {
            tell_left(registry.retire_ledger_key(&admin, &kid, reason, now())?);
        }
    }
    let tokens = registry.keys(&admin.into()).into_iter().map(|key| {
        let standing = if key.active {
            "active"
        } else {
            "checking only"
        };
        json!(["token", key.kid, key.created.rfc3339(), standing])
    });
    let ledger = registry.verifier_keys().into_iter();
    table(
        context,
        tokens.chain(ledger.map(|key| json!(["ledger", key, "", "active"]))),
    );
    Ok(Outcome::Done)
}

pub(super) fn clock(context: &Context, what: ClockCommand) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    let now = now();
    let is_held = registry.is_clock_held(now);
    let before = registry.written_before().map(Time::rfc3339);
    let rows = [
        json!(["clock", now.rfc3339()]),
        json!(["written before", before.as_deref().unwrap_or("never")]),
        json!(["standing", if is_held { "held" } else { "believed" }]),
    ];
    table(context, rows.into_iter());
    match what {
        ClockCommand::Show => {}
        ClockCommand::Confirm { .. } if !is_held => {
            say("the clock is believed: there is nothing to confirm");
        }
        ClockCommand::Confirm { reason } => {
            registry.confirm_clock(&Console::admin(), &reason, now)?;
            say(&format!("confirmed: it is {}", now.rfc3339()));
        }
    }
    Ok(Outcome::Done)
}
