//! Tests of the reply parser: what replies come to, in any pieces.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a reply comes to: its thought, its text and its calls.
fn read(reply: &str) -> AssistantMessage {
    read_in(false, reply)
}

fn read_in(in_thought: bool, reply: &str) -> AssistantMessage {
    in_pieces(in_thought, std::iter::once(reply)).1
}

/// The deltas put together, and the message.
fn in_pieces<'a>(in_thought: bool, pieces: impl Iterator<Item = &'a str>) -> ((String, String), AssistantMessage) {
    let mut parser = ReplyParser::new(in_thought);
    let mut deltas: Vec<Delta> = pieces.flat_map(|piece| parser.push(piece)).collect();
    let (last, message) = parser.finish(StopReason::End, Usage::default());
    deltas.extend(last);
    let (mut reasoning, mut text) = (String::new(), String::new());
    for delta in deltas {
        match delta {
            Delta::Reasoning(more) => reasoning.push_str(&more),
            Delta::Text(more) => text.push_str(&more),
            other => panic!("{other:?}"),
        }
    }
    ((reasoning, text), message)
}

fn arguments(message: &AssistantMessage) -> Vec<Value> {
    message.calls.iter().map(|call| json!([call.name, call.arguments])).collect()
}

#[test]
fn a_thought_and_a_call() {
    let raw = "<think>\nI need a result.\n</think>\n\n<tool_call>\n{\"name\": \"web_search\", \"arguments\": {\"query\": \"x\"}}\n</tool_call>";
    let message = read(raw);
    assert_eq!(message.reasoning, "I need a result.");
    assert_eq!(message.text, "");
    assert_eq!(arguments(&message), [json!(["web_search", {"query": "x"}])]);
    assert_eq!((message.calls[0].id.as_str(), &message.calls[0].malformed), ("call_1", &None));
    assert_eq!(message.raw, raw);
}

#[test]
fn a_thought_and_an_answer() {
    let message = read("<think>It says so.</think>\n\n<answer>Gustave Eiffel [1].</answer>\n");
    assert_eq!((message.reasoning.as_str(), message.text.as_str()), ("It says so.", "Gustave Eiffel [1]."));
}

#[test]
fn arguments_go_by_several_names() {
    for key in ["arguments", "args", "parameters", "params", "input"] {
        let call = format!("<tool_call>{{\"{key}\": {{\"query\": \"x\"}}, \"name\": \" web_search \"}}</tool_call>");
        assert_eq!(arguments(&read(&call)), [json!(["web_search", {"query": "x"}])], "{key}");
    }
    let bare = r#"<tool_call>{"id": 7, "name": "web_search", "query": "x"}</tool_call>"#;
    assert_eq!(arguments(&read(bare)), [json!(["web_search", {"query": "x"}])]);
    let wrapped =
        r#"<tool_call>{"type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}</tool_call>"#;
    assert_eq!(arguments(&read(wrapped)), [json!(["f", {"a": 1}])]);
    let none = r#"<tool_call>{"name": "f", "arguments": null}</tool_call>"#;
    assert_eq!(arguments(&read(none)), [json!(["f", {}])]);
}

#[test]
fn several_calls_in_a_turn_and_several_objects_in_a_call() {
    let message = read(
        "<tool_call>{\"name\": \"a\"}</tool_call>\n<tool_call>{\"name\": \"b\"}\n{\"name\": \"c\"}, {\"name\": \"d\"}</tool_call>\
         <tool_call>[{\"name\": \"e\"}, {\"name\": \"f\"}]</tool_call>",
    );
    let names: Vec<_> = message.calls.iter().map(|call| (call.id.as_str(), call.name.as_str())).collect();
    let ids = ["call_1", "call_2", "call_3", "call_4", "call_5", "call_6"];
    assert_eq!(names, ids.into_iter().zip(["a", "b", "c", "d", "e", "f"]).collect::<Vec<_>>());
}

