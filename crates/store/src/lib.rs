//! The history: the event log of every run in one SQLite file, appended before it is shown.
//!
//! What holds: when [`Store::append`] returns, the event is on disk whole. The file is in WAL mode with
//! `synchronous = FULL`, so a commit ends with an fsync of the log: neither `kill -9` nor a loss of power takes it back,
//! as far as the disk keeps what it has confirmed. A process that dies within `append` leaves the event whole or not at
//! all. Several processes may read and write at once; a writer waits up to ten seconds for another.

mod error;
mod find;
mod history;
mod lease;
mod marks;
mod settings;

pub use error::StoreError;
pub use find::{Field, Filter, Found, Hit};
pub use history::RunSummary;
pub use lease::RunLease;

use lucy_protocol::{Event, Outcome};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/history");

/// The longest that a write waits for another process.
const BUSY: Duration = Duration::from_secs(10);

/// The history file.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    path: PathBuf,
}

/// A run that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Its id: 1 to 64 ASCII letters, digits, `-` and `_`, unique in the history.
    pub id: String,
    /// The conversation that it belongs to, made if it is new; an id of the same form.
    pub conversation: String,
    /// The run that it follows in the conversation.
    pub parent: Option<String>,
    /// What was asked.
    pub question: String,
    /// The name of the model.
    pub model: String,
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place, from 0.
    pub seq: u64,
    /// When it was appended, in milliseconds since 1970.
    pub at_ms: i64,
    /// The event.
    pub event: Event,
}

/// Opens the file. Two processes that open a new one at once both turn on its write-ahead log; SQLite tells one of
/// them at once that the file is locked, whatever the time-out, and that one tries again.
async fn connect(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let mut tries = 0;
    loop {
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options.clone()).await;
        let code = pool.as_ref().err().and_then(sqlx::Error::as_database_error).and_then(|error| error.code());
        if tries == 500 || code.as_deref() != Some("5") {
            return pool;
        }
        tries += 1;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Store {
    /// Opens the history at `path`; the file and its directory are made if they are absent.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(|error| StoreError::Io { path: directory.into(), error })?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "ON")
            .busy_timeout(BUSY);
        let at = |error| StoreError::at(path, error);
        let pool = connect(options).await.map_err(at)?;
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(at)?;
        MIGRATIONS
            .run_direct(None, &mut *transaction, false)
            .await
            .map_err(|error| StoreError::migrating(path, error))?;
        transaction.commit().await.map_err(at)?;
        Ok(Self { pool, path: path.into() })
    }

    /// Enters a run, with an empty log.
    pub async fn create_run(&self, run: &NewRun) -> Result<(), StoreError> {
        check_id(&run.id)?;
        check_id(&run.conversation)?;
        let now = now_ms();
        let mut transaction = self.write().await?;
        sqlx::query("INSERT OR IGNORE INTO conversations (id, created_ms) VALUES (?, ?)")
            .bind(&run.conversation)
            .bind(now)
            .execute(&mut *transaction)
            .await
            .map_err(|error| self.failed(error))?;
        sqlx::query(
            "INSERT INTO runs (id, conversation, parent, question, model, created_ms, updated_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )
        .bind(&run.id)
        .bind(&run.conversation)
        .bind(&run.parent)
        .bind(&run.question)
        .bind(&run.model)
        .bind(now)
        .execute(&mut *transaction)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(database) if database.is_unique_violation() => StoreError::Exists(run.id.clone()),
            Some(database) if database.is_foreign_key_violation() => {
                StoreError::NoRun(run.parent.clone().unwrap_or_default())
            }
            _ => self.failed(error),
        })?;
        transaction.commit().await.map_err(|error| self.failed(error))
    }

    /// Appends the event at place `seq`, which must be the next one. When this returns, the event is on disk.
    pub async fn append(&self, run: &str, seq: u64, event: &Event) -> Result<(), StoreError> {
        let json = serde_json::to_string(event).map_err(|error| StoreError::Event { run: run.into(), seq, error })?;
        let now = now_ms();
        let mut transaction = self.write().await?;
        let (number, next, outcome): (i64, i64, String) = sqlx::query_as(
            "SELECT number, (SELECT count(*) FROM events WHERE run = number), outcome FROM runs WHERE id = ?",
        )
        .bind(run)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(|error| self.failed(error))?
        .ok_or_else(|| StoreError::NoRun(run.into()))?;
        if !outcome.is_empty() {
            return Err(StoreError::Ended(run.into()));
        }
        if i64::try_from(seq) != Ok(next) {
            return Err(StoreError::Place { run: run.into(), seq, next: next.unsigned_abs() });
        }
        sqlx::query("INSERT INTO events (run, seq, at_ms, json) VALUES (?, ?, ?, ?)")
            .bind(number)
            .bind(next)
            .bind(now)
            .bind(json)
            .execute(&mut *transaction)
            .await
            .map_err(|error| self.failed(error))?;
        self.touch(&mut transaction, number, now, event).await?;
        transaction.commit().await.map_err(|error| self.failed(error))
    }

    /// Keeps the run's row in step with its log.
    async fn touch(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        number: i64,
        now: i64,
        event: &Event,
    ) -> Result<(), StoreError> {
        let update = match event {
            Event::Finished { outcome, .. } => {
                let (kind, answer) = match outcome {
                    Outcome::Answered { answer, .. } => ("answered", answer.as_str()),
                    Outcome::OutOfBudget { .. } => ("out_of_budget", ""),
                    Outcome::Cancelled => ("cancelled", ""),
                    Outcome::Failed { .. } => ("failed", ""),
                };
                sqlx::query("UPDATE runs SET updated_ms = ?, outcome = ?, answer = ? WHERE number = ?")
                    .bind(now)
                    .bind(kind)
                    .bind(answer)
            }
            _ => sqlx::query("UPDATE runs SET updated_ms = ? WHERE number = ?").bind(now),
        };
        update.bind(number).execute(&mut **transaction).await.map_err(|error| self.failed(error))?;
        Ok(())
    }

    /// The log of a run.
    pub async fn log(&self, run: &str) -> Result<Vec<Event>, StoreError> {
        Ok(self.entries(run, 0).await?.into_iter().map(|entry| entry.event).collect())
    }

    /// The log of a run from place `from` on.
    pub async fn entries(&self, run: &str, from: u64) -> Result<Vec<Entry>, StoreError> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows: Vec<(i64, i64, String)> = sqlx::query_as(
            "SELECT seq, at_ms, json FROM events JOIN runs ON runs.number = events.run
             WHERE runs.id = ? AND seq >= ? ORDER BY seq",
        )
        .bind(run)
        .bind(from)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.failed(error))?;
        if rows.is_empty() {
            self.run(run).await?;
        }
        let entry = |(seq, at_ms, json): (i64, i64, String)| {
            let seq = seq.unsigned_abs();
            let event = serde_json::from_str(&json);
            let event = event.map_err(|error| StoreError::Event { run: run.into(), seq, error })?;
            Ok(Entry { seq, at_ms, event })
        };
        rows.into_iter().map(entry).collect()
    }

    /// Holds a run for this process, so that no other one resumes it. The hold ends when the lease is dropped and when
    /// the process dies, however it dies.
    pub fn claim(&self, run: &str) -> Result<RunLease, StoreError> {
        check_id(run)?;
        RunLease::take(&self.path, run)
    }

    /// Whether a living process holds this run.
    pub fn is_claimed(&self, run: &str) -> bool {
        check_id(run).is_ok() && RunLease::is_taken(&self.path, run)
    }

    /// Writes what the write-ahead log holds into the file itself and closes it.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// A transaction that holds the right to write from its beginning, so that it cannot fail half-way for want of it.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: sqlx::Error) -> StoreError {
        StoreError::at(&self.path, error)
    }
}

