//! Text to token ids and back, exactly as the Hugging Face tokenizer of Qwen2 and Qwen3 does it.
//!
//! Two ways to encode: [`Tokenizer::encode`] reads `<|im_start|>`, `<tool_call>` and the like as the single tokens they
//! are, for prompts that a chat template wrote; [`Tokenizer::encode_plain`] reads them as ordinary characters. What
//! people and pages say enters a prompt through the template, which defuses the [`markers`](Tokenizer::markers) in it.

use crate::error::EngineError;
use crate::gguf::Metadata;
use crate::vocabulary::{TokenKind, Vocabulary};
use std::collections::HashMap;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::NFC;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::{AddedToken, Model, OffsetReferential, OffsetType, PreTokenizer};
use tokenizers::{NormalizedString, Normalizer, PreTokenizedString, SplitDelimiterBehavior};

/// The regular expressions that split text before merging, by their names in GGUF.
pub(crate) const PATTERNS: [(&str, &str); 2] = [
    (
        "qwen2",
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ),
    (
        "llama-bpe",
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ),
];

/// Control tokens that end a turn wherever a vocabulary has them.
const TURN_ENDS: [&str; 2] = ["<|im_end|>", "<|endoftext|>"];

/// An error of the tokenizers crate.
pub(crate) fn damaged(error: impl std::fmt::Display) -> EngineError {
    EngineError::Invalid(format!("the tokenizer is damaged: {error}"))
}

/// A tokenizer that is not implemented.
pub(crate) fn unsupported(what: impl std::fmt::Display) -> EngineError {
    EngineError::Unsupported(format!("the tokenizer is not supported: {what}"))
}

/// A byte-level BPE tokenizer.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    parts: Vocabulary,
    /// The bytes of every token one after the other, and where each begins; one more start than tokens.
    bytes: Vec<u8>,
    starts: Vec<usize>,
    eos: Vec<u32>,
}

impl Tokenizer {
    /// Builds a tokenizer from the parts in a model file.
    ///
    /// # Errors
    /// If the pre-tokenizer is unknown, or a merge makes a token that the vocabulary lacks.
    pub fn new(parts: Vocabulary) -> Result<Self, EngineError> {
        let mut vocab = Vocab::default();
        for (id, token) in (0u32..).zip(&parts.tokens) {
            vocab.insert(token.clone(), id);
        }
        if vocab.len() != parts.tokens.len() {
            return Err(damaged("two tokens are spelled alike"));
        }
        let merges = parts.merges.iter().map(|merge| split_merge(merge, &vocab)).collect::<Result<Vec<_>, _>>()?;
        let model = BPE::builder().vocab_and_merges(vocab, merges).build().map_err(damaged)?;
        let mut inner = tokenizers::Tokenizer::new(model);
        set_pre_tokenizer(&mut inner, &parts.pre)?;
        let added = parts.tokens.iter().enumerate().filter_map(|(id, token)| match parts.kind(id) {
            TokenKind::Control => Some(AddedToken::from(token, true).normalized(false)),
            TokenKind::Added => Some(AddedToken::from(token, false).normalized(false)),
            TokenKind::Normal | TokenKind::Unused => None,
        });
        inner.add_tokens(added).map_err(damaged)?;
        let (bytes, starts) = byte_table(&parts);
        let mut tokenizer = Self { inner, bytes, starts, eos: Vec::new(), parts };
        let ends = TURN_ENDS.iter().filter_map(|token| tokenizer.id(token));
        let mut eos: Vec<u32> = tokenizer.parts.eos.into_iter().chain(ends).collect();
        eos.sort_unstable();
        eos.dedup();
        tokenizer.eos = eos;
        Ok(tokenizer)
    }

    /// Builds a tokenizer from a GGUF's metadata.
    ///
    /// # Errors
    /// As [`Vocabulary::from_gguf`] and [`Tokenizer::new`].
    pub fn from_gguf(metadata: &Metadata) -> Result<Self, EngineError> {
        Self::new(Vocabulary::from_gguf(metadata)?)
    }

