//! What each setting may be. A key that has no rule does not exist.

use std::net::{IpAddr, SocketAddr};

use toml::Value;

use super::{cidr::Cidr, intake};

/// Items one anonymous request may hold.
pub const ANONYMOUS_ITEMS: u32 = 100;

/// Items one partner request may hold.
pub const PARTNER_ITEMS: u32 = 10_000;

/// Look-ups that one question may take: an account without its bank.
pub const LOOK_UPS: u32 = 10;

/// Ranges of trusted proxies that are looked through for each request.
const MOST_PROXIES: usize = 64;

/// Most tokens or requests a minute: ten thousand times what a busy partner needs, and far from overflow.
const MOST_PER_MINUTE: i64 = 100_000_000;

/// Most reports an hour of one address: each has 60 tokens, far from overflow.
const MOST_REPORTS: i64 = 1_000_000;

/// Ten years: longer than any listing may stay without anybody looking at it again.
const MOST_DAYS: i64 = 3650;

/// Longest line about the authority, in characters: it stands in the foot of a page.
const MAX_LINE: usize = 200;

/// Longest telephone number as people write it.
const MAX_PHONE: usize = 30;

/// What a setting may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// IP address and port.
    Address,
    /// `http://` or `https://`, a host, perhaps a path; no slash at the end.
    Url,
    /// The address of a PostgreSQL database, or nothing. What is in it is said where it is used.
    Database,
    /// A list of CIDR ranges.
    Proxies,
    /// A path, or nothing.
    Path,
    /// A whole number from the first to the second, both allowed.
    Number(i64, i64),
    /// Yes or no.
    Switch,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A line of at most so many characters, or nothing.
    Text(usize),
    /// A whole number and a unit of time. What each unit may count at most is said where it is used.
    Length,
    /// A list of codes of units. Which there are is said where they are used.
    Units,
}

use Kind::{Address, Database, Length, Number, Path, Proxies, Switch, Text, Units, Url, Word};

/// Every setting by dotted path, in the order of `config/default.toml`.
pub(super) const RULES: &[(&str, Kind)] = &[
    ("server.listen", Address),
    ("server.admin_listen", Address),
    ("server.public_url", Url),
    ("server.trusted_proxies", Proxies),
    ("server.workers", Number(0, 1024)),
    ("server.max_connections", Number(1, 1_000_000)),
    ("server.client_timeout_seconds", Number(1, 300)),
    ("server.keep_alive_seconds", Number(1, 3600)),
    // With the second between two looks at the connections, and what is left over, below 10 seconds.
    ("server.shutdown_seconds", Number(1, 8)),
    ("authority.name", Text(MAX_LINE)),
    ("authority.name_en", Text(MAX_LINE)),
    ("authority.address", Text(MAX_LINE)),
    ("authority.phone", Text(MAX_PHONE)),
    ("authority.email", Text(MAX_LINE)),
    ("authority.decision", Text(MAX_LINE)),
    ("authority.logo", Path),
    ("storage.data", Path),
    // A record may be 1 MiB, and a segment must hold several.
    ("storage.journal_segment_mib", Number(4, 4096)),
    ("storage.store_cache_mib", Number(8, 1_048_576)),
    ("storage.reserve_mib", Number(1, 1_048_576)),
    ("journal.url", Database),
    ("journal.password_file", Path),
    ("journal.ca_file", Path),
    ("journal.allow_asynchronous", Switch),
    ("limits.anonymous_burst", Number(1, MOST_PER_MINUTE)),
    ("limits.anonymous_per_minute", Number(1, MOST_PER_MINUTE)),
    ("limits.cost_no_record", Number(1, 1_000_000)),
    ("limits.cost_hit", Number(1, 1_000_000)),
    (
        "limits.partner_checks_per_minute",
        Number(PARTNER_ITEMS as i64, MOST_PER_MINUTE),
    ),
    (
        "limits.partner_requests_per_minute",
        Number(1, MOST_PER_MINUTE),
    ),
    (
        "limits.officer_requests_per_minute",
        Number(10, MOST_PER_MINUTE),
    ),
    ("limits.sign_in_per_minute", Number(1, MOST_PER_MINUTE)),
    ("limits.refresh_per_minute", Number(1, MOST_PER_MINUTE)),
    ("limits.tokens_per_minute", Number(1, MOST_PER_MINUTE)),
    ("limits.enrolment_per_minute", Number(1, MOST_PER_MINUTE)),
    ("limits.reports_per_hour", Number(1, MOST_REPORTS)),
    // A /48 holds 256 /56, a /32 holds 16 million.
    ("limits.ipv6_48_times", Number(1, 256)),
    ("limits.ipv6_32_times", Number(1, 65_536)),
    ("limits.sms_sender_burst", Number(1, MOST_PER_MINUTE)),
    ("limits.sms_sender_per_minute", Number(1, MOST_PER_MINUTE)),
    // Each takes a processor and up to 512 MiB.
    ("limits.files_at_once", Number(1, 64)),
    ("validity.phone_days", Number(1, MOST_DAYS)),
    ("validity.account_days", Number(1, MOST_DAYS)),
    ("validity.wallet_days", Number(1, MOST_DAYS)),
    ("validity.short_code_days", Number(1, MOST_DAYS)),
    ("validity.sender_days", Number(1, MOST_DAYS)),
    ("schedule.every_seconds", Number(1, 3600)),
    ("schedule.first_check_seconds", Number(1, 86_400)),
    ("schedule.check_hours", Number(1, 720)),
    (
        "log.level",
        Word(&["error", "warn", "info", "debug", "trace"]),
    ),
    ("log.format", Word(&["text", "json"])),
    ("log.access", Switch),
    // A session that nobody uses, and one that is used all the time: never longer than a day (NIST SP 800-63B-4, AAL2).
    ("sign_in.idle_minutes", Number(5, 24 * 60)),
    ("sign_in.session_hours", Number(1, 24)),
    ("sign_in.invitation_hours", Number(1, 24 * 30)),
    ("sign_in.approval_hours", Number(1, 24 * 90)),
    ("feed.oldest_changes", Number(1, 1_000_000_000)),
    ("audit.gather_seconds", Number(1, 3600)),
    ("audit.pulls_seconds", Number(1, 86_400)),
    ("audit.address_key_days", Number(1, 365)),
    ("audit.address_kept_days", Number(1, MOST_DAYS)),
    ("intake.report_urgent", Length),
    ("intake.report_handover", Length),
    ("intake.report_handover_remote", Length),
    ("intake.report_ack", Length),
    ("intake.report_precheck", Length),
    ("intake.report_resolve", Length),
    ("intake.report_resolve_extension", Length),
    ("intake.report_resume", Length),
    ("intake.report_tell", Length),
    ("intake.report_attempt", Length),
    ("intake.report_transfer", Length),
    ("intake.report_answer", Length),
    ("intake.keep_contact", Length),
    ("intake.keep_story", Length),
    ("intake.keep_spam", Length),
    ("intake.keep_attempt", Length),
    ("intake.keep_sms_sender", Length),
    ("intake.keep_source", Length),
    ("intake.keep_openings", Length),
    ("intake.investigating", Units),
    ("intake.remote", Units),
];

