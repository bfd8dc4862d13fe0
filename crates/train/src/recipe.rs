//! The recipe of a training run: everything that, with the code, decides the model. Read from TOML.

use anyhow::{Context, Result, ensure};
use lucy_engine::{Config, RopeScaling};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Everything that decides the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The name of the model.
    pub name: String,
    /// Seeds the weights and the traces.
    pub seed: u64,
    /// The model's shape.
    pub model: Shape,
    /// How the tokenizer is trained.
    pub tokenizer: Tokens,
    /// How the weights are trained.
    pub sft: Sft,
}

/// The shape of a Qwen3 model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Tokens of the vocabulary.
    pub vocab: usize,
    /// Width of the residual stream.
    pub hidden: usize,
    /// Width inside the MLP.
    pub intermediate: usize,
    /// Blocks.
    pub layers: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads.
    pub kv_heads: usize,
    /// Width of a head.
    pub head_dim: usize,
    /// Base of the rotary wavelengths.
    pub rope_theta: f64,
    /// The most tokens of a sequence.
    pub context: usize,
}

/// How the tokenizer is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Traces whose text it is trained on.
    pub traces: u64,
}

/// How the weights are trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sft {
    /// Updates of the weights.
    pub steps: u64,
    /// The first of them, on drills only: openings, readings, pickings and judgings.
    pub drill_steps: u64,
    /// Whole traces of one update.
    pub batch: usize,
    /// Questions with their first reply.
    pub openings: usize,
    /// Pages with all that they state.
    pub readings: usize,
    /// Results of a search with the reply to them.
    pub pickings: usize,
    /// Pages of what a question names, with the answer, after a first thought that is often wrong.
    pub judgings: usize,
    /// Threads on a CPU, each with its share of the batch; the result depends on it only in rounding.
    pub workers: usize,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Updates in which it rises from zero.
    pub warmup: u64,
    /// The share of the updates, at the end, in which it falls to zero in a straight line.
    pub decay: f64,
    /// AdamW's β₁.
    pub beta1: f64,
    /// AdamW's β₂.
    pub beta2: f64,
    /// AdamW's weight decay, of matrices only.
    pub weight_decay: f64,
    /// The norm to which the gradient is clipped.
    pub clip: f64,
    /// Updates between checkpoints.
    pub checkpoint: u64,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// If the file is missing, is no recipe, or its numbers make no sense.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let recipe: Self = toml::from_str(&text).with_context(|| format!("{} is no recipe", path.display()))?;
        let sft = &recipe.sft;
        ensure!(sft.steps > 0 && sft.batch > 0 && sft.workers > 0, "steps, batch and workers must be at least 1");
        let drills = sft.openings.min(sft.readings).min(sft.pickings).min(sft.judgings);
        ensure!(
            drills >= sft.workers,
            "{} workers need as many openings, readings, pickings and judgings",
            sft.workers
        );
        ensure!((0.0..=1.0).contains(&sft.decay), "decay is a share of the steps, from 0 to 1");
        recipe.config().validate()?;
        Ok(recipe)
    }

    /// The engine's configuration of this model.
    pub fn config(&self) -> Config {
        let model = &self.model;
        Config {
            vocab_size: model.vocab,
            hidden_size: model.hidden,
            intermediate_size: model.intermediate,
            layers: model.layers,
            heads: model.heads,
            kv_heads: model.kv_heads,
            head_dim: model.head_dim,
            rms_norm_eps: 1e-6,
            rope_theta: model.rope_theta,
            rope_scaling: RopeScaling::None,
            context: model.context,
            tied: true,
        }
    }

    /// The learning rate of update `step`, from 0: warm-up, constant, straight fall to zero.
    pub fn learning_rate(&self, step: u64) -> f64 {
        let sft = &self.sft;
        let rise = (step + 1) as f64 / sft.warmup.max(1) as f64;
        let fall = (sft.steps - step.min(sft.steps)) as f64 / (sft.decay * sft.steps as f64).max(1.0);
        sft.learning_rate * rise.min(fall).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_recipe_reads_and_its_rate_rises_and_falls() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models/pocket.toml");
        let recipe = Recipe::read(&path).unwrap();
        let peak = recipe.sft.learning_rate;
        assert!(recipe.learning_rate(0) < peak / 10.0);
        assert!((recipe.learning_rate(recipe.sft.warmup + 1) - peak).abs() < 1e-12);
        assert!(recipe.learning_rate(recipe.sft.steps - 1) < peak / 100.0);
    }
}