    /// Builds a tokenizer from `tokenizer.json` and, if there is one, `tokenizer_config.json`.
    ///
    /// # Errors
    /// As [`Vocabulary::from_json`] and [`Tokenizer::new`].
    pub fn from_json(tokenizer: &str, config: Option<&str>) -> Result<Self, EngineError> {
        Self::new(Vocabulary::from_json(tokenizer, config)?)
    }

    /// The ids of a prompt that a chat template wrote: control and added tokens are read as such.
    ///
    /// # Errors
    /// If the tokenizer lacks one of the 256 bytes.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let encoding = self.inner.encode_fast(text, false).map_err(damaged)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The ids of a text in which nothing is a control or added token, whatever it spells.
    ///
    /// # Errors
    /// If the tokenizer lacks one of the 256 bytes.
    pub fn encode_plain(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let mut normalized = NormalizedString::from(text);
        if let Some(normalizer) = self.inner.get_normalizer() {
            normalizer.normalize(&mut normalized).map_err(damaged)?;
        }
        let mut pieces = PreTokenizedString::from(normalized);
        if let Some(pre) = self.inner.get_pre_tokenizer() {
            pre.pre_tokenize(&mut pieces).map_err(damaged)?;
        }
        let model = self.inner.get_model();
        pieces.tokenize(|piece| model.tokenize(piece.get())).map_err(damaged)?;
        let splits = pieces.get_splits(OffsetReferential::Normalized, OffsetType::Byte);
        Ok(splits.into_iter().flat_map(|(_, _, tokens)| tokens.iter().flatten().map(|token| token.id)).collect())
    }

    /// The text of `ids`, control tokens included; bytes that are not UTF-8 become U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|&id| self.bytes(id)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The bytes that token `id` stands for; none for an id outside the vocabulary.
    pub fn bytes(&self, id: u32) -> &[u8] {
        let id = id as usize;
        match (self.starts.get(id), self.starts.get(id + 1)) {
            (Some(&start), Some(&end)) => &self.bytes[start..end],
            _ => &[],
        }
    }

    /// The id of a token as it is written, such as `<think>`.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// The ids that end a turn, ascending.
    pub fn eos_ids(&self) -> &[u32] {
        &self.eos
    }

    /// Tokens in the vocabulary. A model's embedding may have more rows.
    pub fn len(&self) -> usize {
        self.parts.tokens.len()
    }

    /// Whether the vocabulary is empty.
    pub fn is_empty(&self) -> bool {
        self.parts.tokens.is_empty()
    }

    /// The ids below `rows` (the rows of the model's embedding) that no reply may hold: control tokens that do not end
    /// a turn, and rows that stand for nothing.
    pub fn never_sampled(&self, rows: usize) -> Vec<u32> {
        let never = |id: &u32| match self.parts.kind(*id as usize) {
            TokenKind::Control => !self.eos.contains(id),
            TokenKind::Unused => true,
            TokenKind::Normal | TokenKind::Added => *id as usize >= self.len(),
        };
        (0u32..).take(rows).filter(never).collect()
    }

    /// The control and added tokens as they are written: what people and pages must not be able to say.
    pub fn markers(&self) -> Vec<String> {
        let marks = |id: &usize| matches!(self.parts.kind(*id), TokenKind::Control | TokenKind::Added);
        (0..self.len()).filter(marks).map(|id| self.parts.tokens[id].clone()).collect()
    }

    /// The parts that a model file stores.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.parts
    }
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokenizer").field("len", &self.len()).field("pre", &self.parts.pre).finish_non_exhaustive()
    }
}

/// Decodes a reply token by token without ever splitting a character.
#[derive(Debug, Clone, Default)]
pub struct TextStream {
    pending: Vec<u8>,
}

