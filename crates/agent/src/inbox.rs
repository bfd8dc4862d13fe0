//! What the person says to a run while it goes on.

use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Words and wishes of the person that a run has not taken in yet. Shared by the drive and whoever hears the person.
#[derive(Debug, Default)]
pub struct Inbox {
    waiting: Mutex<Waiting>,
    finish: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    words: Vec<String>,
    finish: bool,
}

impl Inbox {
    /// Says something to the run.
    pub fn steer(&self, text: String) {
        self.waiting().words.push(text);
    }

    /// Asks for the answer.
    pub fn finish(&self) {
        self.waiting().finish = true;
        self.finish.notify_waiters();
    }

    /// The words that wait, which then wait no more.
    pub(crate) fn take_words(&self) -> Vec<String> {
        std::mem::take(&mut self.waiting().words)
    }

    /// Whether the answer is asked for.
    pub(crate) fn is_finish_asked(&self) -> bool {
        self.waiting().finish
    }

    /// Waits until the answer is asked for.
    pub(crate) async fn finish_asked(&self) {
        loop {
            let notified = self.finish.notified();
            if self.is_finish_asked() {
                return;
            }
            notified.await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
