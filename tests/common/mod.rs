//! Runs the real program in a data directory of its own.
#![allow(dead_code, reason = "each test file uses its part")]

use candle_core::quantized::GgmlDType;
use candle_core::{Device, Tensor};
use lucy_engine::gguf::save_gguf;
use lucy_engine::model_file::model_metadata;
use lucy_engine::{Config, RopeScaling, TokenKind, Vocabulary, template};
use lucy_protocol::Event;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// The program with its data directory.
pub struct Lucy {
    data: TempDir,
}

/// What a command wrote and how it ended.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Lucy {
    pub fn new() -> Self {
        Self { data: tempfile::tempdir().unwrap() }
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lucy"));
        command.args(args).env("LUCY_DATA", self.data()).env_remove("LUCY_MODEL").env_remove("NO_COLOR");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args).stdin(Stdio::null()).output().unwrap().into()
    }

    /// Runs a command that must succeed and gives what it wrote.
    pub fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "lucy {args:?}\n{}{}", ran.out, ran.err);
        ran.out
    }

    /// Runs a command with this input.
    pub fn with_input(&self, args: &[&str], input: &str) -> Ran {
        let mut child = self.start(self.command(args).stdin(Stdio::piped()));
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    pub fn start(&self, command: &mut Command) -> Child {
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The stored events of a run, as lines.
    pub fn lines(&self, run: &str) -> Vec<String> {
        self.ok(&["show", "--json", run]).lines().map(String::from).collect()
    }

    /// The id of the latest run.
    pub fn latest(&self) -> String {
        let line = self.ok(&["history", "--json", "--limit", "1"]);
        serde_json::from_str::<Value>(line.trim()).unwrap()["run"].as_str().unwrap().to_owned()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The events of lines of JSON.
pub fn events(lines: &[String]) -> Vec<Event> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// How many events are ends.
pub fn ends(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Finished { .. })).count()
}

/// A model with random weights: it babbles until it may write no more, slowly enough to be stopped on the way.
pub fn babbler() -> &'static Path {
    static BABBLER: OnceLock<PathBuf> = OnceLock::new();
    BABBLER.get_or_init(|| {
        // Written by every test program, one after the other, in the folder that cargo has for this.
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("babbler.gguf");
        write_babbler(&path);
        path
    })
}

fn write_babbler(path: &Path) {
    let markers = [
        ("<|im_start|>", TokenKind::Control),
        ("<|im_end|>", TokenKind::Control),
        ("<think>", TokenKind::Added),
        ("</think>", TokenKind::Added),
    ];
    let vocabulary = Vocabulary::train(["a"].into_iter(), 256 + markers.len(), &markers).unwrap();
    let config = Config {
        vocab_size: vocabulary.tokens.len(),
        hidden_size: 384,
        intermediate_size: 1024,
        layers: 8,
        heads: 6,
        kv_heads: 3,
        head_dim: 64,
        rms_norm_eps: 1e-6,
        rope_theta: 1e6,
        rope_scaling: RopeScaling::None,
        context: 2048,
        tied: true,
    };
    let mut state = 1u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    let tensor = |(name, shape): (String, Vec<usize>)| {
        let spread = if shape.len() == 1 { 0.0 } else { 1.7 / (shape[1] as f32).sqrt() };
        let centre = if shape.len() == 1 { 1.0 } else { 0.0 };
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| centre + spread * random()).collect();
        (name, Tensor::from_vec(values, shape, &Device::Cpu).unwrap())
    };
    let weights: HashMap<_, _> = config.parameters().into_iter().map(tensor).collect();
    let metadata = model_metadata(&config, &vocabulary, template::POCKET, "Babbler");
    save_gguf(path, &metadata, &weights, GgmlDType::F16).unwrap();
}
