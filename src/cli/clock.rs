//! clock: whether the clock of this machine is believed, and an operator's word for it.

use serde_json::json;

use super::{
    administer::{table, word},
    args::ClockCommand,
    context::Context,
    ending::{CliError, Outcome},
    locale::language,
    terminal::say,
};
use crate::{access::capability::Console, domain::time::Time, server::now};

pub(super) fn clock(context: &Context, what: ClockCommand) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    let now = now();
    let is_held = registry.is_clock_held(now);
    let before = registry.written_before().map(Time::rfc3339);
    let word = |vi, en| word(context, vi, en);
    let never = word("chưa lần nào", "never");
    let standing = match is_held {
        true => word("chưa tin được", "held"),
        false => word("tin được", "believed"),
    };
    let rows = [
        json!([word("đồng hồ", "clock"), now.rfc3339()]),
        json!([
            word("lần ghi cuối", "written before"),
            before.as_deref().unwrap_or(never)
        ]),
        json!([word("tình trạng", "standing"), standing]),
    ];
    table(context, rows.into_iter());
    match what {
        ClockCommand::Show => {}
        ClockCommand::Confirm { .. } if !is_held => {
            say(language().pick(
                "đồng hồ đang tin được: không có gì phải xác nhận",
                "the clock is believed: there is nothing to confirm",
            ));
        }
        ClockCommand::Confirm { reason } => {
            registry.confirm_clock(&Console::admin(), &reason, now)?;
            let confirmed = language().pick("đã xác nhận: bây giờ là", "confirmed: it is");
            say(&format!("{confirmed} {}", now.rfc3339()));
        }
    }
    Ok(Outcome::Done)
}
