//! Supervised fine-tuning, from scratch or from a model: batches of traces, the loss on what is learned, checkpoints.

use crate::cpu;
use crate::export::describe;
use crate::optimizer::{AdamW, Settings};
use crate::recipe::Recipe;
use crate::trace::{Teacher, Trace};
use anyhow::{Context, Result, ensure};
use candle_core::quantized::GgmlDType;
use candle_core::{D, DType, Device, Tensor, Var};
use candle_nn::ops::log_softmax;
use lucy_engine::gguf::{Gguf, Metadata, save_gguf};
use lucy_engine::model_file::{DESCRIPTION, LICENSE};
use lucy_engine::{CausalLm, ChatTemplate, Config, ModelFile, Qwen3, TokenKind, Tokenizer, Vocabulary};
use lucy_eval::world::{Inventor, Library, Phrasebook};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The template of the pocket model.
pub const TEMPLATE: &str = include_str!("../../../assets/prompts/pocket.jinja");

/// The tokens that the conversation is made of.
pub const MARKERS: [(&str, TokenKind); 9] = [
    ("<|endoftext|>", TokenKind::Control),
    ("<|im_start|>", TokenKind::Control),
    ("<|im_end|>", TokenKind::Control),
    ("<tool_call>", TokenKind::Added),
    ("</tool_call>", TokenKind::Added),
    ("<tool_response>", TokenKind::Added),
    ("</tool_response>", TokenKind::Added),
    ("<think>", TokenKind::Added),
    ("</think>", TokenKind::Added),
];

/// How training stands after an update. One line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Updates made.
    pub step: u64,
    /// Updates in all.
    pub steps: u64,
    /// Mean loss of the learned tokens of this batch, in nats.
    pub loss: f64,
    /// Share of the learned tokens of this batch that greedy decoding would get right.
    pub accuracy: f64,
    /// Norm of the gradient before clipping.
    pub norm: f64,
    /// Tokens seen since the beginning.
    pub tokens: u64,
    /// Tokens a second since this session began.
    pub tokens_per_second: f64,
    /// Seconds left at this speed.
    pub seconds_left: f64,
}

/// What the file of a model says of it, from which training goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// How it came to be.
    pub description: String,
    /// Its licence, if it names one.
    pub license: Option<String>,
}

/// A trained model.
pub struct Trained {
    /// Its shape.
    pub config: Config,
    /// Its weights by Hugging Face name, f32.
    pub weights: HashMap<String, Tensor>,
    /// Its tokenizer.
    pub vocabulary: Vocabulary,
    /// The model that training went on from, if it did.
    pub before: Option<Before>,
    /// Tokens seen.
    pub tokens: u64,
    /// Whether every step of the recipe was made.
    pub complete: bool,
}

/// Trains by `recipe` on `device`, with checkpoints and the log `loss.jsonl` in `dir`; goes on from the checkpoint
/// that is there. `report` is told of every update and ends training, after a checkpoint, by giving false.
///
/// # Errors
/// If the folder cannot be written, holds a checkpoint of another recipe, or the gradient is not finite.
pub fn train(
    recipe: &Recipe,
    dir: &Path,
    device: &Device,
    report: &mut dyn FnMut(&Progress) -> bool,
) -> Result<Trained> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let world = World::new()?;
    let (inventor, template) = (world.inventor(), template()?);
    let teacher = Teacher::new(&inventor, &template, recipe.seed);
    let (vocabulary, before) = vocabulary(recipe, &teacher, dir)?;
    let mut trainer = Trainer::new(recipe, Tokenizer::new(vocabulary.clone())?, teacher, device)?;
    trainer.restore(dir)?;
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open(dir.join("loss.jsonl"))?;
    let (begun, start) = (Instant::now(), (trainer.optimizer.step, trainer.tokens));
    while trainer.optimizer.step < recipe.sft.steps {
        let (loss, accuracy, norm) = trainer.step()?;
        let (step, seconds) = (trainer.optimizer.step, begun.elapsed().as_secs_f64());
        let progress = Progress {
            step,
            steps: recipe.sft.steps,
            loss,
            accuracy,
            norm,
            tokens: trainer.tokens,
            tokens_per_second: (trainer.tokens - start.1) as f64 / seconds,
            seconds_left: seconds / (step - start.0) as f64 * (recipe.sft.steps - step) as f64,
        };
        writeln!(log, "{}", serde_json::to_string(&progress)?)?;
        let go_on = report(&progress);
        if !go_on || step % recipe.sft.checkpoint == 0 || step == recipe.sft.steps {
            save(&trainer.optimizer, trainer.tokens, recipe, dir)?;
        }
        if !go_on {
            break;
        }
    }
    Ok(Trained {
        config: recipe.config(),
        weights: trainer.weights(),
        vocabulary,
        before,
        tokens: trainer.tokens,
        complete: trainer.optimizer.step == recipe.sft.steps,
    })
}

