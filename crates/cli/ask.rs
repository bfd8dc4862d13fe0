//! `lucy ask` and `lucy resume`: one run from beginning to end.

use crate::args::{AskArgs, open};
use crate::exit::{End, Failure};
use crate::interrupt::Interrupt;
use crate::screen::Screen;
use crate::view::View;
use futures::StreamExt;
use lucy_app::{App, Ask, Clock, Request, Response, RunUpdate};
use lucy_protocol::{Event, Outcome};
use serde::Serialize;
use std::io::{self, IsTerminal, Read};

/// The longest question, in bytes.
const LONGEST_QUESTION: u64 = 64 * 1_024;

/// Asks a question.
///
/// # Errors
/// If the run cannot begin or its events cannot be kept.
pub async fn ask(args: AskArgs, clock: Clock) -> Result<End, Failure> {
    let question = match args.question.is_empty() && !io::stdin().is_terminal() {
        true => read_question()?,
        false => args.question.join(" "),
    };
    let ask = Ask { question, previous: None, seed: args.seed, max_steps: args.max_steps };
    let app = open(args.model.into(), clock).await?;
    follow(app, Request::Ask(ask), args.json).await
}

/// Takes a run up.
///
/// # Errors
/// As [`ask`], and if there is nothing to take up.
pub async fn resume(app: App, run: String, json: bool) -> Result<End, Failure> {
    follow(app, Request::Resume { run }, json).await
}

fn read_question() -> io::Result<String> {
    let mut bytes = Vec::new();
    io::stdin().take(LONGEST_QUESTION).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn follow(app: App, request: Request, json: bool) -> Result<End, Failure> {
    let interrupt = Interrupt::listen();
    let response = tokio::select! {
        response = app.request(request) => response?,
        () = interrupt.pressed() => return Ok(End::Stopped),
    };
    let Response::Started { run } = response else { return Ok(End::Done) };
    let mut screen = Screen::stdout();
    let shown = match json {
        true => write_json(&app, &run, &interrupt, &mut screen).await,
        false => write_view(&app, &run, &interrupt, &mut screen).await,
    };
    // Whatever happened to the screen, the run ends in order.
    app.close().await;
    shown
}

async fn write_view(app: &App, run: &str, interrupt: &Interrupt, screen: &mut Screen) -> Result<End, Failure> {
    let mut view = View::new(screen, false);
    let end = watch(app, run, interrupt, &mut |update| view.update(update)).await?;
    view.footer(run)?;
    Ok(end)
}

async fn write_json(app: &App, run: &str, interrupt: &Interrupt, screen: &mut Screen) -> Result<End, Failure> {
    watch(app, run, interrupt, &mut |update| match update {
        RunUpdate::Event { seq, event } => screen.line(&json_line(run, *seq, event)),
        RunUpdate::Progress { .. } | RunUpdate::Stopped { .. } => Ok(()),
    })
    .await
}

/// Follows a run to its end, which Ctrl-C brings about.
///
/// # Errors
/// If the run's events could not be kept, or nobody reads what `show` writes: then the run is stopped.
pub async fn watch(
    app: &App,
    run: &str,
    interrupt: &Interrupt,
    show: &mut dyn FnMut(&RunUpdate) -> io::Result<()>,
) -> Result<End, Failure> {
    let mut updates = app.subscribe(run, 0).await?;
    let mut end = End::NoAnswer;
    let mut stopping = false;
    loop {
        let update = tokio::select! {
            biased;
            () = interrupt.pressed(), if !stopping => {
                stopping = true;
                app.request(Request::Cancel { run: run.into() }).await?;
                continue;
            }
            update = updates.next() => update,
        };
        let Some(update) = update else { return Ok(end) };
        if let RunUpdate::Event { event: Event::Finished { outcome, .. }, .. } = &update {
            end = end_of(outcome);
        }
        show(&update)?;
        if let RunUpdate::Stopped { error } = update {
            return Err(error.into());
        }
    }
}

fn end_of(outcome: &Outcome) -> End {
    match outcome {
        Outcome::Answered { .. } => End::Done,
        Outcome::Cancelled => End::Stopped,
        Outcome::OutOfBudget { .. } | Outcome::Failed { .. } => End::NoAnswer,
    }
}

/// An event as a line of JSON: the run, its place, and the event's own fields.
pub fn json_line(run: &str, seq: u64, event: &Event) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        run: &'a str,
        seq: u64,
        #[serde(flatten)]
        event: &'a Event,
    }
    serde_json::to_string(&Line { run, seq, event }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_the_event() {
        let event = Event::Finished { outcome: Outcome::Cancelled, elapsed_ms: 7 };
        let line = json_line("k3", 4, &event);
        assert_eq!(line, r#"{"run":"k3","seq":4,"event":"finished","outcome":{"kind":"cancelled"},"elapsed_ms":7}"#);
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }

    #[test]
    fn only_an_answer_is_success() {
        assert_eq!(end_of(&Outcome::Answered { answer: String::new(), citations: Vec::new() }), End::Done);
        assert_eq!(end_of(&Outcome::Cancelled), End::Stopped);
        assert_eq!(end_of(&Outcome::Failed { error: String::new() }), End::NoAnswer);
    }
}