#[test]
fn a_last_tag_need_not_be_closed() {
    let message = read("<think>Hm.</think><tool_call>{\"name\": \"a\", \"arguments\": {\"q\": \"x\"}}");
    assert_eq!(arguments(&message), [json!(["a", {"q": "x"}])]);
    let message = read("<tool_call>{\"name\": \"a\"}\n<tool_call>{\"name\": \"b\"}");
    assert_eq!(arguments(&message), [json!(["a", {}]), json!(["b", {}])]);
    assert_eq!(read("<think>I was cut").reasoning, "I was cut");
    assert_eq!(read("<answer>Paris").text, "Paris");
    assert_eq!(read("Paris </ans").text, "Paris </ans");
}

#[test]
fn a_call_inside_the_thought_is_a_call() {
    let message = read("<think>I look. <tool_call>{\"name\": \"a\"}</tool_call> Then I see.</think>Done.");
    assert_eq!(arguments(&message), [json!(["a", {}])]);
    assert_eq!((message.reasoning.as_str(), message.text.as_str()), ("I look.\nThen I see.", "Done."));
    let message = read("<think>I look. <tool_call>{\"name\": \"a\"}</think>Done.");
    assert_eq!((arguments(&message), message.text.as_str()), (vec![json!(["a", {}])], "Done."));
}

#[test]
fn a_thought_may_speak_of_calls() {
    let message = read("<think>I should use <tool_call> now, in </tool_call>.</think>Yes.");
    assert_eq!((message.calls.len(), message.text.as_str()), (0, "Yes."));
    assert_eq!(message.reasoning, "I should use <tool_call> now, in .");
    assert_eq!(read("<think>Or <tool_call>").reasoning, "Or <tool_call>");
}

#[test]
fn text_around_calls_is_kept_apart() {
    let message = read("I look.<tool_call>{\"name\": \"a\"}</tool_call>And then.");
    assert_eq!((message.text.as_str(), message.calls.len()), ("I look.\nAnd then.", 1));
    let message = read("<tool_call>{\"name\": \"a\"}} and I wait");
    assert_eq!((message.text.as_str(), message.calls.len()), ("and I wait", 1));
    let message = read("<tool_call>{\"name\": \"a\"}<answer>Paris</answer>");
    assert_eq!((message.text.as_str(), message.calls.len()), ("Paris", 1));
}

#[test]
fn tags_inside_arguments_stay_there() {
    let message =
        read("<tool_call>{\"name\": \"a\", \"arguments\": {\"q\": \"what is <think> or </answer>\"}}</tool_call>");
    assert_eq!(arguments(&message), [json!(["a", {"q": "what is <think> or </answer>"}])]);
}

#[test]
fn a_reply_may_begin_inside_the_thought() {
    assert!(opens_thought("<|im_start|>assistant\n<think>\n"));
    assert!(!opens_thought("<|im_start|>assistant\n"));
    let message = read_in(true, "I know.\n</think>\n\nParis.");
    assert_eq!((message.reasoning.as_str(), message.text.as_str()), ("I know.", "Paris."));
    assert_eq!(read_in(true, "<think>I know.</think>Paris.").reasoning, "I know.");
    assert_eq!(read_in(true, "I know.<answer>Paris</answer>").text, "Paris");
}

#[test]
fn a_call_that_cannot_be_read_says_why() {
    let malformed = |body: &str| {
        let message = read(&format!("<tool_call>{body}</tool_call>"));
        assert_eq!(message.calls.len(), 1, "{body}");
        message.calls[0].malformed.clone().unwrap_or_default()
    };
    assert_eq!(malformed(""), "the call is empty");
    assert_eq!(malformed("web_search(\"x\")"), "the call is not a JSON object");
    assert_eq!(malformed("[1]"), "the call is not a JSON object");
    assert_eq!(malformed("{\"arguments\": {}}"), "the call names no tool");
    assert_eq!(malformed("{\"name\": \"a\", \"arguments\": [1]}"), "the arguments are not a JSON object");
    assert_eq!(malformed("{\"name\": \"a\", \"arguments\": \"Paris\"}"), "the arguments are not a JSON object");
    assert!(malformed("{{{").starts_with("the call is not valid JSON"));
    let deep = format!("{{\"name\": \"a\", \"arguments\": {}", "[".repeat(5000));
    assert!(malformed(&deep).starts_with("the call is not valid JSON"));
}

