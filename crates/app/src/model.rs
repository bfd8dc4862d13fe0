//! The model of an app: which one, how it is loaded, and what suits it.

use crate::data::DataDir;
use crate::error::{ApiError, ErrorCode};
use crate::settings::{LONGEST_CONTEXT, Settings};
use futures::stream::BoxStream;
use lucy_engine::device::Selected;
use lucy_engine::{DeviceChoice, Engine, EngineOptions, ModelFile};
use lucy_protocol::{CancellationToken, Delta, LanguageModel, ModelError, ModelRequest};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The model that Lucy brings along.
const BUNDLED: &[u8] = include_bytes!("../../../assets/models/lucy-pocket.gguf");

/// The name under which the bundled model is unpacked.
const BUNDLED_FILE: &str = "lucy-pocket.gguf";

/// Which model is to be run, and where.
#[derive(Debug, Clone, Default)]
pub struct ModelChoice {
    /// A `.gguf` file or a folder with safetensors; none is the bundled model.
    pub path: Option<PathBuf>,
    /// The processor.
    pub device: DeviceChoice,
}

/// What there is to know about a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// How most of the weights are stored.
    pub quantisation: String,
    /// Bytes of the files.
    pub file_size: u64,
    /// Tokens of the tokenizer.
    pub tokens: usize,
    /// Whether it brings its own chat template.
    pub has_template: bool,
    /// The device that it runs on.
    pub device: String,
    /// Why it is not another one.
    pub device_reason: Option<String>,
}

impl From<lucy_engine::ModelInfo> for ModelInfo {
    fn from(info: lucy_engine::ModelInfo) -> Self {
        Self {
            name: info.name,
            architecture: info.architecture,
            parameters: info.parameters,
            layers: info.layers,
            hidden_size: info.hidden_size,
            context: info.context,
            quantisation: info.quantisation,
            file_size: info.file_size,
            tokens: info.tokens,
            has_template: info.has_template,
            device: info.device,
            device_reason: info.device_reason,
        }
    }
}

/// A loaded model with what suits it.
pub struct Model {
    pub(crate) engine: Engine,
    /// What there is to know about it.
    pub info: ModelInfo,
    /// What suits it.
    pub settings: Settings,
    /// How long loading took.
    pub load_time: Duration,
}

impl Model {
    /// Loads the chosen model. Blocks for as long as reading the weights takes.
    ///
    /// # Errors
    /// If there is no such model, or it cannot be run.
    pub fn load(choice: &ModelChoice, data: &DataDir) -> Result<Self, ApiError> {
        let path = match &choice.path {
            Some(path) => path.clone(),
            None => bundled(data)?,
        };
        let begun = std::time::Instant::now();
        let options = EngineOptions { device: choice.device, context: Some(LONGEST_CONTEXT) };
        let engine = Engine::load(&path, &options)?;
        let info = ModelInfo::from(engine.info().clone());
        let settings = Settings::of(info.context);
        Ok(Self { engine, info, settings, load_time: begun.elapsed() })
    }

    /// What there is to know about the model at `path`, or about the bundled one, without loading its weights.
    ///
    /// # Errors
    /// If there is no such model, or it cannot be run.
    pub fn inspect(choice: &ModelChoice, data: &DataDir) -> Result<ModelInfo, ApiError> {
        let path = match &choice.path {
            Some(path) => path.clone(),
            None => bundled(data)?,
        };
        inspect(&path, choice.device)
    }
}

fn inspect(path: &Path, device: DeviceChoice) -> Result<ModelInfo, ApiError> {
    Ok(ModelFile::open(path)?.info(&Selected::new(device))?.into())
}

/// The bundled model as a file.
fn bundled(data: &DataDir) -> Result<PathBuf, ApiError> {
    data.unpacked(BUNDLED_FILE, BUNDLED)
}

impl LanguageModel for Model {
    /// As the engine, but no reply is longer than suits the model.
    fn generate(
        &self,
        mut request: ModelRequest,
        cancel: CancellationToken,
    ) -> BoxStream<'static, Result<Delta, ModelError>> {
        request.max_tokens = request.max_tokens.min(self.settings.reply_tokens);
        self.engine.generate(request, cancel)
    }
}

/// A model that is loaded when it is first needed.
pub(crate) struct LazyModel {
    pub choice: ModelChoice,
    pub data: DataDir,
    loaded: tokio::sync::OnceCell<Arc<Model>>,
}

impl LazyModel {
    pub fn new(choice: ModelChoice, data: DataDir) -> Self {
        Self { choice, data, loaded: tokio::sync::OnceCell::new() }
    }

    /// The model.
    pub async fn get(&self) -> Result<Arc<Model>, ApiError> {
        let load = || async {
            let (choice, data) = (self.choice.clone(), self.data.clone());
            let load = tokio::task::spawn_blocking(move || Model::load(&choice, &data));
            let model = load.await.map_err(|error| ApiError::new(ErrorCode::Model, error.to_string()))??;
            Ok(Arc::new(model))
        };
        self.loaded.get_or_try_init(load).await.cloned()
    }
}
