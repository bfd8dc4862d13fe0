//! Finds candidates for a query: pages whose titles have its words, and passages that fit by BM25.

use super::rank::{self, Asked, Candidate, Word};
use super::words::{canonical, expression, fold, is_slip, telling_words};
use crate::provider::{Hit, Query};
use lucy_protocol::Source;
use serde_json::json;
use sqlx::{Error, SqlitePool};
use std::collections::HashMap;

/// Candidates taken by title, and again by passage.
const CANDIDATES: i64 = 60;

/// Candidates whose passages are read for phrases of the query, if no more hits are wanted.
const READ: usize = 24;

/// Characters of a query that count.
const MAX_QUERY: usize = 400;

/// How much of its weight a word keeps that is taken for a slip of the pen.
const SLIP: f64 = 0.5;

/// What a title's words weigh in BM25 against those of the text.
const BM25: &str = "SELECT f.rowid, p.document, bm25(passages_fts, 8.0, 1.0) AS score
     FROM passages_fts AS f JOIN passages AS p ON p.id = f.rowid
     WHERE passages_fts MATCH ? ORDER BY score LIMIT ?";

/// The pages that fit, best first.
pub(super) async fn search(pool: &SqlitePool, query: &Query) -> Result<Vec<Hit>, Error> {
    let text: String = query.text.chars().take(MAX_QUERY).collect();
    let folded = fold(&text);
    let passages: i64 = sqlx::query_scalar("SELECT count(*) FROM passages").fetch_one(pool).await?;
    let titles: i64 = sqlx::query_scalar("SELECT count(*) FROM documents").fetch_one(pool).await?;
    let mut words = Vec::new();
    for word in telling_words(&folded) {
        words.push(look_up(pool, word, passages).await?);
    }
    if words.iter().all(|word| word.expression.is_none()) {
        return Ok(Vec::new());
    }
    let mut candidates = candidates(pool, &words).await?;
    match_words(pool, &words, &mut candidates).await?;
    let counts = title_counts(pool, &candidates).await?;
    let mut ranked = rank::rank(&folded, &words, candidates, &rank::Counts { in_titles: counts, titles, passages });
    ranked.truncate(READ.max(query.limit));
    let read = read(pool, &Asked::of(&folded, &words), ranked).await?;
    let hits = read.into_iter().take(query.limit);
    Ok(hits.map(|(hit, text)| Hit { url: hit.address, title: hit.title, preview: Source::preview_of(&text) }).collect())
}

/// What the index knows of a word: in how many passages and titles it stands. A word that stands nowhere is tried as
/// the beginning of one, then as a slip of the pen for a word of a title.
async fn look_up(pool: &SqlitePool, word: &str, passages: i64) -> Result<Word, Error> {
    let known = |title: String, expression: String, found: i64, prefix: bool| Word {
        expression: Some(expression),
        title,
        prefix,
        weight: rank::weight(passages, found),
    };
    let exactly = expression(word, false);
    let found = count(pool, &exactly).await?;
    if found > 0 {
        return Ok(known(canonical(word), exactly, found, false));
    }
    let begins = expression(word, true);
    let found = if word.chars().count() >= 4 { count(pool, &begins).await? } else { 0 };
    if found > 0 {
        return Ok(known(word.into(), begins, found, true));
    }
    let title = canonical(word);
    match slip_for(pool, &title).await? {
        Some(meant) => {
            let expression = expression(&meant, true);
            let found = count(pool, &expression).await?;
            let word = known(meant, expression, found, false);
            Ok(Word { weight: word.weight * SLIP, ..word })
        }
        None => Ok(Word { expression: None, title, prefix: false, weight: rank::weight(passages, 0) }),
    }
}

/// The word of a title that was meant, if `word` looks like a slip of the pen for one; the commonest of several.
async fn slip_for(pool: &SqlitePool, word: &str) -> Result<Option<String>, Error> {
    let first: String = word.chars().take(1).collect();
    let near: Vec<(String, i64)> = sqlx::query_as(
        "SELECT word, count(*) FROM title_words WHERE word >= ?1 AND word < ?1 || char(1114111) GROUP BY word",
    )
    .bind(first)
    .fetch_all(pool)
    .await?;
    let meant = near.into_iter().filter(|(other, _)| is_slip(word, other)).max_by_key(|(_, count)| *count);
    Ok(meant.map(|(other, _)| other))
}

async fn count(pool: &SqlitePool, expression: &str) -> Result<i64, Error> {
    let count = "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH ?";
    sqlx::query_scalar(count).bind(expression).fetch_one(pool).await
}

