//! Ctrl-C: the first one stops what is going on and keeps what there is, the second one quits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;

/// Listens for Ctrl-C.
#[derive(Clone)]
pub struct Interrupt {
    pressed: Arc<AtomicU32>,
    notify: Arc<Notify>,
}

impl Interrupt {
    /// Starts to listen. From now on Ctrl-C alone does not end the program; twice without [`Interrupt::reset`] does.
    pub fn listen() -> Self {
        let interrupt = Self { pressed: Arc::default(), notify: Arc::default() };
        let heard = interrupt.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if heard.pressed.fetch_add(1, Ordering::SeqCst) > 0 {
                    std::process::exit(130);
                }
                heard.notify.notify_waiters();
            }
        });
        interrupt
    }

    /// Whether Ctrl-C was pressed.
    pub fn is_pressed(&self) -> bool {
        self.pressed.load(Ordering::SeqCst) > 0
    }

    /// Waits for Ctrl-C.
    pub async fn pressed(&self) {
        loop {
            let notified = self.notify.notified();
            if self.is_pressed() {
                return;
            }
            notified.await;
        }
    }

    /// Forgets what was pressed.
    pub fn reset(&self) {
        self.pressed.store(0, Ordering::SeqCst);
    }
}
