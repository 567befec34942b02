//! Commands that administer a registry: accounts, partners, units, keys, clock, audit trail.

use clap::Subcommand;

/// Why something is changed, where nobody says.
const AT_CONSOLE: &str = "tại máy chủ / at the console";

/// Why something is changed.
#[derive(clap::Args)]
pub struct Why {
    /// Why, for the audit trail. What is changed at the machine is written down as the console's in any case.
    #[arg(long, global = true, value_name = "TEXT", default_value = AT_CONSOLE)]
    pub reason: String,
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Make an account and print its one-time enrolment code.
    Add {
        /// Name to sign in with: small letters, digits, dots.
        username: String,
        /// officer, supervisor, auditor, procurator or admin
        #[arg(long)]
        role: String,
        /// Code of a unit: VN, 38, 14812 …
        #[arg(long)]
        unit: String,
    },
    /// Print every account.
    List,
    /// Invite again, for a lost telephone.
    Invite {
        /// Name of the account.
        username: String,
    },
    /// End every session and refuse new ones.
    Suspend {
        /// Name of the account.
        username: String,
    },
    /// Take a suspension back.
    Restore {
        /// Name of the account.
        username: String,
    },
}

#[derive(Subcommand)]
pub enum PartnerCommand {
    /// Add a partner and print its secret.
    Add {
        /// What it is called.
        name: String,
        /// telecom, bank or wallet
        #[arg(long)]
        kind: String,
        /// What it may do: feed:read, check:bulk, flags:write, requests:answer, sms:gateway
        #[arg(long, value_delimiter = ',')]
        scopes: Vec<String>,
        /// What its feed holds: phone, account, wallet, short_code, sender; else all.
        #[arg(long, value_delimiter = ',')]
        kinds: Vec<String>,
        /// The public keys that its program signs with: the text of a JWK, JWKS or PEM.
        #[arg(
            long,
            value_name = "KEY",
            default_value = "",
            hide_default_value = true,
            allow_hyphen_values = true
        )]
        public_key: String,
    },
    /// Print every partner.
    List,
    /// Give a partner a new secret.
    Secret {
        /// Its id, as `partner list` prints it.
        id: uuid::Uuid,
        /// Hours for which the old secret is good beside it, up to 720; 0: it is worthless at once.
        #[arg(long, value_name = "HOURS", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=720))]
        old_hours: u16,
    },
    /// Put the public keys that its program signs with in place of those before.
    Key {
        /// Its id, as `partner list` prints it.
        id: uuid::Uuid,
        /// The text of a JWK, JWKS (up to 4 keys) or PEM, or an Ed25519 key in base64url; empty to take them away.
        #[arg(allow_hyphen_values = true)]
        key: String,
    },
    /// Refuse its tokens from now.
    Suspend {
        /// Its id, as `partner list` prints it.
        id: uuid::Uuid,
    },
    /// Take a suspension back.
    Restore {
        /// Its id, as `partner list` prints it.
        id: uuid::Uuid,
    },
}

#[derive(Subcommand)]
pub enum UnitCommand {
    /// Print the units right below one (all provinces when none is named).
    List {
        /// Code of the unit above; else VN.
        #[arg(long, value_name = "UNIT")]
        parent: Option<String>,
    },
    /// Find a unit by name, old names of Thanh Hóa included.
    Find {
        /// A name or a part of one, with or without tones.
        text: Vec<String>,
    },
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

#[derive(Subcommand)]
pub enum NodeCommand {
    /// Make the data folder of one more machine, from the shared journal and the master secret on stdin.
    ///
    /// The store is built from the journal. Hand over `master.key` of any machine and nothing else.
    Join,
}

#[derive(Subcommand)]
pub enum JournalCommand {
    /// Take the journal into a database, or out of one into a new data folder. Every record is verified on the way.
    ///
    /// The service that writes into the journal must be stopped. The journal goes on where it was taken: a data folder
    /// whose journal is in a database now starts no more.
    Copy {
        /// A database (postgres://…) without a journal, or a new folder.
        #[arg(long, value_name = "URL_OR_DIR")]
        to: String,
    },
}
