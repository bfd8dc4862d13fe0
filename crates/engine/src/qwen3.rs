//! The Qwen3 transformer: one definition for plain and quantised weights, for inference and for training.

use crate::config::Config;
use crate::error::{EngineError, invalid};
use crate::kv_cache::KvCache;
use crate::linear::Linear;
use crate::ops::{Ops, Rotation};
use crate::rope::Rope;
use candle_core::{Device, IndexOp, Result, Tensor};
use std::collections::HashMap;

/// A causal language model on token ids.
pub trait CausalLm: Send + Sync {
    /// Final hidden states (batch, tokens, hidden) of `tokens` (batch, tokens; u32). With a cache the tokens follow
    /// those in it and are added to it; without one they start a sequence, and every parameter gets its gradient.
    fn hidden(&self, tokens: &Tensor, cache: Option<&mut KvCache>) -> Result<Tensor>;

    /// Logits (.., vocabulary) of hidden states (.., hidden).
    fn logits(&self, hidden: &Tensor) -> Result<Tensor>;

    /// The model's numbers.
    fn config(&self) -> &Config;

    /// Where the weights are.
    fn device(&self) -> &Device;

    /// Logits (batch, tokens, vocabulary) of every position.
    fn forward(&self, tokens: &Tensor, cache: Option<&mut KvCache>) -> Result<Tensor> {
        self.logits(&self.hidden(tokens, cache)?)
    }

    /// Logits (batch, vocabulary) of the token after the last.
    fn next(&self, tokens: &Tensor, cache: &mut KvCache) -> Result<Tensor> {
        let hidden = self.hidden(tokens, Some(cache))?;
        self.logits(&hidden.i((.., hidden.dim(1)? - 1))?.contiguous()?)
    }

    /// An empty cache for one sequence, or for several of equal length.
    fn new_cache(&self) -> KvCache {
        KvCache::new(self.config().layers, self.config().context)
    }
}

/// Where a model's weights come from, by their Hugging Face names.
pub trait Weights {
    /// Whether there is a tensor of this name.
    fn contains(&self, name: &str) -> bool;
    /// A vector, or an error if it is absent or has another shape.
    fn vector(&self, name: &str, len: usize) -> std::result::Result<Tensor, EngineError>;
    /// A matrix (out, in), or an error if it is absent or has another shape.
    fn matrix(&self, name: &str, out: usize, width: usize) -> std::result::Result<Linear, EngineError>;
}

/// Plain tensors, or the `Var`s of a trainer: the model then sees every update.
impl Weights for HashMap<String, Tensor> {
    fn contains(&self, name: &str) -> bool {
        self.contains_key(name)
    }

    fn vector(&self, name: &str, len: usize) -> std::result::Result<Tensor, EngineError> {
        plain(self, name, &[len])
    }

    fn matrix(&self, name: &str, out: usize, width: usize) -> std::result::Result<Linear, EngineError> {
        Ok(Linear::Plain(plain(self, name, &[out, width])?))
    }
}

fn plain(map: &HashMap<String, Tensor>, name: &str, shape: &[usize]) -> std::result::Result<Tensor, EngineError> {
    match map.get(name) {
        Some(tensor) if tensor.dims() == shape => Ok(tensor.clone()),
        Some(tensor) => invalid!("tensor {name} has shape {:?}, not {shape:?}", tensor.dims()),
        None => invalid!("tensor {name} is missing"),
    }
}

/// A Qwen3 model.
#[derive(Debug, Clone)]
pub struct Qwen3 {
    config: Config,
    device: Device,
    embedding: Linear,
    blocks: Vec<Block>,
    norm: Tensor,
    head: Linear,
    rope: Rope,
}

#[derive(Debug, Clone)]
struct Block {
    attention_norm: Tensor,
    q: Linear,
    k: Linear,
    v: Linear,
    q_norm: Tensor,
    k_norm: Tensor,
    o: Linear,
    mlp_norm: Tensor,
    gate: Linear,
    up: Linear,
    down: Linear,
}

