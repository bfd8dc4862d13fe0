//! One HTML file that loads nothing and runs nothing, whatever is in it.

use super::{Document, answer, is_link};
use crate::api::Export;
use lucy_protocol::{Source, Step};

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">
<meta name=\"viewport\" content=\"width=device-width\">
";

const STYLE: &str = "<style>
:root { color-scheme: light dark; }
body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem; font: 1.05rem/1.6 Georgia, serif; }
h1 { font-size: 1.6rem; line-height: 1.3; }
h2 { font-size: 1.1rem; margin-top: 2.5rem; }
.facts, .note { color: GrayText; font: 0.85rem/1.5 system-ui, sans-serif; }
.answer, .page { overflow-wrap: anywhere; }
.answer pre, .page { white-space: pre-wrap; }
.answer table { display: block; overflow-x: auto; border-collapse: collapse; }
.answer th, .answer td { border: 1px solid GrayText; padding: 0.2rem 0.6rem; }
.answer blockquote { border-left: 3px solid GrayText; margin-left: 0; padding-left: 0.8rem; }
.thought { border-left: 3px solid; padding-left: 0.8rem; font-style: italic; white-space: pre-wrap; }
.page { font-size: 0.9rem; border: 1px solid GrayText; padding: 0.8rem; }
sup a { text-decoration: none; }
code { overflow-wrap: anywhere; }
</style>
";

/// The run as HTML.
pub(super) fn write(document: &Document, export: &Export) -> String {
    let transcript = &document.transcript;
    let title = escape(&document.title);
    let mut html = format!("{HEAD}<title>{title}</title>\n{STYLE}</head>\n<body>\n<h1>{title}</h1>\n");
    html.push_str(&format!("<p class=\"facts\">{}</p>\n", escape(&document.facts())));
    if document.title != transcript.question {
        html.push_str(&format!("<p>{}</p>\n", escape(&transcript.question)));
    }
    html.push_str(&format!("<div class=\"answer\">\n{}</div>\n", answer::html(document)));
    if !transcript.sources.is_empty() {
        html.push_str("<h2>Sources</h2>\n<ol>\n");
        transcript.sources.iter().for_each(|source| html.push_str(&entry(source)));
        html.push_str("</ol>\n");
    }
    if export.reasoning || export.calls {
        html.push_str("<h2>Steps</h2>\n<ol>\n");
        transcript.steps.iter().for_each(|step| html.push_str(&one_step(step, export)));
        html.push_str("</ol>\n");
    }
    if export.pages {
        html.push_str("<h2>Pages</h2>\n");
        for source in &transcript.sources {
            if let Some(page) = &source.text {
                let (number, title) = (source.number, escape(&source.title));
                html.push_str(&format!("<h3>[{number}] {title}</h3>\n<div class=\"page\">{}</div>\n", escape(page)));
            }
        }
    }
    html + "</body>\n</html>\n"
}

fn entry(source: &Source) -> String {
    let (number, title, url) = (source.number, escape(&source.title), escape(&source.url));
    let address = match is_link(&source.url) {
        true => format!("<a href=\"{url}\" rel=\"noreferrer\">{url}</a>"),
        false => format!("<code>{url}</code>"),
    };
    format!("<li id=\"s{number}\" value=\"{number}\">{title}<br>{address}</li>\n")
}

fn one_step(step: &Step, export: &Export) -> String {
    let mut html = String::from("<li>");
    if export.reasoning && !step.reply.reasoning.trim().is_empty() {
        html.push_str(&format!("<p class=\"thought\">{}</p>", escape(step.reply.reasoning.trim())));
    }
    for call in step.reply.calls.iter().filter(|_| export.calls) {
        let arguments = serde_json::to_string(&call.arguments).unwrap_or_default();
        html.push_str(&format!("<p><code>{} {}</code></p>", escape(&call.name), escape(&arguments)));
    }
    html + "</li>\n"
}

/// Text that no browser takes for anything else.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\0' => (),
            letter => escaped.push(letter),
        }
    }
    escaped
}
