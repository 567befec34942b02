//! Requests to the registry: token, limits, time-outs. Blocking; runs in the mirror's own thread.

use std::{
    io::Read,
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use thiserror::Error;
use ureq::{
    Agent, Body,
    http::{HeaderMap, Response},
    tls::{RootCerts, TlsConfig},
};
use zeroize::Zeroizing;

/// Largest token answer, problem or acknowledgement.
const MAX_SMALL: u64 = 64 << 10;
/// Seconds a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(10);
/// Seconds an answer's head may take beyond the wait that was asked for, and a body between two reads.
const PATIENCE: Duration = Duration::from_secs(30);
/// A token is asked for again after this long, however long it is said to last.
const LONGEST_TOKEN: Duration = Duration::from_secs(24 * 3600);
/// Seconds before its end at which a token is no longer used.
const TOKEN_MARGIN: Duration = Duration::from_secs(60);
/// Longest pause that a `Retry-After` may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Holds the client secret where a file is not wanted.
pub const SECRET_VARIABLE: &str = "CANHGIAC_MIRROR_CLIENT_SECRET";

/// The partner's name and secret.
#[derive(Clone)]
pub struct Credentials {
    pub client_id: String,
    /// Its memory is overwritten when it goes.
    pub client_secret: Zeroizing<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({} …)", self.client_id)
    }
}

/// Why a request has no usable answer. Holds no query and no body.
#[derive(Debug, Error)]
pub enum UpstreamError {
    #[error("{what} can't be got: {cause}")]
    Network { what: &'static str, cause: String },
    #[error("{what} was refused with status {status}{}", .code.as_ref().map(|c| format!(" ({c})")).unwrap_or_default())]
    Status {
        what: &'static str,
        status: u16,
        code: Option<String>,
        retry_after: Option<Duration>,
    },
    #[error("{what} is larger than {limit} bytes")]
    TooLarge { what: &'static str, limit: u64 },
    #[error(
        "the registry wants to know who asks: give --client-id and --client-secret-file as the registry issued them"
    )]
    NoCredentials,
}

impl UpstreamError {
    /// How long the registry asked to be left alone.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::Network { .. } | Self::TooLarge { .. } | Self::NoCredentials => None,
        }
    }

    /// The status of a refusal.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            Self::Network { .. } | Self::TooLarge { .. } | Self::NoCredentials => None,
        }
    }
}

/// One request.
pub(super) struct Ask<'a> {
    /// What it is for, in words.
    pub what: &'static str,
    pub path: &'a str,
    /// Whether a partner's token is sent.
    pub signed_in: bool,
    /// Seconds the registry may wait before it answers.
    pub wait: u64,
    pub headers: &'a [(&'static str, &'a str)],
}

/// An answer read whole.
pub(super) struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// The registry that is followed.
pub struct Upstream {
    agent: Agent,
    base: String,
    credentials: Option<Credentials>,
    token: Option<(String, Instant)>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Refusal {
    code: Option<String>,
    error: Option<String>,
}

/// How a server proves that it is the one it is named: by the platform's roots, so that an institution's own authority counts;
/// with aws-lc as everywhere here.
pub fn tls() -> TlsConfig {
    TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build()
}

impl Upstream {
    /// Of the registry at `base`, an http or https address.
    pub fn new(base: &str, credentials: Option<Credentials>) -> Self {
        let config = Agent::config_builder()
            .tls_config(tls())
            .http_status_as_error(false)
            // A redirected request would carry the token to wherever it leads.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(PATIENCE))
            .timeout_per_write(Some(PATIENCE))
            .user_agent(concat!("canhgiac-mirror/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: Agent::new_with_config(config),
            base: base.trim_end_matches('/').to_owned(),
            credentials,
            token: None,
        }
    }

    /// The address that is asked.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request and hands over the answer with its body unread. 200, 204 and 206 are answers,
    /// all else is an error.
    pub(super) fn open(&mut self, ask: &Ask<'_>) -> Result<Response<Body>, UpstreamError> {
        let answer = self.send(ask)?;
        if ask.signed_in && answer.status().as_u16() == 401 && self.credentials.is_some() {
            // Revoked or run out before its time: once more with a new one.
            self.token = None;
            return accepted(ask.what, self.send(ask)?);
        }
        accepted(ask.what, answer)
    }

    fn send(&mut self, ask: &Ask<'_>) -> Result<Response<Body>, UpstreamError> {
        let token = match ask.signed_in {
            true => Some(self.token()?),
            false => None,
        };
        let patience = PATIENCE + Duration::from_secs(ask.wait);
        let mut request = self
            .agent
            .get(format!("{}{}", self.base, ask.path))
            .config()
            .timeout_per_read(Some(patience))
            .timeout_recv_response(Some(patience))
            .build();
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        request.call().map_err(network(ask.what))
    }

    /// Sends a request and reads the whole answer, at most `limit` bytes.
    pub(super) fn get(&mut self, ask: &Ask<'_>, limit: u64) -> Result<Reply, UpstreamError> {
        let answer = self.open(ask)?;
        let (head, mut body) = answer.into_parts();
        Ok(Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            body: read(ask.what, &mut body, limit)?,
        })
    }

