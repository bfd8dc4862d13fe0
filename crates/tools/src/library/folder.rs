//! The person's own folders: Markdown, text and HTML files, indexed beside the bundled library.

use super::documents::{self, Document};
use super::{BUNDLED_ROOT, Library, LibraryError};
use crate::extract::{Extracted, Format};
use lucy_protocol::CancellationToken;
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use url::Url;

/// The largest file that is indexed, in bytes.
const MAX_FILE: u64 = 5 * 1024 * 1024;

/// Files that are indexed in one transaction.
const BATCH: usize = 32;

/// Directories within each other that are looked into.
const MAX_DEPTH: usize = 64;

/// A folder that is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its absolute path.
    pub path: PathBuf,
    /// How many of its files are indexed.
    pub documents: u64,
}

/// How far the indexing of a folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderProgress {
    /// Files looked at.
    pub done: usize,
    /// Files there are.
    pub total: usize,
    /// The file that was looked at last.
    pub path: PathBuf,
}

/// What came of adding a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderReport {
    /// Files that are new or were changed.
    pub indexed: usize,
    /// Files that are as they were.
    pub unchanged: usize,
    /// Files that are gone, or can no longer be indexed.
    pub removed: usize,
    /// What was left out, and why.
    pub skipped: Vec<(PathBuf, String)>,
    /// Whether it was stopped. What was indexed by then stays; files that are gone are still in the index.
    pub cancelled: bool,
}

impl Library {
    /// Indexes the Markdown, text and HTML files of a folder and those within it, or brings them up to date.
    ///
    /// Hidden files and links are left out, and so is what is larger than 5 MB, not text or unreadable (the report
    /// names these and links). `progress` is called after each file.
    pub async fn add_folder(
        &self,
        folder: &Path,
        cancel: &CancellationToken,
        mut progress: impl FnMut(FolderProgress) + Send,
    ) -> Result<FolderReport, LibraryError> {
        let (root, files, skipped) = walk(folder.to_path_buf(), cancel.clone()).await?;
        let mut report = FolderReport { skipped, ..FolderReport::default() };
        let (collection, mut known) = self.collection(&root).await?;
        let total = files.len();
        for (number, batch) in files.chunks(BATCH).enumerate() {
            let mut changed = Vec::new();
            for (place, (path, metadata)) in batch.iter().enumerate() {
                if cancel.is_cancelled() {
                    break;
                }
                match known.get(&address(path)) {
                    Some(state) if *state == file_state(metadata) => {
                        known.remove(&address(path));
                        report.unchanged += 1;
                    }
                    _ => match read(path.clone(), file_state(metadata)).await {
                        Ok(document) => changed.push(document),
                        Err(why) => report.skipped.push((path.clone(), why)),
                    },
                }
                progress(FolderProgress { done: number * BATCH + place + 1, total, path: path.clone() });
            }
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            for document in &changed {
                known.remove(&document.address);
                documents::add(&mut transaction, collection, document).await?;
            }
            transaction.commit().await?;
            report.indexed += changed.len();
        }
        report.cancelled = cancel.is_cancelled();
        if !report.cancelled {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            for address in known.keys() {
                documents::remove(&mut transaction, collection, address).await?;
            }
            transaction.commit().await?;
            report.removed = known.len();
        }
        Ok(report)
    }

    /// The folders that are searched, in the order in which they were added.
    pub async fn folders(&self) -> Result<Vec<Folder>, LibraryError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT root, (SELECT count(*) FROM documents WHERE collection = collections.id) FROM collections
             WHERE root <> ? ORDER BY id",
        )
        .bind(BUNDLED_ROOT)
        .fetch_all(&self.pool)
        .await?;
        let folder =
            |(path, documents): (String, i64)| Folder { path: path.into(), documents: documents.unsigned_abs() };
        Ok(rows.into_iter().map(folder).collect())
    }

    /// Forgets a folder and says whether it was known. The folder itself is not touched and need not exist.
    pub async fn remove_folder(&self, folder: &Path) -> Result<bool, LibraryError> {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.into());
        let root = fs::canonicalize(folder).unwrap_or(absolute);
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let removed = documents::remove_collection(&mut transaction, &root.to_string_lossy()).await?;
        transaction.commit().await?;
        Ok(removed)
    }

    /// The collection of a folder, made if it is new, and the state of the files that it holds.
    async fn collection(&self, root: &Path) -> Result<(i64, HashMap<String, (i64, i64)>), LibraryError> {
        let root = root.to_string_lossy();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT id FROM collections WHERE root = ?")
            .bind(root.as_ref())
            .fetch_optional(&mut *transaction)
            .await?;
        let id = match known {
            Some(id) => id,
            None => documents::add_collection(&mut transaction, &root, "").await?,
        };
        let rows: Vec<(String, i64, i64)> =
            sqlx::query_as("SELECT address, modified, size FROM documents WHERE collection = ?")
                .bind(id)
                .fetch_all(&mut *transaction)
                .await?;
        transaction.commit().await?;
        Ok((id, rows.into_iter().map(|(address, modified, size)| (address, (modified, size))).collect()))
    }
}

