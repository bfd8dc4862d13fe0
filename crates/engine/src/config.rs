//! The numbers that define a Qwen3 model, read from `config.json` or from GGUF metadata, and checked.

use crate::error::{EngineError, invalid};
use crate::gguf::{Gguf, Metadata, Value as Entry};
use serde_json::Value;

/// The shape of a Qwen3 model.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Tokens of the vocabulary.
    pub vocab_size: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width inside the MLP.
    pub intermediate_size: usize,
    /// Transformer blocks.
    pub layers: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; divides `heads`.
    pub kv_heads: usize,
    /// Width of a head; even, and independent of `hidden_size / heads`.
    pub head_dim: usize,
    /// Epsilon of RMSNorm.
    pub rms_norm_eps: f64,
    /// Base of the rotary embedding's wavelengths.
    pub rope_theta: f64,
    /// How positions beyond the trained context are reached.
    pub rope_scaling: RopeScaling,
    /// The most tokens of a sequence.
    pub context: usize,
    /// Whether the output layer is the embedding.
    pub tied: bool,
}

/// How rotary positions are stretched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RopeScaling {
    /// Not at all.
    None,
    /// Every position divided by a factor.
    Linear {
        /// The factor.
        factor: f64,
    },
    /// YaRN (Peng et al. 2023, arXiv 2309.00071): long wavelengths are stretched, short ones are not.
    Yarn {
        /// New context over trained context.
        factor: f64,
        /// The trained context in tokens.
        original_context: usize,
        /// Rotations in the trained context above which a wavelength is left alone.
        beta_fast: f64,
        /// Rotations below which it is stretched in full.
        beta_slow: f64,
        /// What cosines and sines are multiplied by; `None` is the paper's 0.1 ln(factor) + 1.
        attention_factor: Option<f64>,
    },
}

impl Config {
    /// Reads a Hugging Face `config.json`.
    pub fn from_json(json: &Value) -> Result<Self, EngineError> {
        let kind = json["model_type"].as_str().unwrap_or("none");
        if kind != "qwen3" {
            return Err(EngineError::Unsupported(format!("model type {kind:?} is not supported, only \"qwen3\"")));
        }
        if json["use_sliding_window"].as_bool() == Some(true) {
            return Err(EngineError::Unsupported("sliding window attention is not supported".into()));
        }
        if json["attention_bias"].as_bool() == Some(true) {
            return Err(EngineError::Unsupported("attention with biases is not supported".into()));
        }
        let number = |name: &str| json_usize(json, name);
        let rope = &json["rope_parameters"];
        let theta = rope["rope_theta"].as_f64().or(json["rope_theta"].as_f64()).unwrap_or(10_000.0);
        let context = number("max_position_embeddings")?;
        let scaling = if rope.is_object() { rope } else { &json["rope_scaling"] };
        let heads = number("num_attention_heads")?;
        let config = Self {
            vocab_size: number("vocab_size")?,
            hidden_size: number("hidden_size")?,
            intermediate_size: number("intermediate_size")?,
            layers: number("num_hidden_layers")?,
            heads,
            kv_heads: if json["num_key_value_heads"].is_null() { heads } else { number("num_key_value_heads")? },
            head_dim: if json["head_dim"].is_null() { 128 } else { number("head_dim")? },
            rms_norm_eps: json["rms_norm_eps"].as_f64().unwrap_or(1e-6),
            rope_theta: theta,
            rope_scaling: scaling_from_json(scaling, context)?,
            context,
            tied: json["tie_word_embeddings"].as_bool().unwrap_or(false),
        };
        config.validate()?;
        Ok(config)
    }

