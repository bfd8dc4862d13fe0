//! The element-wise operations of the model, each in two forms: fused for inference, differentiable for training.
//!
//! candle's fused kernels stop gradients silently, so nothing but this module may choose between them.

mod cpu;

use candle_core::{D, DType, Device, Result, Tensor};

/// Which form of the operations is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ops {
    /// For inference: fastest, no gradients, several threads.
    Fused,
    /// For training: every input gets its gradient. On a CPU in f32 an operation is one pass on the calling thread.
    Differentiable,
}

/// Cosines and sines (tokens, head width / 2) of the rotary embedding.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// Cosines.
    pub cos: Tensor,
    /// Sines.
    pub sin: Tensor,
}

impl Ops {
    /// RMSNorm over the last dimension: x / sqrt(mean(x²) + eps) · weight.
    pub fn rms_norm(self, xs: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
        let xs = xs.contiguous()?;
        match self {
            Self::Fused => candle_nn::ops::rms_norm(&xs, weight, eps as f32),
            Self::Differentiable if on_cpu(&xs) => {
                xs.apply_op2(&weight.contiguous()?, cpu::RmsNorm { eps: eps as f32 })
            }
            Self::Differentiable => candle_nn::ops::rms_norm_slow(&xs, weight, eps as f32),
        }
    }

    /// Rotates the halves of every head (Su et al. 2021, as Hugging Face lays it out) and moves the heads before the
    /// tokens: (batch, tokens, heads, width) to (batch, heads, tokens, width).
    pub fn rope(self, xs: &Tensor, rotation: &Rotation) -> Result<Tensor> {
        let Rotation { cos, sin } = rotation;
        match self {
            Self::Fused => candle_nn::rotary_emb::rope(&xs.transpose(1, 2)?.contiguous()?, cos, sin),
            Self::Differentiable if on_cpu(xs) => xs.contiguous()?.apply_op3(cos, sin, cpu::Rope),
            Self::Differentiable => candle_nn::rotary_emb::rope_slow(&xs.transpose(1, 2)?.contiguous()?, cos, sin),
        }
    }

    /// silu(gate) · up.
    pub fn silu_mul(self, gate: &Tensor, up: &Tensor) -> Result<Tensor> {
        if self == Self::Differentiable && on_cpu(gate) {
            return gate.contiguous()?.apply_op2(&up.contiguous()?, cpu::SiluMul);
        }
        gate.silu()? * up
    }

    /// Softmax of `scores · scale` over the last dimension, in which a query sees only keys up to its own position.
    ///
    /// `scores` is (batch, kv heads, group · queries, keys): row r belongs to query r mod `queries`, and the last
    /// query stands at the last key.
    pub fn causal_softmax(self, scores: &Tensor, queries: usize, scale: f64) -> Result<Tensor> {
        let scores = scores.contiguous()?;
        if on_cpu(&scores) {
            let op = cpu::CausalSoftmax { queries, scale: scale as f32, parallel: self == Self::Fused };
            return if self == Self::Fused { scores.apply_op1_no_bwd(&op) } else { scores.apply_op1(op) };
        }
        let scaled = (scores * scale)?;
        let masked = match causal_mask(&scaled, queries)? {
            Some(mask) => scaled.broadcast_add(&mask)?,
            None => scaled,
        };
        match self {
            Self::Fused => candle_nn::ops::softmax_last_dim(&masked),
            Self::Differentiable => candle_nn::ops::softmax(&masked, D::Minus1),
        }
    }
}

fn on_cpu(xs: &Tensor) -> bool {
    matches!(xs.device(), Device::Cpu) && xs.dtype() == DType::F32
}

