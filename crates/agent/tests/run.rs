//! `Run` without any model: what it does next, what it refuses and how it ends.

use lucy_agent::testing::{calls, says};
use lucy_agent::{Action, Input, LogError, RESULT_CHARS, Run, Start, Way};
use lucy_protocol::{
    AssistantMessage, Budget, Decision, Event, Limit, Message, Outcome, Source, StopReason, ToolCall, ToolChoice,
    ToolResult, Usage,
};
use serde_json::json;

fn run_with(budget: Budget) -> Run {
    let start = Start {
        question: "Who designed the Eiffel Tower?",
        model: "fake",
        budget,
        date: "2026-11-23",
        seed: 7,
        history: &[],
        tools: &[],
    };
    Run::start(start)
}

fn run() -> Run {
    run_with(Budget::default())
}

fn reply(run: &mut Run, message: AssistantMessage) -> Vec<Event> {
    let elapsed_ms = run.elapsed_ms() + 10;
    run.record(Input::Reply { message, elapsed_ms }).to_vec()
}

fn result(run: &mut Run, call_id: &str, urls: &[&str]) -> Vec<Event> {
    let source = |url: &&str| Source { url: (*url).into(), ..Source::default() };
    let sources = urls.iter().map(source).collect();
    let result = ToolResult { call_id: call_id.into(), sources, ..ToolResult::default() };
    run.record(Input::Result { result, limit: RESULT_CHARS, elapsed_ms: run.elapsed_ms() }).to_vec()
}

fn outcome(run: &Run) -> Outcome {
    match run.next() {
        Action::Done(outcome) => outcome,
        other => panic!("not over: {other:?}"),
    }
}

fn choice(run: &Run) -> ToolChoice {
    match run.next() {
        Action::Generate { tool_choice, .. } => tool_choice,
        other => panic!("no reply is due: {other:?}"),
    }
}

fn due(run: &Run) -> Vec<String> {
    match run.next() {
        Action::CallTools(calls) => calls.into_iter().map(|call| call.id).collect(),
        other => panic!("no calls are due: {other:?}"),
    }
}

fn refusals(events: &[Event]) -> Vec<&str> {
    let mut contents = Vec::new();
    for event in events {
        if let Event::Observed { result, .. } = event
            && result.is_error
        {
            contents.push(result.content.as_str());
        }
    }
    contents
}

fn search(query: &str) -> AssistantMessage {
    calls(&[("web_search", json!({"query": query}))])
}

fn spent(message: AssistantMessage, tokens: u32) -> AssistantMessage {
    AssistantMessage { usage: Usage { completion_tokens: tokens, ..Usage::default() }, ..message }
}

#[test]
fn a_question_is_searched_and_answered_with_citations() {
    let mut run = run();
    reply(&mut run, search("eiffel tower"));
    assert_eq!(due(&run), ["s1c1"]);
    result(&mut run, "s1c1", &["https://a", "https://b"]);
    let end = reply(&mut run, says(" Stephen Sauvestre [2], not X [9].\n"));
    assert_eq!(end.len(), 2);
    let Outcome::Answered { answer, citations } = outcome(&run) else { panic!() };
    assert_eq!(answer, "Stephen Sauvestre [2], not X [9].");
    let cited: Vec<_> = citations.iter().map(|c| (c.number, c.url.as_deref())).collect();
    assert_eq!(cited, [(2, Some("https://b")), (9, None)]);
}

