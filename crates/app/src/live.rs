//! A run while it is driven: its events as they are kept, and whoever watches.
//!
//! A watcher gets every event at once, and detail at most about thirty times a second: what comes in between is put
//! together. One that comes in the middle of a reply is told first what was said of it.

use crate::api::RunUpdate;
use crate::error::ApiError;
use futures::stream::{self, BoxStream, StreamExt};
use lucy_agent::Inbox;
use lucy_protocol::{CancellationToken, Event, Progress};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::Instant;

/// Updates that may wait for a slow reader. A slower one misses progress, never an event.
const WAITING: usize = 1_024;

/// The least time between two pieces of detail for one watcher: thirty a second.
const FRAME: Duration = Duration::from_millis(34);

/// A run while it is driven.
pub(crate) struct Live {
    /// What the person says to it.
    pub inbox: Inbox,
    /// Stops the run.
    pub cancel: CancellationToken,
    state: Mutex<State>,
}

struct State {
    /// The events that are kept.
    log: Vec<Event>,
    /// The detail since then, one piece of each kind.
    detail: Vec<Progress>,
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
        let state = State { log, detail: Vec::new(), error: None, signals: Some(broadcast::channel(WAITING).0) };
        Arc::new(Self { inbox: Inbox::default(), cancel, state: Mutex::new(state) })
    }

    /// Shows an event that was kept.
    pub fn publish(&self, event: &Event) {
        let mut state = self.state();
        state.log.push(event.clone());
        state.detail.retain(|progress| !settles(event, progress));
        let kept = state.log.len();
        state.send(Signal::Kept(kept));
    }

    /// Shows live detail.
    pub fn progress(&self, progress: Progress) {
        let mut state = self.state();
        add(&mut state.detail, progress.clone());
        state.send(Signal::Progress(state.log.len(), progress));
    }

    /// Ends every watcher's stream, after `error` if there is one.
    pub fn end(&self, error: Option<ApiError>) {
        let mut state = self.state();
        state.error = error;
        state.signals = None;
    }

    /// Everything from event `from` on: what is kept already, the detail since, then what happens, until the run is
    /// over.
    pub fn watch(self: &Arc<Self>, from: u64) -> BoxStream<'static, RunUpdate> {
        let state = self.state();
        let signals = state.signals.as_ref().map(broadcast::Sender::subscribe);
        let mut watcher = Watcher {
            live: self.clone(),
            signals,
            next: usize::try_from(from).unwrap_or(usize::MAX),
            ready: VecDeque::new(),
            detail: Vec::new(),
            due: None,
        };
        watcher.take(&state, state.log.len());
        if watcher.next == state.log.len() {
            watcher.detail.clone_from(&state.detail);
        }
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
    /// Detail that waits to be shown, one piece of each kind.
    detail: Vec<Progress>,
    /// When the next piece may be shown; none is at once.
    due: Option<Instant>,
}

