//! Model directories as Hugging Face stores them: `config.json` and one or several safetensors files.
//!
//! Tensors are read one by one with ordinary reads, so that loading needs no more memory than the model, and a file
//! that is truncated under way is an error, not a crash.

use crate::error::{EngineError, invalid};
use crate::linear::Linear;
use crate::qwen3::Weights;
use candle_core::{DType, Device, Tensor};
use half::{bf16, f16};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The largest header in bytes.
const MOST_HEADER: u64 = 1 << 26;
/// The largest JSON file in bytes: `tokenizer.json` of a large vocabulary has eleven million.
const MOST_JSON: u64 = 1 << 27;

/// A directory with a model. Headers have been read and checked.
#[derive(Debug)]
pub struct ModelDir {
    path: PathBuf,
    tensors: HashMap<String, Entry>,
    size: u64,
}

/// Where a tensor is.
#[derive(Debug)]
struct Entry {
    file: PathBuf,
    kind: Float,
    shape: Vec<usize>,
    start: u64,
    bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Float {
    F32,
    F16,
    BF16,
}

/// A tensor in the header of a file.
#[derive(Deserialize)]
struct Described {
    dtype: Value,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

impl ModelDir {
    /// Reads the headers of `model.safetensors`, or of the files that `model.safetensors.index.json` names.
    ///
    /// # Errors
    /// If a file cannot be read or is not sound.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let mut dir = Self { path: path.to_owned(), tensors: HashMap::new(), size: 0 };
        let index = path.join("model.safetensors.index.json");
        let files = if index.exists() { shards(&read_json(&index)?)? } else { ["model.safetensors".to_owned()].into() };
        for name in files {
            dir.add(&path.join(name))?;
        }
        Ok(dir)
    }

    /// Bytes of all weight files.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The type that most tensors have, such as `BF16`.
    pub fn main_type(&self) -> String {
        let count =
            |kind| self.tensors.values().filter(|entry| entry.kind == kind).map(|entry| entry.bytes).sum::<usize>();
        let main = [Float::F32, Float::F16, Float::BF16].into_iter().max_by_key(|&kind| count(kind));
        main.map_or(String::new(), |kind| format!("{kind:?}"))
    }

    /// The text of a file beside the weights; `None` if there is no such file.
    ///
    /// # Errors
    /// If it cannot be read or is absurdly large.
    pub fn text(&self, name: &str) -> Result<Option<String>, EngineError> {
        let path = self.path.join(name);
        if path.exists() { read_text(&path).map(Some) } else { Ok(None) }
    }

    /// The contents of `config.json`.
    ///
    /// # Errors
    /// If it cannot be read or is no JSON.
    pub fn config(&self) -> Result<Value, EngineError> {
        read_json(&self.path.join("config.json"))
    }

    fn add(&mut self, path: &Path) -> Result<(), EngineError> {
        let mut file = File::open(path).map_err(EngineError::io(path))?;
        let size = file.metadata().map_err(EngineError::io(path))?.len();
        let mut prefix = [0; 8];
        file.read_exact(&mut prefix).map_err(EngineError::io(path))?;
        let header = u64::from_le_bytes(prefix);
        if header > MOST_HEADER || header > size - 8 {
            invalid!("{}: a header of {header} bytes is announced in a file of {size}", path.display());
        }
        let mut bytes = vec![0; header as usize];
        file.read_exact(&mut bytes).map_err(EngineError::io(path))?;
        let described: HashMap<String, Value> =
            serde_json::from_slice(&bytes).map_err(|error| damaged(path, &error.to_string()))?;
        for (name, value) in described {
            if name != "__metadata__" {
                let entry = entry(path, &name, value, (8 + header, size))?;
                if self.tensors.insert(name.clone(), entry).is_some() {
                    invalid!("{}: tensor {name} is in two files", path.display());
                }
            }
        }
        self.size += size;
        Ok(())
    }

