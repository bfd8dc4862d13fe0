//! The recorded runs that the screen and its tests play (`ui/src/fixtures/make.mjs` writes them) are logs of Lucy, and
//! what is said of their answers is evidence: nothing in them is missing, wrong or unknown to her.

use lucy_protocol::{Event, Evidence, Transcript};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The names and texts of the recordings whose names end so.
fn recordings(end: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/fixtures");
    let paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found = paths.iter().filter(|path| name(path).ends_with(end));
    found.map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// Reads a value, which must be written again as it stood.
#[track_caller]
fn same<T: DeserializeOwned + Serialize>(name: &str, text: &str) -> T {
    let value: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
    let stood: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), stood, "{name}");
    value
}

fn log(name: &str, text: &str) -> Vec<Event> {
    text.lines().map(|line| same(name, line)).collect()
}

#[test]
fn the_recorded_runs_are_logs() {
    let runs = recordings(".jsonl");
    assert!(runs.len() >= 10, "only {} recorded runs were found", runs.len());
    for (name, text) in &runs {
        let log = log(name, text);
        let starts = log.iter().filter(|event| matches!(event, Event::Started { .. })).count();
        assert!(starts == 1 && matches!(log[0], Event::Started { .. }), "{name} does not begin with its one start");
        let end = log.iter().position(|event| matches!(event, Event::Finished { .. }));
        assert!(end.is_none_or(|end| end + 1 == log.len()), "{name} goes on after its end");
        let transcript = Transcript::of(&log);
        let (answer, citations) = transcript.answer().unwrap_or_default();
        for citation in citations {
            let mark = answer.get(citation.start as usize..citation.end as usize);
            assert_eq!(mark, Some(&*format!("[{}]", citation.number)), "{name}");
        }
    }
}

#[test]
fn what_is_said_of_their_answers_is_evidence() {
    let (runs, checked) = (recordings(".jsonl"), recordings(".evidence.json"));
    assert!(checked.len() >= 5, "evidence was found for {} runs only", checked.len());
    for (name, text) in &checked {
        let evidence: Evidence = same(name, text);
        let run = name.replace(".evidence.json", ".jsonl");
        let (_, text) = runs.iter().find(|(name, _)| *name == run).unwrap_or_else(|| panic!("there is no {run}"));
        let transcript = Transcript::of(&log(&run, text));
        let (answer, _) = transcript.answer().unwrap_or_else(|| panic!("{run} has no answer"));
        let length = answer.encode_utf16().count() as u32;
        let inside = evidence.sentences.iter().all(|sentence| sentence.start < sentence.end && sentence.end <= length);
        assert!(inside, "{name}: a sentence reaches past the answer");
    }
}
