//! The rotary embedding's wavelengths, stretched or not, and the rotations of given positions.

use crate::config::{Config, RopeScaling};
use crate::ops::Rotation;
use candle_core::{DType, Device, Result, Tensor};
use std::f64::consts::PI;

/// The angle by which each pair of a head turns from one token to the next.
#[derive(Debug, Clone)]
pub struct Rope {
    frequencies: Vec<f32>,
    /// What cosines and sines are multiplied by.
    magnitude: f32,
}

impl Rope {
    /// The wavelengths of a model.
    pub fn new(config: &Config) -> Self {
        let dim = config.head_dim as f64;
        let plain = (0..config.head_dim / 2).map(|i| config.rope_theta.powf(-2.0 * i as f64 / dim));
        let (frequencies, magnitude) = match config.rope_scaling {
            RopeScaling::None => (plain.collect(), 1.0),
            RopeScaling::Linear { factor } => (plain.map(|f| f / factor).collect(), 1.0),
            RopeScaling::Yarn { factor, original_context, beta_fast, beta_slow, attention_factor } => {
                let pair = |rotations| pair_of(rotations, original_context, config);
                let (low, high) = (pair(beta_fast).floor().max(0.0), pair(beta_slow).ceil().min(dim - 1.0));
                let width = if low == high { 0.001 } else { high - low };
                let stretched = |(i, f): (usize, f64)| {
                    let ramp = ((i as f64 - low) / width).clamp(0.0, 1.0);
                    f / factor * ramp + f * (1.0 - ramp)
                };
                (
                    plain.enumerate().map(stretched).collect::<Vec<f64>>(),
                    attention_factor.unwrap_or(0.1 * factor.ln() + 1.0),
                )
            }
        };
        Self { frequencies: frequencies.into_iter().map(|f| f as f32).collect(), magnitude: magnitude as f32 }
    }

    /// The rotations of positions `from..from + n`, (n, head width / 2) each.
    pub fn rotation(&self, from: usize, n: usize, dtype: DType, device: &Device) -> Result<Rotation> {
        let angles = (from..from + n).flat_map(|p| self.frequencies.iter().map(move |f| p as f32 * f));
        let (sin, cos): (Vec<f32>, Vec<f32>) = angles.map(f32::sin_cos).unzip();
        let shape = (n, self.frequencies.len());
        let tensor = |data: Vec<f32>| {
            let data = data.into_iter().map(|x| x * self.magnitude).collect();
            Tensor::from_vec(data, shape, device)?.to_dtype(dtype)
        };
        Ok(Rotation { cos: tensor(cos)?, sin: tensor(sin)? })
    }
}

/// The (fractional) pair that turns `rotations` times within the trained context (YaRN, section 3.2).
fn pair_of(rotations: f64, context: usize, config: &Config) -> f64 {
    config.head_dim as f64 * (context as f64 / (rotations * 2.0 * PI)).ln() / (2.0 * config.rope_theta.ln())
}
