//! Quitting: what runs is stopped, and what was said is kept, before Lucy ends.

use crate::shell::Shell;
use crate::window::MAIN;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tauri::{AppHandle, Manager};

/// Lucy ends after this time even if closing does not.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hides the window, closes the app and then ends with this code.
pub fn begin(handle: &AppHandle, code: i32) {
    if handle.state::<Shell>().closing.swap(true, Ordering::SeqCst) {
        return;
    }
    if let Some(window) = handle.get_webview_window(MAIN) {
        let _ = window.hide();
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        close(&handle.state::<Shell>()).await;
        handle.exit(code);
    });
}

/// The system ends Lucy without asking: closes the app now, unless that was done.
pub fn at_once(handle: &AppHandle) {
    let shell = handle.state::<Shell>();
    if !shell.closing.swap(true, Ordering::SeqCst) {
        tauri::async_runtime::block_on(close(&shell));
    }
}

/// Ends Lucy properly when the session ends or a person kills it.
pub fn on_signals(handle: &AppHandle) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        terminated().await;
        log::info!("asked to end");
        begin(&handle, 0);
    });
}

async fn close(shell: &Shell) {
    if tokio::time::timeout(PATIENCE, shell.close()).await.is_err() {
        log::error!("the app did not close in {} s", PATIENCE.as_secs());
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => (),
        _ = tokio::signal::ctrl_c() => (),
    }
}

#[cfg(not(unix))]
async fn terminated() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
