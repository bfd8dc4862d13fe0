//! Runs as documents. Titles, pages and answers are hostile: each format escapes them in its own way.

mod answer;
mod html;
mod markdown;
mod references;

use crate::api::{Export, Format};
use crate::error::ApiError;
use lucy_protocol::{Evidence, Outcome, Source, Step, Transcript};
use serde_json::json;

/// What becomes a document.
pub(crate) struct Document {
    /// The run.
    pub run: String,
    /// Its title.
    pub title: String,
    /// What happened in it.
    pub transcript: Transcript,
    /// How its answer stands to what it read.
    pub evidence: Evidence,
}

/// The name of its file, its media type and its text.
pub(crate) fn write(document: &Document, export: &Export) -> Result<(String, &'static str, String), ApiError> {
    let (end, mime, text) = match export.format {
        Format::Markdown => ("md", "text/markdown", markdown::write(document, export)),
        Format::Html => ("html", "text/html", html::write(document, export)),
        Format::Json => ("json", "application/json", as_json(document, export)),
        Format::Bibtex => {
            ("bib", "application/x-bibtex", references::bibtex(&document.cited()?, &document.transcript.date))
        }
        Format::Ris => (
            "ris",
            "application/x-research-info-systems",
            references::ris(&document.cited()?, &document.transcript.date),
        ),
        Format::CslJson => (
            "json",
            "application/vnd.citationstyles.csl+json",
            references::csl(&document.cited()?, &document.transcript.date),
        ),
    };
    Ok((format!("{}-{}.{end}", slug(&document.title), document.run), mime, text))
}

impl Document {
    /// The sources that the answer cites, in the order of their numbers.
    fn cited(&self) -> Result<Vec<&Source>, ApiError> {
        let citations = self.transcript.answer().map_or(&[][..], |(_, citations)| citations);
        let is_cited = |source: &&Source| citations.iter().any(|c| c.url.as_ref() == Some(&source.url));
        let cited: Vec<_> = self.transcript.sources.iter().filter(is_cited).collect();
        if cited.is_empty() {
            return Err(ApiError::bad_request("nothing was exported: the answer cites no source"));
        }
        Ok(cited)
    }

    /// The answer, or in its place how the run ended.
    fn answer(&self) -> String {
        match &self.transcript.outcome {
            Some(Outcome::Answered { answer, .. }) => answer.clone(),
            Some(Outcome::OutOfBudget { .. }) => "No answer: a limit was reached.".into(),
            Some(Outcome::Cancelled) => "No answer: the run was stopped.".into(),
            Some(Outcome::Failed { error }) => format!("No answer: the run failed: {error}."),
            None => "No answer yet.".into(),
        }
    }

    /// One line of facts about the run.
    fn facts(&self) -> String {
        let Transcript { date, model, steps, elapsed_ms, .. } = &self.transcript;
        let seconds = *elapsed_ms as f64 / 1_000.0;
        let claims = self.evidence.claims;
        let mut facts = format!("{date} · {model} · {} steps · {seconds:.1} s", steps.len());
        if claims.total > 0 {
            facts.push_str(&format!(" · {} of {} claims found in the sources", claims.found, claims.total));
        }
        facts
    }
}

/// The run with what was asked for, and nothing else of it.
fn as_json(document: &Document, export: &Export) -> String {
    let mut transcript = document.transcript.clone();
    for step in &mut transcript.steps {
        strip(step, export);
    }
    if !export.pages {
        transcript.sources.iter_mut().for_each(|source| source.text = None);
    }
    let Document { run, title, evidence, .. } = document;
    let whole = json!({ "run": run, "title": title, "transcript": transcript, "evidence": evidence });
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

fn strip(step: &mut Step, export: &Export) {
    if !export.reasoning {
        step.reply.reasoning.clear();
    }
    if !export.calls {
        step.reply.calls.clear();
        step.results.clear();
        step.decisions.clear();
    }
    if !(export.reasoning && export.calls) {
        step.reply.raw.clear();
    }
    if !export.pages {
        for result in &mut step.results {
            let read = result.sources.iter().any(|source| source.text.is_some());
            result.sources.iter_mut().for_each(|source| source.text = None);
            if read {
                result.content.clear();
            }
        }
    }
}

/// The beginning of a title as a file's name: letters, digits and hyphens.
fn slug(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.take(6).collect::<Vec<_>>().join("-").to_lowercase();
    let name: String = name.chars().take(60).collect();
    if name.is_empty() { "run".into() } else { name }
}

/// Whether an address may become a link.
fn is_link(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests;
