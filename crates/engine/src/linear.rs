//! A matrix of weights. Only this type knows whether it is stored plainly or quantised.

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{D, DType, Module, Result, Tensor};
use std::sync::Arc;

/// A matrix (out, in), used as a layer without bias or as a table of embeddings. Cloning shares the weights.
#[derive(Debug, Clone)]
pub enum Linear {
    /// Stored as numbers; the only kind that can be trained.
    Plain(Tensor),
    /// Stored in quantised blocks.
    Quantized(Arc<QTensor>),
}

impl Linear {
    /// Takes a tensor as a GGUF file has it: F32, F16 and BF16 become plain F32.
    pub fn from_qtensor(tensor: QTensor) -> Result<Self> {
        match tensor.dtype() {
            GgmlDType::F32 | GgmlDType::F16 | GgmlDType::BF16 => Ok(Self::Plain(tensor.dequantize(&tensor.device())?)),
            _ => Ok(Self::Quantized(Arc::new(tensor))),
        }
    }

    /// The product of `xs` (.., in) with the transposed matrix: (.., out).
    pub fn forward(&self, xs: &Tensor) -> Result<Tensor> {
        match self {
            Self::Plain(weight) => {
                let mut shape = xs.dims().to_vec();
                let (out, width) = weight.dims2()?;
                if shape.pop() != Some(width) {
                    candle_core::bail!("a layer of width {width} was given {:?}", xs.shape());
                }
                shape.push(out);
                xs.reshape(((), width))?.matmul(&weight.t()?)?.reshape(shape)
            }
            Self::Quantized(weight) => QMatMul::QTensor(weight.clone()).forward(&xs.contiguous()?),
        }
    }

    /// The rows that `ids` (.., u32) name: (.., in). An id outside the matrix is an error.
    pub fn rows(&self, ids: &Tensor) -> Result<Tensor> {
        match self {
            Self::Plain(weight) => {
                let mut shape = ids.dims().to_vec();
                shape.push(weight.dim(D::Minus1)?);
                weight.index_select(&ids.flatten_all()?, 0)?.reshape(shape)
            }
            Self::Quantized(weight) => weight.embedding(ids),
        }
    }

    /// The type of what [`Linear::rows`] returns.
    pub fn dtype(&self) -> DType {
        match self {
            Self::Plain(weight) => weight.dtype(),
            Self::Quantized(_) => DType::F32,
        }
    }
}
