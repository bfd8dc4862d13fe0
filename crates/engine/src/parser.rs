//! Taking a reply apart while it is written: thought, text and tool calls.
//!
//! The parser never fails, and what it makes of a reply does not depend on how the reply is cut into pieces. It is
//! tolerant, because small models are not exact: see [`ReplyParser`].

use crate::calls::read_calls;
use lucy_protocol::{AssistantMessage, Delta, StopReason, ToolCall, Usage};

/// The tags that a reply is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    OpenThought,
    CloseThought,
    OpenCall,
    CloseCall,
    OpenAnswer,
    CloseAnswer,
}

const TAGS: [(&str, Tag); 6] = [
    ("<think>", Tag::OpenThought),
    ("</think>", Tag::CloseThought),
    ("<tool_call>", Tag::OpenCall),
    ("</tool_call>", Tag::CloseCall),
    ("<answer>", Tag::OpenAnswer),
    ("</answer>", Tag::CloseAnswer),
];

/// A tool call that is being read.
#[derive(Debug, Default)]
struct OpenCall {
    body: String,
    /// In a thought a call must begin like JSON; otherwise the thought only speaks of calls.
    begun: bool,
}

/// Text without the white space around it, which is held back until something follows.
#[derive(Debug, Default)]
struct Trimmed {
    text: String,
    space: String,
    cut: bool,
}

impl Trimmed {
    /// Takes more text and returns what can be shown.
    fn push(&mut self, text: &str) -> String {
        let core = text.trim();
        let start = text.len() - text.trim_start().len();
        self.space.push_str(&text[..start]);
        if core.is_empty() {
            return String::new();
        }
        let space = std::mem::replace(&mut self.space, text[start + core.len()..].to_owned());
        let shown = if self.text.is_empty() {
            core.to_owned()
        } else if self.cut && !space.contains('\n') {
            format!("\n{core}")
        } else {
            space + core
        };
        self.cut = false;
        self.text.push_str(&shown);
        shown
    }

    /// Something else stands between what came and what comes: they must not run into one line.
    fn cut(&mut self) {
        self.cut = true;
    }
}

/// Takes one reply apart.
///
/// Besides the exact form it understands: `args` or `parameters` for `arguments`, arguments as a JSON string, several
/// calls in a turn, several objects in one call, JSON that is slightly broken, a last tag that is not closed, a call
/// inside the thought, `<answer>` around the answer, and text after a call. A call that cannot be read is a
/// [`ToolCall`] whose `malformed` says what was wrong.
#[derive(Debug, Default)]
pub struct ReplyParser {
    raw: String,
    /// Text that has come but may still become a tag.
    pending: String,
    in_thought: bool,
    call: Option<OpenCall>,
    reasoning: Trimmed,
    text: Trimmed,
    calls: Vec<ToolCall>,
}

impl ReplyParser {
    /// A parser for a reply that begins with its first character. `in_thought` says that the prompt already opened the
    /// thought: see [`opens_thought`].
    pub fn new(in_thought: bool) -> Self {
        Self { in_thought, ..Self::default() }
    }

    /// Takes the next piece and returns what is new. The pieces of all [`Delta::Reasoning`] put together are the
    /// message's `reasoning`, those of all [`Delta::Text`] its `text`.
    pub fn push(&mut self, piece: &str) -> Vec<Delta> {
        self.raw.push_str(piece);
        self.pending.push_str(piece);
        let pending = std::mem::take(&mut self.pending);
        let mut deltas = Vec::new();
        let mut rest = pending.as_str();
        while let Some((before, tag, name, after)) = next_tag(rest) {
            self.take(before, &mut deltas);
            self.enter(tag, name, &mut deltas);
            rest = after;
        }
        let certain = rest.len() - possible_tag(rest);
        self.take(&rest[..certain], &mut deltas);
        self.pending.push_str(&rest[certain..]);
        deltas
    }

    /// Ends the reply and returns what was held back and the message.
    pub fn finish(mut self, stop: StopReason, usage: Usage) -> (Vec<Delta>, AssistantMessage) {
        let mut deltas = Vec::new();
        let pending = std::mem::take(&mut self.pending);
        self.take(&pending, &mut deltas);
        self.close_call(false, &mut deltas);
        let message = AssistantMessage {
            raw: self.raw,
            reasoning: self.reasoning.text,
            text: self.text.text,
            calls: self.calls,
            stop,
            usage,
        };
        (deltas, message)
    }

