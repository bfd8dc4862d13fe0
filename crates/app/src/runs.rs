//! Runs as owned tasks: each is driven by one task that appends every event to the store and then shows it.

use crate::clock::Clock;
use crate::error::ApiError;
use crate::live::Live;
use crate::model::Model;
use lucy_agent::{DriveError, EventSink, Run, Setup, SinkError, drive};
use lucy_protocol::{AssistantMessage, CancellationToken, Event, Message, Progress, Tool, Transcript};
use lucy_store::{NewRun, RunLease, Store, StoreError};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::task::TaskTracker;

/// Letters and digits of ids that are not mistaken for each other.
const ID_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of an id: 40 random bits.
const ID_LENGTH: u32 = 8;

/// The runs that are driven now.
pub(crate) struct Runs {
    store: Store,
    clock: Clock,
    live: LiveRuns,
    tasks: TaskTracker,
    stop: CancellationToken,
}

type LiveRuns = Arc<Mutex<HashMap<String, Arc<Live>>>>;

/// What a run is driven with.
pub(crate) struct Means {
    pub model: Arc<Model>,
    pub tools: Vec<Arc<dyn Tool>>,
}

/// Where a new run belongs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    /// The conversation; none begins one.
    pub conversation: Option<String>,
    /// The run that it follows.
    pub parent: Option<String>,
}

impl Runs {
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, live: LiveRuns::default(), tasks: TaskTracker::new(), stop: CancellationToken::new() }
    }

    /// The run of this id, if it is driven now.
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        lock(&self.live).get(id).cloned()
    }

    /// Enters a new run and drives it. Gives its id.
    pub async fn begin(&self, run: Run, means: Means, place: Place) -> Result<String, ApiError> {
        let id = new_id();
        let transcript = Transcript::of(run.log());
        let entry = NewRun {
            id: id.clone(),
            conversation: place.conversation.unwrap_or_else(|| id.clone()),
            parent: place.parent,
            question: transcript.question,
            model: transcript.model,
        };
        self.store.create_run(&entry).await?;
        let lease = self.store.claim(&id)?;
        self.spawn(run, Vec::new(), means, Claim { id: id.clone(), lease });
        Ok(id)
    }

    /// Drives a run of which the events `kept` are kept already.
    pub fn go_on(&self, run: Run, kept: Vec<Event>, means: Means, claim: Claim) {
        self.spawn(run, kept, means, claim);
    }

    /// Stops every run and waits for its end.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn spawn(&self, mut run: Run, kept: Vec<Event>, means: Means, claim: Claim) {
        let live = Live::new(kept.clone(), self.stop.child_token());
        lock(&self.live).insert(claim.id.clone(), live.clone());
        let mut sink = Sink { store: self.store.clone(), id: claim.id.clone(), kept: kept.len(), live: live.clone() };
        let (clock, runs) = (self.clock, self.live.clone());
        self.tasks.spawn(async move {
            let now = move || clock.elapsed_ms();
            let settings = &means.model.settings;
            let setup = Setup {
                sampling: settings.sampling.clone(),
                result_chars: settings.result_chars,
                inbox: Some(&live.inbox),
                ..Setup::new(&*means.model, &means.tools, &now)
            };
            let end = drive(&mut run, &setup, &mut sink, &live.cancel).await;
            drop(claim.lease);
            lock(&runs).remove(&claim.id);
            live.end(end.err().map(not_kept));
        });
    }
}

/// A run that this process holds.
pub(crate) struct Claim {
    pub id: String,
    pub lease: RunLease,
}

impl Claim {
    pub fn of(store: &Store, id: &str) -> Result<Self, ApiError> {
        Ok(Self { id: id.into(), lease: store.claim(id)? })
    }
}

/// Appends, then publishes.
struct Sink {
    store: Store,
    id: String,
    kept: usize,
    live: Arc<Live>,
}

impl EventSink for Sink {
    fn kept(&self) -> usize {
        self.kept
    }

    async fn append(&mut self, event: &Event) -> Result<(), SinkError> {
        self.store.append(&self.id, self.kept as u64, event).await?;
        self.kept += 1;
        self.live.publish(event);
        Ok(())
    }

    fn progress(&mut self, progress: Progress) {
        self.live.progress(progress);
    }
}

fn not_kept(error: DriveError) -> ApiError {
    let DriveError::NotKept { kept, source } = error;
    let error = match source.downcast::<StoreError>() {
        Ok(error) => ApiError::from(*error),
        Err(other) => ApiError::new(crate::ErrorCode::Failed, other.to_string()),
    };
    let message = format!("{}. {kept} events of the run are kept, and it can be resumed from them.", error.message);
    ApiError { message, ..error }
}

/// The last `turns` questions with their answers that a run which follows this log is told.
pub(crate) fn history_of(log: &[Event], turns: usize) -> Vec<Message> {
    let mut history = match log.first() {
        Some(Event::Started { history, .. }) => history.clone(),
        _ => Vec::new(),
    };
    let transcript = Transcript::of(log);
    if let Some((answer, _)) = transcript.answer() {
        history.push(Message::User { text: transcript.question.clone() });
        history.push(Message::Assistant(AssistantMessage { text: answer.into(), ..AssistantMessage::default() }));
    }
    let questions: Vec<usize> =
        history.iter().enumerate().filter(|(_, m)| matches!(m, Message::User { .. })).map(|(at, _)| at).collect();
    let first = questions
        .len()
        .checked_sub(turns)
        .map_or(0, |skipped| questions.get(skipped).copied().unwrap_or(history.len()));
    history.split_off(first)
}

fn new_id() -> String {
    let mut bits = RandomState::new().hash_one(std::time::SystemTime::now());
    let mut digit = || {
        let digit = ID_ALPHABET[(bits % 32) as usize];
        bits /= 32;
        char::from(digit)
    };
    (0..ID_LENGTH).map(|_| digit()).collect()
}

fn lock(live: &LiveRuns) -> MutexGuard<'_, HashMap<String, Arc<Live>>> {
    live.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lucy_protocol::{Budget, Outcome};

    fn log(question: &str, answer: &str, history: Vec<Message>) -> Vec<Event> {
        let started = Event::Started {
            question: question.into(),
            model: String::new(),
            budget: Budget::default(),
            date: String::new(),
            seed: 0,
            prompt_hash: String::new(),
            history,
        };
        let outcome = Outcome::Answered { answer: answer.into(), citations: Vec::new() };
        vec![started, Event::Finished { outcome, elapsed_ms: 1 }]
    }

    fn texts(history: &[Message]) -> Vec<&str> {
        history.iter().map(text).collect()
    }

    fn text(message: &Message) -> &str {
        match message {
            Message::User { text } => text,
            Message::Assistant(reply) => &reply.text,
            _ => "",
        }
    }

    #[test]
    fn a_conversation_is_remembered_for_so_many_turns() {
        let first = history_of(&log("q1", "a1", Vec::new()), 2);
        assert_eq!(texts(&first), ["q1", "a1"]);
        let second = log("q2", "a2", first);
        assert_eq!(texts(&history_of(&second, 2)), ["q1", "a1", "q2", "a2"]);
        assert_eq!(texts(&history_of(&second, 1)), ["q2", "a2"]);
        assert!(history_of(&second, 0).is_empty());
        assert!(history_of(&[], 1).is_empty());
    }

    #[test]
    fn ids_are_short_plain_and_different() {
        let ids: std::collections::HashSet<_> = (0..1_000).map(|_| new_id()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())));
    }
}
