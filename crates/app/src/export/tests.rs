//! Documents of a run whose question, pages and answer try to be more than text.

use super::*;
use lucy_protocol::{AssistantMessage, Citation, ToolCall, ToolResult};

const EVIL: &str = "<script>alert(1)</script> **{\\input x}** `a``` \"q\" [x](javascript:alert(1))";

fn document() -> Document {
    let source = |number, url: &str| Source {
        number,
        url: url.into(),
        title: format!("Tower {EVIL}"),
        preview: String::new(),
        text: Some(format!("It was built in 1889. {EVIL}")),
    };
    let sources =
        vec![source(1, "https://a.example/?q=<b>&x"), source(2, "javascript:alert(2)"), source(3, "library:x")];
    let call = ToolCall {
        id: "s1c1".into(),
        name: "visit_tool".into(),
        arguments: json!({"url": EVIL}).as_object().cloned().unwrap(),
        malformed: None,
    };
    let reply = AssistantMessage {
        raw: format!("<think>{EVIL}</think>"),
        reasoning: format!("I wonder. {EVIL}"),
        calls: vec![call],
        ..AssistantMessage::default()
    };
    let result = ToolResult { call_id: "s1c1".into(), content: EVIL.into(), is_error: false, sources: sources.clone() };
    let answer = "Ä: built in 1889 [1].".to_owned();
    let start = answer.find("[1]").unwrap() as u32;
    let citations = vec![Citation { number: 1, start, end: start + 3, url: Some(sources[0].url.clone()) }];
    let transcript = Transcript {
        question: EVIL.into(),
        date: "2026-11-23".into(),
        model: "pocket".into(),
        steps: vec![Step { reply, results: vec![result], ..Step::default() }],
        sources,
        outcome: Some(Outcome::Answered { answer, citations }),
        ..Transcript::default()
    };
    let evidence = lucy_agent::evidence(&transcript);
    Document { run: "k3j9".into(), title: EVIL.into(), transcript, evidence }
}

fn export(format: Format, all: bool) -> String {
    let export = Export { run: "k3j9".into(), format, reasoning: all, calls: all, pages: all };
    write(&document(), &export).unwrap().2
}

