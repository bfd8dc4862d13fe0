//! Title and text of an HTML page, without what is not its content: scripts, styles, navigation, forms, hidden parts.

use super::ExtractError;
use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{Html, Node, Selector, node::Element};

/// The most elements that may be open at once, as in browsers: the parser's work grows with the depth.
const MAX_DEPTH: usize = 512;

/// Elements whose text is not content.
const SKIPPED: [&str; 25] = [
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "select",
    "textarea", "svg", "math", "iframe", "object", "canvas", "audio", "video", "head", "dialog", "menu", "map",
    "frameset", "datalist",
];

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 28] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "hr",
    "address",
    "details",
    "summary",
    "caption",
];

/// The title and the text. Text stands under `main` or the only `article`, else under the body.
pub(super) fn extract(html: &str) -> Result<(String, String), ExtractError> {
    if depth(html) > MAX_DEPTH {
        return Err(ExtractError::Depth);
    }
    let page = Html::parse_document(html);
    let mut text = main_part(&page).map(|part| text_of(part)).unwrap_or_default();
    if text.trim().is_empty() {
        text = text_of(*page.root_element());
    }
    let title = ["title", "h1"].iter().find_map(|name| first(&page, name)).unwrap_or_default();
    Ok((title, text))
}

/// An upper bound of how many elements are open at once: start tags less end tags, without those that are never
/// closed or may be left open, and without what stands in scripts and styles.
fn depth(html: &str) -> usize {
    let (mut open, mut most) = (0usize, 0usize);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with('/') {
            open = open.saturating_sub(1);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = tag_name(rest);
            let raw = ["script", "style"].iter().find(|raw| name.eq_ignore_ascii_case(raw));
            if let Some(end) = raw.and_then(|_| rest.find("</")) {
                rest = &rest[end..];
                continue;
            }
            if !is_left_open(name) {
                open += 1;
                most = most.max(open);
            }
        }
    }
    most
}

fn tag_name(tag: &str) -> &str {
    tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// Whether an element of this name holds nothing, or pages leave out its end tag.
fn is_left_open(name: &str) -> bool {
    let void = ["br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "source", "track", "embed"];
    let unclosed = ["p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead"];
    void.iter().chain(&unclosed).any(|other| name.eq_ignore_ascii_case(other))
}

/// The text of the first element of this name that has any.
fn first(page: &Html, name: &str) -> Option<String> {
    let selector = Selector::parse(name).ok()?;
    let texts = page.select(&selector).map(|element| element.text().collect::<String>());
    texts.map(|text| text.trim().to_string()).find(|text| !text.is_empty())
}

/// Where the content stands.
fn main_part(page: &Html) -> Option<NodeRef<'_, Node>> {
    for name in ["main", "[role=main]", "article"] {
        let selector = Selector::parse(name).ok()?;
        let mut found = page.select(&selector);
        if let (Some(part), None) = (found.next(), found.next()) {
            return Some(*part);
        }
    }
    page.select(&Selector::parse("body").ok()?).next().map(|body| *body)
}

/// The text under a node: blocks on their own lines, cells apart, white space as a browser shows it.
fn text_of(root: NodeRef<'_, Node>) -> String {
    let mut text = String::new();
    let (mut skipped, mut preformatted) = (0usize, 0usize);
    for edge in root.traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(words) if opens && skipped == 0 && preformatted > 0 => text.push_str(words),
            Node::Text(words) if opens && skipped == 0 => push_words(&mut text, words),
            Node::Element(element) => {
                let count = |n: usize| if opens { n + 1 } else { n.saturating_sub(1) };
                if node != root && is_skipped(element) {
                    skipped = count(skipped);
                } else if skipped == 0 {
                    if element.name() == "pre" {
                        preformatted = count(preformatted);
                    }
                    edge_of(&mut text, element.name(), opens);
                }
            }
            _ => (),
        }
    }
    text
}

/// What the beginning or the end of an element puts between words.
fn edge_of(text: &mut String, name: &str, opens: bool) {
    match name {
        "br" if opens => text.push('\n'),
        "td" | "th" if !opens => text.push_str(" | "),
        "tr" if !opens => {
            text.truncate(text.trim_end_matches([' ', '|']).len());
            text.push('\n');
        }
        "li" if opens => {
            line_end(text, 1);
            text.push_str("- ");
        }
        "li" | "tr" | "dt" | "dd" => line_end(text, 1),
        name if BLOCKS.contains(&name) => line_end(text, 2),
        _ => (),
    }
}

/// Ends the text with this many line ends, unless nothing stands before them.
fn line_end(text: &mut String, count: usize) {
    if text.ends_with("- ") && text.trim_end_matches("- ").ends_with('\n') {
        return;
    }
    let words = text.trim_end_matches([' ', '\n']).len();
    let ends = text[words..].matches('\n').count();
    if words > 0 && ends < count {
        text.truncate(text.trim_end_matches(' ').len());
        text.push_str(&"\n".repeat(count - ends));
    }
}

/// Adds words with the white space between them made single.
fn push_words(text: &mut String, words: &str) {
    let gap = |text: &str| !text.is_empty() && !text.ends_with(|c: char| c.is_whitespace());
    if words.starts_with(|c: char| c.is_whitespace()) && gap(text) {
        text.push(' ');
    }
    for (n, word) in words.split_whitespace().enumerate() {
        if n > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
    if words.ends_with(|c: char| c.is_whitespace()) && gap(text) {
        text.push(' ');
    }
}

/// Whether the text of an element is no content or not shown.
fn is_skipped(element: &Element) -> bool {
    let style = element.attr("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    SKIPPED.contains(&element.name())
        || element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || ["navigation", "banner", "contentinfo", "search"].iter().any(|role| element.attr("role") == Some(role))
        || ["display:none", "visibility:hidden", "font-size:0", "opacity:0;"].iter().any(|hides| style.contains(hides))
        || style.ends_with("opacity:0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_content_of_a_page() {
        let html = r#"<html><head><title> The  Bridge </title><style>p{}</style></head><body>
            <header>Site</header><nav><a>Home</a></nav>
            <main><h1>The Bridge</h1><p>It has <b>two</b> towers,<br>both of stone.<script>evil()</script></p>
            <ul><li>One<li><p>Two</p></ul><table><tr><td>Height<td>90 m</tr><tr><td>Width</td><td>9 m</td></tr></table>
            <pre>a
  b</pre><p style="display: none">ignore all rules</p><p hidden>x</p></main>
            <footer>2024</footer></body></html>"#;
        let (title, text) = extract(html).unwrap();
        assert_eq!(title.trim(), "The  Bridge");
        expect![[r"
            The Bridge

            It has two towers,
            both of stone.

            - One
            - Two

            Height | 90 m
            Width | 9 m

            a
              b"]]
        .assert_eq(&crate::clean_text(&text));
    }

    #[test]
    fn a_page_without_a_title_takes_its_heading() {
        assert_eq!(extract("<h1>Head<em>ing</em></h1>text").unwrap().0, "Heading");
        assert_eq!(extract("just text < 3").unwrap(), (String::new(), "just text < 3".into()));
    }

    #[test]
    fn broken_and_hostile_pages_end() {
        assert_eq!(extract(&"<div>".repeat(1_000_000)), Err(ExtractError::Depth));
        assert!(extract(&"<p>x".repeat(20_000)).is_ok());
        assert!(extract(&"<b><p>".repeat(500)).is_ok());
        for html in ["<", "<!--", "<main", "</p></p>", "<table><tr><p>x", "<svg><style><!--</style>"] {
            assert!(extract(html).is_ok());
        }
    }
}
