//! Commands and flags.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::worker::Job;

/// Registry of verified scam phone numbers, bank accounts and e-wallets.
///
/// Try it: `canhgiac demo`. Exit codes: 0 done, 1 the answer is no, 2 could not.
#[derive(Parser)]
#[command(name = "canhgiac", version, about, max_term_width = 100)]
pub struct Cli {
    /// The data folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A configuration file; else config.toml in the data folder.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make a data folder with keys and two administrators, a one-time code each: none of them can do alone what gives
    /// rights, protects or erases.
    Init {
        /// Name of the first administrator.
        #[arg(long, default_value = "admin")]
        admin: String,
        /// Name of the second administrator, another person.
        #[arg(long, value_name = "NAME", default_value = "admin.two")]
        second_admin: String,
        /// Name of the public ledger for ever, such as `canhgiac.example/log`; else made of a random id.
        #[arg(long, value_name = "NAME")]
        origin: Option<String>,
    },
    /// Serve the API until stopped (SIGTERM).
    Serve {
        /// Address and port; port 0 takes a free one and prints it.
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Address and port of /metrics.
        #[arg(long, value_name = "ADDR")]
        admin_listen: Option<String>,
    },
    /// Serve sample data and print what to paste. The folder is thrown away unless --data names one.
    Demo {
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Add this many synthetic listings.
        #[arg(long, default_value_t = 0, value_name = "N")]
        listings: u64,
    },
    /// Check one identifier. Exit code 1 when it is listed, 2 when it can't be read.
    Check {
        /// Anything: a number in any spelling, "VCB 0000000070001", a VietQR text.
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, value_enum, default_value = "vi")]
        lang: Language,
    },
    /// Propose what an office's list holds (CSV or XLSX). A second officer confirms it.
    Import {
        file: PathBuf,
        /// In whose name.
        #[arg(long)]
        user: String,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the listed set.
    Export {
        #[arg(long, value_enum, default_value = "ndjson")]
        format: Format,
        /// A file; else stdout.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Accounts of officers, supervisors, auditors, administrators.
    User {
        #[command(subcommand)]
        what: UserCommand,
        #[command(flatten)]
        why: Why,
    },
    /// Programs of telecoms, banks and wallets.
    Partner {
        #[command(subcommand)]
        what: PartnerCommand,
        #[command(flatten)]
        why: Why,
    },
    /// The tree of units.
    Unit {
        #[command(subcommand)]
        what: UnitCommand,
    },
    /// Keys that sign tokens and the public ledger.
    Key {
        #[command(subcommand)]
        what: KeyCommand,
        #[command(flatten)]
        why: Why,
    },
    /// The clock of this machine, when the service does not believe it.
    Clock {
        #[command(subcommand)]
        what: ClockCommand,
    },
    /// The audit trail.
    Audit {
        #[command(subcommand)]
        what: AuditCommand,
    },
    /// Copy journal and secrets to a new folder; also while the service runs.
    Backup {
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Make a data folder from a backup.
    ///
    /// The public ledger must never have two histories: give the newest checkpoint that was published
    /// (from a partner's mirror, or saved from /v1/ledger/checkpoint), or say that there is none newer.
    Restore {
        /// The backup.
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// A checkpoint that was published; may be given several times, the highest counts.
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
        /// Nothing newer than the backup was ever published.
        #[arg(long)]
        nothing_newer: bool,
        /// The backup has no end mark, as one that was copied by hand, and is whole all the same.
        #[arg(long)]
        without_end_mark: bool,
    },
    /// Bring back the last checkpoint of the ledger when its file is gone or damaged.
    ///
    /// The public ledger must never have two histories: it is held against the newest checkpoint that was published (a
    /// mirror has it at /v1/mirror). Exit code 1: they disagree, and nothing is written from then on.
    Checkpoint {
        /// A checkpoint that was published; may be given several times, the highest counts.
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
        /// Nothing newer than what the journal holds was ever published.
        #[arg(long)]
        nothing_newer: bool,
    },
    /// Check that journal, store and ledger agree; names the first position that is wrong, and what mends it.
    Verify,
    /// Build the store again from the journal.
    Rebuild {
        /// Records that only the store knows are given up: no newer copy of the journal is to be had.
        #[arg(long)]
        accept_loss: bool,
    },
    /// Keep a verified copy of a registry and answer checks from it, where the partner is.
    ///
    /// Every line is checked against the registry's signed public log before it is used. Exit code 1: what the
    /// registry showed does not verify.
    Mirror(MirrorArgs),
    /// Print the effective configuration and where each value came from.
    Config,
    /// Read one file for the program that started this process: from stdin, answered to stdout.
    #[command(hide = true)]
    Worker {
        #[arg(value_parser = job)]
        job: Job,
    },
}

fn job(word: &str) -> Result<Job, String> {
    Job::of(word).ok_or_else(|| "no such job".into())
}

/// Why something is changed, where nobody says.
const AT_CONSOLE: &str = "tại máy chủ / at the console";

/// Why something is changed.
#[derive(clap::Args)]
pub struct Why {
    /// Why, for the audit trail. What is changed at the machine is written down as the console's in any case.
    #[arg(long, global = true, value_name = "TEXT", default_value = AT_CONSOLE)]
    pub reason: String,
}

#[derive(clap::Args)]
pub struct MirrorArgs {
    /// Address of the registry.
    pub url: String,
    /// Name the registry gave this partner.
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// File with the partner's secret, mode 0600; else CANHGIAC_MIRROR_CLIENT_SECRET.
    #[arg(long, value_name = "FILE")]
    pub client_secret_file: Option<PathBuf>,
    /// The log's verifier key; without it the first one that the registry shows is trusted and pinned.
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    /// Address and port for checks; port 0 takes a free one and prints it.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8781")]
    pub listen: std::net::SocketAddr,
    /// Write listings.csv, phones.txt, listings.sqlite here whenever listings change.
    #[arg(long, value_name = "DIR")]
    pub export_dir: Option<PathBuf>,
    /// Which of them.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "csv,list,sqlite",
        requires = "export_dir"
    )]
    pub export: Vec<ExportForm>,
    /// Allow http:// to another machine. The client secret and all listings go in the open.
    #[arg(long)]
    pub plain_http: bool,
    /// Sync until the copy is current, then end; serve nothing.
    #[arg(long)]
    pub once: bool,
    /// Seconds without a verified checkpoint after which answers are marked stale.
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..))]
    pub stale_after: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    Csv,
    List,
    Sqlite,
}