#[test]
fn html_holds_no_markup_of_others() {
    let html = export(Format::Html, true);
    assert!(html.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
    assert!(!html.contains("<script") && !html.contains("href=\"javascript"), "{html}");
    assert!(html.contains("<a href=\"https://a.example/?q=&lt;b&gt;&amp;x\""), "{html}");
    assert!(html.contains("<code>library:x</code>"));
    assert!(
        html.contains("Ä: built in 1889 <sup><a href=\"#s1\" title=\"found in the source\">1</a></sup>."),
        "{html}"
    );
}

#[test]
fn markdown_holds_no_markup_of_others() {
    let markdown = export(Format::Markdown, true);
    let page = markdown.split("## Pages").nth(1).unwrap();
    assert!(page.contains("\n````text\n"), "the fence is longer than what is in it: {page}");
    for line in markdown.split("## Pages").next().unwrap().lines().filter(|line| line.contains("script")) {
        assert!(!line.replace("\\<", "").contains('<') || line.contains('`'), "{line}");
    }
    assert!(markdown.contains("Ä: built in 1889 [1]."));
    assert!(markdown.contains("1 of 1 claims found in the sources"), "{markdown}");
}

#[test]
fn what_was_not_asked_for_is_left_out() {
    for format in [Format::Markdown, Format::Html, Format::Json] {
        let (bare, full) = (export(format, false), export(format, true));
        for part in ["I wonder.", "visit_tool", "It was built in 1889."] {
            assert!(full.contains(part) && !bare.contains(part), "{part} in {bare}");
        }
    }
    let json: serde_json::Value = serde_json::from_str(&export(Format::Json, false)).unwrap();
    assert_eq!(json["transcript"]["steps"][0]["reply"]["raw"], "");
    assert_eq!(json["evidence"]["claims"]["total"], 1);
}

#[test]
fn references_are_those_that_are_cited() {
    let bibtex = export(Format::Bibtex, false);
    assert!(bibtex.starts_with("@misc{towerscriptalert1scripti1,\n"), "{bibtex}");
    assert!(bibtex.contains("\\{\\textbackslash{}input x\\}") && bibtex.matches('@').count() == 1, "{bibtex}");
    assert!(bibtex.contains("url = {https://a.example/?q=<b>&x},"), "{bibtex}");
    let ris = export(Format::Ris, false);
    assert!(ris.starts_with("TY  - ELEC\r\nTI  - Tower ") && ris.contains("Y2  - 2026/11/23\r\n"), "{ris}");
    let csl: serde_json::Value = serde_json::from_str(&export(Format::CslJson, false)).unwrap();
    assert_eq!(csl.as_array().unwrap().len(), 1);
    assert_eq!(csl[0]["accessed"]["date-parts"][0], json!([2026, 11, 23]));
}

#[test]
fn no_citation_is_told_and_names_are_plain() {
    let mut uncited = document();
    uncited.transcript.outcome = Some(Outcome::Cancelled);
    let export = Export { run: String::new(), format: Format::Ris, reasoning: false, calls: false, pages: false };
    assert!(write(&uncited, &export).unwrap_err().message.contains("cites no source"));
    let (name, ..) = write(&uncited, &Export { format: Format::Html, ..export }).unwrap();
    assert_eq!(name, "script-alert-1-script-input-x-k3j9.html");
    assert_eq!((slug("?!").as_str(), slug("Łódź 2").as_str()), ("run", "łódź-2"));
}

/// The answer as HTML, with what it cites found by the agent.
fn answered(answer: &str) -> String {
    let mut document = document();
    let citations = lucy_agent::cite(answer, &document.transcript.sources);
    document.transcript.outcome = Some(Outcome::Answered { answer: answer.into(), citations });
    document.evidence = lucy_agent::evidence(&document.transcript);
    let html = html::write(
        &document,
        &Export { run: "k3j9".into(), format: Format::Html, reasoning: false, calls: false, pages: false },
    );
    let (_, answer) = html.split_once("<div class=\"answer\">\n").unwrap();
    answer.split_once("</div>\n<h2>Sources</h2>").unwrap().0.to_owned()
}

#[test]
fn html_shows_the_markdown_of_the_answer() {
    let html = answered(
        "# Two *bridges*\n\nThe **first** [1], `code [1]`\n\n- one\n  1. inner [2]\n     - innermost\n- two\n\n\
         | Name | Year |\n|---|--:|\n| Forth [1] | 1890 |\n\n> quoted\n\n```\nlet a = [1];\n```\n\n[more](https://b.example/?a=1&b=2)",
    );
    for part in [
        "<h2>Two <em>bridges</em></h2>",
        "<strong>first</strong> <sup><a href=\"#s1\"",
        "<code>code [1]</code>",
        "<li>inner <sup><a href=\"#s2\"",
        "<ul>\n<li>innermost</li>\n</ul>",
        "<td>Forth <sup><a href=\"#s1\"",
        "<td style=\"text-align: right\">1890</td>",
        "<blockquote>\n<p>quoted</p>",
        "let a = [1];\n</code></pre>",
        "<a href=\"https://b.example/?a=1&amp;b=2\" rel=\"noreferrer\">more</a>",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[test]
fn a_hostile_answer_stays_harmless() {
    let html = answered(
        "Hi <img src=x onerror=alert(1)> [1]\n\n<script>\nalert(1) [2]\n</script>\n\n<div onclick=\"x\">\n\n\
         [a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](&#106;avascript:alert(1))\n\
         <javascript:alert(1)> [e](//f.example) [f](file:///etc/passwd) <a@b.example>\n\n\
         ![see](https://spy.example/p.png) [![pic](https://spy.example/q.png)](https://ok.example) ![i][1]\n\n\
         [ref] [q](https://\"onmouseover=alert(1) \"t\\\" onclick=x\")\n\n[ref]: javascript:alert(2)\n[r2]: https://spy.example 'x'\n\n\
         ```\"><script>\n</code><script>alert(1)</script>\n```\n\n- a\n  - <svg onload=x>\n    | `<script>` |\n    |---|\n\n\
         | <iframe src=x> | b |\n|:-:|---|\n| [x](vbscript:y) | </td><style>@import x</style> |\n\n&lt;script&gt; <!-- c --> <?php ?> <![CDATA[x]]>",
    );
    // Every tag that is there is one of ours.
    let ours =
        ["p", "sup", "a", "h2", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "em"];
    for tag in html.split('<').skip(1) {
        let (inside, _) = tag.split_once('>').unwrap_or_else(|| panic!("an open tag: {tag}"));
        let name = inside.trim_start_matches('/').split(' ').next().unwrap_or_default();
        assert!(ours.contains(&name), "<{inside}> in {html}");
        let attributes = inside.split_once(' ').map_or("", |(_, attributes)| attributes);
        for (index, attribute) in attributes.split('"').enumerate().filter(|(index, _)| index % 2 == 0) {
            let known = ["", "href=", " title=", " rel=", "title=", "class=", "style="];
            assert!(known.contains(&attribute), "{index}: {attribute} of <{inside}>");
        }
    }
    let addresses: Vec<_> = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(addresses.contains(&"https://ok.example") && addresses.contains(&"#s1"), "{addresses:?}");
    let harmless = |url: &&&str| url.starts_with('#') || url.starts_with("https://");
    assert_eq!(addresses.iter().filter(harmless).count(), addresses.len(), "{addresses:?}");
    assert!(!html.contains("src=\"") && !html.contains("spy.example/p.png"), "{html}");
    for shown in ["&lt;img src=x onerror=alert(1)&gt;", "alert(1) <sup>", "[ref]: javascript:alert(2)", "see", "pic"] {
        assert!(html.contains(shown), "{shown} is not in {html}");
    }
}

#[test]
fn citations_survive_what_markdown_would_make_of_them() {
    let html = answered("[1]: https://x.example\n\nA [1, 2], **b [1]** [see [1] here](https://x.example) [9].");
    assert_eq!(html.matches("href=\"#s1\"").count(), 3, "{html}");
    assert!(
        html.contains("here</a>")
            && !html.contains("<a href=\"#s1\" title=\"found in the source\">1</a></sup> here</a>")
    );
    assert!(html.contains(">2</a></sup>, <strong>b <sup>"), "{html}");
    assert!(html.contains("title=\"no source has this number\">9</a>"), "{html}");
    let html = answered("Made up: \u{e000}0\u{e001} and \u{e000}99999999999999999999\u{e001}\0.");
    assert!(html.contains("Made up: 0 and 99999999999999999999."), "{html}");
    let deep = format!("{}x [1]", "> - ".repeat(500));
    assert!(answered(&deep).contains("href=\"#s1\""));
}
