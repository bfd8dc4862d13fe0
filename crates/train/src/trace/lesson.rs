//! A run in the making: the teacher's steps, one by one, through the agent's own [`Run`].

use super::{END, Statement, Trace, first_shape, page, result, sentence, state, statement, value};
use anyhow::{Context, Result, ensure};
use lucy_agent::{Action, Input, RESULT_CHARS, Run};
use lucy_engine::ChatTemplate;
use lucy_eval::world::{Article, Inventor, Lack, Question, Scene, Subject, Value as ValueType, Want};
use lucy_protocol::{AssistantMessage, Source, StopReason, ToolCall, ToolResult};
use rand::{RngExt, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// One run in the making.
pub(super) struct Lesson<'a> {
    pub(super) inventor: &'a Inventor<'a>,
    pub(super) template: &'a ChatTemplate,
    pub(super) run: Run,
    /// Byte ranges of `text` that are to be learned.
    pub(super) learned: Vec<(usize, usize)>,
    pub(super) text: String,
    /// The results of the last search.
    pub(super) found: Vec<Source>,
    /// Addresses of the pages that were read.
    pub(super) visited: HashSet<String>,
    /// How often the first search is mistaken, and not learned.
    pub(super) mistakes: f64,
    /// The most results of a search.
    pub(super) results: usize,
    /// Whether results have no previews, and more of those beside the wanted one differ in one word.
    pub(super) bare: bool,
    pub(super) rng: ChaCha8Rng,
}

/// What is thought before a search, and what is searched for.
pub(super) struct Need {
    pub(super) thought: String,
    pub(super) query: String,
}

impl Need {
    pub(super) fn of(query: String) -> Self {
        Self { thought: format!("I need the {query}."), query }
    }
}

