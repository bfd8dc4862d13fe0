//! Lists, searches and deletions of runs.

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
        })
    }
}

impl Store {
    /// At most `limit` runs, the newest first; those before the run numbered `before`, if one is given.
    pub async fn runs(&self, before: Option<i64>, limit: u32) -> Result<Vec<RunSummary>, StoreError> {
        sqlx::query_as("SELECT * FROM runs WHERE number < ? ORDER BY number DESC LIMIT ?")
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(error))
    }

    /// The run with this id.
    pub async fn run(&self, id: &str) -> Result<RunSummary, StoreError> {
        sqlx::query_as("SELECT * FROM runs WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.failed(error))?
            .ok_or_else(|| StoreError::NoRun(id.into()))
    }

    /// The one run whose id is `start` or begins with it.
    pub async fn find(&self, start: &str) -> Result<RunSummary, StoreError> {
        let mut found: Vec<RunSummary> =
            sqlx::query_as("SELECT * FROM runs WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id <> ?1 LIMIT 2")
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
        sqlx::query_as("SELECT * FROM runs WHERE conversation = ? ORDER BY number")
            .bind(id)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(error))
    }

    /// The runs that have not ended, the newest first. A process may be working on one: see [`Store::claim`].
    pub async fn unfinished(&self) -> Result<Vec<RunSummary>, StoreError> {
        sqlx::query_as("SELECT * FROM runs WHERE outcome = '' ORDER BY number DESC")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(error))
    }

    /// At most `limit` runs whose questions and answers together have all the words of `text`, the best first. The
    /// last word may be the beginning of one. Nothing in `text` is syntax.
    pub async fn search(&self, text: &str, limit: u32) -> Result<Vec<RunSummary>, StoreError> {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let quoted: Vec<String> = words.iter().take(32).map(|word| format!("\"{word}\"")).collect();
        sqlx::query_as(
            "SELECT runs.* FROM runs_fts JOIN runs ON runs.number = runs_fts.rowid
             WHERE runs_fts MATCH ? ORDER BY bm25(runs_fts), number DESC LIMIT ?",
        )
        .bind(format!("{}*", quoted.join(" ")))
        .bind(limit)
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

    async fn delete(&self, runs: &[RunSummary]) -> Result<(), StoreError> {
        let _leases = runs.iter().map(|run| self.claim(&run.id)).collect::<Result<Vec<_>, _>>()?;
        let mut transaction = self.write().await?;
        for run in runs {
            let delete = sqlx::query("DELETE FROM runs WHERE number = ?").bind(run.number);
            delete.execute(&mut *transaction).await.map_err(|error| self.failed(error))?;
        }
        sqlx::query("DELETE FROM conversations WHERE id NOT IN (SELECT conversation FROM runs)")
            .execute(&mut *transaction)
            .await
            .map_err(|error| self.failed(error))?;
        transaction.commit().await.map_err(|error| self.failed(error))
    }
}
