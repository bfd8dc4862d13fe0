//! One reply from a prompt: what the model's thread does for each request.

use crate::parser::{ReplyParser, opens_thought};
use crate::qwen3::CausalLm;
use crate::runtime::EngineOptions;
use crate::sampling::LogitsProcessor;
use crate::session::{Sequence, Sequences};
use crate::template::ChatTemplate;
use crate::tokenizer::{TextStream, Tokenizer};
use lucy_protocol::{CancellationToken, Delta, ModelError, ModelRequest, StopReason, ToolChoice, Usage};
use std::fmt::Display;
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// Sequences kept for the next prompts: a run, the one before it, and what a side question needs.
const KEPT_SEQUENCES: usize = 3;

type Deltas = Sender<Result<Delta, ModelError>>;

/// A model with all that a reply needs.
pub(crate) struct Worker {
    model: Box<dyn CausalLm>,
    tokenizer: Arc<Tokenizer>,
    template: Arc<ChatTemplate>,
    sequences: Sequences,
    context: usize,
    never: Vec<u32>,
    stop: CancellationToken,
}

/// Why writing ended before the model did, or that it need not be reported at all.
enum Ended {
    Cancelled,
    /// Nobody reads the deltas any more.
    Unheard,
}

impl Worker {
    /// A worker that replies until `stop` is cancelled.
    pub(crate) fn new(
        model: Box<dyn CausalLm>,
        tokenizer: Arc<Tokenizer>,
        template: Arc<ChatTemplate>,
        options: &EngineOptions,
        stop: CancellationToken,
    ) -> Self {
        let config = model.config();
        let context = options.context.unwrap_or(usize::MAX).min(config.context);
        let never = tokenizer.never_sampled(config.vocab_size);
        Self { model, tokenizer, template, sequences: Sequences::new(KEPT_SEQUENCES, context), context, never, stop }
    }

    pub(crate) fn model(&self) -> &dyn CausalLm {
        &*self.model
    }

    /// Forgets what may have been left half done.
    pub(crate) fn forget(&mut self) {
        self.sequences.clear();
    }

    /// Answers one request. Deltas that nobody reads end it silently.
    pub(crate) fn generate(
        &mut self,
        request: &ModelRequest,
        cancel: &CancellationToken,
        deltas: &Deltas,
    ) -> Result<(), ModelError> {
        let prompt = self.template.render(&request.messages, &request.tools, true).map_err(failed)?;
        let ids = self.tokenizer.encode(&prompt).map_err(failed)?;
        if ids.is_empty() {
            return Err(ModelError::Failed("the prompt is empty".into()));
        }
        if ids.len() >= self.context {
            return Err(ModelError::ContextFull { tokens: ids.len(), limit: self.context });
        }
        let mut sequence = self.sequences.take(&*self.model, &ids).map_err(failed)?;
        let mut reply = Reply {
            parser: ReplyParser::new(opens_thought(&prompt)),
            text: TextStream::default(),
            usage: Usage {
                prompt_tokens: ids.len() as u32,
                cached_tokens: sequence.tokens().len() as u32,
                completion_tokens: 0,
            },
            signals: Signals { cancel, stop: &self.stop, deltas },
        };
        let outcome = self.reply(&mut sequence, &ids, request, &mut reply);
        self.sequences.put(sequence);
        match outcome? {
            Ok(stop) => reply.finish(stop),
            Err(Ended::Cancelled) => reply.finish(StopReason::Cancelled),
            Err(Ended::Unheard) => {}
        }
        Ok(())
    }

    fn reply(
        &self,
        sequence: &mut Sequence,
        ids: &[u32],
        request: &ModelRequest,
        reply: &mut Reply,
    ) -> Result<Result<StopReason, Ended>, ModelError> {
        let mut processor = LogitsProcessor::new(request.sampling.clone(), self.banned(request.tool_choice));
        processor.see(ids);
        let mut logits = match self.prefill(sequence, ids, reply)? {
            Ok(logits) => logits,
            Err(ended) => return Ok(Err(ended)),
        };
        let room = (self.context - ids.len()).min(request.max_tokens as usize);
        for written in 1..=room {
            let Some(token) = processor.sample(&logits) else {
                return Err(ModelError::Failed("the model's weights give no possible token".into()));
            };
            reply.usage.completion_tokens = written as u32;
            if self.tokenizer.eos_ids().contains(&token) {
                return Ok(Ok(StopReason::End));
            }
            let piece = reply.text.push(&self.tokenizer, token);
            if let Err(ended) = reply.say(&piece).and_then(|()| reply.signals.check()) {
                return Ok(Err(ended));
            }
            if written < room {
                logits = sequence.decode(&*self.model, token).map_err(failed)?;
            }
        }
        Ok(Ok(StopReason::Length))
    }

    fn prefill(
        &self,
        sequence: &mut Sequence,
        ids: &[u32],
        reply: &Reply,
    ) -> Result<Result<Vec<f32>, Ended>, ModelError> {
        let cached = sequence.tokens().len();
        let mut ended = None;
        let progress = |read: usize| Delta::Prefill { done: (cached + read) as u32, total: ids.len() as u32 };
        let mut go_on = |read| match reply.signals.check().and_then(|()| reply.signals.send(progress(read))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                ended = Some(why);
                ControlFlow::Break(())
            }
        };
        let logits = sequence.prefill(&*self.model, &ids[cached..], &mut go_on).map_err(failed)?;
        let Some(logits) = logits else { return Ok(Err(ended.unwrap_or(Ended::Cancelled))) };
        let sent = reply.signals.send(progress(ids.len() - cached)).and_then(|()| reply.signals.check());
        Ok(sent.map(|()| logits))
    }

    fn banned(&self, choice: ToolChoice) -> Vec<u32> {
        let mut banned = self.never.clone();
        if choice == ToolChoice::None {
            banned.extend(self.tokenizer.id("<tool_call>"));
        }
        banned
    }
}

/// How the thread hears that it should end, and where the deltas go.
struct Signals<'a> {
    cancel: &'a CancellationToken,
    stop: &'a CancellationToken,
    deltas: &'a Deltas,
}

impl Signals<'_> {
    fn check(&self) -> Result<(), Ended> {
        if self.deltas.is_closed() {
            return Err(Ended::Unheard);
        }
        if self.cancel.is_cancelled() || self.stop.is_cancelled() {
            return Err(Ended::Cancelled);
        }
        Ok(())
    }

    fn send(&self, delta: Delta) -> Result<(), Ended> {
        self.deltas.blocking_send(Ok(delta)).map_err(|_| Ended::Unheard)
    }
}

/// A reply that is being written.
struct Reply<'a> {
    parser: ReplyParser,
    text: TextStream,
    usage: Usage,
    signals: Signals<'a>,
}

impl Reply<'_> {
    fn say(&mut self, piece: &str) -> Result<(), Ended> {
        if piece.is_empty() {
            return Ok(());
        }
        self.parser.push(piece).into_iter().try_for_each(|delta| self.signals.send(delta))
    }

    fn finish(mut self, stop: StopReason) {
        let rest = std::mem::take(&mut self.text).finish();
        if self.say(&rest).is_err() {
            return;
        }
        let (deltas, message) = self.parser.finish(stop, self.usage);
        for delta in deltas.into_iter().chain([Delta::Done(message)]) {
            if self.signals.send(delta).is_err() {
                return;
            }
        }
    }
}

fn failed(error: impl Display) -> ModelError {
    ModelError::Failed(error.to_string())
}
