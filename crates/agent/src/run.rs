//! One question from start to finish: a log of events, and what to do next as a function of that log.

use crate::observe::observe;
use crate::prompt::{messages, prompt_hash};
use crate::state::State;
use lucy_protocol::{
    AssistantMessage, Budget, Decision, Event, Message, Outcome, Source, StopReason, ToolCall, ToolChoice, ToolResult,
    ToolSpec, Transcript,
};

/// One question from start to finish: its log and nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    log: Vec<Event>,
}

/// What a run begins with.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// What is asked.
    pub question: &'a str,
    /// The name of the model.
    pub model: &'a str,
    /// The run's limits. At least one step is made, whatever they say.
    pub budget: Budget,
    /// The date that the model is told, as `2026-11-23`.
    pub date: &'a str,
    /// The seed of the sampler.
    pub seed: u64,
    /// Earlier questions and answers of the conversation.
    pub history: &'a [Message],
    /// The tools that the prompt describes.
    pub tools: &'a [ToolSpec],
}

/// What happened outside. `elapsed_ms` is the milliseconds of work in the run so far; a value that goes back is
/// raised to the last one.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The model replied. The calls get ids that are unique in the run.
    Reply {
        /// The reply.
        message: AssistantMessage,
        /// Milliseconds of work.
        elapsed_ms: u64,
    },
    /// A tool answered one of the calls that [`Action::CallTools`] asked for.
    Result {
        /// The result, as the tool gave it.
        result: ToolResult,
        /// The most characters that the model reads of it; see [`crate::RESULT_CHARS`].
        limit: usize,
        /// Milliseconds of work.
        elapsed_ms: u64,
    },
    /// The person decided about a call.
    Decision {
        /// The call.
        call_id: String,
        /// The decision.
        decision: Decision,
    },
    /// The person said something more.
    Steer {
        /// The words.
        text: String,
        /// Milliseconds of work.
        elapsed_ms: u64,
    },
    /// The person asked for the answer.
    Finish {
        /// Milliseconds of work.
        elapsed_ms: u64,
    },
    /// The person stopped the run.
    Cancel {
        /// Milliseconds of work.
        elapsed_ms: u64,
    },
    /// The model failed.
    ModelFailed {
        /// What happened.
        error: String,
        /// Milliseconds of work.
        elapsed_ms: u64,
    },
}

impl Input {
    /// Whether this is a reply after which the run ends if the person has nothing to say.
    pub(crate) fn may_be_the_last(&self) -> bool {
        matches!(self, Self::Reply { message, .. } if message.calls.is_empty() && message.stop != StopReason::Cancelled)
    }
}

/// How a branch goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// The model makes the step again, with another seed.
    Again {
        /// The seed of the new run.
        seed: u64,
    },
    /// The person says something first.
    Said(String),
    /// The step makes this call instead of its own; its thought is kept.
    Called(ToolCall),
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Ask the model for a reply.
    Generate {
        /// The prompt. It begins with the prompt of the step before, and that step's reply.
        messages: Vec<Message>,
        /// Whether the reply may call tools. The last step of a budget may not.
        tool_choice: ToolChoice,
        /// The most tokens to write.
        max_tokens: u32,
        /// The seed of this reply: another one in each step.
        seed: u64,
        /// Cut the reply off when the work has taken this many milliseconds.
        deadline_ms: u64,
    },
    /// Make these calls, side by side; record the results in this order.
    CallTools(Vec<ToolCall>),
    /// Nothing: the run is over.
    Done(Outcome),
}

/// Why a log is not the log of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The first event is not the start of a run.
    #[error("the log does not begin with the start of a run")]
    NoStart,
    /// A run starts where another has started.
    #[error("event {0} of the log starts the run a second time")]
    SecondStart(usize),
    /// Something follows the end.
    #[error("event {0} of the log follows the end of the run")]
    AfterEnd(usize),
    /// A branch from a step that the run does not have.
    #[error("the run has no step {0}")]
    NoStep(u32),
}

impl Run {
    /// Begins a run: a log with one event.
    pub fn start(start: Start<'_>) -> Self {
        let Start { question, model, budget, date, seed, history, tools } = start;
        let started = Event::Started {
            question: question.into(),
            model: model.into(),
            budget,
            date: date.into(),
            seed,
            prompt_hash: prompt_hash(tools),
            history: history.to_vec(),
        };
        Self { log: vec![started] }
    }

