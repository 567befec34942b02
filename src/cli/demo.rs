//! `demo`: sample people, partners, listings and reports, served until stopped.

mod person;
mod reports;

use person::{Person, denied};
use std::{path::PathBuf, sync::Arc};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    console::{self, OpenConsole},
    context::{Context, run_to_end, settings},
    ending::{CliError, Outcome},
    locale::language,
    progress,
    terminal::say,
};
use crate::{
    access::{
        capability::{Console, FreshAdmin, FreshSupervisor, Officer, Sample},
        secret::random,
        totp,
    },
    domain::{
        account::{Account, AccountNumber},
        bank::Bin,
        client_key::ClientKeys,
        hex::hex,
        identifier::{Identifier, Kinds},
        method::{self, MethodId},
        official,
        partner::{PartnerKind, Scope},
        role::Role,
        unit::UnitCode,
        user::Username,
    },
    office_list::{self, Mapping},
    registry::{
        Registry, Settings, accounts::NewUser, import::Origin, partners::NewPartner,
        trail::ClientAddress,
    },
    server::{Server, now},
};

/// The list that an office keeps; everything in it is synthetic.
const LIST_NAME: &str = "danh-sach-mau.xlsx";
const LIST: &[u8] = include_bytes!("../../config/demo_list.xlsx");

/// Why everything is done here.
const SAMPLE: &str = "Dữ liệu mẫu";

/// Where administrators stand in [`PEOPLE`].
const ADMINS: std::ops::Range<usize> = 6..8;

/// Programs tell them by their place: appended to only.
const PEOPLE: [(&str, Role, &str); 9] = [
    ("canbo.bimson", Role::Officer, "14812"),
    ("chihuy.bimson", Role::Supervisor, "14812"),
    ("canbo.quangtrung", Role::Officer, "14818"),
    ("chihuy.quangtrung", Role::Supervisor, "14818"),
    ("chihuy.thanhhoa", Role::Supervisor, "38"),
    ("kiemtra", Role::Auditor, "VN"),
    ("quantri", Role::Admin, "VN"),
    ("quantri.hai", Role::Admin, "VN"),
    ("kiemsat.thanhhoa", Role::Procurator, "38"),
];

