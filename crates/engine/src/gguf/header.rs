//! Reading the header of a GGUF file without trusting it.

use super::metadata::{Metadata, Value};
use crate::error::{EngineError, invalid};
use candle_core::quantized::GgmlDType;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

/// The most metadata entries, and the most tensors.
const MOST_ENTRIES: u64 = 1 << 16;
/// The longest list: sixteen times the largest vocabulary in use.
const MOST_ELEMENTS: u64 = 1 << 22;
/// The longest text in bytes.
const MOST_TEXT: u64 = 1 << 24;
/// The longest key or tensor name in bytes.
const MOST_NAME: u64 = 1 << 12;

/// The largest header in bytes: ten times that of a model with the largest vocabulary in use.
const MOST_HEADER: u64 = 1 << 26;

/// How a tensor is stored: the number that GGUF gives the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TensorType(pub u32);

impl TensorType {
    /// candle's name of a type that can be loaded.
    pub fn ggml(self) -> Option<GgmlDType> {
        match self.0 {
            0 => Some(GgmlDType::F32),
            1 => Some(GgmlDType::F16),
            2 => Some(GgmlDType::Q4_0),
            8 => Some(GgmlDType::Q8_0),
            12 => Some(GgmlDType::Q4K),
            13 => Some(GgmlDType::Q5K),
            14 => Some(GgmlDType::Q6K),
            30 => Some(GgmlDType::BF16),
            _ => None,
        }
    }

    /// The number of a type that can be loaded.
    pub(super) fn of(dtype: GgmlDType) -> Option<Self> {
        [0, 1, 2, 8, 12, 13, 14, 30].map(Self).into_iter().find(|kind| kind.ggml() == Some(dtype))
    }
}

impl fmt::Display for TensorType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        const NAMES: [&str; 31] = [
            "F32", "F16", "Q4_0", "Q4_1", "", "", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
            "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16",
            "I32", "I64", "F64", "IQ1_M", "BF16",
        ];
        match NAMES.get(self.0 as usize) {
            Some(name) if !name.is_empty() => f.write_str(name),
            _ => write!(f, "type {}", self.0),
        }
    }
}

/// Where and what a tensor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// How it is stored.
    pub kind: TensorType,
    /// Its shape, rows first.
    pub shape: Vec<usize>,
    /// Where its bytes begin in the file.
    pub(super) start: u64,
    /// How many they are; 0 for a type that cannot be loaded.
    pub(super) bytes: usize,
}

impl TensorInfo {
    /// The number of elements.
    pub fn elements(&self) -> u64 {
        self.shape.iter().map(|&n| n as u64).product()
    }
}

