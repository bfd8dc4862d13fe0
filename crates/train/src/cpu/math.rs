//! The formulas of a row: sigmoid and RMSNorm, forward and backward.

use lucy_engine::lanes::{dot, exp};

/// 1 / (1 + e^-x).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    (1.0 + exp(-x)).recip()
}

/// RMSNorm of one row: x / sqrt(mean(x²) + eps) · weight. Gives 1 / sqrt(…).
#[inline(always)]
pub fn rms_norm(x: &[f32], weight: &[f32], eps: f32, y: &mut [f32]) -> f32 {
    let r = (dot(x, x) / x.len() as f32 + eps).sqrt().recip();
    for ((y, x), w) in y.iter_mut().zip(x).zip(weight) {
        *y = x * r * w;
    }
    r
}

/// From the gradient `g` of [`rms_norm`]'s result, that of its input, written to `dx`, and of its weight, added to `dw`.
#[inline(always)]
pub fn rms_norm_backward(x: &[f32], weight: &[f32], r: f32, g: &[f32], (dx, dw): (&mut [f32], &mut [f32])) {
    for ((d, g), w) in dx.iter_mut().zip(g).zip(weight) {
        *d = g * w;
    }
    let share = dot(dx, x) * r * r * r / x.len() as f32;
    for (((d, x), dw), g) in dx.iter_mut().zip(x).zip(dw).zip(g) {
        *dw += g * x * r;
        *d = *d * r - x * share;
    }
}
