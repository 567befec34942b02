//! The command line. Data goes to stdout, the rest to stderr. Exit codes: 0 done, 1 the answer is no,
//! 2 could not. Words for people are in the language of the locale, what `--json` prints is not.

mod administer;
mod allocator;
mod args;
mod audit;
mod check;
mod clock;
mod console;
mod context;
mod demo;
mod ending;
mod explain;
mod frame;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod health;
mod help;
mod lists;
mod locale;
mod maintain;
mod means;
mod mirror;
mod mirror_address;
mod node;
mod pages;
mod partner;
mod progress;
mod restore;
mod terminal;
mod usage;

pub use help::localized_command;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::FromArgMatches;

use crate::{
    config::{Config, is_loopback},
    domain::message::Lang,
    http::authority::Authority,
    registry::backup,
    server::{Server, ServerError, descriptors},
    telemetry, worker,
};
use args::{Cli, Command, JournalCommand, NodeCommand};
use console::OpenConsole;
use context::{Context, run_to_end};
use ending::{CliError, Outcome};
use locale::{language, language_of_answers, worded};
use terminal::say;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // What is made, by whatever library, is its owner's alone: a data folder, a mirror's copy, a backup, an export.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let arguments = help::spelled_out(std::env::args_os());
    let mut definition = localized_command(language());
    let taken = definition.try_get_matches_from_mut(&arguments);
    let cli = match taken.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return usage::tell(&error, &mut definition, &arguments, language()),
    };
    if let Command::Worker { job } = cli.command {
        // Before anything else: it reads neither settings nor a data folder.
        return worker::run(job);
    }
    if let Command::Serve { .. } | Command::Demo { .. } | Command::Mirror(_) = cli.command {
        allocator::keep_little();
    }
    match run(cli, &arguments) {
        Ok(code) => ExitCode::from(code),
        Err(CliError::Told(code)) => ExitCode::from(code),
        Err(error) => {
            let line = explain::one_line(error, language());
            let _ = writeln!(std::io::stderr(), "canhgiac: {line}");
            ExitCode::from(2)
        }
    }
}

/// The exit code.
fn run(cli: Cli, arguments: &[OsString]) -> Result<u8, CliError> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let in_data = cli.data.as_ref().map(|data| data.join("config.toml"));
    let file = cli.config.clone().or(in_data.filter(|path| path.is_file()));
    let config = Config::load(
        file.as_deref(),
        environment,
        &cli.command.overrides(cli.journal.as_ref()),
    )?;
    telemetry::init(&config.log);
    let context = Context {
        data: cli.data.or_else(|| config.storage.data.clone()),
        config,
        settings_file: file,
        json: cli.json,
        registry: None,
    };
    let Some(service) = console::reach(context.data.as_deref(), &cli.command) else {
        return run_command(&context, cli.command).map(Outcome::code);
    };
    if let Command::Export {
        output: Some(path), ..
    } = &cli.command
    {
        return lists::to_file(path, |out| match console::ask(service, arguments, out)? {
            // Why was said; what was written so far is no export.
            0 => Ok(0),
            code => Err(CliError::Told(code)),
        });
    }
    console::ask(service, arguments, &mut std::io::stdout().lock())
}

/// Does a command, in this process.
fn run_command(context: &Context, command: Command) -> Result<Outcome, CliError> {
    match command {
        Command::Init {
            admin,
            second_admin,
            origin,
        } => administer::init(context, [&admin, &second_admin], origin.as_deref()),
        Command::Serve { .. } => serve(context),
        Command::Demo { listings, .. } => demo::run(context, listings, run_command),
        Command::Check { text, lang } => {
            let lang = match (lang, context.json) {
                (Some(lang), _) => lang.lang(),
                (None, true) => Lang::Vi,
                (None, false) => language_of_answers(),
            };
            check::run(context, &text.join(" "), lang)
        }
        Command::Import {
            file,
            user,
            dry_run,
        } => lists::import(context, &file, &user, dry_run),
        Command::Export { format, output } => lists::export(context, format, output.as_deref()),
        Command::User { what, why } => administer::user(context, what, &why.reason),
        Command::Partner { what, why } => partner::partner(context, what, &why.reason),
        Command::Unit { what } => administer::unit(context, what),
        Command::Key { what, why } => administer::key(context, what, &why.reason),
        Command::Clock { what } => clock::clock(context, what),
        Command::Audit { what } => audit::audit(context, what),
        Command::Backup { to } => maintain::backup(context, &to),
        Command::Restore {
            from,
            checkpoint,
            nothing_newer,
            without_end_mark,
        } => {
            if !without_end_mark {
                backup::is_finished(&from)?;
            }
            restore::restore(context, &from, &checkpoint, nothing_newer)
        }
        Command::Checkpoint {
            checkpoint,
            nothing_newer,
        } => maintain::checkpoint(context, &checkpoint, nothing_newer),
        Command::Verify => maintain::verify(context),
        Command::Rebuild { accept_loss } => maintain::rebuild(context, accept_loss),
        Command::Node {
            what: NodeCommand::Join,
        } => node::join(context),
        Command::Journal {
            what: JournalCommand::Copy { to },
        } => node::copy(context, &to),
        Command::Mirror(args) => mirror::run(context, args),
        Command::Health { url, .. } => health::run(context, url.as_deref()),
        Command::Config => {
            // What is only looked at when it serves is a setting too.
            Authority::read(&context.config.authority).map_err(ServerError::from)?;
            say(&context.config.effective_toml());
            Ok(Outcome::Done)
        }
        Command::Pages(args) => pages::write(localized_command(language()), &args.to),
        // Done already, in `main`.
        Command::Worker { .. } => Ok(Outcome::Done),
    }
}

fn serve(context: &Context) -> Result<Outcome, CliError> {
    descriptors::provide(&context.config.server);
    let registry = context.open_to_serve()?;
    run_to_end(async {
        let console = OpenConsole::open(&registry, context, context.data()?, run_command);
        let server = Server::start(registry, &context.config).await?;
        if let Err(error) = &console {
            tracing::warn!(%error, "no console: commands at the machine want the service stopped");
        }
        if is_loopback(&context.config.server.public_url) {
            tracing::warn!(
                "server.public_url opens on this machine alone: links, QR codes and posters lead nowhere"
            );
        }
        let (url, admin_url) = (server.url(), server.admin_url());
        let told = worded(
            format_args!("đang nghe ở {url}\nsố liệu cho người vận hành ở {admin_url}"),
            format_args!("listening on {url}\nadmin on {admin_url}"),
        );
        say(&told);
        server.run().await?;
        Ok(Outcome::Done)
    })
}
