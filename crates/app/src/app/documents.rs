//! Runs as documents.

use super::App;
use crate::api::{Export, Response};
use crate::error::ApiError;
use crate::export::{Document, write};
use lucy_protocol::Transcript;

impl App {
    pub(super) async fn export(&self, export: &Export) -> Result<Response, ApiError> {
        let run = self.store.find(&export.run).await?;
        let transcript = Transcript::of(&self.store.log(&run.id).await?);
        let wanted = export.clone();
        let written = tokio::task::spawn_blocking(move || {
            let evidence = lucy_agent::evidence(&transcript);
            let title = if run.title.is_empty() { run.question } else { run.title };
            write(&Document { run: run.id, title, transcript, evidence }, &wanted)
        });
        let (name, mime, text) = written.await.map_err(|error| ApiError::failed(&error))??;
        Ok(Response::Export { name, mime: mime.into(), text })
    }
}
