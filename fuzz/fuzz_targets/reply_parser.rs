//! The reply parser on any text, cut in any way: it never panics, loses no byte, shows exactly what it reports, and the
//! cuts do not matter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lucy_engine::parser::ReplyParser;
use lucy_protocol::{AssistantMessage, Delta, StopReason, Usage};

fn parse<'a>(in_thought: bool, pieces: impl Iterator<Item = &'a str>) -> AssistantMessage {
    let mut parser = ReplyParser::new(in_thought);
    let mut deltas: Vec<Delta> = pieces.flat_map(|piece| parser.push(piece)).collect();
    let (last, message) = parser.finish(StopReason::End, Usage::default());
    deltas.extend(last);
    let (mut reasoning, mut text) = (String::new(), String::new());
    for delta in deltas {
        match delta {
            Delta::Reasoning(more) => reasoning.push_str(&more),
            Delta::Text(more) => text.push_str(&more),
            other => panic!("{other:?} is not of the parser"),
        }
    }
    assert_eq!((reasoning, text), (message.reasoning.clone(), message.text.clone()));
    message
}

fuzz_target!(|input: (bool, u8, &str)| {
    let (in_thought, cut, reply) = input;
    let whole = parse(in_thought, std::iter::once(reply));
    assert_eq!(whole.raw, reply);
    for (index, call) in whole.calls.iter().enumerate() {
        assert_eq!(call.id, format!("call_{}", index + 1));
        assert!(call.malformed.is_some() || !call.name.is_empty());
    }
    let mut places: Vec<usize> =
        reply.char_indices().map(|(place, _)| place).step_by(usize::from(cut).max(1)).collect();
    places.push(reply.len());
    let pieces = places.windows(2).map(|pair| &reply[pair[0]..pair[1]]);
    assert_eq!(parse(in_thought, pieces), whole);
});