impl Command {
    /// Flags that are settings too.
    pub fn overrides(&self) -> Vec<(String, String)> {
        let mut flags = Vec::new();
        let mut set = |path: &str, value: &Option<String>| {
            if let Some(value) = value {
                flags.push((path.to_owned(), value.clone()));
            }
        };
        match self {
            Self::Serve {
                listen,
                admin_listen,
            } => {
                set("server.listen", listen);
                set("server.admin_listen", admin_listen);
            }
            Self::Demo { listen, .. } => {
                set("server.listen", listen);
                set("server.admin_listen", &Some("127.0.0.1:0".into()));
            }
            Self::Init { .. }
            | Self::Check { .. }
            | Self::Import { .. }
            | Self::Export { .. }
            | Self::User { .. }
            | Self::Partner { .. }
            | Self::Unit { .. }
            | Self::Key { .. }
            | Self::Clock { .. }
            | Self::Audit { .. }
            | Self::Backup { .. }
            | Self::Restore { .. }
            | Self::Checkpoint { .. }
            | Self::Verify
            | Self::Rebuild { .. }
            | Self::Mirror(_)
            | Self::Config
            | Self::Worker { .. } => {}
        }
        flags
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Language {
    Vi,
    En,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Ndjson,
    Csv,
    /// Phone numbers alone, sorted.
    List,
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Make an account and print its one-time enrolment code.
    Add {
        username: String,
        /// officer, supervisor, auditor or admin
        #[arg(long)]
        role: String,
        /// Code of a unit: VN, 38, 14812 …
        #[arg(long)]
        unit: String,
    },
    /// Print every account.
    List,
    /// Invite again, for a lost telephone.
    Invite { username: String },
    /// End every session and refuse new ones.
    Suspend { username: String },
    /// Take a suspension back.
    Restore { username: String },
}

#[derive(Subcommand)]
pub enum PartnerCommand {
    /// Add a partner and print its secret.
    Add {
        name: String,
        /// telecom, bank or wallet
        #[arg(long)]
        kind: String,
        /// feed:read, check:bulk, flags:write, requests:answer, sms:gateway
        #[arg(long, value_delimiter = ',')]
        scopes: Vec<String>,
        /// What its feed holds: phone, account, wallet, short_code, sender; else all.
        #[arg(long, value_delimiter = ',')]
        kinds: Vec<String>,
    },
    /// Print every partner.
    List,
    /// Give a partner a new secret.
    Secret { id: uuid::Uuid },
    /// Refuse its tokens from now.
    Suspend { id: uuid::Uuid },
    /// Take a suspension back.
    Restore { id: uuid::Uuid },
}

#[derive(Subcommand)]
pub enum UnitCommand {
    /// Print the units right below one (all provinces when none is named).
    List {
        #[arg(long)]
        parent: Option<String>,
    },
    /// Find a unit by name, old names of Thanh Hóa included.
    Find { text: Vec<String> },
}

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Print the keys of the tokens, and the verifier keys of the public ledger.
    Show,
    /// Bring a new key into use: for tokens, or with --ledger one that signs the ledger beside the old.
    Rotate {
        /// A key of the public ledger.
        #[arg(long)]
        ledger: bool,
    },
    /// Withdraw a key of the tokens at once; with --ledger, let a key (its eight-digit id) sign no more.
    ///
    /// An entry of the ledger tells copies not to believe a retired key of it any more.
    /// Partners learn a new ledger key by themselves while the one they know signs beside it: keep both for some
    /// weeks. Whoever was away for longer has to be given the new one by hand.
    Retire {
        /// Name of the key, as `key show` prints it.
        kid: String,
        /// A key of the public ledger.
        #[arg(long)]
        ledger: bool,
    },
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// What the audit trail knows an address by, while its keys last; also while the service runs.
    Address {
        /// Such as 203.0.113.5 or 2001:db8::1; of an IPv6 address its /56 counts.
        address: std::net::IpAddr,
    },
}

#[derive(Subcommand)]
pub enum ClockCommand {
    /// What the clock shows, when the registry last wrote something down, and whether the clock is believed.
    Show,
    /// Say that it is right, though it jumped or the registry was at rest for over 30 days. What fell due expires.
    Confirm {
        /// Why, for the audit trail.
        #[arg(long)]
        reason: String,
    },
}
