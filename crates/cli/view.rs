//! A run as a person reads it: thoughts, calls, sources and the answer, as they come.

use crate::screen::{Look, Screen, plain};
use crate::wrap::Wrap;
use lucy_app::RunUpdate;
use lucy_protocol::{AssistantMessage, Event, Limit, Outcome, Progress, Source, ToolCall, ToolResult, Transcript};
use serde_json::Value;
use std::io;

/// Tokens of a prompt from which on the reading of it is shown.
const LONG_PROMPT: u32 = 256;

/// Writes one run to the screen.
pub struct View<'a> {
    screen: &'a mut Screen,
    /// Whether the question is written first.
    with_question: bool,
    block: Option<Block>,
    /// What of the current reply is written already.
    reasoning: String,
    text: String,
    transcript: Transcript,
    tokens_per_second: Option<f32>,
}

/// Text that is being written.
struct Block {
    kind: Kind,
    wrap: Wrap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Thought,
    Text,
}

impl<'a> View<'a> {
    /// A view of a run that has not begun.
    pub fn new(screen: &'a mut Screen, with_question: bool) -> Self {
        let transcript = Transcript::default();
        let (reasoning, text) = (String::new(), String::new());
        Self { screen, with_question, block: None, reasoning, text, transcript, tokens_per_second: None }
    }

    /// Writes what is new.
    pub fn update(&mut self, update: &RunUpdate) -> io::Result<()> {
        match update {
            RunUpdate::Progress { progress } => self.progress(progress),
            RunUpdate::Event { event, .. } => {
                self.transcript.push(event);
                self.event(event)
            }
            RunUpdate::Stopped { .. } => self.end_block(),
        }
    }

    /// The run as far as it went.
    pub fn into_transcript(self) -> Transcript {
        self.transcript
    }

