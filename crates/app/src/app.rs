//! The app and its requests.

use crate::api::{Ask, Folder, Indexed, Request, Response, RunSummary, RunUpdate};
use crate::clock::Clock;
use crate::data::DataDir;
use crate::error::{ApiError, ErrorCode};
use crate::model::{LazyModel, Model, ModelChoice};
use crate::runs::{Claim, Means, Place, Runs, history_of};
use futures::stream::{self, BoxStream, StreamExt};
use lucy_agent::{Run, Start};
use lucy_protocol::{Budget, CancellationToken, Event, Outcome, Tool};
use lucy_store::Store;
use lucy_tools::{Library, VisitTool, WebSearch};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What an app is opened with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where its files are.
    pub data: DataDir,
    /// Which model it runs.
    pub model: ModelChoice,
    /// The person's clock.
    pub clock: Clock,
}

/// The app. Needs a tokio runtime. The model and the library are opened when they are first needed.
pub struct App {
    store: Store,
    library: OnceCell<Arc<Library>>,
    model: LazyModel,
    data: DataDir,
    clock: Clock,
    runs: Runs,
}

impl App {
    /// Opens the app.
    ///
    /// # Errors
    /// If the history cannot be opened.
    pub async fn open(options: Options) -> Result<Self, ApiError> {
        let Options { data, model, clock } = options;
        let store = Store::open(&data.history()).await?;
        let model = LazyModel::new(model, data.clone());
        Ok(Self { store: store.clone(), library: OnceCell::new(), model, data, clock, runs: Runs::new(store, clock) })
    }

    /// Answers a request. Runs go on by themselves: [`App::subscribe`] tells of them.
    ///
    /// # Errors
    /// If the request cannot be carried out; the error says what to do.
    pub async fn request(&self, request: Request) -> Result<Response, ApiError> {
        match request {
            Request::Ask(ask) => self.ask(ask).await,
            Request::Resume { run } => self.resume(&run).await,
            Request::Cancel { run } => self.cancel(&run).await,
            Request::History { limit } => self.history(limit).await,
            Request::Show { run } => self.show(&run).await,
            Request::Delete { run } => self.delete(&run).await,
            Request::LibraryAdd { dir } => self.library_add(&dir).await,
            Request::LibraryList => self.library_list().await,
            Request::LibraryRemove { dir } => self.library_remove(&dir).await,
            Request::Model => Ok(Response::Model(self.model().await?.info.clone())),
        }
    }

