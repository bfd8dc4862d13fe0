//! What holds for every run, whatever the model and the tools say.

use lucy_agent::testing::{calls, says};
use lucy_agent::{Action, Input, Run, Start, Way};
use lucy_protocol::{AssistantMessage, Budget, Decision, Event, Message, Source, StopReason, ToolResult, Usage};
use proptest::prelude::*;
use serde_json::json;

fn message() -> impl Strategy<Value = AssistantMessage> {
    let call = (prop::sample::select(vec!["web_search", "visit_tool", ""]), 0..3_u8);
    let stop = prop::sample::select(vec![StopReason::End, StopReason::End, StopReason::Length, StopReason::Cancelled]);
    let text = prop::sample::select(vec!["", " ", "An answer [1].", "[2, 7]"]);
    (prop::collection::vec(call, 0..4), text, stop, 0..900_u32, any::<bool>()).prop_map(
        |(made, text, stop, tokens, broken)| {
            let made: Vec<_> = made.into_iter().map(|(name, n)| (name, json!({"query": n}))).collect();
            let mut message = if made.is_empty() { says(text) } else { calls(&made) };
            if let Some(call) = message.calls.first_mut().filter(|_| broken) {
                call.malformed = Some("broken".into());
            }
            let usage = Usage { completion_tokens: tokens, ..Usage::default() };
            AssistantMessage { text: text.into(), stop, usage, ..message }
        },
    )
}

fn input() -> impl Strategy<Value = Input> {
    let call_id = || (1..5_u8, 1..5_u8).prop_map(|(step, call)| format!("s{step}c{call}"));
    let urls = prop::collection::vec(prop::sample::select(vec!["a", "b", "c", ""]), 0..4);
    let result = (call_id(), urls, prop::sample::select(vec!["", "Some text"]), any::<bool>(), 0..20_000_u64);
    prop_oneof![
        6 => (message(), 0..20_000_u64).prop_map(|(message, elapsed_ms)| Input::Reply { message, elapsed_ms }),
        12 => result.prop_map(|(call_id, urls, content, is_error, elapsed_ms)| {
            let sources = urls.into_iter().map(|url| Source { url: url.into(), ..Source::default() }).collect();
            let result = ToolResult { call_id, content: content.into(), is_error, sources };
            Input::Result { result, limit: 5, elapsed_ms }
        }),
        2 => (call_id(), any::<bool>()).prop_map(|(call_id, allow)| {
            Input::Decision { call_id, decision: if allow { Decision::Allow } else { Decision::Deny } }
        }),
        2 => (prop::sample::select(vec!["More, please.", " "]), 0..20_000_u64).prop_map(|(text, elapsed_ms)| {
            Input::Steer { text: text.into(), elapsed_ms }
        }),
        1 => (0..20_000_u64).prop_map(|elapsed_ms| Input::Finish { elapsed_ms }),
        1 => Just(Input::Cancel { elapsed_ms: 0 }),
        1 => Just(Input::ModelFailed { error: "broke".into(), elapsed_ms: 0 }),
    ]
}

fn budget() -> impl Strategy<Value = Budget> {
    (0..6_u32, 0..4_000_u32, 0..15_u32).prop_map(|(steps, tokens, seconds)| Budget { steps, tokens, seconds })
}

fn start(budget: Budget) -> Run {
    let (question, model, date) = ("Q?", "m", "2026-11-23");
    Run::start(Start { question, model, budget, date, seed: 1, history: &[], tools: &[] })
}

fn finished(run: &Run) -> usize {
    run.log().iter().filter(|event| matches!(event, Event::Finished { .. })).count()
}

fn prompt(run: &Run) -> Option<Vec<Message>> {
    if let Action::Generate { messages, .. } = run.next() { Some(messages) } else { None }
}

/// Does what a run asks for with inputs that belong, until it ends.
fn play(run: &mut Run, replies: &[AssistantMessage]) {
    for _ in 0..200 {
        let elapsed_ms = run.elapsed_ms() + 100;
        match run.next() {
            Action::Done(_) => return,
            Action::CallTools(calls) => {
                let source = Source { url: format!("https://{}", run.log().len() % 3), ..Source::default() };
                let result =
                    ToolResult { call_id: calls[0].id.clone(), sources: vec![source], ..ToolResult::default() };
                assert!(!run.record(Input::Result { result, limit: 99, elapsed_ms }).is_empty());
            }
            Action::Generate { max_tokens, .. } => {
                let replied = run.log().iter().filter(|event| matches!(event, Event::Replied { .. })).count();
                let mut message = replies[replied % replies.len()].clone();
                message.usage.completion_tokens = message.usage.completion_tokens.min(max_tokens);
                assert!(!run.record(Input::Reply { message, elapsed_ms }).is_empty());
            }
        }
    }
    panic!("the run does not end");
}

