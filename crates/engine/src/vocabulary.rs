//! The parts of a byte-level BPE tokenizer as model files store them: tokens, merges, kinds and the name of the
//! pre-tokenizer; where they come from (GGUF, `tokenizer.json`, training) and how they go back into a GGUF.

use crate::error::EngineError;
use crate::gguf::{self, Metadata};
use crate::tokenizer::{PATTERNS, damaged, set_pre_tokenizer, unsupported};
use serde_json::Value;
use std::collections::HashMap;
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;

/// What a token is: the numbers are those of GGUF's `tokenizer.ggml.token_type`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(i32)]
pub enum TokenKind {
    /// Ordinary text, spelled in the byte-level alphabet.
    #[default]
    Normal = 1,
    /// A control token such as `<|im_end|>`: never a part of what is said.
    Control = 3,
    /// An added token such as `<tool_call>`, which appears in decoded text.
    Added = 4,
    /// A row of the embedding that stands for nothing.
    Unused = 5,
}

impl TokenKind {
    fn from_gguf(number: i32) -> Self {
        match number {
            3 => Self::Control,
            4 => Self::Added,
            5 => Self::Unused,
            _ => Self::Normal,
        }
    }
}

/// The parts of a byte-level BPE tokenizer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    /// Every token by id: normal ones in the byte-level alphabet (`Ġ` is a space), others as they are written.
    pub tokens: Vec<String>,
    /// The kind of every token; shorter than `tokens` if the rest are normal.
    pub kinds: Vec<TokenKind>,
    /// The merges by rank, each `left right`.
    pub merges: Vec<String>,
    /// The pre-tokenizer's name in GGUF: `qwen2`, `gpt-2`, `llama-bpe`.
    pub pre: String,
    /// The token that opens a text, if the model has one.
    pub bos: Option<u32>,
    /// The token that ends a turn, if the file names one.
    pub eos: Option<u32>,
}

impl Vocabulary {
    /// The parts in a GGUF's metadata. `types` are the numbers of `tokenizer.ggml.token_type`; an empty list makes
    /// every token normal. Older converters call the padding of the vocabulary (`[PAD151646]`) added tokens; it is unused.
    pub fn from_gguf_parts(tokens: Vec<String>, merges: Vec<String>, types: &[i32], pre: Option<&str>) -> Self {
        let kind = |(id, (&number, token)): (usize, (&i32, &String))| match TokenKind::from_gguf(number) {
            TokenKind::Added if *token == format!("[PAD{id}]") => TokenKind::Unused,
            kind => kind,
        };
        let kinds = types.iter().zip(&tokens).enumerate().map(kind).collect();
        Self { tokens, kinds, merges, pre: pre.unwrap_or("qwen2").into(), bos: None, eos: None }
    }

    /// The parts in a GGUF.
    ///
    /// # Errors
    /// If the file holds no byte-level BPE tokenizer.
    pub fn from_gguf(metadata: &Metadata) -> Result<Self, EngineError> {
        match metadata.text("tokenizer.ggml.model") {
            Some("gpt2") => {}
            Some(other) => return Err(unsupported(format!("a model of type {other}"))),
            None => return Err(damaged("the file has none")),
        }
        let texts = |key: &str| metadata.texts(key).map(<[String]>::to_vec);
        let tokens = texts("tokenizer.ggml.tokens").ok_or_else(|| damaged("it has no tokens"))?;
        let merges = texts("tokenizer.ggml.merges").unwrap_or_default();
        let types = metadata.integers("tokenizer.ggml.token_type").unwrap_or_default();
        let types: Vec<i32> = types.iter().map(|&number| i32::try_from(number).unwrap_or_default()).collect();
        let id = |key: &str| u32::try_from(metadata.number(key)?).ok();
        let mut parts = Self::from_gguf_parts(tokens, merges, &types, metadata.text("tokenizer.ggml.pre"));
        parts.bos = id("tokenizer.ggml.bos_token_id");
        parts.eos = id("tokenizer.ggml.eos_token_id");
        Ok(parts)
    }

    /// Puts the parts into the metadata of a GGUF.
    pub fn write_gguf(&self, metadata: &mut Metadata) {
        let mut set = |key: &str, value| metadata.insert(format!("tokenizer.ggml.{key}"), value);
        set("model", gguf::Value::Text("gpt2".into()));
        set("pre", gguf::Value::Text(self.pre.clone()));
        set("tokens", gguf::Value::Texts(self.tokens.clone()));
        set("token_type", gguf::Value::Integers(self.gguf_types().into_iter().map(i64::from).collect()));
        set("merges", gguf::Value::Texts(self.merges.clone()));
        if let Some(bos) = self.bos {
            set("bos_token_id", gguf::Value::Unsigned(bos.into()));
        }
        if let Some(eos) = self.eos {
            set("eos_token_id", gguf::Value::Unsigned(eos.into()));
        }
    }

    /// The numbers of `tokenizer.ggml.token_type`, one for each token.
    pub fn gguf_types(&self) -> Vec<i32> {
        (0..self.tokens.len()).map(|id| self.kind(id) as i32).collect()
    }

    /// The kind of token `id`.
    pub fn kind(&self, id: usize) -> TokenKind {
        self.kinds.get(id).copied().unwrap_or_default()
    }

