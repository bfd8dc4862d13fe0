//! Hostile GGUF files: every one is an error, none a panic or a large allocation.

use candle_core::quantized::GgmlDType;
use candle_core::{Device, Tensor};
use lucy_engine::gguf::{Gguf, GgufWeights, Metadata, Value, save_gguf};
use lucy_engine::{Config, EngineError, Qwen3, RopeScaling};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::LazyLock;

fn config(scaling: RopeScaling) -> Config {
    Config {
        vocab_size: 12,
        hidden_size: 32,
        intermediate_size: 32,
        layers: 1,
        heads: 2,
        kv_heads: 1,
        head_dim: 16,
        rms_norm_eps: 1e-6,
        rope_theta: 1e4,
        rope_scaling: scaling,
        context: 64,
        tied: false,
    }
}

/// A sound file.
static SOUND: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let config = config(RopeScaling::None);
    let tensor = |(name, shape): (String, Vec<usize>)| {
        (name, Tensor::ones(shape, candle_core::DType::F32, &Device::Cpu).unwrap())
    };
    let tensors: HashMap<String, Tensor> = config.parameters().into_iter().map(tensor).collect();
    let mut metadata = config.to_gguf();
    metadata.insert("list", Value::Texts(vec!["a".into(), "b".into()]));
    metadata.insert("numbers", Value::Integers(vec![1, -2]));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.gguf");
    save_gguf(&path, &metadata, &tensors, GgmlDType::Q8_0).unwrap();
    std::fs::read(path).unwrap()
});

fn load(bytes: Vec<u8>) -> Result<Qwen3, EngineError> {
    let file = Gguf::from_bytes(bytes)?;
    Qwen3::new(Config::from_gguf(&file)?, &GgufWeights { file: &file, device: &Device::Cpu })
}

/// A header of version 3 with these counts, followed by `rest`.
fn header(tensors: u64, entries: u64, rest: &[u8]) -> Vec<u8> {
    [b"GGUF", 3u32.to_le_bytes().as_slice(), &tensors.to_le_bytes(), &entries.to_le_bytes(), rest].concat()
}

fn text(text: &str) -> Vec<u8> {
    [(text.len() as u64).to_le_bytes().as_slice(), text.as_bytes()].concat()
}

fn entry(key: &str, kind: u32, value: &[u8]) -> Vec<u8> {
    [text(key).as_slice(), &kind.to_le_bytes(), value].concat()
}

fn tensor(name: &str, shape: &[u64], kind: u32, offset: u64) -> Vec<u8> {
    let shape_bytes: Vec<u8> = shape.iter().flat_map(|n| n.to_le_bytes()).collect();
    [
        text(name).as_slice(),
        &(shape.len() as u32).to_le_bytes(),
        &shape_bytes,
        &kind.to_le_bytes(),
        &offset.to_le_bytes(),
    ]
    .concat()
}

/// The error that a file with these tensors and 64 bytes of data gives.
fn refused_tensors(tensors: &[Vec<u8>]) -> String {
    let mut bytes = header(tensors.len() as u64, 0, &tensors.concat());
    bytes.resize(bytes.len().next_multiple_of(32) + 64, 0);
    Gguf::from_bytes(bytes).err().expect("it was accepted").to_string()
}

fn refused_entries(entries: &[Vec<u8>]) -> String {
    Gguf::from_bytes(header(0, entries.len() as u64, &entries.concat())).err().expect("it was accepted").to_string()
}

#[test]
fn a_sound_file_loads_with_its_metadata() {
    let file = Gguf::from_bytes(SOUND.clone()).unwrap();
    assert_eq!(file.metadata().text("general.architecture"), Some("qwen3"));
    assert_eq!(file.metadata().integers("numbers"), Some([1, -2].as_slice()));
    assert_eq!(file.metadata().texts("list").unwrap(), ["a", "b"]);
    assert_eq!(file.info("blk.0.attn_q.weight").unwrap().shape, [32, 32]);
    assert_eq!(file.main_type().unwrap().to_string(), "Q8_0");
    load(SOUND.clone()).unwrap();
}

#[test]
fn a_config_survives_its_metadata() {
    let yarn = RopeScaling::Yarn {
        factor: 4.0,
        original_context: 16,
        beta_fast: 32.0,
        beta_slow: 1.0,
        attention_factor: None,
    };
    let dir = tempfile::tempdir().unwrap();
    for scaling in [RopeScaling::None, RopeScaling::Linear { factor: 2.0 }, yarn] {
        let config = Config { rms_norm_eps: f64::from(1e-6f32), ..config(scaling) };
        let embedding = Tensor::ones((12, 32), candle_core::DType::F32, &Device::Cpu).unwrap();
        let tensors =
            [("model.embed_tokens.weight".to_owned(), embedding.clone()), ("lm_head.weight".to_owned(), embedding)];
        let path = dir.path().join("x.gguf");
        save_gguf(&path, &config.to_gguf(), &tensors.into(), GgmlDType::F32).unwrap();
        assert_eq!(Config::from_gguf(&Gguf::open(&path).unwrap()).unwrap(), config);
    }
}

#[test]
fn values_survive_a_file() {
    let mut metadata = Metadata::default();
    metadata.insert("u", Value::Unsigned(1 << 40));
    metadata.insert("i", Value::Signed(-(1 << 40)));
    metadata.insert("f", Value::Float(0.5));
    metadata.insert("b", Value::Bool(true));
    metadata.insert("t", Value::Text("Größe\0".into()));
    metadata.insert("ts", Value::Texts(vec![String::new(), "x".into()]));
    metadata.insert("is", Value::Integers(vec![i64::MIN, 3]));
    metadata.insert("fs", Value::Floats(vec![1.5, -2.0]));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.gguf");
    save_gguf(&path, &metadata, &HashMap::new(), GgmlDType::F32).unwrap();
    assert_eq!(*Gguf::open(&path).unwrap().metadata(), metadata);
}

