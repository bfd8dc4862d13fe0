//! Searches and filters of the history, deletion that is taken back, and that what is deleted leaves no words behind.

use lucy_protocol::{AssistantMessage, Budget, Event, Outcome, Source, ToolResult};
use lucy_store::{Field, Filter, Found, NewRun, Store, StoreError};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

async fn place() -> (TempDir, PathBuf, Store) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("history.db");
    let store = Store::open(&path).await.unwrap();
    (directory, path, store)
}

/// A run that thinks, reads one page and answers.
async fn add(store: &Store, id: &str, [question, thought, page, answer]: [&str; 4]) {
    let new = NewRun {
        id: id.into(),
        conversation: format!("c-{id}"),
        parent: None,
        question: question.into(),
        model: "pocket".into(),
    };
    store.create_run(&new).await.unwrap();
    for (seq, event) in (0..).zip(log([question, thought, page, answer])) {
        store.append(id, seq, &event).await.unwrap();
    }
}

fn log([question, thought, page, answer]: [&str; 4]) -> [Event; 4] {
    let source = Source { number: 3, title: "Atlas".into(), text: Some(page.into()), ..Source::default() };
    [
        Event::Started {
            question: question.into(),
            model: "pocket".into(),
            budget: Budget::default(),
            date: "2026-11-23".into(),
            seed: 7,
            prompt_hash: "ab".into(),
            history: Vec::new(),
        },
        Event::Replied {
            message: AssistantMessage { reasoning: thought.into(), ..AssistantMessage::default() },
            elapsed_ms: 3,
        },
        Event::Observed { result: ToolResult { sources: vec![source], ..ToolResult::default() }, elapsed_ms: 5 },
        Event::Finished { outcome: Outcome::Answered { answer: answer.into(), citations: Vec::new() }, elapsed_ms: 9 },
    ]
}

async fn find(store: &Store, filter: Filter) -> Vec<Found> {
    let (found, total) = store.find_runs(&filter, 50, 0).await.unwrap();
    assert_eq!(found.len(), total as usize);
    found
}

fn words(words: &str) -> Filter {
    Filter { words: Some(words.into()), ..Filter::default() }
}

fn ids(found: &[Found]) -> String {
    found.iter().map(|found| found.run.id.as_str()).collect::<Vec<_>>().join(" ")
}

async fn three(store: &Store) {
    add(store, "r1", ["Who drew the Eiffel Tower?", "I look for a drawing.", "Sauvestre drew it.", "Sauvestre [1]."])
        .await;
    add(store, "r2", ["Where is Łódź?", "A tower comes to mind.", "It lies in Poland.", "In Poland."]).await;
    add(store, "r3", ["How old is it?", "I am not sure.", "The water tower was built in 1890.", "Old."]).await;
}

#[tokio::test]
async fn everything_that_was_said_and_read_is_searched() {
    let (_directory, _, store) = place().await;
    three(&store).await;
    let found = find(&store, words("tower")).await;
    let fields: Vec<_> = found.iter().map(|found| (found.run.id.as_str(), found.hit.as_ref().unwrap().field)).collect();
    assert_eq!(fields, [("r1", Field::Question), ("r2", Field::Thought), ("r3", Field::Page)]);
    let hit = found[2].hit.as_ref().unwrap();
    assert_eq!((hit.title.as_str(), hit.text.as_str()), ("Atlas", "The water tower was built in 1890."));
    assert_eq!(hit.marks, [(10, 15)]);
    assert_eq!(ids(&find(&store, words("eiffel drew")).await), "r1");
    assert_eq!(ids(&find(&store, words("łodz")).await), "r2");
    assert_eq!(ids(&find(&store, words("pol")).await), "r2");
    assert_eq!(find(&store, words("sauvestre")).await[0].hit.as_ref().unwrap().field, Field::Answer);
    for hostile in ["\"", "eiffel\" OR \"x", "NEAR(", "*", "question:", "-"] {
        assert_eq!(ids(&find(&store, words(hostile)).await), "", "{hostile}");
    }
    assert_eq!(ids(&find(&store, words("  ")).await), "r3 r2 r1");
}

#[tokio::test]
async fn what_the_person_said_later_is_searched_too() {
    let (_directory, _, store) = place().await;
    let new = |id: &str| NewRun {
        id: id.into(),
        conversation: "c".into(),
        parent: None,
        question: "Why?".into(),
        model: "m".into(),
    };
    store.create_run(&new("r1")).await.unwrap();
    store.append("r1", 0, &Event::Steered { text: "Only in Patagonia.".into(), elapsed_ms: 0 }).await.unwrap();
    let found = find(&store, words("patagonia")).await;
    assert_eq!(found[0].hit.as_ref().unwrap().field, Field::Question);
}

