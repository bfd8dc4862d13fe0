//! The list of runs, what belongs to each, and forgetting them.

use super::App;
use crate::api::{Field, HistoryQuery, Hit, Response, RunSummary};
use crate::error::ApiError;
use lucy_protocol::Transcript;
use lucy_store::{Filter, Found};

/// The most runs of one page.
const MOST_RUNS: u32 = 1_000;
/// The longest tag and the longest title, in characters.
const LONGEST_TAG: usize = 40;
const LONGEST_TITLE: usize = 200;

impl App {
    pub(super) async fn history(&self, query: HistoryQuery) -> Result<Response, ApiError> {
        let (limit, offset) = (query.limit.min(MOST_RUNS), query.offset);
        let (found, total) = self.store.find_runs(&filter(query)?, limit, offset).await?;
        let mut runs = Vec::new();
        for found in found {
            runs.push(self.summary(found).await?);
        }
        Ok(Response::History { runs, total })
    }

    async fn summary(&self, found: Found) -> Result<RunSummary, ApiError> {
        let Found { run, hit } = found;
        Ok(RunSummary {
            running: run.outcome.is_none() && self.store.is_claimed(&run.id),
            tags: self.store.tags(run.number).await?,
            run: run.id,
            conversation: run.conversation,
            parent: run.parent,
            question: run.question,
            title: Some(run.title).filter(|title| !title.is_empty()),
            model: run.model,
            started_ms: run.created_ms,
            outcome: run.outcome,
            answer: run.answer,
            saved: run.saved,
            sources: run.sources,
            hit: hit.map(shown),
        })
    }

    pub(super) async fn show(&self, run: &str) -> Result<Response, ApiError> {
        let run = self.store.find(run).await?.id;
        Ok(Response::Log { events: self.store.log(&run).await?, run })
    }

    pub(super) async fn evidence(&self, run: &str) -> Result<Response, ApiError> {
        let run = self.store.find(run).await?.id;
        let transcript = Transcript::of(&self.store.log(&run).await?);
        // Long pages take a while, and nobody else should wait for them.
        let evidence = tokio::task::spawn_blocking(move || lucy_agent::evidence(&transcript)).await;
        Ok(Response::Evidence(evidence.map_err(|error| ApiError::failed(&error))?))
    }

    pub(super) async fn tag(&self, runs: &[String], add: &[String], remove: &[String]) -> Result<Response, ApiError> {
        let add: Vec<String> = add.iter().map(|tag| tag.trim().to_owned()).collect();
        if add.iter().any(|tag| tag.is_empty() || tag.chars().count() > LONGEST_TAG) {
            return Err(ApiError::bad_request(format!("a tag has 1 to {LONGEST_TAG} characters")));
        }
        self.store.tag(&self.found(runs).await?, &add, remove).await?;
        Ok(Response::Done)
    }

    pub(super) async fn save(&self, runs: &[String], saved: bool) -> Result<Response, ApiError> {
        self.store.save(&self.found(runs).await?, saved).await?;
        Ok(Response::Done)
    }

    pub(super) async fn rename(&self, run: &str, title: &str) -> Result<Response, ApiError> {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.chars().count() > LONGEST_TITLE {
            return Err(ApiError::bad_request(format!("a title has at most {LONGEST_TITLE} characters")));
        }
        self.store.rename(&self.store.find(run).await?, &title).await?;
        Ok(Response::Done)
    }

    pub(super) async fn delete(&self, runs: &[String]) -> Result<Response, ApiError> {
        let runs = self.found(runs).await?;
        if let Some(run) = runs.iter().find(|run| self.runs.live(&run.id).is_some()) {
            return Err(ApiError::bad_request(format!("run {} is still going on: stop it first", run.id)));
        }
        self.deleting.delete(&runs).await?;
        Ok(Response::Done)
    }

    pub(super) async fn restore(&self, runs: &[String]) -> Result<Response, ApiError> {
        self.deleting.restore(runs).await?;
        Ok(Response::Done)
    }

    pub(super) async fn delete_all(&self, confirm: &str) -> Result<Response, ApiError> {
        if confirm != "delete" {
            return Err(ApiError::bad_request("nothing was deleted: type the word delete to delete everything"));
        }
        self.store.delete_all().await?;
        Ok(Response::Done)
    }

    /// The runs of these ids, or beginnings of them, each once.
    async fn found(&self, runs: &[String]) -> Result<Vec<lucy_store::RunSummary>, ApiError> {
        let mut found: Vec<lucy_store::RunSummary> = Vec::new();
        for run in runs {
            let run = self.store.find(run).await?;
            if !found.iter().any(|other| other.id == run.id) {
                found.push(run);
            }
        }
        Ok(found)
    }
}

fn filter(query: HistoryQuery) -> Result<Filter, ApiError> {
    let outcome = match query.outcome {
        Some(outcome) if outcome == "unfinished" => Some(String::new()),
        Some(outcome) if ["answered", "out_of_budget", "cancelled", "failed"].contains(&outcome.as_str()) => {
            Some(outcome)
        }
        Some(other) => return Err(ApiError::bad_request(format!("no run ends as {other:?}"))),
        None => None,
    };
    let HistoryQuery { query: words, tag, saved, before_ms, after_ms, .. } = query;
    Ok(Filter { words, tag, saved, outcome, before_ms, after_ms })
}

fn shown(hit: lucy_store::Hit) -> Hit {
    let field = match hit.field {
        lucy_store::Field::Question => Field::Question,
        lucy_store::Field::Answer => Field::Answer,
        lucy_store::Field::Thought => Field::Thought,
        lucy_store::Field::Page => Field::Page,
    };
    Hit { field, text: hit.text, marks: hit.marks, title: Some(hit.title).filter(|title| !title.is_empty()) }
}
