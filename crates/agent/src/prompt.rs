//! The prompt of a run: instructions, earlier conversation, question, and what was said and seen since.

use lucy_protocol::{Event, Message, ToolResult, ToolSpec};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The instructions; `{date}` stands for the day.
const SYSTEM: &str = include_str!("../../../assets/prompts/system.txt");

/// What the model reads after a reply that held neither an answer nor a call.
const NO_ANSWER: &str = "Error: your reply held neither an answer nor a call. Write the answer now, or call a tool.";

/// The system prompt for a day, given as `2026-11-23`.
pub fn system_prompt(date: &str) -> String {
    SYSTEM.trim_end().replace("{date}", date)
}

/// SHA-256, in hex, of the instructions and of the tools as JSON. The date is left out: it is a field of its own.
pub fn prompt_hash(tools: &[ToolSpec]) -> String {
    let mut hash = Sha256::new();
    hash.update(SYSTEM.trim_end());
    for tool in tools {
        hash.update([0]);
        hash.update(serde_json::json!([tool.name, tool.description, tool.parameters]).to_string());
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The messages that a log amounts to. The messages of a longer log begin with those of a shorter one.
///
/// An empty reply is followed by a tool message that says so: as a tool message, and not the person's, it leaves the
/// thoughts of the current question in the prompt.
pub(crate) fn messages(log: &[Event]) -> Vec<Message> {
    let mut messages = Vec::new();
    for event in log {
        match event {
            Event::Started { question, date, history, .. } => {
                messages.push(Message::System { text: system_prompt(date) });
                messages.extend(history.iter().cloned());
                messages.push(Message::User { text: question.clone() });
            }
            Event::Replied { message, .. } => {
                messages.push(Message::Assistant(message.clone()));
                if message.calls.is_empty() && message.text.trim().is_empty() {
                    let result = ToolResult { content: NO_ANSWER.into(), is_error: true, ..ToolResult::default() };
                    messages.push(Message::Tool(result));
                }
            }
            Event::Observed { result, .. } => messages.push(Message::Tool(result.clone())),
            Event::Steered { text, .. } => messages.push(Message::User { text: text.clone() }),
            Event::Decided { .. } | Event::AskedToFinish { .. } | Event::Branched { .. } | Event::Finished { .. } => (),
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tool(description: &str) -> ToolSpec {
        ToolSpec { name: "web_search".into(), description: description.into(), parameters: json!({}) }
    }

    #[test]
    fn the_date_is_in_the_instructions() {
        let prompt = system_prompt("2026-11-23");
        assert!(prompt.contains("2026-11-23") && !prompt.contains('{'), "{prompt}");
    }

    #[test]
    fn the_hash_depends_on_the_tools() {
        assert_eq!(prompt_hash(&[tool("a")]), prompt_hash(&[tool("a")]));
        assert_ne!(prompt_hash(&[tool("a")]), prompt_hash(&[tool("b")]));
        assert_eq!(prompt_hash(&[]).len(), 64);
    }
}