    /// Takes up a run from its log, which may have stopped after any event. Calls without a result are made again and
    /// a missing reply is generated again. What the log implies but lacks (a refusal, the end) is added: the log of
    /// the run may then be longer than the one given.
    ///
    /// # Errors
    /// If the log is not that of one run.
    pub fn resume(log: Vec<Event>) -> Result<Self, LogError> {
        if !matches!(log.first(), Some(Event::Started { .. })) {
            return Err(LogError::NoStart);
        }
        if let Some(at) = log.iter().skip(1).position(|event| matches!(event, Event::Started { .. })) {
            return Err(LogError::SecondStart(at + 1));
        }
        if let Some(at) = log.iter().position(|event| matches!(event, Event::Finished { .. }))
            && at + 1 < log.len()
        {
            return Err(LogError::AfterEnd(at + 1));
        }
        let mut run = Self { log };
        run.settle();
        Ok(run)
    }

    /// A new run that goes on where a cancelled or failed one stopped: its log without the end and without an
    /// unfinished last reply. A log ends once, so the caller keeps the new one as another run.
    ///
    /// # Errors
    /// If the log is not that of one run.
    pub fn reopen(mut log: Vec<Event>) -> Result<Self, LogError> {
        if let Some(Event::Finished { outcome: Outcome::Cancelled | Outcome::Failed { .. }, .. }) = log.last() {
            log.pop();
        }
        if let Some(Event::Replied { message, .. }) = log.last()
            && message.stop == StopReason::Cancelled
        {
            log.pop();
        }
        Self::resume(log)
    }

    /// A new run that goes another way from step `step` of this log, which is that of run `origin`: everything before
    /// the step's reply is kept, and [`Event::Branched`] says so.
    ///
    /// # Errors
    /// If the log is not that of one run or has no such step.
    pub fn branch(mut log: Vec<Event>, origin: &str, step: u32, way: Way) -> Result<Self, LogError> {
        let replied = |event: &Event| matches!(event, Event::Replied { .. });
        let mut replies = log.iter().enumerate().filter(|(_, event)| replied(event));
        let place = usize::try_from(step).ok().and_then(|step| replies.nth(step.checked_sub(1)?));
        let at = place.map(|(at, _)| at).ok_or(LogError::NoStep(step))?;
        let dropped = log.split_off(at);
        // What the person asked of the step that is made anew was asked of the other run.
        log.retain(|event| !matches!(event, Event::AskedToFinish { .. }));
        let elapsed_ms = State::of(&log).elapsed_ms;
        if let (Way::Again { seed: other }, Some(Event::Started { seed, .. })) = (&way, log.first_mut()) {
            *seed = *other;
        }
        log.push(Event::Branched { run: origin.into(), step });
        match (way, dropped.into_iter().next()) {
            (Way::Said(text), _) => log.push(Event::Steered { text, elapsed_ms }),
            (Way::Called(mut call), Some(Event::Replied { message, .. })) => {
                call.id = format!("s{step}c1");
                log.push(Event::Replied { message: edited(message, call), elapsed_ms });
            }
            _ => (),
        }
        Self::resume(log)
    }

    /// The events so far.
    pub fn log(&self) -> &[Event] {
        &self.log
    }

    /// The log.
    pub fn into_log(self) -> Vec<Event> {
        self.log
    }

    /// Everything found or read so far, in the order of the numbers.
    pub fn sources(&self) -> Vec<Source> {
        Transcript::of(&self.log).sources
    }

    /// Milliseconds of work so far.
    pub fn elapsed_ms(&self) -> u64 {
        State::of(&self.log).elapsed_ms
    }

    /// Whether words of the person can be taken in now, between a reply with its results and the next reply.
    pub fn can_be_steered(&self) -> bool {
        let state = State::of(&self.log);
        state.outcome().is_none() && state.can_be_steered()
    }

    /// What was decided about a call.
    pub fn decision(&self, call_id: &str) -> Option<Decision> {
        State::of(&self.log).decision(call_id)
    }

    /// What to do next: a function of the log.
    pub fn next(&self) -> Action {
        let state = State::of(&self.log);
        if let Some(outcome) = state.outcome() {
            return Action::Done(outcome.clone());
        }
        let calls: Vec<_> = state.open_calls().filter(|call| state.refusal(call).is_none()).cloned().collect();
        if !calls.is_empty() {
            return Action::CallTools(calls);
        }
        Action::Generate {
            messages: messages(&self.log),
            tool_choice: state.tool_choice(),
            max_tokens: state.max_tokens(),
            seed: state.seed.wrapping_add(u64::from(state.replies)),
            deadline_ms: state.deadline_ms(),
        }
    }

