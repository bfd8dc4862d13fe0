//! The engine: models on candle, their files, tokenizers and chat templates, and the reply parser.

mod calls;
pub mod config;
pub mod device;
pub mod error;
mod generate;
pub mod gguf;
pub mod kv_cache;
pub mod lanes;
mod lenient;
pub mod linear;
pub mod model_file;
pub mod ops;
pub mod parser;
pub mod qwen3;
pub mod rope;
pub mod runtime;
pub mod safetensors;
pub mod sampling;
pub mod session;
pub mod template;
mod tojson;
pub mod tokenizer;
pub mod vocabulary;

pub use config::{Config, RopeScaling};
pub use device::{DeviceChoice, NoDevice};
pub use error::EngineError;
pub use kv_cache::KvCache;
pub use model_file::{ModelFile, ModelInfo};
pub use qwen3::{CausalLm, Qwen3, Weights};
pub use runtime::{Engine, EngineOptions};
pub use template::ChatTemplate;
pub use tokenizer::Tokenizer;
pub use vocabulary::{TokenKind, Vocabulary};
