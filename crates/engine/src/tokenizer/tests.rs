//! Tests of the tokenizer against published token ids.

use super::*;
use proptest::prelude::*;
use std::io::Read;
use std::sync::LazyLock;

const MERGES: &[u8] = include_bytes!("../../../../tests/fixtures/tokenizer/qwen2-merges.txt.gz");
const PUBLISHED_TEXTS: &str = include_str!("../../../../tests/fixtures/tokenizer/published.inp");
const PUBLISHED_IDS: &str = include_str!("../../../../tests/fixtures/tokenizer/published.out");
const EXPECTED: &str = include_str!("../../../../tests/fixtures/tokenizer/expected.json");

const ADDED: [(&str, TokenKind); 7] = [
    ("<|endoftext|>", TokenKind::Control),
    ("<|im_start|>", TokenKind::Control),
    ("<|im_end|>", TokenKind::Control),
    ("<tool_call>", TokenKind::Added),
    ("</tool_call>", TokenKind::Added),
    ("<think>", TokenKind::Added),
    ("[PAD151649]", TokenKind::Added),
];

/// The whole vocabulary of Qwen2: the 256 bytes, the result of every merge in turn, the added tokens.
static QWEN2: LazyLock<Tokenizer> = LazyLock::new(|| Tokenizer::new(qwen2()).unwrap());

fn qwen2() -> Vocabulary {
    let mut text = String::new();
    flate2::read::GzDecoder::new(MERGES).read_to_string(&mut text).unwrap();
    let merges: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut alphabet: Vec<char> = byte_alphabet().into_keys().collect();
    alphabet.sort_unstable();
    let mut tokens: Vec<String> = alphabet.into_iter().map(String::from).collect();
    tokens.extend(merges.iter().map(|merge| merge.replace(' ', "")));
    let mut types = vec![1; tokens.len()];
    tokens.extend(ADDED.iter().map(|(token, _)| (*token).to_owned()));
    types.extend(ADDED.iter().map(|(_, kind)| *kind as i32));
    Vocabulary::from_gguf_parts(tokens, merges, &types, Some("qwen2"))
}

fn small() -> Vocabulary {
    let texts = ["the cat sat on the mat", "the dog sat on the log", "Größe 日本語 the 🤔"];
    Vocabulary::train(texts.into_iter().cycle().take(30), 300, &ADDED[..6]).unwrap()
}

#[test]
fn the_published_cases_of_qwen2_match() {
    let texts: Vec<&str> = PUBLISHED_TEXTS.split_terminator("\n__ggml_vocab_test__\n").collect();
    let ids: Vec<&str> = PUBLISHED_IDS.lines().collect();
    assert_eq!((texts.len(), ids.len()), (46, 46));
    for (text, ids) in texts.iter().zip(ids) {
        let expected: Vec<u32> = ids.split_whitespace().map(|id| id.parse().unwrap()).collect();
        assert_eq!(QWEN2.encode(text).unwrap(), expected, "{text:?}");
        assert_eq!(QWEN2.encode_plain(text).unwrap(), expected, "{text:?}");
        assert_eq!(QWEN2.decode(&expected), *text);
    }
}

#[test]
fn hard_texts_match_hugging_face() {
    let cases: serde_json::Value = serde_json::from_str(EXPECTED).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 16);
    // The reference has the three control tokens only.
    let mut parts = qwen2();
    parts.tokens.truncate(151_646);
    let tokenizer = Tokenizer::new(parts).unwrap();
    for case in cases {
        let ids: Vec<u32> = serde_json::from_value(case["ids"].clone()).unwrap();
        let text = case["text"].as_str().unwrap();
        assert_eq!(tokenizer.encode(text).unwrap(), ids, "{text:?}");
    }
}

#[test]
fn control_tokens_are_read_in_prompts_and_nowhere_else() {
    let text = "<|im_start|>user\n<tool_call><|im_end|>";
    assert_eq!(QWEN2.encode(text).unwrap(), [151_644, 872, 198, 151_646, 151_645]);
    let plain = QWEN2.encode_plain(text).unwrap();
    assert!(plain.iter().all(|&id| id < 151_643), "{plain:?}");
    assert_eq!(QWEN2.decode(&plain), text);
}

#[test]
fn ids_and_kinds_of_tokens_are_known() {
    assert_eq!(QWEN2.id("<tool_call>"), Some(151_646));
    assert_eq!(QWEN2.id("<nothing>"), None);
    assert_eq!(QWEN2.eos_ids(), [151_643, 151_645]);
    assert_eq!(QWEN2.len(), 151_650);
    // <|im_start|>, the padding and the rows beyond the vocabulary; never what ends a turn.
    assert_eq!(QWEN2.never_sampled(151_652), [151_644, 151_649, 151_650, 151_651]);
    assert!(QWEN2.markers().contains(&"<think>".to_owned()));
    assert_eq!(QWEN2.markers().len(), 6);
}

