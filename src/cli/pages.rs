//! Man pages and completions, made from the definitions of the commands: what a package brings beside the program.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Command;
use clap_complete::Shell;

use super::ending::{CliError, Outcome};

/// Name of the program.
const NAME: &str = "canhgiac";

/// What [`write`] is asked for.
#[derive(clap::Args)]
pub struct PagesArgs {
    /// A folder; it is made when it is not there.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

/// Writes `canhgiac.1`, a page for each subcommand (`canhgiac-user-add.1`), and completions for bash, zsh and fish.
pub(super) fn write(command: Command, to: &Path) -> Result<Outcome, CliError> {
    let failed = |source| CliError::Io {
        what: format!("cannot write pages to {}", to.display()),
        source,
    };
    fs::create_dir_all(to).map_err(failed)?;
    let mut offered = offered(&command);
    clap_mangen::generate_to(command, to).map_err(failed)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut offered, NAME, to).map_err(failed)?;
    }
    Ok(Outcome::Done)
}

/// The command without the subcommands that are for programs. Pages leave them out, completions would not.
fn offered(command: &Command) -> Command {
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
    Command::new(NAME)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .version(env!("CANHGIAC_VERSION"))
        .args(command.get_arguments())
        .subcommands(shown)
}