/// The rule of a dotted path.
pub(super) fn find(path: &str) -> Option<Kind> {
    RULES
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, kind)| *kind)
}

impl Kind {
    /// A value from text, as the environment and flags write it. Text that is no number stays text, so
    /// that [`Kind::accepts`] refuses it in the same words as in a file.
    pub(super) fn read(self, text: &str) -> Value {
        let text = text.trim();
        match self {
            Number(..) => text
                .parse()
                .map_or_else(|_| Value::String(text.to_owned()), Value::Integer),
            Switch => text
                .parse()
                .map_or_else(|_| Value::String(text.to_owned()), Value::Boolean),
            Proxies | Units => Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| Value::String(part.to_owned()))
                    .collect(),
            ),
            Address | Url | Database | Path | Word(_) | Text(_) | Length => {
                Value::String(text.to_owned())
            }
        }
    }

    /// Whether the value is allowed.
    pub(super) fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (Number(least, most), Value::Integer(n)) => (least..=most).contains(n),
            (Switch, Value::Boolean(_)) => true,
            (Address, Value::String(text)) => text.parse::<SocketAddr>().is_ok(),
            (Url, Value::String(text)) => is_public_url(text),
            (Database, Value::String(text)) => is_database(text),
            (Path, Value::String(text)) => !text.contains('\0'),
            (Word(words), Value::String(text)) => words.contains(&text.as_str()),
            (Text(most), Value::String(text)) => {
                text.chars().count() <= most && !text.chars().any(char::is_control)
            }
            (Proxies, Value::Array(items)) => {
                items.len() <= MOST_PROXIES && items.iter().all(is_proxy_range)
            }
            (Length, Value::String(text)) => intake::is_length(text),
            (Units, Value::Array(items)) => {
                items.len() <= intake::MOST_UNITS && items.iter().all(intake::is_code)
            }
            _ => false,
        }
    }

    /// What is allowed, in words.
    pub(super) fn allowed(self) -> String {
        match self {
            Number(least, most) => format!("a whole number from {least} to {most}"),
            Address => String::from(
                "an IP address and a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\"",
            ),
            Url => String::from(
                "http:// or https:// and a host, without a path, a question mark or a # behind it, such as \"https://canhgiac.example.vn\"",
            ),
            Proxies => format!(
                "a list of at most {MOST_PROXIES} address ranges such as \"10.1.0.0/16\" or \"::1\"; never a range of all addresses (/0)"
            ),
            Database => String::from(
                "an address such as \"postgres://canhgiac_journal@10.0.0.1,10.0.0.2/canhgiac\", or \"\"",
            ),
            Path => String::from("a path, or \"\""),
            Switch => String::from("true or false"),
            Word(words) => words.join(", "),
            Text(most) => format!("a line of at most {most} characters, or \"\""),
            Length => String::from(intake::LENGTHS),
            Units => format!(
                "a list of at most {} codes of units, such as [\"38\"]",
                intake::MOST_UNITS
            ),
        }
    }
}

/// A range that doesn't cover everybody: with `/0` each caller could name the address to be limited.
fn is_proxy_range(value: &Value) -> bool {
    value
        .as_str()
        .and_then(|text| text.parse::<Cidr>().ok())
        .is_some_and(|range| range.prefix() > 0)
}

/// Whether a text begins like the address of a PostgreSQL database.
fn is_database(text: &str) -> bool {
    let begins = ["postgres://", "postgresql://"];
    let begins = begins.iter().any(|scheme| text.starts_with(scheme));
    text.is_empty() || begins && !text.chars().any(char::is_control)
}

/// Whether an address opens on this machine alone (RFC 6761, RFC 1122, RFC 4291).
pub fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = match rest.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or_default(),
        None => rest.split(':').next().unwrap_or_default(),
    };
    let is_name = host == "localhost" || host.ends_with(".localhost");
    let is_address = host
        .parse::<IpAddr>()
        .is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified());
    is_name || is_address
}

/// Letters that can't be part of markup, a header or a second URL; the value is written into all of them.
fn is_public_url(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let letters = rest
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._~:[]%".contains(&b));
    // Pages, cookies and the names of tokens stand at the top of an address: a path below it would lead nowhere.
    letters && !rest.is_empty() && !rest.starts_with(':') && text.len() <= 200
}
