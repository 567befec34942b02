//! mirror: a partner's verified copy of a registry, which answers checks where the partner is.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    time::Duration,
};

use actix_web::{
    App, HttpServer, ResponseError,
    body::BoxBody,
    dev::ServiceRequest,
    http::header,
    middleware::{Condition, Next, from_fn},
    web,
};
use indicatif::ProgressBar;
use serde_json::json;
use tokio::signal::unix::SignalKind;
use zeroize::Zeroizing;

use super::{
    args::{ExportForm, MirrorArgs},
    context::{Context, run_to_end},
    ending::{CliError, Outcome},
    locale::{language, worded},
    mirror_address::{check_upstream, is_own_name},
    progress,
    terminal::say,
};
use crate::{
    access::secret::read_private,
    api::local_check::{self, Local},
    http::{
        finish::{ExplainedAt, finish_local},
        metrics::MirrorMetrics,
    },
    present::{problem::Problem, problem_code::ProblemCode},
    server::{ServerError, note_request, now, sip::SipPort},
    sync::{
        Phase, Progress,
        error::SyncError,
        export::{Export, Exporter},
        follow::{Mirror, Settings},
        local_copy::LocalCopy,
        sip_dip::SipDip,
        upstream::{Credentials, SECRET_VARIABLE},
    },
};

/// Bars for people; lines to stderr.
#[derive(Default)]
struct Bars(Option<(Phase, ProgressBar)>);

impl Progress for Bars {
    fn step(&mut self, phase: Phase, done: u64, total: u64) {
        if self.0.as_ref().is_none_or(|(now, _)| *now != phase) {
            self.finish();
            let (vi, en) = match phase {
                Phase::Load => ("đang đọc bản sao", "reading the copy"),
                Phase::Log => ("đang theo sổ công khai", "following the log"),
                Phase::Snapshot => ("đang tải toàn bộ danh sách", "downloading the snapshot"),
                Phase::Audit => ("đang kiểm chứng danh sách", "verifying the snapshot"),
            };
            let what = language().pick(vi, en);
            self.0 = Some((phase, progress::bar(what, total)));
        }
        if let Some((_, bar)) = &self.0 {
            bar.set_length(total);
            bar.set_position(done);
            if done >= total {
                self.finish();
            }
        }
    }

    fn say(&mut self, line: &str) {
        self.finish();
        eprintln!("canhgiac: {line}");
    }
}

impl Bars {
    fn finish(&mut self) {
        if let Some((_, bar)) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

pub(super) fn run(context: &Context, args: MirrorArgs) -> Result<Outcome, CliError> {
    let folder = context.data()?.clone();
    check_upstream(&args.url, args.plain_http)?;
    let settings = Settings {
        folder: folder.clone(),
        upstream: args.url.clone(),
        credentials: credentials(&args)?,
        key: args.key.clone(),
        clock: now,
    };
    let base = args.url.trim_end_matches('/').to_owned();
    let copy = Arc::new(LocalCopy::new(&base, Duration::from_secs(args.stale_after)));
    let forms = args.export.iter().map(|form| match form {
        ExportForm::Csv => Export::Csv,
        ExportForm::List => Export::List,
        ExportForm::Spamblocker => Export::Spamblocker,
        ExportForm::Freeswitch => Export::Freeswitch,
        ExportForm::Sqlite => Export::Sqlite,
    });
    let exporter = args.export_dir.as_ref().map(|into| {
        let (copy, on_change) = (copy.clone(), args.on_change.clone());
        Exporter::new(&folder, copy, into, forms.collect(), on_change, now)
    });
    let mirror = Mirror::open(settings, copy.clone(), Box::new(Bars::default()))?;
    if args.once {
        return once(context, mirror, &copy, exporter.as_ref());
    }
    serve(context, &args, mirror, copy, exporter)
}

/// From the file or the environment: a command line is seen by every user of the machine.
fn credentials(args: &MirrorArgs) -> Result<Option<Credentials>, CliError> {
    let Some(client_id) = args.client_id.clone() else {
        return Ok(None);
    };
    let trimmed = |text: &str| Zeroizing::new(text.trim().to_owned());
    let secret = match &args.client_secret_file {
        Some(path) => {
            let bytes = read_private(path).map_err(|error| {
                let what = language().pick("mã bí mật của đối tác", "the client secret");
                CliError::Usage(format!("{what}: {error}"))
            })?;
            std::str::from_utf8(&bytes).ok().map(trimmed)
        }
        None => std::env::var(SECRET_VARIABLE)
            .ok()
            .map(|text| trimmed(&Zeroizing::new(text))),
    };
    match secret.filter(|text| !text.is_empty()) {
        Some(client_secret) => Ok(Some(Credentials {
            client_id,
            client_secret,
        })),
        None => {
            let told = worded(
                format_args!(
                    "--client-id phải đi cùng mã bí mật, trong --client-secret-file hoặc {SECRET_VARIABLE}"
                ),
                format_args!(
                    "--client-id needs its secret, in --client-secret-file or {SECRET_VARIABLE}"
                ),
            );
            Err(CliError::Usage(told))
        }
    }
}

fn once(
    context: &Context,
    mut mirror: Mirror,
    copy: &LocalCopy,
    exporter: Option<&Exporter>,
) -> Result<Outcome, CliError> {
    let failed = match mirror.once() {
        Ok(()) => {
            if let Some(exporter) = exporter {
                exporter.write(&mut Bars::default())?;
            }
            None
        }
        Err(error) if error.is_untrue() => Some(error),
        Err(error) => return Err(error.into()),
    };
    if let Some(SyncError::Stopped(reason)) = &failed {
        eprintln!("canhgiac: {reason}");
    }
    let state = copy.state();
    if context.json {
        say(&json!(state).to_string());
    } else if state.size > 0 {
        let (count, size, digest) = (state.count, state.size, &state.digest);
        let told = worded(
            format_args!("{count} cảnh báo, sổ công khai có {size} mục, dấu {digest}"),
            format_args!("{count} listings at ledger size {size}, digest {digest}"),
        );
        say(&told);
    }
    Ok(match failed {
        Some(_) => Outcome::No,
        None => Outcome::Done,
    })
}

fn serve(
    context: &Context,
    args: &MirrorArgs,
    mut mirror: Mirror,
    copy: Arc<LocalCopy>,
    exporter: Option<Exporter>,
) -> Result<Outcome, CliError> {
    let listener = bind(args.listen)?;
    let metrics = MirrorMetrics::new(now());
    let metrics = metrics.map_err(|error| ServerError::Metrics(error.to_string()))?;
    let address = listener.local_addr().map_err(ServerError::Io)?;
    let port = args.sip_listen.map(SipPort::bind).transpose()?;
    if let Some(exporter) = exporter {
        let (sender, receiver) = mpsc::channel();
        mirror.tell_changes(sender);
        std::thread::spawn(move || exporter.run(&receiver, &mut Bars::default()));
    }
    let local = web::Data::new(Local {
        copy: copy.clone(),
        clock: now,
        upstream: args.url.trim_end_matches('/').to_owned(),
        dip: port
            .is_some()
            .then(|| Arc::new(SipDip::new(copy.clone(), now))),
    });
    // Requests upstream block, for up to a minute. A stop does not wait for them: what is not committed
    // has not happened.
    let shown = copy.clone();
    std::thread::spawn(move || {
        let followed = catch_unwind(AssertUnwindSafe(|| mirror.run()));
        if followed.is_err() {
            // The copy is as it was verified last; it must not seem to be followed.
            shown.stop("the program failed while following; start it again and report this");
            let failed = language().pick(
                "chương trình gặp lỗi khi theo sổ đăng ký; bản sao cũ vẫn trả lời, và được ghi là cũ",
                "following the registry failed; the old copy is served as stale",
            );
            eprintln!("canhgiac: {failed}");
        }
        // The folder stays locked while the old copy is served.
        std::thread::park();
        drop(mirror);
    });
    let sip = port.as_ref().map(SipPort::address);
    say(&if context.json {
        let mut listens = json!({"url": format!("http://{address}"), "upstream": args.url});
        if let Some(sip) = sip {
            listens["sip"] = json!(sip);
        }
        listens.to_string()
    } else {
        let listening = language().pick("đang nghe ở", "listening on");
        let sip = sip.map(|at| format!(", sip:{at} (UDP, TCP)"));
        format!("{listening} http://{address}{}", sip.unwrap_or_default())
    });
    let access = context.config.log.access;
    run_to_end(async { Ok(answer(listener, port, local, metrics, access).await?) })?;
    Ok(match copy.state().stopped {
        Some(_) => Outcome::No,
        None => Outcome::Done,
    })
}

fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).map_err(|source| ServerError::Bind {
        address,
        flag: "--listen",
        source,
    })
}

