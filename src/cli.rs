//! The command line. Data goes to stdout, the rest to stderr. Exit codes: 0 done, 1 the answer is no,
//! 2 could not.

mod administer;
mod allocator;
mod args;
mod audit;
mod check;
mod context;
mod demo;
mod ending;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod lists;
mod maintain;
mod means;
mod mirror;
mod mirror_address;
mod progress;

use std::{error::Error, io::Write, process::ExitCode};

use clap::Parser;

use crate::{
    config::Config,
    registry::backup,
    server::{Server, descriptors},
    telemetry, worker,
};
use args::{Cli, Command};
use context::{Context, run_to_end, say};
use ending::{CliError, Outcome};

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // What is made, by whatever library, is its owner's alone: a data folder, a mirror's copy, a backup, an export.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let cli = Cli::parse();
    if let Command::Worker { job } = cli.command {
        // Before anything else: it reads neither settings nor a data folder.
        return worker::run(job);
    }
    if let Command::Serve { .. } | Command::Demo { .. } | Command::Mirror(_) = cli.command {
        allocator::keep_little();
    }
    match run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) => {
            let mut line = format!("canhgiac: {error}");
            let mut cause = error.source();
            while let Some(inner) = cause {
                line.push_str(&format!(": {inner}"));
                cause = inner.source();
            }
            let _ = writeln!(std::io::stderr(), "{line}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<Outcome, CliError> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let in_data = cli.data.as_ref().map(|data| data.join("config.toml"));
    let file = cli.config.clone().or(in_data.filter(|path| path.is_file()));
    let config = Config::load(file.as_deref(), environment, &cli.command.overrides())?;
    telemetry::init(&config.log);
    let context = Context {
        data: cli.data.or_else(|| config.storage.data.clone()),
        config,
        json: cli.json,
    };
    match cli.command {
        Command::Init {
            admin,
            second_admin,
            origin,
        } => administer::init(&context, [&admin, &second_admin], origin.as_deref()),
        Command::Serve { .. } => serve(&context),
        Command::Demo { listings, .. } => demo::run(&context, listings),
        Command::Check { text, lang } => check::run(&context, &text.join(" "), lang),
        Command::Import {
            file,
            user,
            dry_run,
        } => lists::import(&context, &file, &user, dry_run),
        Command::Export { format, output } => lists::export(&context, format, output.as_deref()),
        Command::User { what, why } => administer::user(&context, what, &why.reason),
        Command::Partner { what, why } => administer::partner(&context, what, &why.reason),
        Command::Unit { what } => administer::unit(&context, what),
        Command::Key { what, why } => administer::key(&context, what, &why.reason),
        Command::Clock { what } => administer::clock(&context, what),
        Command::Audit { what } => audit::audit(&context, what),
        Command::Backup { to } => maintain::backup(&context, &to),
        Command::Restore {
            from,
            checkpoint,
            nothing_newer,
            without_end_mark,
        } => {
            if !without_end_mark {
                backup::is_finished(&from)?;
            }
            maintain::restore(&context, &from, &checkpoint, nothing_newer)
        }
        Command::Checkpoint {
            checkpoint,
            nothing_newer,
        } => maintain::checkpoint(&context, &checkpoint, nothing_newer),
        Command::Verify => maintain::verify(&context),
        Command::Rebuild { accept_loss } => maintain::rebuild(&context, accept_loss),
        Command::Mirror(args) => mirror::run(&context, args),
        Command::Config => {
            say(&context.config.effective_toml());
            Ok(Outcome::Done)
        }
        // Done already, in `main`.
        Command::Worker { .. } => Ok(Outcome::Done),
    }
}

fn serve(context: &Context) -> Result<Outcome, CliError> {
    descriptors::provide(&context.config.server);
    let registry = context.open_to_serve()?;
    run_to_end(async {
        let server = Server::start(registry, &context.config).await?;
        say(&format!(
            "listening on {}\nadmin on {}",
            server.url(),
            server.admin_url()
        ));
        server.run().await?;
        Ok(Outcome::Done)
    })
}