/// A file and what it was when it was found.
type Found = (PathBuf, Metadata);

/// The folder's absolute path, its files in order, and what was left out.
async fn walk(
    folder: PathBuf,
    cancel: CancellationToken,
) -> Result<(PathBuf, Vec<Found>, Vec<(PathBuf, String)>), LibraryError> {
    let failed = |error| LibraryError::Folder { path: folder.clone(), error };
    let root = fs::canonicalize(&folder).map_err(failed)?;
    fs::read_dir(&root).map_err(failed)?;
    let start = root.clone();
    let walked = tokio::task::spawn_blocking(move || {
        let (mut files, mut skipped) = (Vec::new(), Vec::new());
        let mut directories = vec![(start, 0)];
        while let Some((directory, depth)) = directories.pop() {
            if cancel.is_cancelled() {
                break;
            }
            if let Err(error) = look_into(&directory, depth, &mut files, &mut directories, &mut skipped) {
                skipped.push((directory, error.to_string()));
            }
        }
        files.sort_by(|(a, _), (b, _)| a.cmp(b));
        (files, skipped)
    });
    let (files, skipped) = walked.await.map_err(|error| failed(std::io::Error::other(error)))?;
    Ok((root, files, skipped))
}

/// Takes the entries of one directory. Links are not followed: one can lead out of the folder, or round in a circle.
fn look_into(
    directory: &Path,
    depth: usize,
    files: &mut Vec<Found>,
    directories: &mut Vec<(PathBuf, usize)>,
    skipped: &mut Vec<(PathBuf, String)>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) => {
                skipped.push((path, error.to_string()));
                continue;
            }
        };
        if metadata.is_symlink() {
            skipped.push((path, "it is a link".into()));
        } else if metadata.is_dir() {
            match depth < MAX_DEPTH {
                true => directories.push((path, depth + 1)),
                false => skipped.push((path, format!("it is more than {MAX_DEPTH} folders deep"))),
            }
        } else if metadata.is_file() && format(&path).is_some() {
            match metadata.len() <= MAX_FILE {
                true => files.push((path, metadata)),
                false => skipped.push((path, format!("it is larger than {} MB", MAX_FILE / 1024 / 1024))),
            }
        }
    }
    Ok(())
}

fn format(path: &Path) -> Option<Format> {
    path.extension().and_then(|extension| Format::of_extension(extension.to_str()?))
}

/// The address of a file: an absolute `file:` URL.
fn address(path: &Path) -> String {
    Url::from_file_path(path).map(String::from).unwrap_or_default()
}

/// When a file was changed and its size: if both are as before, it is as before.
fn file_state(metadata: &Metadata) -> (i64, i64) {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let modified = i64::try_from(since.as_nanos()).unwrap_or(i64::MAX);
    (modified, i64::try_from(metadata.len()).unwrap_or(i64::MAX))
}

/// Reads a file and takes it apart on a thread that may block.
async fn read(path: PathBuf, (modified, size): (i64, i64)) -> Result<Document, String> {
    let read = tokio::task::spawn_blocking(move || {
        let bytes = bounded_read(&path).map_err(|error| error.to_string())?;
        let format = format(&path).unwrap_or(Format::Text);
        let Extracted { title, text } = Extracted::of(&bytes, format).map_err(|error| error.to_string())?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let title = if title.is_empty() { crate::clean_line(&stem.replace(['_', '-'], " ")) } else { title };
        Ok(Document { address: address(&path), title, text, keywords: String::new(), modified, size })
    });
    read.await.unwrap_or_else(|error| Err(error.to_string()))
}

/// The bytes of a file that may have grown since it was found.
fn bounded_read(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MAX_FILE {
        true => Err(std::io::Error::other("it has become too large")),
        false => Ok(bytes),
    }
}