/// Reads bytes and knows how many are left.
struct Reader<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Reader<R> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], EngineError> {
        self.claim(1, N as u64)?;
        let mut bytes = [0; N];
        self.inner.read_exact(&mut bytes).map_err(unreadable)?;
        Ok(bytes)
    }

    /// Counts off `n` items of `size` bytes, if there are so many.
    fn claim(&mut self, n: u64, size: u64) -> Result<(), EngineError> {
        self.require(n, size)?;
        self.left -= n * size;
        Ok(())
    }

    fn require(&self, n: u64, size: u64) -> Result<(), EngineError> {
        match n.checked_mul(size) {
            Some(bytes) if bytes <= self.left => Ok(()),
            _ => invalid!(
                "{n} items of {size} bytes are announced, but {} bytes are left: it is truncated or damaged",
                self.left
            ),
        }
    }

    fn u32(&mut self) -> Result<u32, EngineError> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn u64(&mut self) -> Result<u64, EngineError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    fn text(&mut self, most: u64) -> Result<String, EngineError> {
        let len = self.u64()?;
        if len > most {
            invalid!("a text of {len} bytes is announced; at most {most} are allowed");
        }
        self.claim(len, 1)?;
        let mut bytes = vec![0; len as usize];
        self.inner.read_exact(&mut bytes).map_err(unreadable)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    fn value(&mut self, kind: u32) -> Result<Value, EngineError> {
        Ok(match kind {
            0 => Value::Unsigned(self.bytes::<1>()?[0].into()),
            1 => Value::Signed(i8::from_le_bytes(self.bytes()?).into()),
            2 => Value::Unsigned(u16::from_le_bytes(self.bytes()?).into()),
            3 => Value::Signed(i16::from_le_bytes(self.bytes()?).into()),
            4 => Value::Unsigned(self.u32()?.into()),
            5 => Value::Signed(i32::from_le_bytes(self.bytes()?).into()),
            6 => Value::Float(f32::from_le_bytes(self.bytes()?).into()),
            7 => Value::Bool(self.bytes::<1>()?[0] != 0),
            8 => Value::Text(self.text(MOST_TEXT)?),
            9 => self.list()?,
            10 => Value::Unsigned(self.u64()?),
            11 => Value::Signed(i64::from_le_bytes(self.bytes()?)),
            12 => Value::Float(f64::from_le_bytes(self.bytes()?)),
            _ => invalid!("{kind} is not a type of metadata"),
        })
    }

    fn list(&mut self) -> Result<Value, EngineError> {
        let kind = self.u32()?;
        let len = self.u64()?;
        if len > MOST_ELEMENTS {
            invalid!("a list of {len} elements is announced; at most {MOST_ELEMENTS} are allowed");
        }
        let size = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            8 | 10..=12 => 8,
            9 => invalid!("lists of lists are not supported"),
            _ => invalid!("{kind} is not a type of metadata"),
        };
        self.require(len, size)?;
        let mut items = (0..len).map(|_| self.value(kind));
        match kind {
            8 => items
                .map(|item| item.map(|v| if let Value::Text(v) = v { v } else { String::new() }))
                .collect::<Result<_, _>>()
                .map(Value::Texts),
            6 | 12 => items
                .map(|item| item.map(|v| if let Value::Float(v) = v { v } else { 0.0 }))
                .collect::<Result<_, _>>()
                .map(Value::Floats),
            _ => items
                .try_fold(Vec::new(), |mut list, item| {
                    list.push(match item? {
                        Value::Signed(v) => v,
                        Value::Unsigned(v) => i64::try_from(v).unwrap_or(i64::MAX),
                        Value::Bool(v) => v.into(),
                        _ => 0,
                    });
                    Ok(list)
                })
                .map(Value::Integers),
        }
    }
}

fn unreadable(error: io::Error) -> EngineError {
    EngineError::Invalid(format!("the file cannot be read: {error}"))
}

/// Reads the header of a file of `size` bytes.
pub(super) fn read(source: &mut dyn Read, size: u64) -> Result<(Metadata, HashMap<String, TensorInfo>), EngineError> {
    let buffered: BufReader<_> = BufReader::with_capacity(1 << 16, source);
    let mut reader = Reader { inner: buffered, left: size.min(MOST_HEADER) };
    if size < 24 || reader.bytes()? != *b"GGUF" {
        invalid!("this is not a GGUF file");
    }
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(EngineError::Unsupported(format!("GGUF version {version} is not supported, only 2 and 3")));
    }
    let (tensors, entries) = (reader.u64()?, reader.u64()?);
    if tensors > MOST_ENTRIES || entries > MOST_ENTRIES {
        invalid!("{tensors} tensors and {entries} metadata entries are announced; at most {MOST_ENTRIES} are allowed");
    }
    let metadata = read_metadata(&mut reader, entries)?;
    let alignment = metadata.get("general.alignment").map_or(Some(32), |_| metadata.number("general.alignment"));
    let Some(alignment) = alignment.filter(|n| n.is_power_of_two() && *n <= 1 << 20) else {
        invalid!("general.alignment is not a power of two");
    };
    let mut infos = read_infos(&mut reader, tensors)?;
    let position = size.min(MOST_HEADER) - reader.left;
    place(&mut infos, position.next_multiple_of(alignment), alignment, size)?;
    let mut map = HashMap::with_capacity(infos.len());
    for (name, info) in infos {
        match map.entry(name) {
            Entry::Vacant(entry) => _ = entry.insert(info),
            Entry::Occupied(entry) => invalid!("there are two tensors {}", entry.key()),
        }
    }
    Ok((metadata, map))
}

