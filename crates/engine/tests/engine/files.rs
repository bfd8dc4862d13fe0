//! Small random models on disk, and what an engine makes of them.

use candle_core::quantized::GgmlDType;
use candle_core::{Device, Tensor};
use futures::StreamExt;
use futures::executor::block_on;
use lucy_engine::gguf::save_gguf;
use lucy_engine::model_file::model_metadata;
use lucy_engine::{CausalLm, Config, Engine, EngineError, EngineOptions, RopeScaling, TokenKind, Vocabulary, template};
use lucy_protocol::{
    AssistantMessage, CancellationToken, Delta, LanguageModel, Message, ModelRequest, SamplingParams, ToolResult,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const ADDED: [(&str, TokenKind); 4] = [
    ("<|im_start|>", TokenKind::Control),
    ("<|im_end|>", TokenKind::Control),
    ("<tool_call>", TokenKind::Added),
    ("</tool_call>", TokenKind::Added),
];

pub fn config() -> Config {
    Config {
        vocab_size: 256 + ADDED.len(),
        hidden_size: 256,
        intermediate_size: 256,
        layers: 2,
        heads: 4,
        kv_heads: 2,
        head_dim: 128,
        rms_norm_eps: 1e-6,
        rope_theta: 1e6,
        rope_scaling: RopeScaling::None,
        context: 2048,
        tied: true,
    }
}

/// Weights that are random but the same in every test run.
pub fn weights(config: &Config) -> HashMap<String, Tensor> {
    let mut state = 1u64;
    let mut random = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    let tensor = |(name, shape): (String, Vec<usize>)| {
        let centre = if shape.len() == 1 { 1.0 } else { 0.0 };
        let width = if shape.len() == 1 { 0.2 } else { 1.7 / (shape[1] as f32).sqrt() };
        let data: Vec<f32> = (0..shape.iter().product()).map(|_| centre + width * random()).collect();
        (name, Tensor::from_vec(data, shape, &Device::Cpu).unwrap())
    };
    config.parameters().into_iter().map(tensor).collect()
}

pub fn save(dir: &Path, config: &Config, dtype: GgmlDType) -> PathBuf {
    let vocabulary = Vocabulary::train(["a"].into_iter(), 256 + ADDED.len(), &ADDED).unwrap();
    let metadata = model_metadata(config, &vocabulary, template::QWEN3, "Test");
    let path = dir.join(format!("{dtype:?}.gguf"));
    save_gguf(&path, &metadata, &weights(config), dtype).unwrap();
    path
}

fn load(path: &Path) -> Engine {
    Engine::load(path, &EngineOptions::default()).unwrap()
}

fn ask(text: &str, seed: u64) -> ModelRequest {
    ModelRequest {
        messages: vec![Message::User { text: text.into() }],
        sampling: SamplingParams { seed, ..SamplingParams::default() },
        max_tokens: 40,
        ..ModelRequest::default()
    }
}

fn reply(engine: &Engine, request: ModelRequest) -> AssistantMessage {
    let mut all: Vec<_> = block_on(engine.generate(request, CancellationToken::new()).collect());
    match all.pop() {
        Some(Ok(Delta::Done(message))) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_saved_model_is_described_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = save(dir.path(), &config(), GgmlDType::Q8_0);
    let engine = load(&path);
    let info = engine.info();
    assert_eq!((info.name.as_str(), info.quantisation.as_str(), info.device.as_str()), ("Test", "Q8_0", "CPU"));
    assert_eq!((info.layers, info.context, info.tokens), (2, 2048, 260));
    assert_eq!(info.parameters, config().parameter_count());
    assert_eq!(info.file_size, std::fs::metadata(&path).unwrap().len());
    assert!(info.has_template);
}

#[test]
fn the_same_seed_gives_the_same_reply() {
    let dir = tempfile::tempdir().unwrap();
    let path = save(dir.path(), &config(), GgmlDType::Q8_0);
    let (first, second) = (load(&path), load(&path));
    let replies = [reply(&first, ask("Hello", 7)), reply(&second, ask("Hello", 7)), reply(&second, ask("Hello", 8))];
    assert_eq!(replies[0].raw, replies[1].raw);
    assert_ne!(replies[1].raw, replies[2].raw);
}

#[test]
fn a_reused_prefix_gives_the_same_tokens() {
    let dir = tempfile::tempdir().unwrap();
    let path = save(dir.path(), &config(), GgmlDType::F32);
    let warm = load(&path);
    let mut request = ask(&"A question with some words. ".repeat(30), 3);
    for step in 0..3 {
        let message = reply(&warm, request.clone());
        let fresh = reply(&load(&path), request.clone());
        assert_eq!(message.raw, fresh.raw);
        assert_eq!(fresh.usage.cached_tokens, 0);
        assert_eq!(message.usage.cached_tokens > 700, step > 0, "{:?}", message.usage);
        request.messages.push(Message::Assistant(message));
        let result = ToolResult { content: format!("Result {step}"), ..ToolResult::default() };
        request.messages.push(Message::Tool(result));
    }
}

#[test]
fn every_layout_of_a_prompt_gives_the_same_logits() {
    let dir = tempfile::tempdir().unwrap();
    let engine = load(&save(dir.path(), &config(), GgmlDType::Q4K));
    engine
        .with_model(|model: &dyn CausalLm| {
            let ids: Vec<u32> = (0..40).map(|i| i * 37 % 260).collect();
            let tokens = Tensor::from_slice(&ids, (1, 40), &Device::Cpu).unwrap();
            let whole = model.forward(&tokens, Some(&mut model.new_cache())).unwrap().squeeze(0).unwrap();
            let mut cache = model.new_cache();
            for i in 0..40 {
                let one = model.next(&tokens.narrow(1, i, 1).unwrap(), &mut cache).unwrap().squeeze(0).unwrap();
                let difference = (one - whole.get(i).unwrap()).unwrap().abs().unwrap().max(0).unwrap();
                assert!(difference.to_scalar::<f32>().unwrap() < 1e-3);
            }
        })
        .unwrap();
}

#[test]
fn a_directory_without_its_files_is_an_error_that_names_them() {
    let dir = tempfile::tempdir().unwrap();
    let error = |path: &Path| Engine::load(path, &EngineOptions::default()).unwrap_err();
    assert!(matches!(error(dir.path()), EngineError::Io { path, .. } if path.ends_with("model.safetensors")));
    std::fs::write(dir.path().join("model.safetensors"), [255; 30]).unwrap();
    assert!(matches!(error(dir.path()), EngineError::Invalid(text) if text.contains("header")));
    std::fs::write(dir.path().join("model.safetensors"), b"\x02\0\0\0\0\0\0\0{}").unwrap();
    assert!(matches!(error(dir.path()), EngineError::Io { path, .. } if path.ends_with("config.json")));
    let index = r#"{"weight_map": {"a": "../secret.safetensors"}}"#;
    std::fs::write(dir.path().join("model.safetensors.index.json"), index).unwrap();
    assert!(error(dir.path()).to_string().contains("../secret.safetensors"));
}

#[test]
fn a_tensor_outside_its_safetensors_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for (shape, offsets) in
        [("[4]", "[0,17]"), ("[4]", "[8,24]"), ("[4,18446744073709551615]", "[0,16]"), ("[4]", "[16,0]")]
    {
        let header = format!(r#"{{"x":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#);
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend([0; 16]);
        std::fs::write(dir.path().join("model.safetensors"), bytes).unwrap();
        let error = Engine::load(dir.path(), &EngineOptions::default()).unwrap_err();
        assert!(error.to_string().contains("tensor x"), "{error}");
    }
}
