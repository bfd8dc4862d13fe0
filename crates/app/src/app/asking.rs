//! Runs that begin, go on, are spoken to and end.

use super::App;
use crate::api::{Ask, Branch, Response};
use crate::error::{ApiError, ErrorCode};
use crate::live::Live;
use crate::runs::{Claim, Means, Place, history_of};
use lucy_agent::{LogError, Run, Start, Way};
use lucy_protocol::{Budget, Event, Outcome, ToolCall};
use std::sync::Arc;

/// The longest words of a person to a run, in bytes.
const LONGEST_WORDS: usize = 64 * 1_024;

impl App {
    pub(super) async fn ask(&self, ask: Ask) -> Result<Response, ApiError> {
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
        let steps = ask.max_steps.or(self.ui_settings().await?.max_steps).unwrap_or(settings.budget.steps);
        let specs: Vec<_> = means.tools.iter().map(|tool| tool.spec().clone()).collect();
        let run = Run::start(Start {
            question,
            model: &means.model.info.name,
            budget: Budget { steps, ..settings.budget },
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

    pub(super) async fn resume(&self, run: &str) -> Result<Response, ApiError> {
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
        let tools = self.tools(&model).await?;
        Ok(Means { model, tools })
    }

    pub(super) async fn cancel(&self, run: &str) -> Result<Response, ApiError> {
        let run = self.store.find(run).await?;
        if let Some(live) = self.runs.live(&run.id) {
            live.cancel.cancel();
        }
        Ok(Response::Done)
    }

    pub(super) async fn finish(&self, run: &str) -> Result<Response, ApiError> {
        self.going_on(run).await?.inbox.finish();
        Ok(Response::Done)
    }

    pub(super) async fn steer(&self, run: &str, text: &str) -> Result<Response, ApiError> {
        let text = words(text)?;
        self.going_on(run).await?.inbox.steer(text);
        Ok(Response::Done)
    }

    /// The run, if this process works on it.
    async fn going_on(&self, run: &str) -> Result<Arc<Live>, ApiError> {
        let run = self.store.find(run).await?.id;
        self.runs.live(&run).ok_or_else(|| {
            ApiError::bad_request(format!("run {run} is not going on here: ask a question that follows it instead"))
        })
    }

    pub(super) async fn branch(&self, branch: Branch) -> Result<Response, ApiError> {
        let Branch { run, step, question, call } = branch;
        let way = match (question, call) {
            (Some(_), Some(_)) => {
                return Err(ApiError::bad_request("a branch takes other words or another call, not both"));
            }
            (Some(text), None) => Way::Said(words(&text)?),
            (None, Some(call)) => {
                let (name, arguments) = (call.name, call.arguments);
                Way::Called(ToolCall { id: String::new(), name, arguments, malformed: None })
            }
            (None, None) => Way::Again { seed: self.clock.seed() },
        };
        let found = self.store.find(&run).await?;
        let log = self.store.log(&found.id).await?;
        let run = Run::branch(log, &found.id, step, way).map_err(|error| match error {
            LogError::NoStep(step) => ApiError::bad_request(format!("run {} has no step {step}", found.id)),
            other => ApiError::new(ErrorCode::Data, format!("run {} cannot be branched: {other}", found.id)),
        })?;
        let place = Place { conversation: Some(found.conversation), parent: Some(found.id) };
        Ok(Response::Started { run: self.runs.begin(run, self.means().await?, place).await? })
    }

    pub(super) async fn rerun(&self, run: &str) -> Result<Response, ApiError> {
        let found = self.store.find(run).await?;
        let log = self.store.log(&found.id).await?;
        let Some(Event::Started { question, budget, seed, history, .. }) = log.first() else {
            return Err(ApiError::bad_request(format!("run {} stopped before it began: ask again", found.id)));
        };
        let means = self.means().await?;
        let specs: Vec<_> = means.tools.iter().map(|tool| tool.spec().clone()).collect();
        let run = Run::start(Start {
            question,
            model: &means.model.info.name,
            budget: *budget,
            date: &self.clock.today(),
            seed: *seed,
            history,
            tools: &specs,
        });
        let place = Place { conversation: Some(found.conversation), parent: found.parent };
        Ok(Response::Started { run: self.runs.begin(run, means, place).await? })
    }
}

/// What a person says, without white space around it.
fn words(text: &str) -> Result<String, ApiError> {
    match text.trim() {
        "" => Err(ApiError::bad_request("there are no words: write what you want to say")),
        text if text.len() > LONGEST_WORDS => {
            Err(ApiError::bad_request(format!("that is too long: at most {} KB are read", LONGEST_WORDS / 1_024)))
        }
        text => Ok(text.into()),
    }
}
