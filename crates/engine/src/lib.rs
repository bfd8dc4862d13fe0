//! The engine: models on candle, their files, tokenizers and chat templates, and the reply parser.

mod calls;
mod lenient;
pub mod parser;
pub mod sampling;
pub mod template;
mod tojson;
pub mod tokenizer;
pub mod vocabulary;
pub mod config;
pub mod device;
pub mod error;
pub mod gguf;
pub mod kv_cache;
pub mod linear;
pub mod ops;
pub mod qwen3;
pub mod rope;
pub mod safetensors;

pub use config::{Config, RopeScaling};
pub use error::EngineError;
pub use kv_cache::KvCache;
pub use qwen3::{CausalLm, Qwen3, Weights};
pub use template::ChatTemplate;
pub use tokenizer::Tokenizer;
pub use vocabulary::{TokenKind, Vocabulary};