/// Documents with the query's words in the title, and those with the best passages; one candidate a document.
async fn candidates(pool: &SqlitePool, words: &[Word]) -> Result<Vec<Candidate>, Error> {
    let any: Vec<&str> = words.iter().filter_map(|word| word.expression.as_deref()).collect();
    let by_text: Vec<(i64, i64, f64)> =
        sqlx::query_as(BM25).bind(any.join(" OR ")).bind(CANDIDATES).fetch_all(pool).await?;
    let mut candidates: Vec<Candidate> = Vec::new();
    for (passage, document, score) in by_text {
        if !candidates.iter().any(|candidate| candidate.document == document) {
            candidates.push(Candidate::new(document, passage, -score));
        }
    }
    let title_words: Vec<_> = words.iter().map(|word| json!([word.title, word.weight])).collect();
    let by_title: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT t.document, p.id FROM json_each(?) AS w
         JOIN title_words AS t ON t.word = w.value ->> 0 JOIN passages AS p ON p.document = t.document AND p.position = 0
         GROUP BY t.document ORDER BY sum(w.value ->> 1) DESC LIMIT ?",
    )
    .bind(json!(title_words).to_string())
    .bind(CANDIDATES)
    .fetch_all(pool)
    .await?;
    for (document, passage) in by_title {
        if !candidates.iter().any(|candidate| candidate.document == document) {
            candidates.push(Candidate::new(document, passage, 0.0));
        }
    }
    name(pool, &mut candidates).await?;
    Ok(candidates)
}

/// Fills in addresses and titles; one candidate is kept of those with the same address.
async fn name(pool: &SqlitePool, candidates: &mut Vec<Candidate>) -> Result<(), Error> {
    let ids: Vec<i64> = candidates.iter().map(|candidate| candidate.document).collect();
    let select = "SELECT id, address, title FROM documents WHERE id IN (SELECT value FROM json_each(?))";
    let named: Vec<(i64, String, String)> = sqlx::query_as(select).bind(json!(ids).to_string()).fetch_all(pool).await?;
    let mut names: HashMap<i64, (String, String)> =
        named.into_iter().map(|(id, address, title)| (id, (address, title))).collect();
    let mut seen = std::collections::HashSet::new();
    candidates.retain_mut(|candidate| match names.remove(&candidate.document) {
        Some((address, title)) if seen.insert(address.clone()) => {
            candidate.set_name(address, title);
            true
        }
        _ => false,
    });
    Ok(())
}

/// Notes which words of the query stand in each candidate's passage or title.
async fn match_words(pool: &SqlitePool, words: &[Word], candidates: &mut [Candidate]) -> Result<(), Error> {
    let passages: Vec<i64> = candidates.iter().map(|candidate| candidate.passage).collect();
    let passages = json!(passages).to_string();
    for (number, word) in words.iter().enumerate() {
        let Some(expression) = &word.expression else { continue };
        let select =
            "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? AND rowid IN (SELECT value FROM json_each(?))";
        let matched: Vec<i64> = sqlx::query_scalar(select).bind(expression).bind(&passages).fetch_all(pool).await?;
        for candidate in candidates.iter_mut().filter(|candidate| matched.contains(&candidate.passage)) {
            candidate.matched.push(number);
        }
    }
    Ok(())
}

/// In how many titles each word of the candidates' titles stands.
async fn title_counts(pool: &SqlitePool, candidates: &[Candidate]) -> Result<HashMap<String, i64>, Error> {
    let words: Vec<&String> = candidates.iter().flat_map(|candidate| &candidate.title_words).collect();
    let select = "SELECT word, count(*) FROM title_words WHERE word IN (SELECT value FROM json_each(?)) GROUP BY word";
    let counts: Vec<(String, i64)> = sqlx::query_as(select).bind(json!(words).to_string()).fetch_all(pool).await?;
    Ok(counts.into_iter().collect())
}

/// The ranked candidates with the passage that fits best, in a new order: that it has a phrase of the query counts too.
async fn read(
    pool: &SqlitePool,
    asked: &Asked<'_>,
    mut ranked: Vec<(f64, Candidate)>,
) -> Result<Vec<(Candidate, String)>, Error> {
    let passages: Vec<i64> = ranked.iter().map(|(_, candidate)| candidate.passage).collect();
    let select = "SELECT id, text FROM passages WHERE id IN (SELECT value FROM json_each(?))";
    let texts: Vec<(i64, String)> = sqlx::query_as(select).bind(json!(passages).to_string()).fetch_all(pool).await?;
    let mut texts: HashMap<i64, String> = texts.into_iter().collect();
    for (score, candidate) in &mut ranked {
        let text = texts.get(&candidate.passage).map_or("", String::as_str);
        *score += asked.phrase(&fold(text));
    }
    rank::sort(&mut ranked);
    let text_of = |(_, candidate): (f64, Candidate)| {
        let text = texts.remove(&candidate.passage).unwrap_or_default();
        (candidate, text)
    };
    Ok(ranked.into_iter().map(text_of).collect())
}
