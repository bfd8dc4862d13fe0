//! Markdown.

use super::{Document, is_link};
use crate::api::Export;
use lucy_protocol::{Source, ToolCall};

/// The run as Markdown.
pub(super) fn write(document: &Document, export: &Export) -> String {
    let transcript = &document.transcript;
    let mut text = format!("# {}\n\n{}\n\n", line(&document.title), document.facts());
    if document.title != transcript.question {
        text.push_str(&format!("**{}**\n\n", line(&transcript.question)));
    }
    text.push_str(document.answer().trim());
    text.push_str("\n\n");
    if !transcript.sources.is_empty() {
        text.push_str("## Sources\n\n");
        transcript.sources.iter().for_each(|source| text.push_str(&entry(source)));
        text.push('\n');
    }
    if export.reasoning || export.calls {
        text.push_str("## Steps\n\n");
        steps(document, export, &mut text);
    }
    if export.pages {
        text.push_str("## Pages\n\n");
        for source in &transcript.sources {
            if let Some(page) = &source.text {
                text.push_str(&format!("### [{}] {}\n\n{}\n\n", source.number, line(&source.title), fenced(page)));
            }
        }
    }
    text.trim_end().to_owned() + "\n"
}

fn entry(source: &Source) -> String {
    let (title, read) = (line(&source.title), if source.text.is_some() { "" } else { " (not read)" });
    let address = source.url.replace(['<', '>', '\n', '\r'], "");
    match is_link(&address) {
        true => format!("- [{}] {title}: <{address}>{read}\n", source.number),
        false => format!("- [{}] {title}: `{}`{read}\n", source.number, address.replace('`', "")),
    }
}

fn steps(document: &Document, export: &Export, text: &mut String) {
    let transcript = &document.transcript;
    for (number, step) in (1..).zip(&transcript.steps) {
        for said in transcript.said.iter().filter(|said| said.after + 1 == number) {
            text.push_str(&format!("**You said:** {}\n\n", line(&said.text)));
        }
        text.push_str(&format!("### Step {number}\n\n"));
        if export.reasoning && !step.reply.reasoning.trim().is_empty() {
            for row in step.reply.reasoning.trim().lines() {
                text.push_str(&format!("> {}\n", line(row)));
            }
            text.push('\n');
        }
        if export.calls && !step.reply.calls.is_empty() {
            for call in &step.reply.calls {
                let result = step.results.iter().find(|result| result.call_id == call.id);
                let seen = result.map_or("no result".into(), |result| match (result.is_error, result.sources.len()) {
                    (true, _) => line(result.content.lines().next().unwrap_or_default()),
                    (false, 1) => "1 source".into(),
                    (false, sources) => format!("{sources} sources"),
                });
                text.push_str(&format!("- {}: {seen}\n", called(call)));
            }
            text.push('\n');
        }
    }
}

fn called(call: &ToolCall) -> String {
    let arguments = serde_json::to_string(&call.arguments).unwrap_or_default();
    format!("`{}`", format!("{} {arguments}", call.name).replace(['`', '\n'], " "))
}

/// Text on one line, with every character escaped that Markdown or HTML would obey.
fn line(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '!' | '|' | '~') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// A block of code whose fence is longer than any run of backticks in it.
fn fenced(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}