/// The model as the checkpoint in `dir` has it, however far it came.
///
/// # Errors
/// If there is no checkpoint of this recipe.
pub fn checkpoint(recipe: &Recipe, dir: &Path) -> Result<Trained> {
    let saved = Saved::read(recipe, dir)?.with_context(|| format!("{} holds no checkpoint", dir.display()))?;
    let world = World::new()?;
    let (vocabulary, before) = vocabulary(recipe, &Teacher::new(&world.inventor(), &template()?, recipe.seed), dir)?;
    let config = recipe.config();
    let named = config.parameters().into_iter().map(|(name, _)| {
        let tensor = saved.state.get(&name).with_context(|| format!("the checkpoint lacks {name}"))?.clone();
        Ok((name, tensor))
    });
    let weights = named.collect::<Result<_>>()?;
    Ok(Trained { config, weights, vocabulary, before, tokens: saved.tokens, complete: saved.step == recipe.sft.steps })
}

/// Makes a checkpoint of a model in `dir`, before the first step, from which [`train`] goes on with its weights and its
/// tokenizer. If there is one already that began with this model, it is left as it is.
///
/// # Errors
/// If the model cannot be read or has not the recipe's shape, or if `dir` holds a checkpoint that began otherwise.
pub fn begin_from(model: &Path, recipe: &Recipe, dir: &Path) -> Result<()> {
    let file = ModelFile::open(model).with_context(|| format!("cannot open {}", model.display()))?;
    let before = Before {
        description: file.description().unwrap_or("Trained elsewhere.").into(),
        license: file.license().map(str::to_owned),
    };
    if dir.join(CHECKPOINT).exists() {
        let kept = Gguf::open(&dir.join(TOKENIZER))?;
        ensure!(
            Before::kept(kept.metadata()) == Some(before),
            "{} holds a checkpoint that did not begin with {}: name another folder",
            dir.display(),
            model.display()
        );
        return Ok(());
    }
    let (config, wanted) = (file.config(), recipe.config());
    ensure!(
        Config { rms_norm_eps: wanted.rms_norm_eps, ..config.clone() } == wanted,
        "{} has another shape than the recipe: {config:?}, not {wanted:?}",
        model.display()
    );
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    keep_vocabulary(file.tokenizer()?.vocabulary(), Some(before), dir)?;
    let vars = file.parameters()?.into_iter().map(|(name, tensor)| Ok((name, Var::from_tensor(&tensor)?)));
    let vars = vars.collect::<Result<Vec<_>>>()?;
    save(&AdamW::new(vars, settings(recipe))?, 0, recipe, dir)
}

/// What traces are invented from.
struct World {
    book: Phrasebook,
    library: Library,
}

impl World {
    fn new() -> Result<Self> {
        let book = Phrasebook::bundled()?;
        let library = Library::bundled(&book)?;
        Ok(Self { book, library })
    }

    fn inventor(&self) -> Inventor<'_> {
        Inventor::new(&self.book, &self.library).dealing()
    }
}

fn template() -> Result<ChatTemplate> {
    Ok(ChatTemplate::new(TEMPLATE, MARKERS.iter().map(|(token, _)| (*token).to_string()).collect())?)
}

/// A checkpoint as it is stored.
struct Saved {
    step: u64,
    tokens: u64,
    state: HashMap<String, Tensor>,
}

const CHECKPOINT: &str = "checkpoint.safetensors";

