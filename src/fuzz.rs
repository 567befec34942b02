//! Everything that reads bytes from outside, as one table of trials.
//!
//! Each layer has its trials in a file `fuzz.rs`: a function that takes any bytes, and panics where the program did what
//! it must never do. `cargo test --lib fuzz` tries all of them for some seconds; `scripts/fuzz` for hours, with a fuzzer
//! that follows the branches (`tests/fuzz`). No program that people run has any of this in it.

#[cfg(test)]
mod short;

use crate::{
    access, api, cli, config, domain, evidence, formats, http, journal, ledger, office_list,
    registry, sync, web, worker,
};

/// One reader of bytes from outside.
pub struct Trial {
    /// Also the name of its file of inputs, in `tests/fuzz/corpus`.
    pub name: &'static str,
    /// Panics where something is wrong.
    pub run: fn(&[u8]),
    /// Most bytes of an input.
    pub longest: usize,
}

const fn trial(name: &'static str, run: fn(&[u8]), longest: usize) -> Trial {
    Trial { name, run, longest }
}

/// All of them.
pub const TRIALS: &[Trial] = &[
    trial("identifier", domain::fuzz::identifier, 600),
    trial("findings", domain::fuzz::findings, 4_000),
    trial("masking", domain::fuzz::masking, 600),
    trial("command", domain::fuzz::command, 300),
    trial("fields", domain::fuzz::fields, 300),
    trial("key", domain::fuzz::key, 100),
    trial("vietqr", domain::fuzz::vietqr, 600),
    trial("text", domain::fuzz::text, 1_000),
    trial("message", domain::fuzz::message, 600),
    trial("table", domain::fuzz::table, 600),
    trial("file_kind", domain::fuzz::file_kind, 600),
    trial("sealed", evidence::fuzz::sealed, 600),
    trial("sealed_damage", evidence::fuzz::sealed_damage, 600),
    trial("sms", api::fuzz::sms, 300),
    trial("leaf", ledger::fuzz::leaf, 260),
    trial("log", ledger::fuzz::log, 300),
    trial("tile", ledger::fuzz::tile, 600),
    trial("proof", ledger::fuzz::proof, 1_500),
    trial("note", ledger::fuzz::note, 600),
    trial("feed_line", formats::fuzz::line, 1_500),
    trial("time", formats::fuzz::time, 60),
    trial("sip", formats::fuzz::sip, 1_500),
    trial("page", sync::fuzz::page, 400),
    trial("snapshot", sync::fuzz::snapshot, 2_000),
    trial("segment", journal::fuzz::segment, 80),
    trial("frame", journal::fuzz::frame, 1_000),
    trial("frame_damage", journal::fuzz::damage, 100),
    trial("entry", registry::fuzz::entry, 1_000),
    trial("token", access::fuzz::token, 1_500),
    trial("assertion", access::fuzz::assertion, 1_000),
    trial("session", access::fuzz::session, 200),
    trial("token_request", access::fuzz::token_request, 1_500),
    trial("forwarded", http::fuzz::forwarded, 400),
    trial("query", http::fuzz::query, 200),
    trial("json", http::fuzz::json, 1_000),
    trial("packed", http::fuzz::packed, 600),
    trial("form", web::fuzz::form, 600),
    trial("multipart", web::fuzz::multipart, 1_500),
    trial("list", office_list::fuzz::file, 20_000),
    trial("workbook", office_list::fuzz::workbook, 3_000),
    trial("picture", worker::fuzz::picture, 4_000),
    trial("code", worker::fuzz::code, 200),
    trial("answer", worker::fuzz::answer, 600),
    trial("safe_copy", worker::fuzz::safe_copy, 4_000),
    trial("config_file", config::fuzz::file, 1_000),
    trial("range", config::fuzz::range, 100),
    trial("address", cli::fuzz::address, 200),
];
