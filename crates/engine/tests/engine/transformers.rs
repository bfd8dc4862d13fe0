//! Logits against Hugging Face transformers: `tests/fixtures/qwen3/generate.py` made the models and the numbers.

use candle_core::{DType, Device, Tensor};
use lucy_engine::safetensors::{DirWeights, ModelDir};
use lucy_engine::{CausalLm, Config, Qwen3};
use std::path::PathBuf;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/qwen3").join(name)
}

fn load(name: &str) -> (Qwen3, Tensor, Tensor) {
    let dir = ModelDir::open(&fixture(name)).unwrap();
    let config = Config::from_json(&dir.config().unwrap()).unwrap();
    let weights = DirWeights { dir: &dir, dtype: DType::F32, device: &Device::Cpu };
    let model = Qwen3::new(config, &weights).unwrap();
    let expected = candle_core::safetensors::load(fixture(name).join("expected.safetensors"), &Device::Cpu).unwrap();
    let tokens = expected["tokens"].to_dtype(DType::U32).unwrap().unsqueeze(0).unwrap();
    (model, tokens, expected["logits"].clone())
}

fn worst(a: &Tensor, b: &Tensor) -> f32 {
    (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
}

fn check(name: &str) {
    let (model, tokens, expected) = load(name);
    let training = model.forward(&tokens, None).unwrap().squeeze(0).unwrap();
    assert!(worst(&training, &expected) < 1e-4, "training: {}", worst(&training, &expected));
    let inference = model.forward(&tokens, Some(&mut model.new_cache())).unwrap().squeeze(0).unwrap();
    assert!(worst(&inference, &expected) < 1e-4, "inference: {}", worst(&inference, &expected));
    let mut cache = model.new_cache();
    for (i, token) in tokens.squeeze(0).unwrap().to_vec1::<u32>().unwrap().into_iter().enumerate() {
        let token = Tensor::new(&[[token]], &Device::Cpu).unwrap();
        let logits = model.next(&token, &mut cache).unwrap().squeeze(0).unwrap();
        assert!(worst(&logits, &expected.get(i).unwrap()) < 1e-4, "token {i}");
    }
}

#[test]
fn a_tied_model_with_shared_heads_equals_transformers() {
    check("tied");
}

#[test]
fn an_untied_model_in_two_bf16_files_equals_transformers() {
    check("untied");
}

#[test]
fn yarn_beyond_the_trained_context_equals_transformers() {
    check("yarn");
}
