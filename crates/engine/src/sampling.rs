//! Choosing the next token from its logits.
//!
//! The order is: forbidden tokens, repetition penalty, temperature, top-k, top-p, min-p, then one draw. The same seed and the
//! same logits give the same tokens on every platform: ChaCha8 for the draws, sums in a fixed order in f64, and an
//! exponential made of additions and multiplications only.

use lucy_protocol::SamplingParams;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::cmp::Ordering;
use std::collections::HashSet;

/// The largest top-k for which candidates are kept in a short sorted list.
const SHORT_LIST: usize = 128;

/// Candidates that top-p looks at first when top-k leaves all; four times as many if they do not suffice.
const FIRST_CUT: usize = 256;

/// A token and its logit divided by the temperature, or its weight.
type Candidate = (u32, f64);

/// Chooses the tokens of one reply.
#[derive(Debug, Clone)]
pub struct LogitsProcessor {
    params: SamplingParams,
    rng: ChaCha8Rng,
    banned: Vec<u32>,
    seen: HashSet<u32>,
    logits: Vec<f32>,
}

impl LogitsProcessor {
    /// A processor that never chooses a token of `banned`.
    pub fn new(params: SamplingParams, banned: Vec<u32>) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(params.seed);
        Self { params, rng, banned, seen: HashSet::new(), logits: Vec::new() }
    }

    /// Counts `tokens` as seen for the repetition penalty. Sampled tokens are counted by themselves.
    pub fn see(&mut self, tokens: &[u32]) {
        if self.penalises() {
            self.seen.extend(tokens);
        }
    }

    /// Chooses a token. `logits` has one entry for each row of the model's embedding; NaN counts as impossible and
    /// infinity as the largest finite number. `None` if no token is possible: the model is broken or all is banned.
    pub fn sample(&mut self, logits: &[f32]) -> Option<u32> {
        self.prepare(logits);
        let temperature = f64::from(self.params.temperature);
        // A NaN temperature is greedy too.
        let token = if temperature > 1e-4 { self.draw(temperature) } else { self.likeliest() }?;
        self.see(&[token]);
        Some(token)
    }

    fn penalises(&self) -> bool {
        self.params.repetition_penalty > 0.0 && self.params.repetition_penalty != 1.0
    }

    fn prepare(&mut self, logits: &[f32]) {
        self.logits.clear();
        self.logits
            .extend(logits.iter().map(|&logit| if logit.is_nan() { f32::NEG_INFINITY } else { logit.min(f32::MAX) }));
        for &id in &self.banned {
            if let Some(logit) = self.logits.get_mut(id as usize) {
                *logit = f32::NEG_INFINITY;
            }
        }
        if self.penalises() {
            let penalty = self.params.repetition_penalty;
            for &id in &self.seen {
                if let Some(logit) = self.logits.get_mut(id as usize) {
                    *logit = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
                }
            }
        }
    }

    fn likeliest(&self) -> Option<u32> {
        let mut best = None;
        let mut highest = f32::NEG_INFINITY;
        for (id, &logit) in (0u32..).zip(&self.logits) {
            if logit > highest {
                (best, highest) = (Some(id), logit);
            }
        }
        best
    }

    fn draw(&mut self, temperature: f64) -> Option<u32> {
        let highest = f64::from(*self.logits.get(self.likeliest()? as usize)?);
        let weight = |logit: f32| exp((f64::from(logit) - highest) / temperature);
        let top_p = f64::from(self.params.top_p);
        let top_k = self.params.top_k as usize;
        let mut kept: Vec<Candidate> = if (1..self.logits.len()).contains(&top_k) {
            let mut kept = top(&self.logits, top_k);
            weigh(&mut kept, weight);
            let total = kept.iter().map(|(_, weight)| weight).sum();
            nucleus(&mut kept, top_p, total);
            kept
        } else if top_p < 1.0 {
            let total = self.logits.iter().map(|&logit| weight(logit)).sum();
            self.nucleus_of_all(top_p, total, weight)
        } else {
            let mut all = possible(&self.logits);
            weigh(&mut all, weight);
            all
        };
        // The likeliest token has weight 1, so that a share of its probability is that share of 1.
        let least = f64::from(self.params.min_p).min(1.0);
        kept.retain(|(_, weight)| *weight >= least || *weight >= 1.0);
        let uniform = (self.rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        pick(&kept, uniform)
    }

    /// The likeliest tokens that together have probability `top_p`, most likely first, without sorting them all.
    fn nucleus_of_all(&self, top_p: f64, total: f64, weight: impl Fn(f32) -> f64 + Copy) -> Vec<Candidate> {
        let mut cut = FIRST_CUT;
        loop {
            let mut kept = top(&self.logits, cut.min(self.logits.len()));
            weigh(&mut kept, weight);
            if nucleus(&mut kept, top_p, total) || cut >= self.logits.len() {
                return kept;
            }
            cut *= 4;
        }
    }
}

