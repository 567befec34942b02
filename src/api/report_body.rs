//! A report as programs write it.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        identifier::Kind,
        report::{
            reading::{GivenIdentifier, RawContact, RawReport, RawTransfer},
            told::ReachBy,
            words::{IdentifierRole, ReportKind},
        },
    },
    present::{
        field_words::field_words,
        json::{IdentifierInput, Shape},
        problem::Problem,
        problem_code::ProblemCode,
    },
};

/// A report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReport)]
pub struct ReportBody {
    /// Of `POST /v1/reports/receipt`: the report can be sent again with it until it is answered. Without one, the request
    /// wants an `Idempotency-Key`.
    #[serde(default)]
    pub token: Option<String>,
    pub kind: ReportKind,
    #[serde(default)]
    #[schema(max_items = 10)]
    identifiers: Vec<ReportIdentifier>,
    /// Slug of a method, or `khac`.
    #[serde(default)]
    #[schema(example = "gia_danh_cong_an")]
    method: Option<String>,
    #[serde(default)]
    #[schema(maximum = 1_000_000_000_000_u64)]
    amount_vnd: Option<u64>,
    /// Another currency, and how much of it.
    #[serde(default)]
    #[schema(max_length = 40)]
    currency: Option<String>,
    #[serde(default)]
    #[schema(max_items = 10)]
    transfers: Vec<TransferBody>,
    /// `2026-08-21`, `2026-08` or `unknown`.
    #[serde(default)]
    #[schema(max_length = 40, example = "2026-08-21")]
    happened_at: Option<String>,
    #[serde(default)]
    #[schema(max_length = 4000)]
    story: Option<String>,
    /// Code of a commune or province, or a name of today or of before July 2025.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: Option<String>,
    /// Code of the unit that is to have it.
    #[serde(default)]
    #[schema(pattern = "^([0-9]{2}|[0-9]{5}|VN)$", example = "38")]
    unit: Option<String>,
    #[serde(default)]
    contact: Option<ContactBody>,
    /// Whether the originals of files are kept beside their safe copies; else by whether there is a contact.
    #[serde(default)]
    keep_original: Option<bool>,
}

/// An identifier as for a check, and what it had to do with it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportIdentifier {
    role: IdentifierRole,
    /// A number in any spelling, `VCB 0000000070001`, a key, or a VietQR payload.
    #[serde(default)]
    #[schema(example = "0950 001 001")]
    q: Option<String>,
    #[serde(default)]
    kind: Option<Kind>,
    /// Only `VN`.
    #[serde(default)]
    #[schema(pattern = "^[Vv][Nn]$")]
    country: Option<String>,
    #[serde(default)]
    #[schema(max_length = 1000)]
    bank: Option<String>,
    #[serde(default)]
    #[schema(max_length = 1000)]
    provider: Option<String>,
    #[serde(default)]
    #[schema(max_length = 1000)]
    number: Option<String>,
    #[serde(default)]
    #[schema(max_length = 1000)]
    code: Option<String>,
    #[serde(default)]
    #[schema(max_length = 1000)]
    name: Option<String>,
    #[serde(default)]
    key: Option<String>,
    /// Ignored.
    #[serde(default)]
    display: Option<String>,
    /// Ignored.
    #[serde(default)]
    bank_name: Option<String>,
}

/// Money that was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportTransfer)]
struct TransferBody {
    #[schema(format = DateTime)]
    at: String,
    #[schema(maximum = 1_000_000_000_000_u64)]
    amount_vnd: u64,
    /// Index in `identifiers`, from 0.
    #[serde(default)]
    #[schema(maximum = 9)]
    to: Option<u8>,
    #[serde(default)]
    #[schema(max_length = 35, pattern = "^[A-Za-z0-9./-]*$")]
    bank_ref: Option<String>,
}

/// Who reports: sealed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportContact)]
struct ContactBody {
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 20)]
    phone: Option<String>,
    #[serde(default)]
    how: Option<ReachBy>,
    #[serde(default)]
    #[schema(max_length = 60)]
    best_time: Option<String>,
}

impl ReportBody {
    /// The report as it was written.
    ///
    /// # Errors
    /// 422 for an identifier that does not say what it is.
    pub fn raw(self) -> Result<RawReport, Problem> {
        let text = Option::unwrap_or_default;
        let transfers = self.transfers.into_iter().map(|sent| RawTransfer {
            at: sent.at,
            amount_vnd: sent.amount_vnd.to_string(),
            to: sent.to.map(usize::from),
            bank_ref: text(sent.bank_ref),
        });
        let contact = self.contact.map(|contact| RawContact {
            name: text(contact.name),
            phone: text(contact.phone),
            how: how(contact.how.unwrap_or_default()).to_owned(),
            best_time: text(contact.best_time),
        });
        Ok(RawReport {
            kind: self.kind.as_str().to_owned(),
            identifiers: given(self.identifiers)?,
            method: text(self.method),
            amount_vnd: self
                .amount_vnd
                .map_or_else(String::new, |sum| sum.to_string()),
            currency: text(self.currency),
            transfers: transfers.collect(),
            happened_at: text(self.happened_at),
            story: text(self.story),
            place: text(self.place),
            unit: text(self.unit),
            contact: contact.unwrap_or_default(),
            keep_original: self.keep_original,
        })
    }
}

const fn how(how: ReachBy) -> &'static str {
    match how {
        ReachBy::Call => "call",
        ReachBy::Sms => "sms",
        ReachBy::Zalo => "zalo",
        ReachBy::None => "none",
    }
}

/// Identifiers as they were written, and what they are as far as they can be read.
///
/// # Errors
/// 422 for one that does not say what it is.
pub fn given(identifiers: Vec<ReportIdentifier>) -> Result<Vec<GivenIdentifier>, Problem> {
    let read = |(nth, given): (usize, ReportIdentifier)| {
        let role = given.role.as_str().to_owned();
        let input = given.input();
        let text = as_text(&input);
        let read = input.read().map_err(|Shape { field, code }| {
            let pointer = format!("/identifiers/{nth}/{field}");
            Problem::new(ProblemCode::Validation).field(pointer, code, field_words(code))
        })?;
        let read = read.ok();
        Ok(GivenIdentifier { text, read, role })
    };
    identifiers.into_iter().enumerate().map(read).collect()
}

impl ReportIdentifier {
    fn input(self) -> IdentifierInput {
        IdentifierInput {
            q: self.q,
            kind: self.kind,
            country: self.country,
            bank: self.bank,
            provider: self.provider,
            number: self.number,
            code: self.code,
            name: self.name,
            key: self.key,
            display: self.display,
            bank_name: self.bank_name,
        }
    }
}

/// What was written, for what can't be read.
fn as_text(input: &IdentifierInput) -> String {
    let fields = [
        &input.q,
        &input.bank,
        &input.provider,
        &input.number,
        &input.code,
        &input.name,
        &input.key,
    ];
    let given: Vec<&str> = fields.into_iter().filter_map(Option::as_deref).collect();
    given.join(" ")
}
