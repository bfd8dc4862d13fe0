//! The history on real files.

use lucy_protocol::{AssistantMessage, Budget, Event, Outcome};
use lucy_store::{NewRun, Store, StoreError};
use std::path::PathBuf;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data").join("history.db");
    (directory, path)
}

async fn store() -> (TempDir, Store) {
    let (directory, path) = place();
    (directory, Store::open(&path).await.unwrap())
}

fn new_run(id: &str, question: &str) -> NewRun {
    let (id, question) = (id.to_string(), question.to_string());
    NewRun { conversation: format!("c-{id}"), id, parent: None, question, model: "pocket".into() }
}

fn started(question: &str) -> Event {
    Event::Started {
        question: question.into(),
        model: "pocket".into(),
        budget: Budget::default(),
        date: "2026-11-23".into(),
        seed: 7,
        prompt_hash: "ab".into(),
        history: Vec::new(),
    }
}

fn replied(raw: &str) -> Event {
    Event::Replied { message: AssistantMessage { raw: raw.into(), ..AssistantMessage::default() }, elapsed_ms: 3 }
}

fn answered(answer: &str) -> Event {
    Event::Finished { outcome: Outcome::Answered { answer: answer.into(), citations: Vec::new() }, elapsed_ms: 9 }
}

async fn whole_run(store: &Store, id: &str, question: &str, answer: &str) {
    store.create_run(&new_run(id, question)).await.unwrap();
    for (seq, event) in (0..).zip([started(question), replied("<think>\n\0 ü \u{1f600}"), answered(answer)]) {
        store.append(id, seq, &event).await.unwrap();
    }
}

#[tokio::test]
async fn a_log_comes_back_as_it_was_appended() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    whole_run(&store, "r1", "Why?", "Because.").await;
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    let log = store.log("r1").await.unwrap();
    assert_eq!(log, [started("Why?"), replied("<think>\n\0 ü \u{1f600}"), answered("Because.")]);
    let tail = store.entries("r1", 1).await.unwrap();
    assert_eq!(tail.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2]);
    assert!(tail[0].at_ms > 1_600_000_000_000);
}

#[tokio::test]
async fn events_have_their_places() {
    let (_directory, store) = store().await;
    store.create_run(&new_run("r1", "Why?")).await.unwrap();
    assert_eq!(store.log("r1").await.unwrap(), []);
    store.append("r1", 0, &started("Why?")).await.unwrap();
    for seq in [0, 2, u64::MAX] {
        let error = store.append("r1", seq, &replied("")).await.unwrap_err();
        assert!(matches!(error, StoreError::Place { next: 1, .. }), "{error}");
    }
    store.append("r1", 1, &answered("So.")).await.unwrap();
    assert!(matches!(store.append("r1", 2, &replied("")).await, Err(StoreError::Ended(_))));
    assert_eq!(store.log("r1").await.unwrap().len(), 2);
}

#[tokio::test]
async fn unknown_and_double_runs_are_told() {
    let (_directory, store) = store().await;
    assert!(matches!(store.append("r1", 0, &replied("")).await, Err(StoreError::NoRun(_))));
    assert!(matches!(store.log("r1").await, Err(StoreError::NoRun(_))));
    store.create_run(&new_run("r1", "Why?")).await.unwrap();
    assert!(matches!(store.create_run(&new_run("r1", "Why?")).await, Err(StoreError::Exists(_))));
    let orphan = NewRun { parent: Some("nobody".into()), ..new_run("r2", "Why?") };
    assert!(matches!(store.create_run(&orphan).await, Err(StoreError::NoRun(_))));
    assert!(matches!(store.create_run(&new_run("../r", "Why?")).await, Err(StoreError::BadId(_))));
}

#[tokio::test]
async fn runs_are_listed_by_pages() {
    let (_directory, store) = store().await;
    for n in 0..5 {
        store.create_run(&new_run(&format!("r{n}"), "Why?")).await.unwrap();
    }
    let ids = |runs: &[lucy_store::RunSummary]| runs.iter().map(|run| run.id.clone()).collect::<Vec<_>>().join(" ");
    let first = store.runs(None, 2).await.unwrap();
    assert_eq!(ids(&first), "r4 r3");
    let second = store.runs(Some(first[1].number), 2).await.unwrap();
    assert_eq!(ids(&second), "r2 r1");
    assert_eq!(ids(&store.runs(Some(second[1].number), 9).await.unwrap()), "r0");
}

