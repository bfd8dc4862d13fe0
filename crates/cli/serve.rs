//! `lucy serve`: the screen and the app's two calls on this machine alone, over loopback HTTP and server-sent events,
//! behind a token.

mod calls;
mod files;
mod guard;

use crate::args::{ModelArgs, open};
use crate::exit::{End, Failure};
use crate::screen::Screen;
use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use clap::Args;
use files::Files;
use guard::Guard;
use lucy_app::{App, Clock};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The longest request, in bytes.
const LONGEST_REQUEST: usize = 1 << 20;

/// Where and how to serve.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Open the address in the browser
    #[arg(long)]
    pub open: bool,
    /// Serve the screen in this folder instead of the one in the program
    #[arg(long, value_name = "DIR")]
    pub ui: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArgs,
}

/// What every call is answered from.
struct Served {
    app: App,
    files: Files,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// If the data cannot be opened or the port is taken.
pub async fn serve(args: ServeArgs, clock: Clock) -> Result<End, Failure> {
    let files = Files::new(args.ui)?;
    let app = open(args.model.into(), clock).await?;
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let listener =
        TcpListener::bind(at).await.with_context(|| format!("{at} cannot be used; choose another --port"))?;
    let port = listener.local_addr()?.port();
    let guard = Arc::new(Guard::new(port));
    let mut screen = Screen::stdout();
    let address = guard.address();
    let missing = "The screen is not in this program: `cargo xtask app` builds it, or --ui names its folder.\n";
    let note = if files.is_empty() { missing } else { "" };
    // In one piece: who reads no more than the address still has a server.
    screen.write(&format!(
        "{address}\n{note}Only this machine can reach it, and only with this address. Ctrl-C stops it.\n"
    ))?;
    if args.open
        && let Err(error) = open::that_detached(&address)
    {
        screen.line(&format!("No browser was opened ({error}): open the address yourself."))?;
    }
    let served = Arc::new(Served { app, files });
    let router = router(served.clone(), guard);
    let result = tokio::select! {
        result = axum::serve(listener, router) => result.map_err(Failure::from).map(|()| End::Done),
        () = stopped() => Ok(End::Done),
    };
    // Runs are stopped and keep what was said, whoever still watches them.
    served.app.close().await;
    result
}

fn router(served: Arc<Served>, guard: Arc<Guard>) -> Router {
    Router::new()
        .route("/api/request", post(calls::request))
        .route("/api/runs/{run}/updates", get(calls::updates))
        .fallback(get(files::file))
        .with_state(served)
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .layer(from_fn_with_state(guard, guard::check))
}

/// Waits for Ctrl-C, or for the system's wish that the program ends.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut end) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => (),
                _ = end.recv() => (),
            }
            return;
        }
    }
    // Without signals nothing can be waited for; then only a kill ends the program.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
