//! The words of Lucy: messages, tool calls, events and the transcript, and the two traits that everything else meets at.
//!
//! This crate does no IO and knows no clock.

mod event;
mod evidence;
mod message;
mod model;
mod preview;
mod tool;
mod transcript;

pub use event::{Budget, Decision, Event, Limit, Outcome, Progress};
pub use evidence::{CheckedCitation, Claims, Evidence, Reason, ReasonKind, Sentence, Span, Verdict};
pub use message::{AssistantMessage, Citation, Message, Source, StopReason, ToolCall, ToolResult, Usage};
pub use model::{Delta, LanguageModel, ModelError, ModelRequest, SamplingParams, ToolChoice};
pub use preview::sentences;
pub use tool::{Tool, ToolContext, ToolSpec};
pub use transcript::{Origin, Said, Step, Transcript};

pub use tokio_util::sync::CancellationToken;
