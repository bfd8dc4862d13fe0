//! What is searched: the bundled library and the person's folders.

use super::App;
use crate::api::{Adding, Folder, Indexed, LibraryHit, LibraryPage, Response};
use crate::error::ApiError;
use lucy_protocol::CancellationToken;
use lucy_tools::{FetchError, PageSource, Query, SearchProvider};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::Url;

/// The most hits of a search.
const MOST_HITS: u32 = 50;

/// The folder that is being indexed, if one is.
#[derive(Default)]
pub(super) struct Indexing {
    now: Arc<Mutex<Option<Now>>>,
}

struct Now {
    adding: Adding,
    cancel: CancellationToken,
}

/// Ends the indexing when it is dropped, however that comes about.
struct Ended(Arc<Mutex<Option<Now>>>);

impl Drop for Ended {
    fn drop(&mut self) {
        *lock(&self.0) = None;
    }
}

impl Indexing {
    /// How far it is.
    pub fn status(&self) -> Option<Adding> {
        lock(&self.now).as_ref().map(|now| now.adding.clone())
    }

    /// Stops it.
    pub fn cancel(&self) {
        if let Some(now) = lock(&self.now).as_ref() {
            now.cancel.cancel();
        }
    }

    fn begin(&self, dir: &Path) -> Result<(CancellationToken, Ended), ApiError> {
        let mut now = lock(&self.now);
        if let Some(now) = now.as_ref() {
            let dir = now.adding.dir.display();
            return Err(ApiError::bad_request(format!("{dir} is being indexed: wait until that is done, or stop it")));
        }
        let cancel = CancellationToken::new();
        let adding = Adding { dir: dir.into(), ..Adding::default() };
        *now = Some(Now { adding, cancel: cancel.clone() });
        Ok((cancel, Ended(self.now.clone())))
    }
}

impl App {
    /// Goes on by itself if nobody waits for it any more.
    pub(super) async fn library_add(&self, dir: PathBuf) -> Result<Response, ApiError> {
        let library = self.library().await?;
        let (cancel, ended) = self.indexing.begin(&dir)?;
        let added = tokio::spawn(async move {
            let now = ended.0.clone();
            library
                .add_folder(&dir, &cancel, move |progress| {
                    if let Some(now) = lock(&now).as_mut() {
                        let (done, total, current) = (progress.done, progress.total, progress.path);
                        now.adding = Adding { dir: std::mem::take(&mut now.adding.dir), done, total, current };
                    }
                })
                .await
        });
        let report = added.await.map_err(|error| ApiError::failed(&error))??;
        Ok(Response::Indexed(Indexed {
            indexed: report.indexed,
            unchanged: report.unchanged,
            removed: report.removed,
            skipped: report.skipped,
            cancelled: report.cancelled,
        }))
    }

    pub(super) fn library_cancel(&self) -> Response {
        self.indexing.cancel();
        Response::Done
    }

    pub(super) async fn library_list(&self) -> Result<Response, ApiError> {
        let library = self.library().await?;
        let folders = library.folders().await?.into_iter();
        let folders = folders.map(|folder| Folder { path: folder.path, documents: folder.documents }).collect();
        Ok(Response::Library { documents: library.documents().await?, folders })
    }

    pub(super) async fn library_remove(&self, dir: &Path) -> Result<Response, ApiError> {
        if self.library().await?.remove_folder(dir).await? {
            return Ok(Response::Done);
        }
        Err(ApiError::bad_request(format!("the folder {} is not in the library", dir.display())))
    }

    pub(super) async fn library_search(&self, text: String, limit: u32) -> Result<Response, ApiError> {
        let query = Query { text, limit: limit.min(MOST_HITS) as usize };
        let hits = self.library().await?.search(&query).await.map_err(|error| ApiError::failed(&error))?;
        let hit = |hit: lucy_tools::Hit| LibraryHit { url: hit.url, title: hit.title, preview: hit.preview };
        Ok(Response::LibraryHits { hits: hits.into_iter().map(hit).collect() })
    }

    pub(super) async fn library_page(&self, url: &str) -> Result<Response, ApiError> {
        let url = Url::parse(url).map_err(|error| ApiError::bad_request(format!("{url:?} is no address: {error}")))?;
        let page = self.library().await?.page(&url).await.map_err(|error| match error {
            FetchError::NotFound(_) => ApiError::bad_request(format!("there is no page at {url}")),
            FetchError::Failed(_) => ApiError::failed(&error),
        })?;
        Ok(Response::LibraryPage(LibraryPage { url: page.url, title: page.title, text: page.text }))
    }
}

fn lock(now: &Mutex<Option<Now>>) -> MutexGuard<'_, Option<Now>> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}