    fn progress(&mut self, progress: &Progress) -> io::Result<()> {
        match progress {
            Progress::Prefill { done, total } if *total >= LONG_PROMPT && done < total => {
                self.screen.status(&format!("reading {done} of {total} tokens"))
            }
            Progress::Prefill { .. } => Ok(()),
            Progress::Reasoning { delta } => {
                self.reasoning.push_str(delta);
                self.push(Kind::Thought, delta)
            }
            Progress::Text { delta } => {
                self.text.push_str(delta);
                self.push(Kind::Text, delta)
            }
            Progress::ToolStarted { .. } => Ok(()),
            Progress::ToolNote { note, .. } => self.screen.status(note),
            Progress::Stats { tokens_per_second } => {
                self.tokens_per_second = Some(*tokens_per_second);
                Ok(())
            }
        }
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started { question, .. } if self.with_question => {
                let question = self.screen.styled(Look::Bold, question);
                self.screen.line(&question)
            }
            Event::Steered { text, .. } => {
                let text = self.screen.styled(Look::Bold, text);
                self.screen.line(&text)
            }
            Event::AskedToFinish { .. } => self.note(Look::Dim, "The answer was asked for."),
            Event::Branched { run, step } => {
                self.note(Look::Dim, &format!("So far as in run {run}. Step {step} is made anew."))
            }
            Event::Started { .. } | Event::Decided { .. } => Ok(()),
            Event::Replied { message, .. } => self.replied(message),
            Event::Observed { result, .. } => self.observed(result),
            Event::Finished { outcome, .. } => self.finished(outcome),
        }
    }

    /// Writes what of a reply was not shown as it came, and its calls.
    fn replied(&mut self, message: &AssistantMessage) -> io::Result<()> {
        let (reasoning, text) = (std::mem::take(&mut self.reasoning), std::mem::take(&mut self.text));
        let rest = message.reasoning.strip_prefix(reasoning.as_str()).unwrap_or_default();
        if !rest.is_empty() {
            self.push(Kind::Thought, rest)?;
        }
        let rest = message.text.strip_prefix(text.as_str()).unwrap_or_default();
        if !rest.is_empty() {
            self.push(Kind::Text, rest)?;
        }
        self.end_block()?;
        message.calls.iter().try_for_each(|call| self.call(call))
    }

    fn call(&mut self, call: &ToolCall) -> io::Result<()> {
        let line = match &call.malformed {
            Some(why) => {
                format!("{} {}", self.screen.styled(Look::Call, "→ a call"), self.screen.styled(Look::Bad, why))
            }
            None => format!("{} {}", self.screen.styled(Look::Call, &format!("→ {}", call.name)), arguments(call)),
        };
        self.screen.line(&line)
    }

    fn observed(&mut self, result: &ToolResult) -> io::Result<()> {
        if result.is_error {
            let line = self.screen.styled(Look::Bad, &format!("  {}", first_line(&result.content)));
            return self.screen.line(&line);
        }
        if result.sources.is_empty() {
            let line = self.screen.styled(Look::Dim, &format!("  {}", first_line(&result.content)));
            return self.screen.line(&line);
        }
        for source in &result.sources {
            let line = format!("  {}", self.source(source));
            self.screen.line(&line)?;
        }
        Ok(())
    }

    fn source(&self, source: &Source) -> String {
        let read = if source.text.is_some() { " (read)" } else { "" };
        let address = self.screen.styled(Look::Dim, &format!("{}{read}", source.url));
        format!("[{}] {}  {address}", source.number, plain(&source.title))
    }

    fn finished(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.end_block()?;
        match outcome {
            Outcome::Answered { .. } => self.cited(),
            Outcome::OutOfBudget { limit } => {
                let what = match limit {
                    Limit::Steps => "steps",
                    Limit::Tokens => "tokens",
                    Limit::Seconds => "time",
                    Limit::Asked => "patience",
                };
                self.note(Look::Bad, &format!("No answer: the limit of {what} was reached."))
            }
            Outcome::Cancelled => self.note(Look::Dim, "Stopped. What was said is kept."),
            Outcome::Failed { error } => self.note(Look::Bad, &format!("The run failed: {error}.")),
        }
    }

    /// The sources that the answer cites, and the numbers in it that no source has.
    fn cited(&mut self) -> io::Result<()> {
        let Some((_, citations)) = self.transcript.answer() else { return Ok(()) };
        let mut numbers: Vec<(u32, bool)> = citations.iter().map(|c| (c.number, c.url.is_some())).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.is_empty() {
            return Ok(());
        }
        let mut lines = String::from("\n");
        for (number, known) in numbers {
            let source = self.transcript.sources.iter().find(|source| source.number == number && known);
            lines.push_str(&match source {
                Some(source) => {
                    let (title, address) = (plain(&source.title), self.screen.styled(Look::Dim, &source.url));
                    format!("[{number}] {title}  {address}\n")
                }
                None => format!("[{number}] {}\n", self.screen.styled(Look::Bad, "no source has this number")),
            });
        }
        self.screen.write(&lines)
    }

    fn note(&mut self, look: Look, text: &str) -> io::Result<()> {
        let line = self.screen.styled(look, text);
        self.screen.line(&line)
    }

    /// The last line of a run: how much work it was, and its id.
    pub fn footer(&mut self, run: &str) -> io::Result<()> {
        let steps = self.transcript.steps.len();
        let steps = format!("{steps} step{}", if steps == 1 { "" } else { "s" });
        let mut parts = vec![steps, format!("{:.1} s", self.transcript.elapsed_ms as f64 / 1_000.0)];
        parts.extend(self.tokens_per_second.map(|speed| format!("{speed:.0} tokens/s")));
        parts.push(format!("run {run}"));
        let line = self.screen.styled(Look::Dim, &parts.join(" · "));
        self.screen.write(&format!("\n{line}\n"))
    }

    fn push(&mut self, kind: Kind, text: &str) -> io::Result<()> {
        if self.block.as_ref().is_some_and(|block| block.kind != kind) {
            self.end_block()?;
        }
        if self.block.is_none() {
            self.begin(kind)?;
        }
        let Some(block) = &mut self.block else { return Ok(()) };
        let ready = block.wrap.push(text);
        self.screen.write(&ready)
    }

    fn begin(&mut self, kind: Kind) -> io::Result<()> {
        let width = self.screen.text_width();
        let wrap = match kind {
            Kind::Thought => {
                let (begin, end) = self.screen.codes(Look::Dim);
                Wrap::new(format!("{begin}│ "), 2, end, width)
            }
            Kind::Text => {
                self.screen.write("\n")?;
                Wrap::new("", 0, "", width)
            }
        };
        self.block = Some(Block { kind, wrap });
        Ok(())
    }

    fn end_block(&mut self) -> io::Result<()> {
        match self.block.take() {
            Some(block) => self.screen.write(&block.wrap.finish()),
            None => Ok(()),
        }
    }
}

