//! Tests of the traces.

use super::lesson::misheard;
use super::*;
use lucy_engine::parser::ReplyParser;
use lucy_engine::{Tokenizer, Vocabulary};
use lucy_eval::world::{Library, Phrasebook};
use lucy_protocol::StopReason;

/// Runs `check` with a teacher of this seed.
fn with_teacher(seed: u64, check: impl FnOnce(&Teacher)) {
    let book = Phrasebook::bundled().unwrap();
    let library = Library::bundled(&book).unwrap();
    let inventor = Inventor::new(&book, &library).dealing();
    let template = ChatTemplate::new(crate::sft::TEMPLATE, Vec::new()).unwrap();
    check(&Teacher::new(&inventor, &template, seed));
}

fn traces(count: u64, check: impl Fn(Trace)) {
    with_teacher(7, |teacher| (0..count).for_each(|index| check(teacher.trace(index).unwrap())));
}

/// Some traces of every sort.
fn all_sorts(teacher: &Teacher, count: u64) -> Vec<Trace> {
    let of = |index| {
        [
            teacher.trace(index),
            teacher.opening(index),
            teacher.reading(index),
            teacher.picking(index),
            teacher.judging(index),
        ]
    };
    (0..count).flat_map(of).map(Result::unwrap).collect()
}

fn text(trace: &Trace, learned: bool) -> String {
    trace.pieces.iter().filter(|(_, l)| *l == learned).map(|(text, _)| text.as_str()).collect()
}

/// A reply, read as the agent reads it.
fn read(reply: &str) -> AssistantMessage {
    let mut parser = ReplyParser::new(false);
    parser.push(reply.strip_suffix(END).unwrap());
    parser.finish(StopReason::End, lucy_protocol::Usage::default()).1
}

#[test]
fn every_reply_reads_back_as_a_call_or_an_answer() {
    traces(300, |trace| {
        let replies: Vec<_> = trace.pieces.iter().filter(|(_, learned)| *learned).collect();
        for (index, (reply, _)) in replies.iter().enumerate() {
            let message = read(reply);
            assert!(!message.reasoning.is_empty());
            assert!(message.calls.iter().all(|call| call.malformed.is_none()));
            assert_eq!(message.calls.len(), usize::from(index + 1 < replies.len()), "{reply}");
            assert_eq!(message.text.is_empty(), index + 1 < replies.len(), "{reply}");
        }
    });
}

#[test]
fn an_answer_cites_a_source_or_says_that_there_is_none() {
    traces(300, |trace| {
        let (last, learned) = trace.pieces.last().unwrap();
        assert!(learned);
        assert!(last.contains(']') || last.contains("could not find"), "{last}");
    });
}

#[test]
fn what_is_stated_was_read_on_the_page_of_the_result() {
    traces(300, |trace| {
        for part in trace.pieces.windows(2) {
            let [(seen, false), (reply, true)] = part else { continue };
            let Some((_, page)) = seen.split_once("Full Content:\n") else {
                assert!(!reply.contains("On this page"), "{reply}");
                continue;
            };
            let thought = read(reply).reasoning;
            let stated: Vec<_> = thought.split("On this page the ").skip(1).collect();
            assert!(!stated.is_empty(), "{thought}");
            for statement in stated {
                let (_, value) = statement.split_once(" is ").unwrap();
                let value = value.split(".\n Now I need ").next().unwrap().split(".\n So the ").next().unwrap();
                let value = value.trim_end().trim_end_matches('.').to_lowercase();
                assert!(value == "not given" || page.to_lowercase().contains(&value), "{value}: {page}");
            }
        }
    });
}

#[test]
fn a_result_is_visited_before_anything_is_stated_and_no_page_twice() {
    traces(300, |trace| {
        let replies = trace.pieces.iter().filter(|(_, learned)| *learned).map(|(reply, _)| read(reply));
        let mut visited = HashSet::new();
        for reply in replies {
            let Some(call) = reply.calls.first().filter(|call| call.name == "visit_tool") else { continue };
            assert!(reply.reasoning.ends_with("? Yes. I will read the page."), "{}", reply.reasoning);
            let address = call.arguments["url"].as_str().unwrap();
            assert!(visited.insert(address.to_string()), "{address} twice");
        }
        let found = !text(&trace, true).contains("could not find anything");
        assert!(!found || !visited.is_empty());
    });
}