    /// Reads the metadata of a GGUF file. The vocabulary is as large as the embedding.
    pub fn from_gguf(file: &Gguf) -> Result<Self, EngineError> {
        let metadata = file.metadata();
        let architecture = metadata.text("general.architecture").unwrap_or("none");
        if architecture != "qwen3" {
            return Err(EngineError::Unsupported(format!(
                "architecture {architecture:?} is not supported, only \"qwen3\""
            )));
        }
        let vocab_size = match file.info("token_embd.weight").map(|info| info.shape.as_slice()) {
            Some(&[rows, _]) => rows,
            _ => invalid!("tensor token_embd.weight is missing or not a matrix"),
        };
        let number = |name: &str| match metadata.number(&format!("qwen3.{name}")) {
            Some(n) => Ok(usize::try_from(n).unwrap_or(usize::MAX)),
            None => Err(EngineError::Invalid(format!("metadata qwen3.{name} is missing or not a whole number"))),
        };
        let float = |name: &str| metadata.float(&format!("qwen3.{name}"));
        let (hidden_size, heads) = (number("embedding_length")?, number("attention.head_count")?);
        let config = Self {
            vocab_size,
            hidden_size,
            intermediate_size: number("feed_forward_length")?,
            layers: number("block_count")?,
            heads,
            kv_heads: number("attention.head_count_kv").unwrap_or(heads),
            head_dim: number("attention.key_length").unwrap_or(hidden_size / heads.max(1)),
            rms_norm_eps: float("attention.layer_norm_rms_epsilon").unwrap_or(1e-6),
            rope_theta: float("rope.freq_base").unwrap_or(10_000.0),
            rope_scaling: scaling_from_gguf(metadata, number("context_length")?)?,
            context: number("context_length")?,
            tied: file.info("output.weight").is_none(),
        };
        config.validate()?;
        Ok(config)
    }

    /// The metadata that [`Config::from_gguf`] reads.
    pub fn to_gguf(&self) -> Metadata {
        let mut metadata = Metadata::default();
        metadata.insert("general.architecture", Entry::Text("qwen3".into()));
        let numbers = [
            ("embedding_length", self.hidden_size),
            ("feed_forward_length", self.intermediate_size),
            ("block_count", self.layers),
            ("attention.head_count", self.heads),
            ("attention.head_count_kv", self.kv_heads),
            ("attention.key_length", self.head_dim),
            ("attention.value_length", self.head_dim),
            ("context_length", self.context),
        ];
        for (name, value) in numbers {
            metadata.insert(format!("qwen3.{name}"), Entry::Unsigned(value as u64));
        }
        let mut floats =
            vec![("attention.layer_norm_rms_epsilon", self.rms_norm_eps), ("rope.freq_base", self.rope_theta)];
        match self.rope_scaling {
            RopeScaling::None => {}
            RopeScaling::Linear { factor } => {
                metadata.insert("qwen3.rope.scaling.type", Entry::Text("linear".into()));
                floats.push(("rope.scaling.factor", factor));
            }
            RopeScaling::Yarn { factor, original_context, beta_fast, beta_slow, attention_factor } => {
                metadata.insert("qwen3.rope.scaling.type", Entry::Text("yarn".into()));
                let original = Entry::Unsigned(original_context as u64);
                metadata.insert("qwen3.rope.scaling.original_context_length", original);
                floats.push(("rope.scaling.factor", factor));
                floats.push(("rope.scaling.yarn_beta_fast", beta_fast));
                floats.push(("rope.scaling.yarn_beta_slow", beta_slow));
                // llama.cpp multiplies this with the paper's factor.
                floats.extend(attention_factor.map(|a| ("rope.scaling.attn_factor", a / (0.1 * factor.ln() + 1.0))));
            }
        }
        for (name, value) in floats {
            metadata.insert(format!("qwen3.{name}"), Entry::Float(value));
        }
        metadata
    }

    /// Refuses numbers that no model has: zero, absurdly large, not finite, or at odds with each other.
    pub fn validate(&self) -> Result<(), EngineError> {
        let sizes = [
            ("vocabulary", self.vocab_size, 1 << 22),
            ("hidden size", self.hidden_size, 1 << 16),
            ("intermediate size", self.intermediate_size, 1 << 20),
            ("number of layers", self.layers, 1 << 10),
            ("number of heads", self.heads, 1 << 10),
            ("number of key-value heads", self.kv_heads, 1 << 10),
            ("head width", self.head_dim, 1 << 12),
            ("context length", self.context, 1 << 24),
        ];
        for (name, value, most) in sizes {
            if value == 0 || value > most {
                invalid!("the model's {name} is {value}; it must be from 1 to {most}");
            }
        }
        if !self.heads.is_multiple_of(self.kv_heads) {
            invalid!("{} heads cannot share {} key-value heads evenly", self.heads, self.kv_heads);
        }
        if !self.head_dim.is_multiple_of(2) {
            invalid!("the head width is {}; it must be even", self.head_dim);
        }
        within("RMSNorm epsilon", self.rms_norm_eps, 0.0, 1.0)?;
        within("RoPE base", self.rope_theta, 1.0, 1e15)?;
        self.rope_scaling.validate()
    }