proptest! {
    #[test]
    fn any_inputs_end_a_run_at_most_once_and_then_change_nothing(budget in budget(), inputs in prop::collection::vec(input(), 0..40)) {
        let mut run = start(budget);
        for input in inputs {
            let before = run.log().len();
            let was_over = finished(&run);
            let added = run.record(input).to_vec();
            prop_assert_eq!(&run.log()[before..], &added[..]);
            prop_assert!(was_over == 0 || added.is_empty());
        }
        run.record(Input::Cancel { elapsed_ms: 0 });
        prop_assert_eq!(finished(&run), 1);
        prop_assert!(matches!(run.log().last(), Some(Event::Finished { .. })), "the end is last");
        prop_assert!(matches!(run.next(), Action::Done(_)));
    }

    #[test]
    fn what_comes_next_depends_on_the_log_alone(budget in budget(), inputs in prop::collection::vec(input(), 0..30)) {
        let mut run = start(budget);
        for input in inputs {
            run.record(input);
            let json = serde_json::to_string(run.log()).unwrap();
            let again = Run::resume(serde_json::from_str(&json).unwrap()).unwrap();
            prop_assert_eq!(again.next(), run.next());
            prop_assert_eq!(again.log(), run.log());
        }
    }

    #[test]
    fn a_prompt_begins_with_the_one_before(budget in budget(), inputs in prop::collection::vec(input(), 0..40)) {
        let mut run = start(budget);
        let mut last = prompt(&run).unwrap();
        for input in inputs {
            run.record(input);
            if let Some(next) = prompt(&run) {
                prop_assert_eq!(&next[..last.len()], &last[..]);
                last = next;
            }
        }
    }

    #[test]
    fn words_of_the_person_keep_a_run_going_only_within_its_budget(
        budget in budget(),
        inputs in prop::collection::vec((input(), any::<bool>()), 0..30),
    ) {
        let mut run = start(budget);
        let mut last = prompt(&run).unwrap();
        for (input, said) in inputs {
            let words = said.then(|| Input::Steer { text: "And when?".into(), elapsed_ms: 0 });
            run.record_all([input].into_iter().chain(words));
            let again = Run::resume(run.log().to_vec()).unwrap();
            prop_assert_eq!(again.log(), run.log());
            if let Some(next) = prompt(&run) {
                prop_assert_eq!(&next[..last.len()], &last[..]);
                last = next;
            }
        }
        let replied = run.log().iter().filter(|event| matches!(event, Event::Replied { .. })).count();
        prop_assert!(replied <= budget.steps.max(1) as usize);
    }

    #[test]
    fn a_branch_begins_with_the_prompt_of_its_step(
        budget in budget(),
        replies in prop::collection::vec(message(), 1..6),
        step in 1..6_u32,
    ) {
        let mut whole = start(budget);
        play(&mut whole, &replies);
        let steps = whole.log().iter().filter(|event| matches!(event, Event::Replied { .. })).count();
        let branch = Run::branch(whole.log().to_vec(), "old", step, Way::Said("Look elsewhere.".into()));
        prop_assert_eq!(branch.is_ok(), (step as usize) <= steps);
        let Ok(branch) = branch else { return Ok(()) };
        let reply = |event: &Event| matches!(event, Event::Replied { .. });
        let at = whole.log().iter().enumerate().filter(|(_, event)| reply(event)).nth(step as usize - 1).unwrap().0;
        let before = Run::resume(whole.log()[..at].to_vec()).unwrap();
        let before = prompt(&before).unwrap();
        let messages = prompt(&branch).unwrap();
        prop_assert_eq!(&messages[..before.len()], &before[..]);
        prop_assert_eq!(&messages[before.len()..], [Message::User { text: "Look elsewhere.".into() }]);
    }

    #[test]
    fn sources_are_numbered_without_gaps_and_keep_their_number(budget in budget(), inputs in prop::collection::vec(input(), 0..40)) {
        let mut run = start(budget);
        for input in inputs {
            run.record(input);
        }
        let sources = run.sources();
        prop_assert!(sources.iter().map(|s| s.number).eq(1..=sources.len() as u32));
        for event in run.log() {
            let Event::Observed { result, .. } = event else { continue };
            for seen in &result.sources {
                prop_assert_eq!(&sources[seen.number as usize - 1].url, &seen.url);
            }
        }
    }

    #[test]
    fn every_run_ends_within_its_budget(budget in budget(), replies in prop::collection::vec(message(), 1..6)) {
        let mut run = start(budget);
        play(&mut run, &replies);
        prop_assert_eq!(finished(&run), 1);
        let tokens = |event: &Event| match event {
            Event::Replied { message, .. } => message.usage.completion_tokens,
            _ => 0,
        };
        let replied = run.log().iter().filter(|event| matches!(event, Event::Replied { .. })).count();
        prop_assert!(replied <= budget.steps.max(1) as usize);
        prop_assert!(run.log().iter().map(tokens).sum::<u32>() <= budget.tokens.max(1));
    }

    #[test]
    fn a_log_cut_anywhere_comes_to_the_same_end(budget in budget(), replies in prop::collection::vec(message(), 1..6)) {
        let mut whole = start(budget);
        play(&mut whole, &replies);
        for kept in 1..=whole.log().len() {
            let mut run = Run::resume(whole.log()[..kept].to_vec()).unwrap();
            prop_assert_eq!(run.log(), &whole.log()[..run.log().len()]);
            play(&mut run, &replies);
            prop_assert_eq!(run.next(), whole.next());
        }
    }
}