/// The arguments of a call on one line: the text alone if there is only one.
fn arguments(call: &ToolCall) -> String {
    let mut values = call.arguments.values();
    match (values.next(), values.next()) {
        (Some(Value::String(text)), None) => plain(text),
        (None, _) => String::new(),
        _ => plain(&Value::Object(call.arguments.clone()).to_string()),
    }
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or("nothing was found")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::testing::Kept;
    use expect_test::{Expect, expect};
    use lucy_protocol::{Budget, Citation};
    use serde_json::json;

    fn source(number: u32, title: &str) -> Source {
        Source { number, title: title.into(), url: format!("library:{number}"), ..Source::default() }
    }

    fn run() -> Vec<Event> {
        let call = ToolCall {
            id: "s1c1".into(),
            name: "web_search".into(),
            arguments: json!({"query": "tower\u{1b}[31m architect"}).as_object().cloned().unwrap_or_default(),
            malformed: None,
        };
        let first =
            AssistantMessage { reasoning: "I need the architect.".into(), calls: vec![call], ..Default::default() };
        let answer = "It was A [1] or B [7].";
        let second =
            AssistantMessage { reasoning: "Result 1 says it.".into(), text: answer.into(), ..Default::default() };
        let result = ToolResult { sources: vec![source(1, "Tower"), source(2, "Bridge")], ..Default::default() };
        let citation = |number, url: Option<&str>| Citation { number, start: 0, end: 1, url: url.map(Into::into) };
        let citations = vec![citation(1, Some("library:1")), citation(7, None)];
        let started = Event::Started {
            question: "who built it".into(),
            model: "m".into(),
            budget: Budget::default(),
            date: String::new(),
            seed: 1,
            prompt_hash: String::new(),
            history: Vec::new(),
        };
        vec![
            started,
            Event::Replied { message: first, elapsed_ms: 100 },
            Event::Observed { result, elapsed_ms: 200 },
            Event::Replied { message: second, elapsed_ms: 1_500 },
            Event::Finished { outcome: Outcome::Answered { answer: answer.into(), citations }, elapsed_ms: 1_500 },
        ]
    }

    fn show(updates: impl IntoIterator<Item = RunUpdate>, width: Option<usize>, colours: bool) -> String {
        let (mut screen, kept) = Kept::screen(width, colours);
        let mut view = View::new(&mut screen, true);
        for update in updates {
            view.update(&update).unwrap();
        }
        view.footer("k3j9").unwrap();
        kept.text()
    }

    fn stored() -> impl Iterator<Item = RunUpdate> {
        (0..).zip(run()).map(|(seq, event)| RunUpdate::Event { seq, event })
    }

    fn check(shown: &str, expected: &Expect) {
        expected.assert_eq(shown);
    }

    #[test]
    fn a_run_is_calm_and_plain_in_a_pipe() {
        check(
            &show(stored(), None, false),
            &expect![[r"
                who built it
                │ I need the architect.
                → web_search tower[31m architect
                  [1] Tower  library:1
                  [2] Bridge  library:2
                │ Result 1 says it.

                It was A [1] or B [7].

                [1] Tower  library:1
                [7] no source has this number

                2 steps · 1.5 s · run k3j9
            "]],
        );
    }

    #[test]
    fn what_was_streamed_is_not_repeated() {
        let progress = |progress| RunUpdate::Progress { progress };
        let mut updates: Vec<RunUpdate> = stored().collect();
        updates.insert(1, progress(Progress::Reasoning { delta: "I need".into() }));
        updates.insert(4, progress(Progress::Reasoning { delta: "Result 1 says it.".into() }));
        updates.insert(5, progress(Progress::Text { delta: "It was A [1] ".into() }));
        assert_eq!(show(updates, None, false), show(stored(), None, false));
    }

    #[test]
    fn on_a_terminal_thoughts_are_dim() {
        let shown = show(stored(), Some(40), true);
        assert!(shown.contains("\u{1b}[2m│ I need the architect.\u{1b}[0m\n"), "{shown:?}");
        assert!(shown.starts_with("\u{1b}[1mwho built it\u{1b}[0m\n"), "{shown:?}");
    }

    #[test]
    fn what_the_person_did_is_shown() {
        let events = [
            Event::Branched { run: "k3".into(), step: 2 },
            Event::Steered { text: "Only in Paris.".into(), elapsed_ms: 0 },
            Event::AskedToFinish { elapsed_ms: 0 },
        ];
        let shown = show((0..).zip(events).map(|(seq, event)| RunUpdate::Event { seq, event }), None, false);
        let expected = "So far as in run k3. Step 2 is made anew.\nOnly in Paris.\nThe answer was asked for.\n";
        assert!(shown.starts_with(expected), "{shown}");
    }

    #[test]
    fn every_end_says_what_happened() {
        let end = |outcome| {
            let event = Event::Finished { outcome, elapsed_ms: 0 };
            show([RunUpdate::Event { seq: 0, event }], None, false)
        };
        assert!(end(Outcome::OutOfBudget { limit: Limit::Steps }).starts_with("No answer: the limit of steps"));
        assert!(end(Outcome::Cancelled).starts_with("Stopped. What was said is kept."));
        assert!(end(Outcome::Failed { error: "x".into() }).starts_with("The run failed: x."));
    }
}
