//! Progress of long work on stderr: a bar for people, nothing for pipes.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::locale::language;
use crate::registry::{Phase, Progress};

/// Bars for start-up, shown only when it takes a while.
#[derive(Default)]
pub struct Bars {
    bar: Option<(Phase, ProgressBar)>,
}

/// A bar for one piece of work; hidden when stderr is not a terminal.
pub fn bar(what: &str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {percent}% {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(total).with_style(style);
    bar.set_message(what.to_owned());
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(500));
    }
    bar
}

impl Progress for Bars {
    fn step(&mut self, phase: Phase, done: u64, total: u64) {
        let is_other = self.bar.as_ref().is_none_or(|(now, _)| *now != phase);
        if is_other {
            self.finish();
            let (vi, en) = match phase {
                Phase::Journal => ("đang kiểm tra nhật ký gốc", "checking the journal"),
                Phase::Replay => ("đang áp dụng nhật ký gốc", "applying the journal"),
                Phase::Index => ("đang lập chỉ mục", "building the index"),
            };
            let what = language().pick(vi, en);
            self.bar = Some((phase, bar(what, total)));
        }
        if let Some((_, bar)) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    }

    fn say(&mut self, line: &str) {
        self.finish();
        eprintln!("canhgiac: {line}");
    }
}

impl Bars {
    fn finish(&mut self) {
        if let Some((_, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.finish();
    }
}