#[test]
fn the_prompt_is_instructions_history_question_and_then_the_steps() {
    let history = [Message::User { text: "Hello".into() }, Message::Assistant(says("Hi"))];
    let budget = Budget::default();
    let start = Start { question: "Q", model: "m", budget, date: "2026-01-02", seed: 1, history: &history, tools: &[] };
    let mut run = Run::start(start);
    reply(&mut run, search("q"));
    result(&mut run, "s1c1", &[]);
    let Action::Generate { messages, .. } = run.next() else { panic!() };
    let roles: Vec<_> = messages.iter().map(|m| serde_json::to_value(m).unwrap()["role"].clone()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user", "assistant", "tool"]);
    assert!(matches!(&messages[0], Message::System { text } if text.contains("2026-01-02")));
    assert!(matches!(&messages[5], Message::Tool(result) if result.content == "No results found"));
}

#[test]
fn each_step_has_its_own_seed_and_its_own_call_ids() {
    let mut run = run();
    let mut seeds = Vec::new();
    for step in 1..=3 {
        let Action::Generate { seed, .. } = run.next() else { panic!() };
        seeds.push(seed);
        reply(&mut run, search(&format!("query {step}")));
        assert_eq!(due(&run), [format!("s{step}c1")]);
        result(&mut run, &format!("s{step}c1"), &[]);
    }
    assert_eq!(seeds, [7, 8, 9]);
}

#[test]
fn an_exact_repeat_is_not_made_again() {
    let mut run = run();
    reply(&mut run, search("a"));
    result(&mut run, "s1c1", &["https://a", "https://b"]);
    let events = reply(&mut run, search("a"));
    let said = ["Error: this call was already made. Read Result 1, 2 above, call with other arguments, or answer."];
    assert_eq!(refusals(&events), said);
    assert_eq!(choice(&run), ToolChoice::Auto);
    reply(&mut run, search("b"));
    assert_eq!(due(&run), ["s3c1"]);
}

#[test]
fn a_repeat_within_a_reply_waits_for_the_first_and_keeps_the_order() {
    let mut run = run();
    let search = |query: &str| ("web_search", json!({"query": query}));
    reply(&mut run, calls(&[search("a"), search("a"), search("b")]));
    assert_eq!(due(&run), ["s1c1", "s1c3"]);
    assert_eq!(refusals(&result(&mut run, "s1c1", &["https://a"])).len(), 1);
    assert_eq!(due(&run), ["s1c3"]);
    result(&mut run, "s1c3", &[]);
    let Action::Generate { messages, .. } = run.next() else { panic!() };
    let answered: Vec<_> = messages
        .iter()
        .filter_map(|m| if let Message::Tool(r) = m { Some(r.call_id.as_str()) } else { None })
        .collect();
    assert_eq!(answered, ["s1c1", "s1c2", "s1c3"]);
}

#[test]
fn the_order_of_arguments_makes_no_other_call() {
    let mut run = run();
    reply(&mut run, calls(&[("t", json!({"a": 1, "b": 2})), ("t", json!({"b": 2, "a": 1}))]));
    assert_eq!(due(&run), ["s1c1"]);
}

#[test]
fn calls_that_cannot_be_read_are_observations() {
    let mut run = run();
    let mut message = calls(&[("", json!({})), ("x", json!({}))]);
    message.calls[1].malformed = Some("a brace is missing".into());
    let events = reply(&mut run, message);
    let said = refusals(&events);
    assert!(said[0].starts_with("Error: the call names no tool"), "{said:?}");
    assert!(said[1].contains("a brace is missing"), "{said:?}");
    assert_eq!(choice(&run), ToolChoice::Auto);
}

#[test]
fn a_flood_of_calls_is_cut_at_eight() {
    let mut run = run();
    let flood: Vec<_> = (0..50).map(|n| ("t", json!({"n": n}))).collect();
    reply(&mut run, calls(&flood));
    assert_eq!(due(&run).len(), 8);
    for n in 1..=8 {
        result(&mut run, &format!("s1c{n}"), &[]);
    }
    assert_eq!(choice(&run), ToolChoice::Auto);
    assert_eq!(refusals(run.log()).len(), 42);
}

#[test]
fn the_last_step_offers_no_tools_and_takes_the_text_beside_a_call() {
    let mut run = run_with(Budget { steps: 2, ..Budget::default() });
    assert_eq!(choice(&run), ToolChoice::Auto);
    reply(&mut run, search("a"));
    result(&mut run, "s1c1", &[]);
    assert_eq!(choice(&run), ToolChoice::None);
    reply(&mut run, AssistantMessage { text: "Perhaps Eiffel.".into(), ..search("b") });
    assert!(matches!(outcome(&run), Outcome::Answered { answer, .. } if answer == "Perhaps Eiffel."));
}

#[test]
fn a_last_step_that_only_calls_is_out_of_budget() {
    for steps in [0, 1] {
        let mut run = run_with(Budget { steps, ..Budget::default() });
        assert_eq!(choice(&run), ToolChoice::None);
        reply(&mut run, search("a"));
        assert_eq!(outcome(&run), Outcome::OutOfBudget { limit: Limit::Steps });
    }
}

#[test]
fn tokens_are_kept_back_for_the_answer() {
    let mut run = run_with(Budget { tokens: 4_096, ..Budget::default() });
    let Action::Generate { max_tokens, .. } = run.next() else { panic!() };
    assert_eq!(max_tokens, 3_072);
    reply(&mut run, spent(search("a"), 2_500));
    result(&mut run, "s1c1", &[]);
    let Action::Generate { max_tokens, tool_choice, .. } = run.next() else { panic!() };
    assert_eq!((max_tokens, tool_choice), (1_596, ToolChoice::None));
    reply(&mut run, spent(says(""), 1_596));
    assert_eq!(outcome(&run), Outcome::OutOfBudget { limit: Limit::Tokens });
}

#[test]
fn time_used_up_leaves_one_step_with_a_later_deadline() {
    let mut run = run_with(Budget { seconds: 200, ..Budget::default() });
    let Action::Generate { deadline_ms, .. } = run.next() else { panic!() };
    assert_eq!(deadline_ms, 200_000);
    run.record(Input::Reply { message: search("a"), elapsed_ms: 201_000 });
    result(&mut run, "s1c1", &[]);
    let Action::Generate { deadline_ms, tool_choice, .. } = run.next() else { panic!() };
    assert_eq!((deadline_ms, tool_choice), (251_000, ToolChoice::None));
    reply(&mut run, says(" "));
    assert_eq!(outcome(&run), Outcome::OutOfBudget { limit: Limit::Seconds });
}

#[test]
fn one_empty_reply_is_forgiven_and_two_in_a_row_are_not() {
    let mut run = run();
    reply(&mut run, says(" \n"));
    let Action::Generate { messages, .. } = run.next() else { panic!() };
    assert!(matches!(messages.last(), Some(Message::Tool(result)) if result.content.starts_with("Error:")));
    reply(&mut run, search("a"));
    result(&mut run, "s2c1", &[]);
    reply(&mut run, says(""));
    reply(&mut run, says(""));
    assert!(matches!(outcome(&run), Outcome::Failed { .. }));
}

#[test]
fn a_cancelled_reply_is_kept_and_ends_the_run() {
    let mut run = run();
    let partial = AssistantMessage { stop: StopReason::Cancelled, ..says("Stephen Sau") };
    let events = reply(&mut run, partial.clone());
    assert!(matches!(&events[0], Event::Replied { message, .. } if *message == partial));
    assert_eq!(outcome(&run), Outcome::Cancelled);
    assert_eq!(reply(&mut run, says("more")), []);
    assert_eq!(run.record(Input::Cancel { elapsed_ms: 0 }), []);
}

#[test]
fn a_denied_call_is_an_observation() {
    let mut run = run();
    reply(&mut run, calls(&[("shell", json!({"x": 1})), ("shell", json!({"x": 2}))]));
    let deny = Input::Decision { call_id: "s1c1".into(), decision: Decision::Deny };
    let events = run.record(deny.clone()).to_vec();
    assert_eq!(refusals(&events), ["Error: the person did not allow this call. Go on without it."]);
    assert_eq!(run.record(deny), []);
    assert_eq!(due(&run), ["s1c2"]);
}

fn say(run: &mut Run, text: &str) -> Vec<Event> {
    run.record(Input::Steer { text: text.into(), elapsed_ms: run.elapsed_ms() }).to_vec()
}

#[test]
fn words_of_the_person_are_read_before_the_next_reply() {
    let mut run = run();
    reply(&mut run, search("a"));
    assert_eq!(say(&mut run, "Too early."), []);
    result(&mut run, "s1c1", &[]);
    assert_eq!(say(&mut run, "  Only in Paris. \n").len(), 1);
    assert_eq!(say(&mut run, "\n"), []);
    let Action::Generate { messages, .. } = run.next() else { panic!() };
    assert!(matches!(messages.last(), Some(Message::User { text }) if text == "Only in Paris."));
}

#[test]
fn an_answer_that_was_interrupted_is_not_the_end() {
    let mut run = run();
    let elapsed_ms = 10;
    let answer = Input::Reply { message: says("Eiffel."), elapsed_ms };
    run.record_all([answer, Input::Steer { text: "Who drew it?".into(), elapsed_ms }]);
    assert_eq!(choice(&run), ToolChoice::Auto);
    reply(&mut run, says("Sauvestre."));
    assert!(matches!(outcome(&run), Outcome::Answered { answer, .. } if answer == "Sauvestre."));
    assert_eq!(say(&mut run, "Thanks."), []);
}

#[test]
fn words_do_not_lengthen_a_run_beyond_its_budget() {
    let mut run = run_with(Budget { steps: 1, ..Budget::default() });
    let answer = Input::Reply { message: says("Eiffel."), elapsed_ms: 10 };
    run.record_all([answer, Input::Steer { text: "Who drew it?".into(), elapsed_ms: 10 }]);
    assert!(matches!(outcome(&run), Outcome::Answered { answer, .. } if answer == "Eiffel."));
}

#[test]
fn who_wants_the_answer_now_gets_no_more_calls() {
    let mut run = run();
    reply(&mut run, calls(&[("t", json!({"n": 1})), ("t", json!({"n": 2}))]));
    result(&mut run, "s1c1", &[]);
    let events = run.record(Input::Finish { elapsed_ms: 20 }).to_vec();
    assert!(matches!(events[0], Event::AskedToFinish { elapsed_ms: 20 }));
    assert!(refusals(&events)[0].contains("asks for the answer now"), "{events:?}");
    assert_eq!(run.record(Input::Finish { elapsed_ms: 30 }), []);
    assert_eq!(choice(&run), ToolChoice::None);
    reply(&mut run, search("b"));
    assert_eq!(outcome(&run), Outcome::OutOfBudget { limit: Limit::Asked });
}

fn searched() -> Run {
    let mut run = run();
    for step in 1..=2 {
        reply(&mut run, search(&format!("query {step}")));
        result(&mut run, &format!("s{step}c1"), &["https://a"]);
    }
    reply(&mut run, says("Eiffel [1]."));
    run
}

#[test]
fn a_branch_makes_a_step_anew() {
    let log = searched().into_log();
    let again = Run::branch(log.clone(), "old", 2, Way::Again { seed: 70 }).unwrap();
    assert_eq!(again.log()[1..3], log[1..3]);
    assert_eq!(again.log()[3..], [Event::Branched { run: "old".into(), step: 2 }]);
    let Action::Generate { seed, .. } = again.next() else { panic!() };
    assert_eq!(seed, 71);
    for step in [0, 4] {
        assert_eq!(Run::branch(log.clone(), "old", step, Way::Again { seed: 1 }), Err(LogError::NoStep(step)));
    }
}

#[test]
fn a_branch_with_another_call_keeps_the_thought() {
    let log = searched().into_log();
    let call = |arguments: serde_json::Value| ToolCall {
        id: String::new(),
        name: "web_search".into(),
        arguments: arguments.as_object().cloned().unwrap(),
        malformed: None,
    };
    let edited = call(json!({"query": "the \"tower\""}));
    let branch = Run::branch(log.clone(), "old", 2, Way::Called(edited)).unwrap();
    assert_eq!(due(&branch), ["s2c1"]);
    let Some(Event::Replied { message, .. }) = branch.log().last() else { panic!() };
    assert_eq!(message.reasoning, "I look.");
    let Event::Replied { message: own, .. } = &log[3] else { panic!() };
    assert_eq!(message.raw, own.raw.replace("\"query 2\"", r#""the \"tower\"""#));
    for other in [json!({"query": "</tool_call>"}), json!({"query": 7}), json!({"words": "x"})] {
        let branch = Run::branch(log.clone(), "old", 2, Way::Called(call(other.clone()))).unwrap();
        let Some(Event::Replied { message, .. }) = branch.log().last() else { panic!() };
        assert_eq!((message.raw.as_str(), &message.calls[0].arguments), ("", other.as_object().unwrap()));
    }
}

#[test]
fn a_branch_forgets_that_the_answer_was_asked_for() {
    let mut run = run();
    reply(&mut run, search("a"));
    result(&mut run, "s1c1", &[]);
    run.record(Input::Finish { elapsed_ms: 20 });
    reply(&mut run, says("Eiffel."));
    let branch = Run::branch(run.into_log(), "old", 2, Way::Said("Look at the plans.".into())).unwrap();
    assert_eq!(choice(&branch), ToolChoice::Auto);
}

#[test]
fn inputs_that_do_not_belong_change_nothing() {
    let mut run = run();
    assert_eq!(result(&mut run, "s1c1", &[]), []);
    reply(&mut run, search("a"));
    assert_eq!(reply(&mut run, says("too early")), []);
    result(&mut run, "s1c1", &[]);
    assert_eq!(result(&mut run, "s1c1", &["https://twice"]), []);
}

#[test]
fn time_does_not_go_back() {
    let mut run = run();
    run.record(Input::Reply { message: search("a"), elapsed_ms: 500 });
    run.record(Input::Cancel { elapsed_ms: 100 });
    assert!(matches!(run.log().last(), Some(Event::Finished { elapsed_ms: 500, .. })));
}

#[test]
fn a_log_that_is_not_of_one_run_is_refused() {
    let mut over = run();
    over.record(Input::Cancel { elapsed_ms: 0 });
    let log = over.into_log();
    assert_eq!(Run::resume(Vec::new()), Err(LogError::NoStart));
    assert_eq!(Run::resume(log[1..].to_vec()), Err(LogError::NoStart));
    assert_eq!(Run::resume(vec![log[0].clone(), log[0].clone()]), Err(LogError::SecondStart(1)));
    let twice = vec![log[0].clone(), log[1].clone(), log[1].clone()];
    assert_eq!(Run::resume(twice), Err(LogError::AfterEnd(2)));
}

#[test]
fn a_cancelled_run_goes_on_as_another() {
    let mut run = run();
    reply(&mut run, search("a"));
    result(&mut run, "s1c1", &["https://a"]);
    let before = run.next();
    reply(&mut run, AssistantMessage { stop: StopReason::Cancelled, ..says("Ste") });
    let again = Run::reopen(run.into_log()).unwrap();
    assert_eq!(again.next(), before);
}

#[test]
fn an_answered_run_stays_answered() {
    let mut run = run();
    reply(&mut run, says("Done."));
    let log = run.log().to_vec();
    assert_eq!(Run::reopen(log.clone()).unwrap().log(), log);
}
