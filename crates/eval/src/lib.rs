//! Tasks with a verifiable reward, grading and reports.

mod grade;
mod normal;
pub mod pocket;
mod report;
mod run;
pub mod simpleqa;
mod task;
pub mod world;

pub use report::{Failure, Report, Row, Share};
pub use run::{Graded, Options, Step, run};
pub use task::{Example, Gold, Score, Task, Verdict};
