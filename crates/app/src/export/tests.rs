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
