//! The console of a running service: a socket in its data folder, over which commands at the machine are done by the service
//! itself, since no second program may use the folder.
//!
//! Whoever may open the socket may read the keys beside it, so it asks for nothing more. What is done over it is written down
//! as the console's, as it is without a service.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::{
            fs::PermissionsExt,
            net::{UnixListener, UnixStream},
        },
    },
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use clap::FromArgMatches;
use serde::{Deserialize, Serialize};

use super::{
    args::{Cli, Command},
    context::Context,
    ending::{CliError, Outcome},
    explain,
    frame::{self, Kind},
    help::localized_command,
    locale, terminal,
};
use crate::{
    config::Config,
    domain::message::Lang,
    registry::{Registry, RegistryError},
};

/// The socket's name in the data folder.
const SOCKET: &str = "console.sock";
/// Commands at the same time; others wait for their turn.
const MOST_AT_ONCE: usize = 4;
/// How long the service waits to hear what is asked for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long either side waits while a command is done: for its next word, or for a reader that pauses.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Longest path that every system takes as a socket's address.
const MAX_PATH: usize = 100;

/// What a command line asks the service for.
#[derive(Serialize, Deserialize)]
struct Request {
    /// Without the name of the program.
    arguments: Vec<String>,
    vietnamese: bool,
}

/// Whether a command is done by the service where one is running.
const fn is_for_the_service(command: &Command) -> bool {
    match command {
        Command::User { .. }
        | Command::Partner { .. }
        | Command::Key { .. }
        | Command::Clock { .. }
        | Command::Export { .. } => true,
        Command::Init { .. }
        | Command::Serve { .. }
        | Command::Demo { .. }
        | Command::Check { .. }
        | Command::Import { .. }
        | Command::Unit { .. }
        | Command::Audit { .. }
        | Command::Backup { .. }
        | Command::Restore { .. }
        | Command::Checkpoint { .. }
        | Command::Verify
        | Command::Rebuild { .. }
        | Command::Node { .. }
        | Command::Journal { .. }
        | Command::Mirror(_)
        | Command::Health { .. }
        | Command::Config
        | Command::Pages(_)
        | Command::Worker { .. } => false,
    }
}

/// The address of a folder's socket: a long path is said by the folder, which stays open as long as it is needed.
fn address(data: &Path) -> io::Result<(PathBuf, Option<OwnedFd>)> {
    let path = data.join(SOCKET);
    if path.as_os_str().len() <= MAX_PATH {
        return Ok((path, None));
    }
    let folder = OwnedFd::from(fs::File::open(data)?);
    let short = format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd());
    Ok((PathBuf::from(short), Some(folder)))
}

/// The service's side, for as long as the service runs.
pub(super) struct OpenConsole {
    path: PathBuf,
}

impl OpenConsole {
    /// Opens the socket. Whoever serves holds the folder's lock, so a socket that is there already is of one that was killed.
    ///
    /// # Errors
    /// The system's: the service works without.
    pub(super) fn open(
        registry: &Arc<Registry>,
        context: &Context,
        data: &Path,
        run: Run,
    ) -> io::Result<Self> {
        let path = data.join(SOCKET);
        let (short, _folder) = address(data)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        // In a folder of mode 0700 nobody gets at it before its own mode is right.
        let listener = UnixListener::bind(&short)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        let service = Service {
            registry: Arc::downgrade(registry),
            config: context.config.clone(),
            run,
        };
        for _ in 0..MOST_AT_ONCE {
            let (listener, service) = (listener.try_clone()?, service.clone());
            thread::Builder::new()
                .name("console".into())
                .spawn(move || listen(&listener, &service))?;
        }
        Ok(Self { path })
    }
}

