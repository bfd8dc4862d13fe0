//! Training traces: whole runs on invented worlds, written by a teacher that knows the answer and thinks aloud in
//! steps that a small model can take. They are built with the agent's own [`Run`], so that a trace and a real run have
//! the same bytes.

use anyhow::{Context, Result};
use lucy_agent::{Action, Input, RESULT_CHARS, Run, Start};
use lucy_engine::ChatTemplate;
use lucy_eval::world::{Article, Inventor, Lack, Phrasing, Scene, Shape, Subject, Want, without_bracket};
use lucy_protocol::{AssistantMessage, Budget, Message, Source, StopReason, ToolCall, ToolResult};
use rand::{Rng, RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

/// The text of a whole run, in pieces: what the environment wrote and what the model is to write.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// The pieces, in order; `true` marks those to be learned.
    pub pieces: Vec<(String, bool)>,
}

/// What ends a turn.
const END: &str = "<|im_end|>";

/// The teacher: invents a question and answers it by searching and reading.
pub struct Teacher<'a> {
    inventor: &'a Inventor<'a>,
    template: &'a ChatTemplate,
    seed: u64,
}

/// How hard a trace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// One fact, one result: where copying is learned.
    Short,
    /// Everything.
    Full,
}

impl<'a> Teacher<'a> {
    /// Traces rendered with `template`, a function of `seed` and their index.
    pub fn new(inventor: &'a Inventor<'a>, template: &'a ChatTemplate, seed: u64) -> Self {
        Self { inventor, template, seed }
    }

    /// The trace of this index.
    ///
    /// # Errors
    /// If the template cannot render the run.
    pub fn trace(&self, index: u64, stage: Stage) -> Result<Trace> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (shape, lacks) = plan(stage, &mut rng);
        let scene = self.inventor.scene(shape, lacks, Phrasing::Trained, &mut rng);
        let history = if stage == Stage::Full && rng.random_bool(0.05) { self.history(&mut rng) } else { Vec::new() };
        let start = Start {
            question: &scene.question.text,
            model: "pocket",
            budget: Budget::default(),
            date: "2026-01-01",
            seed: 0,
            history: &history,
            tools: &[],
        };
        let mut lesson = Lesson {
            inventor: self.inventor,
            template: self.template,
            run: Run::start(start),
            learned: Vec::new(),
            text: String::new(),
            most: if stage == Stage::Short { 1 } else { 3 },
            rng,
        };
        lesson.teach(&scene)?;
        Ok(lesson.finish())
    }

    fn history(&self, rng: &mut ChaCha8Rng) -> Vec<Message> {
        let scene = self.inventor.scene(Shape::Fact, Lack::Nothing, Phrasing::Trained, rng);
        let Want::Fact(property) = scene.want else { return Vec::new() };
        let text = format!("{} [1].", sentence(self.inventor, &scene.target, property));
        vec![
            Message::User { text: scene.question.text },
            Message::Assistant(AssistantMessage { text, ..AssistantMessage::default() }),
        ]
    }
}

/// The shape of a trace and what its world lacks.
fn plan(stage: Stage, rng: &mut impl Rng) -> (Shape, Lack) {
    if stage == Stage::Short {
        return (Shape::Fact, Lack::Nothing);
    }
    match rng.random_range(0..100) {
        0..44 => (Shape::Fact, Lack::Nothing),
        44..56 => (Shape::Facts, Lack::Nothing),
        56..82 => (Shape::Hop, Lack::Nothing),
        82..86 => (Shape::Inverse, Lack::Nothing),
        86..91 => (Shape::Fact, Lack::Target),
        91..95 => (Shape::Fact, Lack::Property),
        95 => (Shape::Facts, Lack::Property),
        96 => (Shape::Hop, Lack::Target),
        97 => (Shape::Hop, Lack::Property),
        98 => (Shape::Hop, Lack::Other),
        _ => (Shape::Hop, Lack::OtherProperty),
    }
}

/// One run in the making.
struct Lesson<'a> {
    inventor: &'a Inventor<'a>,
    template: &'a ChatTemplate,
    run: Run,
    /// Byte ranges of `text` that are to be learned.
    learned: Vec<(usize, usize)>,
    text: String,
    most: usize,
    rng: ChaCha8Rng,
}

