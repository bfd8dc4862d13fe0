//! The Markdown of an answer as HTML that loads nothing and runs nothing: HTML in it stays text, pictures become their
//! descriptions, and only web addresses become links. Its citations lead to the list of sources, each with what came
//! of comparing it.

use super::html::escape;
use super::{Document, is_link};
use lucy_protocol::{Citation, Verdict};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// What a citation stands between while the Markdown is read: characters that mean nothing in Markdown. Those that an
/// answer holds itself are left out.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The answer, or in its place how the run ended.
pub(super) fn html(document: &Document) -> String {
    let Some((answer, citations)) = document.transcript.answer() else {
        return format!("<p>{}</p>\n", escape(&document.answer()));
    };
    let text = without_definitions(marked(answer, citations));
    let mut rewriter = Rewriter { document, answer, citations, links: Vec::new(), code: false };
    let events = Parser::new_ext(&text, Options::ENABLE_TABLES).filter_map(|event| rewriter.rewritten(event));
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

/// The answer with each citation as its index between marks, so that Markdown takes none of it for anything else.
fn marked(answer: &str, citations: &[Citation]) -> String {
    let plain = |text: &str| text.replace([OPEN, CLOSE, '\0'], "");
    let (mut text, mut at) = (String::new(), 0);
    for (index, citation) in citations.iter().enumerate() {
        let (start, end) = (citation.start as usize, citation.end as usize);
        let Some(before) = answer.get(at..start).filter(|_| answer.get(start..end).is_some()) else { continue };
        text.push_str(&plain(before));
        text.push_str(&format!("{OPEN}{index}{CLOSE}"));
        at = end;
    }
    text + &plain(answer.get(at..).unwrap_or_default())
}

/// The text with its definitions of links escaped: `[a]: https://…` would vanish from what is shown.
fn without_definitions(mut text: String) -> String {
    loop {
        let mut starts: Vec<usize> = Parser::new_ext(&text, Options::ENABLE_TABLES)
            .reference_definitions()
            .iter()
            .map(|(_, definition)| definition.span.start)
            .filter(|start| text[*start..].starts_with('['))
            .collect();
        if starts.is_empty() {
            return text;
        }
        starts.sort_unstable();
        starts.iter().rev().for_each(|start| text.insert(*start, '\\'));
    }
}

/// Makes what is read harmless.
struct Rewriter<'a> {
    document: &'a Document,
    answer: &'a str,
    citations: &'a [Citation],
    /// For each open link whether it became one.
    links: Vec<bool>,
    /// Whether this is code, in which a citation is text.
    code: bool,
}

impl Rewriter<'_> {
    fn rewritten<'e>(&mut self, event: Event<'e>) -> Option<Event<'e>> {
        Some(match event {
            Event::Text(text) => self.text(text),
            Event::Html(text) | Event::InlineHtml(text) => Event::Html(self.with_citations(&text).into()),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Code(code) => Event::Code(self.as_it_stood(&code).into()),
            Event::Start(Tag::CodeBlock(_)) => {
                self.code = true;
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))
            }
            Event::End(TagEnd::CodeBlock) => {
                self.code = false;
                Event::End(TagEnd::CodeBlock)
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let url = self.as_it_stood(&dest_url);
                self.links.push(is_link(&url));
                if !is_link(&url) {
                    return None;
                }
                Event::Html(format!("<a href=\"{}\" rel=\"noreferrer\">", escape(&url)).into())
            }
            Event::End(TagEnd::Link) => match self.links.pop() {
                Some(true) => Event::Html("</a>".into()),
                _ => return None,
            },
            // What stays is the description.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
            Event::Start(Tag::Heading { level, .. }) => {
                Event::Start(Tag::Heading { level: below_title(level), id: None, classes: vec![], attrs: vec![] })
            }
            Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_title(level))),
            other => other,
        })
    }

    fn text<'e>(&self, text: CowStr<'e>) -> Event<'e> {
        match (text.contains(OPEN), self.code) {
            (false, _) => Event::Text(text),
            (true, true) => Event::Text(self.as_it_stood(&text).into()),
            (true, false) => Event::Html(self.with_citations(&text).into()),
        }
    }

    /// A text as HTML, its citations as links.
    fn with_citations(&self, text: &str) -> String {
        self.each(text, escape, |citation| {
            let number = citation.number;
            let title = said(self.document, citation.start, number);
            match self.links.contains(&true) {
                false => format!("<sup><a href=\"#s{number}\" title=\"{title}\">{number}</a></sup>"),
                true => format!("<sup title=\"{title}\">{number}</sup>"),
            }
        })
    }

    /// A text with its citations as the answer has them.
    fn as_it_stood(&self, text: &str) -> String {
        let stood = |citation: &Citation| self.answer.get(citation.start as usize..citation.end as usize);
        self.each(text, str::to_owned, |citation| stood(citation).unwrap_or_default().to_owned())
    }

    fn each(&self, text: &str, plain: fn(&str) -> String, cited: impl Fn(&Citation) -> String) -> String {
        let mut made = String::new();
        for (index, part) in text.split(OPEN).enumerate() {
            let marked = part.split_once(CLOSE).filter(|_| index > 0);
            let citation = marked.and_then(|(index, _)| self.citations.get(index.parse::<usize>().ok()?));
            made.push_str(&citation.map(&cited).unwrap_or_default());
            made.push_str(&plain(marked.map_or(part, |(_, rest)| rest)));
        }
        made
    }
}

/// The title of the document is its one heading of the first level.
fn below_title(level: HeadingLevel) -> HeadingLevel {
    level.max(HeadingLevel::H2)
}

/// What came of comparing the citation at this byte of the answer.
fn said(document: &Document, byte: u32, number: u32) -> &'static str {
    let answer = document.transcript.answer().map_or("", |(answer, _)| answer);
    let unit = answer.get(..byte as usize).map_or(0, |before| before.encode_utf16().count());
    let sentence = document.evidence.sentences.iter().find(|s| s.start as usize <= unit && unit < s.end as usize);
    let citation = sentence.and_then(|sentence| sentence.citations.iter().find(|c| c.number == number));
    match citation.map(|citation| citation.verdict) {
        Some(Verdict::Quoted) => "quoted from the source",
        Some(Verdict::Matches) => "found in the source",
        Some(Verdict::Partly) => "partly found in the source",
        Some(Verdict::NotFound) => "not found in the source",
        Some(Verdict::Unknown) | None => "no source has this number",
    }
}
