//! Training on candle: supervised fine-tuning (SFT) of a Qwen3 model on generated traces.

mod cpu;
mod export;
mod optimizer;
mod recipe;
mod sft;
mod trace;

pub use export::{average, plot_loss};
pub use recipe::Recipe;
pub use sft::{Before, Progress, Trained, begin_from, checkpoint, train};
pub use trace::{Teacher, Trace};
