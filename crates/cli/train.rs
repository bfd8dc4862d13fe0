//! `lucy train`.

use crate::args::devices;
use crate::exit::{End, Failure};
use anyhow::Context;
use clap::Subcommand;
use lucy_app::{DeviceChoice, DeviceReason, Selected};
use lucy_train::{Progress, Recipe, Trained};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What makes training fast on a CPU, and must be set before the program starts: one thread in each product, since each
/// worker has its own core, and memory that is kept for the next tensor, in huge pages.
const PACE: [(&str, &str); 6] = [
    ("RAYON_NUM_THREADS", "1"),
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_TRIM_THRESHOLD_", "8000000000"),
    ("MALLOC_MMAP_THRESHOLD_", "33554432"),
    ("MALLOC_TOP_PAD_", "268435456"),
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
];
/// Between two lines of progress that stay, as in a file.
const BETWEEN_LINES: Duration = Duration::from_secs(10);
/// Between two changes of the line on a terminal.
const BETWEEN_CHANGES: Duration = Duration::from_millis(200);

/// Training.
#[derive(Debug, Subcommand)]
pub enum TrainCommand {
    /// Train a model by a recipe; goes on where it was stopped
    Sft {
        /// The recipe, such as assets/models/pocket.toml
        recipe: PathBuf,
        /// A model of the recipe's shape to begin with, if not from scratch: a GGUF file or a folder of safetensors
        #[arg(long, value_name = "MODEL")]
        from: Option<PathBuf>,
        /// Where checkpoints, the log and the finished model go
        #[arg(long, default_value = "target/train")]
        out: PathBuf,
        /// Where the model is trained
        #[arg(long, default_value = "auto", help = devices())]
        device: DeviceChoice,
        /// Where the finished model goes, if not to model.gguf in that folder
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
    },
    /// Write the model as the checkpoint has it, and the curve of its loss beside the checkpoint
    Export {
        /// The recipe that it is trained by
        recipe: PathBuf,
        /// Where the checkpoint is
        #[arg(long, default_value = "target/train")]
        out: PathBuf,
        /// The GGUF file to be written
        file: PathBuf,
    },
    /// Write the model whose weights are the means of two models', such as one and what further training made of it
    Average {
        /// A model
        first: PathBuf,
        /// Another of the same shape and tokenizer
        second: PathBuf,
        /// The GGUF file to be written
        file: PathBuf,
    },
}

/// Trains or exports.
///
/// # Errors
/// If the recipe or the folder cannot be used, or training fails.
pub async fn run(command: TrainCommand) -> Result<End, Failure> {
    match command {
        TrainCommand::Sft { recipe: path, from, out, device, export } => {
            let (recipe, selected) = (Recipe::read(&path)?, Selected::new(device));
            if selected.device.is_cpu() && recipe.sft.workers > 1 && std::env::var_os(PACE[0].0).is_none() {
                return again();
            }
            if let Some(model) = from {
                lucy_train::begin_from(&model, &recipe, &out)?;
            }
            let export = export.unwrap_or_else(|| out.join("model.gguf"));
            sft(recipe, selected, out, &export).await
        }
        TrainCommand::Export { recipe, out, file } => {
            let recipe = Recipe::read(&recipe)?;
            write(&lucy_train::checkpoint(&recipe, &out)?, &recipe, &out, &file)?;
            Ok(End::Done)
        }
        TrainCommand::Average { first, second, file } => {
            lucy_train::average([&first, &second], &file)?;
            eprintln!("{} holds the mean of both models", file.display());
            Ok(End::Done)
        }
    }
}

/// Runs the same command with the settings that make it fast, which only a new process takes up. Both get Ctrl-C, and
/// this one waits for the other.
fn again() -> Result<End, Failure> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut command = std::process::Command::new(program);
    command.args(std::env::args_os().skip(1)).envs(PACE);
    let mut child = command.spawn().context("cannot start training")?;
    let _ignored_here = crate::interrupt::Interrupt::listen();
    let status = child.wait().context("training was lost")?;
    match status.code() {
        Some(0) => Ok(End::Done),
        Some(130) => Ok(End::Stopped),
        _ => Err(anyhow::anyhow!("training ended with {status}").into()),
    }
}