/// Cuts `candidates` after the one with which they reach the share `top_p` of `total`; says whether they reach it.
fn nucleus(candidates: &mut Vec<Candidate>, top_p: f64, total: f64) -> bool {
    let mut sum = 0.0;
    for (index, (_, weight)) in candidates.iter().enumerate() {
        sum += weight;
        if sum >= top_p * total {
            candidates.truncate(index + 1);
            return true;
        }
    }
    if top_p.is_nan() {
        candidates.truncate(1);
    }
    top_p.is_nan()
}

/// Every token that is possible, with its logit, by id.
fn possible(logits: &[f32]) -> Vec<Candidate> {
    let finite = |(id, &logit): (u32, &f32)| (logit > f32::NEG_INFINITY).then_some((id, f64::from(logit)));
    (0u32..).zip(logits).filter_map(finite).collect()
}

/// The `k` likeliest possible tokens with their logits, most likely first; of two alike the lower id comes first.
fn top(logits: &[f32], k: usize) -> Vec<Candidate> {
    let order = |a: &Candidate, b: &Candidate| b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal).then(a.0.cmp(&b.0));
    if k > SHORT_LIST {
        let mut all = possible(logits);
        if k < all.len() {
            all.select_nth_unstable_by(k, order);
            all.truncate(k);
        }
        all.sort_unstable_by(order);
        return all;
    }
    let mut short: Vec<Candidate> = Vec::with_capacity(k + 1);
    let mut least = f32::NEG_INFINITY;
    for (id, &logit) in (0u32..).zip(logits) {
        if logit > least {
            let candidate = (id, f64::from(logit));
            let at = short.partition_point(|kept| kept.1 >= candidate.1);
            short.insert(at, candidate);
            if short.len() > k {
                short.pop();
            }
            if short.len() == k {
                least = logits[short[k - 1].0 as usize];
            }
        }
    }
    short
}

fn weigh(candidates: &mut [Candidate], weight: impl Fn(f32) -> f64) {
    for candidate in candidates {
        candidate.1 = weight(candidate.1 as f32);
    }
}

/// The candidate at `uniform` (0 to 1) of the way through their weights.
fn pick(candidates: &[Candidate], uniform: f64) -> Option<u32> {
    let total: f64 = candidates.iter().map(|(_, weight)| weight).sum();
    let mut left = uniform * total;
    for (id, weight) in candidates {
        left -= weight;
        if left < 0.0 {
            return Some(*id);
        }
    }
    candidates.last().map(|(id, _)| *id)
}

/// e to the power of `x` ≤ 0, the same on every platform, to about 1 part in 10¹⁵: x = k·ln 2 + r with |r| ≤ ln 2 / 2, the
/// Taylor series of degree 13 for r, and k added to the exponent.
fn exp(x: f64) -> f64 {
    // Below this the result is no longer a normal number.
    if x < -708.0 || x.is_nan() {
        return 0.0;
    }
    let k = (x * std::f64::consts::LOG2_E).round();
    let r = (x - k * 0.693_147_180_369_123_8) - k * 1.908_214_929_270_587_7e-10;
    let series = (1..=13u32).rev().fold(1.0, |sum, n| 1.0 + sum * r / f64::from(n));
    series * f64::from_bits(((k as i64 + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests;
