//! The real window, driven as a person would: needs `cargo xtask test`, which does the set-up.

mod desk;

use desk::Desk;
use serde_json::json;
use std::net::TcpListener;
use std::time::Duration;

const QUESTION: &str = "When was the Eiffel Tower completed?";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_and_its_source_opened() {
    let desk = Desk::new();
    let window = desk.start().await;
    window.ask(QUESTION).await;
    window.wait_for_state("answered").await;
    assert!(!window.find("answer").await.text().await.unwrap().trim().is_empty());
    window.click("citation").await;
    window.find("passage").await;
    assert!(!window.find("passage-mark").await.text().await.unwrap().trim().is_empty());
    desk.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_reaches_rust_and_nothing_else() {
    let desk = Desk::new();
    let window = desk.start().await;
    window.find("question-box").await;
    let history = window.call("request", json!({ "request": { "request": "history", "limit": 1 } })).await;
    assert_eq!(history["response"], "history", "{history}");
    let refused = [
        ("request", json!({ "request": "no object" })),
        ("plugin:dialog|open", json!({ "options": {} })),
        ("plugin:opener|open_url", json!({ "url": "https://example.org" })),
        ("plugin:window|close", json!({ "label": "main" })),
        ("plugin:event|listen", json!({ "event": "x", "target": { "kind": "Any" }, "handler": 1 })),
        ("shell", json!({ "ask": { "ask": "open_link", "url": "file:///etc/passwd" } })),
    ];
    for (command, arguments) in refused {
        let answer = window.call(command, arguments).await;
        assert!(answer.get("refused").is_some(), "{command}: {answer}");
    }
    no_network(&window).await;
    desk.terminate().await;
}

/// A server on this machine never hears of the page, whatever the page tries.
async fn no_network(window: &desk::Window) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let address = format!("http://{}/", server.local_addr().unwrap());
    let script = "const [address, done] = arguments;
        const image = document.createElement('img');
        image.src = address;
        const frame = document.createElement('iframe');
        frame.src = address;
        document.body.append(image, frame);
        navigator.sendBeacon(address, 'x');
        setTimeout(() => { location.href = address; }, 0);
        fetch(address).then(() => 'sent', () => 'refused').then((sent) => setTimeout(() => done(sent), 1000));";
    assert_eq!(window.script(script, vec![json!(address)]).await, json!("refused"));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(server.accept().is_err(), "the page reached a server");
    window.find("question-box").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_run_keeps_what_was_said_and_goes_on() {
    let desk = Desk::new();
    let window = desk.start().await;
    window.ask(QUESTION).await;
    window.click("stop").await;
    window.wait_for_state("stopped").await;
    window.click("resume").await;
    window.wait_for_state("answered").await;
    desk.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_in_mid_run_loses_nothing() {
    let desk = Desk::new();
    let window = desk.start().await;
    window.ask(QUESTION).await;
    window.find("step").await;
    desk.terminate().await;

    let window = desk.start().await;
    window.click("history-toggle").await;
    window.click("history-row").await;
    window.wait_for_state("stopped").await;
    window.find("step").await;
    window.click("resume").await;
    window.wait_for_state("answered").await;
    desk.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_lucy_goes_on_where_it_was() {
    let desk = Desk::new();
    let window = desk.start().await;
    window.ask(QUESTION).await;
    window.find("step").await;
    desk.kill().await;

    let window = desk.start().await;
    window.click("history-toggle").await;
    window.click("history-row").await;
    window.wait_for_state("interrupted").await;
    window.click("resume").await;
    window.wait_for_state("answered").await;
    desk.terminate().await;
}
