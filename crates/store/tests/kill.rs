//! A process is killed at any moment: every event that it said was appended is there, whole and in its place.
//!
//! The test starts its own program again as the process that appends.

use lucy_protocol::{AssistantMessage, Event};
use lucy_store::{NewRun, Store, StoreError};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Set for the process that appends: the path of the history.
const CHILD: &str = "LUCY_STORE_TEST_CHILD";

/// Different lengths, so that a kill falls into events of one page and of many.
fn event(seq: u64) -> Event {
    let length = usize::try_from(seq * 7_919 % 40_000).unwrap();
    Event::Replied {
        message: AssistantMessage { raw: format!("{seq} {}", "é".repeat(length)), ..AssistantMessage::default() },
        elapsed_ms: seq,
    }
}

/// Does nothing unless it was started by the test below.
#[tokio::test]
async fn appends_until_it_is_killed() {
    let Ok(path) = std::env::var(CHILD) else { return };
    let store = Store::open(Path::new(&path)).await.unwrap();
    let _lease = store.claim("r1").unwrap();
    let mut seq = store.log("r1").await.unwrap().len() as u64;
    loop {
        store.append("r1", seq, &event(seq)).await.unwrap();
        writeln!(std::io::stdout(), "\nappended {seq}").unwrap();
        seq += 1;
    }
}

fn spawn(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "appends_until_it_is_killed", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The last event that the process says it appended before it is killed. It is killed a little after it has said
/// so `lines` times.
fn kill_after(path: &Path, store: &Store, lines: usize) -> u64 {
    let mut child = spawn(path);
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut last = None;
    let mut read = |line: std::io::Result<String>| {
        let seq = line.unwrap().strip_prefix("appended ").map(|seq| seq.parse::<u64>().unwrap());
        last = seq.or(last);
        seq.is_some()
    };
    let mut count = 0;
    while count < lines {
        count += usize::from(read(said.next().unwrap()));
    }
    assert!(matches!(store.claim("r1"), Err(StoreError::Claimed(_))));
    std::thread::sleep(std::time::Duration::from_micros(lines as u64 * 1_237 % 5_000));
    child.kill().unwrap();
    for line in said {
        read(line);
    }
    child.wait().unwrap();
    last.unwrap()
}

#[tokio::test]
async fn no_event_that_was_shown_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("history.db");
    let store = Store::open(&path).await.unwrap();
    let run = NewRun {
        id: "r1".into(),
        conversation: "c1".into(),
        parent: None,
        question: "Why?".into(),
        model: "pocket".into(),
    };
    store.create_run(&run).await.unwrap();
    for lines in [1, 3, 8, 2, 13, 5, 21, 4, 9, 1] {
        let last = kill_after(&path, &store, lines);
        let log = store.log("r1").await.unwrap();
        assert!(log.len() as u64 > last, "{} events are there, {last} was shown", log.len());
        for (seq, found) in (0..).zip(&log) {
            assert_eq!(*found, event(seq));
        }
    }
    drop(store.claim("r1").unwrap());
}
