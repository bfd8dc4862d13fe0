//! The tool `web_search`.

use crate::provider::{Hit, Query, SearchProvider};
use crate::visit_tool::{cancelled, failed, string_argument};
use futures::future::BoxFuture;
use lucy_protocol::{Source, Tool, ToolCall, ToolContext, ToolResult, ToolSpec};
use serde_json::json;
use std::sync::Arc;

/// Names under which models give the query.
const NAMES: [&str; 7] = ["query", "q", "search_query", "search", "keywords", "question", "text"];

/// The tool `web_search(query)`: a result is a list of sources, which the agent numbers and writes out.
pub struct WebSearch {
    provider: Arc<dyn SearchProvider>,
    limit: usize,
    spec: ToolSpec,
}

impl WebSearch {
    /// A tool that returns at most `limit` sources: 10 as Lucy was trained, 3 for a very small model.
    pub fn new(provider: Arc<dyn SearchProvider>, limit: usize) -> Self {
        let spec = ToolSpec {
            name: "web_search".into(),
            description: "Search for pages. Returns a numbered list of titles, URLs and previews.".into(),
            parameters: json!({
                "type": "object",
                "properties": { "query": { "type": "string", "description": "What to search for" } },
                "required": ["query"]
            }),
        };
        Self { provider, limit, spec }
    }
}

impl Tool for WebSearch {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    fn call(&self, call: ToolCall, cx: ToolContext) -> BoxFuture<'static, ToolResult> {
        let (provider, limit) = (Arc::clone(&self.provider), self.limit);
        Box::pin(async move {
            let Some(text) = string_argument(&call, &NAMES) else {
                return failed(&call.id, "web_search needs a query");
            };
            let query = Query { text, limit };
            let hits = tokio::select! {
                biased;
                () = cx.cancel.cancelled() => return cancelled(&call.id),
                hits = provider.search(&query) => hits,
            };
            match hits {
                Ok(hits) => {
                    let sources = hits.into_iter().take(limit).map(source).collect();
                    ToolResult { call_id: call.id, sources, ..ToolResult::default() }
                }
                Err(error) => failed(&call.id, &error.to_string()),
            }
        })
    }
}

fn source(hit: Hit) -> Source {
    Source { url: hit.url, title: hit.title, preview: hit.preview, ..Source::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SearchError;
    use serde_json::Value;

    struct Shelf;

    impl SearchProvider for Shelf {
        fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
            Box::pin(async move {
                match query.text.as_str() {
                    "broken" => Err(SearchError::Failed("the disk is gone".into())),
                    "slow" => futures::future::pending().await,
                    "nothing" => Ok(Vec::new()),
                    text => Ok((0..9)
                        .map(|n| Hit { url: format!("library:{n}"), title: text.into(), preview: "P.".into() })
                        .collect()),
                }
            })
        }
    }

    async fn call(arguments: Value) -> ToolResult {
        let Value::Object(arguments) = arguments else { panic!("not an object") };
        let call = ToolCall { id: "c1".into(), name: "web_search".into(), arguments, malformed: None };
        WebSearch::new(Arc::new(Shelf), 3).call(call, ToolContext::default()).await
    }

    #[tokio::test]
    async fn hits_become_unnumbered_sources() {
        let result = call(json!({"query": " eiffel tower "})).await;
        assert_eq!((result.call_id.as_str(), result.content.as_str(), result.is_error), ("c1", "", false));
        assert_eq!(result.sources.len(), 3);
        assert_eq!(result.sources[0].title, "eiffel tower");
        assert_eq!((result.sources[0].number, &result.sources[0].text), (0, &None));
    }

    #[tokio::test]
    async fn close_names_and_lone_arguments_are_understood() {
        for arguments in
            [json!({"q": "x"}), json!({"search_query": "x"}), json!({"topic": "x"}), json!({"query": ["x"]})]
        {
            assert_eq!(call(arguments).await.sources[0].title, "x");
        }
        assert_eq!(call(json!({"query": 42})).await.sources[0].title, "42");
    }

    #[tokio::test]
    async fn nothing_found_is_an_empty_result() {
        assert_eq!(
            call(json!({"query": "nothing"})).await,
            ToolResult { call_id: "c1".into(), ..ToolResult::default() }
        );
    }

    #[tokio::test]
    async fn failures_are_results() {
        for arguments in [json!({}), json!({"query": ""}), json!({"query": "broken"}), json!({"query": null})] {
            let result = call(arguments).await;
            assert!(result.is_error && result.content.starts_with("Error: "), "{}", result.content);
        }
    }

    #[tokio::test]
    async fn a_cancelled_call_ends() {
        let cx = ToolContext::default();
        cx.cancel.cancel();
        let Value::Object(arguments) = json!({"query": "slow"}) else { unreachable!() };
        let call = ToolCall { id: "c1".into(), name: "web_search".into(), arguments, malformed: None };
        let result = WebSearch::new(Arc::new(Shelf), 3).call(call, cx).await;
        assert_eq!(result.content, "Error: the call was cancelled");
    }
}
