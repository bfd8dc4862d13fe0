//! The library on real files: search, visits, changes of the articles, and several processes at once.

use lucy_protocol::{Tool, ToolCall, ToolContext};
use lucy_tools::{FetchError, Library, LibraryError, PageSource, Query, SearchProvider, Url, VisitTool, WebSearch};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

const ARTICLES: &[u8] = include_bytes!("../../../tests/fixtures/articles.jsonl");

async fn library() -> (TempDir, Library) {
    let (directory, path) = place();
    let library = Library::open_with(&path, ARTICLES).await.unwrap();
    (directory, library)
}

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    (directory, path)
}

async fn titles(library: &Library, text: &str) -> Vec<String> {
    let hits = library.search(&Query { text: text.into(), limit: 10 }).await.unwrap();
    hits.into_iter().map(|hit| hit.title).collect()
}

#[tokio::test]
async fn the_page_that_is_named_comes_first() {
    let (_directory, library) = library().await;
    for (query, title) in [
        ("Eiffel Tower architect", "Eiffel Tower"),
        ("who designed the eiffel tower?", "Eiffel Tower"),
        ("effiel tower", "Eiffel Tower"),
        ("gustave eiffel", "Gustave Eiffel"),
        ("einstein year of birth", "Albert Einstein"),
        ("Einstien", "Albert Einstein"),
        ("Albert Einstein's birthplace", "Albert Einstein"),
        ("capital of france", "France"),
        ("paris", "Paris"),
        ("everest height", "Mount Everest"),
        ("how high is mount kilimanjaro", "Mount Kilimanjaro"),
        ("kilimanj", "Mount Kilimanjaro"),
        ("mercury planet diameter", "Mercury (planet)"),
        ("symbol of mercury", "Mercury (element)"),
        ("tower bridge", "Tower Bridge"),
        ("who made C++", "C++"),
        ("c programming language creator", "C (programming language)"),
        ("liquid at room temperature", "Mercury (element)"),
        ("PARÍS", "Paris"),
    ] {
        assert_eq!(titles(&library, query).await.first().map(String::as_str), Some(title), "{query}");
    }
}

#[tokio::test]
async fn what_is_rare_decides_and_keywords_and_phrases_count() {
    let line = |keyword: &str, title: &str, text: &str| {
        let address = format!("library:{}", title.to_lowercase());
        let article = serde_json::json!({
            "address": address, "title": title, "sentences": [{ "text": text }], "keywords": [keyword]
        });
        format!("{article}\n")
    };
    let mut articles: String = (0..40)
        .map(|number| line("book", &format!("Book{number}"), "The book has a main character by the name of Ada."))
        .chain((0..60).map(|number| line("river", &format!("Stream{number}"), "It flows through meadows.")))
        .chain((0..20).map(|number| {
            line("city", &format!("Port{number}"), "From this city many ships sail. Its nickname is the Port.")
        }))
        .collect();
    articles += &line("book", "Stranger", "The tale follows the fortunes of its central figure, Meursault.");
    articles += &line("play", "Meeting", "Meursault is on the stage for an hour.");
    articles += &line("city", "Auckland", "It is also called the City of Sails.");
    let (_directory, path) = place();
    let library = Library::open_with(&path, articles.as_bytes()).await.unwrap();
    assert_eq!(titles(&library, "book whose main character is Meursault").await[0], "Stranger");
    assert_eq!(titles(&library, "play whose main character is Meursault").await[0], "Meeting");
    assert_eq!(titles(&library, "city whose nickname is the City of Sails").await[0], "Auckland");
}

#[tokio::test]
async fn the_encyclopedia_is_found_by_what_it_states() {
    #[derive(serde::Deserialize)]
    struct Article {
        address: String,
        facts: Vec<(String, String)>,
        keywords: Vec<String>,
    }
    let lines = include_str!("../../../assets/library/articles.jsonl").lines();
    let articles: Vec<Article> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    // Queries as Lucy Pocket writes them, and the articles of which they are true.
    let mut queries: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for Article { address, facts, keywords } in &articles {
        let (kind, labels) = keywords.split_first().unwrap();
        for ((_, value), label) in facts.iter().zip(labels) {
            queries.entry(format!("{kind} whose {label} is {value}")).or_default().push(address);
        }
    }
    let (_directory, path) = place();
    let library = Library::open(&path).await.unwrap();
    let (mut asked, mut found) = (0, 0);
    for (text, wanted) in queries.into_iter().filter(|(_, wanted)| wanted.len() < 3).step_by(25) {
        let hits = library.search(&Query { text, limit: 3 }).await.unwrap();
        asked += 1;
        found += usize::from(hits.iter().any(|hit| wanted.contains(&hit.url.as_str())));
    }
    assert!(asked > 200 && found * 100 > asked * 96, "{found} of {asked}");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (_directory, library) = library().await;
    for query in ["Kalvor Bridge", "kalvor", "height of mount zorvian", "", "?!", "   ", "\u{200b}"] {
        assert_eq!(titles(&library, query).await, [""; 0], "{query}");
    }
}