#[tokio::test]
async fn a_run_shows_how_it_ended() {
    let (_directory, store) = store().await;
    whole_run(&store, "r1", "Why?", "Because.").await;
    store.create_run(&new_run("r2", "How?")).await.unwrap();
    store.append("r2", 0, &started("How?")).await.unwrap();
    let run = store.run("r1").await.unwrap();
    assert_eq!((run.outcome.as_deref(), run.answer.as_str()), (Some("answered"), "Because."));
    let unfinished = store.unfinished().await.unwrap();
    assert_eq!(unfinished.len(), 1);
    assert_eq!((unfinished[0].id.as_str(), &unfinished[0].outcome), ("r2", &None));
    store.append("r2", 1, &Event::Finished { outcome: Outcome::Cancelled, elapsed_ms: 0 }).await.unwrap();
    assert!(store.unfinished().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_run_is_found_by_the_beginning_of_its_id() {
    let (_directory, store) = store().await;
    for id in ["abc", "abd", "ab", "x%y".replace('%', "_").as_str()] {
        store.create_run(&new_run(id, "Why?")).await.unwrap();
    }
    assert_eq!(store.find("abd").await.unwrap().id, "abd");
    assert_eq!(store.find("ab").await.unwrap().id, "ab");
    assert!(matches!(store.find("a").await, Err(StoreError::Ambiguous(_))));
    assert!(matches!(store.find("%").await, Err(StoreError::NoRun(_))));
    assert!(matches!(store.find("").await, Err(StoreError::NoRun(_))));
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    whole_run(&store, "r1", "Where is Xanadu?", "In Shangdu.").await;
    whole_run(&store, "r2", "Why?", "Because.").await;
    let follow = NewRun { conversation: "c-r1".into(), parent: Some("r1".into()), ..new_run("r3", "And then?") };
    store.create_run(&follow).await.unwrap();
    assert_eq!(store.conversation("c-r1").await.unwrap().len(), 2);
    store.delete_run("r1").await.unwrap();
    assert!(matches!(store.log("r1").await, Err(StoreError::NoRun(_))));
    assert_eq!(store.run("r3").await.unwrap().parent, None);
    store.delete_conversation("c-r1").await.unwrap();
    assert_eq!(store.runs(None, 9).await.unwrap().len(), 1);
    store.close().await;
    let bytes = std::fs::read(&path).unwrap();
    let holds = |word: &[u8]| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    assert!(!holds(b"xanadu") && !holds(b"shangdu") && holds(b"because"));
}

#[tokio::test]
async fn a_run_is_claimed_once() {
    let (_directory, path) = place();
    let (one, other) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    one.create_run(&new_run("r1", "Why?")).await.unwrap();
    assert!(!one.is_claimed("r1"));
    let lease = one.claim("r1").unwrap();
    assert!(matches!(other.claim("r1"), Err(StoreError::Claimed(_))));
    assert!(matches!(one.claim("r1"), Err(StoreError::Claimed(_))));
    assert!(matches!(other.delete_run("r1").await, Err(StoreError::Claimed(_))));
    assert!(other.is_claimed("r1"));
    drop(lease);
    drop(other.claim("r1").unwrap());
    assert!(!other.is_claimed("r1"));
}

#[test]
fn claims_from_many_threads_never_overlap() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_directory, path) = place();
    let store = runtime.block_on(Store::open(&path)).unwrap();
    let held = std::sync::atomic::AtomicUsize::new(0);
    let taken = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    if let Ok(lease) = store.claim("r1") {
                        assert_eq!(held.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        held.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lease);
                    }
                }
            });
        }
    });
    assert!(taken.into_inner() > 0);
}

#[tokio::test]
async fn files_that_are_no_history_are_told_apart() {
    let (_directory, path) = place();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "not a database at all, but long enough to look like a file of one. ".repeat(99)).unwrap();
    assert!(matches!(Store::open(&path).await, Err(StoreError::Corrupt(_))));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(Store::open(&path).await, Err(StoreError::ReadOnly(_))));
}

#[tokio::test]
async fn a_damaged_file_is_told() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    whole_run(&store, "r1", "Why?", &"Because. ".repeat(2_000)).await;
    store.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    let page = 4_096;
    for byte in &mut bytes[page..] {
        *byte = 0xa5;
    }
    std::fs::write(&path, bytes).unwrap();
    let error = match Store::open(&path).await {
        Ok(store) => store.log("r1").await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_history_of_a_newer_version_is_left_alone() {
    let (_directory, path) = place();
    Store::open(&path).await.unwrap().close().await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations VALUES (9999, 'later', '2030-01-01', TRUE, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer(_)) && error.to_string().contains("update Lucy"), "{error}");
}

#[tokio::test]
async fn an_event_of_a_newer_version_is_told() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    store.create_run(&new_run("r1", "Why?")).await.unwrap();
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query("INSERT INTO events VALUES (1, 0, 0, '{\"event\":\"dreamt\"}')").execute(&pool).await.unwrap();
    assert!(matches!(store.log("r1").await, Err(StoreError::Event { seq: 0, .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_write_and_read_at_once() {
    let (_directory, path) = place();
    let writers = (0..4).map(|n| {
        let path = path.clone();
        tokio::spawn(async move {
            let store = Store::open(&path).await.unwrap();
            let id = format!("r{n}");
            store.create_run(&new_run(&id, "Why?")).await.unwrap();
            for seq in 0..10 {
                store.append(&id, seq, &replied(&seq.to_string())).await.unwrap();
                assert_eq!(store.log(&id).await.unwrap().len() as u64, seq + 1);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(Store::open(&path).await.unwrap().runs(None, 9).await.unwrap().len(), 4);
}