#[tokio::test]
async fn filters_and_pages() {
    let (_directory, _, store) = place().await;
    three(&store).await;
    let run = |id: &'static str| {
        let store = store.clone();
        async move { store.run(id).await.unwrap() }
    };
    store.tag(&[run("r1").await, run("r3").await], &["art".into(), "old".into()], &[]).await.unwrap();
    store.tag(&[run("r3").await], &[], &["art".into(), "none".into()]).await.unwrap();
    store.save(&[run("r2").await], true).await.unwrap();
    store.rename(&run("r1").await, "The tower").await.unwrap();
    assert_eq!(store.tags(run("r1").await.number).await.unwrap(), ["art", "old"]);
    assert_eq!((run("r1").await.title.as_str(), run("r1").await.sources), ("The tower", 3));
    assert_eq!(ids(&find(&store, Filter { tag: Some("art".into()), ..Filter::default() }).await), "r1");
    assert_eq!(ids(&find(&store, Filter { tag: Some("old".into()), ..words("tower") }).await), "r1 r3");
    assert_eq!(ids(&find(&store, Filter { saved: Some(true), ..Filter::default() }).await), "r2");
    assert_eq!(ids(&find(&store, Filter { saved: Some(false), ..Filter::default() }).await), "r3 r1");
    assert_eq!(ids(&find(&store, Filter { outcome: Some(String::new()), ..Filter::default() }).await), "");
    assert_eq!(ids(&find(&store, Filter { outcome: Some("answered".into()), ..words("sauvestre") }).await), "r1");
    let began = run("r2").await.created_ms;
    assert_eq!(ids(&find(&store, Filter { before_ms: Some(0), ..Filter::default() }).await), "");
    assert_eq!(find(&store, Filter { after_ms: Some(began), ..Filter::default() }).await[0].run.id, "r3");
    let (page, total) = store.find_runs(&Filter::default(), 2, 1).await.unwrap();
    assert_eq!((ids(&page).as_str(), total), ("r2 r1", 3));
}

#[tokio::test]
async fn deletion_is_taken_back_until_it_is_done() {
    let (_directory, _, store) = place().await;
    three(&store).await;
    let runs = [store.run("r1").await.unwrap(), store.run("r3").await.unwrap()];
    store.hide(&runs).await.unwrap();
    assert_eq!(ids(&find(&store, Filter::default()).await), "r2");
    assert_eq!(ids(&find(&store, words("tower")).await), "r2");
    assert!(matches!(store.find("r1").await, Err(StoreError::NoRun(_))));
    assert_eq!(store.purge(10_000).await.unwrap(), 0, "it is too early");
    store.restore(&["r1".into()]).await.unwrap();
    assert_eq!(ids(&find(&store, words("tower")).await), "r1 r2");
    assert_eq!(store.purge(0).await.unwrap(), 1);
    assert!(matches!(store.restore(&["r3".into()]).await, Err(StoreError::NoRun(_))));
    store.purge_runs(&["r1".into()]).await.unwrap();
    assert_eq!(ids(&find(&store, Filter::default()).await), "r2 r1", "what is not hidden stays");
    let lease = store.claim("r2").unwrap();
    assert!(matches!(store.hide(&[store.run("r2").await.unwrap()]).await, Err(StoreError::Claimed(_))));
    assert!(matches!(store.delete_all().await, Err(StoreError::Claimed(_))));
    drop(lease);
    store.delete_all().await.unwrap();
    assert_eq!(ids(&find(&store, Filter::default()).await), "");
}

/// Whether the file or its write-ahead log hold a word.
fn holds(path: &Path, word: &str) -> bool {
    let logs = path.with_extension("db-wal");
    [path, &logs]
        .into_iter()
        .filter_map(|path| std::fs::read(path).ok())
        .any(|bytes| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes())))
}

#[tokio::test]
async fn what_is_deleted_leaves_no_words_behind() {
    let (_directory, path, store) = place().await;
    let all = ["Quagga?", "Wombats and quokkas.", "A page about numbats.", "A bilby."];
    add(&store, "r1", all).await;
    add(&store, "r2", ["Axolotl?", "Thinking of newts.", "Salamanders live here.", "Yes."]).await;
    let run = store.run("r1").await.unwrap();
    store.tag(std::slice::from_ref(&run), &["pangolin".into()], &[]).await.unwrap();
    store.rename(&run, "Aardvark").await.unwrap();
    let secret = ["quagga", "wombat", "quokka", "numbat", "bilby", "pangolin", "aardvark"];
    assert!(secret.iter().all(|word| holds(&path, word)));
    store.hide(&[run]).await.unwrap();
    store.purge(0).await.unwrap();
    for word in secret {
        assert!(!holds(&path, word), "{word} is still there");
    }
    for word in ["axolotl", "newt", "salamander"] {
        assert!(holds(&path, word), "{word} is gone");
    }
}

#[tokio::test]
async fn a_history_of_the_first_version_is_searched_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("history.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let all = sqlx::migrate!("../../migrations/history");
    let first = sqlx::migrate::Migrator::with_migrations(all.iter().take(1).cloned().collect());
    first.run(&pool).await.unwrap();
    let events = log(["Who?", "I think of tapirs.", "Tapirs eat leaves.", "A tapir."]);
    for sql in [
        "INSERT INTO conversations VALUES ('c', 1)",
        "INSERT INTO runs (id, conversation, question, model, created_ms, updated_ms) VALUES ('r1', 'c', 'Who?', 'm', 1, 1)",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    for (seq, event) in (0..).zip(&events) {
        sqlx::query("INSERT INTO events VALUES (1, ?, 1, ?)")
            .bind(seq)
            .bind(serde_json::to_string(event).unwrap())
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.log("r1").await.unwrap(), events);
    assert_eq!(find(&store, words("tapirs")).await[0].hit.as_ref().unwrap().field, Field::Thought);
    assert_eq!(find(&store, words("leaves")).await[0].hit.as_ref().unwrap().field, Field::Page);
    assert_eq!(store.run("r1").await.unwrap().sources, 3);
}

#[tokio::test]
async fn settings_are_kept() {
    let (_directory, path, store) = place().await;
    assert_eq!(store.setting("ui").await.unwrap(), None);
    for value in [serde_json::json!({"theme": "dark"}), serde_json::json!(["a"])] {
        store.set_setting("ui", &value).await.unwrap();
        assert_eq!(Store::open(&path).await.unwrap().setting("ui").await.unwrap(), Some(value));
    }
}
