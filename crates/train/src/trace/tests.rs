//! Tests of the traces.

use super::*;
use lucy_engine::parser::ReplyParser;
use lucy_eval::world::{Library, Phrasebook};

fn traces(stage: Stage, count: u64, check: impl Fn(Trace)) {
    let book = Phrasebook::bundled().unwrap();
    let library = Library::bundled(&book).unwrap();
    let inventor = Inventor::new(&book, &library);
    let template = ChatTemplate::new(crate::sft::TEMPLATE, Vec::new()).unwrap();
    let teacher = Teacher::new(&inventor, &template, 7);
    (0..count).for_each(|index| check(teacher.trace(index, stage).unwrap()));
}

#[test]
fn every_reply_reads_back_as_a_call_or_an_answer() {
    traces(Stage::Full, 300, |trace| {
        let replies: Vec<_> = trace.pieces.iter().filter(|(_, learned)| *learned).collect();
        for (index, (reply, _)) in replies.iter().enumerate() {
            let mut parser = ReplyParser::new(false);
            parser.push(reply.strip_suffix(END).unwrap());
            let (_, message) = parser.finish(StopReason::End, lucy_protocol::Usage::default());
            assert!(!message.reasoning.is_empty());
            assert!(message.calls.iter().all(|call| call.malformed.is_none()));
            assert_eq!(message.calls.len(), usize::from(index + 1 < replies.len()), "{reply}");
            assert_eq!(message.text.is_empty(), index + 1 < replies.len(), "{reply}");
        }
    });
}

#[test]
fn an_answer_cites_a_source_or_says_that_there_is_none() {
    traces(Stage::Full, 300, |trace| {
        let (last, learned) = trace.pieces.last().unwrap();
        assert!(learned);
        assert!(last.contains(']') || last.contains("could not find"), "{last}");
    });
}

#[test]
fn what_is_found_was_read() {
    traces(Stage::Short, 200, |trace| {
        let seen: String = trace.pieces.iter().filter(|(_, l)| !l).map(|(text, _)| text.to_lowercase()).collect();
        for (text, _) in trace.pieces.iter().filter(|(_, learned)| *learned) {
            for found in text.split(" gives the ").skip(1) {
                let (_, value) = found.split_once(": ").unwrap();
                let value = value.split(['\n', '<']).next().unwrap();
                let value = value.split(". ").next().unwrap().trim_end_matches('.');
                assert!(seen.contains(&value.to_lowercase()), "{value}");
            }
        }
    });
}

#[test]
fn the_same_index_gives_the_same_trace() {
    let book = Phrasebook::bundled().unwrap();
    let library = Library::bundled(&book).unwrap();
    let inventor = Inventor::new(&book, &library);
    let template = ChatTemplate::new(crate::sft::TEMPLATE, Vec::new()).unwrap();
    let make = |seed| Teacher::new(&inventor, &template, seed).trace(5, Stage::Full).unwrap();
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
}
