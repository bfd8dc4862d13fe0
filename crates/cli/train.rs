//! `lucy train`.

use crate::exit::{End, Failure};
use anyhow::Context;
use clap::Subcommand;
use lucy_app::{DeviceChoice, Selected};
use lucy_train::{Progress, Recipe, Trained};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The finished model in the folder of its training.
const MODEL: &str = "model.gguf";
/// The loss of its training.
const PICTURE: &str = "loss.svg";
/// Between two lines of progress that stay, as in a file.
const BETWEEN_LINES: Duration = Duration::from_secs(10);
/// Between two changes of the line on a terminal.
const BETWEEN_CHANGES: Duration = Duration::from_millis(200);

/// Training.
#[derive(Debug, Subcommand)]
pub enum TrainCommand {
    /// Train a model from scratch by a recipe; goes on where it was stopped
    Sft {
        /// The recipe, such as assets/models/pocket.toml
        recipe: PathBuf,
        /// Where checkpoints, the log and the finished model go
        #[arg(long, default_value = "target/train")]
        out: PathBuf,
        /// auto, cpu, cuda or metal
        #[arg(long, default_value = "auto")]
        device: DeviceChoice,
        /// Write the trained model to this GGUF file
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
        /// Draw the loss into this SVG file
        #[arg(long, value_name = "FILE")]
        plot: Option<PathBuf>,
    },
}

/// Trains. Ctrl-C saves a checkpoint and stops; a second one stops at once.
///
/// # Errors
/// If the recipe or the folder cannot be used, or training fails.
pub async fn run(command: TrainCommand) -> Result<End, Failure> {
    let TrainCommand::Sft { recipe: path, out, device, export, plot } = command;
    let recipe = Arc::new(Recipe::read(&path)?);
    let selected = Selected::new(device);
    eprintln!("{} on {}, {} steps; Ctrl-C saves and stops", recipe.name, selected, recipe.sft.steps);
    if let Some(reason) = &selected.reason {
        eprintln!("{reason}");
    }
    let stop = Arc::new(AtomicBool::new(false));
    let (stopped, dir, plan) = (stop.clone(), out.clone(), recipe.clone());
    let training = tokio::task::spawn_blocking(move || {
        let mut line = Line::new();
        let trained = lucy_train::train(&plan, &dir, &selected.device, &mut |progress| {
            line.show(progress);
            !stopped.load(Ordering::SeqCst)
        });
        line.end();
        trained.and_then(|trained| finish(&recipe, &dir, trained))
    });
    let interrupt = crate::interrupt::Interrupt::listen();
    let watch = tokio::spawn(async move {
        interrupt.pressed().await;
        stop.store(true, Ordering::SeqCst);
    });
    let trained = training.await.context("training stopped")??;
    watch.abort();
    if trained.complete {
        eprintln!("trained on {} tokens; the model is {}", trained.tokens, out.join(MODEL).display());
        return Ok(End::Done);
    }
    eprintln!("stopped after {} tokens; the same command goes on from {}", trained.tokens, out.display());
    Ok(End::Stopped)
}

/// Writes the model and the picture of its loss once every step is made.
fn finish(recipe: &Recipe, dir: &Path, trained: Trained) -> anyhow::Result<Trained> {
    if trained.complete {
        trained.save(recipe, &dir.join(MODEL))?;
        lucy_train::plot_loss(dir, &dir.join(PICTURE))?;
    }
    Ok(trained)
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
