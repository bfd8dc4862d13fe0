//! The engine: one thread that owns a model and answers requests one after the other.

use crate::device::{DeviceChoice, Selected};
use crate::error::EngineError;
use crate::generate::Worker;
use crate::model_file::{ModelFile, ModelInfo};
use crate::qwen3::CausalLm;
use crate::template::ChatTemplate;
use crate::tokenizer::Tokenizer;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use lucy_protocol::{CancellationToken, Delta, LanguageModel, ModelError, ModelRequest};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, mpsc as std_mpsc};
use std::thread::{Builder, JoinHandle};
use tokio::sync::mpsc;

/// Requests that may wait for the model.
const WAITING_REQUESTS: usize = 16;
/// Deltas that may wait for their reader; a slow reader slows the model down.
const WAITING_DELTAS: usize = 64;

/// How a model is to be run.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// Where.
    pub device: DeviceChoice,
    /// The most tokens of a sequence, if fewer than the model allows.
    pub context: Option<usize>,
}

/// A loaded model that continues conversations.
#[derive(Debug)]
pub struct Engine {
    jobs: Option<mpsc::Sender<Job>>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
    info: ModelInfo,
    tokenizer: Arc<Tokenizer>,
    template: Arc<ChatTemplate>,
}

/// What the thread is asked to do.
enum Job {
    Generate(ModelRequest, CancellationToken, mpsc::Sender<Result<Delta, ModelError>>),
    Run(Work),
}

type Work = Box<dyn FnOnce(&dyn CausalLm) + Send>;

/// A model with what belongs to it.
struct Loaded {
    model: Box<dyn CausalLm>,
    info: ModelInfo,
    tokenizer: Arc<Tokenizer>,
    template: Arc<ChatTemplate>,
}

impl Engine {
    /// Loads a `.gguf` file or a directory with `config.json` and safetensors. Takes as long as reading the weights.
    ///
    /// # Errors
    /// If the files cannot be read, are not sound or are not supported.
    pub fn load(path: impl AsRef<Path>, options: &EngineOptions) -> Result<Self, EngineError> {
        let (path, device) = (path.as_ref().to_owned(), options.device);
        Self::start(move || load(&path, device), options.clone())
    }

    /// Starts the thread, which first gets its model from `load`.
    fn start(
        load: impl FnOnce() -> Result<Loaded, EngineError> + Send + 'static,
        options: EngineOptions,
    ) -> Result<Self, EngineError> {
        let (report, loaded) = std_mpsc::sync_channel(1);
        let (jobs, inbox) = mpsc::channel(WAITING_REQUESTS);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let work = move || match load() {
            Ok(Loaded { model, info, tokenizer, template }) => {
                let worker = Worker::new(model, tokenizer.clone(), template.clone(), &options, stopped);
                if report.send(Ok((info, tokenizer, template))).is_ok() {
                    serve(worker, inbox);
                }
            }
            Err(error) => _ = report.send(Err(error)),
        };
        let thread = Builder::new()
            .name("model".into())
            .spawn(work)
            .map_err(|error| EngineError::Invalid(format!("no thread for the model: {error}")))?;
        match loaded.recv() {
            Ok(Ok((info, tokenizer, template))) => {
                Ok(Self { jobs: Some(jobs), stop, thread: Some(thread), info, tokenizer, template })
            }
            Ok(Err(error)) => Err(error),
            Err(_) => {
                let panic = thread.join().err().map_or(String::new(), |panic| panic_text(&*panic));
                Err(EngineError::Invalid(format!("the model could not be loaded: {panic}")))
            }
        }
    }

    /// What there is to know about the model.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Arc<Tokenizer> {
        &self.tokenizer
    }

    /// The chat template.
    pub fn template(&self) -> &Arc<ChatTemplate> {
        &self.template
    }

    /// Runs `work` on the model's thread, after the requests before it, and waits for its result: for measuring, and
    /// for everything else that works on token ids. Not for use inside an async task, which it would block.
    ///
    /// # Errors
    /// If `work` panics or the thread has ended.
    pub fn with_model<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn CausalLm) -> T + Send + 'static,
    ) -> Result<T, ModelError> {
        let (reply, result) = std_mpsc::sync_channel(1);
        let job = Job::Run(Box::new(move |model| {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(model)));
            _ = reply.send(outcome.map_err(|panic| stopped(&*panic)));
        }));
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        jobs.blocking_send(job).map_err(|_| ended())?;
        result.recv().map_err(|_| ended())?
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop.cancel();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

impl LanguageModel for Engine {
    fn generate(
        &self,
        request: ModelRequest,
        cancel: CancellationToken,
    ) -> BoxStream<'static, Result<Delta, ModelError>> {
        let (deltas, inbox) = mpsc::channel(WAITING_DELTAS);
        let jobs = self.jobs.as_ref().map(mpsc::Sender::downgrade);
        let start = async move {
            let job = Job::Generate(request, cancel, deltas);
            let jobs = jobs.and_then(|jobs| jobs.upgrade());
            let sent = match jobs {
                Some(jobs) => jobs.send(job).await.is_ok(),
                None => false,
            };
            let failure = stream::iter((!sent).then(|| Err(ended())));
            let deltas = stream::unfold(inbox, |mut inbox| async move { Some((inbox.recv().await?, inbox)) });
            failure.chain(deltas)
        };
        stream::once(start).flatten().boxed()
    }
}

fn load(path: &Path, device: DeviceChoice) -> Result<Loaded, EngineError> {
    let selected = Selected::new(device);
    let file = ModelFile::open(path)?;
    let tokenizer = Arc::new(file.tokenizer()?);
    let template = Arc::new(file.chat_template(&tokenizer)?);
    let info = file.info(&selected)?;
    Ok(Loaded { model: Box::new(file.load(&selected)?), info, tokenizer, template })
}

/// Answers jobs until the engine is dropped. A panic ends its job, not the thread.
fn serve(mut worker: Worker, mut jobs: mpsc::Receiver<Job>) {
    while let Some(job) = jobs.blocking_recv() {
        match job {
            Job::Run(work) => work(worker.model()),
            Job::Generate(request, cancel, deltas) => {
                let outcome = catch_unwind(AssertUnwindSafe(|| worker.generate(&request, &cancel, &deltas)));
                let failure = match outcome {
                    Ok(Ok(())) => None,
                    Ok(Err(error)) => Some(error),
                    Err(panic) => {
                        worker.forget();
                        Some(stopped(&*panic))
                    }
                };
                if let Some(error) = failure {
                    _ = deltas.blocking_send(Err(error));
                }
            }
        }
    }
}

fn stopped(panic: &(dyn Any + Send)) -> ModelError {
    ModelError::Failed(format!("the model stopped working: {}", panic_text(panic)))
}

fn ended() -> ModelError {
    ModelError::Failed("the model has been unloaded".into())
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".into())
}

#[cfg(test)]
mod tests;