    /// Everything that happens in a run from event `from_seq` on: first what is kept already, then what happens, until
    /// the run is over.
    ///
    /// # Errors
    /// If there is no such run.
    pub async fn subscribe(&self, run: &str, from_seq: u64) -> Result<BoxStream<'static, RunUpdate>, ApiError> {
        let run = self.store.find(run).await?.id;
        if let Some(live) = self.runs.live(&run) {
            return Ok(live.watch(from_seq));
        }
        let entries = self.store.entries(&run, from_seq).await?;
        let updates = entries.into_iter().map(|entry| RunUpdate::Event { seq: entry.seq, event: entry.event });
        Ok(stream::iter(updates).boxed())
    }

    /// The model, which is loaded if it is not yet.
    ///
    /// # Errors
    /// If there is no such model, or it cannot be run.
    pub async fn model(&self) -> Result<Arc<Model>, ApiError> {
        self.model.get().await
    }

    /// The tools as the model is offered them, for runs that are not kept.
    ///
    /// # Errors
    /// If the library cannot be opened.
    pub async fn tools(&self, model: &Model) -> Result<Vec<Arc<dyn Tool>>, ApiError> {
        let library = self.library().await?;
        Ok(vec![Arc::new(WebSearch::new(library.clone(), model.settings.results)), Arc::new(VisitTool::new(library))])
    }

    /// Stops every run, waits until each has kept what was said, and closes the history.
    pub async fn close(&self) {
        self.runs.close().await;
        self.store.clone().close().await;
    }

    async fn library(&self) -> Result<Arc<Library>, ApiError> {
        let open = || async { Ok(Arc::new(Library::open(&self.data.library()).await?)) };
        self.library.get_or_try_init(open).await.cloned()
    }

    async fn ask(&self, ask: Ask) -> Result<Response, ApiError> {
        let question = ask.question.trim();
        if question.is_empty() {
            return Err(ApiError::bad_request("the question is empty: write what you want to know"));
        }
        if ask.max_steps == Some(0) {
            return Err(ApiError::bad_request("a run needs at least one step"));
        }
        let (place, earlier) = self.follow(ask.previous.as_deref()).await?;
        let means = self.means().await?;
        let settings = &means.model.settings;
        let specs: Vec<_> = means.tools.iter().map(|tool| tool.spec().clone()).collect();
        let run = Run::start(Start {
            question,
            model: &means.model.info.name,
            budget: Budget { steps: ask.max_steps.unwrap_or(settings.budget.steps), ..settings.budget },
            date: &self.clock.today(),
            seed: ask.seed.unwrap_or_else(|| self.clock.seed()),
            history: &history_of(&earlier, settings.turns),
            tools: &specs,
        });
        Ok(Response::Started { run: self.runs.begin(run, means, place).await? })
    }

    /// Where a run belongs that follows another, and the log of that one.
    async fn follow(&self, previous: Option<&str>) -> Result<(Place, Vec<Event>), ApiError> {
        let Some(previous) = previous else { return Ok((Place::default(), Vec::new())) };
        let previous = self.store.find(previous).await?;
        let earlier = self.store.log(&previous.id).await?;
        Ok((Place { conversation: Some(previous.conversation), parent: Some(previous.id) }, earlier))
    }

    async fn resume(&self, run: &str) -> Result<Response, ApiError> {
        let found = self.store.find(run).await?;
        if self.runs.live(&found.id).is_some() {
            return Ok(Response::Started { run: found.id });
        }
        let claim = Claim::of(&self.store, &found.id)?;
        let log = self.store.log(&found.id).await?;
        let damaged = |error| ApiError::new(ErrorCode::Data, format!("run {} cannot be resumed: {error}", found.id));
        match log.last() {
            None => Err(ApiError::bad_request(format!("run {} stopped before it began: ask again", found.id))),
            Some(Event::Finished { outcome: Outcome::Cancelled | Outcome::Failed { .. }, .. }) => {
                let run = Run::reopen(log).map_err(damaged)?;
                let place = Place { conversation: Some(found.conversation), parent: found.parent };
                drop(claim);
                Ok(Response::Started { run: self.runs.begin(run, self.means().await?, place).await? })
            }
            Some(Event::Finished { .. }) => {
                Err(ApiError::bad_request(format!("run {} is finished: there is nothing to resume", found.id)))
            }
            Some(_) => {
                let run = Run::resume(log.clone()).map_err(damaged)?;
                self.runs.go_on(run, log, self.means().await?, claim);
                Ok(Response::Started { run: found.id })
            }
        }
    }

    async fn means(&self) -> Result<Means, ApiError> {
        let model = self.model().await?;
        let tools = tools(self.library().await?, &model);
        Ok(Means { model, tools })
    }

    async fn cancel(&self, run: &str) -> Result<Response, ApiError> {
        let run = self.store.find(run).await?;
        if let Some(live) = self.runs.live(&run.id) {
            live.cancel.cancel();
        }
        Ok(Response::Done)
    }

    async fn history(&self, limit: u32) -> Result<Response, ApiError> {
        let summary = |run: lucy_store::RunSummary| RunSummary {
            running: run.outcome.is_none() && self.store.is_claimed(&run.id),
            run: run.id,
            conversation: run.conversation,
            question: run.question,
            model: run.model,
            started_ms: run.created_ms,
            outcome: run.outcome,
            answer: run.answer,
        };
        Ok(Response::History { runs: self.store.runs(None, limit).await?.into_iter().map(summary).collect() })
    }

    async fn show(&self, run: &str) -> Result<Response, ApiError> {
        let run = self.store.find(run).await?.id;
        Ok(Response::Log { events: self.store.log(&run).await?, run })
    }

    async fn delete(&self, run: &str) -> Result<Response, ApiError> {
        let run = self.store.find(run).await?.id;
        self.store.delete_run(&run).await?;
        Ok(Response::Done)
    }

    async fn library_add(&self, dir: &Path) -> Result<Response, ApiError> {
        let report = self.library().await?.add_folder(dir, &CancellationToken::new(), |_| ()).await?;
        let (indexed, unchanged, removed) = (report.indexed, report.unchanged, report.removed);
        Ok(Response::Indexed(Indexed { indexed, unchanged, removed, skipped: report.skipped }))
    }

    async fn library_list(&self) -> Result<Response, ApiError> {
        let library = self.library().await?;
        let folders = library.folders().await?.into_iter();
        let folders = folders.map(|folder| Folder { path: folder.path, documents: folder.documents }).collect();
        Ok(Response::Library { documents: library.documents().await?, folders })
    }

    async fn library_remove(&self, dir: &Path) -> Result<Response, ApiError> {
        if self.library().await?.remove_folder(dir).await? {
            return Ok(Response::Done);
        }
        Err(ApiError::bad_request(format!("the folder {} is not in the library", dir.display())))
    }
}

/// The tools over the library, as this model is offered them.
fn tools(library: Arc<Library>, model: &Model) -> Vec<Arc<dyn Tool>> {
    let results = model.settings.results;
    vec![Arc::new(WebSearch::new(library.clone(), results)), Arc::new(VisitTool::new(library))]
}

/// The tools over other articles than the bundled ones, as an evaluation needs them: `articles` holds one JSON object
/// a line, and `index` is the file in which they are indexed.
///
/// # Errors
/// If the index cannot be opened or an article cannot be read.
pub async fn search_tools(index: &Path, articles: &[u8], model: &Model) -> Result<Vec<Arc<dyn Tool>>, ApiError> {
    Ok(tools(Arc::new(Library::open_with(index, articles).await?), model))
}