    /// The parts in a `tokenizer.json`, and the ids that a `tokenizer_config.json` names.
    ///
    /// # Errors
    /// If the text is not such JSON, or the tokenizer is not byte-level BPE.
    pub fn from_json(tokenizer: &str, config: Option<&str>) -> Result<Self, EngineError> {
        let json: Value = serde_json::from_str(tokenizer).map_err(damaged)?;
        if json["model"]["type"].as_str().is_some_and(|kind| kind != "BPE") || !json["model"]["vocab"].is_object() {
            return Err(unsupported(format!("a model of type {}", json["model"]["type"])));
        }
        let added = added_tokens(&json);
        let size = added.iter().map(|(_, id, _)| id + 1).chain(vocab(&json).map(|(_, id)| id + 1)).max().unwrap_or(0);
        // Ids are dense in every real file; a hostile one must not make us allocate four billion strings.
        let listed = added.len() + json["model"]["vocab"].as_object().map_or(0, serde_json::Map::len);
        if size > listed.saturating_mul(2) + 4096 {
            return Err(unsupported(format!("{listed} tokens with ids up to {size}")));
        }
        let mut parts =
            Self { tokens: vec![String::new(); size], kinds: vec![TokenKind::Unused; size], ..Self::default() };
        for (token, id) in vocab(&json) {
            parts.tokens[id] = token.to_owned();
            parts.kinds[id] = TokenKind::Normal;
        }
        for (token, id, special) in added {
            parts.kinds[id] = if special { TokenKind::Control } else { TokenKind::Added };
            parts.tokens[id] = token;
        }
        for (id, token) in parts.tokens.iter_mut().enumerate().filter(|(_, token)| token.is_empty()) {
            *token = format!("[UNUSED{id}]");
        }
        parts.merges = json["model"]["merges"].as_array().into_iter().flatten().filter_map(merge).collect();
        parts.pre = pre_of_json(&json)?;
        if let Some(config) = config {
            let config: Value = serde_json::from_str(config).map_err(damaged)?;
            parts.bos = parts.named(&config["bos_token"]);
            parts.eos = parts.named(&config["eos_token"]);
        }
        Ok(parts)
    }

    /// Trains merges on `texts` until the vocabulary, with the added tokens at its end, has `size` entries. Text is
    /// split as Qwen2's tokenizer splits it.
    ///
    /// # Errors
    /// If the trainer fails.
    pub fn train<'a>(
        texts: impl Iterator<Item = &'a str> + Send,
        size: usize,
        added: &[(&str, TokenKind)],
    ) -> Result<Self, EngineError> {
        let trainer = BpeTrainer::builder()
            .vocab_size(size.saturating_sub(added.len()))
            .min_frequency(2)
            .show_progress(false)
            .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
            .build();
        let mut inner = tokenizers::Tokenizer::new(BPE::default());
        set_pre_tokenizer(&mut inner, "qwen2")?;
        inner.train(&mut TrainerWrapper::from(trainer), texts).map_err(damaged)?;
        let json = inner.to_string(false).map_err(damaged)?;
        let mut parts = Self::from_json(&json, None)?;
        for (token, kind) in added {
            parts.tokens.push((*token).to_owned());
            parts.kinds.push(*kind);
        }
        Ok(parts)
    }

    fn named(&self, value: &Value) -> Option<u32> {
        let name = value.as_str().or_else(|| value["content"].as_str())?;
        let id = self.tokens.iter().position(|token| token == name)?;
        u32::try_from(id).ok()
    }
}

fn vocab(json: &Value) -> impl Iterator<Item = (&str, usize)> {
    let entries = json["model"]["vocab"].as_object().into_iter().flatten();
    entries.filter_map(|(token, id)| Some((token.as_str(), usize::try_from(id.as_u64()?).ok()?)))
}

fn added_tokens(json: &Value) -> Vec<(String, usize, bool)> {
    let entries = json["added_tokens"].as_array().into_iter().flatten();
    entries
        .filter_map(|token| {
            let id = usize::try_from(token["id"].as_u64()?).ok()?;
            Some((token["content"].as_str()?.to_owned(), id, token["special"].as_bool().unwrap_or(false)))
        })
        .collect()
}

/// A merge is `"left right"` in older files and `["left", "right"]` in newer ones.
fn merge(value: &Value) -> Option<String> {
    match value {
        Value::String(merge) => Some(merge.clone()),
        Value::Array(pair) => Some(format!("{} {}", pair.first()?.as_str()?, pair.get(1)?.as_str()?)),
        _ => None,
    }
}

/// The name of the pre-tokenizer, by the regular expressions in it.
fn pre_of_json(json: &Value) -> Result<String, EngineError> {
    let text = json["pre_tokenizer"].to_string();
    if !text.contains("ByteLevel") {
        return Err(unsupported("a tokenizer that is not byte-level"));
    }
    let known: HashMap<String, &str> =
        PATTERNS.iter().map(|(name, pattern)| (Value::from(*pattern).to_string(), *name)).collect();
    match known.iter().find(|(pattern, _)| text.contains(*pattern)) {
        Some((_, name)) => Ok((*name).to_owned()),
        None if text.contains("Split") => Err(unsupported("an unknown pre-tokenizer")),
        None => Ok("gpt-2".into()),
    }
}