impl Lesson<'_> {
    pub(super) fn teach(&mut self, scene: &Scene) -> Result<()> {
        match scene.want {
            Want::Fact(property) => self.facts(scene, &[property]),
            Want::Facts(first, second) => self.facts(scene, &[first, second]),
            Want::Inverse(property) => self.inverse(scene, property),
            Want::Hop { first, second, .. } => self.hop(scene, first, second),
        }
    }

    /// What is needed first for `want` of a thing of this kind, which is called `mention`.
    pub(super) fn first_need(&self, mention: &str, kind: usize, want: Want) -> Need {
        let label = |property| self.label(kind, property);
        match want {
            Want::Facts(first, second) => Need::of(format!("{} and the {} of {mention}", label(first), label(second))),
            Want::Hop { first, kind: other, second } => {
                let (query, far) = (format!("{} of {mention}", label(first)), self.label(other, second));
                Need { thought: format!("I need the {far} of the {query}. First I need the {query}."), query }
            }
            Want::Inverse(property) => Need::of(format!("{} whose {} is {mention}", self.noun(kind), label(property))),
            Want::Fact(property) => Need::of(format!("{} of {mention}", label(property))),
        }
    }

    /// What a hasty reader takes the question to need: another property, more or less than is asked, or the name with a
    /// word of the question too many or with one too few. Who reads on must not rely on what was thought at first.
    fn mistaken_need(&mut self, scene: &Scene) -> Need {
        let (mention, kind) = (scene.question.mention.as_str(), scene.target.entity.kind);
        let rng = &mut self.rng;
        if rng.random_bool(0.35) {
            let mention = misheard(&scene.question, rng);
            return self.first_need(&mention, kind, scene.want);
        }
        if rng.random_bool(0.5) {
            let shape = first_shape(rng);
            let (kind, want) = self.inventor.want(shape, rng);
            return self.first_need(mention, kind, want);
        }
        let count = self.inventor.book.kinds[kind].property.len();
        let (right, wrong) = (scene.want.first(), rng.random_range(0..count));
        let want = match rng.random_range(0..4) {
            0..2 => Want::Fact(wrong),
            2 if wrong != right => Want::Facts(right, wrong),
            _ => Want::Fact(right),
        };
        self.first_need(mention, kind, want)
    }

    pub(super) fn search_first(&mut self, scene: &Scene) -> Result<Option<u32>> {
        let mention = &scene.question.mention;
        let mistaken = self.rng.random_bool(self.mistakes);
        let need = match mistaken {
            true => self.mistaken_need(scene),
            false => self.first_need(mention, scene.target.entity.kind, scene.want),
        };
        let found = self.search(scene, &scene.target, mention, &need)?;
        if mistaken {
            self.learned.clear();
        }
        Ok(found)
    }

    /// One or two properties of the entity that the question names.
    fn facts(&mut self, scene: &Scene, properties: &[usize]) -> Result<()> {
        let found = self.search_first(scene)?;
        let Some(number) = self.pick(&scene.target, found, &self.sought(scene), "")? else { return Ok(()) };
        let thought = self.statements(&scene.target, properties);
        let answer = self.facts_answer(&scene.target, number, properties);
        self.answer(&thought, &answer)
    }

    /// Something that the page does not have, whatever the entity.
    pub(super) fn absent(&mut self, scene: &Scene, label: &str) -> Result<()> {
        let mention = &scene.question.mention;
        let need = Need::of(format!("{label} of {mention}"));
        let found = self.search(scene, &scene.target, mention, &need)?;
        self.pick(&scene.target, found, mention, "")?;
        let Statement { names, gives } = state(label, None);
        self.answer(format!("{names}{gives}").trim_end(), &not_found(label, &scene.target))
    }

    /// A property of what a property of the entity names.
    fn hop(&mut self, scene: &Scene, first: usize, second: usize) -> Result<()> {
        let Some(other) = &scene.other else { return Ok(()) };
        let found = self.search_first(scene)?;
        let Some(number) = self.pick(&scene.target, found, &self.sought(scene), "")? else { return Ok(()) };
        let thought = self.statements(&scene.target, &[first]);
        let known = self.facts_answer(&scene.target, number, &[first]);
        if value(self.inventor, &scene.target, first).is_none() {
            return self.answer(&thought, &known);
        }
        let name = &other.entity.plain_name();
        let query = format!("{} of {name}", self.label(other.entity.kind, second));
        let need = Need { thought: format!("{thought}\n Now I need the {query}."), query };
        let found = self.search(scene, other, name, &need)?;
        let Some(number) = self.pick(other, found, name, &format!("{known} "))? else { return Ok(()) };
        let thought = self.statements(other, &[second]);
        let answer = format!("{known} {}", self.facts_answer(other, number, &[second]));
        self.answer(&thought, &answer)
    }

    /// The entity that has a value.
    fn inverse(&mut self, scene: &Scene, property: usize) -> Result<()> {
        let found = self.search_first(scene)?;
        let Some(number) = self.pick(&scene.target, found, &self.sought(scene), "")? else { return Ok(()) };
        let (noun, name) = (self.noun(scene.target.entity.kind), &scene.target.entity.name);
        let thought = format!("{}\n So the {noun} is {name}.", self.statements(&scene.target, &[property]));
        let answer = self.facts_answer(&scene.target, number, &[property]);
        self.answer(&thought, &answer)
    }

    /// Searches and gives the number of the result that is about `wanted`, or none if the world lacks it.
    fn search(&mut self, scene: &Scene, wanted: &Subject, mention: &str, need: &Need) -> Result<Option<u32>> {
        let id = self.call(&need.thought, "web_search", "query", &need.query)?;
        let is_target = wanted.article.address == scene.target.article.address;
        let lacking = if is_target { Lack::Target } else { Lack::Other };
        let present = scene.lacks != lacking;
        let count = match self.rng.random_range(0..10) {
            0..2 => 1,
            2..4 => 2,
            _ => 3,
        };
        let count = self.results.min(count);
        let empty = !present && self.rng.random_bool(0.25);
        let mut results: Vec<Source> = Vec::new();
        // What the second search is for has often been among the results of the first.
        if let Some(other) = &scene.other
            && is_target
            && scene.lacks != Lack::Other
            && !empty
            && count > 1
            && self.rng.random_bool(0.35)
        {
            results.push(result(&other.article));
        }
        while !empty && results.len() < count - usize::from(present) {
            let seen = !is_target && results.is_empty() && self.rng.random_bool(0.35);
            let article = if seen { scene.target.article.clone() } else { self.beside(scene, wanted, mention) };
            // What the question may mean by its words is not beside it, unless what it does mean is there.
            if !present && article.title.to_lowercase().contains(&mention.to_lowercase()) {
                continue;
            }
            if article.address != wanted.article.address && results.iter().all(|r| r.url != article.address) {
                results.push(result(&article));
            }
        }
        results.shuffle(&mut self.rng);
        if present {
            let wanted = result(&wanted.article);
            // Which thing has a value can only be told from a preview that names it.
            let told = !matches!(scene.want, Want::Inverse(_))
                || wanted.preview.to_lowercase().contains(&mention.to_lowercase());
            // A name in small letters shares no token with the title's: it is taken for it unless it is plainly another.
            // Where there are no previews other names stand anywhere, so that there is something to compare.
            let first = match (mention.contains(char::is_uppercase), self.bare) {
                (false, _) => 0.93,
                (true, false) => 0.75,
                (true, true) => 0.4,
            };
            let at = if !told || self.rng.random_bool(first) { 0 } else { self.rng.random_range(0..=results.len()) };
            results.insert(at, wanted);
        }
        if self.bare {
            results.iter_mut().for_each(|result| result.preview.clear());
        }
        self.found = self.record(id, String::new(), results);
        Ok(self.found.iter().find(|source| present && source.url == wanted.article.address).map(|source| source.number))
    }

    /// What is said of a result that does not fit: that it is not this.
    pub(super) fn sought(&self, scene: &Scene) -> String {
        match scene.want {
            Want::Inverse(_) => format!("the {}", self.noun(scene.target.entity.kind)),
            _ => scene.question.mention.clone(),
        }
    }

    /// An article that is found beside what is `wanted`: for a question for the thing that has a value, often that of
    /// the value itself.
    fn beside(&mut self, scene: &Scene, wanted: &Subject, mention: &str) -> Article {
        let about = &self.inventor.book.kinds[wanted.entity.kind];
        if let Want::Inverse(property) = scene.want
            && let ValueType::Entity(kind) = &about.property[property].value
            && let (Some(kind), Some(name)) = (self.inventor.book.find(kind), &wanted.entity.values[property])
            && self.rng.random_bool(0.5)
        {
            let value = self.inventor.entity_named(kind, name.clone(), &HashMap::new(), &mut self.rng);
            return self.inventor.subject(value, Some(&wanted.entity), &mut self.rng).article;
        }
        let share = match (self.bare, scene.answerable()) {
            (true, false) => 0.8,
            (true, true) => 0.5,
            (false, _) => 0.25,
        };
        if self.rng.random_bool(share)
            && let Some(alike) = self.inventor.alike(&wanted.entity, mention, &mut self.rng)
        {
            return alike.article;
        }
        let label = self.inventor.wanted_label(scene, wanted.article.address == scene.target.article.address);
        self.inventor.distractor(&wanted.entity, mention, label, &mut self.rng).article
    }

    /// Looks at one result after the other until one is about `sought`, and reads its page; or says that none is, after
    /// what is `known`. Title and name are both written down before it is judged: a reader from left to right can then
    /// see of every word of the name whether the title has it, and of every word of the title whether the name does.
    pub(super) fn pick(
        &mut self,
        subject: &Subject,
        found: Option<u32>,
        sought: &str,
        known: &str,
    ) -> Result<Option<u32>> {
        let mut thought = Vec::new();
        for Source { number, title, .. } in &self.found {
            let fits = Some(*number) == found;
            let verdict = if fits { "Yes. I will read the page." } else { "No." };
            thought.push(format!("Result {number} is {title}. Is that {sought}? {verdict}"));
            if fits {
                break;
            }
        }
        let Some(number) = found else {
            thought.push(if self.found.is_empty() {
                "The search found nothing.".into()
            } else {
                format!("None of the results is about {sought}.")
            });
            self.answer(&thought.join("\n "), &format!("{known}I could not find anything about {sought}."))?;
            return Ok(None);
        };
        let address = &subject.article.address;
        ensure!(self.visited.insert(address.clone()), "{address} was read already");
        let id = self.call(&thought.join("\n "), "visit_tool", "url", address)?;
        let page = page(&subject.article);
        self.record(id, page.page_content(), vec![page]);
        Ok(Some(number))
    }

    /// What the page says of the properties.
    fn statements(&self, subject: &Subject, properties: &[usize]) -> String {
        let state = |&property: &usize| {
            let Statement { names, gives } = statement(self.inventor, subject, property);
            format!(" {names}{gives}")
        };
        properties.iter().map(state).collect::<String>().trim().to_string()
    }

    fn facts_answer(&self, subject: &Subject, number: u32, properties: &[usize]) -> String {
        let part = |&property: &usize| match value(self.inventor, subject, property) {
            Some(_) => format!("{} [{number}].", sentence(self.inventor, subject, property)),
            None => not_found(self.label(subject.entity.kind, property), subject),
        };
        properties.iter().map(part).collect::<Vec<_>>().join(" ")
    }

    fn label(&self, kind: usize, property: usize) -> &str {
        &self.inventor.book.kinds[kind].property[property].label
    }

    fn noun(&self, kind: usize) -> String {
        self.inventor.book.kinds[kind].kind.replace('_', " ")
    }

    pub(super) fn call(&mut self, thought: &str, tool: &str, argument: &str, value: &str) -> Result<String> {
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
        self.reply(thought, &format!(" {text}"), Vec::new())
    }

    /// A thought and an answer begin with a space, which makes the first word the token that it is elsewhere: a model
    /// this small copies tokens, not letters.
    fn reply(&mut self, thought: &str, text: &str, calls: Vec<ToolCall>) -> Result<()> {
        let Action::Generate { messages, .. } = self.run.next() else { anyhow::bail!("the run is over") };
        let raw = format!("<think>\n {thought}\n</think>\n\n{text}");
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

    pub(super) fn finish(self) -> Trace {
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

/// What is answered if the page does not give what is asked for.
fn not_found(label: &str, subject: &Subject) -> String {
    format!("I could not find the {label} of {}.", subject.entity.name)
}

/// What the question names, with the word before or after it, or without its first or last.
pub(super) fn misheard(question: &Question, rng: &mut ChaCha8Rng) -> String {
    let mention = &question.mention;
    let Some((before, after)) = question.text.split_once(mention.as_str()) else { return mention.clone() };
    let plain = |word: &&str| word.chars().all(char::is_alphanumeric);
    let (before, after) = (before.trim_end().rsplit(' ').next(), after.trim_start().split(' ').next());
    let mut heard = vec![
        mention.split_once(' ').map(|(_, rest)| rest.to_string()),
        mention.rsplit_once(' ').map(|(rest, _)| rest.to_string()),
        before.filter(|word| !word.is_empty()).filter(plain).map(|word| format!("{word} {mention}")),
        after.filter(|word| !word.is_empty()).filter(plain).map(|word| format!("{mention} {word}")),
    ];
    heard.shuffle(rng);
    heard.into_iter().flatten().next().unwrap_or_else(|| mention.clone())
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
