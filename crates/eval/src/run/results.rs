//! The results of an evaluation on disk: a line that says of what, then one line a run.

use super::{Graded, Options};
use crate::task::Task;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

/// The first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    task: String,
    model: String,
    examples: usize,
    /// FNV-1a of the examples, so that the results of other questions are not taken for these.
    digest: u64,
}

/// An open `results.jsonl`.
pub(super) struct Results {
    /// The runs so far.
    pub runs: Vec<Graded>,
    done: HashSet<usize>,
    path: PathBuf,
    file: File,
}

impl Results {
    /// Opens the results in the folder, or begins them. A last line that was cut off is dropped.
    pub fn open(task: &Task, options: &Options) -> Result<Self> {
        let logs = options.out.join("logs");
        std::fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
        let path = options.out.join("results.jsonl");
        let at = || format!("cannot use {}", path.display());
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(&path).with_context(at)?;
        let text = String::from_utf8(std::fs::read(&path).with_context(at)?).with_context(at)?;
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        file.set_len(whole as u64).with_context(at)?;
        let header = Header {
            task: task.name.clone(),
            model: options.model.clone(),
            examples: task.examples.len(),
            digest: digest(task)?,
        };
        let mut lines = text[..whole].lines();
        let mut runs: Vec<Graded> = Vec::new();
        match lines.next() {
            None => write_line(&mut file, &header).with_context(at)?,
            Some(line) => {
                let kept: Header = serde_json::from_str(line).with_context(at)?;
                ensure!(
                    kept == header,
                    "{} holds results of {:?} with model {:?}, which are other questions or another model; \
                     use another folder",
                    path.display(),
                    kept.task,
                    kept.model
                );
                for line in lines {
                    runs.push(serde_json::from_str(line).with_context(at)?);
                }
            }
        }
        let done = runs.iter().map(|run| run.index).collect();
        Ok(Self { runs, done, path, file })
    }

    /// Whether the example of this index is done.
    pub fn has(&self, index: usize) -> bool {
        self.done.contains(&index)
    }

    /// Keeps a run.
    pub fn add(&mut self, run: Graded) -> Result<()> {
        write_line(&mut self.file, &run).with_context(|| format!("cannot write {}", self.path.display()))?;
        self.done.insert(run.index);
        self.runs.push(run);
        Ok(())
    }

    /// The runs in the order of the examples.
    pub fn sorted(&mut self) -> &[Graded] {
        self.runs.sort_by_key(|run| run.index);
        &self.runs
    }
}

fn write_line(file: &mut File, value: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(file.write_all(&line)?)
}

fn digest(task: &Task) -> Result<u64> {
    let bytes = serde_json::to_vec(&task.examples)?;
    Ok(bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
}
