//! What an evaluation found: shares with their intervals, means and failures, as Markdown and as JSON.

use crate::run::Graded;
use crate::task::{Task, Verdict};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many are.
    pub hits: u32,
    /// How many could be.
    pub of: u32,
}

impl Share {
    /// The share, 0 to 1; 0 of nothing.
    pub fn rate(self) -> f64 {
        if self.of == 0 { 0.0 } else { f64::from(self.hits) / f64::from(self.of) }
    }

    /// The 95 % interval of the share by Wilson's score (Wilson 1927): with z = 1.96, n trials and share p,
    /// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). 0 to 1 for no trials.
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        const Z: f64 = 1.959_963_984_540_054;
        let (n, p) = (f64::from(self.of), self.rate());
        let middle = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        (((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0))
    }

    fn add(&mut self, hit: bool) {
        self.hits += u32::from(hit);
        self.of += 1;
    }
}

/// One line of the report: the runs of a group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The group.
    pub group: String,
    /// Right answers of all.
    pub correct: Share,
    /// The 95 % interval of `correct`.
    pub interval: (f64, f64),
    /// Right answers of those that claim something.
    pub attempted: Share,
    /// The harmonic mean of the two: SimpleQA's F1.
    pub f1: f64,
    /// Gold values that are said in a sentence that cites their page, of those that are said.
    pub cited: Share,
    /// Answers that refuse.
    pub refused: Share,
    /// Replies a run, on average.
    pub steps: f64,
    /// Tokens written a run, on average.
    pub tokens: f64,
    /// Seconds a run, on average.
    pub seconds: f64,
}

impl Row {
    fn of<'a>(group: &str, runs: impl Iterator<Item = &'a Graded>) -> Self {
        let mut row = Self { group: group.into(), ..Self::default() };
        for run in runs {
            let verdict = run.verdict;
            row.correct.add(verdict == Verdict::Correct);
            if verdict != Verdict::NotAttempted {
                row.attempted.add(verdict == Verdict::Correct);
            }
            row.cited.hits += run.score.cited;
            row.cited.of += run.score.said;
            row.refused.add(run.score.refused);
            row.steps += f64::from(run.steps);
            row.tokens += f64::from(run.tokens);
            row.seconds += run.elapsed_ms as f64 / 1e3;
        }
        let count = f64::from(row.correct.of.max(1));
        for mean in [&mut row.steps, &mut row.tokens, &mut row.seconds] {
            *mean /= count;
        }
        row.interval = row.correct.interval();
        let (overall, given) = (row.correct.rate(), row.attempted.rate());
        row.f1 = if overall + given > 0.0 { 2.0 * overall * given / (overall + given) } else { 0.0 };
        row
    }
}

/// A run whose answer is not right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The group of the question.
    pub group: String,
    /// The question.
    pub question: String,
    /// What was answered, or how the run ended without an answer.
    pub answer: String,
    /// What a right answer says, each value with its address.
    pub gold: String,
    /// The file with the log of the run, relative to the results.
    pub log: String,
}

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The task.
    pub task: String,
    /// The model.
    pub model: String,
    /// Examples of the task. Fewer runs than that: the evaluation was stopped and can go on.
    pub examples: usize,
    /// One for each group, in the order in which the task has them.
    pub rows: Vec<Row>,
    /// All runs.
    pub total: Row,
    /// The runs whose answers are not right.
    pub failures: Vec<Failure>,
}

impl Report {
    /// The report of the runs so far.
    pub fn of(task: &Task, model: &str, runs: &[Graded]) -> Self {
        let mut groups: Vec<&str> = Vec::new();
        for example in &task.examples {
            if !groups.contains(&example.group.as_str()) {
                groups.push(&example.group);
            }
        }
        let group_of = |run: &Graded| task.examples.get(run.index).map_or("", |example| example.group.as_str());
        let row = |group: &&str| Row::of(group, runs.iter().filter(|run| group_of(run) == *group));
        let failed = runs.iter().filter(|run| run.verdict != Verdict::Correct);
        Self {
            task: task.name.clone(),
            model: model.into(),
            examples: task.examples.len(),
            rows: groups.iter().map(row).collect(),
            total: Row::of("all", runs.iter()),
            failures: failed.filter_map(|run| Failure::of(task, run)).collect(),
        }
    }

    /// The figures as a Markdown table, in percent, under a heading.
    pub fn markdown(&self) -> String {
        let mut text = format!("## {}\n\nModel: {}. ", self.task, self.model);
        let done = self.total.correct.of as usize;
        if done < self.examples {
            let _ = write!(text, "Stopped after {done} of {} questions. ", self.examples);
        }
        text.push_str("Correct: every value said and its page cited; in brackets the 95 % interval (Wilson).\n\n");
        text.push_str("| Group | n | Correct, % | F1 | Cited, % | Refused, % | Steps | Tokens | Seconds |\n");
        text.push_str("|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for row in self.rows.iter().chain([&self.total]) {
            let percent = |rate: f64| format!("{:.1}", 100.0 * rate);
            let cited = if row.cited.of == 0 { "–".into() } else { percent(row.cited.rate()) };
            let _ = writeln!(
                text,
                "| {} | {} | {} [{}, {}] | {:.3} | {cited} | {} | {:.1} | {:.0} | {:.1} |",
                row.group,
                row.correct.of,
                percent(row.correct.rate()),
                percent(row.interval.0),
                percent(row.interval.1),
                row.f1,
                percent(row.refused.rate()),
                row.steps,
                row.tokens,
                row.seconds,
            );
        }
        text
    }

    /// The failures as a Markdown list under a heading; empty if there are none.
    pub fn failures_markdown(&self) -> String {
        if self.failures.is_empty() {
            return String::new();
        }
        let mut text = format!("### Failures of {}\n\n", self.task);
        for failure in &self.failures {
            let Failure { group, question, answer, gold, log } = failure;
            let _ = writeln!(text, "- {group}: {question}\n  - answer: {answer}\n  - gold: {gold}\n  - log: {log}");
        }
        text
    }
}

impl Failure {
    fn of(task: &Task, run: &Graded) -> Option<Self> {
        let example = task.examples.get(run.index)?;
        let gold = example.gold.iter().map(|gold| match &gold.address {
            Some(address) => format!("{} <{address}>", gold.value),
            None => gold.value.clone(),
        });
        let mut gold = gold.collect::<Vec<_>>().join("; ");
        if !example.answerable {
            gold = format!("could not be found{}{gold}", if gold.is_empty() { "" } else { "; may say: " });
        }
        let answer = match &run.answer {
            Some(answer) => answer.split_whitespace().collect::<Vec<_>>().join(" "),
            None => format!("({})", run.ending),
        };
        let (group, question) = (example.group.clone(), example.question.clone());
        Some(Self { group, question, answer, gold, log: run.log.clone() })
    }
}

#[cfg(test)]
mod tests;