#[test]
fn text_is_shown_as_soon_as_it_is_certain() {
    let mut parser = ReplyParser::new(false);
    assert_eq!(parser.push("<thi"), []);
    assert_eq!(parser.push("nk>\nI"), [Delta::Reasoning("I".into())]);
    assert_eq!(parser.push(" know. \n"), [Delta::Reasoning(" know.".into())]);
    assert_eq!(parser.push("</think>"), []);
    assert_eq!(parser.push("\n\nIt is 3 <"), [Delta::Text("It is 3".into())]);
    assert_eq!(parser.push(" 4."), [Delta::Text(" < 4.".into())]);
}

#[test]
fn a_long_reply_takes_time_in_proportion() {
    // A parser that looked at everything again with every piece would take minutes here.
    let mut parser = ReplyParser::new(false);
    for _ in 0..100_000 {
        parser.push("<tool_cal word <");
    }
    let (_, message) = parser.finish(StopReason::Length, Usage::default());
    assert_eq!((message.text.len(), message.stop), (1_599_999 + 1, StopReason::Length));
}

fn fragments() -> impl Strategy<Value = String> {
    let tags = prop::sample::select(TAGS.map(|(name, _)| name).to_vec()).prop_map(str::to_owned);
    let json = prop::sample::select(vec![
        "{\"name\": \"a\", \"arguments\": {\"q\": \"é\"}}",
        "{\"name\": \"a\", \"args\": \"{}\"}",
        "{'name': 'a', 'args': {'q': True,}",
        "[{\"name\": \"a\"}]",
        "{\"name\": \"a\", \"arguments\": {\"q\": \"x",
        "```json\n",
        "}",
    ]);
    let json = json.prop_map(str::to_owned);
    prop::collection::vec(prop_oneof![3 => tags, 2 => json, 2 => "[ \n<>a日{}\"/]{0,6}"], 0..12)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_way_to_cut_a_reply_gives_the_same(reply in fragments(), in_thought: bool, cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20)) {
        let (shown, whole) = in_pieces(in_thought, std::iter::once(reply.as_str()));
        prop_assert_eq!(&shown.0, &whole.reasoning);
        prop_assert_eq!(&shown.1, &whole.text);
        prop_assert_eq!(&whole.raw, &reply);

        let chars: Vec<&str> = reply.split("").collect();
        prop_assert_eq!(&in_pieces(in_thought, chars.into_iter()), &(shown.clone(), whole.clone()));

        let mut places: Vec<usize> = reply.char_indices().map(|(place, _)| place).chain([reply.len()]).collect();
        let mut chosen: Vec<usize> = cuts.iter().map(|cut| *cut.get(&places)).chain([0, reply.len()]).collect();
        chosen.sort_unstable();
        let pieces = chosen.windows(2).map(|pair| &reply[pair[0]..pair[1]]);
        prop_assert_eq!(&in_pieces(in_thought, pieces), &(shown.clone(), whole.clone()));

        for place in places.drain(..) {
            let (before, after) = reply.split_at(place);
            prop_assert_eq!(&in_pieces(in_thought, [before, after].into_iter()), &(shown.clone(), whole.clone()));
        }
    }

    #[test]
    fn no_reply_makes_it_fail(reply in "\\PC{0,80}", in_thought: bool) {
        let message = read_in(in_thought, &reply);
        prop_assert_eq!(message.raw, reply);
    }
}
