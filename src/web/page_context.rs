//! What every page has around it: language, size of letters, places to go.

use super::menu_counts::{MOST_COUNTED, count_words};
use std::{borrow::Borrow, sync::Arc};

use actix_web::HttpRequest;
use uuid::Uuid;

use super::cookies;
use crate::{
    access::capability::{ApprovalReader, IntakeReader, Reader as ReaderOf, SignedIn},
    domain::{message::Lang, role::Role},
    http::{authority::Authority, state::State},
    present::words,
};

/// A public page, by its place in the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nav {
    Check,
    /// What to do when money is gone.
    Paid,
    /// Telling the police what happened.
    Report,
    /// Seeing what became of a report.
    Follow,
    Methods,
    Posters,
    Officials,
    Statistics,
    About,
    Privacy,
    Developers,
    Counter,
    Transparency,
    /// One listing, by its id.
    Listing,
    /// None of them.
    Other,
}

impl Nav {
    /// The last part of its address, Vietnamese and English.
    pub const fn slugs(self) -> (&'static str, &'static str) {
        match self {
            Self::Check | Self::Other => ("", ""),
            Self::Paid => ("da-chuyen-tien", "already-paid"),
            Self::Report => ("bao-cao", "report"),
            Self::Follow => ("theo-doi", "follow"),
            Self::Methods => ("thu-doan", "methods"),
            Self::Posters => ("to-roi", "posters"),
            Self::Officials => ("so-chinh-thuc", "official-numbers"),
            Self::Statistics => ("thong-ke", "statistics"),
            Self::About => ("gioi-thieu", "about"),
            Self::Privacy => ("quyen-rieng-tu", "privacy"),
            Self::Developers => ("ket-noi", "developers"),
            Self::Counter => ("quay", "counter"),
            Self::Transparency => ("minh-bach", "transparency"),
            Self::Listing => ("canh-bao", "listings"),
        }
    }

    /// Both of them: the pages of either language answer to both.
    pub const fn both(self) -> [&'static str; 2] {
        let (vi, en) = self.slugs();
        [vi, en]
    }
}

/// The signed-in person as pages show them.
pub struct Reader {
    pub username: String,
    pub role: Role,
    pub unit: &'static str,
}

/// What every page has around it.
pub struct PageContext {
    pub lang: Lang,
    pub large: bool,
    pub nav: Nav,
    /// Where the page is, for switches that come back to it.
    pub path: String,
    /// The same page in the other language; the desk switches by a form instead.
    pub other: String,
    /// What was sent, when this is the answer: the switches send it again.
    pub again: Vec<(&'static str, String)>,
    /// On the desk.
    pub desk: bool,
    pub reader: Option<Reader>,
    /// For the forms of a signed-in person.
    pub csrf: String,
    /// The second factor was shown too long ago for a decision: forms that decide ask for a code.
    pub wants_code: bool,
    /// The reader may decide, but a second person does not stand behind the account yet.
    pub awaits_approval: bool,
    /// The clock of the machine is not believed: administrators are told on every page.
    pub is_clock_held: bool,
    /// Forwarding headers come from a proxy that is not trusted: administrators are told on every page.
    pub is_forwarded_unbelieved: bool,
    /// Proposals that wait in the reader's reach.
    pub waiting: usize,
    /// Acts that want a second person, in the reader's reach.
    pub approvals: usize,
    /// Reports without an outcome, in the reader's reach.
    pub reports: usize,
    /// Those among them that can't wait and on which nobody has acted.
    pub urgent_reports: usize,
    /// Why nothing can be changed at present: everybody at the desk is told.
    pub hindrance: Option<&'static str>,
    /// Who runs this registry; nobody for a trial.
    pub authority: Option<Arc<Authority>>,
    /// The address of the service, without a slash at the end.
    pub origin: String,
    /// The request that is answered.
    pub request: HttpRequest,
    /// Why a form was not taken, said above the page.
    pub error: Option<String>,
    /// The field that it is about, by its id on the page.
    pub error_at: Option<String>,
    /// What was done, said above the page.
    pub done: Option<&'static str>,
}

impl PageContext {
    /// Around a public page. Its language is the first part of its address; `rest` is what comes after the page's own
    /// slug, such as `/gia_danh_cong_an`.
    pub fn public(request: &HttpRequest, nav: Nav, rest: &str) -> Self {
        let lang = match request.path().starts_with("/en") {
            true => Lang::En,
            false => Lang::Vi,
        };
        let state = State::of(request);
        let mut context = Self {
            lang,
            large: cookies::is_large(request),
            nav,
            path: String::new(),
            other: String::new(),
            again: Vec::new(),
            desk: false,
            reader: None,
            csrf: String::new(),
            wants_code: false,
            awaits_approval: false,
            is_clock_held: false,
            is_forwarded_unbelieved: false,
            waiting: 0,
            approvals: 0,
            reports: 0,
            urgent_reports: 0,
            hindrance: None,
            authority: state.authority.clone(),
            origin: state.issuer.url.clone(),
            request: request.clone(),
            error: None,
            error_at: None,
            done: None,
        };
        let address = |lang| format!("{}{rest}", address(lang, nav));
        context.path = address(lang);
        context.other = address(match lang {
            Lang::Vi => Lang::En,
            Lang::En => Lang::Vi,
        });
        context
    }

