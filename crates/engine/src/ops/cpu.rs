//! One-pass f32 kernels for the CPU with their own backward passes.
//!
//! They run on the calling thread, because a trainer keeps every core busy with a batch of its own. The loops are
//! written so that the compiler vectorises them: sums in several lanes, an exponential without calls or branches.

use crate::lanes::{self, dot, exp, inverse_rms, max, rms_norm, rms_norm_input, rms_norm_weight, sigmoid, sum};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// RMSNorm of rows (.., n) with a weight (n).
pub(super) struct RmsNorm {
    pub(super) eps: f32,
}

/// The gradient of [`RmsNorm`] for its input.
struct RmsNormInput(f32);

/// The gradient of [`RmsNorm`] for its weight.
struct RmsNormWeight(f32);

/// Rotary embedding with transposition: (batch, tokens, heads, width) to (batch, heads, tokens, width).
pub(super) struct Rope;

/// The inverse of [`Rope`], which is its gradient.
struct RopeInverse;

/// silu(gate) · up.
pub(super) struct SiluMul;

/// The gradient of [`SiluMul`] for its gate, or for `up`.
struct SiluMulGradient {
    gate: bool,
}

/// Softmax of causally visible scores; see [`super::Ops::causal_softmax`].
pub(super) struct CausalSoftmax {
    pub(super) queries: usize,
    pub(super) scale: f32,
    pub(super) parallel: bool,
}

/// The gradient of [`CausalSoftmax`], from its result and the gradient of that.
struct CausalSoftmaxGradient {
    queries: usize,
    scale: f32,
}

/// How many of `keys` the query of `row` may see.
pub(super) fn visible(row: usize, queries: usize, keys: usize) -> usize {
    keys + 1 + row % queries - queries
}

fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => candle_core::bail!("a tensor of shape {:?} is not contiguous", layout.shape()),
    }
}

impl CustomOp2 for RmsNorm {
    fn name(&self) -> &'static str {
        "rms-norm"
    }

    fn cpu_fwd(&self, s1: &CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> Result<(CpuStorage, Shape)> {
        let (x, weight) = (slice(s1, l1)?, slice(s2, l2)?);
        let mut y = vec![0f32; x.len()];
        for (row, y) in x.chunks_exact(weight.len()).zip(y.chunks_exact_mut(weight.len())) {
            rms_norm(row, weight, self.eps, y);
        }
        Ok((CpuStorage::F32(y), l1.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, weight: &Tensor, _: &Tensor, grad: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let dx = x.apply_op3_no_bwd(weight, &grad, &RmsNormInput(self.eps))?;
        let dw = x.apply_op2_no_bwd(&grad, &RmsNormWeight(self.eps))?;
        Ok((Some(dx), Some(dw)))
    }
}

impl CustomOp3 for RmsNormInput {
    fn name(&self) -> &'static str {
        "rms-norm-input-gradient"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, weight, grad) = (slice(s1, l1)?, slice(s2, l2)?, slice(s3, l3)?);
        let n = weight.len();
        let mut dx = vec![0f32; x.len()];
        for ((row, grad), dx) in x.chunks_exact(n).zip(grad.chunks_exact(n)).zip(dx.chunks_exact_mut(n)) {
            rms_norm_input(row, weight, inverse_rms(row, self.0), grad, dx);
        }
        Ok((CpuStorage::F32(dx), l1.shape().clone()))
    }
}

impl CustomOp2 for RmsNormWeight {
    fn name(&self) -> &'static str {
        "rms-norm-weight-gradient"
    }

    fn cpu_fwd(&self, s1: &CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> Result<(CpuStorage, Shape)> {
        let (x, grad) = (slice(s1, l1)?, slice(s2, l2)?);
        let n = l1.shape().dims().last().copied().unwrap_or(1);
        let mut dw = vec![0f32; n];
        for (row, grad) in x.chunks_exact(n).zip(grad.chunks_exact(n)) {
            rms_norm_weight(row, inverse_rms(row, self.0), grad, &mut dw);
        }
        Ok((CpuStorage::F32(dw), Shape::from(n)))
    }
}

/// The sizes that a rotation walks over: (batch, tokens, heads, width).
struct Heads(usize, usize, usize, usize);

/// Copies every head from `src` to the place that `at(batch, token, head)` gives as (from, to), rotated by the
/// angle of its token; `sign` -1 rotates back.
fn rotate(src: &[f32], cos: &[f32], sin: &[f32], heads: &Heads, inverse: bool) -> Vec<f32> {
    let &Heads(batch, tokens, count, width) = heads;
    let half = width / 2;
    let mut dst = vec![0f32; src.len()];
    for b in 0..batch {
        for t in 0..tokens {
            let (cos, sin) = (&cos[t * half..][..half], &sin[t * half..][..half]);
            for h in 0..count {
                let by_token = ((b * tokens + t) * count + h) * width;
                let by_head = ((b * count + h) * tokens + t) * width;
                let (from, to) = if inverse { (by_head, by_token) } else { (by_token, by_head) };
                let sign = if inverse { -1.0 } else { 1.0 };
                lanes::rotate(&src[from..from + width], (cos, sin), sign, &mut dst[to..to + width]);
            }
        }
    }
    dst
}