    /// Every parameter with its Hugging Face name and shape, in file order. `lm_head.weight` is absent if tied.
    pub fn parameters(&self) -> Vec<(String, Vec<usize>)> {
        let (d, q, kv) = (self.hidden_size, self.heads * self.head_dim, self.kv_heads * self.head_dim);
        let mut all = vec![("model.embed_tokens.weight".to_owned(), vec![self.vocab_size, d])];
        for layer in 0..self.layers {
            let mut push = |name: &str, shape: Vec<usize>| all.push((format!("model.layers.{layer}.{name}"), shape));
            push("input_layernorm.weight", vec![d]);
            push("self_attn.q_proj.weight", vec![q, d]);
            push("self_attn.k_proj.weight", vec![kv, d]);
            push("self_attn.v_proj.weight", vec![kv, d]);
            push("self_attn.q_norm.weight", vec![self.head_dim]);
            push("self_attn.k_norm.weight", vec![self.head_dim]);
            push("self_attn.o_proj.weight", vec![d, q]);
            push("post_attention_layernorm.weight", vec![d]);
            push("mlp.gate_proj.weight", vec![self.intermediate_size, d]);
            push("mlp.up_proj.weight", vec![self.intermediate_size, d]);
            push("mlp.down_proj.weight", vec![d, self.intermediate_size]);
        }
        all.push(("model.norm.weight".to_owned(), vec![d]));
        if !self.tied {
            all.push(("lm_head.weight".to_owned(), vec![self.vocab_size, d]));
        }
        all
    }

    /// The number of parameters.
    pub fn parameter_count(&self) -> u64 {
        self.parameters().iter().map(|(_, shape)| shape.iter().map(|&n| n as u64).product::<u64>()).sum()
    }
}

impl RopeScaling {
    fn validate(&self) -> Result<(), EngineError> {
        match *self {
            Self::None => Ok(()),
            Self::Linear { factor } => within("RoPE scaling factor", factor, 1.0, 1e6),
            Self::Yarn { factor, original_context, beta_fast, beta_slow, attention_factor } => {
                within("YaRN factor", factor, 1.0, 1e6)?;
                within("YaRN beta_fast", beta_fast, 0.0, 1e6)?;
                within("YaRN beta_slow", beta_slow, 0.0, 1e6)?;
                within("YaRN attention factor", attention_factor.unwrap_or(1.0), 0.0, 1e3)?;
                if original_context == 0 || original_context > 1 << 24 {
                    invalid!("YaRN's original context is {original_context} tokens");
                }
                Ok(())
            }
        }
    }
}

fn within(name: &str, value: f64, least: f64, most: f64) -> Result<(), EngineError> {
    if !value.is_finite() || value < least || value > most {
        invalid!("the model's {name} is {value}; it must be from {least} to {most}");
    }
    Ok(())
}

fn json_usize(json: &Value, name: &str) -> Result<usize, EngineError> {
    match json[name].as_u64() {
        Some(n) => Ok(usize::try_from(n).unwrap_or(usize::MAX)),
        None => Err(EngineError::Invalid(format!("config.json: {name:?} is missing or not a whole number"))),
    }
}

