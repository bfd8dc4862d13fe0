//! Deletion that can be taken back for ten seconds.

use crate::error::ApiError;
use lucy_protocol::CancellationToken;
use lucy_store::{RunSummary, Store};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// How long a deletion can be taken back.
const UNDO: Duration = Duration::from_secs(10);

/// The runs that this app has hidden and not yet deleted for good.
pub(super) struct Deleting {
    store: Store,
    hidden: Arc<Mutex<HashSet<String>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Deletes for good what another app hid and left, as one that was killed does.
pub(super) async fn purge_old(store: &Store) -> Result<(), ApiError> {
    store.purge(i64::try_from(UNDO.as_millis()).unwrap_or(i64::MAX)).await?;
    Ok(())
}

impl Deleting {
    pub fn new(store: Store) -> Self {
        Self { store, hidden: Arc::default(), tasks: TaskTracker::new(), stop: CancellationToken::new() }
    }

    /// Hides runs and deletes them later.
    pub async fn delete(&self, runs: &[RunSummary]) -> Result<(), ApiError> {
        self.store.hide(runs).await?;
        let ids: Vec<String> = runs.iter().map(|run| run.id.clone()).collect();
        lock(&self.hidden).extend(ids.iter().cloned());
        let (store, hidden, stop) = (self.store.clone(), self.hidden.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(UNDO) => (),
            }
            let due: Vec<String> = {
                let mut hidden = lock(&hidden);
                ids.into_iter().filter(|id| hidden.remove(id)).collect()
            };
            // What cannot be deleted now stays hidden and is deleted at the next opening.
            let _ = store.purge_runs(&due).await;
        });
        Ok(())
    }

    /// Brings hidden runs back.
    pub async fn restore(&self, ids: &[String]) -> Result<(), ApiError> {
        self.store.restore(ids).await?;
        let mut hidden = lock(&self.hidden);
        ids.iter().for_each(|id| _ = hidden.remove(id));
        Ok(())
    }

    /// Deletes at once what waits.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        let due: Vec<String> = lock(&self.hidden).drain().collect();
        if !due.is_empty() {
            // As above: it stays hidden.
            let _ = self.store.purge_runs(&due).await;
        }
    }
}

fn lock(hidden: &Mutex<HashSet<String>>) -> MutexGuard<'_, HashSet<String>> {
    hidden.lock().unwrap_or_else(PoisonError::into_inner)
}
