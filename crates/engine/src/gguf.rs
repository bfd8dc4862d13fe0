//! GGUF model files: a bounded reader that believes nothing a file says, and a writer.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3, little-endian. Nothing is
//! allocated before it is known that the file holds as many bytes; tensors may neither overlap nor leave the file, so
//! that a model never takes more memory than its file, but for the widening of 16-bit floats.

mod header;
mod metadata;
mod names;
mod write;

pub use header::{TensorInfo, TensorType};
pub use metadata::{Metadata, Value};
pub use write::save_gguf;

use crate::error::{EngineError, invalid};
use crate::linear::Linear;
use crate::qwen3::Weights;
use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{Device, Tensor};
use half::{bf16, f16};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// An open GGUF file whose header has been read and checked.
pub struct Gguf {
    metadata: Metadata,
    tensors: HashMap<String, TensorInfo>,
    source: Mutex<Box<dyn Source>>,
    size: u64,
}

impl Gguf {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// If the file cannot be read or its header is not sound.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let file = File::open(path).map_err(EngineError::io(path))?;
        let size = file.metadata().map_err(EngineError::io(path))?.len();
        Self::read(Box::new(BufReader::with_capacity(1 << 16, file)), size).map_err(|error| match error {
            EngineError::Invalid(text) => EngineError::Invalid(format!("{}: {text}", path.display())),
            other => other,
        })
    }

    /// Reads a file that is in memory.
    ///
    /// # Errors
    /// As [`Gguf::open`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, EngineError> {
        let size = bytes.len() as u64;
        Self::read(Box::new(Cursor::new(bytes)), size)
    }

    fn read(mut source: Box<dyn Source>, size: u64) -> Result<Self, EngineError> {
        let (metadata, tensors) = header::read(&mut source, size)?;
        Ok(Self { metadata, tensors, source: Mutex::new(source), size })
    }

    /// The metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What is known of a tensor, by its name in the file.
    pub fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(name)
    }

    /// Every tensor by its name in the file.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &TensorInfo)> {
        self.tensors.iter().map(|(name, info)| (name.as_str(), info))
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The type that most of the weights have.
    pub fn main_type(&self) -> Option<TensorType> {
        let mut sizes: HashMap<TensorType, u64> = HashMap::new();
        for info in self.tensors.values() {
            *sizes.entry(info.kind).or_default() += info.elements();
        }
        sizes.into_iter().max_by_key(|&(kind, elements)| (elements, kind)).map(|(kind, _)| kind)
    }

    /// Reads a tensor: floats as plain F32, blocks as they are.
    fn load(&self, info: &TensorInfo, name: &str, device: &Device) -> Result<Linear, EngineError> {
        let Some(dtype) = info.kind.ggml() else {
            return Err(EngineError::Unsupported(format!(
                "tensor {name} is stored as {}, which is not supported",
                info.kind
            )));
        };
        let bytes = self.bytes(info, name)?;
        let floats: Vec<f32> = match dtype {
            GgmlDType::F32 => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
            GgmlDType::F16 => bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect(),
            GgmlDType::BF16 => bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()).collect(),
            _ => {
                let storage = QStorage::from_data(Cow::Owned(bytes), device, dtype)?;
                return Ok(Linear::Quantized(QTensor::new(storage, info.shape.clone())?.into()));
            }
        };
        Ok(Linear::Plain(Tensor::from_vec(floats, info.shape.clone(), device)?))
    }

    fn bytes(&self, info: &TensorInfo, name: &str) -> Result<Vec<u8>, EngineError> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; info.bytes];
        source
            .seek(SeekFrom::Start(info.start))
            .and_then(|_| source.read_exact(&mut bytes))
            .map_err(|error| EngineError::Invalid(format!("tensor {name} cannot be read: {error}")))?;
        Ok(bytes)
    }
}

/// The weights of a GGUF file, loaded to a device.
pub struct GgufWeights<'a> {
    /// The file.
    pub file: &'a Gguf,
    /// Where the weights go.
    pub device: &'a Device,
}

impl GgufWeights<'_> {
    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Linear, EngineError> {
        let name = names::to_gguf(name).unwrap_or_else(|| name.to_owned());
        match self.file.info(&name) {
            Some(info) if info.shape == shape => self.file.load(info, &name, self.device),
            Some(info) => invalid!("tensor {name} has shape {:?}, not {shape:?}", info.shape),
            None => invalid!("tensor {name} is missing"),
        }
    }
}

impl Weights for GgufWeights<'_> {
    fn contains(&self, name: &str) -> bool {
        names::to_gguf(name).is_some_and(|name| self.file.info(&name).is_some())
    }

    fn vector(&self, name: &str, len: usize) -> Result<Tensor, EngineError> {
        match self.tensor(name, &[len])? {
            Linear::Plain(tensor) => Ok(tensor),
            Linear::Quantized(tensor) => Ok(tensor.dequantize(self.device)?),
        }
    }

    fn matrix(&self, name: &str, out: usize, width: usize) -> Result<Linear, EngineError> {
        self.tensor(name, &[out, width])
    }
}
