//! Appending an event to the history, beside appending its bytes to a plain file with an fsync: what durability costs
//! on this disk whatever the format.

use criterion::{Criterion, criterion_group, criterion_main};
use lucy_protocol::{AssistantMessage, Event};
use lucy_store::{NewRun, Store};
use std::fs::File;
use std::io::Write;

fn event() -> Event {
    let reasoning = "I need the architect of the Eiffel Tower. ".repeat(10);
    let raw = format!("<think>\n{reasoning}\n</think>\n\n");
    Event::Replied { message: AssistantMessage { raw, reasoning, ..AssistantMessage::default() }, elapsed_ms: 1 }
}

fn store(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // Not in /tmp, which may be memory.
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let store = runtime.block_on(Store::open(&directory.path().join("history.db"))).expect("the history");
    let event = event();
    let mut group = c.benchmark_group("store");
    group.sample_size(50);
    let mut runs = 0;
    group.bench_function("append of an event", |b| {
        runs += 1;
        let run = NewRun {
            id: format!("run{runs}"),
            conversation: "c".into(),
            parent: None,
            question: "Why?".into(),
            model: "m".into(),
        };
        runtime.block_on(store.create_run(&run)).expect("a run");
        let mut seq = 0;
        b.iter(|| {
            runtime.block_on(store.append(&run.id, seq, &event)).expect("an append");
            seq += 1;
        });
    });
    let mut file = File::create(directory.path().join("plain")).expect("a file");
    let bytes = serde_json::to_vec(&event).expect("JSON");
    group.bench_function("peer: a plain file with fsync", |b| {
        b.iter(|| {
            file.write_all(&bytes).expect("a write");
            file.sync_data().expect("an fsync");
        });
    });
    group.finish();
}

criterion_group!(benches, store);
criterion_main!(benches);