/// Writes the model and the curve of its loss.
fn write(trained: &Trained, recipe: &Recipe, out: &Path, file: &Path) -> anyhow::Result<()> {
    trained.save(recipe, file)?;
    let curve = out.join("loss.svg");
    lucy_train::plot_loss(out, &curve)?;
    eprintln!("{} holds the model, {} the curve of its loss", file.display(), curve.display());
    Ok(())
}

/// Trains. Ctrl-C saves a checkpoint and stops; a second one stops at once.
async fn sft(recipe: Recipe, selected: Selected, out: PathBuf, export: &Path) -> Result<End, Failure> {
    eprintln!("{} on {}, {} steps; Ctrl-C saves and stops", recipe.name, selected, recipe.sft.steps);
    if let Some(reason) = selected.reason.clone() {
        eprintln!("{}", DeviceReason::from(reason));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let (stopped, dir, file) = (stop.clone(), out.clone(), export.to_path_buf());
    let training = tokio::task::spawn_blocking(move || {
        let mut line = Line::new();
        let trained = lucy_train::train(&recipe, &dir, &selected.device, &mut |progress| {
            line.show(progress);
            !stopped.load(Ordering::SeqCst)
        });
        line.end();
        let trained = trained?;
        if trained.complete {
            write(&trained, &recipe, &dir, &file)?;
        }
        anyhow::Ok(trained)
    });
    let interrupt = crate::interrupt::Interrupt::listen();
    let watch = tokio::spawn(async move {
        interrupt.pressed().await;
        stop.store(true, Ordering::SeqCst);
    });
    let trained = training.await.context("training stopped")??;
    watch.abort();
    if trained.complete {
        eprintln!("trained on {} tokens", trained.tokens);
        return Ok(End::Done);
    }
    eprintln!("stopped after {} tokens; the same command goes on from {}", trained.tokens, out.display());
    Ok(End::Stopped)
}

/// One line about the progress: rewritten on a terminal, else a new one every few seconds.
struct Line {
    terminal: bool,
    shown: Option<Instant>,
}

impl Line {
    fn new() -> Self {
        Self { terminal: io::stderr().is_terminal(), shown: None }
    }

    fn show(&mut self, progress: &Progress) {
        let between = if self.terminal { BETWEEN_CHANGES } else { BETWEEN_LINES };
        let last = progress.step == progress.steps;
        if !last && self.shown.is_some_and(|shown| shown.elapsed() < between) {
            return;
        }
        self.shown = Some(Instant::now());
        let text = describe(progress);
        // Training goes on when nobody reads.
        let _ = match self.terminal {
            true => write!(io::stderr(), "\r\x1b[K{text}"),
            false => writeln!(io::stderr(), "{text}"),
        };
    }

    fn end(&self) {
        if self.terminal && self.shown.is_some() {
            eprintln!();
        }
    }
}

fn describe(progress: &Progress) -> String {
    format!(
        "step {}/{}  loss {:.3}  right {:.1} %  {:.0} tokens/s  {} left",
        progress.step,
        progress.steps,
        progress.loss,
        progress.accuracy * 100.0,
        progress.tokens_per_second,
        duration(progress.seconds_left),
    )
}

fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_one_readable_line() {
        let progress = Progress {
            step: 10,
            steps: 4_000,
            loss: 1.25,
            accuracy: 0.5,
            norm: 1.0,
            tokens: 1_000,
            tokens_per_second: 812.4,
            seconds_left: 3_725.0,
        };
        assert_eq!(describe(&progress), "step 10/4000  loss 1.250  right 50.0 %  812 tokens/s  1 h 2 min left");
        assert_eq!((duration(59.9).as_str(), duration(61.0).as_str()), ("59 s", "1 min 1 s"));
    }
}