#[tokio::test]
async fn no_query_is_syntax() {
    let (_directory, path) = place();
    let library = Library::open(&path).await.unwrap();
    let long = "eiffel ".repeat(10_000);
    for query in [
        "\"eiffel",
        "eiffel\" OR \"tower",
        "title:eiffel",
        "NEAR(eiffel tower)",
        "eiffel AND",
        "NOT eiffel",
        "eiffel*",
        "^eiffel",
        "{title}: eiffel",
        "-eiffel",
        "(eiffel",
        "eiffel + tower",
        "'; DROP TABLE passages; --eiffel",
        "eiffel\0tower",
        "%eiffel_",
        &long,
    ] {
        assert!(titles(&library, query).await.contains(&"Eiffel Tower".to_string()), "{query}");
    }
    for query in ["AND", "OR NOT", "*", "\"\"", "NEAR/2", "\u{1f600}"] {
        let hits = library.search(&Query { text: query.into(), limit: 3 }).await;
        assert!(hits.is_ok(), "{query}");
    }
}

#[tokio::test]
async fn hits_are_limited_and_have_previews() {
    let (_directory, library) = library().await;
    let hits = library.search(&Query { text: "tower in paris".into(), limit: 2 }).await.unwrap();
    assert_eq!(hits.len(), 2);
    let eiffel = library.search(&Query { text: "eiffel tower".into(), limit: 1 }).await.unwrap().remove(0);
    assert_eq!(eiffel.url, "library:eiffel-tower");
    assert!(eiffel.preview.starts_with("The Eiffel Tower is a lattice tower in Paris, France. The architect"));
}

#[tokio::test]
async fn a_page_is_its_sentences() {
    let (_directory, library) = library().await;
    let page = library.page(&Url::parse("library:mercury-planet").unwrap()).await.unwrap();
    assert_eq!(page.title, "Mercury (planet)");
    assert_eq!(page.text, "Mercury is a rocky planet. Its diameter is 4,879 kilometres.");
    for address in ["library:nowhere", "file:///etc/passwd", "https://example.org/", "library:../x"] {
        let page = library.page(&Url::parse(address).unwrap()).await;
        assert!(matches!(page, Err(FetchError::NotFound(_))), "{address}");
    }
}

#[tokio::test]
async fn both_tools_work_on_the_library() {
    let (_directory, library) = library().await;
    let library = Arc::new(library);
    let call = |name: &str, argument: &str, value: &str| ToolCall {
        id: "c".into(),
        name: name.into(),
        arguments: [(argument.to_string(), value.into())].into_iter().collect(),
        malformed: None,
    };
    let found = WebSearch::new(library.clone(), 3)
        .call(call("web_search", "query", "everest height"), ToolContext::default())
        .await;
    let url = &found.sources[0].url;
    let page = VisitTool::new(library).call(call("visit_tool", "url", url), ToolContext::default()).await;
    assert!(page.content.contains("Full Content:\nMount Everest is a mountain"), "{}", page.content);
}

#[tokio::test]
async fn changed_articles_replace_the_old_ones() {
    let (_directory, path) = place();
    drop(Library::open_with(&path, ARTICLES).await.unwrap());
    let line =
        r#"{"address":"library:atlantis","title":"Atlan\u202Etis","sentences":[{"text":"Atlantis\u200B sank."}]}"#;
    let library = Library::open_with(&path, line.as_bytes()).await.unwrap();
    assert_eq!(library.documents().await.unwrap(), 1);
    assert_eq!(titles(&library, "eiffel tower").await, [""; 0]);
    assert_eq!(titles(&library, "atlantis").await, ["Atlantis"]);
}

#[tokio::test]
async fn a_failed_rebuild_leaves_the_old_index() {
    let (_directory, path) = place();
    drop(Library::open_with(&path, ARTICLES).await.unwrap());
    let broken = b"{\"address\":\"library:a\",\"title\":\"A\",\"sentences\":[]}\n{\"address\"";
    let error = Library::open_with(&path, broken).await.unwrap_err();
    assert!(matches!(error, LibraryError::Article { line: 2, .. }));
    let library = Library::open_with(&path, ARTICLES).await.unwrap();
    assert_eq!(titles(&library, "tower bridge").await[0], "Tower Bridge");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_may_open_a_new_index_at_once() {
    let (_directory, path) = place();
    let opened = futures::future::join_all((0..6).map(|_| {
        let path = path.clone();
        tokio::spawn(async move { Library::open_with(&path, ARTICLES).await })
    }));
    for library in opened.await {
        assert_eq!(library.unwrap().unwrap().documents().await.unwrap(), 14);
    }
}

#[tokio::test]
async fn files_that_are_no_library_are_told_apart() {
    let (_directory, path) = place();
    std::fs::write(&path, "this is not a database, but it is long enough to be looked at as one. ".repeat(20)).unwrap();
    let error = Library::open_with(&path, ARTICLES).await.unwrap_err();
    assert!(matches!(error, LibraryError::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn an_index_of_a_newer_version_is_told_apart() {
    let (_directory, path) = place();
    drop(Library::open_with(&path, ARTICLES).await.unwrap());
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations VALUES (9999, 'later', '2030-01-01', TRUE, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    let error = Library::open_with(&path, ARTICLES).await.unwrap_err();
    assert!(matches!(error, LibraryError::Newer(_)), "{error}");
}

#[tokio::test]
async fn the_bundled_articles_open() {
    let (_directory, path) = place();
    assert!(Library::open(&path).await.unwrap().documents().await.unwrap() > 0);
}
