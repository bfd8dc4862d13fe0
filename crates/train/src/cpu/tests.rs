//! The written-out pass against candle's graph of the same model.

use super::*;
use candle_core::{D, Device, Tensor, Var};
use lucy_engine::{CausalLm, Qwen3};
use std::collections::HashMap;

fn config() -> Config {
    Config {
        vocab_size: 70,
        hidden_size: 48,
        intermediate_size: 80,
        layers: 2,
        heads: 4,
        kv_heads: 2,
        head_dim: 32,
        rms_norm_eps: 1e-6,
        rope_theta: 1e4,
        rope_scaling: RopeScaling::None,
        context: 128,
        tied: true,
    }
}

fn vars(config: &Config) -> Vec<(String, Var)> {
    let var = |(name, shape): (String, Vec<usize>)| {
        let mean = if shape.len() == 1 { 1.0f32 } else { 0.0 };
        (name, Var::randn(mean, 0.15, shape, &Device::Cpu).unwrap())
    };
    config.parameters().into_iter().map(var).collect()
}

/// The summed loss of the learned tokens of one sequence, by candle.
fn reference(model: &Qwen3, ids: &[u32], learned: &[bool]) -> Tensor {
    let tokens = Tensor::new(&ids[..ids.len() - 1], &Device::Cpu).unwrap().unsqueeze(0).unwrap();
    let logits = model.forward(&tokens, None).unwrap().squeeze(0).unwrap();
    let targets = Tensor::new(&ids[1..], &Device::Cpu).unwrap().unsqueeze(1).unwrap();
    let mask: Vec<f32> = learned[1..].iter().map(|&l| f32::from(u8::from(l))).collect();
    let mask = Tensor::from_vec(mask, (ids.len() - 1, 1), &Device::Cpu).unwrap();
    let likely = candle_nn::ops::log_softmax(&logits, D::Minus1).unwrap().gather(&targets, 1).unwrap();
    (likely * mask).unwrap().sum_all().unwrap().neg().unwrap()
}

#[test]
fn loss_and_gradients_are_those_of_the_graph() {
    let config = config();
    let vars = vars(&config);
    let tensors: HashMap<_, _> = vars.iter().map(|(name, var)| (name.clone(), var.as_tensor().clone())).collect();
    let model = Qwen3::new(config.clone(), &tensors).unwrap();
    let lengths = [75usize, 9, 40];
    let ids: Vec<Vec<u32>> =
        lengths.iter().map(|&n| (0..n).map(|i| ((i * 31 + n * 7) % 70) as u32).collect()).collect();
    let learned: Vec<Vec<bool>> = lengths.iter().map(|&n| (0..n).map(|i| i % 3 != 1).collect()).collect();
    let mut loss: Option<Tensor> = None;
    for (ids, learned) in ids.iter().zip(&learned) {
        let one = reference(&model, ids, learned);
        loss = Some(match loss {
            Some(sum) => (sum + one).unwrap(),
            None => one,
        });
    }
    let loss = loss.unwrap();
    let grads = (loss.clone() * 0.5).unwrap().backward().unwrap();

    let plan = Plan::new(&config).unwrap();
    let plain: Vec<f32> =
        vars.iter().flat_map(|(_, var)| var.flatten_all().unwrap().to_vec1::<f32>().unwrap()).collect();
    assert_eq!(plain.len(), plan.len);
    let weights = Weights::new(&plan, plain);
    let sequences: Vec<_> = ids.iter().zip(&learned).map(|(ids, learned)| Sequence { ids, learned }).collect();
    let mut gradient = vec![0.0; plan.len];
    let sums = Pass::new(&plan, &weights, &sequences).run(0.5, &mut Buffers::default(), &mut gradient);

    let want = f64::from(loss.to_scalar::<f32>().unwrap());
    assert!((sums.loss - want).abs() < want * 0.01, "loss {}, not {want}", sums.loss);
    let mut at = 0;
    for (name, var) in &vars {
        let want: Vec<f32> = grads.get(var).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        let got = &gradient[at..at + want.len()];
        let size: f32 = want.iter().map(|w| w * w).sum::<f32>().sqrt();
        let off: f32 = got.iter().zip(&want).map(|(g, w)| (g - w) * (g - w)).sum::<f32>().sqrt();
        assert!(off < size * 0.03, "{name}: off by {off} of {size}");
        at += want.len();
    }
}

#[test]
fn passes_add_up() {
    let config = config();
    let plan = Plan::new(&config).unwrap();
    let plain: Vec<f32> =
        vars(&config).iter().flat_map(|(_, var)| var.flatten_all().unwrap().to_vec1::<f32>().unwrap()).collect();
    let weights = Weights::new(&plan, plain);
    let (a, b): (Vec<u32>, Vec<u32>) = ((0..50).collect(), (20..60).rev().collect());
    let learned = vec![true; 50];
    let sequence = |ids| Sequence { ids, learned: &learned };
    let (mut together, mut apart) = (vec![0.0; plan.len], vec![0.0; plan.len]);
    let mut buffers = Buffers::default();
    let both = Pass::new(&plan, &weights, &[sequence(&a), sequence(&b)]).run(1.0, &mut buffers, &mut together);
    let mut loss = 0.0;
    for ids in [&a, &b] {
        loss += Pass::new(&plan, &weights, &[sequence(ids)]).run(1.0, &mut buffers, &mut apart).loss;
    }
    assert!((both.loss - loss).abs() < 1e-3);
    let size: f32 = together.iter().map(|g| g * g).sum::<f32>().sqrt();
    let off: f32 = together.iter().zip(&apart).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt();
    assert!(off < size * 1e-3, "off by {off} of {size}");
}
