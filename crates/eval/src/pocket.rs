//! The Pocket task: questions of five groups over invented worlds or over the bundled library, with wordings that
//! training used or with those kept from it, and the hand-written questions of `assets/eval/typed.jsonl`.

mod doubts;
mod library;
mod worlds;

use crate::task::{Example, Gold, Task};
use crate::world::{Article, Lack, Library, Phrasebook, Phrasing, Shape};
use anyhow::{Context, Result};
use std::collections::BTreeMap;

/// Where the questions come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Invented worlds, all in one corpus.
    Worlds,
    /// The bundled library.
    Library,
}

/// A task and what must be searchable while it runs.
#[derive(Debug, Clone)]
pub struct PocketTask {
    /// The questions.
    pub task: Task,
    /// The corpus: these articles and no others.
    pub articles: Vec<Article>,
    /// Questions that were not taken, by reason.
    pub skipped: BTreeMap<&'static str, u32>,
}

impl PocketTask {
    /// The corpus as the offline library indexes it: a JSON object a line.
    ///
    /// # Errors
    /// If an article cannot be written as JSON, which no article causes.
    pub fn corpus(&self) -> Result<Vec<u8>> {
        let mut lines = Vec::new();
        for article in &self.articles {
            serde_json::to_writer(&mut lines, article)?;
            lines.push(b'\n');
        }
        Ok(lines)
    }
}

/// A group of questions: its name in the report and the shape and lack of its questions, which take turns.
struct Group {
    name: &'static str,
    turns: &'static [(Shape, Lack)],
}

/// The groups. The lacks of the last are weighted by how often people meet them.
const GROUPS: &[Group] = &[
    Group { name: "one hop", turns: &[(Shape::Fact, Lack::Nothing)] },
    Group { name: "two facts", turns: &[(Shape::Facts, Lack::Nothing)] },
    Group { name: "two hops", turns: &[(Shape::Hop, Lack::Nothing)] },
    Group { name: "inverse", turns: &[(Shape::Inverse, Lack::Nothing)] },
    Group {
        name: "unanswerable",
        turns: &[
            (Shape::Fact, Lack::Target),
            (Shape::Fact, Lack::Property),
            (Shape::Hop, Lack::Other),
            (Shape::Fact, Lack::Target),
            (Shape::Fact, Lack::Property),
            (Shape::Hop, Lack::OtherProperty),
            (Shape::Fact, Lack::Target),
            (Shape::Fact, Lack::Property),
            (Shape::Hop, Lack::Target),
            (Shape::Facts, Lack::Property),
        ],
    },
];

/// How often a question is drawn anew for each that is wanted.
const DRAWS: usize = 60;

/// Generates `size` questions a group, a function of `seed`. A group has fewer if the library has no more.
///
/// # Errors
/// If the bundled phrase book or facts are wrong.
pub fn task(seed: u64, size: usize, source: Source, phrasing: Phrasing) -> Result<PocketTask> {
    let book = Phrasebook::bundled()?;
    let library = Library::bundled(&book)?;
    let (task, articles, skipped) = match source {
        Source::Worlds => worlds::questions(&book, &library, (seed, size), phrasing),
        Source::Library => library::questions(&book, &library, (seed, size), phrasing),
    };
    let wording = if phrasing == Phrasing::HeldOut { "held-out wordings" } else { "trained wordings" };
    let place = if source == Source::Worlds { "invented worlds" } else { "the bundled library" };
    let name = format!("Pocket: {place}, {wording}");
    Ok(PocketTask { task: Task { name, examples: task }, articles, skipped })
}

/// The questions that were written by hand as people type them, over the bundled library.
///
/// # Errors
/// If a bundled file is wrong.
pub fn typed() -> Result<PocketTask> {
    let lines = include_str!("../../../assets/eval/typed.jsonl").lines().enumerate();
    let read = |(number, line)| serde_json::from_str(line).with_context(|| format!("typed question {}", number + 1));
    let examples = lines.map(read).collect::<Result<Vec<Example>>>()?;
    let book = Phrasebook::bundled()?;
    let articles = Library::bundled(&book)?.articles(&book);
    let task = Task { name: "Pocket: typed questions over the bundled library".into(), examples };
    Ok(PocketTask { task, articles, skipped: BTreeMap::new() })
}

/// Gold of a value and the address that states it.
fn gold((value, address): (String, String)) -> Gold {
    Gold { value, address: Some(address), also: Vec::new() }
}

/// Why a question is not taken.
type Doubt = &'static str;

#[cfg(test)]
mod tests;
