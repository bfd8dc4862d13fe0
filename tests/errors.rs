//! What goes wrong is told in words that say what to do, with a code that scripts can rely on.

mod common;

use common::{Lucy, babbler};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::fs;

#[track_caller]
fn fails(lucy: &Lucy, args: &[&str], code: i32, words: &[&str]) {
    let ran = lucy.run(args);
    assert_eq!(ran.code, Some(code), "{}{}", ran.out, ran.err);
    for word in words {
        assert!(ran.err.contains(word), "{word:?} is not in {:?}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn an_empty_question() {
    let lucy = Lucy::new();
    fails(&lucy, &["ask", "  "], 2, &["error: the question is empty"]);
    fails(&lucy, &["ask"], 2, &["the question is empty"]);
    fails(&lucy, &["ask", "x", "--max-steps", "0"], 2, &["at least one step"]);
}

#[test]
fn an_unknown_run() {
    let lucy = Lucy::new();
    for command in ["show", "resume", "delete"] {
        fails(&lucy, &[command, "nope"], 4, &["no run \"nope\"", "`lucy history`"]);
    }
    fails(&lucy, &["show", "../x"], 4, &["../x"]);
}

#[test]
fn a_missing_model() {
    let lucy = Lucy::new();
    fails(&lucy, &["ask", "x", "--model", "lost.gguf"], 3, &["lost.gguf", "no such file", "path of a .gguf file"]);
    fails(&lucy, &["model", "info", "lost.gguf"], 3, &["lost.gguf"]);
}

#[test]
fn a_truncated_model() {
    let lucy = Lucy::new();
    let path = lucy.data().join("cut.gguf");
    let whole = fs::read(babbler()).unwrap();
    for length in [0, 3, 100, 5_000, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        fails(&lucy, &["ask", "x", "--model", path.to_str().unwrap()], 3, &["cut.gguf", "download it again"]);
    }
}

#[test]
fn a_hostile_model() {
    let lucy = Lucy::new();
    let path = lucy.data().join("hostile.gguf");
    let whole = fs::read(babbler()).unwrap();
    // The number of tensors and of metadata entries, and the length of the first key.
    for at in [8, 16, 24] {
        let mut bytes = whole.clone();
        bytes[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        fs::write(&path, &bytes).unwrap();
        fails(&lucy, &["model", "info", path.to_str().unwrap()], 3, &["the model cannot be loaded"]);
    }
}

#[tokio::test]
async fn data_of_a_newer_version() {
    let lucy = Lucy::new();
    lucy.ok(&["history"]);
    let path = lucy.data().join("history.db");
    let options = SqliteConnectOptions::new().filename(&path);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    fails(&lucy, &["history"], 5, &["newer version of Lucy", "LUCY_DATA"]);
}

#[test]
fn data_that_is_something_else() {
    let lucy = Lucy::new();
    fs::write(lucy.data().join("history.db"), "not a database, whatever its name says".repeat(200)).unwrap();
    fails(&lucy, &["history"], 5, &["history.db", "damaged"]);
}

#[test]
fn a_data_directory_that_cannot_be_made() {
    let lucy = Lucy::new();
    let file = lucy.data().join("file");
    fs::write(&file, "").unwrap();
    let output = lucy.command(&["history"]).env("LUCY_DATA", file.join("data")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("file/data"));
}

#[test]
fn a_folder_that_is_none() {
    let lucy = Lucy::new();
    fails(&lucy, &["library", "add", "no-such-folder"], 2, &["no-such-folder"]);
    fails(&lucy, &["library", "remove", "no-such-folder"], 2, &["not in the library"]);
}

#[test]
fn errors_are_json_where_the_output_is() {
    let ran = Lucy::new().run(&["show", "--json", "nope"]);
    let error: serde_json::Value = serde_json::from_str(ran.err.trim()).unwrap();
    assert_eq!(error["error"]["code"], "no_such_run");
}

#[test]
fn wrong_options_and_the_help() {
    let lucy = Lucy::new();
    fails(&lucy, &["ask", "x", "--device", "gpu"], 2, &["this build has auto, cpu"]);
    fails(&lucy, &["frobnicate"], 2, &["frobnicate"]);
    let help = lucy.ok(&["help"]);
    for word in ["ask", "chat", "history", "resume", "library", "model", "bench", "Exit codes:", "130"] {
        assert!(help.contains(word), "{word} is not in\n{help}");
    }
}
