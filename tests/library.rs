//! The bundled encyclopedia and a person's own folders.

mod common;

use common::{Lucy, babbler};
use std::fs;

#[test]
fn the_committed_articles_are_what_the_command_writes() {
    let lucy = Lucy::new();
    let path = lucy.data().join("articles.jsonl");
    lucy.ok(&["library", "build", "--out", path.to_str().unwrap()]);
    let committed = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/library/articles.jsonl")).unwrap();
    assert!(fs::read_to_string(path).unwrap() == committed, "run `cargo run -- library build` and commit the file");
    assert!(committed.lines().count() >= 800);
}

#[test]
fn folders_are_added_brought_up_to_date_and_removed() {
    let lucy = Lucy::new();
    let notes = tempfile::tempdir().unwrap();
    let dir = notes.path().to_str().unwrap();
    fs::write(notes.path().join("one.md"), "# One\n\nThe first note.\n").unwrap();
    fs::write(notes.path().join("two.txt"), "Two\n\nThe second note.\n").unwrap();
    fs::write(notes.path().join("picture.png"), [0x89, b'P', b'N', b'G', 0, 1, 2]).unwrap();
    assert!(lucy.ok(&["library", "add", dir]).starts_with("2 new or changed, 0 unchanged, 0 gone"));
    fs::remove_file(notes.path().join("two.txt")).unwrap();
    assert!(lucy.ok(&["library", "add", dir]).starts_with("0 new or changed, 1 unchanged, 1 gone"));
    let list = lucy.ok(&["library", "list"]);
    assert!(list.contains("the bundled encyclopedia") && list.contains("      1  "), "{list}");
    lucy.ok(&["library", "remove", dir]);
    assert_eq!(lucy.ok(&["library", "list"]).lines().count(), 1);
    assert!(notes.path().join("one.md").exists());
}

#[test]
fn a_model_is_described_and_measured() {
    let lucy = Lucy::new();
    let path = babbler().to_str().unwrap();
    let info = lucy.ok(&["model", "info", path]);
    assert!(info.contains("Babbler") && info.contains("2048 tokens") && info.contains("F16"), "{info}");
    let speed: serde_json::Value = serde_json::from_str(&lucy.ok(&["bench", "--json", "--model", path])).unwrap();
    for figure in ["load_seconds", "prefill", "decode"] {
        assert!(speed[figure].as_f64().is_some_and(|value| value > 0.0), "{figure}: {speed}");
    }
}