/// 0 where a row of `scores` may look and -inf elsewhere (rows, keys); `None` if there is nothing to hide.
fn causal_mask(scores: &Tensor, queries: usize) -> Result<Option<Tensor>> {
    if queries <= 1 {
        return Ok(None);
    }
    let (rows, keys) = (scores.dim(D::Minus2)?, scores.dim(D::Minus1)?);
    let mut mask = vec![f32::NEG_INFINITY; rows * keys];
    for (row, line) in mask.chunks_exact_mut(keys).enumerate() {
        line[..cpu::visible(row, queries, keys)].fill(0.0);
    }
    Ok(Some(Tensor::from_vec(mask, (rows, keys), scores.device())?.to_dtype(scores.dtype())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Var;

    fn random(shape: &[usize]) -> Var {
        Var::randn(0f32, 1.5, shape, &Device::Cpu).unwrap()
    }

    /// Checks that `fast` and `composed` agree in value and in the gradient of every input.
    fn check(inputs: &[Var], fast: impl Fn() -> Result<Tensor>, composed: impl Fn() -> Result<Tensor>) {
        let (a, b) = (fast().unwrap(), composed().unwrap());
        assert_eq!(a.dims(), b.dims());
        assert_near(&a, &b);
        let pull = Tensor::randn(0f32, 1., a.dims(), &Device::Cpu).unwrap();
        let grads = [&a, &b].map(|y| (y * &pull).unwrap().sum_all().unwrap().backward().unwrap());
        for input in inputs {
            assert_near(grads[0].get(input).unwrap(), grads[1].get(input).unwrap());
        }
    }

    fn assert_near(a: &Tensor, b: &Tensor) {
        let worst = (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar::<f32>().unwrap();
        assert!(worst < 2e-5, "{worst}");
    }

    #[test]
    fn rms_norm_has_the_gradients_of_its_composition() {
        let (x, w) = (random(&[2, 3, 20]), random(&[20]));
        check(
            &[x.clone(), w.clone()],
            || Ops::Differentiable.rms_norm(&x, &w, 1e-6),
            || candle_nn::ops::rms_norm_slow(&x, &w, 1e-6),
        );
        assert_near(&Ops::Fused.rms_norm(&x, &w, 1e-6).unwrap(), &Ops::Differentiable.rms_norm(&x, &w, 1e-6).unwrap());
    }

    #[test]
    fn rope_has_the_gradients_of_its_composition() {
        let x = random(&[2, 5, 3, 8]);
        let angles = Tensor::rand(0f32, 6., (5, 4), &Device::Cpu).unwrap();
        let rotation = Rotation { cos: angles.cos().unwrap(), sin: angles.sin().unwrap() };
        let composed = || {
            let x = x.transpose(1, 2)?.contiguous()?;
            candle_nn::rotary_emb::rope_slow(&x, &rotation.cos, &rotation.sin)
        };
        check(std::slice::from_ref(&x), || Ops::Differentiable.rope(&x, &rotation), composed);
        assert_near(&Ops::Fused.rope(&x, &rotation).unwrap(), &composed().unwrap());
    }

    #[test]
    fn silu_mul_has_the_gradients_of_its_composition() {
        let (gate, up) = (random(&[2, 3, 37]), random(&[2, 3, 37]));
        check(
            &[gate.clone(), up.clone()],
            || Ops::Differentiable.silu_mul(&gate, &up),
            || gate.silu()? * up.as_tensor(),
        );
    }

    #[test]
    fn causal_softmax_has_the_gradients_of_its_composition() {
        let (queries, keys) = (4, 6);
        let x = random(&[2, 2, 3 * queries, keys]);
        let composed = || {
            let scaled = (x.as_tensor() * 0.3)?;
            let mask = causal_mask(&scaled, queries)?.unwrap();
            candle_nn::ops::softmax(&scaled.broadcast_add(&mask)?, D::Minus1)
        };
        check(std::slice::from_ref(&x), || Ops::Differentiable.causal_softmax(&x, queries, 0.3), composed);
        assert_near(&Ops::Fused.causal_softmax(&x, queries, 0.3).unwrap(), &composed().unwrap());
    }

    #[test]
    fn softmax_stands_large_scores() {
        let x = Tensor::new(&[[[[1e4f32, -1e4, 0.], [3e4, 3e4, -3e4]]]], &Device::Cpu).unwrap();
        let y = Ops::Fused.causal_softmax(&x, 2, 1.0).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(y, [1., 0., 0., 0.5, 0.5, 0.]);
    }
}