    /// Posts JSON as the partner; the answer's body.
    pub(super) fn post(
        &mut self,
        what: &'static str,
        path: &str,
        json: &str,
    ) -> Result<Vec<u8>, UpstreamError> {
        let token = self.token()?;
        let answer = self
            .agent
            .post(format!("{}{path}", self.base))
            .config()
            .timeout_recv_response(Some(PATIENCE))
            .build()
            .header("Authorization", format!("Bearer {token}"))
            .content_type("application/json")
            .send(json)
            .map_err(network(what))?;
        read(what, accepted(what, answer)?.body_mut(), MAX_SMALL)
    }

    /// A token that is good for a while yet.
    fn token(&mut self) -> Result<String, UpstreamError> {
        const WHAT: &str = "a token";
        if let Some((token, until)) = &self.token
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let who = self
            .credentials
            .as_ref()
            .ok_or(UpstreamError::NoCredentials)?;
        let pair = Zeroizing::new(format!("{}:{}", who.client_id, who.client_secret.as_str()));
        let pair = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        let asked = Instant::now();
        let answer = self
            .agent
            .post(format!("{}/v1/oauth/token", self.base))
            .config()
            .timeout_recv_response(Some(PATIENCE))
            .build()
            .header("Authorization", format!("Basic {}", pair.as_str()))
            .content_type("application/x-www-form-urlencoded")
            .send("grant_type=client_credentials")
            .map_err(network(WHAT))?;
        let body = read(WHAT, accepted(WHAT, answer)?.body_mut(), MAX_SMALL)?;
        let token: Token = serde_json::from_slice(&body).map_err(|_| UpstreamError::Network {
            what: WHAT,
            cause: "the answer is not a token".into(),
        })?;
        let lasts = Duration::from_secs(token.expires_in).min(LONGEST_TOKEN);
        let margin = TOKEN_MARGIN.min(lasts / 2);
        self.token = Some((token.access_token.clone(), asked + (lasts - margin)));
        Ok(token.access_token)
    }
}

/// Refusals become errors with the registry's own word and the pause it asks for.
fn accepted(
    what: &'static str,
    mut answer: Response<Body>,
) -> Result<Response<Body>, UpstreamError> {
    let status = answer.status().as_u16();
    if matches!(status, 200 | 204 | 206) {
        return Ok(answer);
    }
    let retry_after = answer
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(|seconds| Duration::from_secs(seconds).min(MAX_RETRY_AFTER));
    let code = read(what, answer.body_mut(), MAX_SMALL)
        .ok()
        .and_then(|body| serde_json::from_slice::<Refusal>(&body).ok())
        .and_then(|refusal| refusal.code.or(refusal.error))
        .filter(|code| code.len() < 60 && code.bytes().all(|b| b.is_ascii_graphic()));
    Err(UpstreamError::Status {
        what,
        status,
        code,
        retry_after,
    })
}

fn read(what: &'static str, body: &mut Body, limit: u64) -> Result<Vec<u8>, UpstreamError> {
    let mut bytes = Vec::new();
    let read = body.as_reader().take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| UpstreamError::Network {
        what,
        cause: error.to_string(),
    })?;
    if bytes.len() as u64 > limit {
        return Err(UpstreamError::TooLarge { what, limit });
    }
    Ok(bytes)
}

fn network(what: &'static str) -> impl FnOnce(ureq::Error) -> UpstreamError {
    move |error| UpstreamError::Network {
        what,
        cause: error.to_string(),
    }
}
