//! Rendering messages and tools to the text of a prompt, exactly as Hugging Face's `apply_chat_template` does.
//!
//! Two promises beyond that. First, the prompt of step n+1 begins with the bytes of the prompt of step n and the raw
//! reply to it, for every template: the prompt is put together from those pieces, and only what follows the last reply
//! is taken from the template. Second, nobody but the template can open or close a turn: in what people, pages and
//! tool servers say, a space goes after the first character of every marker, so that `<tool_call>` is read as
//! `< tool_call>`. Ordinary text is not touched.

use crate::error::EngineError;
use crate::tojson::tojson;
use lucy_protocol::{AssistantMessage, Message, ToolSpec};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, Value, context};
use serde_json::{Map, json};
use time::OffsetDateTime;

/// Qwen3's template: what a model is rendered with that carries none.
pub const QWEN3: &str = include_str!("../../../assets/prompts/qwen3.jinja");

/// The template of Lucy Pocket, a model too small to read instructions or descriptions of tools.
pub const POCKET: &str = include_str!("../../../assets/prompts/pocket.jinja");

/// Tags that mean something in a prompt even where the vocabulary has no token for them.
const TAGS: [&str; 12] = [
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    "<tools>",
    "</tools>",
    "<answer>",
];

/// What a template may spend on one rendering: about a second at most, and 64 bytes of memory a unit.
const FUEL: u64 = 4_000_000;

/// Nested calls and loops of one rendering.
const RECURSION: usize = 100;

/// Renders messages and tools to prompt text.
#[derive(Debug, Clone)]
pub struct ChatTemplate {
    env: Environment<'static>,
    markers: Vec<String>,
    bos: String,
    eos: String,
}

impl ChatTemplate {
    /// Reads a template. `markers` are the control and added tokens of the vocabulary
    /// ([`Tokenizer::markers`](crate::tokenizer::Tokenizer::markers)), which content cannot spell.
    ///
    /// # Errors
    /// If the source is no Jinja.
    pub fn new(source: &str, markers: Vec<String>) -> Result<Self, EngineError> {
        let mut env = Environment::new();
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        env.set_syntax(syntax.map_err(|error| unreadable(&error))?);
        env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        env.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        env.set_fuel(Some(FUEL));
        env.set_recursion_limit(RECURSION);
        env.add_filter("tojson", tojson);
        env.add_function("raise_exception", |message: String| -> Result<Value, minijinja::Error> {
            Err(minijinja::Error::new(ErrorKind::InvalidOperation, message))
        });
        env.add_template_owned("chat", source.to_owned()).map_err(|error| unreadable(&error))?;
        Ok(Self { env, markers: breakable(markers), bos: String::new(), eos: String::new() })
    }

    /// Sets what `bos_token` and `eos_token` mean in the template.
    #[must_use]
    pub fn with_tokens(mut self, bos: &str, eos: &str) -> Self {
        self.bos = bos.to_owned();
        self.eos = eos.to_owned();
        self
    }

    /// Gives the template `strftime_now`, with this time. Without it the function is undefined, and templates that ask
    /// whether it is defined leave the date out.
    #[must_use]
    pub fn with_time(mut self, now: OffsetDateTime) -> Self {
        self.env.add_function("strftime_now", move |format: String| strftime(now, &format));
        self
    }

    /// The prompt for `messages`. With `add_generation_prompt` it ends where the reply begins.
    ///
    /// System messages are trusted: they may name markers. Assistant messages with `raw` are repeated byte for byte;
    /// those without it are rendered from `text`, and from `reasoning` and `calls` if they have any.
    ///
    /// # Errors
    /// If the template refuses the messages, fails, takes too long or drops a raw reply.
    pub fn render(
        &self,
        messages: &[Message],
        tools: &[ToolSpec],
        add_generation_prompt: bool,
    ) -> Result<String, EngineError> {
        let tools: Vec<_> = tools.iter().map(|tool| self.tool(tool)).collect();
        let reply = unused_mark(messages);
        let entries: Vec<_> = messages.iter().map(|message| self.entry(message, &reply)).collect();
        let replies: Vec<(usize, &str)> = messages.iter().enumerate().filter_map(raw_reply).collect();
        let end =
            |position: usize| replies.get(position).map_or((messages.len(), add_generation_prompt), |r| (r.0, true));
        let (first, generation) = end(0);
        let mut prompt = self.render_entries(&entries[..first], &tools, generation)?;
        for (position, (_, raw)) in replies.iter().enumerate() {
            let (until, generation) = end(position + 1);
            let text = self.render_entries(&entries[..until], &tools, generation)?;
            let (_, tail) = text.rsplit_once(&reply).ok_or_else(|| failed("it drops replies of the model"))?;
            prompt.push_str(raw);
            prompt.push_str(tail);
        }
        Ok(prompt)
    }

