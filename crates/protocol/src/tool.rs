//! The trait that every tool implements, whether built in or on an MCP server.

use crate::{CancellationToken, ToolCall, ToolResult};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Something that the model may call.
pub trait Tool: Send + Sync {
    /// Its name, what it does and its parameters.
    fn spec(&self) -> &ToolSpec;
    /// Whether the person is asked before each call.
    fn needs_approval(&self) -> bool {
        false
    }
    /// Makes the call. A failure is a result with `is_error`, never a panic.
    fn call(&self, call: ToolCall, cx: ToolContext) -> BoxFuture<'static, ToolResult>;
}

/// What the model is told about a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Value,
}

/// What a call is given besides its arguments.
#[derive(Clone)]
pub struct ToolContext {
    /// Ends the call.
    pub cancel: CancellationToken,
    /// Takes a line about what the call is doing, for the person to see.
    pub note: Arc<dyn Fn(String) + Send + Sync>,
}

impl Default for ToolContext {
    /// Never cancelled, notes go nowhere.
    fn default() -> Self {
        Self { cancel: CancellationToken::new(), note: Arc::new(|_| ()) }
    }
}
