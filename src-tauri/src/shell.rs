//! The state of the shell: the app, the page, and what the page listens to.

use crate::api::{Language, ShellEvent};
use crate::graphics::Stage;
use futures::future::{AbortHandle, Abortable};
use lucy_app::{ApiError, App, Clock, DataDir, ModelChoice, Options};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::ipc::Channel;

/// The state of the shell.
pub struct Shell {
    app: Result<App, ApiError>,
    /// Where Lucy keeps its files.
    pub data: Option<DataDir>,
    page: Mutex<Page>,
    subscriptions: Mutex<HashMap<u32, AbortHandle>>,
    /// Set once Lucy is about to end.
    pub closing: AtomicBool,
    /// Set if Lucy starts again when it has ended.
    pub start_again: AtomicBool,
}

/// What is known of the page.
#[derive(Default)]
struct Page {
    events: Option<Channel<ShellEvent>>,
    language: Language,
    /// What the page is told as soon as it is there.
    waiting: Vec<ShellEvent>,
}

impl Shell {
    /// Opens the app. If that fails there is a shell all the same: it answers every request with the reason.
    pub async fn open(clock: Clock) -> Self {
        let data = DataDir::open();
        let app = match data.clone() {
            Ok(data) => App::open(Options { data, model: ModelChoice::default(), clock }).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &app {
            log::error!("the app cannot be opened: {error}");
        }
        Self::new(app, data.ok())
    }

    fn new(app: Result<App, ApiError>, data: Option<DataDir>) -> Self {
        let (page, subscriptions, closing, start_again) = Default::default();
        Self { app, data, page, subscriptions, closing, start_again }
    }

    /// The app.
    ///
    /// # Errors
    /// With the reason why it could not be opened.
    pub fn app(&self) -> Result<&App, ApiError> {
        self.app.as_ref().map_err(Clone::clone)
    }

    /// Keeps what was said and closes the app.
    pub async fn close(&self) {
        if let Ok(app) = &self.app {
            app.close().await;
        }
    }

    /// A page is loaded: what an earlier one listened to ends.
    pub fn page_is_new(&self) {
        lock(&self.subscriptions).drain().for_each(|(_, subscription)| subscription.abort());
        lock(&self.page).events = None;
    }

    /// The page is there: it is told of events from now on.
    pub fn page_is_ready(&self, events: Channel<ShellEvent>, language: Language) {
        let mut page = lock(&self.page);
        for event in std::mem::take(&mut page.waiting) {
            send(&events, event);
        }
        page.events = Some(events);
        page.language = language;
    }

    /// Whether the page said that it is there.
    pub fn has_page(&self) -> bool {
        lock(&self.page).events.is_some()
    }

    /// Tells the page, now or as soon as it is there.
    pub fn tell(&self, event: ShellEvent) {
        let mut page = lock(&self.page);
        match &page.events {
            Some(events) => send(events, event),
            None => page.waiting.push(event),
        }
    }

    /// The person's language, as the page said.
    pub fn language(&self) -> Language {
        lock(&self.page).language
    }

    /// The page speaks another language.
    pub fn set_language(&self, language: Language) {
        lock(&self.page).language = language;
    }

    /// Works for a channel until the work is done or nobody listens any more.
    pub async fn serve(&self, channel: u32, work: impl Future<Output = ()>) {
        let (handle, registration) = AbortHandle::new_pair();
        lock(&self.subscriptions).insert(channel, handle);
        // An aborted subscription was taken from the table by whoever aborted it.
        if Abortable::new(work, registration).await.is_ok() {
            lock(&self.subscriptions).remove(&channel);
        }
    }

    /// Ends the work for a channel.
    pub fn unsubscribe(&self, channel: u32) {
        if let Some(subscription) = lock(&self.subscriptions).remove(&channel) {
            subscription.abort();
        }
    }

    /// How careful the graphics are.
    pub fn stage(&self) -> Stage {
        self.data.as_ref().map_or(Stage::USUAL, Stage::remembered)
    }
}

fn send(events: &Channel<ShellEvent>, event: ShellEvent) {
    if let Err(error) = events.send(event) {
        log::warn!("the page was not told: {error}");
    }
}

/// A thread that panicked while it held the lock left nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Duration;

    fn shell() -> Shell {
        Shell::new(Err(ApiError::new(lucy_app::ErrorCode::Data, "made by a newer version")), None)
    }

    /// A channel and how many messages it took.
    fn channel() -> (Channel<ShellEvent>, Arc<Mutex<u32>>) {
        let count = Arc::new(Mutex::new(0));
        let counted = count.clone();
        let channel = Channel::new(move |_| {
            *counted.lock().unwrap() += 1;
            Ok(())
        });
        (channel, count)
    }

    #[test]
    fn what_happens_before_the_page_is_there_is_told_then() {
        let (shell, (events, count)) = (shell(), channel());
        shell.tell(ShellEvent::Menu { item: "about".into() });
        assert!(!shell.has_page());
        shell.page_is_ready(events, Language::De);
        assert!(shell.has_page() && shell.language() == Language::De);
        assert_eq!(*count.lock().unwrap(), 1);
        shell.tell(ShellEvent::Menu { item: "about".into() });
        assert_eq!(*count.lock().unwrap(), 2);
    }

    #[test]
    fn an_app_that_cannot_be_opened_says_why() {
        assert!(shell().app().err().unwrap().message.contains("newer version"));
    }

    /// Works for a channel until somebody ends it.
    async fn serving(shell: &Arc<Shell>, channel: u32) -> tokio::task::JoinHandle<()> {
        let serving = shell.clone();
        let endless = tokio::spawn(async move { serving.serve(channel, futures::future::pending()).await });
        while lock(&shell.subscriptions).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        endless
    }

    #[tokio::test]
    async fn a_subscription_ends_when_nobody_listens() {
        let shell = Arc::new(shell());
        let ends: [fn(&Shell); 2] = [|shell| shell.unsubscribe(7), Shell::page_is_new];
        for end in ends {
            let endless = serving(&shell, 7).await;
            end(&shell);
            tokio::time::timeout(Duration::from_secs(10), endless).await.unwrap().unwrap();
        }
        shell.serve(8, async {}).await;
        assert!(lock(&shell.subscriptions).is_empty());
    }
}