    fn load(&self, entry: &Entry, dtype: DType, device: &Device) -> Result<Tensor, EngineError> {
        let mut file = File::open(&entry.file).map_err(EngineError::io(&entry.file))?;
        let mut bytes = vec![0; entry.bytes];
        file.seek(SeekFrom::Start(entry.start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(EngineError::io(&entry.file))?;
        let floats: Vec<f32> = match entry.kind {
            Float::F32 => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
            Float::F16 => bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect(),
            Float::BF16 => bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()).collect(),
        };
        Ok(Tensor::from_vec(floats, entry.shape.clone(), device)?.to_dtype(dtype)?)
    }
}

/// The files that an index names. A name with a path in it is refused.
fn shards(index: &Value) -> Result<BTreeSet<String>, EngineError> {
    let Some(map) = index["weight_map"].as_object() else {
        invalid!("the index of the weight files has no weight_map")
    };
    let mut files = BTreeSet::new();
    for file in map.values() {
        match file.as_str() {
            Some(name) if name.ends_with(".safetensors") && !name.contains(['/', '\\', ':']) => {
                files.insert(name.to_owned())
            }
            _ => invalid!("the index of the weight files names {file}, which is not a safetensors file beside it"),
        };
    }
    Ok(files)
}

/// Checks one tensor of a header; `data` is where the tensors begin and where the file ends.
fn entry(path: &Path, name: &str, value: Value, data: (u64, u64)) -> Result<Entry, EngineError> {
    let described: Described =
        serde_json::from_value(value).map_err(|error| damaged(path, &format!("tensor {name}: {error}")))?;
    let Ok(kind) = Float::deserialize(&described.dtype) else {
        return Err(EngineError::Unsupported(format!("tensor {name} is stored as {}", described.dtype)));
    };
    let width = if kind == Float::F32 { 4 } else { 2 };
    let bytes = described.shape.iter().try_fold(width, |product: usize, &n| product.checked_mul(n));
    let (from, to) = described.data_offsets;
    match (bytes, data.0.checked_add(from), data.0.checked_add(to)) {
        (Some(bytes), Some(start), Some(end)) if end <= data.1 && end.checked_sub(start) == Some(bytes as u64) => {
            Ok(Entry { file: path.to_owned(), kind, shape: described.shape, start, bytes })
        }
        _ => invalid!("{}: tensor {name} lies outside the file, which is truncated or damaged", path.display()),
    }
}

fn damaged(path: &Path, what: &str) -> EngineError {
    EngineError::Invalid(format!("{}: {what}", path.display()))
}

fn read_text(path: &Path) -> Result<String, EngineError> {
    let size = fs::metadata(path).map_err(EngineError::io(path))?.len();
    if size > MOST_JSON {
        invalid!("{} has {size} bytes; at most {MOST_JSON} are read", path.display());
    }
    fs::read_to_string(path).map_err(EngineError::io(path))
}

fn read_json(path: &Path) -> Result<Value, EngineError> {
    serde_json::from_str(&read_text(path)?).map_err(|error| damaged(path, &error.to_string()))
}

/// The weights of a model directory, loaded to a device as one type of float.
pub struct DirWeights<'a> {
    /// The directory.
    pub dir: &'a ModelDir,
    /// What the numbers become.
    pub dtype: DType,
    /// Where the weights go.
    pub device: &'a Device,
}

impl DirWeights<'_> {
    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, EngineError> {
        match self.dir.tensors.get(name) {
            Some(entry) if entry.shape == shape => self.dir.load(entry, self.dtype, self.device),
            Some(entry) => invalid!("tensor {name} has shape {:?}, not {shape:?}", entry.shape),
            None => invalid!("tensor {name} is missing"),
        }
    }
}

impl Weights for DirWeights<'_> {
    fn contains(&self, name: &str) -> bool {
        self.dir.tensors.contains_key(name)
    }

    fn vector(&self, name: &str, len: usize) -> Result<Tensor, EngineError> {
        self.tensor(name, &[len])
    }

    fn matrix(&self, name: &str, out: usize, width: usize) -> Result<Linear, EngineError> {
        Ok(Linear::Plain(self.tensor(name, &[out, width])?))
    }
}
