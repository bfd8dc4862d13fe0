//! The words of Lucy: messages, tool calls, events and the transcript, and the two traits that everything else meets at.
//!
//! This crate does no IO and knows no clock.

mod event;
mod message;
mod model;
mod preview;
mod tool;
mod transcript;

pub use event::{Budget, Decision, Event, Limit, Outcome, Progress};
pub use message::{AssistantMessage, Citation, Message, Source, StopReason, ToolCall, ToolResult, Usage};
pub use model::{Delta, LanguageModel, ModelError, ModelRequest, SamplingParams, ToolChoice};
pub use tool::{Tool, ToolContext, ToolSpec};
pub use transcript::{Step, Transcript};

pub use tokio_util::sync::CancellationToken;