fn read_metadata<R: BufRead>(reader: &mut Reader<R>, entries: u64) -> Result<Metadata, EngineError> {
    let mut metadata = Metadata::default();
    for _ in 0..entries {
        let key = reader.text(MOST_NAME)?;
        let kind = reader.u32()?;
        let value = reader.value(kind).map_err(|error| match error {
            EngineError::Invalid(text) => EngineError::Invalid(format!("metadata {key}: {text}")),
            other => other,
        })?;
        if metadata.get(&key).is_some() {
            invalid!("there are two metadata entries {key}");
        }
        metadata.insert(key, value);
    }
    Ok(metadata)
}

/// Reads names, shapes, types and (relative) offsets.
fn read_infos<R: BufRead>(reader: &mut Reader<R>, tensors: u64) -> Result<Vec<(String, TensorInfo)>, EngineError> {
    let mut infos = Vec::new();
    for _ in 0..tensors {
        let name = reader.text(MOST_NAME)?;
        let dimensions = reader.u32()?;
        if !(1..=4).contains(&dimensions) {
            invalid!("tensor {name} has {dimensions} dimensions");
        }
        let mut shape = Vec::new();
        for _ in 0..dimensions {
            let n = reader.u64()?;
            match usize::try_from(n) {
                Ok(n) if n > 0 && n <= 1 << 40 => shape.push(n),
                _ => invalid!("tensor {name} has a dimension of {n}"),
            }
        }
        shape.reverse();
        let kind = TensorType(reader.u32()?);
        let start = reader.u64()?;
        let bytes = byte_size(&name, kind, &shape)?;
        infos.push((name, TensorInfo { kind, shape, start, bytes }));
    }
    Ok(infos)
}

fn byte_size(name: &str, kind: TensorType, shape: &[usize]) -> Result<usize, EngineError> {
    let Some(elements) = shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n)) else {
        invalid!("tensor {name} has the absurd shape {shape:?}");
    };
    let Some(dtype) = kind.ggml() else { return Ok(0) };
    let width = shape.last().copied().unwrap_or(1);
    if !width.is_multiple_of(dtype.block_size()) {
        invalid!("tensor {name} has rows of {width} elements, which {kind} cannot store");
    }
    match (elements / dtype.block_size()).checked_mul(dtype.type_size()) {
        Some(bytes) => Ok(bytes),
        None => invalid!("tensor {name} has the absurd shape {shape:?}"),
    }
}

/// Makes offsets absolute, and checks that tensors are aligned, lie in the file and do not overlap.
fn place(infos: &mut [(String, TensorInfo)], data: u64, alignment: u64, size: u64) -> Result<(), EngineError> {
    infos.sort_by_key(|(_, info)| info.start);
    let mut end = data;
    for (name, info) in infos {
        if !info.start.is_multiple_of(alignment) {
            invalid!("tensor {name} begins at {}, which is not aligned to {alignment}", info.start);
        }
        let range = data.checked_add(info.start).and_then(|start| Some((start, start.checked_add(info.bytes as u64)?)));
        match range {
            Some((_, to)) if to > size => {
                invalid!("tensor {name} ends at byte {to}, but the file has {size}: it is truncated or damaged")
            }
            Some((from, to)) if from >= end || info.bytes == 0 => (info.start, end) = (from, to.max(end)),
            Some(_) => invalid!("tensor {name} overlaps another"),
            None => invalid!("tensor {name} lies outside the file"),
        }
    }
    Ok(())
}