/// Says that whoever reaches an address can ask there, if other machines do.
fn warn_if_open(bound: SocketAddr) {
    if !bound.ip().is_loopback() {
        let open = language().pick(
            "mở cho máy khác: ai vào được cũng hỏi được, và đọc được tình trạng của bản sao",
            "is open to other machines: whoever reaches it can ask, and read how the copy stands",
        );
        eprintln!("canhgiac: {bound} {open}");
    }
}

/// Answers exchanges for ever, if they may ask.
async fn answer_exchanges(port: Option<SipPort>, local: web::Data<Local>) -> io::Result<()> {
    if let (Some(port), Some(dip)) = (port, &local.dip) {
        warn_if_open(port.address());
        port.answer(dip.clone()).await?;
    }
    std::future::pending().await
}

/// Answers until SIGTERM or SIGINT.
async fn answer(
    listener: TcpListener,
    port: Option<SipPort>,
    local: web::Data<Local>,
    metrics: MirrorMetrics,
    access: bool,
) -> Result<(), ServerError> {
    let metrics = web::Data::new(metrics);
    let explained = web::Data::new(ExplainedAt(local.upstream.clone()));
    let bound = listener.local_addr()?;
    warn_if_open(bound);
    let mut exchanges = tokio::spawn(answer_exchanges(port, local.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(
                move |request: ServiceRequest, next: Next<BoxBody>| async move {
                    let host = request.headers().get(header::HOST);
                    let host = host.and_then(|host| host.to_str().ok());
                    if is_own_name(bound, host) {
                        return next.call(request).await;
                    }
                    let problem = Problem::new(ProblemCode::BadRequest);
                    Ok(request.into_response(problem.error_response()))
                },
            ))
            .app_data(local.clone())
            .app_data(metrics.clone())
            .app_data(explained.clone())
            .configure(local_check::routes)
            .wrap(from_fn(finish_local))
            .wrap(Condition::new(access, from_fn(note_request)))
    })
    .disable_signals()
    .shutdown_timeout(5)
    .listen(listener)?
    .run();
    let handle = server.handle();
    let task = tokio::spawn(server);
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    let mut interrupt = tokio::signal::unix::signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        ended = &mut exchanges => {
            ended.map_err(|_| ServerError::Ended)??;
            return Err(ServerError::Ended);
        }
    }
    exchanges.abort();
    handle.stop(true).await;
    if let Ok(ended) = task.await {
        ended?;
    }
    Ok(())
}
