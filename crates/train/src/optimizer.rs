//! AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101) with gradient clipping, whose state can be saved.

use anyhow::{Context, Result, ensure};
use candle_core::{Device, Tensor, Var};
use std::collections::HashMap;

/// The parameters and, for each, the moments of its gradient.
pub struct AdamW {
    /// Names, in the order of the vectors below.
    names: Vec<String>,
    vars: Vec<Var>,
    first: Vec<Tensor>,
    second: Vec<Tensor>,
    /// Updates made.
    pub step: u64,
    settings: Settings,
}

/// The numbers of AdamW.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// β₁.
    pub beta1: f64,
    /// β₂.
    pub beta2: f64,
    /// Decay of matrices; vectors are not decayed.
    pub weight_decay: f64,
    /// The largest norm of the gradient; a longer one is scaled down.
    pub clip: f64,
}

const EPS: f64 = 1e-8;

impl AdamW {
    /// An optimizer for these parameters, at step 0.
    pub fn new(vars: Vec<(String, Var)>, settings: Settings) -> Result<Self> {
        let zeros = |vars: &[Var]| vars.iter().map(|var| var.zeros_like()).collect::<Result<Vec<_>, _>>();
        let (names, vars): (Vec<_>, Vec<_>) = vars.into_iter().unzip();
        Ok(Self { first: zeros(&vars)?, second: zeros(&vars)?, names, vars, step: 0, settings })
    }

    /// The parameters.
    pub fn vars(&self) -> &[Var] {
        &self.vars
    }

    /// Makes one update. `grads` holds the gradient of each parameter, in order. Gives the gradient's norm.
    pub fn update(&mut self, grads: &[Tensor], learning_rate: f64) -> Result<f64> {
        let Settings { beta1, beta2, weight_decay, clip } = self.settings;
        let mut square = 0.0;
        for grad in grads {
            square += f64::from(grad.sqr()?.sum_all()?.to_scalar::<f32>()?);
        }
        let norm = square.sqrt();
        ensure!(norm.is_finite(), "the gradient is not finite at step {}", self.step);
        let scale = if norm > clip { clip / norm } else { 1.0 };
        self.step += 1;
        let power = i32::try_from(self.step).unwrap_or(i32::MAX);
        let (bias1, bias2) = (1.0 - beta1.powi(power), 1.0 - beta2.powi(power));
        for (index, grad) in grads.iter().enumerate() {
            let grad = grad.affine(scale, 0.0)?;
            let first = (self.first[index].affine(beta1, 0.0)? + grad.affine(1.0 - beta1, 0.0)?)?;
            let second = (self.second[index].affine(beta2, 0.0)? + grad.sqr()?.affine(1.0 - beta2, 0.0)?)?;
            let scale = second.affine(1.0 / bias2, 0.0)?.sqrt()?.affine(1.0, EPS)?;
            let step = (first.affine(learning_rate / bias1, 0.0)? / scale)?;
            let var = &self.vars[index];
            let decay = if var.rank() > 1 { 1.0 - learning_rate * weight_decay } else { 1.0 };
            var.set(&(var.affine(decay, 0.0)? - step)?.detach())?;
            self.first[index] = first.detach();
            self.second[index] = second.detach();
        }
        Ok(norm)
    }

    /// The parameters and the moments by name.
    pub fn state(&self) -> HashMap<String, Tensor> {
        let mut state = HashMap::new();
        for (index, name) in self.names.iter().enumerate() {
            state.insert(name.clone(), self.vars[index].as_tensor().clone());
            state.insert(format!("first.{name}"), self.first[index].clone());
            state.insert(format!("second.{name}"), self.second[index].clone());
        }
        state
    }

    /// Takes up a state that [`state`](Self::state) gave after `step` updates.
    pub fn restore(&mut self, step: u64, state: &HashMap<String, Tensor>, device: &Device) -> Result<()> {
        let get = |name: String| -> Result<Tensor> {
            Ok(state.get(&name).with_context(|| format!("the checkpoint lacks {name}"))?.to_device(device)?)
        };
        for (index, name) in self.names.iter().enumerate() {
            self.vars[index].set(&get(name.clone())?)?;
            self.first[index] = get(format!("first.{name}"))?;
            self.second[index] = get(format!("second.{name}"))?;
        }
        self.step = step;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn optimizer(clip: f64) -> AdamW {
        let var = Var::new(&[[1f32, -2.0]], &Device::Cpu).unwrap();
        let settings = Settings { beta1: 0.9, beta2: 0.99, weight_decay: 0.0, clip };
        AdamW::new(vec![("w".into(), var)], settings).unwrap()
    }

    fn weights(optimizer: &AdamW) -> Vec<f32> {
        optimizer.vars()[0].flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn the_first_step_has_the_size_of_the_learning_rate() {
        let mut adam = optimizer(100.0);
        let grad = Tensor::new(&[[3f32, -0.5]], &Device::Cpu).unwrap();
        let norm = adam.update(&[grad], 0.1).unwrap();
        assert!((norm - (9.25f64).sqrt()).abs() < 1e-6);
        assert!((weights(&adam)[0] - 0.9).abs() < 1e-5 && (weights(&adam)[1] + 1.9).abs() < 1e-5);
    }

    #[test]
    fn a_restored_optimizer_goes_on_alike() {
        let grad = Tensor::new(&[[3f32, -0.5]], &Device::Cpu).unwrap();
        let mut one = optimizer(1.0);
        one.update(std::slice::from_ref(&grad), 0.1).unwrap();
        let mut two = optimizer(1.0);
        two.restore(one.step, &one.state(), &Device::Cpu).unwrap();
        one.update(std::slice::from_ref(&grad), 0.1).unwrap();
        two.update(&[grad], 0.1).unwrap();
        assert_eq!(weights(&one), weights(&two));
    }

    #[test]
    fn a_gradient_that_is_not_a_number_is_refused() {
        let grad = Tensor::new(&[[f32::NAN, 0.0]], &Device::Cpu).unwrap();
        assert!(optimizer(1.0).update(&[grad], 0.1).is_err());
    }
}
