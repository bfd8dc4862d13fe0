//! What a person does with runs: titles, tags, saving, and deletion that can be taken back for a while.

use crate::history::RunSummary;
use crate::{Store, StoreError, now_ms};
use sqlx::{Sqlite, Transaction};

impl Store {
    /// Puts tags on runs and takes others off.
    pub async fn tag(&self, runs: &[RunSummary], add: &[String], remove: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for (sql, tags) in [
            ("DELETE FROM tags WHERE run = ? AND tag = ?", remove),
            ("INSERT OR IGNORE INTO tags (run, tag) VALUES (?, ?)", add),
        ] {
            for run in runs {
                for tag in tags {
                    let change = sqlx::query(sql).bind(run.number).bind(tag);
                    change.execute(&mut *transaction).await.map_err(|error| self.failed(error))?;
                }
            }
        }
        transaction.commit().await.map_err(|error| self.failed(error))
    }

    /// The tags of a run, in alphabetical order.
    pub async fn tags(&self, run: i64) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar("SELECT tag FROM tags WHERE run = ? ORDER BY tag")
            .bind(run)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(error))
    }

    /// Keeps runs among the saved ones, or no longer.
    pub async fn save(&self, runs: &[RunSummary], saved: bool) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for run in runs {
            let change = sqlx::query("UPDATE runs SET saved = ? WHERE number = ?").bind(saved).bind(run.number);
            change.execute(&mut *transaction).await.map_err(|error| self.failed(error))?;
        }
        transaction.commit().await.map_err(|error| self.failed(error))
    }

    /// Gives a run a title; an empty one takes it away.
    pub async fn rename(&self, run: &RunSummary, title: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE runs SET title = ? WHERE number = ?")
            .bind(title)
            .bind(run.number)
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(error))?;
        Ok(())
    }

    /// Hides runs, all of them or none: one that a process works on is not hidden.
    pub async fn hide(&self, runs: &[RunSummary]) -> Result<(), StoreError> {
        let _leases = runs.iter().map(|run| self.claim(&run.id)).collect::<Result<Vec<_>, _>>()?;
        let mut transaction = self.write().await?;
        for run in runs {
            let hide = sqlx::query("UPDATE runs SET hidden_ms = ? WHERE number = ?").bind(now_ms()).bind(run.number);
            hide.execute(&mut *transaction).await.map_err(|error| self.failed(error))?;
        }
        transaction.commit().await.map_err(|error| self.failed(error))
    }

    /// Brings hidden runs back, by their ids. One that is already gone is told.
    pub async fn restore(&self, ids: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for id in ids {
            let back = sqlx::query("UPDATE runs SET hidden_ms = 0 WHERE id = ?").bind(id);
            let back = back.execute(&mut *transaction).await.map_err(|error| self.failed(error))?;
            if back.rows_affected() == 0 {
                return Err(StoreError::NoRun(id.clone()));
            }
        }
        transaction.commit().await.map_err(|error| self.failed(error))
    }

    /// Deletes for good what was hidden at least `age_ms` milliseconds ago, and gives how many runs that were.
    pub async fn purge(&self, age_ms: i64) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let purged = sqlx::query("DELETE FROM runs WHERE hidden_ms <> 0 AND hidden_ms <= ?")
            .bind(now_ms().saturating_sub(age_ms))
            .execute(&mut *transaction)
            .await
            .map_err(|error| self.failed(error))?
            .rows_affected();
        self.forget_conversations(&mut transaction).await?;
        transaction.commit().await.map_err(|error| self.failed(error))?;
        if purged > 0 {
            self.wipe_log().await?;
        }
        Ok(purged)
    }

    /// Deletes these of the hidden runs for good.
    pub async fn purge_runs(&self, ids: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for id in ids {
            let delete = sqlx::query("DELETE FROM runs WHERE id = ? AND hidden_ms <> 0").bind(id);
            delete.execute(&mut *transaction).await.map_err(|error| self.failed(error))?;
        }
        self.forget_conversations(&mut transaction).await?;
        transaction.commit().await.map_err(|error| self.failed(error))?;
        self.wipe_log().await
    }

    /// Deletes every run for good, unless a process works on one of them.
    pub async fn delete_all(&self) -> Result<(), StoreError> {
        let runs: Vec<RunSummary> =
            sqlx::query_as("SELECT * FROM runs").fetch_all(&self.pool).await.map_err(|error| self.failed(error))?;
        self.delete(&runs).await
    }

    pub(crate) async fn forget_conversations(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM conversations WHERE id NOT IN (SELECT conversation FROM runs)")
            .execute(&mut **transaction)
            .await
            .map_err(|error| self.failed(error))?;
        Ok(())
    }

    /// Writes the write-ahead log into the file and empties it, so that old pages do not stay there. If somebody reads
    /// at this moment, that happens at the next time.
    pub(crate) async fn wipe_log(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await.map_err(|error| self.failed(error))?;
        Ok(())
    }
}