impl Saved {
    fn read(recipe: &Recipe, dir: &Path) -> Result<Option<Self>> {
        let path = dir.join(CHECKPOINT);
        if !path.exists() {
            return Ok(None);
        }
        ensure!(
            Recipe::read(&dir.join("recipe.toml"))? == *recipe,
            "{} holds a checkpoint of another recipe: name another folder, or remove it to begin anew",
            dir.display()
        );
        let state = candle_core::safetensors::load(&path, &Device::Cpu)
            .with_context(|| format!("{} is damaged: remove it to begin anew", path.display()))?;
        let numbers: Vec<f64> = state.get("step_and_tokens").context("the checkpoint has no step")?.to_vec1()?;
        Ok(Some(Self { step: numbers[0] as u64, tokens: numbers[1] as u64, state }))
    }
}

/// Writes a checkpoint.
fn save(optimizer: &AdamW, tokens: u64, recipe: &Recipe, dir: &Path) -> Result<()> {
    let mut state = optimizer.state();
    let numbers = [optimizer.step as f64, tokens as f64];
    state.insert("step_and_tokens".into(), Tensor::new(&numbers, &Device::Cpu)?);
    let (new, path) = (dir.join("checkpoint.new"), dir.join(CHECKPOINT));
    candle_core::safetensors::save(&state, &new)?;
    std::fs::write(dir.join("recipe.toml"), toml::to_string(recipe)?)?;
    std::fs::rename(new, path).context("cannot put the checkpoint in its place")
}

/// The tokenizer kept in `dir`, and the model that it is of, if training went on from one; or a new one: trained on traces that
/// training itself does not use, whose indices count down from the last.
fn vocabulary(recipe: &Recipe, teacher: &Teacher, dir: &Path) -> Result<(Vocabulary, Option<Before>)> {
    let kept = dir.join(TOKENIZER);
    if kept.exists() {
        let file = Gguf::open(&kept)?;
        return Ok((Vocabulary::from_gguf(file.metadata())?, Before::kept(file.metadata())));
    }
    let mut texts = Vec::new();
    for index in 0..recipe.tokenizer.traces {
        texts.extend(teacher.trace(u64::MAX - index)?.pieces.into_iter().map(|(text, _)| text));
    }
    // The markers are tokens of their own: their letters must not shape the merges.
    for text in &mut texts {
        for (marker, _) in MARKERS {
            *text = text.replace(marker, "\n");
        }
    }
    let mut vocabulary = Vocabulary::train(texts.iter().map(String::as_str), recipe.model.vocab, &MARKERS)?;
    ensure!(vocabulary.tokens.len() <= recipe.model.vocab, "the tokenizer has {} tokens", vocabulary.tokens.len());
    let end = vocabulary.tokens.iter().position(|token| token == "<|im_end|>");
    vocabulary.eos = end.and_then(|id| u32::try_from(id).ok());
    keep_vocabulary(&vocabulary, None, dir)?;
    Ok((vocabulary, None))
}

const TOKENIZER: &str = "tokenizer.gguf";

impl Before {
    /// As the tokenizer's file keeps it beside a checkpoint.
    fn kept(metadata: &Metadata) -> Option<Self> {
        let text = |key| metadata.text(key).map(str::to_owned);
        text(DESCRIPTION).map(|description| Self { description, license: text(LICENSE) })
    }
}

fn keep_vocabulary(vocabulary: &Vocabulary, before: Option<Before>, dir: &Path) -> Result<()> {
    let mut metadata = Metadata::default();
    vocabulary.write_gguf(&mut metadata);
    if let Some(before) = before {
        describe(&mut metadata, before.description, before.license.as_deref());
    }
    Ok(save_gguf(&dir.join(TOKENIZER), &metadata, &HashMap::new(), GgmlDType::F32)?)
}

/// Token ids of a trace, and for each whether it is learned.
struct Example {
    ids: Vec<u32>,
    learned: Vec<bool>,
}

/// The most tokens of one written-out pass, but for a longer example: its buffers then stay in the cache.
const PASS: usize = 1_536;

/// Makes the lesson of an index.
type Lesson<'a> = &'a dyn Fn(u64) -> Result<Trace>;

/// What one worker computed of one batch.
struct Share {
    grads: Vec<Tensor>,
    loss: f64,
    right: f64,
    tokens: u64,
}

