//! init, user, unit, key: work on the data folder itself, by whoever may read it.

use serde_json::{Value, json};

use super::{
    args::{KeyCommand, UnitCommand, UserCommand},
    context::{Context, database},
    ending::{CliError, Outcome},
    locale::{language, worded},
    terminal::{note, say},
};
use crate::{
    access::capability::Console,
    domain::{
        role::Role,
        unit::{self, UnitCode},
        user::{User, Username},
    },
    registry::{
        Registry,
        accounts::{NewUser, UserEdit},
        keys::Withdrawn,
    },
    server::now,
};

fn usage(text: impl ToString) -> CliError {
    CliError::Usage(text.to_string())
}

pub(super) fn username(text: &str) -> Result<Username, CliError> {
    Username::parse(text).map_err(|wrong| {
        let vi = "tên đăng nhập có từ 3 đến 40 ký tự: a-z, 0-9, dấu chấm, gạch nối, gạch dưới";
        usage(language().pick(vi, &wrong.to_string()))
    })
}

/// Nobody has this name.
pub(super) fn no_user(name: &Username) -> CliError {
    usage(worded(
        format_args!("không có tài khoản {name}; hãy xem `canhgiac user list`"),
        format_args!("there is no user {name}; see `canhgiac user list`"),
    ))
}

fn unit_code(text: &str) -> Result<UnitCode, CliError> {
    UnitCode::parse(text).map_err(|_| {
        usage(worded(
            format_args!("không có đơn vị {text}; hãy xem `canhgiac unit find`"),
            format_args!("there is no unit {text}; see `canhgiac unit find`"),
        ))
    })
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
        return Err(usage(language().pick(
            "hai quản trị viên phải có hai tên khác nhau: `--admin` và `--second-admin`",
            "two administrators need two names: `--admin` and `--second-admin`",
        )));
    }
    let database = database(&context.config)?;
    Registry::create(data, origin, database.as_ref(), now())?;
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
    let data = data.display();
    let next = worded(
        format_args!(
            "Tiếp theo: `canhgiac serve --data {data}`, rồi mỗi người mở /desk/enrol và nhập mã mời của mình."
        ),
        format_args!(
            "Next: `canhgiac serve --data {data}`, then each of the two opens /desk/enrol with the own code."
        ),
    );
    note(&next);
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
    let (name, role, unit) = (&user.username, user.role.as_str(), user.unit.as_str());
    let until = user.invited_until.rfc3339();
    let told = worded(
        format_args!("{name} ({role}, {unit}): mã mời dùng một lần {code}, có hạn đến {until}"),
        format_args!("{name} ({role}, {unit}): one-time enrolment code {code}, good until {until}"),
    );
    say(&told);
    if user.approval.is_some() {
        let waits = language().pick(
            "Tài khoản này được quyết định. Nó được lập ngay tại máy chủ, nên hai người phải đồng ý trước, ở /desk/approvals.",
            "This account may decide. It was made at the machine itself, so two persons must agree to it first, at /desk/approvals.",
        );
        note(waits);
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
            .ok_or_else(|| no_user(&name))
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
                    .ok_or_else(|| {
                        usage(language().pick(
                            "vai trò là officer (cán bộ), supervisor (chỉ huy), auditor (kiểm tra viên), procurator (kiểm sát viên) hoặc admin (quản trị viên)",
                            "a role is officer, supervisor, auditor, procurator or admin",
                        ))
                    })?,
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

/// A word of a row: in the reader's language, and one and the same for programs.
pub(super) fn word(context: &Context, vi: &'static str, en: &'static str) -> &'static str {
    match context.json {
        true => en,
        false => language().pick(vi, en),
    }
}

/// Rows as JSON arrays, or as columns.
pub(super) fn table(context: &Context, rows: impl Iterator<Item = Value>) {
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

fn tell_left(withdrawn: Withdrawn) {
    if !withdrawn.file_removed {
        let left = language().pick(
            "khóa không còn giá trị, nhưng không xóa được tệp của nó trong keys/: hãy xóa bằng tay",
            "the key counts no more, but its file in keys/ could not be removed: remove it by hand",
        );
        note(&format!("canhgiac: {left}"));
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
            word(context, "đang ký", "active")
        } else {
            word(context, "chỉ để kiểm tra", "checking only")
        };
        let kind = word(context, "mã truy cập", "token");
        json!([kind, key.kid, key.created.rfc3339(), standing])
    });
    let ledger = registry.verifier_keys().into_iter();
    let ledger = ledger.map(|key| {
        let kind = word(context, "sổ công khai", "ledger");
        json!([kind, key, "", word(context, "đang ký", "active")])
    });
    table(context, tokens.chain(ledger));
    Ok(Outcome::Done)
}
