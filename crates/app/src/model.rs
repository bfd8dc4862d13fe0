//! The model of an app: which one, how it is loaded, and what suits it.

use crate::api::{DeviceReason, UiSettings};
use crate::data::DataDir;
use crate::error::{ApiError, ErrorCode};
use crate::settings::{LONGEST_CONTEXT, Settings};
use futures::stream::BoxStream;
use lucy_engine::device::Selected;
use lucy_engine::{DeviceChoice, Engine, EngineOptions, ModelFile};
use lucy_protocol::{CancellationToken, Delta, LanguageModel, ModelError, ModelRequest};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use ts_rs::TS;

/// The model that Lucy brings along.
const BUNDLED: &[u8] = include_bytes!("../../../assets/models/lucy-pocket.gguf");

/// The name under which the bundled model is unpacked.
const BUNDLED_FILE: &str = "lucy-pocket.gguf";

/// Which model is to be run, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelChoice {
    /// A `.gguf` file or a folder with safetensors; none is the bundled model.
    pub path: Option<PathBuf>,
    /// The processor.
    pub device: DeviceChoice,
}

/// What there is to know about a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelInfo {
    /// The name that the file gives, or the file's own.
    pub name: String,
    /// Where it is; none is the bundled one.
    #[serde(default)]
    #[ts(as = "Option<String>")]
    pub path: Option<PathBuf>,
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
    pub device_reason: Option<DeviceReason>,
}

impl From<lucy_engine::ModelInfo> for ModelInfo {
    fn from(info: lucy_engine::ModelInfo) -> Self {
        Self {
            name: info.name,
            path: None,
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
            device_reason: info.device_reason.map(DeviceReason::from),
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
        let info = ModelInfo { path: choice.path.clone(), ..ModelInfo::from(engine.info().clone()) };
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
        Ok(ModelInfo { path: choice.path.clone(), ..inspect(&path, choice.device)? })
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

/// The model of an app, which is loaded when it is first needed and again when another one is chosen. Runs that go on
/// keep the one that they began with.
pub(crate) struct Models {
    data: DataDir,
    /// What the app was opened with; it goes before the settings.
    fixed: Mutex<ModelChoice>,
    loaded: tokio::sync::Mutex<Option<(ModelChoice, Arc<Model>)>>,
}

impl Models {
    pub fn new(fixed: ModelChoice, data: DataDir) -> Self {
        Self { data, fixed: Mutex::new(fixed), loaded: tokio::sync::Mutex::default() }
    }

    /// Which model is to be run now.
    pub fn choice(&self, settings: &UiSettings) -> ModelChoice {
        let fixed = self.fixed();
        let device = if fixed.device == DeviceChoice::Auto { settings.device.into() } else { fixed.device };
        ModelChoice { path: fixed.path.clone().or_else(|| settings.model.clone()), device }
    }

    /// From now on the settings alone decide: the person has just changed them.
    pub fn follow_settings(&self) {
        *self.fixed() = ModelChoice::default();
    }

    /// The model, which is loaded if it is not yet.
    pub async fn get(&self, choice: &ModelChoice) -> Result<Arc<Model>, ApiError> {
        let mut loaded = self.loaded.lock().await;
        if let Some((_, model)) = loaded.as_ref().filter(|(other, _)| other == choice) {
            return Ok(model.clone());
        }
        // The memory of the old one is free before the new one is read, unless a run still uses it.
        *loaded = None;
        let (wanted, data) = (choice.clone(), self.data.clone());
        let model = blocking(move || Model::load(&wanted, &data)).await?;
        let model = Arc::new(model);
        *loaded = Some((choice.clone(), model.clone()));
        Ok(model)
    }

    /// What the header of a model says; none is the bundled one.
    pub async fn check(&self, path: Option<&Path>) -> Result<ModelInfo, ApiError> {
        let (path, data) = (path.map(Path::to_path_buf), self.data.clone());
        blocking(move || Model::inspect(&ModelChoice { path, device: DeviceChoice::Cpu }, &data)).await
    }

    fn fixed(&self) -> MutexGuard<'_, ModelChoice> {
        self.fixed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ApiError::new(ErrorCode::Model, error.to_string()))?
}