struct Trainer<'a> {
    recipe: &'a Recipe,
    tokenizer: Tokenizer,
    teacher: Teacher<'a>,
    device: Device,
    model: Qwen3,
    optimizer: AdamW,
    names: Vec<String>,
    pools: Vec<rayon::ThreadPool>,
    /// How the pass is written out, where the processor multiplies bfloat16, and each worker's buffers for it.
    written: Option<(cpu::Plan, Vec<Mutex<cpu::Buffers>>)>,
    tokens: u64,
}

impl<'a> Trainer<'a> {
    fn new(recipe: &'a Recipe, tokenizer: Tokenizer, teacher: Teacher<'a>, device: &Device) -> Result<Self> {
        let config = recipe.config();
        let vars = initial(&config, recipe.seed, device)?;
        let weights: HashMap<_, _> = vars.iter().map(|(name, var)| (name.clone(), var.as_tensor().clone())).collect();
        let model = Qwen3::new(config, &weights)?;
        let names = vars.iter().map(|(name, _)| name.clone()).collect();
        // A pool of one thread for each worker: two products side by side beat one product on two threads, and the
        // passes over memory between them, which candle makes on one thread, run side by side too.
        let workers = if device.is_cpu() { recipe.sft.workers } else { 1 };
        let pool = |_| rayon::ThreadPoolBuilder::new().num_threads(if workers > 1 { 1 } else { 0 }).build();
        let pools = (0..workers).map(pool).collect::<Result<_, _>>()?;
        let optimizer = AdamW::new(vars, settings(recipe))?;
        let tiles = device.is_cpu() && cpu::available();
        let plan = tiles.then(|| cpu::Plan::new(&recipe.config()).ok()).flatten();
        let written = plan.map(|plan| (plan, (0..workers).map(|_| Mutex::default()).collect()));
        let device = device.clone();
        Ok(Self { recipe, tokenizer, teacher, device, model, optimizer, names, pools, written, tokens: 0 })
    }

    fn weights(&self) -> HashMap<String, Tensor> {
        let named = self.names.iter().zip(self.optimizer.vars());
        named.map(|(name, var)| (name.clone(), var.as_tensor().clone())).collect()
    }

    /// One update: the loss in nats, the share of tokens right, the gradient's norm.
    fn step(&mut self) -> Result<(f64, f64, f64)> {
        let step = self.optimizer.step;
        let this = &*self;
        let examples: Vec<Vec<Example>> = self.each_worker(|worker| this.examples(step, worker))?;
        let learned: usize = examples.iter().flatten().map(|e| e.learned.iter().filter(|&&l| l).count()).sum();
        let shares = match &self.written {
            Some((plan, buffers)) => {
                let weights = cpu::Weights::new(plan, self.flat()?);
                self.each_worker(|worker| {
                    let mut buffers = buffers[worker].lock().unwrap_or_else(PoisonError::into_inner);
                    this.written_share(&examples[worker], learned as f64, (plan, &weights), &mut buffers)
                })?
            }
            None => self.each_worker(|worker| this.share(&examples[worker], learned as f64))?,
        };
        let (mut loss, mut right, mut tokens) = (0.0, 0.0, 0);
        let mut grads: Option<Vec<Tensor>> = None;
        for share in shares {
            loss += share.loss;
            right += share.right;
            tokens += share.tokens;
            if share.grads.is_empty() {
                continue;
            }
            grads = Some(match grads {
                None => share.grads,
                Some(sum) => sum.iter().zip(&share.grads).map(|(a, b)| a + b).collect::<Result<_, _>>()?,
            });
        }
        let norm = self.optimizer.update(&grads.unwrap_or_default(), self.recipe.learning_rate(step))?;
        self.tokens += tokens;
        Ok((loss, right / learned as f64, norm))
    }

    /// Runs `work` once for each worker, side by side, each in its own pool.
    fn each_worker<T: Send>(&self, work: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
        std::thread::scope(|scope| {
            let work = &work;
            let handles: Vec<_> = self
                .pools
                .iter()
                .enumerate()
                .map(|(worker, pool)| scope.spawn(move || pool.install(|| work(worker))))
                .collect();
            let join = |handle: std::thread::ScopedJoinHandle<Result<T>>| {
                handle.join().map_err(|_| anyhow::anyhow!("a training thread panicked"))?
            };
            handles.into_iter().map(join).collect()
        })
    }

