//! Carries the actions of a run out: asks the model, makes the calls, keeps every event before anything builds on it.

use crate::{Action, Inbox, Input, RESULT_CHARS, Run};
use lucy_protocol::{
    CancellationToken, Decision, Event, LanguageModel, ModelRequest, Outcome, Progress, SamplingParams, Tool, ToolCall,
};
use std::future::{Future, ready};
use std::sync::Arc;
use std::time::Duration;

/// Why an event could not be kept.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Where the events of one run go, and where the person is.
pub trait EventSink: Send {
    /// How many events of the run are kept already: 0 for a new run, the length of its log for a resumed one.
    fn kept(&self) -> usize;

    /// Keeps the next event, and only then shows it.
    ///
    /// # Errors
    /// If the event is not kept; the run then stops.
    fn append(&mut self, event: &Event) -> impl Future<Output = Result<(), SinkError>> + Send;

    /// Shows live detail. It is never kept.
    fn progress(&mut self, progress: Progress);

    /// Asks the person about a call of a tool that needs approval. Unless a sink can ask, the answer is no.
    fn decide(&mut self, _call: &ToolCall) -> impl Future<Output = Decision> + Send {
        ready(Decision::Deny)
    }
}

/// What a run is driven with.
#[derive(Clone)]
pub struct Setup<'a> {
    /// What replies.
    pub model: &'a dyn LanguageModel,
    /// What may be called. Their specs, in this order, are what [`crate::Start::tools`] was given.
    pub tools: &'a [Arc<dyn Tool>],
    /// Milliseconds since any fixed moment; never goes back.
    pub clock: &'a (dyn Fn() -> u64 + Sync),
    /// How tokens are chosen. The seed comes from the run.
    pub sampling: SamplingParams,
    /// How long one call may take.
    pub tool_timeout: Duration,
    /// The most characters that the model reads of one result.
    pub result_chars: usize,
    /// What the person says while the run goes on, if a person can.
    pub inbox: Option<&'a Inbox>,
}

impl<'a> Setup<'a> {
    /// The usual sampling, a minute for a call and [`RESULT_CHARS`] for its result.
    pub fn new(model: &'a dyn LanguageModel, tools: &'a [Arc<dyn Tool>], clock: &'a (dyn Fn() -> u64 + Sync)) -> Self {
        let tool_timeout = Duration::from_secs(60);
        let sampling = SamplingParams::default();
        Self { model, tools, clock, sampling, tool_timeout, result_chars: RESULT_CHARS, inbox: None }
    }
}

/// Why a run stopped without an end in its log.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// An event could not be kept.
    #[error("an event could not be kept: {source}; {kept} events of the run are kept, and it can be resumed from them")]
    NotKept {
        /// How many events are kept.
        kept: usize,
        /// What happened.
        source: SinkError,
    },
}

/// Drives a run to its end and tells how it ended.
///
/// Cancelling ends it within one token of the model, with what was said kept; dropping the future stops the model and
/// every call at once and leaves a log that [`Run::resume`] takes up. Needs a tokio runtime.
///
/// # Errors
/// If an event could not be kept.
pub async fn drive<S: EventSink>(
    run: &mut Run,
    setup: &Setup<'_>,
    sink: &mut S,
    cancel: &CancellationToken,
) -> Result<Outcome, DriveError> {
    let (kept, before_ms, origin_ms) = (sink.kept(), run.elapsed_ms(), (setup.clock)());
    let mut driver = Driver { run, setup, sink, cancel, kept, before_ms, origin_ms };
    driver.keep().await?;
    loop {
        match driver.run.next() {
            Action::Done(outcome) => return Ok(outcome),
            _ if cancel.is_cancelled() => {
                let elapsed_ms = driver.elapsed_ms();
                driver.record([Input::Cancel { elapsed_ms }]).await?;
            }
            _ if driver.hear().await? => (),
            Action::Generate { messages, tool_choice, max_tokens, seed, deadline_ms } => {
                let tools = setup.tools.iter().map(|tool| tool.spec().clone()).collect();
                let sampling = SamplingParams { seed, ..setup.sampling.clone() };
                let request = ModelRequest { messages, tools, tool_choice, sampling, max_tokens };
                let reply = driver.reply(request, deadline_ms).await;
                let words = if reply.may_be_the_last() { driver.words() } else { Vec::new() };
                driver.record([reply].into_iter().chain(words)).await?;
            }
            Action::CallTools(calls) => driver.calls(calls).await?,
        }
    }
}

/// One run while it is driven.
pub(crate) struct Driver<'a, S> {
    pub run: &'a mut Run,
    pub setup: &'a Setup<'a>,
    pub sink: &'a mut S,
    pub cancel: &'a CancellationToken,
    /// Events of the run that are kept.
    kept: usize,
    /// The work before this drive began.
    before_ms: u64,
    /// What the clock showed then.
    origin_ms: u64,
}

impl<S: EventSink> Driver<'_, S> {
    /// Milliseconds of work in the run so far.
    pub fn elapsed_ms(&self) -> u64 {
        self.before_ms + (self.setup.clock)().saturating_sub(self.origin_ms)
    }

    /// Records inputs and keeps the events that they give.
    pub async fn record(&mut self, inputs: impl IntoIterator<Item = Input>) -> Result<(), DriveError> {
        self.run.record_all(inputs);
        self.keep().await
    }

    /// Takes in what the person has said, if it is time for it, and tells whether that changed the run.
    async fn hear(&mut self) -> Result<bool, DriveError> {
        let (before, elapsed_ms) = (self.run.log().len(), self.elapsed_ms());
        let mut inputs = if self.run.can_be_steered() { self.words() } else { Vec::new() };
        if self.setup.inbox.is_some_and(Inbox::is_finish_asked) {
            inputs.push(Input::Finish { elapsed_ms });
        }
        self.record(inputs).await?;
        Ok(self.run.log().len() > before)
    }

    /// The words of the person that wait.
    fn words(&self) -> Vec<Input> {
        let elapsed_ms = self.elapsed_ms();
        let words = self.setup.inbox.map(Inbox::take_words).unwrap_or_default();
        words.into_iter().map(|text| Input::Steer { text, elapsed_ms }).collect()
    }

    async fn keep(&mut self) -> Result<(), DriveError> {
        while let Some(event) = self.run.log().get(self.kept) {
            let kept = self.kept;
            self.sink.append(event).await.map_err(|source| DriveError::NotKept { kept, source })?;
            self.kept += 1;
        }
        Ok(())
    }
}