impl Qwen3 {
    /// Assembles a model. The output layer is the embedding if `lm_head.weight` is absent.
    pub fn new(config: Config, weights: &dyn Weights) -> std::result::Result<Self, EngineError> {
        config.validate()?;
        let (vocab, d) = (config.vocab_size, config.hidden_size);
        let embedding = weights.matrix("model.embed_tokens.weight", vocab, d)?;
        let norm = weights.vector("model.norm.weight", d)?;
        let head = match weights.contains("lm_head.weight") {
            true => weights.matrix("lm_head.weight", vocab, d)?,
            false if config.tied => embedding.clone(),
            false => invalid!("tensor lm_head.weight is missing and the model is not tied"),
        };
        let blocks =
            (0..config.layers).map(|i| Block::new(&config, weights, i)).collect::<std::result::Result<_, _>>()?;
        let (rope, device) = (Rope::new(&config), norm.device().clone());
        Ok(Self { config, device, embedding, blocks, norm, head, rope })
    }
}

impl CausalLm for Qwen3 {
    fn hidden(&self, tokens: &Tensor, mut cache: Option<&mut KvCache>) -> Result<Tensor> {
        let (_, n) = tokens.dims2()?;
        let ops = if cache.is_some() { Ops::Fused } else { Ops::Differentiable };
        let start = cache.as_ref().map_or(0, |cache| cache.len());
        let mut x = self.embedding.rows(tokens)?;
        let rotation = self.rope.rotation(start, n, x.dtype(), &self.device)?;
        for (layer, block) in self.blocks.iter().enumerate() {
            let slot = cache.as_deref_mut().map(|cache| (cache, layer));
            x = block.forward(&x, ops, &self.config, (&rotation, slot))?;
        }
        if let Some(cache) = cache {
            cache.advance(n);
        }
        ops.rms_norm(&x, &self.norm, self.config.rms_norm_eps)
    }

    fn logits(&self, hidden: &Tensor) -> Result<Tensor> {
        self.head.forward(hidden)
    }

    fn config(&self) -> &Config {
        &self.config
    }

    fn device(&self) -> &Device {
        &self.device
    }
}