/// An id becomes part of a file name.
fn check_id(id: &str) -> Result<(), StoreError> {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain && (1..=64).contains(&id.len()) { Ok(()) } else { Err(StoreError::BadId(id.into())) }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Room for a few pages only, as on a disk that is full.
    #[tokio::test]
    async fn a_full_disk_is_told_and_loses_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history.db");
        let options = SqliteConnectOptions::new().filename(&path).pragma("max_page_count", "40");
        let mut store = Store::open(&path).await.unwrap();
        store.pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let run = |id: &str| NewRun {
            id: id.into(),
            conversation: "c".into(),
            parent: None,
            question: "Why?".into(),
            model: "m".into(),
        };
        store.create_run(&run("r")).await.unwrap();
        let outcome = Outcome::Failed { error: "x".repeat(2_000) };
        let mut kept = 0;
        let error = loop {
            let event = Event::Replied {
                message: lucy_protocol::AssistantMessage { raw: "y".repeat(9_000), ..Default::default() },
                elapsed_ms: kept,
            };
            match store.append("r", kept, &event).await {
                Ok(()) => kept += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::DiskFull(_)), "{error}");
        assert!(error.to_string().contains("free some space"), "{error}");
        assert_eq!(store.log("r").await.unwrap().len() as u64, kept);
        drop(store);
        let store = Store::open(&path).await.unwrap();
        store.append("r", kept, &Event::Finished { outcome, elapsed_ms: 1 }).await.unwrap();
        assert_eq!(store.log("r").await.unwrap().len() as u64, kept + 1);
    }

    #[test]
    fn ids_cannot_leave_the_directory() {
        for id in ["", "../x", "a/b", "a b", "ä", &"x".repeat(65)] {
            assert!(matches!(check_id(id), Err(StoreError::BadId(_))), "{id}");
        }
        assert!(check_id("0192-ab_C").is_ok());
    }
}
