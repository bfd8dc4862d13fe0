//! Tests of the engine as others use it: replies, cancellation, the cache between steps.

use super::*;
use crate::config::{Config, RopeScaling};
use crate::kv_cache::KvCache;
use crate::template::QWEN3;
use crate::vocabulary::{TokenKind, Vocabulary};
use candle_core::{D, DType, Device, Result as Computed, Tensor};
use futures::executor::block_on;
use lucy_protocol::{AssistantMessage, Message, SamplingParams, StopReason, ToolChoice};
use std::collections::HashMap;
use std::sync::Mutex;

const ADDED: [(&str, TokenKind); 7] = [
    ("<|endoftext|>", TokenKind::Control),
    ("<|im_start|>", TokenKind::Control),
    ("<|im_end|>", TokenKind::Control),
    ("<think>", TokenKind::Added),
    ("</think>", TokenKind::Added),
    ("<tool_call>", TokenKind::Added),
    ("</tool_call>", TokenKind::Added),
];

/// A model in which each token decides the next one, and which tells how it was called.
struct Chain {
    config: Config,
    next: HashMap<u32, u32>,
    end: u32,
    /// Tokens of each call.
    calls: Arc<Mutex<Vec<usize>>>,
    /// Called with the number of the call before it is computed.
    before: Box<dyn Fn(usize) + Send + Sync>,
}

impl CausalLm for Chain {
    fn hidden(&self, tokens: &Tensor, cache: Option<&mut KvCache>) -> Computed<Tensor> {
        let (_, n) = tokens.dims2()?;
        let mut calls = self.calls.lock().unwrap();
        calls.push(n);
        let number = calls.len();
        drop(calls);
        (self.before)(number);
        let cache = cache.unwrap();
        let state = Tensor::zeros((1, 1, n, 2), DType::F32, &Device::Cpu)?;
        cache.append(0, &state, &state)?;
        cache.advance(n);
        tokens.to_dtype(DType::F32)?.unsqueeze(2)
    }

    /// The likeliest token is the next of the chain; token 46 is the second.
    fn logits(&self, hidden: &Tensor) -> Computed<Tensor> {
        let tokens = hidden.squeeze(D::Minus1)?.to_dtype(DType::U32)?.to_vec1::<u32>()?;
        let mut logits = vec![0f32; tokens.len() * self.config.vocab_size];
        for (row, token) in logits.chunks_mut(self.config.vocab_size).zip(tokens) {
            row[46] = 1.0;
            row[*self.next.get(&token).unwrap_or(&self.end) as usize] = 2.0;
        }
        Tensor::from_vec(logits, (hidden.dim(0)?, self.config.vocab_size), &Device::Cpu)
    }

    fn config(&self) -> &Config {
        &self.config
    }

    fn device(&self) -> &Device {
        &Device::Cpu
    }
}

struct Fixture {
    engine: Engine,
    calls: Arc<Mutex<Vec<usize>>>,
}

fn tokenizer() -> Tokenizer {
    Tokenizer::new(Vocabulary::train(["a"].into_iter(), 256 + ADDED.len(), &ADDED).unwrap()).unwrap()
}

/// An engine whose model replies with `script`, in which no token may stand twice unless it is to loop for ever.
fn engine(script: &str, before: impl Fn(usize) + Send + Sync + 'static) -> Fixture {
    let tokenizer = tokenizer();
    let ids = tokenizer.encode(&format!("\n{script}")).unwrap();
    let next = ids.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let config = Config {
        vocab_size: 300,
        hidden_size: 1,
        intermediate_size: 1,
        layers: 1,
        heads: 1,
        kv_heads: 1,
        head_dim: 2,
        rms_norm_eps: 1e-6,
        rope_theta: 1e4,
        rope_scaling: RopeScaling::None,
        context: 4000,
        tied: true,
    };
    let calls = Arc::new(Mutex::new(Vec::new()));
    let end = tokenizer.id("<|im_end|>").unwrap();
    let model = Chain { config, next, end, calls: calls.clone(), before: Box::new(before) };
    let template = ChatTemplate::new(QWEN3, tokenizer.markers()).unwrap();
    let loaded = Loaded {
        model: Box::new(model),
        info: ModelInfo::default(),
        tokenizer: Arc::new(tokenizer),
        template: Arc::new(template),
    };
    Fixture { engine: Engine::start(move || Ok(loaded), EngineOptions::default()).unwrap(), calls }
}