#[test]
fn what_is_no_gguf_is_said_to_be_none() {
    for bytes in [vec![], b"GGUF".to_vec(), b"PK\x03\x04 a zip file, much longer than a header".to_vec()] {
        assert!(load(bytes).unwrap_err().to_string().contains("not a GGUF file"));
    }
    let mut old = SOUND.clone();
    old[4] = 1;
    assert!(load(old).unwrap_err().to_string().contains("version 1"));
}

#[test]
fn absurd_counts_and_lengths_are_refused() {
    for (tensors, entries) in [(u64::MAX, 0), (0, u64::MAX), (1 << 40, 1 << 40), (1, 0), (0, 1)] {
        assert!(Gguf::from_bytes(header(tensors, entries, &[0; 4])).is_err());
    }
    let long = |kind: u32, len: u64| entry("k", 9, &[kind.to_le_bytes().as_slice(), &len.to_le_bytes()].concat());
    for len in [u64::MAX, 1 << 62, 1 << 40, 1 << 22, 5] {
        for kind in [0, 4, 8, 12] {
            assert!(refused_entries(&[long(kind, len)]).contains("metadata k"));
        }
        assert!(refused_entries(&[entry("k", 8, &len.to_le_bytes())]).contains("metadata k"));
    }
    assert!(refused_entries(&[long(9, 1)]).contains("lists of lists"));
    assert!(refused_entries(&[entry("k", 99, &[])]).contains("99 is not a type"));
    assert!(refused_entries(&[entry("k", 0, &[1]), entry("k", 0, &[2])]).contains("two metadata entries k"));
    assert!(refused_entries(&[entry("general.alignment", 4, &3u32.to_le_bytes())]).contains("power of two"));
    assert!(refused_entries(&[entry("general.alignment", 8, &text("32"))]).contains("power of two"));
}

#[test]
fn absurd_tensors_are_refused() {
    let cases: [(&[u64], u32, u64, &str); 10] = [
        (&[], 0, 0, "0 dimensions"),
        (&[1; 5], 0, 0, "5 dimensions"),
        (&[0], 0, 0, "dimension of 0"),
        (&[u64::MAX], 0, 0, "dimension of"),
        (&[1 << 40, 1 << 40], 0, 0, "absurd shape"),
        (&[1 << 32, 1 << 30], 0, 0, "absurd shape"),
        (&[33], 8, 0, "rows of 33"),
        (&[8], 0, 4, "not aligned"),
        (&[8], 0, 64, "truncated"),
        (&[8], 0, u64::MAX - 31, "outside"),
    ];
    for (shape, kind, offset, expected) in cases {
        let error = refused_tensors(&[tensor("x", shape, kind, offset)]);
        assert!(error.contains(expected) && error.contains('x'), "{shape:?} {kind} {offset}: {error}");
    }
    let (a, b) = (tensor("a", &[16], 0, 0), tensor("b", &[8], 0, 32));
    assert!(refused_tensors(&[a.clone(), b]).contains("overlaps"));
    assert!(refused_tensors(&[tensor("a", &[8], 0, 0), tensor("a", &[8], 0, 32)]).contains("two tensors a"));
}

#[test]
fn a_type_that_cannot_be_loaded_is_named() {
    let name = b"blk.0.attn_q.weight";
    let at = SOUND.windows(name.len()).position(|window| window == name).unwrap() + name.len() + 4 + 16;
    let mut bytes = SOUND.clone();
    bytes[at] = 23;
    let error = load(bytes).unwrap_err().to_string();
    assert!(error.contains("blk.0.attn_q.weight") && error.contains("IQ4_XS"), "{error}");
}

#[test]
fn every_truncation_is_an_error() {
    let end = SOUND.len();
    // The last tensor, 12 rows of one Q8_0 block, is followed by 8 bytes of padding.
    for len in (0..end - 8).step_by(7).chain([end - 9]) {
        assert!(load(SOUND[..len].to_vec()).is_err(), "{len} of {end} bytes were accepted");
    }
}

#[test]
fn missing_metadata_is_named() {
    let mut bytes = SOUND.clone();
    let key = b"qwen3.block_count";
    let at = bytes.windows(key.len()).position(|window| window == key).unwrap();
    bytes[at] = b'Q';
    assert!(load(bytes).unwrap_err().to_string().contains("qwen3.block_count"));
}

#[test]
fn a_full_disk_or_a_missing_folder_is_an_error() {
    let path = std::path::Path::new("/nowhere/model.gguf");
    let error = save_gguf(path, &Metadata::default(), &HashMap::new(), GgmlDType::F32).unwrap_err();
    assert!(matches!(error, EngineError::Io { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_file_never_panics(changes in prop::collection::vec((0usize..4000, any::<u8>()), 1..6), cut in 0usize..3000) {
        let mut bytes = SOUND.clone();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if cut < 1500 {
            bytes.truncate(cut);
        }
        drop(load(bytes));
    }

    #[test]
    fn numbers_at_the_edges_never_panic(at in 8usize..3000, number in prop_oneof![
        Just(u64::MAX), Just(1 << 63), Just(1 << 32), Just(u64::from(u32::MAX)), Just(0), 0u64..300
    ]) {
        let mut bytes = SOUND.clone();
        bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
        drop(load(bytes));
    }

    #[test]
    fn arbitrary_bytes_never_panic(rest in prop::collection::vec(any::<u8>(), 0..400), tensors in 0u64..4, entries in 0u64..4) {
        drop(Gguf::from_bytes(header(tensors, entries, &rest)));
    }
}
