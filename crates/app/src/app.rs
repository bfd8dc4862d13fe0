//! The app and its requests.

mod asking;
mod deleting;
mod diagnostics;
mod documents;
mod history;
mod library;
mod models;
mod settings;

use crate::api::{Request, Response, RunUpdate};
use crate::clock::Clock;
use crate::data::DataDir;
use crate::error::ApiError;
use crate::model::{Model, ModelChoice, Models};
use crate::runs::Runs;
use deleting::Deleting;
use futures::stream::{self, BoxStream, StreamExt};
use library::Indexing;
use lucy_protocol::Tool;
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
    /// Which model it runs. What is left open here is as the person has set it, which at first is the bundled model.
    pub model: ModelChoice,
    /// The person's clock.
    pub clock: Clock,
}

/// The app. Needs a tokio runtime. The model and the library are opened when they are first needed.
pub struct App {
    store: Store,
    library: OnceCell<Arc<Library>>,
    indexing: Indexing,
    models: Models,
    data: DataDir,
    clock: Clock,
    runs: Runs,
    deleting: Deleting,
}

impl App {
    /// Opens the app.
    ///
    /// # Errors
    /// If the history cannot be opened.
    pub async fn open(options: Options) -> Result<Self, ApiError> {
        let Options { data, model, clock } = options;
        let store = Store::open(&data.history()).await?;
        deleting::purge_old(&store).await?;
        Ok(Self {
            library: OnceCell::new(),
            indexing: Indexing::default(),
            models: Models::new(model, data.clone()),
            runs: Runs::new(store.clone(), clock),
            deleting: Deleting::new(store.clone()),
            store,
            data,
            clock,
        })
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
            Request::Finish { run } => self.finish(&run).await,
            Request::Steer { run, text } => self.steer(&run, &text).await,
            Request::Branch(branch) => self.branch(branch).await,
            Request::Rerun { run } => self.rerun(&run).await,
            Request::History(query) => self.history(query).await,
            Request::Show { run } => self.show(&run).await,
            Request::Evidence { run } => self.evidence(&run).await,
            Request::Export(export) => self.export(&export).await,
            Request::Tag { runs, add, remove } => self.tag(&runs, &add, &remove).await,
            Request::Save { runs, saved } => self.save(&runs, saved).await,
            Request::Rename { run, title } => self.rename(&run, &title).await,
            Request::Delete { runs } => self.delete(&runs).await,
            Request::Restore { runs } => self.restore(&runs).await,
            Request::DeleteAll { confirm } => self.delete_all(&confirm).await,
            Request::Settings => self.settings().await,
            Request::SetSettings { patch } => self.set_settings(patch).await,
            Request::Model => Ok(Response::Model(self.model().await?.info.clone())),
            Request::Models => self.models().await,
            Request::AddModel { path } => self.add_model(&path).await,
            Request::RemoveModel { path } => self.remove_model(&path).await,
            Request::UseModel { path } => self.use_model(path).await,
            Request::SelfTest => Ok(Response::SelfTest(self.self_test().await)),
            Request::LibraryAdd { dir } => self.library_add(dir).await,
            Request::LibraryStatus => Ok(Response::LibraryStatus { adding: self.indexing.status() }),
            Request::LibraryCancel => Ok(self.library_cancel()),
            Request::LibraryList => self.library_list().await,
            Request::LibraryRemove { dir } => self.library_remove(&dir).await,
            Request::LibrarySearch { query, limit } => self.library_search(query, limit).await,
            Request::LibraryPage { url } => self.library_page(&url).await,
            Request::Diagnostics => Ok(Response::Diagnostics { text: self.diagnostics().await }),
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
        let choice = self.models.choice(&self.ui_settings().await?);
        self.models.get(&choice).await
    }

    /// The tools as the model is offered them, for runs that are not kept.
    ///
    /// # Errors
    /// If the library cannot be opened.
    pub async fn tools(&self, model: &Model) -> Result<Vec<Arc<dyn Tool>>, ApiError> {
        Ok(tools(self.library().await?, model))
    }

    /// Stops every run, waits until each has kept what was said, deletes what was to be deleted, and closes the
    /// history.
    pub async fn close(&self) {
        self.indexing.cancel();
        self.runs.close().await;
        self.deleting.close().await;
        self.store.clone().close().await;
    }

    async fn library(&self) -> Result<Arc<Library>, ApiError> {
        let open = || async { Ok(Arc::new(Library::open(&self.data.library()).await?)) };
        self.library.get_or_try_init(open).await.cloned()
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