    fn render_entries(
        &self,
        messages: &[serde_json::Value],
        tools: &[serde_json::Value],
        add_generation_prompt: bool,
    ) -> Result<String, EngineError> {
        let template = self.env.get_template("chat").map_err(|error| failed(&describe(&error)))?;
        let context = context! {
            messages => Value::from(Serde(messages)),
            tools => if tools.is_empty() { Value::from(()) } else { Value::from(Serde(tools)) },
            add_generation_prompt,
            bos_token => self.bos.as_str(),
            eos_token => self.eos.as_str(),
        };
        template.render(context).map_err(|error| failed(&describe(&error)))
    }

    fn tool(&self, tool: &ToolSpec) -> serde_json::Value {
        let function = json!({
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
        });
        json!({ "type": "function", "function": self.defuse_json(function) })
    }

    fn entry(&self, message: &Message, reply: &str) -> serde_json::Value {
        match message {
            Message::System { text } => json!({ "role": "system", "content": text }),
            Message::User { text } => json!({ "role": "user", "content": self.defuse(text) }),
            Message::Tool(result) => json!({ "role": "tool", "content": self.defuse(&result.content) }),
            Message::Assistant(message) if !message.raw.is_empty() => json!({ "role": "assistant", "content": reply }),
            Message::Assistant(message) => self.retold(message),
        }
    }

    /// An assistant message that no model wrote, or whose exact words were not kept.
    fn retold(&self, message: &AssistantMessage) -> serde_json::Value {
        let mut entry = Map::new();
        entry.insert("role".into(), json!("assistant"));
        entry.insert("content".into(), json!(self.defuse(&message.text)));
        if !message.reasoning.is_empty() {
            entry.insert("reasoning_content".into(), json!(self.defuse(&message.reasoning)));
        }
        if !message.calls.is_empty() {
            let call = |call: &lucy_protocol::ToolCall| {
                let function = json!({ "name": call.name, "arguments": call.arguments });
                json!({ "id": call.id, "type": "function", "function": self.defuse_json(function) })
            };
            entry.insert("tool_calls".into(), message.calls.iter().map(call).collect());
        }
        entry.into()
    }

    fn defuse(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let tags = TAGS.iter().copied();
        for marker in tags.chain(self.markers.iter().map(String::as_str)) {
            let first = marker.chars().next().map_or(0, char::len_utf8);
            // A marker may overlap with itself; every pass splits the run that it was found in.
            while text.contains(marker) {
                text = text.replace(marker, &format!("{} {}", &marker[..first], &marker[first..]));
            }
        }
        text
    }

    fn defuse_json(&self, value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::String(text) => self.defuse(&text).into(),
            serde_json::Value::Array(items) => items.into_iter().map(|item| self.defuse_json(item)).collect(),
            serde_json::Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (self.defuse(&key), self.defuse_json(value))).collect()
            }
            other => other,
        }
    }
}

/// The template in a `tokenizer_config.json`: a string, or a list of named ones of which `tool_use`, then `default`,
/// then the first is taken.
pub fn source_of_config(config: &str) -> Option<String> {
    let config: serde_json::Value = serde_json::from_str(config).ok()?;
    let template = &config["chat_template"];
    if let Some(source) = template.as_str() {
        return Some(source.to_owned());
    }
    let named = template.as_array()?;
    let of = |name: &str| named.iter().find(|entry| entry["name"] == name);
    of("tool_use").or_else(|| of("default")).or(named.first())?["template"].as_str().map(str::to_owned)
}

fn raw_reply((index, message): (usize, &Message)) -> Option<(usize, &str)> {
    match message {
        Message::Assistant(message) if !message.raw.is_empty() => Some((index, &message.raw)),
        _ => None,
    }
}

/// Markers that a space can break: at least two characters, none of them white space.
fn breakable(markers: Vec<String>) -> Vec<String> {
    let breaks = |marker: &String| marker.chars().count() > 1 && !marker.contains(char::is_whitespace);
    markers.into_iter().filter(breaks).filter(|marker| !TAGS.contains(&marker.as_str())).collect()
}

/// A string that stands for raw replies while the template runs and that no message contains.
fn unused_mark(messages: &[Message]) -> String {
    let said = |mark: &str| {
        messages.iter().any(|message| match message {
            Message::System { text } | Message::User { text } => text.contains(mark),
            Message::Assistant(message) => message.text.contains(mark) || message.reasoning.contains(mark),
            Message::Tool(result) => result.content.contains(mark),
        })
    };
    let mut mark = String::from("\u{E000}reply\u{E001}");
    while said(&mark) {
        mark.insert(0, '\u{E000}');
    }
    mark
}

fn strftime(now: OffsetDateTime, format: &str) -> Result<String, minijinja::Error> {
    let wrong = |message: String| minijinja::Error::new(ErrorKind::InvalidOperation, message);
    let items = time::format_description::parse_strftime_borrowed(format).map_err(|error| wrong(error.to_string()))?;
    now.format(&items).map_err(|error| wrong(error.to_string()))
}

fn unreadable(error: &minijinja::Error) -> EngineError {
    EngineError::Invalid(format!("the chat template cannot be read: {}", describe(error)))
}

fn failed(what: &str) -> EngineError {
    EngineError::Invalid(format!("the chat template failed: {what}"))
}

/// An error of the template engine with its causes.
fn describe(error: &minijinja::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
