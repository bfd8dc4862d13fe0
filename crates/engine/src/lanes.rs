//! Loops over f32 that the compiler vectorises: sums in several lanes, an exponential without calls or branches.

/// e^x to about 2 units in the last place, without calls or branches (Cephes' polynomial). Below e^-80 it is 0, so that
/// no product with it becomes a slow subnormal number.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2^23: adding it leaves the nearest whole number in the low bits
    let tiny = x < -80.0;
    let x = x.clamp(-80.0, 88.3);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let p = ((((1.987_569_1e-4 * r + 1.398_199_9e-3) * r + 8.333_452e-3) * r + 4.166_579_6e-2) * r + 0.166_666_66) * r;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    let y = ((p + 0.5) * r * r + r + 1.0) * power;
    if tiny { 0.0 } else { y }
}

/// The sum of the products.
#[inline(always)]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0f32; 16];
    let (a_chunks, b_chunks) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..16 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// The largest; -inf of none.
#[inline(always)]
pub fn max(xs: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 16];
    let chunks = xs.chunks_exact(16);
    let rest = chunks.remainder().iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for x in chunks {
        for lane in 0..16 {
            lanes[lane] = if x[lane] > lanes[lane] { x[lane] } else { lanes[lane] };
        }
    }
    lanes.into_iter().fold(rest, f32::max)
}

/// The sum.
#[inline(always)]
pub fn sum(xs: &[f32]) -> f32 {
    let mut lanes = [0f32; 16];
    let chunks = xs.chunks_exact(16);
    let rest: f32 = chunks.remainder().iter().sum();
    for x in chunks {
        for lane in 0..16 {
            lanes[lane] += x[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// 1 / (1 + e^-x).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    (1.0 + exp(-x)).recip()
}

/// RMSNorm of a row: y = x · r · weight with r = 1 / sqrt(mean(x²) + eps), which it gives.
#[inline(always)]
pub fn rms_norm(x: &[f32], weight: &[f32], eps: f32, y: &mut [f32]) -> f32 {
    let r = inverse_rms(x, eps);
    for ((y, x), w) in y.iter_mut().zip(x).zip(weight) {
        *y = x * r * w;
    }
    r
}

/// 1 / sqrt(mean(x²) + eps).
#[inline(always)]
pub fn inverse_rms(x: &[f32], eps: f32) -> f32 {
    (dot(x, x) / x.len() as f32 + eps).sqrt().recip()
}

/// Writes the gradient of [`rms_norm`]'s input to `dx`, from that of its result, `g`.
#[inline(always)]
pub fn rms_norm_input(x: &[f32], weight: &[f32], r: f32, g: &[f32], dx: &mut [f32]) {
    for ((d, g), w) in dx.iter_mut().zip(g).zip(weight) {
        *d = g * w;
    }
    let share = dot(dx, x) * r * r * r / x.len() as f32;
    for (d, x) in dx.iter_mut().zip(x) {
        *d = *d * r - x * share;
    }
}

/// Adds the gradient of [`rms_norm`]'s weight to `dw`.
#[inline(always)]
pub fn rms_norm_weight(x: &[f32], r: f32, g: &[f32], dw: &mut [f32]) {
    for ((d, g), x) in dw.iter_mut().zip(g).zip(x) {
        *d += g * x * r;
    }
}

/// Rotates the halves of a head by its angles (Su et al. 2021, as Hugging Face lays it out); `sign` -1 rotates back.
#[inline(always)]
pub fn rotate(x: &[f32], (cos, sin): (&[f32], &[f32]), sign: f32, y: &mut [f32]) {
    let half = cos.len();
    let ((x1, x2), (y1, y2)) = (x.split_at(half), y.split_at_mut(half));
    for i in 0..half {
        let s = sin[i] * sign;
        y1[i] = x1[i] * cos[i] - x2[i] * s;
        y2[i] = x2[i] * cos[i] + x1[i] * s;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_as_exact_as_f32() {
        for i in -8000..8800 {
            let x = i as f32 / 100.0;
            let (got, want) = (exp(x), f64::from(x).exp());
            assert!((f64::from(got) - want).abs() <= want * 3e-7, "exp({x}) = {got}, not {want}");
        }
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
    }

    #[test]
    fn sums_in_lanes_are_sums() {
        let xs: Vec<f32> = (0..37).map(|i| i as f32).collect();
        assert_eq!(sum(&xs), 666.0);
        assert_eq!(max(&xs), 36.0);
        assert_eq!(dot(&xs, &xs), (0..37).map(|i| (i * i) as f32).sum::<f32>());
    }
}
