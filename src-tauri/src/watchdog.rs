//! The watchdog: if the page does not come up, Lucy offers to start again with safer graphics.

use crate::shell::Shell;
use crate::window::start_again;
use crate::words::Words;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};

/// How long the page may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// Watches the page.
pub fn watch(handle: &AppHandle) {
    let handle = handle.clone();
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        let shell = handle.state::<Shell>();
        if !shell.has_page() && !shell.closing.load(Ordering::SeqCst) {
            offer(&handle);
        }
    });
}

/// Asks the person, and does what the person wants.
fn offer(handle: &AppHandle) {
    let shell = handle.state::<Shell>();
    let (words, stage) = (Words::of(shell.language()), shell.stage());
    log::error!("the page did not come up in {} s; graphics: {stage:?}", PATIENCE.as_secs());
    let (message, action) = match stage.next() {
        Some(_) => ("blank", "safe_graphics"),
        None => ("blank_still", "start_again"),
    };
    let buttons = MessageDialogButtons::OkCancelCustom(words.say(action).into(), words.say("wait").into());
    let dialog =
        handle.dialog().message(words.say(message)).title("Lucy").kind(MessageDialogKind::Warning).buttons(buttons);
    if dialog.blocking_show() {
        start_again(handle, stage.next().unwrap_or(stage));
    }
}