/// A value, the sentence that states it and where it stands.
struct Found {
    label: String,
    value: String,
    said: String,
}

impl Lesson<'_> {
    fn teach(&mut self, scene: &Scene) -> Result<()> {
        match scene.want {
            Want::Fact(property) => self.facts(scene, &[property]),
            Want::Facts(first, second) => self.facts(scene, &[first, second]),
            Want::Inverse(property) => self.inverse(scene, property),
            Want::Hop { first, second, .. } => self.hop(scene, first, second),
        }
    }

    /// One or two properties of the entity that the question names.
    fn facts(&mut self, scene: &Scene, properties: &[usize]) -> Result<()> {
        let mention = &scene.question.mention;
        let labels: Vec<_> = properties.iter().map(|&p| self.label(&scene.target, p)).collect();
        let query = format!("{} of {mention}", labels.join(" and the "));
        let need = format!("I need the {query}.");
        let Some(number) = self.search(scene, &scene.target, mention, (&need, &query))? else {
            let nothing = self.nothing(mention);
            return self.answer(&nothing, &format!("I could not find anything about {mention}."));
        };
        let (thought, found) = self.read(&scene.target, number, properties)?;
        let answer = self.facts_answer(&scene.target, number, properties, &found);
        self.answer(&thought, &answer)
    }

    /// A property of what a property of the entity names.
    fn hop(&mut self, scene: &Scene, first: usize, second: usize) -> Result<()> {
        let Some(other) = &scene.other else { return Ok(()) };
        let mention = &scene.question.mention;
        let (near, far) = (self.label(&scene.target, first), self.label(other, second));
        let query = format!("{near} of {mention}");
        let need = format!("I need the {far} of the {query}. First I need the {query}.");
        let Some(number) = self.search(scene, &scene.target, mention, (&need, &query))? else {
            let nothing = self.nothing(mention);
            return self.answer(&nothing, &format!("I could not find anything about {mention}."));
        };
        let (thought, found) = self.read(&scene.target, number, &[first])?;
        let known = self.facts_answer(&scene.target, number, &[first], &found);
        if found.iter().all(Option::is_none) {
            return self.answer(&thought, &known);
        }
        let name = &other.entity.plain_name();
        let query = format!("{far} of {name}");
        let need = format!("{thought} Now I need the {query}.");
        let Some(number) = self.search(scene, other, name, (&need, &query))? else {
            let nothing = self.nothing(name);
            return self.answer(&nothing, &format!("{known} I could not find anything about {name}."));
        };
        let (thought, found) = self.read(other, number, &[second])?;
        let answer = format!("{known} {}", self.facts_answer(other, number, &[second], &found));
        self.answer(&thought, &answer)
    }

    /// The entity that has a value.
    fn inverse(&mut self, scene: &Scene, property: usize) -> Result<()> {
        let value = &scene.question.mention;
        let label = self.label(&scene.target, property);
        let kind = &self.inventor.book.kinds[scene.target.entity.kind];
        let noun = kind.kind.replace('_', " ");
        let query = format!("{noun} whose {label} is {value}");
        let need = format!("I need the {query}.");
        let Some(number) = self.search(scene, &scene.target, value, (&need, &query))? else { return Ok(()) };
        let (thought, _) = self.read(&scene.target, number, &[property])?;
        let name = &scene.target.entity.name;
        let thought = format!("{thought} So the {noun} is {name}.");
        let answer = format!("{} [{number}].", sentence(self.inventor, &scene.target, property));
        self.answer(&thought, &answer)
    }

    /// Searches and gives the number of the result that is about `wanted`, or none if the world lacks it.
    fn search(
        &mut self,
        scene: &Scene,
        wanted: &Subject,
        mention: &str,
        (thought, query): (&str, &str),
    ) -> Result<Option<u32>> {
        let id = self.call(thought, "web_search", "query", query)?;
        let is_target = wanted.article.address == scene.target.article.address;
        let lacking = if is_target { Lack::Target } else { Lack::Other };
        let present = scene.lacks != lacking;
        let count = match self.rng.random_range(0..10) {
            0..3 => 1,
            3..6 => 2,
            _ => 3,
        }
        .min(self.most);
        let empty = !present && self.rng.random_bool(0.25);
        let mut results: Vec<Source> = Vec::new();
        while !empty && results.len() < count - usize::from(present) {
            let seen = !is_target && results.is_empty() && self.rng.random_bool(0.35);
            let article = if seen {
                scene.target.article.clone()
            } else {
                self.inventor.distractor(&wanted.entity, mention, &mut self.rng).article
            };
            if article.address != wanted.article.address && results.iter().all(|r| r.url != article.address) {
                results.push(result(&article));
            }
        }
        results.shuffle(&mut self.rng);
        if present {
            let last = results.len();
            let at = if self.rng.random_bool(0.62) { 0 } else { self.rng.random_range(0..=last) };
            results.insert(at, result(&wanted.article));
        }
        let sources = self.record(id, String::new(), results);
        Ok(sources.iter().find(|source| present && source.url == wanted.article.address).map(|source| source.number))
    }

    /// What the result of this number says of the properties: from the preview, or else from the page. The thought so
    /// far and what was found.
    fn read(&mut self, subject: &Subject, number: u32, properties: &[usize]) -> Result<(String, Vec<Option<Found>>)> {
        let preview = Source::preview_of(&subject.article.text());
        let title = &subject.entity.name;
        let mut thought = format!("Result {number} is {title}.");
        let mut found: Vec<Option<Found>> = Vec::new();
        let mut missing = Vec::new();
        for &property in properties {
            let fact = self.fact(subject, property).filter(|fact| preview.contains(&fact.said));
            match &fact {
                Some(fact) => thought.push_str(&gives("It", fact)),
                None => missing.push(self.label(subject, property)),
            }
            found.push(fact);
        }
        if missing.is_empty() {
            return Ok((thought, found));
        }
        thought.push_str(&format!(" It does not give the {}. I will read the page.", missing.join(" or the ")));
        let id = self.call(&thought, "visit_tool", "url", &subject.article.address)?;
        let mut page = result(&subject.article);
        page.text = Some(subject.article.text());
        let content = page.page_content();
        self.record(id, content, vec![page]);
        let mut thought = String::new();
        for (&property, fact) in properties.iter().zip(&mut found) {
            if fact.is_some() {
                continue;
            }
            *fact = self.fact(subject, property);
            match fact {
                Some(fact) => thought.push_str(&gives("The page", fact)),
                None => thought.push_str(&format!(" The page does not give the {}.", self.label(subject, property))),
            }
        }
        Ok((thought.trim_start().to_string(), found))
    }

    fn fact(&self, subject: &Subject, property: usize) -> Option<Found> {
        let id = &self.inventor.book.kinds[subject.entity.kind].property[property].id;
        let said = subject.article.evidence(id)?.to_string();
        let value = spoken(subject, property, &said)?;
        Some(Found { label: self.label(subject, property), value, said })
    }

    fn facts_answer(&self, subject: &Subject, number: u32, properties: &[usize], found: &[Option<Found>]) -> String {
        let part = |(&property, fact): (&usize, &Option<Found>)| match fact {
            Some(_) => format!("{} [{number}].", sentence(self.inventor, subject, property)),
            None => format!("I could not find the {} of {}.", self.label(subject, property), subject.entity.name),
        };
        properties.iter().zip(found).map(part).collect::<Vec<_>>().join(" ")
    }

    fn label(&self, subject: &Subject, property: usize) -> String {
        self.inventor.book.kinds[subject.entity.kind].property[property].label.clone()
    }

    /// What is thought when no result fits.
    fn nothing(&self, mention: &str) -> String {
        let empty = self.run.log().last().is_some_and(
            |event| matches!(event, lucy_protocol::Event::Observed { result, .. } if result.sources.is_empty()),
        );
        if empty { "The search found nothing.".into() } else { format!("None of the results is about {mention}.") }
    }

    fn call(&mut self, thought: &str, tool: &str, argument: &str, value: &str) -> Result<String> {
        let arguments = Map::from_iter([(argument.to_string(), Value::from(value))]);
        let json = json!({ "name": tool, "arguments": arguments });
        let text = format!("<tool_call>\n{}\n</tool_call>", spaced(&json)?);
        let call = ToolCall { id: String::new(), name: tool.into(), arguments, malformed: None };
        self.reply(thought, &text, vec![call])?;
        let Action::CallTools(calls) = self.run.next() else {
            anyhow::bail!("the run did not ask for the call: {:?}", self.run.next());
        };
        Ok(calls.first().context("no call")?.id.clone())
    }

    fn answer(&mut self, thought: &str, text: &str) -> Result<()> {
        // The space makes the first word the token that it is elsewhere: a model this small copies tokens, not letters.
        self.reply(thought, &format!(" {text}"), Vec::new())
    }

    fn reply(&mut self, thought: &str, text: &str, calls: Vec<ToolCall>) -> Result<()> {
        let Action::Generate { messages, .. } = self.run.next() else { anyhow::bail!("the run is over") };
        let raw = format!("<think>\n{thought}\n</think>\n\n{text}");
        self.text = self.template.render(&messages, &[], true)?;
        let start = self.text.len();
        self.text.push_str(&raw);
        self.text.push_str(END);
        self.learned.push((start, self.text.len()));
        let text = if calls.is_empty() { text.trim_start().to_string() } else { String::new() };
        let reasoning = thought.to_string();
        let message =
            AssistantMessage { raw, reasoning, text, calls, stop: StopReason::End, ..AssistantMessage::default() };
        self.run.record(Input::Reply { message, elapsed_ms: 0 });
        Ok(())
    }

    fn record(&mut self, call_id: String, content: String, sources: Vec<Source>) -> Vec<Source> {
        let result = ToolResult { call_id, content, is_error: false, sources };
        let events = self.run.record(Input::Result { result, limit: RESULT_CHARS, elapsed_ms: 0 });
        match events.first() {
            Some(lucy_protocol::Event::Observed { result, .. }) => result.sources.clone(),
            _ => Vec::new(),
        }
    }

    fn finish(self) -> Trace {
        let mut pieces = Vec::new();
        let mut at = 0;
        for (start, end) in self.learned {
            pieces.push((self.text[at..start].to_string(), false));
            pieces.push((self.text[start..end].to_string(), true));
            at = end;
        }
        Trace { pieces }
    }
}

