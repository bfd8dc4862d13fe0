//! `drive` with a model played token by token and fake tools. The runtime's clock stands still unless all wait.

use futures::stream::{self, BoxStream, StreamExt};
use lucy_agent::testing::{FakeModel, FakeTool, MemorySink, calls, says};
use lucy_agent::{DriveError, Inbox, Run, Setup, Start, drive};
use lucy_protocol::{
    AssistantMessage, Budget, CancellationToken, Decision, Delta, Event, LanguageModel, Message, ModelError,
    ModelRequest, Outcome, Progress, Source, StopReason, Tool, ToolChoice, ToolResult, Transcript, Usage,
};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

fn start(budget: Budget) -> Run {
    let (question, model, date) = ("Who designed it?", "fake", "2026-11-23");
    Run::start(Start { question, model, budget, date, seed: 3, history: &[], tools: &[] })
}

/// A clock that is 10 ms later whenever it is read.
fn ticking() -> impl Fn() -> u64 + Sync {
    let now = AtomicU64::new(0);
    move || now.fetch_add(10, Ordering::Relaxed)
}

/// Finds two pages for any query; the slower, the longer the query.
fn search() -> Arc<dyn Tool> {
    Arc::new(FakeTool::new("web_search", |call, _| async move {
        let query = call.arguments["query"].as_str().unwrap_or_default().to_owned();
        tokio::time::sleep(Duration::from_secs(query.len() as u64)).await;
        let source = |n| Source { url: format!("https://{query}/{n}"), title: query.clone(), ..Source::default() };
        ToolResult { call_id: call.id, sources: vec![source(1), source(2)], ..ToolResult::default() }
    }))
}

fn searches(queries: &[&str]) -> AssistantMessage {
    calls(&queries.iter().map(|query| ("web_search", json!({"query": query}))).collect::<Vec<_>>())
}

fn script() -> FakeModel {
    let script = [searches(&["tower"]), searches(&["longer", "no"]), searches(&["tower"]), says("Sauvestre [2] [6].")];
    FakeModel::script(script.to_vec())
}

/// Drives a run of one tool with a ticking clock.
async fn go(run: &mut Run, model: &FakeModel, tool: Arc<dyn Tool>, sink: &mut MemorySink) -> Outcome {
    let (tools, clock) = ([tool], ticking());
    drive(run, &Setup::new(model, &tools, &clock), sink, &CancellationToken::new()).await.unwrap()
}

fn contents(run: &Run) -> Vec<String> {
    let content = |event: &Event| match event {
        Event::Observed { result, .. } => Some(result.content.clone()),
        _ => None,
    };
    run.log().iter().filter_map(content).collect()
}