    /// Takes what happened and gives the events that this added to the log. An input that does not belong (after the
    /// end, a reply while calls are open, a result of no open call) adds none.
    pub fn record(&mut self, input: Input) -> &[Event] {
        self.record_all([input])
    }

    /// Takes several things that happened before anything follows from the first: words of the person that came while
    /// the answer was written keep the run going.
    pub fn record_all(&mut self, inputs: impl IntoIterator<Item = Input>) -> &[Event] {
        let before = self.log.len();
        for input in inputs {
            if let Some(event) = self.event(input) {
                self.log.push(event);
            }
        }
        if self.log.len() > before {
            self.settle();
        }
        &self.log[before..]
    }

    /// The event that an input amounts to now.
    fn event(&self, input: Input) -> Option<Event> {
        let state = State::of(&self.log);
        if state.outcome().is_some() {
            return None;
        }
        let at = |elapsed_ms: u64| elapsed_ms.max(state.elapsed_ms);
        let open = |id: &str| state.open_calls().any(|call| call.id == id);
        match input {
            Input::Reply { mut message, elapsed_ms } if state.open_calls().next().is_none() => {
                for (call, number) in message.calls.iter_mut().zip(1..) {
                    call.id = format!("s{}c{number}", state.replies + 1);
                }
                Some(Event::Replied { message, elapsed_ms: at(elapsed_ms) })
            }
            Input::Result { result, limit, elapsed_ms } if open(&result.call_id) => {
                Some(Event::Observed { result: observe(&self.log, result, limit), elapsed_ms: at(elapsed_ms) })
            }
            Input::Decision { call_id, decision } if open(&call_id) && state.decision(&call_id).is_none() => {
                Some(Event::Decided { call_id, decision })
            }
            Input::Steer { text, elapsed_ms } if state.can_be_steered() && !text.trim().is_empty() => {
                Some(Event::Steered { text: text.trim().into(), elapsed_ms: at(elapsed_ms) })
            }
            Input::Finish { elapsed_ms } if !state.is_asked() => {
                Some(Event::AskedToFinish { elapsed_ms: at(elapsed_ms) })
            }
            Input::Cancel { elapsed_ms } => {
                Some(Event::Finished { outcome: Outcome::Cancelled, elapsed_ms: at(elapsed_ms) })
            }
            Input::ModelFailed { error, elapsed_ms } => {
                Some(Event::Finished { outcome: Outcome::Failed { error }, elapsed_ms: at(elapsed_ms) })
            }
            Input::Reply { .. }
            | Input::Result { .. }
            | Input::Decision { .. }
            | Input::Steer { .. }
            | Input::Finish { .. } => None,
        }
    }

    /// Adds what follows from the log alone: the results of calls that are not made, in their turn, and the end.
    fn settle(&mut self) {
        loop {
            let state = State::of(&self.log);
            let elapsed_ms = state.elapsed_ms;
            let event = if state.outcome().is_some() {
                return;
            } else if let Some(outcome) = state.end() {
                Event::Finished { outcome, elapsed_ms }
            } else if let Some(result) = state.open_calls().next().and_then(|call| state.refusal(call)) {
                Event::Observed { result, elapsed_ms }
            } else {
                return;
            };
            self.log.push(event);
        }
    }
}

/// A reply as if it had made this call. Its exact words are no longer the model's: the prompt is rendered from its
/// parts.
fn edited(message: AssistantMessage, call: ToolCall) -> AssistantMessage {
    let raw = rewritten(&message, &call).unwrap_or_default();
    AssistantMessage { raw, calls: vec![call], stop: StopReason::End, ..message }
}

/// The model's words with the changed arguments in place of its own, if that is all that was changed: every argument
/// that differs is a string that stands in the words as JSON, and its new text can open no tag.
fn rewritten(message: &AssistantMessage, call: &ToolCall) -> Option<String> {
    let [own] = message.calls.as_slice() else { return None };
    let same_keys = own.arguments.keys().eq(call.arguments.keys());
    if own.malformed.is_some() || own.name != call.name || !same_keys {
        return None;
    }
    let mut raw = message.raw.clone();
    for (before, after) in own.arguments.values().zip(call.arguments.values()).filter(|(a, b)| a != b) {
        let text = after.as_str().filter(|text| before.is_string() && !text.contains('<'))?;
        let before = before.to_string();
        let at = raw.rfind(&before)?;
        raw.replace_range(at..at + before.len(), &serde_json::Value::from(text).to_string());
    }
    Some(raw)
}
