//! Training traces: whole runs on invented worlds, written by a teacher that knows the answer and thinks aloud in
//! steps that a small model can take. They are built with the agent's own [`Run`], so that a trace and a real run have
//! the same bytes.

use anyhow::{Context, Result, ensure};
use lucy_agent::{Action, Input, RESULT_CHARS, Run, Start};
use lucy_engine::ChatTemplate;
use lucy_eval::world::{
    Article, Inventor, Lack, Phrasing, Question, Scene, Shape, Subject, Value as ValueType, Want, ask_absent,
    without_bracket,
};
use lucy_protocol::{AssistantMessage, Budget, Message, Source, StopReason, ToolCall, ToolResult};
use rand::{
    Rng, RngExt, SeedableRng,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

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

/// What tells the numbers of one sort of trace from those of another.
#[derive(Clone, Copy)]
enum Sort {
    Whole,
    Opening,
    Reading,
    Picking,
    Judging,
}

/// The first words that only name what is read off a page, and the value that follows them, or that there is none.
struct Statement {
    names: String,
    gives: String,
}

impl<'a> Teacher<'a> {
    /// Traces rendered with `template`, a function of `seed` and their index.
    pub fn new(inventor: &'a Inventor<'a>, template: &'a ChatTemplate, seed: u64) -> Self {
        Self { inventor, template, seed }
    }

    /// The whole run of this index.
    ///
    /// # Errors
    /// If the template cannot render the run.
    pub fn trace(&self, index: u64) -> Result<Trace> {
        let mut rng = self.rng(Sort::Whole, index);
        if rng.random_bool(0.05) {
            return Ok(self.absent(3, rng)?.finish());
        }
        let (shape, lacks) = plan(&mut rng);
        let scene = self.inventor.scene(shape, lacks, Phrasing::Trained, &mut rng);
        let history = if rng.random_bool(0.05) { self.history(&mut rng) } else { Vec::new() };
        let mut lesson = Lesson { mistakes: 0.25, ..self.lesson(&scene.question, &history, rng) };
        lesson.teach(&scene)?;
        Ok(lesson.finish())
    }

    /// A question and the first reply to it: what is sought, and the search for it. No article is written for it.
    ///
    /// # Errors
    /// If the template cannot render the run.
    pub fn opening(&self, index: u64) -> Result<Trace> {
        let mut rng = self.rng(Sort::Opening, index);
        if rng.random_bool(0.07) {
            let mut lesson = self.absent(1, rng)?;
            lesson.learned.truncate(1);
            return Ok(lesson.finish());
        }
        let asked = self.inventor.asked(first_shape(&mut rng), Phrasing::Trained, &mut rng);
        let mut lesson = self.lesson(&asked.question, &[], rng);
        let need = lesson.first_need(&asked.question.mention, asked.target.kind, asked.want);
        lesson.call(&need.thought, "web_search", "query", &need.query)?;
        Ok(lesson.finish())
    }

    /// A page and what it says of every property of its kind and of one that no page has, in any order. Only the values
    /// are learned, and that there is none.
    ///
    /// # Errors
    /// If the template cannot render the page.
    pub fn reading(&self, index: u64) -> Result<Trace> {
        let mut rng = self.rng(Sort::Reading, index);
        let kind = rng.random_range(0..self.inventor.book.kinds.len());
        let mut entity = self.inventor.entity(kind, &HashMap::new(), &mut rng);
        for value in &mut entity.values {
            if rng.random_bool(0.22) {
                *value = None;
            }
        }
        let subject = self.inventor.subject(entity, None, &mut rng);
        let mut statements: Vec<Statement> =
            (0..subject.entity.values.len()).map(|property| statement(self.inventor, &subject, property)).collect();
        let absent = self.inventor.book.kinds[kind].absent.choose(&mut rng);
        statements.extend(absent.map(|absent| state(&absent.label, None)));
        statements.shuffle(&mut rng);
        let mut before = format!("{}<think>\n", self.page_turn(page(&subject.article).page_content())?);
        let mut pieces = Vec::new();
        for Statement { names, gives } in statements {
            pieces.push((format!("{before} {names}"), false));
            pieces.push((gives, true));
            before.clear();
        }
        Ok(Trace { pieces })
    }

    /// A question, the search for its answer (of two hops, often the second search), what was found, and the reply to
    /// that: which result is about what is sought, or that none is. Only this reply is learned.
    ///
    /// # Errors
    /// If the template cannot render the run.
    pub fn picking(&self, index: u64) -> Result<Trace> {
        let mut rng = self.rng(Sort::Picking, index);
        let shape = first_shape(&mut rng);
        let second = shape == Shape::Hop && rng.random_bool(0.5);
        let missing = shape != Shape::Inverse && rng.random_bool(0.12);
        let lacks = match missing {
            true if second => Lack::Other,
            true => Lack::Target,
            false => Lack::Nothing,
        };
        let scene = self.inventor.scene(shape, lacks, Phrasing::Trained, &mut rng);
        let mut lesson = self.lesson(&scene.question, &[], rng);
        if second {
            lesson.teach(&scene)?;
            // Before it stand the first search, the visit and the second search; after it, at most the answer.
            lesson.learned = vec![*lesson.learned.get(3).context("there was no second search")?];
            return Ok(lesson.finish());
        }
        lesson.mistakes = 0.2;
        let found = lesson.search_first(&scene)?;
        lesson.learned.clear();
        lesson.pick(&scene.target, found, &lesson.sought(&scene), "")?;
        Ok(lesson.finish())
    }

    /// A question, a search that was often for something else, and the page of what the question names: what is sought
    /// is judged again, now that the page tells what sort of thing it is about. Only the answer is learned.
    ///
    /// # Errors
    /// If the template cannot render the run.
    pub fn judging(&self, index: u64) -> Result<Trace> {
        let mut rng = self.rng(Sort::Judging, index);
        if rng.random_bool(0.08) {
            let mut lesson = self.absent(1, rng)?;
            lesson.learned.drain(..lesson.learned.len() - 1);
            return Ok(lesson.finish());
        }
        let (shape, lacks) = match rng.random_range(0..100) {
            0..52 => (Shape::Fact, Lack::Nothing),
            52..60 => (Shape::Fact, Lack::Property),
            60..92 => (Shape::Facts, Lack::Nothing),
            _ => (Shape::Inverse, Lack::Nothing),
        };
        let scene = self.inventor.scene(shape, lacks, Phrasing::Trained, &mut rng);
        let mut lesson = Lesson { mistakes: 0.6, results: 1, ..self.lesson(&scene.question, &[], rng) };
        lesson.teach(&scene)?;
        lesson.learned.drain(..lesson.learned.len() - 1);
        Ok(lesson.finish())
    }

    /// The run of a question for something that no article states: what is named is found and read all the same.
    fn absent(&self, results: usize, mut rng: ChaCha8Rng) -> Result<Lesson<'_>> {
        let mut scene = self.inventor.scene(Shape::Fact, Lack::Nothing, Phrasing::Trained, &mut rng);
        let (question, label) = ask_absent(self.inventor.book, &scene.target.entity, &mut rng)
            .with_context(|| "a kind has no questions that its articles do not answer")?;
        scene.question = question;
        let mut lesson = Lesson { results, ..self.lesson(&scene.question, &[], rng) };
        lesson.absent(&scene, label)?;
        Ok(lesson)
    }

    /// The turn in which a run reads a page, and the beginning of the reply to it.
    fn page_turn(&self, content: String) -> Result<String> {
        let result = ToolResult { content, ..ToolResult::default() };
        Ok(self.template.render(&[Message::Tool(result)], &[], true)?)
    }

    fn rng(&self, sort: Sort, index: u64) -> ChaCha8Rng {
        let salt = (sort as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
        ChaCha8Rng::seed_from_u64(self.seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt)
    }

    fn lesson(&self, question: &Question, history: &[Message], rng: ChaCha8Rng) -> Lesson<'_> {
        let start = Start {
            question: &question.text,
            model: "pocket",
            budget: Budget::default(),
            date: "2026-01-01",
            seed: 0,
            history,
            tools: &[],
        };
        Lesson {
            inventor: self.inventor,
            template: self.template,
            run: Run::start(start),
            learned: Vec::new(),
            text: String::new(),
            found: Vec::new(),
            visited: HashSet::new(),
            mistakes: 0.0,
            results: 3,
            rng,
        }
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

/// The shape of a whole trace and what its world lacks.
fn plan(rng: &mut impl Rng) -> (Shape, Lack) {
    match rng.random_range(0..100) {
        0..40 => (Shape::Fact, Lack::Nothing),
        40..54 => (Shape::Facts, Lack::Nothing),
        54..79 => (Shape::Hop, Lack::Nothing),
        79..86 => (Shape::Inverse, Lack::Nothing),
        86..91 => (Shape::Fact, Lack::Target),
        91..95 => (Shape::Fact, Lack::Property),
        95 => (Shape::Facts, Lack::Property),
        96 => (Shape::Hop, Lack::Target),
        97 => (Shape::Hop, Lack::Property),
        98 => (Shape::Hop, Lack::Other),
        _ => (Shape::Hop, Lack::OtherProperty),
    }
}

/// The shape of a trace that shows how a run begins.
fn first_shape(rng: &mut impl Rng) -> Shape {
    match rng.random_range(0..100) {
        0..46 => Shape::Fact,
        46..73 => Shape::Hop,
        73..90 => Shape::Facts,
        _ => Shape::Inverse,
    }
}

/// What the question names, with the word before or after it, or without its first or last.
fn misheard(question: &Question, rng: &mut ChaCha8Rng) -> String {
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

/// One run in the making.
struct Lesson<'a> {
    inventor: &'a Inventor<'a>,
    template: &'a ChatTemplate,
    run: Run,
    /// Byte ranges of `text` that are to be learned.
    learned: Vec<(usize, usize)>,
    text: String,
    /// The results of the last search.
    found: Vec<Source>,
    /// Addresses of the pages that were read.
    visited: HashSet<String>,
    /// How often the first search is mistaken, and not learned.
    mistakes: f64,
    /// The most results of a search.
    results: usize,
    rng: ChaCha8Rng,
}

/// What is thought before a search, and what is searched for.
struct Need {
    thought: String,
    query: String,
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

    /// What is needed first for `want` of a thing of this kind, which is called `mention`.
    fn first_need(&self, mention: &str, kind: usize, want: Want) -> Need {
        let label = |property| self.label(kind, property);
        let plain = |query: String| Need { thought: format!("I need the {query}."), query };
        match want {
            Want::Facts(first, second) => plain(format!("{} and the {} of {mention}", label(first), label(second))),
            Want::Hop { first, kind: other, second } => {
                let (query, far) = (format!("{} of {mention}", label(first)), self.label(other, second));
                Need { thought: format!("I need the {far} of the {query}. First I need the {query}."), query }
            }
            Want::Inverse(property) => plain(format!("{} whose {} is {mention}", self.noun(kind), label(property))),
            Want::Fact(property) => plain(format!("{} of {mention}", label(property))),
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

    fn search_first(&mut self, scene: &Scene) -> Result<Option<u32>> {
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
    fn absent(&mut self, scene: &Scene, label: &str) -> Result<()> {
        let mention = &scene.question.mention;
        let query = format!("{label} of {mention}");
        let need = Need { thought: format!("I need the {query}."), query };
        let found = self.search(scene, &scene.target, mention, &need)?;
        self.pick(&scene.target, found, mention, "")?;
        let Statement { names, gives } = state(label, None);
        let answer = format!("I could not find the {label} of {}.", scene.target.entity.name);
        self.answer(format!("{names}{gives}").trim_end(), &answer)
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
            let at = if !told || self.rng.random_bool(0.8) { 0 } else { self.rng.random_range(0..=results.len()) };
            results.insert(at, wanted);
        }
        self.found = self.record(id, String::new(), results);
        Ok(self.found.iter().find(|source| present && source.url == wanted.article.address).map(|source| source.number))
    }

    /// What is said of a result that does not fit: that it is not this.
    fn sought(&self, scene: &Scene) -> String {
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
        let label = self.inventor.sought(scene, wanted.article.address == scene.target.article.address);
        self.inventor.distractor(&wanted.entity, mention, label, &mut self.rng).article
    }

    /// Looks at one result after the other until one is about `sought`, and reads its page; or says that none is, after
    /// what is `known`. That each title is named before it is judged makes the judgement a comparison of two names that
    /// stand side by side.
    fn pick(&mut self, subject: &Subject, found: Option<u32>, sought: &str, known: &str) -> Result<Option<u32>> {
        let passed = self.found.iter().take_while(|result| Some(result.number) != found);
        let mut thought: Vec<_> =
            passed.map(|result| format!("Result {} is {}, not {sought}.", result.number, result.title)).collect();
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
        thought.push(format!("Result {number} is {}. I will read the page.", subject.entity.name));
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
            None => {
                format!(
                    "I could not find the {} of {}.",
                    self.label(subject.entity.kind, property),
                    subject.entity.name
                )
            }
        };
        properties.iter().map(part).collect::<Vec<_>>().join(" ")
    }

    fn label(&self, kind: usize, property: usize) -> &str {
        &self.inventor.book.kinds[kind].property[property].label
    }

    fn noun(&self, kind: usize) -> String {
        self.inventor.book.kinds[kind].kind.replace('_', " ")
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

/// What the page says of a property, in words that a model reads off one place: the value follows what names it. A
/// whole sentence begins before the words that tell what it states, and to go back to its beginning was never learned.
fn statement(inventor: &Inventor, subject: &Subject, property: usize) -> Statement {
    let label = &inventor.book.kinds[subject.entity.kind].property[property].label;
    state(label, value(inventor, subject, property).as_deref())
}

fn state(label: &str, value: Option<&str>) -> Statement {
    let value = value.unwrap_or("not given");
    Statement { names: format!("On this page the {label} is"), gives: format!(" {value}.\n") }
}

/// The value as the sentence that states it has it ("the United States" for United States); none if none does.
fn value(inventor: &Inventor, subject: &Subject, property: usize) -> Option<String> {
    let id = &inventor.book.kinds[subject.entity.kind].property[property].id;
    let said = subject.article.evidence(id)?;
    let value = without_bracket(subject.entity.values[property].as_deref()?);
    let with_article = format!("the {value}");
    Some(if said.contains(&with_article) { with_article } else { value.to_string() })
}

/// The answer sentence, without its full stop.
fn sentence(inventor: &Inventor, subject: &Subject, property: usize) -> String {
    let about = &inventor.book.kinds[subject.entity.kind].property[property];
    let value = value(inventor, subject, property).unwrap_or_default();
    lucy_eval::world::answer(about, &subject.entity, &value)
}

/// The article as a page that was read.
fn page(article: &Article) -> Source {
    Source { text: Some(article.text()), ..result(article) }
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
