//! Flags of a partner's mirror.

use std::path::PathBuf;

use clap::ValueEnum;

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
    /// Address and port at which telephone exchanges ask about callers (SIP, UDP and TCP); off unless given.
    #[arg(long, value_name = "ADDR", conflicts_with = "once")]
    pub sip_listen: Option<std::net::SocketAddr>,
    /// Write files here whenever listings change.
    #[arg(long, value_name = "DIR")]
    pub export_dir: Option<PathBuf>,
    /// Which: listings.csv, phones.txt, listings.sqlite, spamblocker.csv for the app, freeswitch.txt for mod_blacklist.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "csv,list,sqlite",
        requires = "export_dir"
    )]
    pub export: Vec<ExportForm>,
    /// Program to run when files changed, with their names as arguments; at most a minute.
    #[arg(long, value_name = "PROGRAM", requires = "export_dir")]
    pub on_change: Option<PathBuf>,
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
    Spamblocker,
    Freeswitch,
}
