//! The reply parser, beside serde_json reading as many bytes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lucy_engine::parser::ReplyParser;
use lucy_protocol::{StopReason, Usage};
use serde_json::{Value, json};
use std::hint::black_box;

/// A reply with a thought, a call and an answer, about as long as replies get.
fn reply() -> String {
    let thought = "I need the architect of the Eiffel Tower. Result 1 is about the Eiffel Tower. ".repeat(20);
    let call = r#"{"name": "web_search", "arguments": {"query": "Eiffel Tower architect"}}"#;
    let text = "The Eiffel Tower was designed by Stephen Sauvestre [1]. ".repeat(20);
    format!("<think>\n{thought}\n</think>\n\n<tool_call>\n{call}\n</tool_call>\n{text}")
}

fn parse<'a>(pieces: impl Iterator<Item = &'a str>) -> usize {
    let mut parser = ReplyParser::new(false);
    let deltas: usize = pieces.map(|piece| parser.push(piece).len()).sum();
    let (last, message) = parser.finish(StopReason::End, Usage::default());
    deltas + last.len() + message.calls.len()
}

fn parser(c: &mut Criterion) {
    let reply = reply();
    let tokens: Vec<&str> = reply.split_inclusive(' ').collect();
    let json = json!({ "reply": reply }).to_string();
    let mut group = c.benchmark_group("parser");
    group.throughput(Throughput::Bytes(reply.len() as u64));
    group.bench_function("a reply in one piece", |b| b.iter(|| parse([black_box(reply.as_str())].into_iter())));
    group.bench_function("a reply word by word", |b| b.iter(|| parse(black_box(&tokens).iter().copied())));
    group.bench_function("peer: serde_json on as many bytes", |b| {
        b.iter(|| serde_json::from_str::<Value>(black_box(&json)).expect("JSON"));
    });
    group.finish();
}

criterion_group!(benches, parser);
criterion_main!(benches);
