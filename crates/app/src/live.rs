//! A run while it is driven: its events as they are kept, and whoever watches.

use crate::api::RunUpdate;
use crate::error::ApiError;
use futures::stream::{self, BoxStream, StreamExt};
use lucy_protocol::{CancellationToken, Event, Progress};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast::{self, error::RecvError};

/// Updates that may wait for a slow reader. A slower one misses progress, never an event.
const WAITING: usize = 1_024;

/// A run while it is driven.
pub(crate) struct Live {
    /// Stops the run.
    pub cancel: CancellationToken,
    state: Mutex<State>,
}

struct State {
    /// The events that are kept.
    log: Vec<Event>,
    /// Why the run stopped without an end.
    error: Option<ApiError>,
    /// None once the run is over.
    signals: Option<broadcast::Sender<Signal>>,
}

/// What watchers hear, in order.
#[derive(Clone)]
enum Signal {
    /// The log has this many events now.
    Kept(usize),
    /// Detail between two events: the log had this many.
    Progress(usize, Progress),
}

impl Live {
    /// A run with these events already kept.
    pub fn new(log: Vec<Event>, cancel: CancellationToken) -> Arc<Self> {
        let state = State { log, error: None, signals: Some(broadcast::channel(WAITING).0) };
        Arc::new(Self { cancel, state: Mutex::new(state) })
    }

    /// Shows an event that was kept.
    pub fn publish(&self, event: &Event) {
        let mut state = self.state();
        state.log.push(event.clone());
        let kept = state.log.len();
        state.send(Signal::Kept(kept));
    }

    /// Shows live detail.
    pub fn progress(&self, progress: Progress) {
        let state = self.state();
        state.send(Signal::Progress(state.log.len(), progress));
    }

    /// Ends every watcher's stream, after `error` if there is one.
    pub fn end(&self, error: Option<ApiError>) {
        let mut state = self.state();
        state.error = error;
        state.signals = None;
    }

    /// Everything from event `from` on: what is kept already, then what happens, until the run is over.
    pub fn watch(self: &Arc<Self>, from: u64) -> BoxStream<'static, RunUpdate> {
        let state = self.state();
        let signals = state.signals.as_ref().map(broadcast::Sender::subscribe);
        let mut watcher = Watcher {
            live: self.clone(),
            signals,
            next: usize::try_from(from).unwrap_or(usize::MAX),
            ready: VecDeque::new(),
        };
        watcher.take(&state, state.log.len());
        if watcher.signals.is_none() {
            watcher.end(&state);
        }
        drop(state);
        stream::unfold(watcher, |mut watcher| async move { Some((watcher.update().await?, watcher)) }).boxed()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn send(&self, signal: Signal) {
        if let Some(signals) = &self.signals {
            // Nobody may be watching.
            let _ = signals.send(signal);
        }
    }
}

/// One reader of a live run.
struct Watcher {
    live: Arc<Live>,
    signals: Option<broadcast::Receiver<Signal>>,
    /// The next event to be shown.
    next: usize,
    ready: VecDeque<RunUpdate>,
}

impl Watcher {
    async fn update(&mut self) -> Option<RunUpdate> {
        loop {
            if let Some(update) = self.ready.pop_front() {
                return Some(update);
            }
            let signal = match &mut self.signals {
                Some(signals) => signals.recv().await,
                None => return None,
            };
            let live = self.live.clone();
            match signal {
                Ok(Signal::Kept(kept)) => self.take(&live.state(), kept),
                Ok(Signal::Progress(kept, progress)) if kept >= self.next => {
                    return Some(RunUpdate::Progress { progress });
                }
                Ok(Signal::Progress(..)) => (),
                Err(RecvError::Lagged(_)) => {
                    let state = live.state();
                    self.take(&state, state.log.len());
                }
                Err(RecvError::Closed) => {
                    let state = live.state();
                    self.take(&state, state.log.len());
                    self.end(&state);
                }
            }
        }
    }

    fn end(&mut self, state: &State) {
        self.ready.extend(state.error.clone().map(|error| RunUpdate::Stopped { error }));
        self.signals = None;
    }

    /// Makes the events ready that were kept before there were `kept` of them.
    fn take(&mut self, state: &State, kept: usize) {
        for (seq, event) in state.log.iter().enumerate().take(kept).skip(self.next) {
            self.ready.push_back(RunUpdate::Event { seq: seq as u64, event: event.clone() });
        }
        self.next = self.next.max(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lucy_protocol::{Outcome, ToolResult};

    fn event(number: u64) -> Event {
        Event::Observed { result: ToolResult::default(), elapsed_ms: number }
    }

    fn text(delta: usize) -> Progress {
        Progress::Text { delta: delta.to_string() }
    }

    fn end() -> Event {
        Event::Finished { outcome: Outcome::Cancelled, elapsed_ms: 0 }
    }

    fn seqs(updates: &[RunUpdate]) -> Vec<u64> {
        updates.iter().filter_map(|u| if let RunUpdate::Event { seq, .. } = u { Some(*seq) } else { None }).collect()
    }

    #[tokio::test]
    async fn events_and_progress_come_in_order_from_any_point() {
        let live = Live::new(vec![event(0), event(1)], CancellationToken::new());
        let (all, later) = (live.watch(0), live.watch(3));
        live.progress(text(1));
        live.publish(&event(2));
        live.progress(text(2));
        live.publish(&end());
        live.end(None);
        let all: Vec<_> = all.collect().await;
        let kinds: Vec<_> = all.iter().map(|u| matches!(u, RunUpdate::Event { .. })).collect();
        assert_eq!(kinds, [true, true, false, true, false, true]);
        assert_eq!(seqs(&all), [0, 1, 2, 3]);
        let later: Vec<_> = later.collect().await;
        assert_eq!(seqs(&later), [3]);
    }

    #[tokio::test]
    async fn a_slow_watcher_misses_progress_but_no_event() {
        let live = Live::new(Vec::new(), CancellationToken::new());
        let slow = live.watch(0);
        for number in 0..10 {
            (0..WAITING).for_each(|delta| live.progress(text(delta)));
            live.publish(&event(number));
        }
        live.end(None);
        let updates: Vec<_> = slow.collect().await;
        assert_eq!(seqs(&updates), (0..10).collect::<Vec<_>>());
        assert!(updates.len() < 10 * WAITING);
    }

    #[tokio::test]
    async fn a_run_that_is_over_is_told_to_the_end_with_its_error() {
        let live = Live::new(vec![event(0)], CancellationToken::new());
        let early = live.watch(0);
        live.publish(&event(1));
        live.end(Some(ApiError::bad_request("full")));
        for watcher in [early, live.watch(0)] {
            let updates: Vec<_> = watcher.collect().await;
            assert_eq!(seqs(&updates), [0, 1]);
            assert!(matches!(updates.last(), Some(RunUpdate::Stopped { error }) if error.message == "full"));
        }
    }
}
