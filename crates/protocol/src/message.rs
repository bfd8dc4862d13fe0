//! What is said: the entries of a prompt, tool calls and their results, and the sources that were read.

use crate::preview::{one_line, preview};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// One entry of the prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Message {
    /// Instructions that open the prompt.
    System {
        /// The instructions.
        text: String,
    },
    /// What the person said.
    User {
        /// The person's words.
        text: String,
    },
    /// What the model said.
    Assistant(AssistantMessage),
    /// What a tool answered.
    Tool(ToolResult),
}

/// One reply of the model, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AssistantMessage {
    /// The exact decoded reply without the end-of-turn token. The next prompt repeats these bytes. Empty for a
    /// message that no model wrote (an earlier answer of a conversation): then it is rendered from `text`.
    pub raw: String,
    /// What stood between `<think>` and `</think>`.
    pub reasoning: String,
    /// What the person is meant to read.
    pub text: String,
    /// The tools that the reply calls, in order.
    pub calls: Vec<ToolCall>,
    /// Why the reply ended.
    pub stop: StopReason,
    /// Tokens read and written for this reply.
    pub usage: Usage,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model ended its turn.
    #[default]
    End,
    /// The limit of tokens was reached.
    Length,
    /// The person stopped the run; what was said so far is kept.
    Cancelled,
}

/// Tokens of one reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Those of them that were already in the KV cache.
    pub cached_tokens: u32,
    /// Tokens that the model wrote.
    pub completion_tokens: u32,
}

/// A call that the model wants made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ToolCall {
    /// Unique in its run.
    pub id: String,
    /// The tool's name. Empty if the call could not be read.
    pub name: String,
    /// The arguments as the model gave them.
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub arguments: Map<String, Value>,
    /// What was wrong with a call that could not be read: the model is told so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub malformed: Option<String>,
}

/// What a tool answered. A failed call is a result too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ToolResult {
    /// The call that this answers.
    pub call_id: String,
    /// The text that the model reads. A tool that found a list of sources leaves it empty: the agent, which numbers
    /// the sources, then writes the list.
    pub content: String,
    /// Whether the call failed.
    pub is_error: bool,
    /// What was found or read.
    pub sources: Vec<Source>,
}

/// Something that was found or read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Source {
    /// Its number in the run, from 1, by first sight; 0 until the agent has numbered it.
    pub number: u32,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What a result list shows of it.
    pub preview: String,
    /// Its text, if it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub text: Option<String>,
}

impl Source {
    /// What a result list shows of a page with this text: its whole first sentences that have at most 200 characters
    /// together, at least one, on one line; a longer first sentence is cut after a word and ends in `…`.
    pub fn preview_of(text: &str) -> String {
        preview(text)
    }

    /// The page as Lucy was trained to read it: title, address, a blank line, `Full Content:` and the text.
    pub fn page_content(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        format!("Title: {}\nURL: {}\n\nFull Content:\n{text}", one_line(&self.title), one_line(&self.url))
    }
}

/// A place in the answer that cites a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Citation {
    /// The number as the answer has it.
    pub number: u32,
    /// The byte range of `[n]` in the answer.
    pub start: u32,
    /// The end of that range.
    pub end: u32,
    /// The address of the source, or none if the run has no source of this number.
    pub url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_rendered_as_lucy_reads_it() {
        let text = Some("One.\n\nTwo.".into());
        let page = Source { url: "library:x".into(), title: "A\nTitle".into(), text, ..Source::default() };
        assert_eq!(page.page_content(), "Title: A Title\nURL: library:x\n\nFull Content:\nOne.\n\nTwo.");
    }
}
