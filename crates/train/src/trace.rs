//! Training traces: whole runs on invented worlds, written by a teacher that knows the answer and thinks aloud in
//! steps that a small model can take. They are built with the agent's own [`Run`], so that a trace and a real run have
//! the same bytes.

mod lesson;

use anyhow::{Context, Result};
use lesson::{Lesson, Need};
use lucy_agent::{Run, Start};
use lucy_engine::ChatTemplate;
use lucy_eval::world::{
    Article, Entity, Inventor, Lack, Phrasing, Question, Shape, Subject, Want, ask_absent, without_bracket,
};
use lucy_protocol::{AssistantMessage, Budget, Message, Source, ToolResult};
use rand::{
    Rng, RngExt, SeedableRng,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;
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
        let absent = rng.random_bool(0.07);
        let shape = if absent { Shape::Fact } else { first_shape(&mut rng) };
        let asked = self.inventor.asked(shape, Phrasing::Trained, &mut rng);
        let (mut lesson, need) = if absent {
            let (question, label) = self.ask_absent(&asked.target, &mut rng)?;
            let need = Need::of(format!("{label} of {}", question.mention));
            (self.lesson(&question, &[], rng), need)
        } else {
            let lesson = self.lesson(&asked.question, &[], rng);
            let need = lesson.first_need(&asked.question.mention, asked.target.kind, asked.want);
            (lesson, need)
        };
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
    /// that: which result is about what is sought, or that none is. Only this reply is learned. Most have results
    /// without previews, so that an update compares many names.
    ///
    /// # Errors
    /// If the template cannot render the run.
    pub fn picking(&self, index: u64) -> Result<Trace> {
        let mut rng = self.rng(Sort::Picking, index);
        let shape = first_shape(&mut rng);
        let second = shape == Shape::Hop && rng.random_bool(0.5);
        let bare = !second && shape != Shape::Inverse && rng.random_bool(0.85);
        let missing = shape != Shape::Inverse && rng.random_bool(if bare { 0.22 } else { 0.15 });
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
        lesson.bare = bare;
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
        let mut lesson = if rng.random_bool(0.08) {
            self.absent(1, rng)?
        } else {
            let (shape, lacks) = match rng.random_range(0..100) {
                0..52 => (Shape::Fact, Lack::Nothing),
                52..60 => (Shape::Fact, Lack::Property),
                60..92 => (Shape::Facts, Lack::Nothing),
                _ => (Shape::Inverse, Lack::Nothing),
            };
            let scene = self.inventor.scene(shape, lacks, Phrasing::Trained, &mut rng);
            let mut lesson = Lesson { mistakes: 0.6, results: 1, ..self.lesson(&scene.question, &[], rng) };
            lesson.teach(&scene)?;
            lesson
        };
        lesson.learned.drain(..lesson.learned.len() - 1);
        Ok(lesson.finish())
    }

    /// The run of a question for something that no article states: what is named is found and read all the same.
    fn absent(&self, results: usize, mut rng: ChaCha8Rng) -> Result<Lesson<'_>> {
        let mut scene = self.inventor.scene(Shape::Fact, Lack::Nothing, Phrasing::Trained, &mut rng);
        let (question, label) = self.ask_absent(&scene.target.entity, &mut rng)?;
        scene.question = question;
        let mut lesson = Lesson { results, ..self.lesson(&scene.question, &[], rng) };
        lesson.absent(&scene, label)?;
        Ok(lesson)
    }

    fn ask_absent(&self, entity: &Entity, rng: &mut ChaCha8Rng) -> Result<(Question, &'a str)> {
        ask_absent(self.inventor.book, entity, rng).context("a kind has no questions that its articles do not answer")
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
            bare: false,
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

#[cfg(test)]
mod tests;