    /// A worker's share of the lessons of an update.
    fn examples(&self, step: u64, worker: usize) -> Result<Vec<Example>> {
        let (teacher, sft) = (&self.teacher, &self.recipe.sft);
        let lessons: [(usize, Lesson); 5] = [
            (sft.openings, &|index| teacher.opening(index)),
            (sft.readings, &|index| teacher.reading(index)),
            (sft.pickings, &|index| teacher.picking(index)),
            (sft.judgings, &|index| teacher.judging(index)),
            (if step < sft.drill_steps { 0 } else { sft.batch }, &|index| teacher.trace(index)),
        ];
        let mut examples = Vec::new();
        for (count, lesson) in lessons {
            for number in (worker..count).step_by(self.pools.len()) {
                examples.push(self.example(&lesson(step * count as u64 + number as u64)?)?);
            }
        }
        Ok(examples)
    }

    /// A trace as tokens.
    fn example(&self, trace: &Trace) -> Result<Example> {
        let (mut ids, mut learned) = (Vec::new(), Vec::new());
        for (text, learn) in &trace.pieces {
            ids.extend(self.tokenizer.encode(text)?);
            learned.resize(ids.len(), *learn);
        }
        ids.truncate(self.recipe.model.context);
        learned.truncate(self.recipe.model.context);
        Ok(Example { ids, learned })
    }

    /// Every parameter, one after the other.
    fn flat(&self) -> Result<Vec<f32>> {
        let mut flat = Vec::new();
        for var in self.optimizer.vars() {
            flat.extend(var.flatten_all()?.to_vec1::<f32>()?);
        }
        Ok(flat)
    }