fn ask(text: &str) -> ModelRequest {
    ModelRequest {
        messages: vec![Message::User { text: text.into() }],
        sampling: SamplingParams { temperature: 0.0, ..SamplingParams::default() },
        max_tokens: 100,
        ..ModelRequest::default()
    }
}

fn deltas(engine: &Engine, request: ModelRequest, cancel: &CancellationToken) -> Vec<Result<Delta, ModelError>> {
    block_on(engine.generate(request, cancel.clone()).collect())
}

fn reply(engine: &Engine, request: ModelRequest) -> AssistantMessage {
    match deltas(engine, request, &CancellationToken::new()).pop() {
        Some(Ok(Delta::Done(message))) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reply_comes_as_thought_and_text() {
    let fixture = engine("<think>hi</think>ok", |_| ());
    let all = deltas(&fixture.engine, ask("?"), &CancellationToken::new());
    let (mut thought, mut text) = (String::new(), String::new());
    for delta in &all {
        match delta.as_ref().unwrap() {
            Delta::Reasoning(piece) => thought.push_str(piece),
            Delta::Text(piece) => text.push_str(piece),
            Delta::Prefill { .. } | Delta::Done(_) => {}
        }
    }
    assert_eq!((thought.as_str(), text.as_str()), ("hi", "ok"));
    let Some(Ok(Delta::Done(message))) = all.last() else { panic!() };
    assert_eq!(message.raw, "<think>hi</think>ok");
    assert_eq!(message.stop, StopReason::End);
    assert_eq!(message.usage.completion_tokens, 7);
}

#[test]
fn the_next_step_reads_only_what_is_new() {
    let fixture = engine("ok", |_| ());
    let mut request = ask("a question");
    let first = reply(&fixture.engine, request.clone());
    assert_eq!(first.usage.cached_tokens, 0);
    request.messages.push(Message::Assistant(first.clone()));
    request.messages.push(Message::User { text: "and now?".into() });
    fixture.calls.lock().unwrap().clear();
    let second = reply(&fixture.engine, request);
    // The end-of-turn token was chosen but never read.
    assert_eq!(second.usage.cached_tokens, first.usage.prompt_tokens + first.usage.completion_tokens - 1);
    let read = fixture.calls.lock().unwrap()[0];
    assert_eq!(read as u32, second.usage.prompt_tokens - second.usage.cached_tokens);
}

#[test]
fn a_side_question_does_not_forget_the_run() {
    let fixture = engine("ok", |_| ());
    let long = "a long question ".repeat(20);
    let first = reply(&fixture.engine, ask(&long));
    let side = reply(&fixture.engine, ask("short"));
    assert!(side.usage.cached_tokens > 0 && side.usage.cached_tokens < side.usage.prompt_tokens);
    let again = reply(&fixture.engine, ask(&long));
    assert_eq!(again.usage.cached_tokens, first.usage.prompt_tokens - 1);
}

#[test]
fn cancelling_ends_the_reply_within_one_token() {
    let cancel = CancellationToken::new();
    let inner = cancel.clone();
    let fixture = engine("abcabc", move |call| {
        if call == 5 {
            inner.cancel();
        }
    });
    let all = deltas(&fixture.engine, ask("?"), &cancel);
    let Some(Ok(Delta::Done(message))) = all.last() else { panic!("{all:?}") };
    assert_eq!(message.stop, StopReason::Cancelled);
    assert_eq!(message.raw, "abcab");
    assert_eq!(fixture.calls.lock().unwrap().len(), 5);
}

#[test]
fn cancelling_ends_the_reading_of_a_long_prompt_within_one_chunk() {
    let cancel = CancellationToken::new();
    let inner = cancel.clone();
    let fixture = engine("ok", move |call| {
        if call == 2 {
            inner.cancel();
        }
    });
    let all = deltas(&fixture.engine, ask(&"x".repeat(3000)), &cancel);
    let Some(Ok(Delta::Done(message))) = all.last() else { panic!("{all:?}") };
    assert_eq!((message.stop, message.raw.as_str()), (StopReason::Cancelled, ""));
    assert_eq!(*fixture.calls.lock().unwrap(), [512, 512]);
    assert!(matches!(all[1], Ok(Delta::Prefill { done: 512, total }) if total > 3000));
    // What was read is not read again.
    assert_eq!(reply(&fixture.engine, ask(&"x".repeat(3000))).usage.cached_tokens, 1024);
}

#[test]
fn a_panic_is_an_error_and_the_next_request_is_answered() {
    let fixture = engine("ok", |call| assert!(call != 2, "a test made it panic"));
    let error = deltas(&fixture.engine, ask("?"), &CancellationToken::new()).pop().unwrap().unwrap_err();
    assert!(error.to_string().contains("a test made it panic"), "{error}");
    assert_eq!(reply(&fixture.engine, ask("?")).text, "ok");
}

#[test]
fn no_call_is_opened_when_tools_are_off() {
    let fixture = engine("<tool_call>{}</tool_call>", |_| ());
    let mut request = ask("?");
    assert!(reply(&fixture.engine, request.clone()).raw.starts_with("<tool_call>"));
    request.tool_choice = ToolChoice::None;
    let message = reply(&fixture.engine, request);
    assert!(!message.raw.contains("<tool_call>"), "{message:?}");
}

#[test]
fn limits_are_kept() {
    let fixture = engine("abcabc", |_| ());
    let message = reply(&fixture.engine, ModelRequest { max_tokens: 4, ..ask("?") });
    assert_eq!((message.raw.as_str(), message.stop), ("abca", StopReason::Length));
    let error = deltas(&fixture.engine, ask(&"x".repeat(5000)), &CancellationToken::new()).pop().unwrap();
    assert!(matches!(error, Err(ModelError::ContextFull { tokens: 5001.., limit: 4000 })));
    let full = reply(&fixture.engine, ModelRequest { max_tokens: u32::MAX, ..ask(&"x".repeat(3900)) });
    assert_eq!(full.stop, StopReason::Length);
    assert_eq!(full.usage.prompt_tokens + full.usage.completion_tokens, 4000);
}

#[test]
fn dropping_the_stream_stops_the_model() {
    let fixture = engine("abcabc", |_| ());
    let mut stream =
        fixture.engine.generate(ModelRequest { max_tokens: u32::MAX, ..ask("?") }, CancellationToken::new());
    assert!(block_on(stream.next()).unwrap().is_ok());
    drop(stream);
    assert!(fixture.engine.with_model(|model| model.config().vocab_size).is_ok());
    assert!(fixture.calls.lock().unwrap().len() < 4000);
}

#[test]
fn work_that_panics_is_an_error() {
    let fixture = engine("ok", |_| ());
    let error = fixture.engine.with_model(|_| -> u32 { panic!("oops") }).unwrap_err();
    assert!(error.to_string().contains("oops"));
    assert_eq!(reply(&fixture.engine, ask("?")).text, "ok");
}

#[test]
fn a_stream_of_an_engine_that_is_gone_is_an_error() {
    let fixture = engine("ok", |_| ());
    let stream = fixture.engine.generate(ask("?"), CancellationToken::new());
    drop(fixture.engine);
    let all: Vec<_> = block_on(stream.collect());
    assert!(matches!(all.as_slice(), [Err(ModelError::Failed(_))]), "{all:?}");
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let error = Engine::load("/nowhere/model.gguf", &EngineOptions::default()).unwrap_err().to_string();
    assert!(error.contains("/nowhere/model.gguf"), "{error}");
}
