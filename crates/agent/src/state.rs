//! What a log amounts to: how much of the budget is used, which calls are open, and whether the run is over.

use crate::{cite, observe};
use lucy_protocol::{AssistantMessage, Budget, Decision, Event, Limit, Outcome, StopReason, ToolCall, ToolResult};
use lucy_protocol::{ToolChoice, Transcript};
use std::collections::HashMap;

/// The most calls of one reply that are made.
const CALLS_AT_ONCE: usize = 8;
/// The tokens kept back for the last step, if the budget allows.
const ANSWER_TOKENS: u32 = 1_024;
/// The least time that the last step has, in milliseconds.
const ANSWER_MS: u64 = 30_000;

/// A log, folded.
#[derive(Default)]
pub(crate) struct State<'a> {
    log: &'a [Event],
    budget: Budget,
    /// Replies so far.
    pub replies: u32,
    /// The seed of the run.
    pub seed: u64,
    /// Milliseconds of work so far.
    pub elapsed_ms: u64,
    tokens: u32,
    /// The last reply, and the limit that had been reached when it was asked for.
    last: Option<(&'a AssistantMessage, Option<Limit>)>,
    /// Replies in a row without an answer or a call.
    empty: u32,
    /// Whether the person has said something since the last reply.
    steered: bool,
    /// Whether the person has asked for the answer.
    asked: bool,
    /// Every call that could be made, in order.
    calls: Vec<&'a ToolCall>,
    /// Where in `calls` those of the last reply begin.
    last_calls: usize,
    results: HashMap<&'a str, &'a ToolResult>,
    decisions: HashMap<&'a str, Decision>,
    outcome: Option<&'a Outcome>,
}

impl<'a> State<'a> {
    pub fn of(log: &'a [Event]) -> Self {
        let mut state = Self { log, ..Self::default() };
        for event in log {
            state.push(event);
        }
        state
    }

    fn push(&mut self, event: &'a Event) {
        match event {
            Event::Started { budget, seed, .. } => (self.budget, self.seed) = (*budget, *seed),
            Event::Replied { message, elapsed_ms } => {
                let limit = self.limit();
                self.last = Some((message, limit));
                self.replies += 1;
                self.tokens = self.tokens.saturating_add(message.usage.completion_tokens);
                self.elapsed_ms = *elapsed_ms;
                self.empty = if message.calls.is_empty() { self.empty + 1 } else { 0 };
                self.steered = false;
                self.last_calls = self.calls.len();
                if limit.is_none() {
                    self.calls.extend(&message.calls);
                }
            }
            Event::Observed { result, elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                self.results.insert(&result.call_id, result);
            }
            Event::Decided { call_id, decision } => {
                self.decisions.insert(call_id, *decision);
            }
            Event::Steered { elapsed_ms, .. } => {
                self.elapsed_ms = *elapsed_ms;
                (self.steered, self.empty) = (true, 0);
            }
            Event::AskedToFinish { elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                self.asked = true;
            }
            Event::Branched { .. } => (),
            Event::Finished { outcome, elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                self.outcome = Some(outcome);
            }
        }
    }