impl Drop for OpenConsole {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn listen(listener: &UnixListener, service: &Service) {
    for asker in listener.incoming() {
        match asker {
            // Whoever hung up is told nothing more; and whatever goes wrong with one, the next is answered.
            Ok(asker) => {
                let service = service.clone();
                drop(catch_unwind(AssertUnwindSafe(|| service.serve(asker))));
            }
            // Too few files: they come back, and asking at once would keep a processor busy.
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Does a command.
pub(super) type Run = fn(&Context, Command) -> Result<Outcome, CliError>;

/// The service that commands are done by.
#[derive(Clone)]
struct Service {
    /// Not kept alive: the last words of a service that stops are its own.
    registry: Weak<Registry>,
    config: Config,
    run: Run,
}

impl Service {
    fn serve(self, mut asker: UnixStream) -> io::Result<()> {
        asker.set_read_timeout(Some(PATIENCE))?;
        asker.set_write_timeout(Some(LONGEST))?;
        let (Kind::Request, content) = frame::read(&mut asker)? else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let request: Request = serde_json::from_slice(&content)?;
        let lang = match request.vietnamese {
            true => Lang::Vi,
            false => Lang::En,
        };
        let work = || match self.done(&request.arguments, lang) {
            Ok(Outcome::Done) => 0,
            Ok(Outcome::No) => 1,
            Err(error) => {
                terminal::note(&format!("canhgiac: {}", explain::one_line(error, lang)));
                2
            }
        };
        let code = terminal::answering(asker.try_clone()?, || locale::speaking(lang, work));
        frame::write(&mut asker, Kind::End, &[code])
    }

    fn done(self, arguments: &[String], lang: Lang) -> Result<Outcome, CliError> {
        let words = std::iter::once("canhgiac").chain(arguments.iter().map(String::as_str));
        let matches = localized_command(lang).try_get_matches_from(words);
        let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches));
        // The command line that asks has read them already: only another version reads them otherwise.
        let cli = cli.ok().filter(|cli| is_for_the_service(&cli.command));
        let other = lang.pick(
            "dịch vụ đang chạy là phiên bản khác và không hiểu lệnh này: hãy khởi động lại dịch vụ",
            "the service that runs is another version and does not know this command: restart it",
        );
        let cli = cli.ok_or_else(|| CliError::Usage(other.to_owned()))?;
        let registry = self.registry.upgrade().ok_or(RegistryError::Unavailable)?;
        let context = Context {
            config: self.config,
            data: None,
            settings_file: None,
            json: cli.json,
            registry: Some(registry),
        };
        (self.run)(&context, cli.command)
    }
}

/// The service that runs on a folder, for a command that it does.
pub(super) fn reach(data: Option<&Path>, command: &Command) -> Option<UnixStream> {
    let data = data.filter(|_| is_for_the_service(command))?;
    let (short, _folder) = address(data).ok()?;
    UnixStream::connect(short).ok()
}

/// Has the service do a command. The exit code.
///
/// # Errors
/// [`CliError::Io`] when the service broke off.
pub(super) fn ask(
    mut service: UnixStream,
    arguments: &[OsString],
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    let broken = |source| CliError::Io {
        what: locale::language()
            .pick(
                "dịch vụ đang chạy không trả lời hết",
                "the service that is running broke off",
            )
            .to_owned(),
        source,
    };
    let unwritten = |source| CliError::Io {
        what: locale::language()
            .pick("không ghi được kết quả", "cannot write the result")
            .to_owned(),
        source,
    };
    // A service that hangs is told of, not waited for.
    service.set_read_timeout(Some(LONGEST)).map_err(broken)?;
    let words = arguments.iter().skip(1);
    let request = Request {
        arguments: words
            .map(|word| word.to_string_lossy().into_owned())
            .collect(),
        vietnamese: locale::language() == Lang::Vi,
    };
    let request = serde_json::to_vec(&request).map_err(|error| broken(error.into()))?;
    frame::write(&mut service, Kind::Request, &request).map_err(broken)?;
    loop {
        match frame::read(&mut service).map_err(broken)? {
            (Kind::Data, content) => out.write_all(&content).map_err(unwritten)?,
            (Kind::Note, content) => {
                let _ = io::stderr().write_all(&content);
            }
            (Kind::End, content) => return Ok(content.first().copied().unwrap_or(2)),
            (Kind::Request, _) => return Err(broken(io::ErrorKind::InvalidData.into())),
        }
    }
}
