//! A model on disk: its numbers, weights, tokenizer and chat template, from one GGUF file or one directory.

use crate::config::Config;
use crate::device::{NoDevice, Selected};
use crate::error::{EngineError, invalid};
use crate::gguf::{Gguf, GgufWeights, Metadata, Value};
use crate::linear::Linear;
use crate::qwen3::{Qwen3, Weights};
use crate::safetensors::{DirWeights, ModelDir};
use crate::template::{self, ChatTemplate};
use crate::tokenizer::Tokenizer;
use crate::vocabulary::Vocabulary;
use candle_core::{DType, Device, Tensor};
use std::collections::HashMap;
use std::path::Path;

/// Where a GGUF file says how its model came to be.
pub const DESCRIPTION: &str = "general.description";
/// Where a GGUF file names the licence of its model.
pub const LICENSE: &str = "general.license";

/// An opened model whose headers are sound.
pub struct ModelFile {
    source: Source,
    config: Config,
    name: String,
}

enum Source {
    Gguf(Gguf),
    Dir(ModelDir),
}

/// What there is to know about a model before it runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelInfo {
    /// The name that the file gives, or the file's own.
    pub name: String,
    /// The architecture.
    pub architecture: String,
    /// Parameters.
    pub parameters: u64,
    /// Transformer blocks.
    pub layers: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// The most tokens of a sequence.
    pub context: usize,
    /// How most of the weights are stored, such as `Q4_K` or `BF16`.
    pub quantisation: String,
    /// Bytes of the weights' files.
    pub file_size: u64,
    /// Tokens of the tokenizer.
    pub tokens: usize,
    /// Whether the model brings its own chat template; else Qwen3's is used.
    pub has_template: bool,
    /// The device that the model runs on.
    pub device: String,
    /// Why it is not another one.
    pub device_reason: Option<NoDevice>,
}

