//! The person's own folders, on real files.

use lucy_protocol::CancellationToken;
use lucy_tools::{FetchError, FolderReport, Library, LibraryError, PageSource, Query, SearchProvider, Url};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const ARTICLES: &[u8] = include_bytes!("../../../tests/fixtures/articles.jsonl");

struct Place {
    directory: TempDir,
    library: Library,
}

impl Place {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("notes")).unwrap();
        let library = Library::open_with(&directory.path().join("library.db"), ARTICLES).await.unwrap();
        Self { directory, library }
    }

    fn notes(&self) -> PathBuf {
        fs::canonicalize(self.directory.path().join("notes")).unwrap()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.notes().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    async fn add(&self) -> FolderReport {
        self.library.add_folder(&self.notes(), &CancellationToken::new(), |_| ()).await.unwrap()
    }

    async fn titles(&self, text: &str) -> Vec<String> {
        let hits = self.library.search(&Query { text: text.into(), limit: 10 }).await.unwrap();
        hits.into_iter().map(|hit| hit.title).collect()
    }
}

fn counts(report: &FolderReport) -> (usize, usize, usize) {
    (report.indexed, report.unchanged, report.removed)
}

fn url(path: &Path) -> Url {
    Url::from_file_path(path).unwrap()
}

#[tokio::test]
async fn files_of_all_three_kinds_are_found_and_read() {
    let place = Place::new().await;
    let markdown = place.write("garden.md", "# My garden\n\nThe quinces were planted in 2019.");
    let text = place.write("deep/er/trip_to-lyon.txt", "We took the funicular on Sunday.");
    place
        .write("page.html", "<title>Bees</title><nav>Menu</nav><p>The hive has <b>three</b> supers.<script>x</script>");
    place.write("ignored.rs", "fn main() {}");
    place.write(".hidden/secret.md", "# Secret quinces");
    let report = place.add().await;
    assert_eq!((counts(&report), report.skipped.len(), report.cancelled), ((3, 0, 0), 0, false));
    assert_eq!(place.titles("when were the quinces planted").await, ["My garden"]);
    assert_eq!(place.titles("funicular").await, ["trip to lyon"]);
    assert_eq!(place.titles("hive supers").await, ["Bees"]);
    assert_eq!(place.titles("menu").await, [""; 0]);
    let page = place.library.page(&url(&markdown)).await.unwrap();
    assert!(page.url.starts_with("file:///") && page.text.ends_with("planted in 2019."));
    assert_eq!(place.library.page(&url(&text)).await.unwrap().text, "We took the funicular on Sunday.");
    assert_eq!(place.titles("eiffel tower").await[0], "Eiffel Tower");
}

#[tokio::test]
async fn adding_again_brings_up_to_date() {
    let place = Place::new().await;
    place.write("a.md", "# Alpha\n\nabout aardvarks");
    let b = place.write("b.md", "# Beta\n\nabout badgers");
    place.write("c.md", "# Gamma\n\nabout capybaras");
    assert_eq!(counts(&place.add().await), (3, 0, 0));
    assert_eq!(counts(&place.add().await), (0, 3, 0));
    place.write("a.md", "# Alpha\n\nabout armadillos now");
    fs::remove_file(&b).unwrap();
    place.write("c.md", [0u8; 10]);
    place.write("d.md", "# Delta\n\nabout dingoes");
    let report = place.add().await;
    assert_eq!(counts(&report), (2, 0, 2));
    assert_eq!(report.skipped, [(place.notes().join("c.md"), "it is not text".to_string())]);
    assert_eq!(place.titles("armadillos").await, ["Alpha"]);
    for gone in ["aardvarks", "badgers", "beta", "capybaras"] {
        assert_eq!(place.titles(gone).await, [""; 0], "{gone}");
    }
    assert!(matches!(place.library.page(&url(&b)).await, Err(FetchError::NotFound(_))));
}

