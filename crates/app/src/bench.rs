//! How fast a model is on this machine.

use crate::error::{ApiError, ErrorCode};
use crate::model::Model;
use lucy_engine::CausalLm;
use lucy_engine::session::Sequence;
use serde::Serialize;
use std::fmt::Display;
use std::ops::ControlFlow;
use std::time::Instant;

/// Tokens of the measured prompt, unless the context is too short for them.
const PROMPT: usize = 512;
/// Tokens that are written after it.
const WRITTEN: usize = 64;
/// Runs that count; one more before them warms up.
const RUNS: usize = 5;

/// The speed of a model: medians over several runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Speed {
    /// The model's name.
    pub model: String,
    /// Where it ran.
    pub device: String,
    /// Seconds that loading took.
    pub load_seconds: f64,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Prompt tokens read a second.
    pub prefill: f64,
    /// Tokens written.
    pub written_tokens: usize,
    /// Tokens written a second, after a prompt of `prompt_tokens`.
    pub decode: f64,
    /// Bytes of the weights' files: all of them are read for each token written.
    pub weights: u64,
    /// The most memory that this process had, in bytes, where the system tells.
    pub peak_memory: Option<u64>,
    /// Runs that were measured.
    pub runs: usize,
}

impl Model {
    /// Measures the model: one run to warm up, then the median of several. Blocks; not for async tasks.
    ///
    /// # Errors
    /// If the model fails.
    pub fn measure(&self) -> Result<Speed, ApiError> {
        let times = self.engine.with_model(|model| (0..=RUNS).map(|_| once(model)).collect::<Result<Vec<_>, _>>());
        let times = times.map_err(failed)?.map_err(failed)?;
        let (prompt_tokens, written_tokens) = lengths(self.info.context);
        let median = |pick: fn(&(f64, f64)) -> f64| {
            let mut sorted: Vec<f64> = times[1..].iter().map(pick).collect();
            sorted.sort_by(f64::total_cmp);
            sorted[sorted.len() / 2]
        };
        Ok(Speed {
            model: self.info.name.clone(),
            device: self.info.device.clone(),
            load_seconds: self.load_time.as_secs_f64(),
            prompt_tokens,
            prefill: prompt_tokens as f64 / median(|time| time.0),
            written_tokens,
            decode: written_tokens as f64 / median(|time| time.1),
            weights: self.info.file_size,
            peak_memory: peak_memory(),
            runs: RUNS,
        })
    }
}

/// Tokens of the prompt and tokens written, for a context of this many.
fn lengths(context: usize) -> (usize, usize) {
    let written = WRITTEN.min(context / 4).max(1);
    (PROMPT.min(context.saturating_sub(written)).max(1), written)
}

/// Seconds of prefill and of decoding. The tokens are arbitrary: the time does not depend on them.
fn once(model: &dyn CausalLm) -> Result<(f64, f64), String> {
    let (prompt, written) = lengths(model.config().context);
    let vocabulary = model.config().vocab_size as u32;
    let token = |at: usize| (at as u32).wrapping_mul(2_654_435_761) % vocabulary;
    let tokens: Vec<u32> = (0..prompt).map(token).collect();
    let mut sequence = Sequence::new(model, prompt + written);
    let begun = Instant::now();
    sequence.prefill(model, &tokens, &mut |_| ControlFlow::Continue(())).map_err(|error| error.to_string())?;
    let prefill = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    for at in 0..written {
        sequence.decode(model, token(prompt + at)).map_err(|error| error.to_string())?;
    }
    Ok((prefill, begun.elapsed().as_secs_f64()))
}

fn failed(error: impl Display) -> ApiError {
    ApiError::new(ErrorCode::Model, format!("the model could not be measured: {error}"))
}

/// The most memory that this process had, in bytes, as Linux tells it.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    peak_of(&status)
}

fn peak_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status() {
        assert_eq!(peak_of("Name:\tlucy\nVmHWM:\t    2048 kB\n"), Some(2_097_152));
        assert_eq!(peak_of("VmHWM: many"), None);
    }

    #[test]
    fn lengths_fit_any_context() {
        assert_eq!(lengths(2_048), (512, 64));
        assert_eq!(lengths(100), (75, 25));
        assert_eq!(lengths(1), (1, 1));
    }
}
