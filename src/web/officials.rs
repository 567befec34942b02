//! Official numbers: those of the tables and those that administrators added, by what they are for.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    forms::Fields,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{identifier::Identifier, official, text::toneless},
    http::state::State,
    present::{telephone::dialled, words},
    store::schema::OfficialRow,
};

/// Longest words that are searched for, in characters.
const MAX_ASKED: usize = 100;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Officials.both() {
        config.route(&format!("/{slug}"), web::get().to(list));
    }
}

#[derive(Template)]
#[template(path = "officials.html")]
struct OfficialsPage {
    s: PageContext,
    asked: String,
    groups: Vec<Group>,
}

struct Group {
    heading: &'static str,
    numbers: Vec<Number>,
}

struct Number {
    name: String,
    display: String,
    /// What a telephone dials, when calls are taken there.
    call: Option<String>,
    /// Where a message goes, when only messages are taken there.
    text: Option<String>,
}

/// What numbers are for, in the order of the page: Vietnamese, English, categories of the table.
const SUBJECTS: [(&str, &str, &[&str]); 7] = [
    ("Công an", "Police", &["police", "state_network"]),
    (
        "Cháy, cấp cứu, cứu nạn",
        "Fire, ambulance, rescue",
        &["fire", "ambulance", "rescue"],
    ),
    (
        "Báo cuộc gọi, tin nhắn lừa đảo",
        "To report scam calls and messages",
        &["spam_scam_report"],
    ),
    ("Bảo vệ trẻ em", "Child protection", &["child_protection"]),
    (
        "Hỏi và phản ánh với chính quyền",
        "To ask or tell the local authority",
        &["public_info"],
    ),
    ("Nhà mạng điện thoại", "Telephone companies", &["operator"]),
    (
        "Tổng đài ngân hàng, ví điện tử",
        "Hotlines of banks and wallets",
        &[official::HOTLINE_CATEGORY],
    ),
];

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Officials, "");
    let asked: String = fields.get("q").chars().take(MAX_ASKED).collect();
    let added = State::blocking(move || state.registry.officials()).await?;
    let template = OfficialsPage {
        groups: groups(&s, &asked, &added),
        s,
        asked,
    };
    page(&request, Page::Public, &template)
}

fn groups(s: &PageContext, asked: &str, added: &[OfficialRow]) -> Vec<Group> {
    let fits = |number: &Number| fits(asked, &number.name);
    let built_in = SUBJECTS.iter().map(|(vi, en, categories)| Group {
        heading: s.t(vi, en),
        numbers: official::builtins()
            .iter()
            .filter(|known| categories.contains(&known.category))
            .map(|known| built_in(s, known))
            .filter(fits)
            .collect(),
    });
    let others = Group {
        heading: s.t("Các số khác", "Other numbers"),
        numbers: added
            .iter()
            .map(|row| by_administrator(s, row))
            .filter(fits)
            .collect(),
    };
    built_in
        .chain([others])
        .filter(|group| !group.numbers.is_empty())
        .collect()
}

fn built_in(s: &PageContext, known: &official::Builtin) -> Number {
    // An x stands for any digit: a whole block, which nobody can call.
    let whole = !known.code.contains('x');
    let code = || known.code.to_owned();
    let call = whole && known.channel.contains("voice");
    Number {
        name: s.t(known.name_vi, known.name_en).to_owned(),
        display: known.code.replace("xxxxxxx", " xxx xxxx"),
        call: call.then(code),
        text: (whole && !call && known.channel.contains("sms")).then(code),
    }
}

fn by_administrator(s: &PageContext, row: &OfficialRow) -> Number {
    let read = Identifier::from_key(row.key.as_str()).ok();
    let call = read.as_ref().and_then(dialled);
    Number {
        name: s.t(&row.name_vi, &row.name_en).to_owned(),
        display: words::of_key(&row.key),
        call,
        text: None,
    }
}

/// Whether every word stands in the name. Numbers are asked about on the check's page, which keeps them out of
/// addresses.
fn fits(asked: &str, name: &str) -> bool {
    let (asked, name) = (toneless(asked), toneless(name));
    asked.split_whitespace().all(|word| name.contains(word))
}