impl Watcher {
    async fn update(&mut self) -> Option<RunUpdate> {
        loop {
            if let Some(update) = self.ready.pop_front() {
                return Some(update);
            }
            let now = Instant::now();
            let due = self.due.filter(|due| *due > now);
            if !self.detail.is_empty() && (due.is_none() || self.signals.is_none()) {
                self.due = Some(now + FRAME);
                return Some(RunUpdate::Progress { progress: self.detail.remove(0) });
            }
            let signals = self.signals.as_mut()?;
            let signal = match due.filter(|_| !self.detail.is_empty()) {
                None => signals.recv().await,
                Some(due) => match tokio::time::timeout_at(due, signals.recv()).await {
                    Ok(signal) => signal,
                    Err(_) => continue,
                },
            };
            let live = self.live.clone();
            match signal {
                Ok(Signal::Kept(kept)) => self.take(&live.state(), kept),
                Ok(Signal::Progress(kept, progress)) if kept >= self.next => add(&mut self.detail, progress),
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
            self.detail.retain(|progress| !settles(event, progress));
            self.ready.push_back(RunUpdate::Event { seq: seq as u64, event: event.clone() });
        }
        self.next = self.next.max(kept);
    }
}

/// Puts a piece of detail to what waits: text grows, and anything else takes the place of its like.
fn add(detail: &mut Vec<Progress>, progress: Progress) {
    let like = |other: &&mut Progress| match (&**other, &progress) {
        (Progress::ToolStarted { call_id: a }, Progress::ToolStarted { call_id: b })
        | (Progress::ToolNote { call_id: a, .. }, Progress::ToolNote { call_id: b, .. }) => a == b,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    match (detail.iter_mut().find(like), progress) {
        (Some(Progress::Reasoning { delta }), Progress::Reasoning { delta: more })
        | (Some(Progress::Text { delta }), Progress::Text { delta: more }) => delta.push_str(&more),
        (Some(old), new) => *old = new,
        (None, new) => detail.push(new),
    }
}

/// Whether an event says all that the detail would.
fn settles(event: &Event, progress: &Progress) -> bool {
    match (event, progress) {
        (_, Progress::Stats { .. }) => false,
        (Event::Finished { .. }, _) => true,
        (Event::Replied { .. }, Progress::Prefill { .. } | Progress::Reasoning { .. } | Progress::Text { .. }) => true,
        (Event::Observed { result, .. }, Progress::ToolStarted { call_id } | Progress::ToolNote { call_id, .. }) => {
            result.call_id == *call_id
        }
        _ => false,
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

    #[tokio::test(start_paused = true)]
    async fn detail_comes_thirty_times_a_second_and_whole() {
        let live = Live::new(vec![event(0)], CancellationToken::new());
        let watcher = live.watch(1);
        let writer = live.clone();
        let write = async move {
            for number in 0..10_000 {
                let delta = format!("{number} ");
                match number % 2 {
                    0 => writer.progress(Progress::Reasoning { delta }),
                    _ => writer.progress(Progress::Text { delta }),
                }
                writer.progress(Progress::Prefill { done: number, total: 10_000 });
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            writer.progress(Progress::Stats { tokens_per_second: 1.0 });
            tokio::time::sleep(Duration::from_secs(1)).await;
            writer.publish(&end());
            writer.end(None);
        };
        let begun = Instant::now();
        let ((), updates) = tokio::join!(write, watcher.map(|update| (Instant::now(), update)).collect::<Vec<_>>());
        let seconds = (Instant::now() - begun).as_secs_f64();
        let shown: Vec<_> = updates.iter().filter(|(_, u)| matches!(u, RunUpdate::Progress { .. })).collect();
        assert!(shown.len() as f64 <= seconds * 30.0, "{} pieces in {seconds} s", shown.len());
        assert!(shown.len() > 250, "{} pieces", shown.len());
        let mut whole = [String::new(), String::new()];
        for (_, update) in &updates {
            match update {
                RunUpdate::Progress { progress: Progress::Reasoning { delta } } => whole[0].push_str(delta),
                RunUpdate::Progress { progress: Progress::Text { delta } } => whole[1].push_str(delta),
                _ => (),
            }
        }
        let numbers = |odd: u32| (0..5_000).map(|n| format!("{} ", n * 2 + odd)).collect::<String>();
        assert_eq!(whole, [numbers(0), numbers(1)]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_comes_at_once_and_takes_the_place_of_detail_that_waits() {
        let live = Live::new(Vec::new(), CancellationToken::new());
        let watcher = live.watch(0);
        let stats = Progress::Stats { tokens_per_second: 9.0 };
        for progress in [text(1), text(2), Progress::ToolStarted { call_id: String::new() }, stats.clone()] {
            live.progress(progress);
        }
        live.publish(&event(0));
        live.publish(&end());
        live.end(None);
        let begun = Instant::now();
        let updates: Vec<_> = watcher.collect().await;
        assert_eq!(seqs(&updates), [0, 1]);
        let detail: Vec<_> = updates.into_iter().filter(|u| matches!(u, RunUpdate::Progress { .. })).collect();
        assert_eq!(detail, [text(1), stats].map(|progress| RunUpdate::Progress { progress }));
        assert!(begun.elapsed() < FRAME, "nobody waits for what is over");
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
        assert_eq!(kinds, [true, true, false, true, true], "the second piece is said by the end");
        assert_eq!(seqs(&all), [0, 1, 2, 3]);
        let later: Vec<_> = later.collect().await;
        assert_eq!(seqs(&later), [3]);
    }

    #[tokio::test]
    async fn who_comes_in_the_middle_of_a_reply_is_told_how_it_began() {
        let live = Live::new(vec![event(0)], CancellationToken::new());
        (1..4).for_each(|delta| live.progress(text(delta)));
        let (all, later) = (live.watch(0), live.watch(9));
        live.progress(text(4));
        let [first, second] = all.take(2).collect::<Vec<_>>().await.try_into().unwrap();
        assert!(matches!(first, RunUpdate::Event { seq: 0, .. }));
        let RunUpdate::Progress { progress: Progress::Text { delta } } = second else { panic!("{second:?}") };
        assert!(delta.starts_with("123"), "{delta}");
        live.publish(&event(1));
        live.progress(text(5));
        live.publish(&end());
        let after = live.watch(2).take(1).collect::<Vec<_>>().await;
        assert_eq!(seqs(&after), [2], "what an event settled is not told again");
        live.end(None);
        assert!(later.collect::<Vec<_>>().await.is_empty(), "detail before the event that is waited for");
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