fn scaling_from_json(json: &Value, context: usize) -> Result<RopeScaling, EngineError> {
    let kind = json["rope_type"].as_str().or(json["type"].as_str()).unwrap_or("default");
    let factor = json["factor"].as_f64();
    match (kind, factor) {
        ("default", _) => Ok(RopeScaling::None),
        ("linear", Some(factor)) => Ok(RopeScaling::Linear { factor }),
        ("yarn", Some(factor)) => {
            let original = &json["original_max_position_embeddings"];
            Ok(RopeScaling::Yarn {
                factor,
                original_context: original.as_u64().map_or(context, |n| usize::try_from(n).unwrap_or(usize::MAX)),
                beta_fast: json["beta_fast"].as_f64().unwrap_or(32.0),
                beta_slow: json["beta_slow"].as_f64().unwrap_or(1.0),
                attention_factor: json["attention_factor"].as_f64(),
            })
        }
        ("linear" | "yarn", None) => invalid!("config.json: RoPE scaling {kind:?} has no factor"),
        _ => Err(EngineError::Unsupported(format!("RoPE scaling {kind:?} is not supported"))),
    }
}

fn scaling_from_gguf(metadata: &Metadata, context: usize) -> Result<RopeScaling, EngineError> {
    let float = |name: &str| metadata.float(&format!("qwen3.rope.scaling.{name}"));
    match (metadata.text("qwen3.rope.scaling.type").unwrap_or("none"), float("factor")) {
        ("none", _) => Ok(RopeScaling::None),
        ("linear", Some(factor)) => Ok(RopeScaling::Linear { factor }),
        ("yarn", Some(factor)) => {
            let original = metadata.number("qwen3.rope.scaling.original_context_length");
            Ok(RopeScaling::Yarn {
                factor,
                original_context: original.map_or(context, |n| usize::try_from(n).unwrap_or(usize::MAX)),
                beta_fast: float("yarn_beta_fast").unwrap_or(32.0),
                beta_slow: float("yarn_beta_slow").unwrap_or(1.0),
                attention_factor: float("attn_factor").map(|a| a * (0.1 * factor.ln() + 1.0)),
            })
        }
        (kind @ ("linear" | "yarn"), None) => invalid!("RoPE scaling {kind:?} has no factor"),
        (kind, _) => Err(EngineError::Unsupported(format!("RoPE scaling {kind:?} is not supported"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sound() -> Value {
        json!({"model_type": "qwen3", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96,
            "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
            "max_position_embeddings": 128, "rms_norm_eps": 1e-6, "rope_theta": 1e6, "tie_word_embeddings": true})
    }

    #[test]
    fn a_sound_config_reads() {
        let config = Config::from_json(&sound()).unwrap();
        assert_eq!((config.layers, config.head_dim, config.tied), (2, 16, true));
        assert_eq!(config.parameters().len(), 1 + 2 * 11 + 1);
        assert_eq!(config.parameter_count(), 6400 + 2 * (64 * 2 + 32 + 2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64) + 64);
    }

    #[test]
    fn both_spellings_of_yarn_read() {
        let mut old = sound();
        old["rope_scaling"] = json!({"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32});
        let mut new = sound();
        new["rope_parameters"] = json!({"rope_type": "yarn", "rope_theta": 1e6, "factor": 4.0,
            "original_max_position_embeddings": 32});
        let (old, new) = (Config::from_json(&old).unwrap(), Config::from_json(&new).unwrap());
        assert_eq!(old, new);
        assert!(matches!(old.rope_scaling, RopeScaling::Yarn { original_context: 32, .. }));
    }

    #[test]
    fn hostile_numbers_are_refused() {
        let cases = [
            ("num_hidden_layers", json!(0)),
            ("num_hidden_layers", json!(u64::MAX)),
            ("num_attention_heads", json!(3)),
            ("num_key_value_heads", json!(-1)),
            ("head_dim", json!(15)),
            ("hidden_size", json!("64")),
            ("vocab_size", json!(1e300)),
            ("rope_theta", json!(0.0)),
            ("rms_norm_eps", json!(-1.0)),
            ("max_position_embeddings", json!(1u64 << 40)),
            ("rope_scaling", json!({"type": "yarn"})),
            ("rope_scaling", json!({"type": "yarn", "factor": 1e300})),
            ("rope_scaling", json!({"type": "dynamic", "factor": 2.0})),
            ("model_type", json!("llama")),
            ("use_sliding_window", json!(true)),
        ];
        for (name, value) in cases {
            let mut json = sound();
            json[name] = value.clone();
            assert!(Config::from_json(&json).is_err(), "{name} = {value} was accepted");
        }
        assert!(Config::from_json(&json!([1, 2])).is_err());
    }
}