#[tokio::test(start_paused = true)]
async fn a_run_goes_from_the_question_to_a_cited_answer() {
    let (mut run, model, mut sink) = (start(Budget::default()), script(), MemorySink::default());
    let Outcome::Answered { citations, .. } = go(&mut run, &model, search(), &mut sink).await else { panic!() };
    let urls: Vec<_> = citations.iter().map(|c| c.url.as_deref().unwrap()).collect();
    assert_eq!(urls, ["https://tower/2", "https://no/2"]);
    assert_eq!(sink.events, run.log());
    assert_eq!(contents(&run).iter().filter(|text| text.starts_with("Error: this call was already")).count(), 1);
    let elapsed: Vec<_> = (1..=run.log().len()).map(|n| Transcript::of(&run.log()[..n]).elapsed_ms).collect();
    assert!(elapsed.is_sorted() && elapsed.last() > Some(&0), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn calls_run_side_by_side_and_are_recorded_in_order() {
    let model = FakeModel::script(vec![searches(&["the slowest", "slow", "s"]), says("Done.")]);
    let (mut run, mut sink) = (start(Budget::default()), MemorySink::default());
    let began = tokio::time::Instant::now();
    go(&mut run, &model, search(), &mut sink).await;
    assert_eq!(began.elapsed().as_secs(), 11);
    let titles: Vec<_> = run.sources().iter().map(|source| (source.number, source.title.clone())).collect();
    assert_eq!(titles[0], (1, "the slowest".into()));
    assert_eq!(titles[4], (5, "s".into()));
}

#[tokio::test(start_paused = true)]
async fn every_prompt_keeps_the_tools_and_only_the_last_may_not_call() {
    let (mut run, model) = (start(Budget { steps: 3, ..Budget::default() }), script());
    let outcome = go(&mut run, &model, search(), &mut MemorySink::default()).await;
    assert!(matches!(outcome, Outcome::OutOfBudget { .. }));
    let requests = model.requests();
    assert!(requests.iter().all(|request| request.tools.len() == 1));
    let choices: Vec<_> = requests.iter().map(|request| request.tool_choice).collect();
    assert_eq!(choices, [ToolChoice::Auto, ToolChoice::Auto, ToolChoice::None]);
    assert_eq!(requests.iter().map(|request| request.sampling.seed).collect::<Vec<_>>(), [3, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_log_cut_after_any_event_is_driven_to_the_same_end() {
    let mut whole = start(Budget::default());
    let end = go(&mut whole, &script(), search(), &mut MemorySink::default()).await;
    for kept in 1..=whole.log().len() {
        let events = whole.log()[..kept].to_vec();
        let mut run = Run::resume(events.clone()).unwrap();
        let mut sink = MemorySink { events, ..MemorySink::default() };
        assert_eq!(go(&mut run, &script(), search(), &mut sink).await, end, "cut after {kept}");
        assert_eq!(contents(&run), contents(&whole), "cut after {kept}");
        assert_eq!(sink.events, run.log());
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_a_tool_does_is_an_observation() {
    let made = calls(&[("web_search", json!({})), ("nothing", json!({})), ("slow", json!({}))]);
    let model = FakeModel::script(vec![made, says("Well.")]);
    let stopped = Arc::new(AtomicBool::new(false));
    let noted = stopped.clone();
    let slow = FakeTool::new("slow", move |_, cx| {
        let noted = noted.clone();
        tokio::spawn(async move {
            cx.cancel.cancelled().await;
            noted.store(true, Ordering::Relaxed);
        });
        std::future::pending()
    });
    let broken = FakeTool::new("web_search", |_, _| -> std::future::Ready<ToolResult> { panic!("a bug") });
    let tools: [Arc<dyn Tool>; 2] = [Arc::new(broken), Arc::new(slow)];
    let (mut run, clock) = (start(Budget::default()), ticking());
    let setup = Setup { tool_timeout: Duration::from_secs(5), ..Setup::new(&model, &tools, &clock) };
    drive(&mut run, &setup, &mut MemorySink::default(), &CancellationToken::new()).await.unwrap();
    let said = [
        "Error: `web_search` broke. Do not call it with these arguments.",
        "Error: there is no tool `nothing`. Call one of: web_search, slow.",
        "Error: `slow` gave no result within 5 s. Try something else.",
    ];
    assert_eq!(contents(&run), said);
    tokio::task::yield_now().await;
    assert!(stopped.load(Ordering::Relaxed), "a call that took too long is told to stop");
}

#[tokio::test(start_paused = true)]
async fn cancelling_keeps_what_was_said_and_asks_for_no_further_token() {
    let model = FakeModel::script(vec![says("one two three four five six seven eight nine ten")]);
    let (cancel, clock) = (CancellationToken::new(), ticking());
    let mut sink = MemorySink { cancel_at_text: Some(cancel.clone()), ..MemorySink::default() };
    let mut run = start(Budget::default());
    let outcome = drive(&mut run, &Setup::new(&model, &[], &clock), &mut sink, &cancel).await.unwrap();
    assert_eq!(outcome, Outcome::Cancelled);
    let shown: String =
        sink.progress.iter().map(|p| if let Progress::Text { delta } = p { delta.as_str() } else { "" }).collect();
    let Event::Replied { message, .. } = &sink.events[1] else { panic!() };
    assert_eq!((message.text.as_str(), message.stop), (shown.as_str(), StopReason::Cancelled));
    assert!(shown.starts_with("one ") && !shown.contains("six"), "{shown}");
    assert_eq!(sink.events.len(), 3);
}

/// A model that says a word, or nothing, and then hangs, whatever it is told.
struct Stuck(Option<&'static str>, AtomicBool);

impl LanguageModel for Stuck {
    fn generate(&self, _: ModelRequest, _: CancellationToken) -> BoxStream<'static, Result<Delta, ModelError>> {
        self.1.store(true, Ordering::Relaxed);
        stream::iter(self.0.map(|word| Ok(Delta::Text(word.into())))).chain(stream::pending()).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_does_not_stop_is_left() {
    let (model, clock, cancel) = (Stuck(Some("Well "), AtomicBool::default()), ticking(), CancellationToken::new());
    let (mut run, mut sink) = (start(Budget::default()), MemorySink::default());
    let later = cancel.clone();
    let stop = async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        later.cancel();
    };
    let setup = Setup::new(&model, &[], &clock);
    let (outcome, ()) = tokio::join!(drive(&mut run, &setup, &mut sink, &cancel), stop);
    assert_eq!(outcome.unwrap(), Outcome::Cancelled);
    assert!(matches!(&run.log()[1], Event::Replied { message, .. } if message.text == "Well "));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cancelled_before_it_begins_asks_nothing() {
    let (model, clock, cancel) = (Stuck(None, AtomicBool::default()), ticking(), CancellationToken::new());
    cancel.cancel();
    let mut run = start(Budget::default());
    let outcome = drive(&mut run, &Setup::new(&model, &[], &clock), &mut MemorySink::default(), &cancel).await;
    assert_eq!(outcome.unwrap(), Outcome::Cancelled);
    assert!(!model.1.load(Ordering::Relaxed));
    assert_eq!(run.log().len(), 2);
}

/// Says when it is dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A tool that never answers, and whether its call is gone.
fn hanging() -> (Arc<dyn Tool>, Arc<AtomicBool>) {
    let gone = Arc::new(AtomicBool::new(false));
    let held = gone.clone();
    let tool = FakeTool::new("web_search", move |call, _| {
        let held = Dropped(held.clone());
        async move {
            if call.arguments["query"] == json!("quick") {
                return ToolResult { call_id: call.id, content: "Quick.".into(), ..ToolResult::default() };
            }
            std::future::pending::<()>().await;
            drop(held);
            ToolResult::default()
        }
    });
    (Arc::new(tool), gone)
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_calls_and_keeps_the_results_that_came() {
    let (tool, gone) = hanging();
    let model = FakeModel::script(vec![searches(&["never", "quick"])]);
    let (tools, clock, cancel) = ([tool], ticking(), CancellationToken::new());
    let (mut run, mut sink, later) = (start(Budget::default()), MemorySink::default(), cancel.clone());
    let stop = async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        later.cancel();
    };
    let setup = Setup::new(&model, &tools, &clock);
    let (outcome, ()) = tokio::join!(drive(&mut run, &setup, &mut sink, &cancel), stop);
    assert_eq!(outcome.unwrap(), Outcome::Cancelled);
    assert_eq!(contents(&run), ["Quick."]);
    tokio::task::yield_now().await;
    assert!(gone.load(Ordering::Relaxed));
    let again = Run::reopen(sink.events).unwrap();
    assert!(matches!(again.next(), lucy_agent::Action::CallTools(calls) if calls.len() == 1 && calls[0].id == "s1c1"));
}

#[tokio::test(start_paused = true)]
async fn who_wants_the_answer_now_does_not_wait_for_calls() {
    let (tool, gone) = hanging();
    let model = FakeModel::script(vec![searches(&["never", "quick"]), says("Well.")]);
    let (tools, clock, inbox) = ([tool], ticking(), Inbox::default());
    let (mut run, mut sink) = (start(Budget::default()), MemorySink::default());
    let cancel = CancellationToken::new();
    let setup = Setup { inbox: Some(&inbox), ..Setup::new(&model, &tools, &clock) };
    let press = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        inbox.finish();
    };
    let (outcome, ()) = tokio::join!(drive(&mut run, &setup, &mut sink, &cancel), press);
    assert!(matches!(outcome.unwrap(), Outcome::Answered { answer, .. } if answer == "Well."));
    let said = contents(&run);
    assert!(said[0].starts_with("Error: the person asks for the answer now") || said[1].starts_with("Error: the"));
    assert_eq!(said.len(), 2);
    assert_eq!(model.requests()[1].tool_choice, ToolChoice::None);
    tokio::task::yield_now().await;
    assert!(gone.load(Ordering::Relaxed), "the call is ended");
    assert_eq!(sink.events, run.log());
}

#[tokio::test(start_paused = true)]
async fn words_that_come_while_the_answer_is_written_are_read_next() {
    let inbox = Arc::new(Inbox::default());
    let heard = inbox.clone();
    let model = FakeModel::new(move |request| {
        let replies = request.messages.iter().filter(|m| matches!(m, Message::Assistant(_))).count();
        if replies == 0 {
            heard.steer("And who drew it?".into());
        }
        Ok(says(["Eiffel.", "Sauvestre."][replies]))
    });
    let (mut run, mut sink, clock) = (start(Budget::default()), MemorySink::default(), ticking());
    let setup = Setup { inbox: Some(&inbox), ..Setup::new(&model, &[], &clock) };
    let outcome = drive(&mut run, &setup, &mut sink, &CancellationToken::new()).await.unwrap();
    assert!(matches!(outcome, Outcome::Answered { answer, .. } if answer == "Sauvestre."));
    let last = model.requests()[1].messages.last().cloned();
    assert_eq!(last, Some(Message::User { text: "And who drew it?".into() }));
    let transcript = Transcript::of(run.log());
    assert_eq!((transcript.said[0].after, transcript.said[0].text.as_str()), (1, "And who drew it?"));
}

#[tokio::test(start_paused = true)]
async fn words_wait_until_the_calls_have_results() {
    let inbox = Inbox::default();
    inbox.steer("First of all.".into());
    let model = FakeModel::script(vec![searches(&["a"]), says("Done.")]);
    let (mut run, tools, clock) = (start(Budget::default()), [search()], ticking());
    let setup = Setup { inbox: Some(&inbox), ..Setup::new(&model, &tools, &clock) };
    let speak = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        inbox.steer("While it searches.".into());
    };
    let cancel = CancellationToken::new();
    let mut sink = MemorySink::default();
    let (outcome, ()) = tokio::join!(drive(&mut run, &setup, &mut sink, &cancel), speak);
    outcome.unwrap();
    let said: Vec<_> = Transcript::of(run.log()).said.into_iter().map(|said| (said.after, said.text)).collect();
    assert_eq!(said, [(0, "First of all.".to_owned()), (1, "While it searches.".to_owned())]);
    assert!(matches!(run.log()[3..], [Event::Observed { .. }, Event::Steered { .. }, ..]), "{:?}", run.log());
}

#[tokio::test(start_paused = true)]
async fn dropping_a_drive_ends_its_calls() {
    let (tool, gone) = hanging();
    let model = FakeModel::script(vec![searches(&["never"])]);
    let (mut run, mut sink) = (start(Budget::default()), MemorySink::default());
    let driven = go(&mut run, &model, tool, &mut sink);
    assert!(tokio::time::timeout(Duration::from_secs(3), driven).await.is_err());
    tokio::task::yield_now().await;
    assert!(gone.load(Ordering::Relaxed));
    assert_eq!(sink.events.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_ends_the_run_and_says_what_is_kept() {
    let whole = {
        let mut run = start(Budget::default());
        go(&mut run, &script(), search(), &mut MemorySink::default()).await;
        run
    };
    for room in 0..whole.log().len() {
        let (mut run, tools, clock, model) = (start(Budget::default()), [search()], ticking(), script());
        let mut sink = MemorySink { room: Some(room), ..MemorySink::default() };
        let setup = Setup::new(&model, &tools, &clock);
        let error = drive(&mut run, &setup, &mut sink, &CancellationToken::new()).await.unwrap_err();
        let DriveError::NotKept { kept, .. } = &error;
        assert_eq!((*kept, sink.events.len()), (room, room));
        assert!(error.to_string().contains("the disk is full"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_cut_at_the_deadline_and_the_last_step_answers() {
    let long = || AssistantMessage { reasoning: "hm ".repeat(500), ..says("") };
    let model = FakeModel::script(vec![long(), says("In time.")]);
    let mut run = start(Budget { seconds: 2, ..Budget::default() });
    let outcome = go(&mut run, &model, search(), &mut MemorySink::default()).await;
    assert!(matches!(outcome, Outcome::Answered { answer, .. } if answer == "In time."));
    let Event::Replied { message, elapsed_ms } = &run.log()[1] else { panic!() };
    assert_eq!(message.stop, StopReason::Length);
    assert!(message.reasoning.len() < 1_500 && *elapsed_ms >= 2_000, "{elapsed_ms}");
    assert_eq!(model.requests()[1].tool_choice, ToolChoice::None);
}

#[tokio::test(start_paused = true)]
async fn text_is_shown_about_thirty_times_a_second_and_whole() {
    let reasoning = "a thought of some words ".repeat(40);
    let usage = Usage { completion_tokens: 203, ..Usage::default() };
    let model = FakeModel::script(vec![AssistantMessage { reasoning: reasoning.clone(), usage, ..says("The end.") }]);
    let (mut run, mut sink) = (start(Budget::default()), MemorySink::default());
    go(&mut run, &model, search(), &mut sink).await;
    let (mut thought, mut text, mut shown) = (String::new(), String::new(), 0);
    for progress in &sink.progress {
        match progress {
            Progress::Reasoning { delta } => (thought += delta, shown += 1).0,
            Progress::Text { delta } => (text += delta, shown += 1).0,
            Progress::Stats { tokens_per_second } => assert!((90.0..110.0).contains(tokens_per_second)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((thought, text.as_str()), (reasoning, "The end."));
    assert!((40..=60).contains(&shown), "{shown} pieces in two seconds");
}

#[tokio::test(start_paused = true)]
async fn notes_of_tools_are_shown_between_the_call_and_its_result() {
    let tool = FakeTool::new("web_search", |call, cx| async move {
        (cx.note)("Asking the library".into());
        ToolResult { call_id: call.id, ..ToolResult::default() }
    });
    let model = FakeModel::script(vec![AssistantMessage { reasoning: String::new(), ..searches(&["a"]) }, says("")]);
    let (mut run, mut sink) = (start(Budget { steps: 2, ..Budget::default() }), MemorySink::default());
    go(&mut run, &model, Arc::new(tool), &mut sink).await;
    let call_id = || "s1c1".to_owned();
    let note = Progress::ToolNote { call_id: call_id(), note: "Asking the library".into() };
    assert_eq!(sink.progress, [Progress::ToolStarted { call_id: call_id() }, note]);
}

#[tokio::test(start_paused = true)]
async fn the_person_is_asked_before_a_call_that_needs_it() {
    for (decision, said) in [(Some(Decision::Allow), "Ran."), (None, "Error: the person did not allow this call.")] {
        let tool = FakeTool::new("shell", |call, _| async move {
            ToolResult { call_id: call.id, content: "Ran.".into(), ..ToolResult::default() }
        });
        let model = FakeModel::script(vec![calls(&[("shell", json!({"line": "ls"}))]), says("Done.")]);
        let (mut run, mut sink) = (start(Budget::default()), MemorySink { decision, ..MemorySink::default() });
        go(&mut run, &model, Arc::new(tool.asking()), &mut sink).await;
        assert!(contents(&run)[0].starts_with(said), "{:?}", contents(&run));
        assert!(matches!(&run.log()[2], Event::Decided { call_id, .. } if call_id == "s1c1"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_model_ends_the_run() {
    let full = ModelError::ContextFull { tokens: 5_000, limit: 4_096 };
    let model = FakeModel::new(move |_| Err(full.clone()));
    let mut run = start(Budget::default());
    let outcome = go(&mut run, &model, search(), &mut MemorySink::default()).await;
    let error = "the prompt has 5000 tokens, the model's context 4096".to_owned();
    assert_eq!(outcome, Outcome::Failed { error });
}

#[tokio::test(start_paused = true)]
async fn results_are_cut_to_what_the_model_can_read() {
    let tool = FakeTool::new("web_search", |call, _| async move {
        ToolResult { call_id: call.id, content: "x".repeat(1_000_000), ..ToolResult::default() }
    });
    let model = FakeModel::script(vec![searches(&["a"]), says("Done.")]);
    let (mut run, tools, clock) = (start(Budget::default()), [Arc::new(tool) as Arc<dyn Tool>], ticking());
    let setup = Setup { result_chars: 10, ..Setup::new(&model, &tools, &clock) };
    drive(&mut run, &setup, &mut MemorySink::default(), &CancellationToken::new()).await.unwrap();
    assert_eq!(contents(&run), ["xxxxxxxxxx\n[cut: the first 10 of 1000000 characters]"]);
}

#[tokio::test]
async fn a_drive_can_be_spawned() {
    let task = tokio::spawn(async {
        let (model, tools, clock) = (script(), [search()], ticking());
        let mut run = start(Budget { steps: 1, ..Budget::default() });
        let setup = Setup::new(&model, &tools, &clock);
        drive(&mut run, &setup, &mut MemorySink::default(), &CancellationToken::new()).await.unwrap()
    });
    assert!(matches!(task.await.unwrap(), Outcome::OutOfBudget { .. }));
}
