//! Sequences of tokens with their attention state, and the few that are kept for the next prompt.

use crate::kv_cache::KvCache;
use crate::qwen3::CausalLm;
use candle_core::{DType, Result, Tensor};
use std::ops::ControlFlow;

/// The most tokens that are read before cancellation is looked for.
pub const CHUNK: usize = 512;

/// The most attention scores of one head in a chunk: a long sequence is read in smaller chunks, to save memory.
const SCORES: usize = 1 << 22;

/// A sequence that is at most this much longer than what a prompt shares with it is cut rather than copied.
const WORTH_KEEPING: usize = 32;

/// Tokens that a model has read, with their attention state.
#[derive(Debug)]
pub struct Sequence {
    tokens: Vec<u32>,
    cache: KvCache,
}

impl Sequence {
    /// An empty sequence that never has more than `limit` tokens.
    pub fn new(model: &dyn CausalLm, limit: usize) -> Self {
        let config = model.config();
        Self { tokens: Vec::new(), cache: KvCache::new(config.layers, limit.min(config.context)) }
    }

    /// The tokens that have been read.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// Forgets all but the first `len` tokens.
    pub fn truncate(&mut self, len: usize) {
        self.tokens.truncate(len);
        self.cache.truncate(len);
    }

    /// A copy of the first `len` tokens.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn fork(&self, len: usize) -> Result<Self> {
        let cache = self.cache.fork(len)?;
        Ok(Self { tokens: self.tokens[..cache.len()].to_vec(), cache })
    }

    /// Reads `tokens` (at least one) in chunks and returns the logits (vocabulary) of what follows. Before each chunk
    /// `go_on` is told how many have been read and may stop; then the result is `None`.
    ///
    /// # Errors
    /// If the tokens do not fit or the computation fails; what was read before stays.
    pub fn prefill(
        &mut self,
        model: &dyn CausalLm,
        tokens: &[u32],
        go_on: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Option<Vec<f32>>> {
        let mut logits = None;
        let mut read = 0;
        while read < tokens.len() {
            if go_on(read).is_break() {
                return Ok(None);
            }
            let size = (SCORES / (self.tokens.len() + CHUNK)).clamp(1, CHUNK);
            let chunk = &tokens[read..tokens.len().min(read + size)];
            read += chunk.len();
            let input = Tensor::from_slice(chunk, (1, chunk.len()), model.device())?;
            if read == tokens.len() {
                logits = Some(model.next(&input, &mut self.cache)?.squeeze(0)?.to_dtype(DType::F32)?.to_vec1()?);
            } else {
                model.hidden(&input, Some(&mut self.cache))?;
            }
            self.tokens.extend(chunk);
        }
        Ok(logits)
    }

    /// Reads one token and returns the logits (vocabulary) of what follows.
    ///
    /// # Errors
    /// If the sequence is full or the computation fails.
    pub fn decode(&mut self, model: &dyn CausalLm, token: u32) -> Result<Vec<f32>> {
        let input = Tensor::from_slice(&[token], (1, 1), model.device())?;
        let logits = model.next(&input, &mut self.cache)?.squeeze(0)?.to_dtype(DType::F32)?.to_vec1()?;
        self.tokens.push(token);
        Ok(logits)
    }

    fn shared(&self, prompt: &[u32]) -> usize {
        self.tokens.iter().zip(prompt).take_while(|(a, b)| a == b).count()
    }
}

/// The last few sequences, so that a prompt that begins like one of them need not be read again.
#[derive(Debug)]
pub struct Sequences {
    /// The latest is last.
    kept: Vec<Sequence>,
    most: usize,
    /// The most tokens of all together, and of each.
    tokens: usize,
}

impl Sequences {
    /// Keeps at most `most` sequences of together at most `tokens` tokens.
    pub fn new(most: usize, tokens: usize) -> Self {
        Self { kept: Vec::new(), most, tokens }
    }

    /// The sequence that shares the longest beginning with `prompt`, cut to it, or a copy if the rest is worth
    /// keeping; else an empty one. It is shorter than the prompt, so that there is something left to read.
    ///
    /// # Errors
    /// If there is no memory for a copy.
    pub fn take(&mut self, model: &dyn CausalLm, prompt: &[u32]) -> Result<Sequence> {
        let shared = |sequence: &Sequence| sequence.shared(prompt).min(prompt.len().saturating_sub(1));
        let best = self.kept.iter().enumerate().map(|(i, s)| (shared(s), i)).max();
        match best {
            Some((n, i)) if n > 0 && self.kept[i].tokens.len() - n <= WORTH_KEEPING => {
                let mut sequence = self.kept.remove(i);
                sequence.truncate(n);
                Ok(sequence)
            }
            Some((n, i)) if n > 0 => self.kept[i].fork(n),
            _ => Ok(Sequence::new(model, self.tokens)),
        }
    }

    /// Keeps a sequence, and forgets the oldest if there are too many.
    pub fn put(&mut self, sequence: Sequence) {
        if sequence.tokens.is_empty() {
            return;
        }
        self.kept.push(sequence);
        let total = |kept: &[Sequence]| kept.iter().map(|s| s.tokens.len()).sum::<usize>();
        while self.kept.len() > self.most || (self.kept.len() > 1 && total(&self.kept) > self.tokens) {
            self.kept.remove(0);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.kept.clear();
    }
}
