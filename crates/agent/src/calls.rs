//! The calls of one reply, made side by side; whatever a tool does becomes a result.

use crate::drive::{DriveError, Driver, EventSink};
use crate::{Inbox, Input, observe::failure};
use lucy_protocol::{Decision, Progress, Tool, ToolCall, ToolContext, ToolResult};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinSet};

/// Notes of tools that may wait to be shown; more are lost.
const NOTES: usize = 64;

impl<S: EventSink> Driver<'_, S> {
    /// Makes `calls` and records their results in the order of the calls, so that sources get the same numbers however
    /// long each call takes. If the person is to be asked first, asks about one call and makes none.
    pub async fn calls(&mut self, calls: Vec<ToolCall>) -> Result<(), DriveError> {
        let unasked = calls.iter().find(|call| {
            let asks = self.tool(&call.name).is_some_and(|tool| tool.needs_approval());
            asks && self.run.decision(&call.id).is_none()
        });
        match unasked {
            Some(call) => self.ask(call).await,
            None => self.make(calls).await,
        }
    }

    fn tool(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.setup.tools.iter().find(|tool| tool.spec().name == name)
    }

    async fn ask(&mut self, call: &ToolCall) -> Result<(), DriveError> {
        let inbox = self.setup.inbox;
        let decision: Option<Decision> = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            () = finish_asked(inbox) => None,
            decision = self.sink.decide(call) => Some(decision),
        };
        match decision {
            Some(decision) => self.record([Input::Decision { call_id: call.id.clone(), decision }]).await,
            None => Ok(()),
        }
    }

    async fn make(&mut self, calls: Vec<ToolCall>) -> Result<(), DriveError> {
        let (note, mut notes) = mpsc::channel(NOTES);
        let mut results: Vec<Option<ToolResult>> = vec![None; calls.len()];
        let mut made: HashMap<Id, usize> = HashMap::new();
        let mut set = JoinSet::new();
        for (at, call) in calls.iter().enumerate() {
            self.sink.progress(Progress::ToolStarted { call_id: call.id.clone() });
            match self.tool(&call.name) {
                Some(tool) => {
                    let task =
                        made_call(tool.clone(), call.clone(), self.context(call, &note), self.setup.tool_timeout);
                    made.insert(set.spawn(task).id(), at);
                }
                None => results[at] = Some(failure(&call.id, self.no_such_tool(&call.name))),
            }
        }
        let (mut next, inbox) = (0, self.setup.inbox);
        loop {
            while let Some(result) = results.get_mut(next).and_then(Option::take) {
                self.observe(result).await?;
                next += 1;
            }
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => break,
                () = finish_asked(inbox) => break,
                Some(progress) = notes.recv() => self.sink.progress(progress),
                joined = set.join_next_with_id() => {
                    let (id, result) = match joined {
                        None => break,
                        Some(Ok((id, result))) => (id, Some(result)),
                        Some(Err(error)) => (error.id(), None),
                    };
                    let Some(&at) = made.get(&id) else { continue };
                    let name = &calls[at].name;
                    let broke = || failure("", format!("Error: `{name}` broke. Do not call it with these arguments."));
                    let result = result.unwrap_or_else(broke);
                    results[at] = Some(ToolResult { call_id: calls[at].id.clone(), ..result });
                }
            }
        }
        for result in results.into_iter().flatten() {
            self.observe(result).await?;
        }
        Ok(())
    }

    async fn observe(&mut self, result: ToolResult) -> Result<(), DriveError> {
        let (limit, elapsed_ms) = (self.setup.result_chars, self.elapsed_ms());
        self.record([Input::Result { result, limit, elapsed_ms }]).await
    }

    fn context(&self, call: &ToolCall, notes: &mpsc::Sender<Progress>) -> ToolContext {
        let (call_id, notes) = (call.id.clone(), notes.clone());
        let note = move |note| {
            // A note that finds no room is lost: it is only shown.
            let _ = notes.try_send(Progress::ToolNote { call_id: call_id.clone(), note });
        };
        ToolContext { cancel: self.cancel.child_token(), note: Arc::new(note) }
    }

    fn no_such_tool(&self, name: &str) -> String {
        let names: Vec<_> = self.setup.tools.iter().map(|tool| tool.spec().name.as_str()).collect();
        match names.as_slice() {
            [] => format!("Error: there is no tool `{name}`, and no other. Answer without tools."),
            _ => format!("Error: there is no tool `{name}`. Call one of: {}.", names.join(", ")),
        }
    }
}

/// Waits until the person asks for the answer: for ever if nobody can.
async fn finish_asked(inbox: Option<&Inbox>) {
    match inbox {
        Some(inbox) => inbox.finish_asked().await,
        None => std::future::pending().await,
    }
}

/// One call, with its limit of time.
async fn made_call(tool: Arc<dyn Tool>, call: ToolCall, cx: ToolContext, limit: Duration) -> ToolResult {
    let (name, cancel) = (call.name.clone(), cx.cancel.clone());
    tokio::time::timeout(limit, async move { tool.call(call, cx).await }).await.unwrap_or_else(|_| {
        cancel.cancel();
        let seconds = limit.as_secs_f32();
        failure("", format!("Error: `{name}` gave no result within {seconds} s. Try something else."))
    })
}