/// A folder that goes away with the demo.
struct Folder {
    path: PathBuf,
    thrown_away: bool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.thrown_away {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

pub(super) fn run(
    context: &Context,
    listings: u64,
    commands: console::Run,
) -> Result<Outcome, CliError> {
    let folder = match &context.data {
        Some(path) => Folder {
            path: path.clone(),
            thrown_away: false,
        },
        None => Folder {
            path: std::env::temp_dir().join(format!("canhgiac-demo-{}", Uuid::now_v7().simple())),
            thrown_away: true,
        },
    };
    let settings = Settings {
        serves: true,
        ..settings(&context.config)?
    };
    Registry::create(&folder.path, None, settings.database.as_ref(), now())?;
    let mut bars = progress::Bars::default();
    let registry = Registry::open(&folder.path, settings, &mut bars)?;
    drop(bars);
    let people = enrol_all(&registry)?;
    let partners = [
        add_partner(
            &registry,
            "Nhà mạng mẫu",
            PartnerKind::Telecom,
            &[Scope::FeedRead, Scope::CheckBulk],
        )?,
        add_partner(&registry, "Ngân hàng mẫu", PartnerKind::Bank, &Scope::ALL)?,
    ];
    fill(&registry, &people, listings)?;
    let receipts = reports::tell(&registry, &people, now())?;
    run_to_end(async {
        let _console = OpenConsole::open(&registry, context, &folder.path, commands);
        let server = Server::start(registry.clone(), &context.config).await?;
        let users: Vec<Value> = people.iter().map(person_json).collect();
        let ready = json!({
            "url": server.url(), "admin_url": server.admin_url(),
            "users": users, "partners": partners, "receipts": receipts,
        });
        say(&if context.json {
            ready.to_string()
        } else {
            paste(&ready)
        });
        Ok(server.run().await?)
    })?;
    drop(registry);
    Ok(Outcome::Done)
}

/// Two administrators are founded; they make the others and stand behind those who decide.
fn enrol_all(registry: &Registry) -> Result<Vec<Person>, CliError> {
    let (staff, admins, later) = (
        &PEOPLE[..ADMINS.start],
        &PEOPLE[ADMINS],
        &PEOPLE[ADMINS.end..],
    );
    let admins = admins
        .iter()
        .map(|(name, role, unit)| enrol(registry, &Console::admin(), name, *role, unit))
        .collect::<Result<Vec<_>, _>>()?;
    let first = Sample::admin(&admins[0].user).map_err(denied)?;
    let second = Sample::second_person(&admins[1].user).map_err(denied)?;
    let agreed = |(name, role, unit): &(&str, Role, &str)| {
        let mut person = enrol(registry, &first, name, *role, unit)?;
        if let Some(approval) = person.user.approval {
            registry.reply(&second, approval, true, SAMPLE, now())?;
            person.user.approval = None;
        }
        Ok(person)
    };
    let mut people = staff
        .iter()
        .map(agreed)
        .collect::<Result<Vec<_>, CliError>>()?;
    people.extend(admins);
    for person in later {
        people.push(agreed(person)?);
    }
    Ok(people)
}

fn enrol(
    registry: &Registry,
    admin: &FreshAdmin,
    name: &str,
    role: Role,
    unit: &str,
) -> Result<Person, CliError> {
    let bad = || CliError::Usage(format!("the sample account {name} is wrong"));
    let new = NewUser {
        username: Username::parse(name).map_err(|_| bad())?,
        role,
        unit: UnitCode::parse(unit).map_err(|_| bad())?,
    };
    // Each code works once. Two minutes ago, so that the codes of the present time step and of the one before are left for
    // whoever signs in first, and on a second device.
    let then = now().plus_seconds(-4 * totp::STEP_SECONDS);
    let (_, code) = registry.add_user(admin, new, SAMPLE, None, then)?;
    let password = hex(&random::<12>());
    let here = ClientAddress {
        client: "127.0.0.1".to_owned(),
        token: None,
    };
    let factor = registry.enrol(name, &code, &password, &here, then)?;
    let step = totp::step_at(then).ok_or_else(bad)?;
    let otp = totp::code_at(&factor.bytes, step);
    let enrolled = registry.confirm_enrolment(name, &code, &otp, None, &here, then)?;
    Ok(Person {
        user: enrolled.user,
        password,
        totp_secret: factor.secret,
    })
}

fn person_json(person: &Person) -> Value {
    json!({
        "username": person.user.username.as_str(), "password": person.password,
        "totp_secret": person.totp_secret, "role": person.user.role.as_str(),
        "unit": person.user.unit.as_str(),
    })
}

fn add_partner(
    registry: &Registry,
    name: &str,
    kind: PartnerKind,
    scopes: &[Scope],
) -> Result<Value, CliError> {
    let new = NewPartner {
        name: name.into(),
        kind,
        scopes: scopes.to_vec(),
        kinds: Kinds::ALL,
        keys: ClientKeys::None,
    };
    let (partner, secret) = registry.add_partner(&Console::admin(), new, SAMPLE, None, now())?;
    Ok(json!({
        "client_id": partner.id, "client_secret": secret.as_str(), "kind": kind, "scopes": partner.scopes,
    }))
}

/// The sample list, proposed by one officer and confirmed by another, then synthetic listings.
fn fill(registry: &Arc<Registry>, people: &[Person], listings: u64) -> Result<(), CliError> {
    let officer: Officer = Sample::officer(&people[0].user).map_err(denied)?;
    let supervisor: FreshSupervisor = Sample::supervisor(&people[1].user).map_err(denied)?;
    let bar = progress::bar(language().pick("danh sách mẫu", "sample list"), 1);
    // It is our own list, and needs no process to be read in.
    let list = office_list::read(LIST, &Mapping::default(), &|id| {
        official::builtin(id).is_some()
    })?;
    let origin = Origin::new(LIST_NAME, "")?;
    let import = registry.import(&officer, list, origin, None, now(), &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if let Some(import) = import.import {
        registry.decide_import(
            &supervisor,
            import.id,
            true,
            None,
            import.version,
            "Dữ liệu mẫu".into(),
            now(),
        )?;
    }
    if listings > 0 {
        let what = language().pick("cảnh báo giả để thử", "synthetic listings");
        let bar = progress::bar(what, listings);
        registry.seed(
            &officer,
            &supervisor,
            synthetic().take(usize::try_from(listings).unwrap_or(usize::MAX)),
            now,
            &mut |done| bar.set_position(done),
        )?;
        bar.finish_and_clear();
    }
    Ok(())
}

/// Phones of 0950 xxx xxx, which belong to no operator, then accounts.
fn synthetic() -> impl Iterator<Item = (Identifier, MethodId)> {
    let methods = method::all();
    let phones =
        (100_000u64..1_000_000).filter_map(|n| Identifier::phone(&format!("0950{n:06}")).ok());
    let accounts = (0u64..).filter_map(|n| {
        let bank = Bin::parse(["970436", "970415", "970418", "970422"][(n % 4) as usize]).ok()?;
        let number = AccountNumber::parse(&format!("09{n:011}")).ok()?;
        Some(Identifier::Account(Account::new(bank, number)))
    });
    phones
        .chain(accounts)
        .enumerate()
        .map(move |(n, identifier)| (identifier, methods[n % methods.len()].id))
}

/// What a person pastes into a terminal.
fn paste(ready: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let url = text(&ready["url"]);
    let (officer, supervisor) = (&ready["users"][0], &ready["users"][1]);
    let partner = &ready["partners"][0];
    let mut out = format!(
        "Cảnh Giác đang chạy tại {url} (số liệu: {})\nCảnh Giác is running. Ctrl+C stops it.\n\n\
         Trang cho người dân / pages for citizens: {url}/vi (English: {url}/en)\n\
         Bàn làm việc của công an / the police desk: {url}/desk\n\n\
         Người dân tra cứu / a citizen's check:\n  \
         curl -s {url}/v1/check -H 'Content-Type: application/json' -d '{{\"q\":\"0950 001 001\"}}'\n  \
         curl -s {url}/v1/sms -H 'Content-Type: application/json' -d '{{\"text\":\"LD 0950001001\"}}'\n\n\
         Cán bộ đăng nhập / officers (TOTP: SHA-1, 6 digits, 30 s; each code works once):\n",
        text(&ready["admin_url"])
    );
    for user in ready["users"].as_array().into_iter().flatten() {
        out.push_str(&format!(
            "  {:<18} {:<26} totp {}  {} {}\n",
            text(&user["username"]),
            text(&user["password"]),
            text(&user["totp_secret"]),
            text(&user["role"]),
            text(&user["unit"])
        ));
    }
    for person in [officer, supervisor] {
        let code = "$(python3 -c \"import base64,hmac,struct,sys,time;k=base64.b32decode(sys.argv[1]);h=hmac.digest(k,struct.pack('>Q',int(time.time())//30),'sha1');o=h[-1]&15;print('%06d'%((struct.unpack('>I',h[o:o+4])[0]&0x7fffffff)%10**6))\" SECRET)";
        let code = code.replace("SECRET", &text(&person["totp_secret"]));
        out.push_str(&format!(
            "\n  curl -s {url}/v1/session -H 'Content-Type: application/json' -d '{{\"username\":\"{}\",\"password\":\"{}\",\"otp\":\"'{code}'\"}}'\n",
            text(&person["username"]),
            text(&person["password"])
        ));
    }
    out.push_str(&format!(
        "\nTheo dõi tin báo / follow a report: {url}/vi/theo-doi (English: {url}/en/follow)\n"
    ));
    for receipt in ready["receipts"].as_array().into_iter().flatten() {
        let shows = &receipt["shows"];
        out.push_str(&format!(
            "  {}  {} / {}\n",
            text(&receipt["receipt"]),
            text(&shows["vi"]),
            text(&shows["en"])
        ));
    }
    out.push_str(&format!(
        "\nĐối tác lấy dữ liệu / a partner's pull:\n  \
         TOKEN=$(curl -s -u {}:{} -d grant_type=client_credentials {url}/v1/oauth/token | python3 -c 'import json,sys;print(json.load(sys.stdin)[\"access_token\"])')\n  \
         curl -s {url}/v1/feed/snapshot -H \"Authorization: Bearer $TOKEN\" | tail -3\n  \
         curl -s '{url}/v1/feed/changes?after=0&limit=3' -H \"Authorization: Bearer $TOKEN\"\n\n\
         Bản sao tự kiểm chứng của đối tác / a partner's verified copy, which answers checks by itself:\n  \
         CANHGIAC_MIRROR_CLIENT_SECRET={} {} mirror {url} --client-id {} --data $(mktemp -d)\n\n\
         Sổ công khai / the public ledger: {url}/vi/minh-bach   Tài liệu / documents: {url}/docs",
        text(&partner["client_id"]),
        text(&partner["client_secret"]),
        text(&partner["client_secret"]),
        std::env::current_exe().map_or_else(|_| "canhgiac".into(), |path| path.display().to_string()),
        text(&partner["client_id"]),
    ));
    out
}