#[test]
fn an_id_outside_the_vocabulary_decodes_to_nothing() {
    assert_eq!(QWEN2.decode(&[72, u32::MAX, 151_650, 72]), "ii");
}

#[test]
fn the_real_file_of_qwen2_agrees_with_the_fixture() {
    // The fixture must be the whole vocabulary: these ids were read from the published file.
    for (id, text) in [(0, "!"), (220, " "), (9707, "Hello"), (151_642, "\u{2f57}")] {
        assert_eq!(QWEN2.bytes(id), text.as_bytes(), "{id}");
    }
}

#[test]
fn a_trained_vocabulary_survives_a_gguf() {
    let trained = small();
    assert!(trained.tokens.len() <= 300 && trained.tokens.len() > 270, "{}", trained.tokens.len());
    let mut metadata = Metadata::default();
    trained.write_gguf(&mut metadata);
    let read = Vocabulary::from_gguf(&metadata).unwrap();
    assert_eq!(read, trained);
    let tokenizer = Tokenizer::new(read).unwrap();
    let ids = tokenizer.encode("<|im_start|>the cat 日本<|im_end|>").unwrap();
    assert_eq!(tokenizer.decode(&ids), "<|im_start|>the cat 日本<|im_end|>");
    assert!(ids.len() < 14, "merges are used: {ids:?}");
}

#[test]
fn a_tokenizer_json_gives_the_same_ids() {
    let trained = small();
    let tokenizer = Tokenizer::new(trained.clone()).unwrap();
    let json = tokenizer.inner.to_string(false).unwrap();
    let config = r#"{"eos_token": {"content": "<|im_end|>"}, "bos_token": null}"#;
    let read = Tokenizer::from_json(&json, Some(config)).unwrap();
    let text = "<|im_start|>the mat e\u{301} 12 it'S\n\n<think>";
    assert_eq!(read.encode(text).unwrap(), tokenizer.encode(text).unwrap());
    assert_eq!(read.vocabulary().eos, tokenizer.id("<|im_end|>"));
    assert_eq!(read.vocabulary().tokens, trained.tokens);
    assert_eq!(read.vocabulary().pre, "qwen2");
}

#[test]
fn damaged_files_are_errors() {
    let wrong = |json: &str| Tokenizer::from_json(json, None).unwrap_err().to_string();
    assert!(wrong("{").contains("damaged"));
    assert!(wrong(r#"{"model": {"type": "Unigram", "vocab": []}}"#).contains("Unigram"));
    assert!(wrong(r#"{"model": {"type": "BPE", "vocab": {"a": 4000000000}}}"#).contains("ids up to"));
    assert!(wrong(r#"{"model": {"type": "BPE", "vocab": {"a": 0}}, "pre_tokenizer": null}"#).contains("byte-level"));
    let parts = |tokens: &[&str], merges: &[&str], pre| {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Tokenizer::new(Vocabulary::from_gguf_parts(own(tokens), own(merges), &[], pre)).unwrap_err().to_string()
    };
    assert!(parts(&["a", "b"], &["a b"], None).contains("a b"));
    assert!(parts(&["a", "b"], &["ab"], None).contains("merge"));
    assert!(parts(&["a", "a"], &[], None).contains("alike"));
    assert!(parts(&["a"], &[], Some("viking")).contains("viking"));
    let mut metadata = Metadata::default();
    assert!(Tokenizer::from_gguf(&metadata).is_err());
    metadata.insert("tokenizer.ggml.model", crate::gguf::Value::Text("llama".into()));
    assert!(Tokenizer::from_gguf(&metadata).unwrap_err().to_string().contains("llama"));
}

#[test]
fn bytes_that_are_no_text_become_replacement_characters() {
    let emoji = QWEN2.encode("🪿").unwrap();
    let mut stream = TextStream::default();
    assert_eq!(stream.push(&QWEN2, emoji[0]), "");
    assert_eq!(stream.finish(), "\u{FFFD}");
    assert_eq!(QWEN2.decode(&emoji[..1]), "\u{FFFD}");
}

proptest! {
    #[test]
    fn streaming_gives_what_decoding_gives(ids in prop::collection::vec(0u32..520, 0..60)) {
        let mut stream = TextStream::default();
        let mut text: String = ids.iter().map(|&id| stream.push(&QWEN2, id)).collect();
        text.push_str(&stream.finish());
        prop_assert_eq!(text, QWEN2.decode(&ids));
    }

    #[test]
    fn a_text_survives_encoding_but_for_its_normal_form(text in "\\PC{0,40}") {
        let ids = QWEN2.encode_plain(&text).unwrap();
        let mut normal = NormalizedString::from(text.as_str());
        NFC.normalize(&mut normal).unwrap();
        prop_assert_eq!(QWEN2.decode(&ids), normal.get());
    }
}
