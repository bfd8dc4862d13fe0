//! `lucy history`, `lucy show` and `lucy delete`.

use crate::ask::json_line;
use crate::exit::{End, Failure};
use crate::screen::{Look, Screen, plain};
use crate::view::View;
use lucy_app::{App, Clock, HistoryQuery, Request, Response, RunSummary, RunUpdate};

/// Lists the latest runs.
///
/// # Errors
/// If the history cannot be read.
pub async fn list(app: &App, clock: Clock, (limit, json): (u32, bool)) -> Result<End, Failure> {
    let query = HistoryQuery { limit, ..HistoryQuery::default() };
    let Response::History { runs, .. } = app.request(Request::History(query)).await? else { return Ok(End::Done) };
    let mut screen = Screen::stdout();
    if runs.is_empty() && !json {
        screen.line("Nothing was asked yet.")?;
    }
    for run in runs {
        let line = match json {
            true => serde_json::to_string(&run).unwrap_or_default(),
            false => line(&run, &clock, &screen),
        };
        screen.line(&line)?;
    }
    Ok(End::Done)
}

fn line(run: &RunSummary, clock: &Clock, screen: &Screen) -> String {
    let state = match run.outcome.as_deref() {
        Some("answered") => "answered",
        Some("out_of_budget") => "no answer",
        Some(other) => other,
        None if run.running => "running",
        None => "cut off",
    };
    let head = format!("{}  {}  {:<9}  ", run.run, clock.show(run.started_ms), state);
    let room = screen.columns(usize::MAX).saturating_sub(head.chars().count() + 1).max(16);
    format!("{}{}", screen.styled(Look::Dim, &head), shorten(&plain(&run.question), room))
}

fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Shows everything that happened in a run.
///
/// # Errors
/// If there is no such run.
pub async fn show(app: &App, run: &str, json: bool) -> Result<End, Failure> {
    let response = app.request(Request::Show { run: run.into() }).await?;
    let Response::Log { run, events } = response else { return Ok(End::Done) };
    let mut screen = Screen::stdout();
    if json {
        for (seq, event) in (0..).zip(&events) {
            screen.line(&json_line(&run, seq, event))?;
        }
        return Ok(End::Done);
    }
    let mut view = View::new(&mut screen, true);
    for (seq, event) in (0..).zip(events) {
        view.update(&RunUpdate::Event { seq, event })?;
    }
    view.footer(&run)?;
    if view.into_transcript().outcome.is_none() {
        screen.line("This run has no end: resume it with `lucy resume`.")?;
    }
    Ok(End::Done)
}

/// Forgets a run.
///
/// # Errors
/// If there is no such run, or it is still going.
pub async fn delete(app: &App, run: String) -> Result<End, Failure> {
    app.request(Request::Delete { runs: vec![run] }).await?;
    // Nobody takes it back: it is gone when the app is closed.
    app.close().await;
    Ok(End::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_questions_are_shortened() {
        assert_eq!(shorten("who built it", 20), "who built it");
        assert_eq!(shorten("who built the tower", 11), "who built…");
    }
}
