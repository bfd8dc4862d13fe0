//! The list of runs, by filters and by words of everything that was asked, thought, read and answered.

use crate::history::RunSummary;
use crate::{Store, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite};

/// Words of a search that count.
const MOST_WORDS: usize = 32;
/// What FTS5 puts around the words that were found. What is searched may hold them too, and is then marked wrongly.
const OPEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

/// Which runs are wanted. What is none does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that one text of the run has. The last may be the beginning of one. Nothing in them is syntax.
    pub words: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// Whether it is saved.
    pub saved: Option<bool>,
    /// How it ended, as in [`RunSummary::outcome`]; empty for those that have not.
    pub outcome: Option<String>,
    /// It began before this moment, in milliseconds since 1970.
    pub before_ms: Option<i64>,
    /// It began at this moment or later.
    pub after_ms: Option<i64>,
}

/// A run that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The run.
    pub run: RunSummary,
    /// Where it has the words that were searched.
    pub hit: Option<Hit>,
}

/// A place that has the words that were searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is part of.
    pub field: Field,
    /// The words around it.
    pub text: String,
    /// The ranges of `text` that were searched, in UTF-16 units.
    pub marks: Vec<(u32, u32)>,
    /// The title of the page; empty elsewhere.
    pub title: String,
}

/// The parts of a run that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The question, or what the person said later.
    Question,
    /// The answer.
    Answer,
    /// A thought.
    Thought,
    /// The text of a page that was read.
    Page,
}

/// The best place of each run that has the words: questions and answers before thoughts, thoughts before pages, and
/// among those of one kind the one that fits best. SQLite takes the other columns from the row with the least `rank`.
const FOUND: &str = "
    WITH hits AS (
        SELECT rowid AS run, 0 AS text, bm25(runs_fts) - 2000000.0 AS rank FROM runs_fts WHERE runs_fts MATCH ";
const FOUND_TEXTS: &str = "
        UNION ALL
        SELECT texts.run, texts.id, bm25(texts_fts)
            - CASE texts.kind WHEN 'question' THEN 2000000.0 WHEN 'thought' THEN 1000000.0 ELSE 0.0 END
        FROM texts_fts JOIN texts ON texts.id = texts_fts.rowid WHERE texts_fts MATCH ";
const FOUND_END: &str = "
    ), found AS (SELECT run, text, min(rank) AS rank FROM hits GROUP BY run)
    ";

/// The expression for words that must all be there, or none if there is no word.
pub(crate) fn expression(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let quoted: Vec<String> = words.take(MOST_WORDS).map(|word| format!("\"{word}\"")).collect();
    (!quoted.is_empty()).then(|| format!("{}*", quoted.join(" ")))
}