impl ModelFile {
    /// Opens a `.gguf` file, or a directory with `config.json` and safetensors.
    ///
    /// # Errors
    /// If something cannot be read, is not sound or is not supported.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        if path.is_dir() {
            let dir = ModelDir::open(path)?;
            let config = Config::from_json(&dir.config()?)?;
            return Ok(Self { source: Source::Dir(dir), config, name: stem });
        }
        let file = Gguf::open(path)?;
        let config = Config::from_gguf(&file)?;
        let name = file.metadata().text("general.name").map_or(stem, str::to_owned);
        Ok(Self { source: Source::Gguf(file), config, name })
    }

    /// The name that the file gives, or the file's own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file says of how the model came to be, if it does.
    pub fn description(&self) -> Option<&str> {
        self.text(DESCRIPTION)
    }

    /// The licence that the file names, if it does.
    pub fn license(&self) -> Option<&str> {
        self.text(LICENSE)
    }

    fn text(&self, key: &str) -> Option<&str> {
        match &self.source {
            Source::Gguf(file) => file.metadata().text(key),
            Source::Dir(_) => None,
        }
    }

    /// The model's numbers.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Loads the weights.
    ///
    /// # Errors
    /// If a tensor is missing, has another shape or cannot be read.
    pub fn load(&self, selected: &Selected) -> Result<Qwen3, EngineError> {
        let device = &selected.device;
        match &self.source {
            Source::Gguf(file) => Qwen3::new(self.config.clone(), &GgufWeights { file, device }),
            Source::Dir(dir) => Qwen3::new(self.config.clone(), &DirWeights { dir, dtype: selected.dtype(), device }),
        }
    }

    /// Every parameter by Hugging Face name, as f32 on the CPU: what training goes on from.
    ///
    /// # Errors
    /// As [`ModelFile::load`].
    pub fn parameters(&self) -> Result<HashMap<String, Tensor>, EngineError> {
        let device = &Device::Cpu;
        match &self.source {
            Source::Gguf(file) => plain(&self.config, &GgufWeights { file, device }),
            Source::Dir(dir) => plain(&self.config, &DirWeights { dir, dtype: DType::F32, device }),
        }
    }

    /// The tokenizer.
    ///
    /// # Errors
    /// If the model brings none, or one that is damaged or not supported.
    pub fn tokenizer(&self) -> Result<Tokenizer, EngineError> {
        let vocabulary = match &self.source {
            Source::Gguf(file) => Vocabulary::from_gguf(file.metadata())?,
            Source::Dir(dir) => {
                let Some(tokenizer) = dir.text("tokenizer.json")? else { invalid!("the model has no tokenizer.json") };
                Vocabulary::from_json(&tokenizer, dir.text("tokenizer_config.json")?.as_deref())?
            }
        };
        if vocabulary.tokens.len() > self.config.vocab_size {
            invalid!(
                "the tokenizer has {} tokens, the model's embedding only {}",
                vocabulary.tokens.len(),
                self.config.vocab_size
            );
        }
        Tokenizer::new(vocabulary)
    }

    /// The chat template's source, if the model brings one.
    ///
    /// # Errors
    /// If a file that should hold it cannot be read.
    pub fn template(&self) -> Result<Option<String>, EngineError> {
        match &self.source {
            Source::Gguf(file) => Ok(file.metadata().text("tokenizer.chat_template").map(str::to_owned)),
            Source::Dir(dir) => match dir.text("chat_template.jinja")? {
                Some(source) => Ok(Some(source)),
                None => Ok(dir.text("tokenizer_config.json")?.and_then(|config| template::source_of_config(&config))),
            },
        }
    }

    /// The chat template: the model's own, or Qwen3's.
    ///
    /// # Errors
    /// If the model's own is no Jinja.
    pub fn chat_template(&self, tokenizer: &Tokenizer) -> Result<ChatTemplate, EngineError> {
        let source = self.template()?;
        let template = ChatTemplate::new(source.as_deref().unwrap_or(template::QWEN3), tokenizer.markers())?;
        let parts = tokenizer.vocabulary();
        let token = |id: Option<u32>| id.and_then(|id| parts.tokens.get(id as usize)).map_or("", String::as_str);
        Ok(template.with_tokens(token(parts.bos), token(parts.eos)))
    }

    /// What there is to know about the model, on `selected`.
    ///
    /// # Errors
    /// As [`ModelFile::tokenizer`] and [`ModelFile::template`].
    pub fn info(&self, selected: &Selected) -> Result<ModelInfo, EngineError> {
        let (quantisation, file_size) = match &self.source {
            Source::Gguf(file) => (file.main_type().map_or(String::new(), |kind| kind.to_string()), file.size()),
            Source::Dir(dir) => (dir.main_type(), dir.size()),
        };
        Ok(ModelInfo {
            name: self.name.clone(),
            architecture: "qwen3".into(),
            parameters: self.config.parameter_count(),
            layers: self.config.layers,
            hidden_size: self.config.hidden_size,
            context: self.config.context,
            quantisation,
            file_size,
            tokens: self.tokenizer()?.len(),
            has_template: self.template()?.is_some(),
            device: selected.to_string(),
            device_reason: selected.reason.clone(),
        })
    }
}

fn plain(config: &Config, weights: &impl Weights) -> Result<HashMap<String, Tensor>, EngineError> {
    let load = |(name, shape): (String, Vec<usize>)| {
        let tensor = match shape[..] {
            [out, width] => match weights.matrix(&name, out, width)? {
                Linear::Plain(tensor) => tensor,
                Linear::Quantized(tensor) => tensor.dequantize(&Device::Cpu)?,
            },
            _ => weights.vector(&name, shape.iter().product())?,
        };
        Ok((name, tensor.to_dtype(DType::F32)?))
    };
    config.parameters().into_iter().map(load).collect()
}

/// The metadata of a GGUF model that [`save_gguf`](crate::gguf::save_gguf) writes: numbers, tokenizer, template and
/// name, as [`ModelFile`] and llama.cpp read them.
pub fn model_metadata(config: &Config, vocabulary: &Vocabulary, template: &str, name: &str) -> Metadata {
    let mut metadata = config.to_gguf();
    let mut insert = |key: &str, value| _ = metadata.insert(key, value);
    insert("general.name", Value::Text(name.into()));
    insert("general.quantization_version", Value::Unsigned(2));
    insert("tokenizer.ggml.add_bos_token", Value::Bool(false));
    insert("tokenizer.chat_template", Value::Text(template.into()));
    vocabulary.write_gguf(&mut metadata);
    metadata
}
