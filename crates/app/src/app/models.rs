//! The models that there are, which one is used, and how it does here.

use super::App;
use crate::api::{ModelEntry, Response, Seen, SelfTest, TestLine, TestPart};
use crate::bench::peak_memory;
use crate::error::ApiError;
use crate::model::{Model, ModelInfo};
use futures::StreamExt;
use lucy_protocol::{CancellationToken, Delta, LanguageModel, Message, ModelRequest, SamplingParams};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The name under which the history keeps the paths of added models.
const NAME: &str = "models";
/// Tokens that the model writes when it is tried out.
const TRIED: u32 = 16;

impl App {
    pub(super) async fn models(&self) -> Result<Response, ApiError> {
        let used = self.models.choice(&self.ui_settings().await?).path;
        let mut paths: Vec<Option<PathBuf>> = vec![None];
        paths.extend(self.added().await?.into_iter().map(Some));
        if !paths.contains(&used) {
            paths.push(used.clone());
        }
        let mut models = Vec::new();
        for path in paths {
            models.push(self.entry(path.clone(), path == used).await);
        }
        Ok(Response::Models { models })
    }

    async fn entry(&self, path: Option<PathBuf>, in_use: bool) -> ModelEntry {
        let bundled = path.is_none();
        let (name, size_bytes, problem) = match self.models.check(path.as_deref()).await {
            Ok(info) => (info.name, info.file_size, None),
            Err(error) => {
                let name = path.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
                (name, 0, Some(error.message))
            }
        };
        ModelEntry { path, bundled, name, size_bytes, in_use, problem }
    }

    pub(super) async fn add_model(&self, path: &Path) -> Result<Response, ApiError> {
        let path = whole(path)?;
        self.models.check(Some(&path)).await?;
        let mut added = self.added().await?;
        if !added.contains(&path) {
            added.push(path);
            self.keep(&added).await?;
        }
        self.models().await
    }

    pub(super) async fn remove_model(&self, path: &Path) -> Result<Response, ApiError> {
        let mut added = self.added().await?;
        added.retain(|other| other != path);
        self.keep(&added).await?;
        if self.models.choice(&self.ui_settings().await?).path.as_deref() == Some(path) {
            return self.use_model(None).await;
        }
        self.models().await
    }

    pub(super) async fn use_model(&self, path: Option<PathBuf>) -> Result<Response, ApiError> {
        let path = path.as_deref().map(whole).transpose()?;
        let patch = [("model".to_owned(), json!(path))];
        self.set_settings(patch.into_iter().collect()).await?;
        self.models().await
    }

    async fn added(&self) -> Result<Vec<PathBuf>, ApiError> {
        let kept = self.store.setting(NAME).await?.unwrap_or(Value::Null);
        Ok(serde_json::from_value(kept).unwrap_or_default())
    }

    async fn keep(&self, added: &[PathBuf]) -> Result<(), ApiError> {
        Ok(self.store.set_setting(NAME, &json!(added)).await?)
    }

    /// Loads the model, lets it read and write a little, and opens the library.
    pub(super) async fn self_test(&self) -> SelfTest {
        let mut lines = Vec::new();
        let begun = Instant::now();
        let model = self.model().await;
        let loaded = model.as_ref().map(|model| {
            let ModelInfo { name, quantisation, context, device, device_reason, .. } = model.info.clone();
            Seen::Model { name, quantisation, context, device, device_reason }
        });
        lines.push(line(TestPart::Load, begun.elapsed(), loaded.map_err(|error| error.message.clone())));
        if let Ok(model) = model {
            tried(&model, &mut lines).await;
        }
        let begun = Instant::now();
        let documents = match self.library().await {
            Ok(library) => library.documents().await.map_err(|error| error.to_string()),
            Err(error) => Err(error.message),
        };
        lines.push(line(TestPart::Library, begun.elapsed(), documents.map(|count| Seen::Documents { count })));
        if let Some(bytes) = peak_memory() {
            lines.push(line(TestPart::Memory, Duration::ZERO, Ok(Seen::Memory { bytes })));
        }
        SelfTest { ok: !lines.iter().any(|line| matches!(line.seen, Seen::Failed { .. })), lines }
    }
}

/// The absolute path of a file that the person chose.
fn whole(path: &Path) -> Result<PathBuf, ApiError> {
    std::path::absolute(path).map_err(|error| crate::error::io(path, &error))
}

fn line(part: TestPart, took: Duration, seen: Result<Seen, String>) -> TestLine {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    TestLine { part, seen: seen.unwrap_or_else(|why| Seen::Failed { why }), ms }
}

/// Lets the model read a prompt and write a few tokens.
async fn tried(model: &Model, lines: &mut Vec<TestLine>) {
    let request = ModelRequest {
        messages: vec![Message::User { text: "How high is the Eiffel Tower, and when was it built?".into() }],
        sampling: SamplingParams { temperature: 0.0, ..SamplingParams::default() },
        max_tokens: TRIED,
        ..ModelRequest::default()
    };
    let begun = Instant::now();
    let (mut first, mut end) = (None, Err("the model stopped without an end of its reply".to_owned()));
    let mut deltas = model.generate(request, CancellationToken::new());
    while let Some(delta) = deltas.next().await {
        match delta {
            Ok(Delta::Prefill { done, total }) if done < total => (),
            Ok(Delta::Done(reply)) => end = Ok(reply.usage),
            Ok(_) => _ = first.get_or_insert_with(Instant::now),
            Err(error) => end = Err(error.to_string()),
        }
    }
    let written = first.unwrap_or(begun);
    match end {
        Ok(usage) => {
            let (read, wrote) = (written - begun, written.elapsed());
            let new = usage.prompt_tokens.saturating_sub(usage.cached_tokens);
            lines.push(line(TestPart::Read, read, Ok(speed(new, read))));
            lines.push(line(TestPart::Write, wrote, Ok(speed(usage.completion_tokens, wrote))));
        }
        Err(error) => lines.push(line(TestPart::Reply, begun.elapsed(), Err(error))),
    }
}

fn speed(tokens: u32, took: Duration) -> Seen {
    let per_second = (f64::from(tokens) / took.as_secs_f64().max(0.001)).round() as u32;
    Seen::Speed { tokens, per_second }
}
