//! Commands and flags. Their docstrings are the English help; the Vietnamese is in `config/commands.tsv`.

mod administration;
mod mirror;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub use administration::{
    AuditCommand, ClockCommand, JournalCommand, KeyCommand, NodeCommand, PartnerCommand,
    UnitCommand, UserCommand, Why,
};
pub use mirror::{ExportForm, MirrorArgs};

use crate::{domain::message::Lang, worker::Job};

/// Registry of verified scam phone numbers, bank accounts and e-wallets.
///
/// Try it: `canhgiac demo`. Exit codes: 0 done, 1 the answer is no, 2 could not.
#[derive(Parser)]
#[command(name = "canhgiac", version = env!("CANHGIAC_VERSION"), about, max_term_width = 100)]
pub struct Cli {
    /// The data folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A configuration file; else config.toml in the data folder.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The PostgreSQL database of a journal that several machines share (postgres://…).
    #[arg(long, global = true, value_name = "URL")]
    pub journal: Option<String>,
    /// Print JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make a data folder with keys and two administrators, each with a one-time code.
    ///
    /// Neither of them can do alone what gives rights, protects or erases.
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
        /// Address and port; port 0 takes a free one and prints it.
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
        /// Language of the answer; else that of the locale, and Vietnamese where it names none.
        #[arg(long, value_enum)]
        lang: Option<Language>,
    },
    /// Propose what an office's list holds (CSV or XLSX). A second officer confirms it.
    Import {
        /// The list, as the office keeps it.
        file: PathBuf,
        /// User name of the officer in whose name it is proposed.
        #[arg(long, value_name = "NAME")]
        user: String,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the listings that are in force.
    Export {
        /// One JSON a line, a table, or (list) phone numbers alone, sorted.
        #[arg(long, value_enum, default_value = "ndjson")]
        format: Format,
        /// A file; else stdout.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Accounts of officers, supervisors, auditors, procurators, administrators.
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
    /// Copy journal, secrets and settings to a new folder; also while the service runs.
    Backup {
        /// The new folder.
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
    ///
    /// Beside a running service a copy of what was written is looked at: it wants twice the journal in free space.
    Verify,
    /// Build the store again from the journal.
    Rebuild {
        /// Records that only the store knows are given up: no newer copy of the journal is to be had.
        #[arg(long)]
        accept_loss: bool,
    },
    /// Machines that share one journal.
    Node {
        #[command(subcommand)]
        what: NodeCommand,
    },
    /// The journal as a whole.
    Journal {
        #[command(subcommand)]
        what: JournalCommand,
    },
    /// Keep a verified copy of a registry and answer checks from it, where the partner is.
    ///
    /// Every line is checked against the registry's signed public log before it is used. Exit code 1: what the
    /// registry showed does not verify.
    Mirror(MirrorArgs),
    /// Ask a running service or mirror whether it is ready. Exit code 1 when it is not, or does not answer.
    ///
    /// For containers and load balancers: it asks for /readyz, waits five seconds at most and says in one line why not.
    Health {
        /// Where it answers, such as http://127.0.0.1:8781; else at --listen, or where the settings say.
        #[arg(long, value_name = "URL", conflicts_with = "listen")]
        url: Option<String>,
        /// Address and port that it listens on.
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
    },
    /// Print the effective configuration and where each value came from.
    Config,
    /// Write man pages and completions, for a package.
    #[command(hide = true)]
    Pages(super::pages::PagesArgs),
    /// Read one file for the program that started this process: from stdin, answered to stdout.
    #[command(hide = true)]
    Worker {
        #[arg(value_parser = |word: &str| Job::of(word).ok_or("no such job"))]
        job: Job,
    },
}

impl Command {
    /// Flags that are settings too.
    pub fn overrides(&self, journal: Option<&String>) -> Vec<(String, String)> {
        let mut flags = Vec::new();
        flags.extend(journal.map(|url| ("journal.url".to_owned(), url.clone())));
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
            Self::Health { listen, .. } => set("server.listen", listen),
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
            | Self::Node { .. }
            | Self::Journal { .. }
            | Self::Mirror(_)
            | Self::Config
            | Self::Pages(_)
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

impl Language {
    /// The language that is meant.
    pub const fn lang(self) -> Lang {
        match self {
            Self::Vi => Lang::Vi,
            Self::En => Lang::En,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Ndjson,
    Csv,
    List,
}