    /// Around a page outside the languages' addresses, such as `/docs`: Vietnamese unless `?lang=en`.
    pub fn outside(request: &HttpRequest) -> Self {
        let mut context = Self::public(request, Nav::Other, "");
        let (here, english) = (request.path(), format!("{}?lang=en", request.path()));
        let is_english = request.query_string() == "lang=en";
        (context.lang, context.path, context.other) = match is_english {
            true => (Lang::En, english, here.to_owned()),
            false => (Lang::Vi, here.to_owned(), english),
        };
        context
    }

    /// Around a page of the desk.
    pub fn desk(request: &HttpRequest, who: Option<(&SignedIn, &str)>) -> Self {
        let lang = cookies::lang_of(request);
        let state = State::of(request);
        let intake = who.and_then(|(who, _)| IntakeReader::of(who).ok());
        Self {
            reports: intake
                .as_ref()
                .map(|reader| state.registry.open_report_count(reader))
                .unwrap_or_default(),
            urgent_reports: intake
                .map(|reader| {
                    state
                        .registry
                        .urgent_report_count(&reader, MOST_COUNTED + 1)
                })
                .unwrap_or_default(),
            is_clock_held: state.registry.is_clock_held(state.now()),
            wants_code: who.is_some_and(|(who, _)| !who.second_factor_is_fresh(state.now())),
            awaits_approval: who.is_some_and(|(who, _)| who.user().approval.is_some()),
            is_forwarded_unbelieved: state.unbelieved.is_lately(state.now()),
            hindrance: state
                .registry
                .hindrance()
                .map(|why| words::hindrance(why, lang)),
            waiting: who
                .and_then(|(who, _)| ReaderOf::of(who).ok())
                .map(|reader| state.registry.count_waiting(&reader))
                .unwrap_or_default(),
            approvals: who
                .and_then(|(who, _)| ApprovalReader::of(who).ok())
                .map(|reader| state.registry.count_approvals(&reader))
                .unwrap_or_default(),
            lang,
            path: request.path().to_owned(),
            other: String::new(),
            desk: true,
            csrf: who.map(|(_, csrf)| csrf.to_owned()).unwrap_or_default(),
            reader: who.map(|(who, _)| Reader {
                username: who.user().username.to_string(),
                role: who.user().role,
                unit: match lang {
                    Lang::Vi => who.user().unit.unit().name_vi,
                    Lang::En => who.user().unit.unit().name_en.as_str(),
                },
            }),
            ..Self::public(request, Nav::Other, "")
        }
    }

    /// One text in the page's language.
    pub fn t<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// The address of a public page in this language.
    pub fn to(&self, nav: impl Borrow<Nav>) -> String {
        address(self.lang, *nav.borrow())
    }

    /// The address of a public page in the other language.
    pub fn elsewhere(&self, nav: Nav) -> String {
        let other = match self.lang {
            Lang::Vi => Lang::En,
            Lang::En => Lang::Vi,
        };
        address(other, nav)
    }

    /// `page` for the navigation item that is this page.
    pub fn current(&self, nav: impl Borrow<Nav>) -> bool {
        self.nav == *nav.borrow()
    }

    /// Where help is for whoever has paid already; not asked for on that page, at the desk, and where somebody tells just
    /// that: the way there would lose what was typed.
    pub fn paid(&self) -> Option<String> {
        let is_there = matches!(self.nav, Nav::Paid | Nav::Report);
        (!self.desk && !is_there).then(|| self.to(Nav::Paid))
    }

