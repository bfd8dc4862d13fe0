//! How far each type of quantised weights is from the floats that it was made of.

use crate::files::{config, save};
use candle_core::quantized::GgmlDType;
use candle_core::{Device, Tensor};
use lucy_engine::gguf::{Gguf, GgufWeights};
use lucy_engine::linear::Linear;
use lucy_engine::{CausalLm, Config, EngineError, Qwen3, Weights};

/// The weights of a file as the plain numbers that its blocks stand for.
struct Dequantised<'a>(GgufWeights<'a>);

impl Weights for Dequantised<'_> {
    fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    fn vector(&self, name: &str, len: usize) -> Result<Tensor, EngineError> {
        self.0.vector(name, len)
    }

    fn matrix(&self, name: &str, out: usize, width: usize) -> Result<Linear, EngineError> {
        Ok(match self.0.matrix(name, out, width)? {
            Linear::Quantized(blocks) => Linear::Plain(blocks.dequantize(&Device::Cpu)?),
            plain => plain,
        })
    }
}

/// Logits of forty tokens, read in chunks, with the weights as they are or dequantised.
fn logits(dtype: GgmlDType, chunk: usize, dequantised: bool) -> Tensor {
    let dir = tempfile::tempdir().unwrap();
    let file = Gguf::open(&save(dir.path(), &config(), dtype)).unwrap();
    let weights = GgufWeights { file: &file, device: &Device::Cpu };
    let config = Config::from_gguf(&file).unwrap();
    let model =
        if dequantised { Qwen3::new(config, &Dequantised(weights)) } else { Qwen3::new(config, &weights) }.unwrap();
    let ids: Vec<u32> = (0..40).map(|i| i * 37 % 260).collect();
    let mut cache = model.new_cache();
    let read = |part: &[u32]| {
        let tokens = Tensor::from_slice(part, (1, part.len()), &Device::Cpu).unwrap();
        model.forward(&tokens, Some(&mut cache)).unwrap()
    };
    Tensor::cat(&ids.chunks(chunk).map(read).collect::<Vec<_>>(), 1).unwrap()
}

/// The distance of two tensors relative to the second.
fn distance(a: &Tensor, b: &Tensor) -> f32 {
    let norm = |x: &Tensor| x.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap().sqrt();
    norm(&(a - b).unwrap()) / norm(b)
}

/// Random weights are the worst case: they have no structure that would forgive rounding. The error of the logits
/// stays below `bound`; from what the blocks stand for they differ only by the rounding of activations.
fn check(dtype: GgmlDType, bound: f32) {
    let (exact, plain) = (logits(GgmlDType::F32, 40, false), logits(dtype, 40, true));
    for chunk in [40, 1] {
        let quantised = logits(dtype, chunk, false);
        let (error, rounding) = (distance(&quantised, &exact), distance(&quantised, &plain));
        assert!(error < bound && rounding < 0.03, "{dtype:?} in chunks of {chunk}: {error}, {rounding}");
    }
}

#[test]
fn f16_is_within_a_thousandth() {
    check(GgmlDType::F16, 1e-3);
}

#[test]
fn bf16_is_within_a_hundredth() {
    check(GgmlDType::BF16, 0.01);
}

#[test]
fn q8_0_is_within_4_percent() {
    check(GgmlDType::Q8_0, 0.04);
}

#[test]
fn q6_k_is_within_8_percent() {
    check(GgmlDType::Q6K, 0.08);
}

#[test]
fn q5_k_is_within_15_percent() {
    check(GgmlDType::Q5K, 0.15);
}

#[test]
fn q4_k_is_within_30_percent() {
    check(GgmlDType::Q4K, 0.3);
}

#[test]
fn q4_0_is_within_35_percent() {
    check(GgmlDType::Q4_0, 0.35);
}