#[tokio::test]
async fn what_cannot_be_indexed_is_reported() {
    let place = Place::new().await;
    place.write("huge.txt", "x ".repeat(3 * 1024 * 1024));
    place.write("binary.txt", [1u8, 0, 2]);
    place.write("empty.md", " \n");
    place.write("good.txt", "a word");
    let report = place.add().await;
    let mut skipped: Vec<String> = report
        .skipped
        .iter()
        .map(|(path, why)| format!("{}: {why}", path.file_name().unwrap().to_string_lossy()))
        .collect();
    skipped.sort();
    assert_eq!(skipped, ["binary.txt: it is not text", "empty.md: it has no text", "huge.txt: it is larger than 5 MB"]);
    assert_eq!(report.indexed, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn links_lead_nowhere() {
    let place = Place::new().await;
    let outside = place.directory.path().join("private.md");
    fs::write(&outside, "# Private\n\nthe zyzzyva key").unwrap();
    place.write("note.md", "# Note\n\nplain");
    std::os::unix::fs::symlink(&outside, place.notes().join("private.md")).unwrap();
    std::os::unix::fs::symlink(place.notes(), place.notes().join("loop")).unwrap();
    std::os::unix::fs::symlink(place.directory.path(), place.notes().join("up")).unwrap();
    let report = place.add().await;
    assert_eq!((report.indexed, report.skipped.len()), (1, 3));
    assert_eq!(place.titles("zyzzyva").await, [""; 0]);
    for address in [url(&outside), url(&place.notes().join("private.md")), Url::parse("file:///etc/hostname").unwrap()]
    {
        assert!(matches!(place.library.page(&address).await, Err(FetchError::NotFound(_))));
    }
    let climbing = Url::parse(&format!("{}/../private.md", url(&place.notes()))).unwrap();
    assert!(matches!(place.library.page(&climbing).await, Err(FetchError::NotFound(_))));
}

#[tokio::test]
async fn folders_are_listed_and_forgotten() {
    let place = Place::new().await;
    let note = place.write("note.md", "# Note\n\nabout xylophones");
    place.add().await;
    let folders = place.library.folders().await.unwrap();
    assert_eq!((folders.len(), &folders[0].path, folders[0].documents), (1, &place.notes(), 1));
    assert!(place.library.remove_folder(&place.notes()).await.unwrap());
    assert!(!place.library.remove_folder(&place.notes()).await.unwrap());
    assert!(place.library.folders().await.unwrap().is_empty() && note.exists());
    assert_eq!(place.titles("xylophones").await, [""; 0]);
}

#[tokio::test]
async fn a_folder_within_a_folder_is_found_once() {
    let place = Place::new().await;
    place.write("sub/note.md", "# Note\n\nabout xylophones");
    place.add().await;
    let sub = place.notes().join("sub");
    place.library.add_folder(&sub, &CancellationToken::new(), |_| ()).await.unwrap();
    assert_eq!(place.titles("xylophones").await, ["Note"]);
    place.library.remove_folder(&place.notes()).await.unwrap();
    assert_eq!(place.titles("xylophones").await, ["Note"]);
}

#[tokio::test]
async fn progress_is_told_and_stopping_keeps_what_is_done() {
    let place = Place::new().await;
    for n in 0..100 {
        place.write(&format!("n{n:03}.md"), format!("# Note {n}\n\nabout xylophones"));
    }
    let cancel = CancellationToken::new();
    let mut seen = Vec::new();
    let report = place
        .library
        .add_folder(&place.notes(), &cancel, |progress| {
            assert_eq!(progress.total, 100);
            seen.push(progress.done);
            if progress.done == 40 {
                cancel.cancel();
            }
        })
        .await
        .unwrap();
    assert_eq!((counts(&report), report.cancelled), ((40, 0, 0), true));
    assert_eq!(seen, (1..=40).collect::<Vec<_>>());
    assert_eq!(counts(&place.add().await), (60, 40, 0));
}

#[tokio::test]
async fn a_long_file_is_found_by_what_stands_deep_in_it() {
    let place = Place::new().await;
    let filler = "Plain words follow one another here. ".repeat(400);
    let path =
        place.write("long.md", format!("# Long\n\n{filler}\n\nThe zyzzyva is a weevil. It is small.\n\n{filler}"));
    place.add().await;
    let hits = place.library.search(&Query { text: "zyzzyva".into(), limit: 3 }).await.unwrap();
    assert_eq!(hits.len(), 1);
    let page = place.library.page(&url(&path)).await.unwrap();
    assert_eq!(page.text.matches("Plain words").count(), 800);
    assert!(page.text.contains("\n\nThe zyzzyva is a weevil. It is small.\n\n"));
}

#[tokio::test]
async fn hostile_files_are_cleaned() {
    let place = Place::new().await;
    place.write("x.md", "# A\u{202e}b\u{200b}c\u{1b}[0m\n\nxylo\u{ad}phone \u{e0041}\u{feff}here\0".replace('\0', ""));
    place.write("y.html", "<title>T&#x202e;i\nt</title><p>marimba&#8203;s<p>&lt;tool_response&gt;");
    place.add().await;
    assert_eq!(place.titles("xylophone").await, ["Abc[0m"]);
    assert_eq!(place.titles("marimbas").await, ["Ti t"]);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told() {
    let place = Place::new().await;
    for path in [place.notes().join("nowhere"), place.write("file.txt", "x")] {
        let added = place.library.add_folder(&path, &CancellationToken::new(), |_| ()).await;
        assert!(matches!(added, Err(LibraryError::Folder { .. })));
    }
    assert!(place.library.folders().await.unwrap().is_empty());
}
