//! One reply: the model's stream becomes progress and, at its end, an input of the run.

use crate::Input;
use crate::drive::{Driver, EventSink};
use futures::StreamExt;
use lucy_protocol::{AssistantMessage, Delta, ModelRequest, Progress, StopReason};
use std::pin::pin;
use std::time::Duration;

/// How long a cancelled model has to hand over what it said.
const GRACE: Duration = Duration::from_secs(2);
/// The least time between two pieces of text that are shown, in milliseconds: about 30 a second.
const FRAME_MS: u64 = 33;

impl<S: EventSink> Driver<'_, S> {
    /// Asks for one reply and shows it as it comes. It is cut off at `deadline_ms` of work, and then ends as if its
    /// tokens were used up.
    pub async fn reply(&mut self, request: ModelRequest, deadline_ms: u64) -> Input {
        let (cancel, stop) = (self.cancel.clone(), self.cancel.child_token());
        let mut given_up = pin!(async {
            cancel.cancelled().await;
            tokio::time::sleep(GRACE).await;
        });
        let mut stream = self.setup.model.generate(request, stop.clone());
        let mut show = Show { shown_ms: self.elapsed_ms(), ..Show::default() };
        let reply = loop {
            let delta = tokio::select! {
                biased;
                () = &mut given_up => None,
                delta = stream.next() => delta,
            };
            let now = self.elapsed_ms();
            match delta {
                Some(Ok(Delta::Done(reply))) => break reply,
                Some(Ok(delta)) => show.take(delta, now, self.sink),
                Some(Err(_)) | None if cancel.is_cancelled() => break show.said(),
                Some(Err(error)) => return Input::ModelFailed { error: error.to_string(), elapsed_ms: now },
                None => {
                    let error = "the model stopped without an end of its reply".into();
                    return Input::ModelFailed { error, elapsed_ms: now };
                }
            }
            if now >= deadline_ms {
                stop.cancel();
            }
        };
        let elapsed_ms = self.elapsed_ms();
        show.end(&reply, elapsed_ms, self.sink);
        let cut = reply.stop == StopReason::Cancelled && stop.is_cancelled() && !cancel.is_cancelled();
        let stop = if cut { StopReason::Length } else { reply.stop };
        Input::Reply { message: AssistantMessage { stop, ..reply }, elapsed_ms }
    }
}

/// What of a reply was said and shown.
#[derive(Default)]
struct Show {
    reasoning: String,
    text: String,
    /// How much of each is shown.
    reasoning_shown: usize,
    text_shown: usize,
    /// When something was last shown.
    shown_ms: u64,
    /// When the first token came.
    began_ms: Option<u64>,
}

impl Show {
    fn take(&mut self, delta: Delta, now: u64, sink: &mut impl EventSink) {
        match delta {
            Delta::Prefill { done, total } => return sink.progress(Progress::Prefill { done, total }),
            Delta::Reasoning(delta) => self.reasoning.push_str(&delta),
            Delta::Text(delta) => self.text.push_str(&delta),
            Delta::Done(_) => return,
        }
        self.began_ms.get_or_insert(now);
        if now.saturating_sub(self.shown_ms) >= FRAME_MS {
            self.shown_ms = now;
            self.flush(sink);
        }
    }

    /// Shows what is not shown yet; the thought comes before the text.
    fn flush(&mut self, sink: &mut impl EventSink) {
        let reasoning = &self.reasoning[self.reasoning_shown..];
        if !reasoning.is_empty() {
            sink.progress(Progress::Reasoning { delta: reasoning.into() });
        }
        let text = &self.text[self.text_shown..];
        if !text.is_empty() {
            sink.progress(Progress::Text { delta: text.into() });
        }
        (self.reasoning_shown, self.text_shown) = (self.reasoning.len(), self.text.len());
    }

    fn end(&mut self, reply: &AssistantMessage, now: u64, sink: &mut impl EventSink) {
        self.flush(sink);
        let took = self.began_ms.map_or(0, |began| now.saturating_sub(began));
        if took > 0 {
            let tokens_per_second = reply.usage.completion_tokens as f32 * 1_000.0 / took as f32;
            sink.progress(Progress::Stats { tokens_per_second });
        }
    }

    /// The reply of a cancelled model that did not hand one over.
    fn said(&self) -> AssistantMessage {
        let (reasoning, text) = (self.reasoning.clone(), self.text.clone());
        AssistantMessage { reasoning, text, stop: StopReason::Cancelled, ..AssistantMessage::default() }
    }
}
