//! The agent: [`Run`], a pure machine over a log of events, and [`drive`], which carries its actions out.
//!
//! The agent never learns which model or which tools it has, and it has no clock: dates, seeds and elapsed time enter
//! from outside, so that a run replays exactly.

mod calls;
mod cite;
mod drive;
mod evidence;
mod inbox;
mod observe;
mod prompt;
mod reply;
mod run;
mod state;
pub mod testing;

pub use cite::cite;
pub use drive::{DriveError, EventSink, Setup, SinkError, drive};
pub use evidence::evidence;
pub use inbox::Inbox;
pub use observe::RESULT_CHARS;
pub use prompt::{prompt_hash, system_prompt};
pub use run::{Action, Input, LogError, Run, Start, Way};