#[test]
fn the_same_index_gives_the_same_trace_and_every_sort_another() {
    let make = |seed| {
        let mut made = Vec::new();
        with_teacher(seed, |teacher| made = all_sorts(teacher, 3));
        made
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
    let made = make(1);
    assert!(!made[0].pieces[0].0.starts_with(&made[1].pieces[0].0), "the opening repeats the whole trace's question");
}

#[test]
fn an_opening_is_a_question_and_a_search() {
    with_teacher(7, |teacher| {
        for index in 0..200 {
            let trace = teacher.opening(index).unwrap();
            let [(question, false), (reply, true)] = &trace.pieces[..] else { panic!("{trace:?}") };
            assert!(question.starts_with("<|im_start|>user\n ") && question.ends_with("<|im_start|>assistant\n"));
            let message = read(reply);
            assert!(message.reasoning.starts_with("I need the "), "{}", message.reasoning);
            let query = message.calls[0].arguments["query"].as_str().unwrap();
            assert!(message.reasoning.ends_with(&format!("I need the {query}.")), "{reply}");
        }
    });
}

#[test]
fn a_reading_learns_every_value_of_a_page_and_that_some_are_absent() {
    let (mut given, mut absent) = (0, 0);
    with_teacher(7, |teacher| {
        for index in 0..300 {
            let trace = teacher.reading(index).unwrap();
            let page = trace.pieces[0].0.to_lowercase();
            assert!(page.contains("full content:\n") && page.contains("<think>\n on this page the "), "{page}");
            for pair in trace.pieces.chunks(2) {
                let [(names, false), (value, true)] = pair else { panic!("{pair:?}") };
                assert!(names.ends_with(" is") && value.starts_with(' ') && value.ends_with(".\n"), "{pair:?}");
                if value == " not given.\n" {
                    absent += 1;
                } else {
                    given += 1;
                    assert!(page.contains(value[..value.len() - 2].trim_start().to_lowercase().as_str()), "{value}");
                }
            }
        }
    });
    let share = f64::from(absent) / f64::from(absent + given);
    assert!((0.34..0.45).contains(&share), "{share}");
}

/// What a trace shows before the last reply, and that reply.
fn last_reply(trace: &Trace) -> (String, AssistantMessage) {
    let (last, learned) = trace.pieces.last().unwrap();
    assert!(learned);
    let before = trace.pieces[..trace.pieces.len() - 1].iter().map(|(text, _)| text.as_str()).collect();
    (before, read(last))
}

#[test]
fn a_judging_answers_what_is_asked_and_not_what_was_searched_for() {
    let (mut agree, mut differ) = (0, 0);
    with_teacher(7, |teacher| {
        for index in 0..300 {
            let trace = teacher.judging(index).unwrap();
            assert_eq!(trace.pieces.iter().filter(|(_, learned)| *learned).count(), 1, "only the answer is learned");
            let (before, answer) = last_reply(&trace);
            assert!(before.contains("Full Content:\n") && answer.calls.is_empty());
            let stated = answer.reasoning.strip_prefix("On this page the ").unwrap();
            let label = stated.split(" is ").next().unwrap();
            let first = before.split("I need the ").nth(1).unwrap().split(".\n").next().unwrap();
            if first.contains(label) { agree += 1 } else { differ += 1 }
        }
    });
    assert!(agree > 90 && differ > 60, "{agree} {differ}");
}

#[test]
fn what_no_article_states_is_looked_for_and_not_found() {
    let book = Phrasebook::bundled().unwrap();
    let stated: HashSet<&str> = book.kinds.iter().flat_map(|kind| &kind.property).map(|of| of.label.as_str()).collect();
    let mut asked = HashSet::new();
    with_teacher(7, |teacher| {
        for index in 0..400 {
            let (before, answer) = last_reply(&teacher.trace(index).unwrap());
            let Some(missing) = answer.text.strip_prefix("I could not find the ") else { continue };
            let label = missing.split(" of ").next().unwrap();
            let (_, thought) = answer.reasoning.split_once("On this page the ").unwrap();
            assert!(thought.starts_with(label) && before.contains("Full Content:\n"), "{thought}");
            if !stated.contains(label) {
                asked.insert(label.to_string());
            }
        }
    });
    assert!(asked.len() > 8, "{asked:?}");
}

#[test]
fn a_mistaken_search_is_not_learned() {
    with_teacher(7, |teacher| {
        let mut mistaken = 0;
        for index in 0..200 {
            let trace = teacher.trace(index).unwrap();
            let first = trace.pieces.iter().find(|(_, learned)| *learned).unwrap();
            if !first.0.contains("\"web_search\"") {
                mistaken += 1;
                assert!(trace.pieces[0].0.contains("I need the "), "{}", trace.pieces[0].0);
            }
        }
        assert!((25..75).contains(&mistaken), "{mistaken}");
    });
}

#[test]
fn a_name_is_misheard_by_a_word() {
    let question = Question { text: "how tall is the Eiffel Tower today?".into(), mention: "Eiffel Tower".into() };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let heard: HashSet<String> = (0..100).map(|_| misheard(&question, &mut rng)).collect();
    assert_eq!(heard, HashSet::from(["Tower", "Eiffel", "the Eiffel Tower"].map(String::from)));
}

#[test]
fn a_reading_begins_with_the_bytes_of_a_run() {
    let mut pages = 0;
    with_teacher(7, |teacher| {
        for index in 0..100 {
            for (turn, _) in teacher.trace(index).unwrap().pieces.iter().filter(|(_, learned)| !learned) {
                let Some((_, rest)) = turn.split_once("\n<tool_response>\nTitle: ") else { continue };
                let (content, _) = rest.split_once("\n</tool_response>").unwrap();
                assert_eq!(*turn, format!("\n{}", teacher.page_turn(format!("Title: {content}")).unwrap()));
                pages += 1;
            }
        }
        assert!(teacher.reading(0).unwrap().pieces[0].0.starts_with("<|im_start|>user\n<tool_response>\nTitle: "));
    });
    assert!(pages > 80, "{pages}");
}

#[test]
fn a_picking_looks_at_one_result_after_the_other_until_one_fits() {
    let (mut passed, mut given_up, mut second, mut bare) = (0, 0, 0, 0);
    with_teacher(7, |teacher| {
        for index in 0..300 {
            let trace = teacher.picking(index).unwrap();
            let [(seen, false), (reply, true)] = &trace.pieces[..] else { panic!("{trace:?}") };
            let (_, results) = seen.rsplit_once("<tool_response>\n").unwrap();
            let listed: Vec<_> = results.split("Result ").skip(1).map(|result| result.lines()).collect();
            let reply = read(reply);
            let mut lines = reply.reasoning.lines().map(str::trim_start);
            let last = lines.next_back().unwrap();
            let mut title_of = listed.into_iter().map(|mut lines| {
                let number = lines.next().unwrap().trim_end_matches(':');
                let title = lines.next().unwrap().strip_prefix("Title: ").unwrap();
                (format!("Result {number} is {title}"), lines.next().unwrap())
            });
            let (_, asked) = reply.reasoning.split_once(". Is that ").unwrap_or_default();
            let (sought, _) = asked.split_once("? ").unwrap_or_default();
            assert!(sought.starts_with("the ") || seen.contains(sought), "{sought}: {seen}");
            for line in lines {
                let (named, _) = title_of.next().unwrap();
                assert_eq!(line, format!("{named}. Is that {sought}? No."), "{results}");
                passed += 1;
            }
            second += usize::from(seen.matches("\"web_search\"").count() == 2);
            let previews: Vec<_> = results.lines().filter_map(|line| line.strip_prefix("Preview:")).collect();
            bare += usize::from(!previews.is_empty() && previews.iter().all(|preview| preview.trim().is_empty()));
            if let Some(call) = reply.calls.first() {
                let (named, url) = title_of.next().unwrap();
                assert_eq!(last, format!("{named}. Is that {sought}? Yes. I will read the page."));
                assert_eq!(url, format!("URL: {}", call.arguments["url"].as_str().unwrap()));
            } else {
                given_up += 1;
                assert!(title_of.next().is_none(), "a result was not looked at: {}", reply.reasoning);
                assert!(reply.text.contains("I could not find anything about "), "{}", reply.text);
            }
        }
    });
    assert!(passed > 60, "{passed}");
    assert!((30..60).contains(&given_up), "{given_up}");
    assert!((20..70).contains(&second), "{second}");
    assert!((150..240).contains(&bare), "{bare}");
}

#[test]
fn pieces_have_the_tokens_of_the_whole() {
    with_teacher(7, |teacher| {
        let traces = all_sorts(teacher, 40);
        let texts: Vec<&str> = traces.iter().flat_map(|t| &t.pieces).map(|(text, _)| text.as_str()).collect();
        let vocabulary = Vocabulary::train(texts.into_iter(), 1_200, &crate::sft::MARKERS).unwrap();
        let tokenizer = Tokenizer::new(vocabulary).unwrap();
        for trace in traces {
            let encode = |text: &str| tokenizer.encode(text).unwrap();
            let pieces: Vec<u32> = trace.pieces.iter().flat_map(|(text, _)| encode(text)).collect();
            let whole: String = trace.pieces.iter().map(|(text, _)| text.as_str()).collect();
            assert_eq!(pieces, encode(&whole), "{whole}");
        }
    });
}
