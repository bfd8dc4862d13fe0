//! Any bytes as a GGUF file: the header, the tokenizer and the chat template in it end in a value or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lucy_engine::gguf::Gguf;
use lucy_engine::{ChatTemplate, Tokenizer};
use lucy_protocol::Message;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = Gguf::from_bytes(bytes.to_vec()) else { return };
    if let Ok(tokenizer) = Tokenizer::from_gguf(file.metadata()) {
        let ids = tokenizer.encode("Who built it?<|im_end|>").unwrap_or_default();
        let _ = tokenizer.decode(&ids);
    }
    if let Some(source) = file.metadata().text("tokenizer.chat_template")
        && let Ok(template) = ChatTemplate::new(source, Vec::new())
    {
        let _ = template.render(&[Message::User { text: "Who built it?".into() }], &[], true);
    }
});
