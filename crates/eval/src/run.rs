//! Runs the examples of a task with a model and tools, several at once, and keeps every log and result: a rerun with
//! the same folder goes on where the last one stopped.

mod results;

use crate::report::Report;
use crate::simpleqa;
use crate::task::{Example, Score, Task, Verdict};
use anyhow::{Context, Result};
use futures::StreamExt;
use lucy_agent::{EventSink, RESULT_CHARS, Run, Setup, SinkError, Start, drive};
use lucy_protocol::{
    Budget, CancellationToken, Event, LanguageModel, Outcome, Progress, SamplingParams, Tool, Transcript,
};
use results::Results;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// How a task is run.
#[derive(Clone)]
pub struct Options {
    /// The folder of results, logs and report; made if it is absent.
    pub out: PathBuf,
    /// The name of the model.
    pub model: String,
    /// Runs at once, at least one.
    pub parallel: usize,
    /// The limits of each run.
    pub budget: Budget,
    /// The date that the model is told, as `2026-11-23`.
    pub date: String,
    /// How tokens are chosen. Each run has its own seed, made from this one.
    pub sampling: SamplingParams,
    /// The most characters that the model reads of one result.
    pub result_chars: usize,
    /// Decides the class of each answer instead of the deterministic grading, if the example is answerable.
    pub judge: Option<Arc<dyn LanguageModel>>,
    /// Ends the evaluation; what is done stays done.
    pub cancel: CancellationToken,
}

impl Options {
    /// One run at a time, the usual budget and sampling, [`RESULT_CHARS`] of a result, no judge.
    pub fn new(out: impl Into<PathBuf>, model: impl Into<String>, date: impl Into<String>) -> Self {
        Self {
            out: out.into(),
            model: model.into(),
            parallel: 1,
            budget: Budget::default(),
            date: date.into(),
            sampling: SamplingParams::default(),
            result_chars: RESULT_CHARS,
            judge: None,
            cancel: CancellationToken::new(),
        }
    }
}

/// A finished run and its score: a line of `results.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Graded {
    /// The example, counted from 0.
    pub index: usize,
    /// Its question.
    pub question: String,
    /// The answer, if the run has one.
    pub answer: Option<String>,
    /// How the run ended.
    pub ending: String,
    /// The score.
    pub score: Score,
    /// The class of the answer, by the judge if there is one.
    pub verdict: Verdict,
    /// Replies of the model.
    pub steps: u32,
    /// Tokens that the model wrote.
    pub tokens: u32,
    /// Milliseconds of work.
    pub elapsed_ms: u64,
    /// The file with the log, relative to the folder of results.
    pub log: String,
}

/// How far an evaluation is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Runs that are done, those of earlier sittings included.
    pub done: usize,
    /// Right ones of them.
    pub correct: usize,
    /// Runs in all.
    pub total: usize,
    /// The last one.
    pub last: &'a Graded,
}

/// Runs what is not done yet and reports on everything that is. Writes `results.jsonl`, `logs/`, `report.md` and
/// `report.json` into the folder. Needs a tokio runtime.
///
/// # Errors
/// If a file cannot be written, or if the folder holds the results of another task or model.
pub async fn run(
    task: &Task,
    model: &dyn LanguageModel,
    tools: &[Arc<dyn Tool>],
    options: &Options,
    progress: &mut dyn FnMut(Step<'_>),
) -> Result<Report> {
    let mut results = Results::open(task, options)?;
    let bench = Bench { model, tools, options };
    let open: Vec<usize> = (0..task.examples.len()).filter(|index| !results.has(*index)).collect();
    let runs = open.into_iter().map(|index| bench.example(index, &task.examples[index]));
    let mut runs = futures::stream::iter(runs).buffer_unordered(options.parallel.max(1));
    while let Some(graded) = runs.next().await {
        if let Some(graded) = graded? {
            results.add(graded)?;
            if let Some(last) = results.runs.last() {
                let correct = results.runs.iter().filter(|run| run.verdict == Verdict::Correct).count();
                progress(Step { done: results.runs.len(), correct, total: task.examples.len(), last });
            }
        }
        if options.cancel.is_cancelled() {
            break;
        }
    }
    drop(runs);
    let report = Report::of(task, &options.model, results.sorted());
    let write = |name: &str, text: String| {
        let path = options.out.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write("report.md", format!("{}\n{}", report.markdown(), report.failures_markdown()))?;
    write("report.json", serde_json::to_string_pretty(&report)?)?;
    Ok(report)
}

/// What every run of an evaluation is run with.
struct Bench<'a> {
    model: &'a dyn LanguageModel,
    tools: &'a [Arc<dyn Tool>],
    options: &'a Options,
}

impl Bench<'_> {
    /// Runs one example; none if it was cancelled.
    async fn example(&self, index: usize, example: &Example) -> Result<Option<Graded>> {
        let options = self.options;
        if options.cancel.is_cancelled() {
            return Ok(None);
        }
        let log = format!("logs/{index:05}.jsonl");
        let specs: Vec<_> = self.tools.iter().map(|tool| tool.spec().clone()).collect();
        let mut run = Run::start(Start {
            question: &example.question,
            model: &options.model,
            budget: options.budget,
            date: &options.date,
            seed: options.sampling.seed.wrapping_add((index as u64).wrapping_mul(1_000)),
            history: &[],
            tools: &specs,
        });
        let begun = Instant::now();
        let clock = move || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let setup = Setup {
            sampling: options.sampling.clone(),
            result_chars: options.result_chars,
            ..Setup::new(self.model, self.tools, &clock)
        };
        let mut sink = LogFile::create(&options.out.join(&log))?;
        let outcome = drive(&mut run, &setup, &mut sink, &options.cancel).await?;
        if outcome == Outcome::Cancelled {
            return Ok(None);
        }
        let transcript = Transcript::of(run.log());
        let score = example.score(&transcript);
        let verdict = match &options.judge {
            Some(judge) if example.answerable => {
                simpleqa::judge(&**judge, example, &transcript, &options.cancel).await?
            }
            _ => Some(score.verdict()),
        };
        let Some(verdict) = verdict else { return Ok(None) };
        Ok(Some(graded(index, &transcript, (score, verdict), log)))
    }
}

fn graded(index: usize, transcript: &Transcript, (score, verdict): (Score, Verdict), log: String) -> Graded {
    let ending = match &transcript.outcome {
        Some(Outcome::Answered { .. }) => "answered".to_string(),
        Some(Outcome::OutOfBudget { limit }) => format!("out of {limit:?}").to_lowercase(),
        Some(Outcome::Failed { error }) => format!("failed: {error}"),
        Some(Outcome::Cancelled) => "cancelled".to_string(),
        None => "not finished".to_string(),
    };
    Graded {
        index,
        question: transcript.question.clone(),
        answer: transcript.answer().map(|(answer, _)| answer.to_string()),
        ending,
        score,
        verdict,
        steps: u32::try_from(transcript.steps.len()).unwrap_or(u32::MAX),
        tokens: transcript.steps.iter().map(|step| step.reply.usage.completion_tokens).sum(),
        elapsed_ms: transcript.elapsed_ms,
        log,
    }
}

/// The log of one run as JSON lines.
struct LogFile {
    file: File,
    kept: usize,
}

impl LogFile {
    fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { file, kept: 0 })
    }
}

impl EventSink for LogFile {
    fn kept(&self) -> usize {
        self.kept
    }

    async fn append(&mut self, event: &Event) -> Result<(), SinkError> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.kept += 1;
        Ok(())
    }

    fn progress(&mut self, _progress: Progress) {}
}

#[cfg(test)]
mod tests;
