//! health: asks a running service or mirror whether it is ready, for containers and load balancers.

use std::{
    io::{ErrorKind, Read},
    net::SocketAddr,
    time::Duration,
};

use serde::Deserialize;
use serde_json::json;
use ureq::{Agent, http::Uri};

use super::{
    context::Context,
    ending::{CliError, Outcome},
    locale::{language, worded},
    terminal::say,
};
use crate::{server::reachable, sync::upstream};

/// How long the answer may take altogether: below the time that container engines wait for a check (30 s), and above
/// what a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most that is read of an answer.
const MAX_ANSWER: u64 = 64 << 10;

/// Longest code of a problem that is told on, in letters.
const MAX_CODE: usize = 60;

/// What is read of a refusal.
#[derive(Deserialize)]
struct Refusal {
    code: Option<String>,
}

pub(super) fn run(context: &Context, url: Option<&str>) -> Result<Outcome, CliError> {
    let base = match url {
        Some(url) => asked(url)?,
        None => listened(context.config.server.listen)?,
    };
    let refused = ask(&format!("{base}/readyz")).err();
    if context.json {
        say(&json!({"ready": refused.is_none(), "url": base, "reason": refused}).to_string());
    } else if let Some(why) = &refused {
        let not_ready = language().pick("chưa sẵn sàng", "is not ready");
        eprintln!("canhgiac: {base} {not_ready}: {why}");
    } else {
        let ready = language().pick("đã sẵn sàng", "is ready");
        say(&format!("{base} {ready}"));
    }
    Ok(match refused {
        Some(_) => Outcome::No,
        None => Outcome::Done,
    })
}

/// The address that was given, without a path.
fn asked(url: &str) -> Result<String, CliError> {
    let base = url.trim_end_matches('/');
    let parsed = base.parse::<Uri>().ok();
    let origin = parsed.and_then(|uri| {
        let scheme = uri
            .scheme_str()
            .filter(|it| matches!(*it, "http" | "https"))?;
        let authority = uri.authority().filter(|it| !it.as_str().contains('@'))?;
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        // Not the text as it came: a fragment would take the path in.
        (is_bare && !base.contains('#')).then(|| format!("{scheme}://{authority}"))
    });
    if let Some(origin) = origin {
        return Ok(origin);
    }
    let told = language().pick(
        "hãy viết địa chỉ dạng http://127.0.0.1:8781, không có đường dẫn",
        "give the address as http://127.0.0.1:8781, without a path",
    );
    Err(CliError::Usage(told.to_owned()))
}

/// Where a service answers that listens on an address.
fn listened(address: SocketAddr) -> Result<String, CliError> {
    if address.port() == 0 {
        let told = language().pick(
            "cổng 0 là một cổng bất kỳ: hãy cho biết địa chỉ bằng --url",
            "port 0 is any port: name the address with --url",
        );
        return Err(CliError::Usage(told.to_owned()));
    }
    Ok(format!("http://{}", reachable(address)))
}

/// Whether who answers there is ready. The error says in a few words why not.
fn ask(url: &str) -> Result<(), String> {
    let config = Agent::config_builder()
        .tls_config(upstream::tls())
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(PATIENCE))
        // What is asked is this machine, whatever proxy leads out of it.
        .proxy(None)
        .user_agent(concat!("canhgiac-health/", env!("CARGO_PKG_VERSION")))
        .build();
    let answer = Agent::new_with_config(config).get(url).call();
    let mut answer = answer.map_err(|error| told(&error))?;
    let status = answer.status().as_u16();
    if status == 200 {
        return Ok(());
    }
    let mut body = Vec::new();
    let mut reader = answer.body_mut().as_reader().take(MAX_ANSWER);
    let read = reader.read_to_end(&mut body).ok();
    let code = read
        .and_then(|_| serde_json::from_slice::<Refusal>(&body).ok())
        .and_then(|refusal| refusal.code)
        // Whoever answers there may be anybody: a code is a word.
        .filter(|code| code.len() <= MAX_CODE && code.bytes().all(is_of_a_code));
    Err(match code {
        Some(code) => format!("HTTP {status} ({code})"),
        None => format!("HTTP {status}"),
    })
}

const fn is_of_a_code(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte == b'-'
}

/// Why there is no answer, on one line.
fn told(error: &ureq::Error) -> String {
    if matches!(error, ureq::Error::Timeout(_)) {
        let seconds = PATIENCE.as_secs();
        return worded(
            format_args!("không trả lời trong {seconds} giây"),
            format_args!("no answer in {seconds} seconds"),
        );
    }
    let is_refused = matches!(error, ureq::Error::ConnectionFailed)
        || matches!(error, ureq::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused);
    if is_refused {
        let nobody = language().pick("không có ai trả lời ở đó", "nobody answers there");
        return nobody.to_owned();
    }
    error.to_string().lines().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{asked, listened};

    #[test]
    fn only_an_address_without_a_path_is_asked() {
        for url in ["http://127.0.0.1:8781", "https://canhgiac.example/"] {
            assert_eq!(asked(url).unwrap(), url.trim_end_matches('/'));
        }
        for url in [
            "127.0.0.1:8781",
            "ftp://127.0.0.1",
            "http://a@127.0.0.1",
            "http://127.0.0.1/v1",
            "http://127.0.0.1?q=0950000001",
            "http://",
            "",
        ] {
            assert!(asked(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_service_on_every_interface_is_asked_on_this_machine() {
        let listened = |address: &str| listened(address.parse().unwrap()).ok();
        assert_eq!(listened("0.0.0.0:80").unwrap(), "http://127.0.0.1:80");
        assert_eq!(listened("[::]:80").unwrap(), "http://[::1]:80");
        assert_eq!(listened("127.0.0.1:0"), None);
    }
}