/// What is found, in words that a model reads off one place: the value follows what names it. A whole sentence begins
/// before the words that tell what it states, and to go back to its beginning was never learned.
fn gives(who: &str, fact: &Found) -> String {
    format!(" {who} gives the {}: {}.", fact.label, fact.value)
}

/// The value as the sentence has it ("the United States" for United States).
fn spoken(subject: &Subject, property: usize, said: &str) -> Option<String> {
    let value = without_bracket(subject.entity.values[property].as_deref()?);
    let with_article = format!("the {value}");
    Some(if said.contains(&with_article) { with_article } else { value.to_string() })
}

/// The answer sentence, without its full stop.
fn sentence(inventor: &Inventor, subject: &Subject, property: usize) -> String {
    let about = &inventor.book.kinds[subject.entity.kind].property[property];
    let said = subject.article.evidence(&about.id).unwrap_or_default();
    let value = spoken(subject, property, said).unwrap_or_default();
    lucy_eval::world::answer(about, &subject.entity, &value)
}

/// The article as a search result.
fn result(article: &Article) -> Source {
    Source {
        number: 0,
        url: article.address.clone(),
        title: article.title.clone(),
        preview: Source::preview_of(&article.text()),
        text: None,
    }
}

/// JSON with a space after colons and commas, as the model's template writes it.
fn spaced(value: &Value) -> Result<String> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Spaced);
    serde::Serialize::serialize(value, &mut serializer)?;
    Ok(String::from_utf8(bytes)?)
}

struct Spaced;

impl serde_json::ser::Formatter for Spaced {
    fn begin_object_key<W: std::io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> std::io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: std::io::Write + ?Sized>(&mut self, writer: &mut W) -> std::io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests;
