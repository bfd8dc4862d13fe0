//! `lucy eval`.

use crate::args::ModelArgs;
use crate::exit::{End, Failure};
use crate::interrupt::Interrupt;
use crate::screen::Screen;
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use lucy_app::{Clock, DataDir, Model, search_tools};
use lucy_eval::pocket::{self, PocketTask, Source};
use lucy_eval::world::Phrasing;
use lucy_eval::{Options, Report};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Evaluations.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// Ask Lucy's own questions, in wordings that training never saw, and count the right answers
    Pocket(PocketArgs),
}

/// An evaluation on Lucy's own questions.
#[derive(Debug, Args)]
pub struct PocketArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// Which questions; all if none is given
    #[arg(long, value_enum)]
    set: Vec<Set>,
    /// Questions of each group
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// Decides which questions
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Ask in the wordings that training used
    #[arg(long)]
    trained_wordings: bool,
    /// Where results and logs go; the same folder goes on where it was stopped
    #[arg(long, default_value = "target/eval/pocket")]
    out: PathBuf,
}

/// A set of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Set {
    /// About invented worlds.
    Worlds,
    /// About the bundled library, generated.
    Library,
    /// About the bundled library, as people typed them.
    Typed,
}

impl Set {
    const ALL: [Self; 3] = [Self::Worlds, Self::Library, Self::Typed];

    fn name(self) -> &'static str {
        match self {
            Self::Worlds => "worlds",
            Self::Library => "library",
            Self::Typed => "typed",
        }
    }

    fn task(self, args: &PocketArgs) -> anyhow::Result<PocketTask> {
        let phrasing = if args.trained_wordings { Phrasing::Trained } else { Phrasing::HeldOut };
        match self {
            Self::Worlds => pocket::task(args.seed, args.size, Source::Worlds, phrasing),
            Self::Library => pocket::task(args.seed, args.size, Source::Library, phrasing),
            Self::Typed => pocket::typed(),
        }
    }
}

/// Evaluates. Ctrl-C keeps what is done; the same command goes on.
///
/// # Errors
/// If the model cannot be loaded or the results cannot be written.
pub async fn run(command: EvalCommand, clock: Clock) -> Result<End, Failure> {
    let EvalCommand::Pocket(args) = command;
    let interrupt = Interrupt::listen();
    let (choice, data) = (args.model.clone().into(), DataDir::open()?);
    let model = tokio::task::spawn_blocking(move || Model::load(&choice, &data));
    let model = model.await.context("the model was not loaded")??;
    let mut screen = Screen::stdout();
    let sets = if args.set.is_empty() { &Set::ALL[..] } else { &args.set };
    for &set in sets {
        let report = evaluate(set, &args, (&model, clock), &interrupt).await?;
        screen.line(&report.markdown())?;
        if interrupt.is_pressed() {
            eprintln!("stopped; the same command goes on from {}", args.out.display());
            return Ok(End::Stopped);
        }
    }
    Ok(End::Done)
}

async fn evaluate(
    set: Set,
    args: &PocketArgs,
    (model, clock): (&Model, Clock),
    interrupt: &Interrupt,
) -> Result<Report, Failure> {
    let out = args.out.join(set.name());
    std::fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    let pocket = set.task(args)?;
    let tools = search_tools(&out.join("corpus.db"), &pocket.corpus()?, model).await?;
    let mut options = Options::new(&out, &model.info.name, clock.today());
    options.budget = model.settings.budget;
    options.sampling = model.settings.sampling.clone();
    options.result_chars = model.settings.result_chars;
    let cancel = options.cancel.clone();
    let mut line = Line { terminal: io::stderr().is_terminal(), out: &out };
    let terminal = line.terminal;
    let mut show = |step: lucy_eval::Step<'_>| line.show(step);
    let run = lucy_eval::run(&pocket.task, model, &tools, &options, &mut show);
    let mut run = std::pin::pin!(run);
    let report = tokio::select! {
        report = &mut run => report,
        () = interrupt.pressed() => {
            cancel.cancel();
            run.await
        }
    };
    if terminal {
        eprintln!();
    }
    Ok(report?)
}

/// How far it is: a line that is rewritten on a terminal; else a new one for every fiftieth question.
struct Line<'a> {
    terminal: bool,
    out: &'a Path,
}

impl Line<'_> {
    fn show(&mut self, step: lucy_eval::Step<'_>) {
        let set = self.out.file_name().unwrap_or_default().to_string_lossy();
        let share = 100.0 * step.correct as f64 / step.done.max(1) as f64;
        let text = format!("{set}: {} of {}, {share:.1} % correct", step.done, step.total);
        // The evaluation goes on when nobody reads.
        let _ = match self.terminal {
            true => write!(io::stderr(), "\r\x1b[K{text}"),
            false if step.done.is_multiple_of(50) || step.done == step.total => writeln!(io::stderr(), "{text}"),
            false => Ok(()),
        };
    }
}