impl Store {
    /// The runs that fit, `limit` of them after the first `offset`, and how many there are in all. Without words the
    /// newest come first, with them the best. Deleted runs are left out.
    pub async fn find_runs(&self, filter: &Filter, limit: u32, offset: u32) -> Result<(Vec<Found>, u32), StoreError> {
        let words = filter.words.as_deref().filter(|words| !words.trim().is_empty());
        let searched = words.map(expression);
        if searched == Some(None) {
            return Ok((Vec::new(), 0));
        }
        let searched = searched.flatten();
        let total: i64 = query("SELECT count(*)", searched.as_deref(), filter)
            .build_query_scalar()
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.failed(error))?;
        let columns = if searched.is_some() { "SELECT runs.*, found.text AS hit" } else { "SELECT runs.*, 0 AS hit" };
        let mut select = query(columns, searched.as_deref(), filter);
        select.push(if searched.is_some() { " ORDER BY rank, number DESC" } else { " ORDER BY number DESC" });
        select.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
        let rows = select.build().fetch_all(&self.pool).await.map_err(|error| self.failed(error))?;
        let mut found = Vec::new();
        for row in &rows {
            let run = RunSummary::from_row(row).map_err(|error| self.failed(error))?;
            let hit = match &searched {
                Some(searched) => self.hit(searched, row, run.number).await?,
                None => None,
            };
            found.push(Found { run, hit });
        }
        Ok((found, u32::try_from(total).unwrap_or(u32::MAX)))
    }

    /// The words around the place that was found.
    async fn hit(&self, searched: &str, row: &SqliteRow, run: i64) -> Result<Option<Hit>, StoreError> {
        let text: i64 = row.try_get("hit").map_err(|error| self.failed(error))?;
        let failed = |error| self.failed(error);
        if text == 0 {
            let [question, answer]: [String; 2] = sqlx::query_as::<_, (String, String)>(
                "SELECT snippet(runs_fts, 0, char(2), char(3), '…', 24), snippet(runs_fts, 1, char(2), char(3), '…', 24)
                 FROM runs_fts WHERE runs_fts MATCH ? AND rowid = ?",
            )
            .bind(searched)
            .bind(run)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?
            .unwrap_or_default()
            .into();
            let in_question = question.contains(OPEN) || !answer.contains(OPEN);
            let (field, marked) = if in_question { (Field::Question, question) } else { (Field::Answer, answer) };
            let (text, marks) = unmarked(&marked);
            return Ok(Some(Hit { field, text, marks, title: String::new() }));
        }
        let found: Option<(String, String, String)> = sqlx::query_as(
            "SELECT kind, texts.title, snippet(texts_fts, 1, char(2), char(3), '…', 24)
             FROM texts_fts JOIN texts ON texts.id = texts_fts.rowid WHERE texts_fts MATCH ? AND texts_fts.rowid = ?",
        )
        .bind(searched)
        .bind(text)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed)?;
        Ok(found.map(|(kind, title, marked)| {
            let field = match kind.as_str() {
                "question" => Field::Question,
                "thought" => Field::Thought,
                _ => Field::Page,
            };
            let (text, marks) = unmarked(&marked);
            Hit { field, text, marks, title }
        }))
    }
}

/// A query over the runs that fit, as far as its order.
fn query(columns: &str, searched: Option<&str>, filter: &Filter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("");
    match searched {
        Some(searched) => {
            query.push(FOUND).push_bind(searched.to_owned()).push(FOUND_TEXTS).push_bind(searched.to_owned());
            query.push(FOUND_END).push(columns).push(" FROM found JOIN runs ON runs.number = found.run");
        }
        None => _ = query.push(columns).push(" FROM runs"),
    }
    query.push(" WHERE hidden_ms = 0");
    if let Some(tag) = &filter.tag {
        query.push(" AND number IN (SELECT run FROM tags WHERE tag = ").push_bind(tag.clone()).push(")");
    }
    if let Some(saved) = filter.saved {
        query.push(" AND saved = ").push_bind(saved);
    }
    if let Some(outcome) = &filter.outcome {
        query.push(" AND outcome = ").push_bind(outcome.clone());
    }
    if let Some(before) = filter.before_ms {
        query.push(" AND created_ms < ").push_bind(before);
    }
    if let Some(after) = filter.after_ms {
        query.push(" AND created_ms >= ").push_bind(after);
    }
    query
}

/// A text without its marks, and where they stood.
fn unmarked(marked: &str) -> (String, Vec<(u32, u32)>) {
    let (mut text, mut marks, mut open, mut units) = (String::new(), Vec::new(), None, 0);
    for letter in marked.chars() {
        match letter {
            OPEN => open = Some(units),
            CLOSE => marks.extend(open.take().map(|start| (start, units))),
            _ => {
                text.push(letter);
                units += letter.len_utf16() as u32;
            }
        }
    }
    (text, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_in_utf16_units() {
        assert_eq!(unmarked("😀 \u{2}Łódź\u{3} a \u{2}b\u{3}"), ("😀 Łódź a b".into(), vec![(3, 7), (10, 11)]));
        assert_eq!(unmarked("\u{3}a\u{2}"), ("a".into(), vec![]));
    }

    #[test]
    fn nothing_that_is_searched_is_syntax() {
        assert_eq!(expression("eiffel\" OR x").as_deref(), Some("\"eiffel\" \"OR\" \"x\"*"));
        assert_eq!(expression(" -*\""), None);
    }
}
