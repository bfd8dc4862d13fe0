//! Training on candle: supervised fine-tuning (SFT) of a Qwen3 model from scratch on generated traces.

mod export;
mod optimizer;
mod recipe;
mod sft;
mod trace;

pub use export::plot_loss;
pub use recipe::Recipe;
pub use sft::{Progress, Trained, checkpoint, train};
pub use trace::{Teacher, Trace};