    /// Where this service is really found, in words that can be compared with what a browser shows.
    pub fn true_site(&self) -> &str {
        let origin = self.origin.trim_start_matches("https://");
        origin.trim_start_matches("http://")
    }

    /// The navigation: page, Vietnamese, English.
    pub fn items(&self) -> [(Nav, &'static str, &'static str); 7] {
        [
            (Nav::Check, "Tra số", "Check"),
            (Nav::Report, "Báo lừa đảo", "Report a scam"),
            (Nav::Follow, "Theo dõi báo cáo", "Follow a report"),
            (Nav::Methods, "Thủ đoạn", "Scam methods"),
            (Nav::Officials, "Số chính thức", "Official numbers"),
            (Nav::Statistics, "Thống kê", "Statistics"),
            (Nav::About, "Giới thiệu", "About"),
        ]
    }

    /// The foot of the page.
    pub fn foot(&self) -> [(Nav, &'static str, &'static str); 8] {
        [
            (Nav::Report, "Báo lừa đảo", "Report a scam"),
            (Nav::Follow, "Theo dõi báo cáo", "Follow a report"),
            (Nav::About, "Giới thiệu", "About"),
            (Nav::Privacy, "Quyền riêng tư", "Privacy"),
            (Nav::Transparency, "Sổ công khai", "Public ledger"),
            (Nav::Posters, "Tờ dán ở quầy", "Posters"),
            (
                Nav::Counter,
                "Màn hình cho quầy giao dịch",
                "Screen for bank counters",
            ),
            (Nav::Developers, "Kết nối bằng chương trình", "For programs"),
        ]
    }

    /// How many proposals wait, as the menu says it.
    pub fn waiting_words(&self) -> String {
        count_words(self.waiting)
    }

    /// How many reports are open, as the menu says it.
    pub fn reports_words(&self) -> String {
        count_words(self.reports)
    }

    /// How many reports can't wait, as the menu says it.
    pub fn urgent_words(&self) -> String {
        count_words(self.urgent_reports)
    }

    /// How many acts want a second person, as the menu says it.
    pub fn approvals_words(&self) -> String {
        count_words(self.approvals)
    }

    /// Whether this person reads what citizens reported.
    pub fn sees_reports(&self) -> bool {
        self.is(&[
            Role::Officer,
            Role::Supervisor,
            Role::Procurator,
            Role::Auditor,
        ])
    }

    /// Whether the signed-in person has one of these roles.
    pub fn is(&self, roles: &[Role]) -> bool {
        self.reader
            .as_ref()
            .is_some_and(|reader| roles.contains(&reader.role))
    }

    /// Whether listings are proposed by this person.
    pub fn proposes(&self) -> bool {
        self.is(&[Role::Officer, Role::Supervisor])
    }

    /// Whether this person decides.
    pub fn decides(&self) -> bool {
        self.is(&[Role::Supervisor])
    }

    /// Whether this person administers.
    pub fn administers(&self) -> bool {
        self.is(&[Role::Admin])
    }

    /// Whether this person sees what waits for a second person.
    pub fn sees_approvals(&self) -> bool {
        self.decides() || self.audits()
    }

    /// Whether this person may be the second one.
    pub fn agrees(&self) -> bool {
        self.decides() || self.administers()
    }

    /// Whether this person reads the audit trail.
    pub fn audits(&self) -> bool {
        self.is(&[Role::Admin, Role::Auditor])
    }

    /// Whether this is the page, or below it; the first page has nothing below it.
    pub fn at(&self, place: &str) -> bool {
        self.path == place || (place != "/desk" && self.path.starts_with(&format!("{place}/")))
    }

    /// `vi` or `en`.
    pub fn code(&self) -> &'static str {
        self.lang.as_str()
    }
}

/// The address of a public page.
pub fn address(lang: Lang, nav: Nav) -> String {
    let (vi, en) = nav.slugs();
    let slug = match lang {
        Lang::Vi => vi,
        Lang::En => en,
    };
    let slash = if slug.is_empty() { "" } else { "/" };
    format!("/{}{slash}{slug}", lang.as_str())
}

/// The address of a listing's public page.
pub fn listing_address(lang: Lang, id: Uuid) -> String {
    format!("{}/{id}", address(lang, Nav::Listing))
}
