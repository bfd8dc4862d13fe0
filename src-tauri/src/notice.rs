//! A notice of the system when a run has ended and the person looks elsewhere.

use crate::shell::Shell;
use crate::window::MAIN;
use crate::words::Words;
use futures::StreamExt;
use lucy_app::{App, Request, Response, RunUpdate};
use lucy_protocol::{Event, Outcome};
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

/// The most characters of a question in a notice.
const LONGEST_QUESTION: usize = 120;

/// Announces the end of a run.
pub fn when_ended(handle: &AppHandle, run: &str) {
    let (handle, run) = (handle.clone(), run.to_owned());
    tauri::async_runtime::spawn(async move {
        let shell = handle.state::<Shell>();
        let Ok(app) = shell.app() else { return };
        let Some((question, outcome)) = end_of(app, &run).await else { return };
        let settings = app.request(Request::Settings).await;
        let wanted = matches!(settings, Ok(Response::Settings { settings, .. }) if settings.notifications);
        if wanted && looks_elsewhere(&handle) {
            show(&handle, &question, &outcome);
        }
    });
}

/// Waits for the end of a run: the question and how it ended. None if it was cut off.
async fn end_of(app: &App, run: &str) -> Option<(String, Outcome)> {
    let mut updates = app.subscribe(run, 0).await.ok()?;
    let mut asked = String::new();
    while let Some(update) = updates.next().await {
        match update {
            RunUpdate::Event { event: Event::Started { question, .. }, .. } => asked = question,
            RunUpdate::Event { event: Event::Finished { outcome, .. }, .. } => return Some((asked, outcome)),
            _ => (),
        }
    }
    None
}

fn looks_elsewhere(handle: &AppHandle) -> bool {
    let window = handle.get_webview_window(MAIN);
    window.is_some_and(|window| !window.is_focused().unwrap_or(true))
}

fn show(handle: &AppHandle, question: &str, outcome: &Outcome) {
    let words = Words::of(handle.state::<Shell>().language());
    let Some(name) = name(outcome) else { return };
    let shown = handle.notification().builder().title(words.say(name)).body(shortened(question)).show();
    if let Err(error) = shown {
        log::warn!("the notice cannot be shown: {error}");
    }
}

/// What is announced; the person knows of a run that the person stopped.
fn name(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Answered { .. } => Some("answered"),
        Outcome::OutOfBudget { .. } => Some("out_of_budget"),
        Outcome::Failed { .. } => Some("failed"),
        Outcome::Cancelled => None,
    }
}

fn shortened(question: &str) -> String {
    match question.char_indices().nth(LONGEST_QUESTION) {
        Some((end, _)) => format!("{}…", question[..end].trim_end()),
        None => question.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Language;

    #[test]
    fn a_stopped_run_is_not_announced() {
        assert_eq!(name(&Outcome::Cancelled), None);
        let answered = Outcome::Answered { answer: "1890".into(), citations: Vec::new() };
        assert_eq!(Words::of(Language::En).say(name(&answered).unwrap()), "Lucy has an answer");
    }

    #[test]
    fn a_long_question_is_shortened_between_letters() {
        assert_eq!(shortened("Who?"), "Who?");
        let long = shortened(&"ö".repeat(500));
        assert_eq!(long.chars().count(), LONGEST_QUESTION + 1);
        assert!(long.ends_with('…'));
    }
}
