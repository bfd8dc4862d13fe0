//! The app's two calls over HTTP: a request with its response, and the updates of a run as server-sent events.

use super::Served;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use lucy_app::{ApiError, ErrorCode, Request, RunUpdate};
use serde::Deserialize;
use std::sync::Arc;

/// Where a watcher begins.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    /// The first event that is wanted.
    #[serde(default)]
    from_seq: u64,
}

/// Answers a request of the app. It must be sent as JSON, which a form of another page cannot do.
pub async fn request(State(served): State<Arc<Served>>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return failed(&ApiError::new(ErrorCode::BadRequest, "send the request as application/json"));
    }
    let request: Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => {
            return failed(&ApiError::new(ErrorCode::BadRequest, format!("the request cannot be read: {error}")));
        }
    };
    match served.app.request(request).await {
        Ok(response) => Json(response).into_response(),
        Err(error) => failed(&error),
    }
}

/// The updates of a run from `from_seq` on, or from where the browser was cut off. The id of an event is the place of
/// the next one. The last event is called `end`.
pub async fn updates(
    State(served): State<Arc<Served>>,
    Path(run): Path<String>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let updates = match served.app.subscribe(&run, last.unwrap_or(from.from_seq)).await {
        Ok(updates) => updates,
        Err(error) => return failed(&error),
    };
    let events = updates.map(|update| {
        let event = match &update {
            RunUpdate::Event { seq, .. } => Event::default().id((seq + 1).to_string()),
            RunUpdate::Progress { .. } | RunUpdate::Stopped { .. } => Event::default(),
        };
        event.json_data(&update)
    });
    // Without data a browser would not tell of it.
    let end = stream::iter([Ok(Event::default().event("end").data("{}"))]);
    Sse::new(events.chain(end)).keep_alive(KeepAlive::default()).into_response()
}

fn failed(error: &ApiError) -> Response {
    let status = match error.code {
        ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
        ErrorCode::NoSuchRun => StatusCode::NOT_FOUND,
        ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Model | ErrorCode::Data | ErrorCode::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, Json(error)).into_response()
}
