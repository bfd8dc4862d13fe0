//! A model, tools and a sink for tests: the model is played token by token, and everything that happens is noted.

use crate::{EventSink, SinkError};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use lucy_protocol::{
    AssistantMessage, CancellationToken, Decision, Delta, Event, LanguageModel, Message, ModelError, ModelRequest,
    Progress, StopReason, Tool, ToolCall, ToolContext, ToolResult, ToolSpec,
};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

type Replies = dyn Fn(&ModelRequest) -> Result<AssistantMessage, ModelError> + Send + Sync;

/// A model that replies what a function of the request says, one word a token.
pub struct FakeModel {
    replies: Box<Replies>,
    requests: Mutex<Vec<ModelRequest>>,
}

impl FakeModel {
    /// A model that replies what `replies` gives.
    pub fn new(
        replies: impl Fn(&ModelRequest) -> Result<AssistantMessage, ModelError> + Send + Sync + 'static,
    ) -> Self {
        Self { replies: Box::new(replies), requests: Mutex::default() }
    }

    /// A model that replies these in turn: which one depends only on how many replies the prompt holds. After the last
    /// it fails.
    pub fn script(script: Vec<AssistantMessage>) -> Self {
        Self::new(move |request| {
            let said = request.messages.iter().filter(|m| matches!(m, Message::Assistant(_))).count();
            script.get(said).cloned().ok_or_else(|| ModelError::Failed("the script is over".into()))
        })
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LanguageModel for FakeModel {
    fn generate(
        &self,
        request: ModelRequest,
        cancel: CancellationToken,
    ) -> BoxStream<'static, Result<Delta, ModelError>> {
        let reply = (self.replies)(&request);
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        let words = |text: &str| text.split_inclusive(' ').map(String::from).collect::<Vec<_>>();
        let tokens: Vec<_> = words(&reply.reasoning)
            .into_iter()
            .map(Delta::Reasoning)
            .chain(words(&reply.text).into_iter().map(Delta::Text))
            .collect();
        let said = AssistantMessage { stop: StopReason::Cancelled, ..AssistantMessage::default() };
        let play = (tokens.into_iter(), Some(reply), said, cancel);
        stream::unfold(play, |(mut tokens, reply, mut said, cancel)| async move {
            let whole = reply?;
            tokio::task::yield_now().await;
            if cancel.is_cancelled() {
                return Some((Ok(Delta::Done(said.clone())), (tokens, None, said, cancel)));
            }
            let Some(token) = tokens.next() else {
                return Some((Ok(Delta::Done(whole)), (tokens, None, said, cancel)));
            };
            match &token {
                Delta::Reasoning(word) => said.reasoning.push_str(word),
                Delta::Text(word) => said.text.push_str(word),
                _ => (),
            }
            said.usage.completion_tokens += 1;
            Some((Ok(token), (tokens, Some(whole), said, cancel)))
        })
        .boxed()
    }
}

/// A reply that answers.
pub fn says(text: &str) -> AssistantMessage {
    AssistantMessage { raw: text.into(), text: text.into(), ..AssistantMessage::default() }
}

/// A reply that thinks and makes calls, each a tool's name and its arguments.
pub fn calls(calls: &[(&str, Value)]) -> AssistantMessage {
    let call = |(name, arguments): &(&str, Value)| ToolCall {
        id: String::new(),
        name: (*name).into(),
        arguments: arguments.as_object().cloned().unwrap_or_default(),
        malformed: None,
    };
    AssistantMessage {
        raw: format!("<think>\nI look.\n</think>\n\n{}", json!(calls)),
        reasoning: "I look.".into(),
        calls: calls.iter().map(call).collect(),
        ..AssistantMessage::default()
    }
}

type Answer = dyn Fn(ToolCall, ToolContext) -> BoxFuture<'static, ToolResult> + Send + Sync;

/// A tool that answers what a function says.
pub struct FakeTool {
    spec: ToolSpec,
    asks: bool,
    answer: Box<Answer>,
}

impl FakeTool {
    /// A tool of this name.
    pub fn new<F>(name: &str, answer: impl Fn(ToolCall, ToolContext) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ToolResult> + Send + 'static,
    {
        let spec = ToolSpec { name: name.into(), description: String::new(), parameters: json!({"type": "object"}) };
        Self { spec, asks: false, answer: Box::new(move |call, cx| Box::pin(answer(call, cx))) }
    }

    /// The same tool, but the person must allow every call.
    pub fn asking(self) -> Self {
        Self { asks: true, ..self }
    }
}

impl Tool for FakeTool {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    fn needs_approval(&self) -> bool {
        self.asks
    }

    fn call(&self, call: ToolCall, cx: ToolContext) -> BoxFuture<'static, ToolResult> {
        (self.answer)(call, cx)
    }
}

/// A sink that keeps everything in memory.
#[derive(Default)]
pub struct MemorySink {
    /// The events that are kept.
    pub events: Vec<Event>,
    /// What was shown.
    pub progress: Vec<Progress>,
    /// The disk is full when this many events are kept.
    pub room: Option<usize>,
    /// What the person says when asked; nothing is a refusal.
    pub decision: Option<Decision>,
    /// Cancelled at the first piece of text and every later one.
    pub cancel_at_text: Option<CancellationToken>,
}

impl EventSink for MemorySink {
    fn kept(&self) -> usize {
        self.events.len()
    }

    async fn append(&mut self, event: &Event) -> Result<(), SinkError> {
        if self.room.is_some_and(|room| self.events.len() >= room) {
            return Err("the disk is full".into());
        }
        self.events.push(event.clone());
        Ok(())
    }

    fn progress(&mut self, progress: Progress) {
        if let (Progress::Text { .. }, Some(cancel)) = (&progress, &self.cancel_at_text) {
            cancel.cancel();
        }
        self.progress.push(progress);
    }

    async fn decide(&mut self, _call: &ToolCall) -> Decision {
        self.decision.unwrap_or(Decision::Deny)
    }
}
