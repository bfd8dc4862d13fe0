//! The trait that everything which continues a conversation implements.

use crate::{AssistantMessage, CancellationToken, Message, ToolSpec};
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

/// Anything that continues a conversation as a stream of [`Delta`]s.
pub trait LanguageModel: Send + Sync {
    /// Continues `request.messages`. The stream ends with [`Delta::Done`] or an error. Cancelling ends it within one
    /// token with a `Done` whose `stop` is `Cancelled` and which holds what was said; so does dropping it, silently.
    fn generate(
        &self,
        request: ModelRequest,
        cancel: CancellationToken,
    ) -> BoxStream<'static, Result<Delta, ModelError>>;
}

/// What a model is asked to continue.
#[derive(Debug, Clone, Default)]
pub struct ModelRequest {
    /// The prompt.
    pub messages: Vec<Message>,
    /// The tools that the prompt describes.
    pub tools: Vec<ToolSpec>,
    /// Whether the reply may call them.
    pub tool_choice: ToolChoice,
    /// How tokens are chosen.
    pub sampling: SamplingParams,
    /// The most tokens to write.
    pub max_tokens: u32,
}

/// Whether a reply may call tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// The model decides.
    #[default]
    Auto,
    /// No call can be made: the tools stay in the prompt, so that its beginning stays in the KV cache, but the token
    /// that opens a call is never chosen.
    None,
}

/// How the next token is chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SamplingParams {
    /// 0 is greedy.
    pub temperature: f32,
    /// Keep the k likeliest tokens; 0 keeps all.
    pub top_k: u32,
    /// Keep the likeliest tokens that together have this probability; 1 keeps all.
    pub top_p: f32,
    /// Drop tokens less likely than this share of the likeliest; 0 drops none.
    pub min_p: f32,
    /// Divide (multiply if negative) the logits of tokens already seen by this; 1 changes nothing.
    pub repetition_penalty: f32,
    /// The same seed gives the same reply.
    pub seed: u64,
}

impl Default for SamplingParams {
    /// What Lucy was evaluated with: T 0.7, top-p 0.9, top-k 20.
    fn default() -> Self {
        Self { temperature: 0.7, top_k: 20, top_p: 0.9, min_p: 0.0, repetition_penalty: 1.0, seed: 0 }
    }
}

/// A piece of a reply as it appears.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// Tokens of the prompt read so far.
    Prefill {
        /// Tokens read.
        done: u32,
        /// Tokens to read.
        total: u32,
    },
    /// More of the thought.
    Reasoning(String),
    /// More of the text.
    Text(String),
    /// The whole reply; the last delta.
    Done(AssistantMessage),
}

/// Why a model could not reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The prompt does not fit.
    #[error("the prompt has {tokens} tokens, the model's context {limit}")]
    ContextFull {
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens of the context.
        limit: usize,
    },
    /// The model stopped working; the text says what happened.
    #[error("{0}")]
    Failed(String),
}