impl CustomOp3 for Rope {
    fn name(&self) -> &'static str {
        "rope"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (b, t, h, d) = l1.shape().dims4()?;
        let y = rotate(slice(s1, l1)?, slice(s2, l2)?, slice(s3, l3)?, &Heads(b, t, h, d), false);
        Ok((CpuStorage::F32(y), Shape::from((b, h, t, d))))
    }

    fn bwd(
        &self,
        _: &Tensor,
        cos: &Tensor,
        sin: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        Ok((Some(grad.contiguous()?.apply_op3_no_bwd(cos, sin, &RopeInverse)?), None, None))
    }
}

impl CustomOp3 for RopeInverse {
    fn name(&self) -> &'static str {
        "rope-gradient"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (b, h, t, d) = l1.shape().dims4()?;
        let y = rotate(slice(s1, l1)?, slice(s2, l2)?, slice(s3, l3)?, &Heads(b, t, h, d), true);
        Ok((CpuStorage::F32(y), Shape::from((b, t, h, d))))
    }
}

impl CustomOp2 for SiluMul {
    fn name(&self) -> &'static str {
        "silu-mul"
    }

    fn cpu_fwd(&self, s1: &CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> Result<(CpuStorage, Shape)> {
        let (gate, up) = (slice(s1, l1)?, slice(s2, l2)?);
        let y = gate.iter().zip(up).map(|(&g, &u)| g / (1.0 + exp(-g)) * u).collect();
        Ok((CpuStorage::F32(y), l1.shape().clone()))
    }

    fn bwd(&self, gate: &Tensor, up: &Tensor, _: &Tensor, grad: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let dgate = gate.apply_op3_no_bwd(up, &grad, &SiluMulGradient { gate: true })?;
        let dup = gate.apply_op3_no_bwd(up, &grad, &SiluMulGradient { gate: false })?;
        Ok((Some(dgate), Some(dup)))
    }
}

impl CustomOp3 for SiluMulGradient {
    fn name(&self) -> &'static str {
        "silu-mul-gradient"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (gate, up, grad) = (slice(s1, l1)?, slice(s2, l2)?, slice(s3, l3)?);
        let all = gate.iter().zip(up).zip(grad);
        let d = if self.gate {
            all.map(|((&g, &u), &d)| {
                let s = sigmoid(g);
                d * u * s * (1.0 + g * (1.0 - s))
            })
            .collect()
        } else {
            all.map(|((&g, _), &d)| d * g * sigmoid(g)).collect()
        };
        Ok((CpuStorage::F32(d), l1.shape().clone()))
    }
}

impl CausalSoftmax {
    fn row(&self, index: usize, x: &[f32], y: &mut [f32]) {
        let n = visible(index, self.queries, x.len());
        let (x, y) = (&x[..n], &mut y[..n]);
        let top = max(x);
        for (y, x) in y.iter_mut().zip(x) {
            *y = exp((x - top) * self.scale);
        }
        let share = sum(y).recip();
        for y in y {
            *y *= share;
        }
    }
}

impl CustomOp1 for CausalSoftmax {
    fn name(&self) -> &'static str {
        "causal-softmax"
    }

    fn cpu_fwd(&self, s: &CpuStorage, l: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(s, l)?;
        let keys = l.shape().dims().last().copied().unwrap_or(1);
        if self.queries == 0 || self.queries > keys {
            candle_core::bail!("{} queries over {keys} keys", self.queries);
        }
        let mut y = vec![0f32; x.len()];
        if self.parallel && x.len() > 1 << 14 {
            y.par_chunks_exact_mut(keys).enumerate().for_each(|(i, y)| self.row(i, &x[i * keys..][..keys], y));
        } else {
            y.chunks_exact_mut(keys).enumerate().for_each(|(i, y)| self.row(i, &x[i * keys..][..keys], y));
        }
        Ok((CpuStorage::F32(y), l.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let op = CausalSoftmaxGradient { queries: self.queries, scale: self.scale };
        Ok(Some(res.apply_op2_no_bwd(&grad.contiguous()?, &op)?))
    }
}

impl CustomOp2 for CausalSoftmaxGradient {
    fn name(&self) -> &'static str {
        "causal-softmax-gradient"
    }

    fn cpu_fwd(&self, s1: &CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> Result<(CpuStorage, Shape)> {
        let (p, grad) = (slice(s1, l1)?, slice(s2, l2)?);
        let keys = l1.shape().dims().last().copied().unwrap_or(1);
        let mut dx = vec![0f32; p.len()];
        for (row, dx) in dx.chunks_exact_mut(keys).enumerate() {
            let n = visible(row, self.queries, keys);
            let (p, grad) = (&p[row * keys..][..n], &grad[row * keys..][..n]);
            let mean = dot(p, grad);
            for ((d, p), g) in dx.iter_mut().zip(p).zip(grad) {
                *d = self.scale * p * (g - mean);
            }
        }
        Ok((CpuStorage::F32(dx), l1.shape().clone()))
    }
}
