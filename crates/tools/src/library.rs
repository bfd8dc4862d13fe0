//! The offline library: the bundled encyclopedia and the person's own folders, searched with SQLite FTS5.
//!
//! Both live in one index file. It holds nothing that cannot be built again: the encyclopedia is embedded in the
//! program and indexed on first use (again when it changes, in one transaction, so never by half); folders are
//! indexed by [`Library::add_folder`]. Several processes may use one file at once.

mod documents;
mod error;
mod folder;
mod rank;
mod search;
mod words;

pub use error::LibraryError;
pub use folder::{Folder, FolderProgress, FolderReport};

use crate::clean::{clean_line, clean_text};
use crate::provider::{FetchError, Hit, Page, PageSource, Query, SearchError, SearchProvider};
use documents::Document;
use futures::future::BoxFuture;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqliteConnection, SqlitePool};
use std::path::Path;
use std::time::Duration;
use url::Url;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/library");

/// The encyclopedia, one article a line.
const BUNDLED: &[u8] = include_bytes!("../../../assets/library/articles.jsonl");

/// The root of the bundled collection. No folder has it: theirs are absolute paths.
const BUNDLED_ROOT: &str = "library:";

/// Goes into the hash of the bundled collection. Raise it when the same articles must be indexed in another way.
const INDEX_VERSION: u8 = 2;

/// The offline library. A [`SearchProvider`] and a [`PageSource`].
#[derive(Debug, Clone)]
pub struct Library {
    pool: SqlitePool,
}

/// An article as `articles.jsonl` has it; what else a line holds is not for searching.
#[derive(Deserialize)]
struct Article {
    address: String,
    title: String,
    sentences: Vec<Sentence>,
    #[serde(default)]
    keywords: Vec<String>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
}

impl Library {
    /// Opens the index file at `path`, which is made if it is absent, with the bundled encyclopedia in it.
    pub async fn open(path: &Path) -> Result<Self, LibraryError> {
        Self::open_with(path, BUNDLED).await
    }

    /// Opens the index file with other articles in place of the bundled ones: one JSON object a line with `address`,
    /// `title`, `sentences`, a list of objects with `text`, and perhaps `keywords`, a list of words by which it is found
    /// though they do not stand in it.
    pub async fn open_with(path: &Path, articles: &[u8]) -> Result<Self, LibraryError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(30));
        let at = |error| LibraryError::at(path, error);
        let pool = connect(options).await.map_err(at)?;
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(at)?;
        MIGRATIONS
            .run_direct(None, &mut *transaction, false)
            .await
            .map_err(|error| LibraryError::migrating(path, error))?;
        bundle(&mut transaction, articles).await?;
        transaction.commit().await.map_err(at)?;
        Ok(Self { pool })
    }

    /// How many documents there are, those of folders included.
    pub async fn documents(&self) -> Result<u64, LibraryError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM documents").fetch_one(&self.pool).await?;
        Ok(count.unsigned_abs())
    }

    async fn read(&self, url: &Url) -> Result<Option<Page>, sqlx::Error> {
        let found: Option<(i64, String, String)> =
            sqlx::query_as("SELECT id, address, title FROM documents WHERE address = ? ORDER BY collection LIMIT 1")
                .bind(url.as_str())
                .fetch_optional(&self.pool)
                .await?;
        let Some((document, url, title)) = found else { return Ok(None) };
        let passages: Vec<String> =
            sqlx::query_scalar("SELECT text FROM passages WHERE document = ? ORDER BY position")
                .bind(document)
                .fetch_all(&self.pool)
                .await?;
        Ok(Some(Page { url, title, text: passages.concat() }))
    }
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

/// Indexes the articles unless the index was made from these very ones.
async fn bundle(connection: &mut SqliteConnection, articles: &[u8]) -> Result<(), LibraryError> {
    let digest = Sha256::new().chain_update([INDEX_VERSION]).chain_update(articles).finalize();
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let old: Option<String> = sqlx::query_scalar("SELECT hash FROM collections WHERE root = ?")
        .bind(BUNDLED_ROOT)
        .fetch_optional(&mut *connection)
        .await?;
    if old.as_ref() == Some(&hash) {
        return Ok(());
    }
    documents::remove_collection(connection, BUNDLED_ROOT).await?;
    let collection = documents::add_collection(connection, BUNDLED_ROOT, &hash).await?;
    for (number, line) in articles.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let article: Article =
            serde_json::from_slice(line).map_err(|error| LibraryError::Article { line: number + 1, error })?;
        let sentences: Vec<&str> = article.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        let document = Document {
            address: article.address,
            title: clean_line(&article.title),
            text: clean_text(&sentences.join(" ")),
            keywords: article.keywords.join(" "),
            modified: 0,
            size: 0,
        };
        documents::add(connection, collection, &document).await?;
    }
    Ok(())
}

impl SearchProvider for Library {
    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        Box::pin(async move {
            search::search(&self.pool, query).await.map_err(|error| SearchError::Failed(error.to_string()))
        })
    }
}

impl PageSource for Library {
    /// Pages come out of the index and nowhere else: an address that was not indexed does not exist, so no address
    /// can reach a file outside the person's folders.
    fn page<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Page, FetchError>> {
        Box::pin(async move {
            let page = self.read(url).await.map_err(|error| FetchError::Failed(error.to_string()))?;
            page.ok_or_else(|| FetchError::NotFound(url.to_string()))
        })
    }
}