    /// As [`share`](Self::share), by the written-out pass.
    fn written_share(
        &self,
        examples: &[Example],
        learned: f64,
        (plan, weights): (&cpu::Plan, &cpu::Weights),
        buffers: &mut cpu::Buffers,
    ) -> Result<Share> {
        let mut share = Share { grads: Vec::new(), loss: 0.0, right: 0.0, tokens: 0 };
        let mut gradient = vec![0.0; plan.len];
        let mut rest = examples;
        while !rest.is_empty() {
            let mut tokens = 0;
            let fits = |example: &&Example| {
                tokens += example.ids.len();
                tokens <= PASS
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (now, later) = rest.split_at(count);
            let sequences: Vec<_> = now.iter().map(|e| cpu::Sequence { ids: &e.ids, learned: &e.learned }).collect();
            let sums = cpu::Pass::new(plan, weights, &sequences).run(1.0 / learned as f32, buffers, &mut gradient);
            share.loss += sums.loss / learned;
            share.right += sums.right;
            rest = later;
        }
        share.tokens = examples.iter().map(|example| example.ids.len() as u64).sum();
        let mut at = 0;
        for var in self.optimizer.vars() {
            let count = var.elem_count();
            share.grads.push(Tensor::from_slice(&gradient[at..at + count], var.shape(), &self.device)?);
            at += count;
        }
        Ok(share)
    }

    /// Loss and gradients of these examples. `learned` is the number of learned tokens of the whole batch.
    fn share(&self, examples: &[Example], learned: f64) -> Result<Share> {
        let mut order: Vec<&Example> = examples.iter().collect();
        order.sort_by_key(|example| example.ids.len());
        let mut share = Share { grads: Vec::new(), loss: 0.0, right: 0.0, tokens: 0 };
        // Examples of similar length together: little is padded.
        for batch in order.chunks(order.len().div_ceil(4).max(1)) {
            // The context may have cut off what was to be learned.
            if !batch.iter().any(|example| example.learned[1..].contains(&true)) {
                continue;
            }
            let (loss, right) = self.loss(batch)?;
            let mut store = (loss.clone() / learned)?.backward()?;
            share.loss += f64::from(loss.to_scalar::<f32>()?) / learned;
            share.right += right;
            share.tokens += batch.iter().map(|example| example.ids.len() as u64).sum::<u64>();
            let vars = self.optimizer.vars();
            let missing = |index: usize| format!("no gradient for {}", self.names[index]);
            for (index, var) in vars.iter().enumerate() {
                let grad = store.remove(var).with_context(|| missing(index))?;
                match share.grads.get_mut(index) {
                    Some(sum) => *sum = (&*sum + grad)?,
                    None => share.grads.push(grad),
                }
            }
        }
        Ok(share)
    }

    /// The summed loss of the learned tokens, and how many greedy decoding would get right. Logits are computed only
    /// where something is learned.
    fn loss(&self, batch: &[&Example]) -> Result<(Tensor, f64)> {
        let longest = batch.iter().map(|example| example.ids.len()).max().unwrap_or(0);
        let width = longest - 1;
        let mut inputs = Vec::with_capacity(batch.len() * width);
        let (mut rows, mut targets) = (Vec::new(), Vec::new());
        for (row, example) in batch.iter().enumerate() {
            let last = example.ids.len() - 1;
            inputs.extend_from_slice(&example.ids[..last]);
            inputs.resize((row + 1) * width, 0);
            for at in 0..last {
                if example.learned[at + 1] {
                    rows.push((row * width + at) as u32);
                    targets.push(example.ids[at + 1]);
                }
            }
        }
        let count = rows.len();
        let tokens = Tensor::from_vec(inputs, (batch.len(), width), &self.device)?;
        let rows = Tensor::from_vec(rows, count, &self.device)?;
        let targets = Tensor::from_vec(targets, (count, 1), &self.device)?;
        let hidden = self.model.hidden(&tokens, None)?;
        let hidden = hidden.flatten_to(1)?.index_select(&rows, 0)?;
        let logits = self.model.logits(&hidden)?;
        let likely = logits.detach().argmax_keepdim(D::Minus1)?;
        let right = likely.eq(&targets)?.to_dtype(DType::F32)?.sum_all()?.to_scalar::<f32>()?;
        let loss = log_softmax(&logits, D::Minus1)?.gather(&targets, 1)?.sum_all()?.neg()?;
        Ok((loss, f64::from(right)))
    }

    fn restore(&mut self, dir: &Path) -> Result<()> {
        let Some(saved) = Saved::read(self.recipe, dir)? else { return Ok(()) };
        self.optimizer.restore(saved.step, &saved.state, &self.device)?;
        self.tokens = saved.tokens;
        Ok(())
    }
}

fn settings(recipe: &Recipe) -> Settings {
    let sft = &recipe.sft;
    Settings { beta1: sft.beta1, beta2: sft.beta2, weight_decay: sft.weight_decay, clip: sft.clip }
}

/// Deviation of the initial weights: about 0.6 divided by the root of a width of 256.
const WIDTH: f32 = 0.04;

/// Initial weights: normal; those of the layers that write to the residual stream are smaller by √(2·layers) (GPT-2).
/// Norms are 1, but those of queries and keys √2: normalised heads of width 32 could not attend sharply otherwise.
fn initial(config: &Config, seed: u64, device: &Device) -> Result<Vec<(String, Var)>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut make = |(name, shape): (String, Vec<usize>)| -> Result<(String, Var)> {
        let count: usize = shape.iter().product();
        let residual = name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight");
        let deviation = if residual { WIDTH / (2.0 * config.layers as f32).sqrt() } else { WIDTH };
        let values = if shape.len() == 1 {
            let sharp = name.ends_with("q_norm.weight") || name.ends_with("k_norm.weight");
            vec![if sharp { std::f32::consts::SQRT_2 } else { 1.0 }; count]
        } else {
            (0..count).map(|_| deviation * normal(&mut rng)).collect()
        };
        Ok((name, Var::from_tensor(&Tensor::from_vec(values, shape, device)?)?))
    };
    config.parameters().into_iter().map(&mut make).collect()
}

/// A sample of the standard normal distribution (Box & Muller 1958).
fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let (u, v): (f32, f32) = (rng.random_range(f32::EPSILON..1.0), rng.random_range(0.0..1.0));
    (-2.0 * u.ln()).sqrt() * (std::f32::consts::TAU * v).cos()
}

#[cfg(test)]
mod tests;
