//! Writing GGUF files that llama.cpp reads too.

use super::header::TensorType;
use super::metadata::{Metadata, Value};
use super::names;
use crate::error::{EngineError, invalid};
use candle_core::Tensor;
use candle_core::quantized::{GgmlDType, QTensor};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

const ALIGNMENT: usize = 32;

/// Writes a model. `tensors` have Hugging Face's names and are written under llama.cpp's, others under their own;
/// matrices are stored as `dtype` if their rows fit its blocks, else as Q8_0 or F32, and vectors as F32. The file
/// appears under `path` only when it is complete.
///
/// # Errors
/// If the file cannot be written, a tensor cannot be quantised, or `dtype` is not one that can be loaded.
pub fn save_gguf(
    path: &Path,
    metadata: &Metadata,
    tensors: &HashMap<String, Tensor>,
    dtype: GgmlDType,
) -> Result<(), EngineError> {
    if TensorType::of(dtype).is_none() {
        invalid!("models cannot be written as {dtype:?}");
    }
    let mut stored = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        let name = names::to_gguf(name).unwrap_or_else(|| name.clone());
        let tensor = tensor.detach().to_device(&candle_core::Device::Cpu)?.contiguous()?;
        stored.push((name, QTensor::quantize(&tensor, storage_type(&tensor, dtype))?));
    }
    stored.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let file = File::create(&partial).map_err(EngineError::io(&partial))?;
    let mut out = BufWriter::new(file);
    write(&mut out, metadata, &stored)?
        .and_then(|()| out.into_inner().map_err(io::IntoInnerError::into_error))
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&partial, path))
        .map_err(EngineError::io(path))
}

fn storage_type(tensor: &Tensor, wanted: GgmlDType) -> GgmlDType {
    let fits = |dtype: &GgmlDType| tensor.dims().last().is_some_and(|width| width.is_multiple_of(dtype.block_size()));
    match tensor.rank() {
        2 => [wanted, GgmlDType::Q8_0].into_iter().find(fits).unwrap_or(GgmlDType::F32),
        _ => GgmlDType::F32,
    }
}

/// The outer result is about tensors, the inner one about the file.
fn write(
    out: &mut impl Write,
    metadata: &Metadata,
    tensors: &[(String, QTensor)],
) -> Result<io::Result<()>, EngineError> {
    let mut head = Vec::new();
    head.extend(b"GGUF");
    head.extend(3u32.to_le_bytes());
    head.extend((tensors.len() as u64).to_le_bytes());
    head.extend((metadata.iter().len() as u64).to_le_bytes());
    for (key, value) in metadata.iter() {
        put_text(&mut head, key);
        put_value(&mut head, value);
    }
    let mut offset = 0usize;
    for (name, tensor) in tensors {
        put_text(&mut head, name);
        let dims = tensor.shape().dims();
        head.extend((dims.len() as u32).to_le_bytes());
        for &n in dims.iter().rev() {
            head.extend((n as u64).to_le_bytes());
        }
        let kind = TensorType::of(tensor.dtype()).map_or(0, |kind| kind.0);
        head.extend(kind.to_le_bytes());
        head.extend((offset as u64).to_le_bytes());
        offset = (offset + tensor.storage_size_in_bytes()).next_multiple_of(ALIGNMENT);
    }
    head.resize(head.len().next_multiple_of(ALIGNMENT), 0);
    let mut result = out.write_all(&head);
    for (_, tensor) in tensors {
        let data = tensor.data()?;
        let padding = data.len().next_multiple_of(ALIGNMENT) - data.len();
        result = result.and_then(|()| out.write_all(&data)).and_then(|()| out.write_all(&[0; ALIGNMENT][..padding]));
    }
    Ok(result.and_then(|()| out.flush()))
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

/// Numbers are written in the narrow types that llama.cpp expects: 32 bits wherever the value fits.
fn put_value(out: &mut Vec<u8>, value: &Value) {
    let mut put = |kind: u32, bytes: &[u8]| {
        out.extend(kind.to_le_bytes());
        out.extend(bytes);
    };
    match value {
        Value::Unsigned(n) => match u32::try_from(*n) {
            Ok(n) => put(4, &n.to_le_bytes()),
            Err(_) => put(10, &n.to_le_bytes()),
        },
        Value::Signed(n) => match i32::try_from(*n) {
            Ok(n) => put(5, &n.to_le_bytes()),
            Err(_) => put(11, &n.to_le_bytes()),
        },
        Value::Float(x) => put(6, &(*x as f32).to_le_bytes()),
        Value::Bool(b) => put(7, &[u8::from(*b)]),
        Value::Text(text) => {
            put(8, &[]);
            put_text(out, text);
        }
        Value::Texts(list) => {
            put(9, &list_head(8, list.len()));
            list.iter().for_each(|text| put_text(out, text));
        }
        Value::Integers(list) => {
            let narrow = list.iter().all(|&n| i32::try_from(n).is_ok());
            put(9, &list_head(if narrow { 5 } else { 11 }, list.len()));
            for n in list {
                if narrow { out.extend((*n as i32).to_le_bytes()) } else { out.extend(n.to_le_bytes()) }
            }
        }
        Value::Floats(list) => {
            put(9, &list_head(6, list.len()));
            list.iter().for_each(|x| out.extend((*x as f32).to_le_bytes()));
        }
    }
}

fn list_head(kind: u32, len: usize) -> Vec<u8> {
    [kind.to_le_bytes().as_slice(), &(len as u64).to_le_bytes()].concat()
}