    /// Takes text that is no tag.
    fn take(&mut self, text: &str, deltas: &mut Vec<Delta>) {
        let Some(call) = &mut self.call else { return self.say(text, deltas) };
        call.body.push_str(text);
        if call.begun || !self.in_thought {
            return;
        }
        match call.body.trim_start().chars().next() {
            None => {}
            Some('{' | '[') => call.begun = true,
            Some(_) => self.unsay_call(deltas),
        }
    }

    /// Turns what looked like a call inside a thought back into words.
    fn unsay_call(&mut self, deltas: &mut Vec<Delta>) {
        if let Some(call) = self.call.take() {
            self.say("<tool_call>", deltas);
            self.say(&call.body, deltas);
        }
    }

    fn say(&mut self, text: &str, deltas: &mut Vec<Delta>) {
        let (part, delta): (_, fn(String) -> Delta) =
            if self.in_thought { (&mut self.reasoning, Delta::Reasoning) } else { (&mut self.text, Delta::Text) };
        let shown = part.push(text);
        if !shown.is_empty() {
            deltas.push(delta(shown));
        }
    }

    fn enter(&mut self, tag: Tag, name: &str, deltas: &mut Vec<Delta>) {
        if self.call.is_some() {
            let unbegun = self.in_thought && self.call.as_ref().is_some_and(|call| !call.begun);
            match tag {
                Tag::OpenCall | Tag::CloseCall if !unbegun => self.close_call(tag == Tag::CloseCall, deltas),
                Tag::CloseThought if self.in_thought && !unbegun => self.close_call(false, deltas),
                _ if unbegun => self.unsay_call(deltas),
                // A thought or an answer after a call that was not closed; elsewhere it is part of a string.
                _ if self.call.as_ref().is_some_and(|call| call.body.trim_end().ends_with(['}', ']'])) => {
                    self.close_call(false, deltas);
                }
                _ => return self.take(name, deltas),
            }
        }
        match tag {
            Tag::OpenCall => self.call = Some(OpenCall::default()),
            Tag::OpenThought => self.turn(true),
            Tag::CloseThought => self.turn(false),
            Tag::OpenAnswer if self.in_thought => self.turn(false),
            Tag::CloseCall | Tag::OpenAnswer | Tag::CloseAnswer => {}
        }
    }

    fn turn(&mut self, in_thought: bool) {
        self.in_thought = in_thought;
        self.reasoning.cut();
        self.text.cut();
    }

    /// Reads the call that is open, if one is. What follows the objects of a call that was not `closed` is text.
    fn close_call(&mut self, closed: bool, deltas: &mut Vec<Delta>) {
        if self.in_thought && self.call.as_ref().is_some_and(|call| !call.begun) {
            return self.unsay_call(deltas);
        }
        let Some(call) = self.call.take() else { return };
        self.reasoning.cut();
        self.text.cut();
        let rest = read_calls(&call.body, &mut self.calls);
        if !closed {
            self.say(rest, deltas);
        }
    }
}

/// Whether a prompt ends inside a thought, as with templates that write `<think>` themselves.
pub fn opens_thought(prompt: &str) -> bool {
    prompt.trim_end().ends_with("<think>")
}

/// The first tag in `text`, with what stands before and after it.
fn next_tag(text: &str) -> Option<(&str, Tag, &'static str, &str)> {
    for (start, _) in text.match_indices('<') {
        let here = &text[start..];
        if let Some((name, tag)) = TAGS.iter().find(|(name, _)| here.starts_with(name)) {
            return Some((&text[..start], *tag, name, &here[name.len()..]));
        }
    }
    None
}

/// The length of the longest end of `text` that may be the beginning of a tag.
fn possible_tag(text: &str) -> usize {
    let Some(start) = text.rfind('<') else { return 0 };
    let end = &text[start..];
    if TAGS.iter().any(|(name, _)| name.starts_with(end)) { end.len() } else { 0 }
}

#[cfg(test)]
mod tests;