/// What attention needs besides its input: the rotations, and the cache with the layer's number.
type Place<'a> = (&'a Rotation, Option<(&'a mut KvCache, usize)>);

impl Block {
    fn new(config: &Config, weights: &dyn Weights, layer: usize) -> std::result::Result<Self, EngineError> {
        let (d, inner, width) = (config.hidden_size, config.intermediate_size, config.head_dim);
        let (q, kv) = (config.heads * width, config.kv_heads * width);
        let vector = |name: &str, len| weights.vector(&format!("model.layers.{layer}.{name}.weight"), len);
        let matrix =
            |name: &str, out, width| weights.matrix(&format!("model.layers.{layer}.{name}.weight"), out, width);
        Ok(Self {
            attention_norm: vector("input_layernorm", d)?,
            q: matrix("self_attn.q_proj", q, d)?,
            k: matrix("self_attn.k_proj", kv, d)?,
            v: matrix("self_attn.v_proj", kv, d)?,
            q_norm: vector("self_attn.q_norm", width)?,
            k_norm: vector("self_attn.k_norm", width)?,
            o: matrix("self_attn.o_proj", d, q)?,
            mlp_norm: vector("post_attention_layernorm", d)?,
            gate: matrix("mlp.gate_proj", inner, d)?,
            up: matrix("mlp.up_proj", inner, d)?,
            down: matrix("mlp.down_proj", d, inner)?,
        })
    }

    /// (batch, tokens, hidden) to the same.
    fn forward(&self, x: &Tensor, ops: Ops, config: &Config, place: Place) -> Result<Tensor> {
        let normed = ops.rms_norm(x, &self.attention_norm, config.rms_norm_eps)?;
        let x = (x + self.attention(&normed, ops, config, place)?)?;
        let normed = ops.rms_norm(&x, &self.mlp_norm, config.rms_norm_eps)?;
        let inner = ops.silu_mul(&self.gate.forward(&normed)?, &self.up.forward(&normed)?)?;
        x + self.down.forward(&inner)?
    }

    fn attention(&self, x: &Tensor, ops: Ops, config: &Config, place: Place) -> Result<Tensor> {
        let (batch, n, _) = x.dims3()?;
        let (kv_heads, width, eps) = (config.kv_heads, config.head_dim, config.rms_norm_eps);
        let group = config.heads / kv_heads;
        let (rotation, cache) = place;

        // 1. Queries, keys and values, (batch, heads, tokens, width); a norm per head comes before the rotation.
        let q = self.q.forward(x)?.reshape((batch, n, config.heads, width))?;
        let k = self.k.forward(x)?.reshape((batch, n, kv_heads, width))?;
        let v = self.v.forward(x)?.reshape((batch, n, kv_heads, width))?.transpose(1, 2)?.contiguous()?;
        let q = ops.rope(&ops.rms_norm(&q, &self.q_norm, eps)?, rotation)?;
        let k = ops.rope(&ops.rms_norm(&k, &self.k_norm, eps)?, rotation)?;
        let (k, v) = match cache {
            Some((cache, layer)) => cache.append(layer, &k, &v)?,
            None => (k, v),
        };

        // 2. The queries of one group are rows of one product with the keys that they share.
        let q = q.reshape((batch, kv_heads, group * n, width))?;
        let scores = q.matmul(&k.transpose(2, 3)?)?;
        let shares = ops.causal_softmax(&scores, n, 1.0 / (width as f64).sqrt())?;

        // 3. Back to (batch, tokens, heads · width).
        let mixed = shares.matmul(&v)?.reshape((batch, config.heads, n, width))?.transpose(1, 2)?;
        self.o.forward(&mixed.reshape((batch, n, config.heads * width))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RopeScaling;
    use candle_core::{DType, Var};

    fn config(tied: bool) -> Config {
        Config {
            vocab_size: 23,
            hidden_size: 16,
            intermediate_size: 24,
            layers: 2,
            heads: 4,
            kv_heads: 2,
            head_dim: 6,
            rms_norm_eps: 1e-6,
            rope_theta: 1e4,
            rope_scaling: RopeScaling::None,
            context: 64,
            tied,
        }
    }

    fn model(config: &Config) -> (Qwen3, HashMap<String, Var>) {
        let vars: HashMap<String, Var> = config
            .parameters()
            .into_iter()
            .map(|(name, shape)| (name, Var::randn(0.1f32, 0.3, shape, &Device::Cpu).unwrap()))
            .collect();
        let tensors: HashMap<String, Tensor> = vars.iter().map(|(k, v)| (k.clone(), v.as_tensor().clone())).collect();
        (Qwen3::new(config.clone(), &tensors).unwrap(), vars)
    }

    fn tokens(batch: usize, n: usize) -> Tensor {
        let ids: Vec<u32> = (0..batch * n).map(|i| (i * 7 % 23) as u32).collect();
        Tensor::from_vec(ids, (batch, n), &Device::Cpu).unwrap()
    }

    fn distance(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
    }

    #[test]
    fn every_parameter_gets_a_gradient() {
        for tied in [true, false] {
            let (model, vars) = model(&config(tied));
            let logits = model.forward(&tokens(2, 9), None).unwrap();
            let loss = candle_nn::ops::log_softmax(&logits, 2).unwrap().i((.., .., 3)).unwrap().mean_all().unwrap();
            let grads = loss.backward().unwrap();
            for (name, var) in &vars {
                let grad = grads.get(var).unwrap_or_else(|| panic!("{name} gets no gradient"));
                assert_eq!(grad.dims(), var.dims());
                assert!(distance(grad, &grad.zeros_like().unwrap()) > 0.0, "the gradient of {name} is zero");
            }
        }
    }

    /// Numbers that are not F32 take the path of a graphics card, which is made of candle's own operations.
    #[test]
    fn the_composed_operations_have_the_same_gradients() {
        let (model, vars) = model(&config(true));
        let composed: HashMap<String, Var> = vars
            .iter()
            .map(|(name, var)| (name.clone(), Var::from_tensor(&var.to_dtype(DType::F64).unwrap()).unwrap()))
            .collect();
        let tensors = composed.iter().map(|(name, var)| (name.clone(), var.as_tensor().clone())).collect();
        let other = Qwen3::new(config(true), &tensors as &HashMap<String, Tensor>).unwrap();
        let grads = |model: &Qwen3| {
            model.forward(&tokens(2, 9), None).unwrap().sqr().unwrap().mean_all().unwrap().backward().unwrap()
        };
        let (fast, slow) = (grads(&model), grads(&other));
        for (name, var) in &vars {
            let a = fast.get(var).unwrap();
            let b = slow.get(&composed[name]).unwrap().to_dtype(DType::F32).unwrap();
            let scale = distance(&b, &b.zeros_like().unwrap());
            assert!(distance(a, &b) < scale * 1e-3, "{name}");
        }
    }

    #[test]
    fn a_gradient_is_the_slope_of_the_loss() {
        let (model, vars) = model(&config(true));
        let loss = || model.forward(&tokens(1, 7), None).unwrap().sqr().unwrap().mean_all().unwrap();
        let grads = loss().backward().unwrap();
        for (name, var) in vars {
            let grad = grads.get(&var).unwrap().contiguous().unwrap();
            let before = var.as_tensor().copy().unwrap();
            let norm2 = grad.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap();
            let step = f64::from(0.01 / norm2.sqrt());
            let at = |sign: f64| {
                var.set(&(&before + (&grad * (step * sign)).unwrap()).unwrap()).unwrap();
                loss().to_scalar::<f32>().unwrap()
            };
            let slope = (at(1.0) - at(-1.0)) / 0.02;
            var.set(&before).unwrap();
            assert!((slope / norm2.sqrt() - 1.0).abs() < 0.05, "{name}: slope {slope}, gradient {}", norm2.sqrt());
        }
    }

    #[test]
    fn inference_equals_training_whole_chunked_and_token_by_token() {
        let (model, _) = model(&config(false));
        let all = tokens(1, 12);
        let want = model.forward(&all, None).unwrap();
        for chunk in [12, 5, 1] {
            let mut cache = model.new_cache();
            let mut parts = Vec::new();
            for from in (0..12).step_by(chunk) {
                let part = all.narrow(1, from, chunk.min(12 - from)).unwrap();
                parts.push(model.forward(&part, Some(&mut cache)).unwrap());
            }
            assert!(distance(&Tensor::cat(&parts, 1).unwrap(), &want) < 1e-5);
        }
    }

    #[test]
    fn a_batch_equals_its_sequences() {
        let (model, _) = model(&config(true));
        let batch = tokens(3, 8);
        let together = model.forward(&batch, Some(&mut model.new_cache())).unwrap();
        for i in 0..3 {
            let alone = model.forward(&batch.narrow(0, i, 1).unwrap(), Some(&mut model.new_cache())).unwrap();
            assert!(distance(&together.narrow(0, i, 1).unwrap(), &alone) < 1e-5);
        }
    }

    #[test]
    fn a_fork_continues_as_its_origin_would() {
        let (model, _) = model(&config(true));
        let mut cache = model.new_cache();
        model.hidden(&tokens(1, 9), Some(&mut cache)).unwrap();
        let mut fork = cache.fork(6).unwrap();
        cache.truncate(6);
        let next = tokens(1, 3);
        let (a, b) = (model.next(&next, &mut cache).unwrap(), model.next(&next, &mut fork).unwrap());
        assert_eq!(distance(&a, &b), 0.0);
    }

    #[test]
    fn a_tensor_of_another_shape_is_refused() {
        let config = config(true);
        let mut tensors: HashMap<String, Tensor> = HashMap::new();
        for (name, shape) in config.parameters() {
            tensors.insert(name, Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap());
        }
        let wrong = Tensor::zeros((3, 3), DType::F32, &Device::Cpu).unwrap();
        tensors.insert("model.layers.1.mlp.up_proj.weight".into(), wrong);
        let error = Qwen3::new(config.clone(), &tensors).unwrap_err().to_string();
        assert!(error.contains("model.layers.1.mlp.up_proj.weight"), "{error}");
        tensors.remove("model.norm.weight");
        assert!(Qwen3::new(config, &tensors).unwrap_err().to_string().contains("model.norm.weight is missing"));
    }

    #[test]
    fn a_token_outside_the_vocabulary_is_an_error() {
        let (model, _) = model(&config(true));
        let token = Tensor::new(&[[99u32]], &Device::Cpu).unwrap();
        assert!(model.forward(&token, None).is_err());
    }
}
