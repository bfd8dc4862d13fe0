//! The tool `visit_tool`, and what both tools do with arguments and failures.

use crate::provider::{FetchError, Page, PageSource};
use futures::future::BoxFuture;
use lucy_protocol::{Source, Tool, ToolCall, ToolContext, ToolResult, ToolSpec};
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

/// Names under which models give the address.
const NAMES: [&str; 7] = ["url", "link", "address", "uri", "href", "page", "source"];

/// The tool `visit_tool(url)`: a result is the text of a page and its one source.
pub struct VisitTool {
    pages: Arc<dyn PageSource>,
    spec: ToolSpec,
}

impl VisitTool {
    /// A tool that reads pages of this source.
    pub fn new(pages: Arc<dyn PageSource>) -> Self {
        let spec = ToolSpec {
            name: "visit_tool".into(),
            description: "Read a page. Returns its title, URL and full content.".into(),
            parameters: json!({
                "type": "object",
                "properties": { "url": { "type": "string", "description": "The URL of a search result" } },
                "required": ["url"]
            }),
        };
        Self { pages, spec }
    }
}

impl Tool for VisitTool {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    fn call(&self, call: ToolCall, cx: ToolContext) -> BoxFuture<'static, ToolResult> {
        let pages = Arc::clone(&self.pages);
        Box::pin(async move {
            let Some(address) = string_argument(&call, &NAMES) else {
                return failed(&call.id, "visit_tool needs a url");
            };
            let Ok(url) = Url::parse(address.trim_matches(['<', '>', '"', '\'', '`'])) else {
                return failed(&call.id, &FetchError::NotFound(address).to_string());
            };
            let page = tokio::select! {
                biased;
                () = cx.cancel.cancelled() => return cancelled(&call.id),
                page = pages.page(&url) => page,
            };
            match page {
                Ok(page) => visited(call.id, page),
                Err(error) => failed(&call.id, &error.to_string()),
            }
        })
    }
}

fn visited(call_id: String, page: Page) -> ToolResult {
    let preview = Source::preview_of(&page.text);
    let source = Source { number: 0, url: page.url, title: page.title, preview, text: Some(page.text) };
    ToolResult { call_id, content: source.page_content(), is_error: false, sources: vec![source] }
}

/// The value under the first of these names that has one, or the only argument there is; trimmed, never empty.
/// A number counts as its digits and a list as its first entry.
pub(crate) fn string_argument(call: &ToolCall, names: &[&str]) -> Option<String> {
    let named = names.iter().find_map(|name| call.arguments.get(*name));
    let value = match named {
        Some(value) => value,
        None if call.arguments.len() == 1 => call.arguments.values().next()?,
        None => return None,
    };
    let text = match value {
        Value::Array(values) => string(values.first()?)?,
        value => string(value)?,
    };
    Some(text.trim().to_string()).filter(|text| !text.is_empty())
}

fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A failure as the model reads it.
pub(crate) fn failed(call_id: &str, why: &str) -> ToolResult {
    ToolResult { call_id: call_id.into(), content: format!("Error: {why}"), is_error: true, sources: Vec::new() }
}

/// What a call returns that was stopped.
pub(crate) fn cancelled(call_id: &str) -> ToolResult {
    failed(call_id, "the call was cancelled")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    struct Shelf;

    impl PageSource for Shelf {
        fn page<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Page, FetchError>> {
            Box::pin(async move {
                match url.as_str() {
                    "library:eiffel-tower" => Ok(Page {
                        url: url.to_string(),
                        title: "Eiffel Tower".into(),
                        text: "It is 330 metres high. It is in Paris.".into(),
                    }),
                    "library:gone" => Err(FetchError::Failed("the disk is gone".into())),
                    _ => Err(FetchError::NotFound(url.to_string())),
                }
            })
        }
    }

    async fn visit(name: &str, address: &str) -> ToolResult {
        let arguments = [(name.to_string(), json!(address))].into_iter().collect();
        let call = ToolCall { id: "c2".into(), name: "visit_tool".into(), arguments, malformed: None };
        VisitTool::new(Arc::new(Shelf)).call(call, ToolContext::default()).await
    }

    #[tokio::test]
    async fn a_page_is_text_and_one_source() {
        let result = visit("url", "library:eiffel-tower").await;
        expect![[r"
            Title: Eiffel Tower
            URL: library:eiffel-tower

            Full Content:
            It is 330 metres high. It is in Paris."]]
        .assert_eq(&result.content);
        assert_eq!(result.sources.len(), 1);
        assert_eq!(result.sources[0].text.as_deref(), Some("It is 330 metres high. It is in Paris."));
        assert_eq!(result.call_id, "c2");
    }

    #[tokio::test]
    async fn close_names_and_wrapped_addresses_are_understood() {
        for (name, address) in
            [("link", "library:eiffel-tower "), ("uri", "<library:eiffel-tower>"), ("u", "library:eiffel-tower")]
        {
            assert!(!visit(name, address).await.is_error);
        }
    }

    #[tokio::test]
    async fn failures_say_what_to_do() {
        let unknown = "Error: there is no page at library:x; use the URL of a search result";
        assert_eq!(visit("url", "library:x").await.content, unknown);
        assert_eq!(
            visit("url", "not an address").await.content,
            "Error: there is no page at not an address; use the URL of a search result"
        );
        assert_eq!(visit("url", " ").await.content, "Error: visit_tool needs a url");
        assert_eq!(visit("url", "library:gone").await.content, "Error: the page could not be read: the disk is gone");
    }
}