    /// How the run ended, if its log says so.
    pub fn outcome(&self) -> Option<&'a Outcome> {
        self.outcome
    }

    /// The limit that makes the next reply the last, if one is reached.
    pub fn limit(&self) -> Option<Limit> {
        if self.asked {
            Some(Limit::Asked)
        } else if self.replies.saturating_add(1) >= self.budget.steps {
            Some(Limit::Steps)
        } else if self.tokens_left() < self.reserve().saturating_mul(2) {
            Some(Limit::Tokens)
        } else if self.elapsed_ms >= self.budget_ms() {
            Some(Limit::Seconds)
        } else {
            None
        }
    }

    /// Whether the next reply may call tools.
    pub fn tool_choice(&self) -> ToolChoice {
        if self.limit().is_some() { ToolChoice::None } else { ToolChoice::Auto }
    }

    /// The most tokens of the next reply; a reply that is not the last leaves enough for an answer.
    pub fn max_tokens(&self) -> u32 {
        let kept_back = if self.limit().is_some() { 0 } else { self.reserve() };
        (self.tokens_left() - kept_back).max(1)
    }

    /// When, in milliseconds of work, the next reply is cut off. The last has a quarter of the budget on top.
    pub fn deadline_ms(&self) -> u64 {
        match self.limit() {
            None => self.budget_ms(),
            Some(_) => self.elapsed_ms.max(self.budget_ms()).saturating_add(ANSWER_MS.max(self.budget_ms() / 4)),
        }
    }

    fn budget_ms(&self) -> u64 {
        u64::from(self.budget.seconds) * 1_000
    }

    fn tokens_left(&self) -> u32 {
        self.budget.tokens.saturating_sub(self.tokens)
    }

    /// Tokens kept back for the last reply: at least one, which every run may write.
    fn reserve(&self) -> u32 {
        ANSWER_TOKENS.min(self.budget.tokens / 4).max(1)
    }

    /// The calls of the last reply that have no result yet, in order.
    pub fn open_calls(&self) -> impl Iterator<Item = &'a ToolCall> {
        self.calls[self.last_calls..].iter().copied().filter(|call| !self.results.contains_key(call.id.as_str()))
    }

    /// Whether the person has asked for the answer.
    pub fn is_asked(&self) -> bool {
        self.asked
    }

    /// Whether the last reply can be followed by words of the person: none was cut off by them, it was not the last
    /// that the budget allows, and its calls have results.
    pub fn can_be_steered(&self) -> bool {
        let last =
            |(reply, limit): (&AssistantMessage, Option<Limit>)| reply.stop == StopReason::Cancelled || limit.is_some();
        !self.last.is_some_and(last) && self.open_calls().next().is_none()
    }

    /// What was decided about a call.
    pub fn decision(&self, call_id: &str) -> Option<Decision> {
        self.decisions.get(call_id).copied()
    }

    /// The result of a call of the last reply that is not to be made.
    pub fn refusal(&self, call: &ToolCall) -> Option<ToolResult> {
        let at = self.calls.iter().position(|made| made.id == call.id)?;
        let content = if let Some(why) = &call.malformed {
            format!("Error: the call could not be read: {why}. Write one JSON object with a name and arguments.")
        } else if call.name.is_empty() {
            "Error: the call names no tool. Write one JSON object with a name and arguments.".into()
        } else if let Some(made) = self.calls[..at].iter().find(|made| same(made, call)) {
            self.already_made(made)
        } else if at.saturating_sub(self.last_calls) >= CALLS_AT_ONCE {
            format!(
                "Error: only the first {CALLS_AT_ONCE} calls of a reply are made. Make this call again if you need it."
            )
        } else if self.asked {
            "Error: the person asks for the answer now, and the call is not made. Answer with what you have read."
                .into()
        } else if self.decision(&call.id) == Some(Decision::Deny) {
            "Error: the person did not allow this call. Go on without it.".into()
        } else {
            return None;
        };
        Some(observe::failure(&call.id, content))
    }

    /// Points to the result of the call that was made before.
    fn already_made(&self, made: &ToolCall) -> String {
        let sources = self.results.get(made.id.as_str()).map_or(&[][..], |result| &result.sources);
        let numbers = sources.iter().map(|source| source.number.to_string()).collect::<Vec<_>>().join(", ");
        let above = if numbers.is_empty() { "its result above".into() } else { format!("Result {numbers} above") };
        format!("Error: this call was already made. Read {above}, call with other arguments, or answer.")
    }

    /// How the run ends, if it is over, whether or not its log says so yet.
    pub fn end(&self) -> Option<Outcome> {
        let (reply, limit) = self.last?;
        let text = reply.text.trim();
        if reply.stop == StopReason::Cancelled {
            Some(Outcome::Cancelled)
        } else if limit.is_none() && (self.steered || !reply.calls.is_empty()) {
            None
        } else if !text.is_empty() {
            let citations = cite(text, &Transcript::of(self.log).sources);
            Some(Outcome::Answered { answer: text.into(), citations })
        } else if let Some(limit) = limit {
            Some(Outcome::OutOfBudget { limit })
        } else if self.empty > 1 {
            Some(Outcome::Failed { error: "the model twice ended its turn without an answer".into() })
        } else {
            None
        }
    }
}

fn same(a: &ToolCall, b: &ToolCall) -> bool {
    a.malformed.is_none() && a.name == b.name && a.arguments == b.arguments
}
