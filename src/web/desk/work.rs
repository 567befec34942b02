//! `/desk`: what waits for the reader, each with its count and the way there.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::{queue, report_row::Row, request::Desk};
use crate::{
    access::capability::{ApprovalReader, IntakeReader, Reader},
    present::words::grouped,
    registry::{
        report::queue::{Asked, Part},
        work::{Approvals, Work},
    },
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

/// Fields of the queue's address, which stood here before: old links show the queue.
const OF_THE_QUEUE: [&str; 5] = ["order", "method", "kind", "only", "from"];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(read))
        .route("/", web::get().to(read));
}

#[derive(Template)]
#[template(path = "desk/work.html")]
struct WorkPage {
    s: PageContext,
    /// Reports that can't wait, the first to be acted on first.
    urgent: Vec<Row>,
    /// How many more there are of them; empty for none.
    more_urgent: String,
    /// What the reader has to do.
    mine: Vec<Item>,
    /// What the reader waits for.
    others: Vec<Item>,
}

/// Urgent reports that the first page names.
const MOST_URGENT: usize = 5;

/// So much of one kind, and where it is.
struct Item {
    count: String,
    words: &'static str,
    href: String,
}

async fn read(desk: Desk, fields: Fields) -> Answer {
    if OF_THE_QUEUE.iter().any(|name| fields.has(name)) {
        return queue::read(desk, fields).await;
    }
    let reader = Reader::of(&desk.who)?;
    let work = desk.ask(move |registry, now| registry.work(&reader, now));
    let work = work.await?;
    let approvals = match ApprovalReader::of(&desk.who) {
        Ok(reader) => {
            let found = desk.ask(move |registry, _| registry.approvals_for(&reader));
            found.await?
        }
        Err(_) => Approvals::default(),
    };
    let s = desk.context_at("/desk");
    let intake = IntakeReader::of(&desk.who).ok();
    let (urgent, reports) = match intake.filter(|_| s.proposes()) {
        Some(intake) => of_reports(&desk, intake).await?,
        None => (Vec::new(), Reports::default()),
    };
    let template = WorkPage {
        more_urgent: match reports.urgent.saturating_sub(urgent.len()) {
            0 => String::new(),
            more => grouped(more as u64, s.lang),
        },
        urgent,
        mine: reports
            .items(&s)
            .into_iter()
            .chain(mine(&s, &work, &approvals))
            .collect(),
        others: others(&s, &work, &approvals),
        s,
    };
    desk.page(StatusCode::OK, &template)
}

/// Open reports of the reader's concern.
#[derive(Default)]
struct Reports {
    urgent: usize,
    mine: usize,
    unassigned: usize,
    late: usize,
    escalated: usize,
}

/// Reports that can't wait, and how many others want the reader.
async fn of_reports(desk: &Desk, reader: IntakeReader) -> Result<(Vec<Row>, Reports), Failure> {
    let who = reader.clone();
    let asked = Asked {
        part: Part::Urgent,
        like: None,
    };
    let work = desk.ask(move |registry, now| registry.report_queue(&who, &asked, now));
    let queue = work.await?;
    let lines = queue.lines.iter().take(MOST_URGENT);
    let rows = lines.map(|line| Row::of(desk, &reader, line));
    let count = |part| queue.counts.get(&part).copied().unwrap_or_default();
    let reports = Reports {
        urgent: queue.lines.len(),
        mine: count(Part::Mine),
        unassigned: count(Part::Unassigned),
        late: count(Part::Late),
        escalated: count(Part::Escalated),
    };
    Ok((rows.collect::<Result<_, _>>()?, reports))
}

impl Reports {
    fn items(&self, s: &PageContext) -> Vec<Item> {
        let mut items = Items(s, Vec::new());
        let parts = [
            (
                self.late,
                s.t("báo cáo quá hạn", "reports that are late"),
                Part::Late,
            ),
            (
                self.mine,
                s.t("báo cáo của anh/chị chưa xong", "open reports of yours"),
                Part::Mine,
            ),
            (
                self.unassigned,
                s.t("báo cáo chưa ai nhận", "reports that nobody has taken"),
                Part::Unassigned,
            ),
            (
                self.escalated,
                s.t(
                    "báo cáo ở đơn vị dưới cần cấp trên xem",
                    "reports below that want the unit above",
                ),
                Part::Escalated,
            ),
        ];
        for (count, words, part) in parts {
            let href = format!("/desk/reports?only={}", part.as_str());
            items.add(count, false, words, href);
        }
        items.1
    }
}

/// What the reader has to do, without what there is none of.
fn mine(s: &PageContext, work: &Work, approvals: &Approvals) -> Vec<Item> {
    let mut items = Items(s, Vec::new());
    if s.decides() {
        items.add(
            work.proposals,
            work.is_cut,
            s.t("đề nghị chờ anh/chị xác nhận", "proposals to confirm"),
            "/desk/queue".to_owned(),
        );
    }
    if s.agrees() {
        items.add(
            approvals.to_answer,
            false,
            s.t(
                "việc cần anh/chị là người thứ hai",
                "acts that want you as the second person",
            ),
            "/desk/approvals".to_owned(),
        );
    }
    items.add(
        work.came_back,
        false,
        s.t(
            "đề nghị của anh/chị không được chấp nhận trong 14 ngày qua",
            "proposals of yours that were not accepted in the last 14 days",
        ),
        "/desk/listings?status=rejected&by=me".to_owned(),
    );
    for (import, rows) in &work.doubtful {
        items.add(
            *rows,
            false,
            s.t(
                "dòng cần xem kỹ trong danh sách anh/chị gửi",
                "doubtful rows in a list that you sent",
            ),
            format!("/desk/imports/{import}?only=doubtful"),
        );
    }
    items.1
}

/// What the reader waits for, without what there is none of.
fn others(s: &PageContext, work: &Work, approvals: &Approvals) -> Vec<Item> {
    let mut items = Items(s, Vec::new());
    if let Some(id) = approvals.of_own_account {
        items.add(
            1,
            false,
            s.t(
                "người thứ hai phải đồng ý cho tài khoản của anh/chị",
                "second person must stand behind your account",
            ),
            format!("/desk/approvals/{id}"),
        );
    }
    items.add(
        approvals.asked,
        false,
        s.t(
            "việc anh/chị xin, chờ người thứ hai",
            "acts that you asked for",
        ),
        "/desk/approvals".to_owned(),
    );
    items.add(
        work.own,
        work.is_cut,
        s.t(
            "đề nghị của anh/chị chưa ai quyết định",
            "proposals of yours that nobody has decided on",
        ),
        "/desk/queue".to_owned(),
    );
    if !s.decides() {
        items.add(
            work.proposals,
            work.is_cut,
            s.t(
                "đề nghị của người khác đang chờ",
                "proposals of others that wait",
            ),
            "/desk/queue".to_owned(),
        );
    }
    items.1
}

/// Items that are there.
struct Items<'s>(&'s PageContext, Vec<Item>);

impl Items<'_> {
    fn add(&mut self, count: usize, is_cut: bool, words: &'static str, href: String) {
        // What was cut may hide some.
        if count == 0 && !is_cut {
            return;
        }
        let more = if is_cut { "+" } else { "" };
        let count = format!("{}{more}", grouped(count as u64, self.0.lang));
        self.1.push(Item { count, words, href });
    }
}
