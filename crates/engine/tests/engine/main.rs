//! The engine on real model files.

mod files;
mod gguf;
mod quantised;
mod transformers;
