//! What suits a model, derived from how much it can read at once and never from its name.

use lucy_protocol::{Budget, SamplingParams};

/// A model with a context of at most this many tokens is treated as very small.
const SMALL_CONTEXT: usize = 4_096;

/// The most tokens of one sequence: enough for every run within its budget, and memory that a laptop has.
pub(crate) const LONGEST_CONTEXT: usize = 16_384;

/// What suits a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Results of one search.
    pub results: usize,
    /// The most characters of a tool's result that the model reads.
    pub result_chars: usize,
    /// How tokens are chosen; the seed is set for each run.
    pub sampling: SamplingParams,
    /// The limits of a run.
    pub budget: Budget,
    /// The most tokens of one reply.
    pub reply_tokens: u32,
    /// Earlier questions, with their answers, that the model is told.
    pub turns: usize,
}

impl Settings {
    /// What suits a model with a context of this many tokens.
    pub fn of(context: usize) -> Self {
        if context <= SMALL_CONTEXT {
            return Self {
                results: 3,
                result_chars: 3_000,
                sampling: SamplingParams { temperature: 0.0, ..SamplingParams::default() },
                budget: Budget { steps: 8, tokens: 2_048, seconds: 300 },
                reply_tokens: 256,
                turns: 1,
            };
        }
        Self {
            results: 10,
            result_chars: 8_192,
            sampling: SamplingParams::default(),
            budget: Budget::default(),
            reply_tokens: 4_096,
            turns: 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_context_gets_few_short_results_and_greedy_decoding() {
        let pocket = Settings::of(2_048);
        assert_eq!((pocket.results, pocket.result_chars, pocket.reply_tokens, pocket.turns), (3, 3_000, 256, 1));
        assert_eq!(pocket.sampling.temperature, 0.0);
    }

    #[test]
    fn a_large_context_gets_what_lucy_was_evaluated_with() {
        let lucy = Settings::of(40_960);
        assert_eq!((lucy.results, lucy.result_chars), (10, 8_192));
        assert_eq!((lucy.sampling.temperature, lucy.sampling.top_p, lucy.sampling.top_k), (0.7, 0.9, 20));
    }
}