impl TextStream {
    /// Takes one more token and returns the text that is complete with it, which may be empty. The pieces and
    /// [`finish`](Self::finish) together are what [`Tokenizer::decode`] makes of the ids.
    pub fn push(&mut self, tokenizer: &Tokenizer, id: u32) -> String {
        self.pending.extend_from_slice(tokenizer.bytes(id));
        let mut text = String::new();
        let mut taken = 0;
        for chunk in self.pending.utf8_chunks() {
            text.push_str(chunk.valid());
            taken += chunk.valid().len();
            let ends_early = taken + chunk.invalid().len() == self.pending.len()
                && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            if ends_early {
                break;
            }
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                taken += chunk.invalid().len();
            }
        }
        self.pending.drain(..taken);
        text
    }

    /// What is left when the reply ends: nothing, or U+FFFD for half a character.
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.pending).into_owned()
    }
}

pub(crate) fn set_pre_tokenizer(inner: &mut tokenizers::Tokenizer, name: &str) -> Result<(), EngineError> {
    let name = match name {
        "qwen2" | "default" | "deepseek-r1-qwen" => "qwen2",
        "llama-bpe" | "llama3" | "llama-v3" => "llama-bpe",
        "gpt-2" => {
            inner.with_pre_tokenizer(Some(ByteLevel::new(false, false, true)));
            return Ok(());
        }
        other => return Err(unsupported(format!("the pre-tokenizer {other}"))),
    };
    if name == "qwen2" {
        inner.with_normalizer(Some(NFC)).map_err(damaged)?;
    }
    let pattern = PATTERNS.iter().find(|(known, _)| *known == name).map_or("", |(_, pattern)| pattern);
    let split =
        Split::new(SplitPattern::Regex(pattern.into()), SplitDelimiterBehavior::Isolated, false).map_err(damaged)?;
    let bytes = ByteLevel::new(false, false, false);
    inner.with_pre_tokenizer(Some(Sequence::new(vec![
        PreTokenizerWrapper::Split(split),
        PreTokenizerWrapper::ByteLevel(bytes),
    ])));
    Ok(())
}

/// The two halves of a merge. They and what they make must be tokens: the model does not check this before it relies on it.
fn split_merge(merge: &str, vocab: &Vocab) -> Result<(String, String), EngineError> {
    let halves = merge.split_once(' ');
    let known = |token: &str| vocab.contains_key(token);
    match halves.filter(|(left, right)| known(left) && known(right) && known(&format!("{left}{right}"))) {
        Some((left, right)) => Ok((left.to_owned(), right.to_owned())),
        None => Err(damaged(format!("the merge {merge:?} makes no token"))),
    }
}

fn byte_table(parts: &Vocabulary) -> (Vec<u8>, Vec<usize>) {
    let alphabet = byte_alphabet();
    let mut bytes = Vec::with_capacity(parts.tokens.len() * 8);
    let mut starts = Vec::with_capacity(parts.tokens.len() + 1);
    starts.push(0);
    for (id, token) in parts.tokens.iter().enumerate() {
        match parts.kind(id) {
            TokenKind::Normal => {
                for char in token.chars() {
                    match alphabet.get(&char) {
                        Some(&byte) => bytes.push(byte),
                        None => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
                    }
                }
            }
            TokenKind::Control | TokenKind::Added => bytes.extend_from_slice(token.as_bytes()),
            TokenKind::Unused => {}
        }
        starts.push(bytes.len());
    }
    (bytes, starts)
}

/// GPT-2's alphabet of 256 printable characters, one for each byte: printable Latin-1 stands for itself, every other
/// byte for the next character from U+0100 on.
fn byte_alphabet() -> HashMap<char, u8> {
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let others = (0..=u8::MAX).filter(|byte| !printable(byte));
    let shifted = others.zip('\u{100}'..).map(|(byte, char)| (char, byte));
    (0..=u8::MAX).filter(printable).map(|byte| (char::from(byte), byte)).chain(shifted).collect()
}

#[cfg(test)]
mod tests;
