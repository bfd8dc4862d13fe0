//! Lists of runs, and deletions.

use crate::{Store, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

/// A run as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    /// Its place in the order of creation, from 1; goes into [`Store::runs`] to turn the page.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// The conversation that it belongs to.
    pub conversation: String,
    /// The run that it follows.
    pub parent: Option<String>,
    /// What was asked.
    pub question: String,
    /// The name of the model.
    pub model: String,
    /// When it began, in milliseconds since 1970.
    pub created_ms: i64,
    /// When its last event was appended, in milliseconds since 1970.
    pub updated_ms: i64,
    /// How it ended: `answered`, `out_of_budget`, `cancelled` or `failed`; none if it has not.
    pub outcome: Option<String>,
    /// The answer; empty if there is none.
    pub answer: String,
    /// The title that the person gave it; empty if there is none.
    pub title: String,
    /// Whether it is among the saved ones.
    pub saved: bool,
    /// How many sources it has found.
    pub sources: u32,
}

impl FromRow<'_, SqliteRow> for RunSummary {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            number: row.try_get("number")?,
            id: row.try_get("id")?,
            conversation: row.try_get("conversation")?,
            parent: row.try_get("parent")?,
            question: row.try_get("question")?,
            model: row.try_get("model")?,
            created_ms: row.try_get("created_ms")?,
            updated_ms: row.try_get("updated_ms")?,
            outcome: Some(row.try_get::<String, _>("outcome")?).filter(|outcome| !outcome.is_empty()),
            answer: row.try_get("answer")?,
            title: row.try_get("title")?,
            saved: row.try_get("saved")?,
            sources: row.try_get("sources")?,
        })
    }
}

impl Store {
    /// At most `limit` runs, the newest first; those before the run numbered `before`, if one is given.
    pub async fn runs(&self, before: Option<i64>, limit: u32) -> Result<Vec<RunSummary>, StoreError> {
        sqlx::query_as("SELECT * FROM runs WHERE number < ? AND hidden_ms = 0 ORDER BY number DESC LIMIT ?")
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(error))
    }

    /// The run with this id.
    pub async fn run(&self, id: &str) -> Result<RunSummary, StoreError> {
        sqlx::query_as("SELECT * FROM runs WHERE id = ? AND hidden_ms = 0")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.failed(error))?
            .ok_or_else(|| StoreError::NoRun(id.into()))
    }

    /// The one run whose id is `start` or begins with it.
    pub async fn find(&self, start: &str) -> Result<RunSummary, StoreError> {
        let mut found: Vec<RunSummary> = sqlx::query_as(
            "SELECT * FROM runs WHERE substr(id, 1, length(?1)) = ?1 AND hidden_ms = 0 ORDER BY id <> ?1 LIMIT 2",
        )
        .bind(start)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.failed(error))?;
        match found.len() {
            _ if start.is_empty() => Err(StoreError::NoRun(start.into())),
            0 => Err(StoreError::NoRun(start.into())),
            2 if found[0].id != start => Err(StoreError::Ambiguous(start.into())),
            _ => Ok(found.swap_remove(0)),
        }
    }

    /// The runs of a conversation, the oldest first; none if there is no such conversation.
    pub async fn conversation(&self, id: &str) -> Result<Vec<RunSummary>, StoreError> {
        sqlx::query_as("SELECT * FROM runs WHERE conversation = ? AND hidden_ms = 0 ORDER BY number")
            .bind(id)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(error))
    }

    /// The runs that have not ended, the newest first. A process may be working on one: see [`Store::claim`].
    pub async fn unfinished(&self) -> Result<Vec<RunSummary>, StoreError> {
        sqlx::query_as("SELECT * FROM runs WHERE outcome = '' AND hidden_ms = 0 ORDER BY number DESC")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(error))
    }

    /// Deletes a run with its log. Runs that follow it stay. A run that a process works on is not deleted.
    pub async fn delete_run(&self, id: &str) -> Result<(), StoreError> {
        let run = self.run(id).await?;
        self.delete(std::slice::from_ref(&run)).await
    }

    /// Deletes a conversation with its runs, unless a process works on one of them.
    pub async fn delete_conversation(&self, id: &str) -> Result<(), StoreError> {
        let runs = self.conversation(id).await?;
        self.delete(&runs).await
    }

    pub(crate) async fn delete(&self, runs: &[RunSummary]) -> Result<(), StoreError> {
        let _leases = runs.iter().map(|run| self.claim(&run.id)).collect::<Result<Vec<_>, _>>()?;
        let mut transaction = self.write().await?;
        for run in runs {
            let delete = sqlx::query("DELETE FROM runs WHERE number = ?").bind(run.number);
            delete.execute(&mut *transaction).await.map_err(|error| self.failed(error))?;
        }
        self.forget_conversations(&mut transaction).await?;
        transaction.commit().await.map_err(|error| self.failed(error))?;
        self.wipe_log().await
    }
}
