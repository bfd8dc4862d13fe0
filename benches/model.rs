//! Prefill and decoding of the bundled model, beside the time to read its weights once from memory: no model that
//! reads all its weights for a token can write one faster.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lucy_engine::session::Sequence;
use lucy_engine::{CausalLm, DeviceChoice, ModelFile, device::Selected};
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

const PROMPT: usize = 512;

fn tokens(model: &dyn CausalLm) -> Vec<u32> {
    let vocabulary = model.config().vocab_size as u32;
    (0..PROMPT as u32).map(|at| at.wrapping_mul(2_654_435_761) % vocabulary).collect()
}

fn model(c: &mut Criterion) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/models/lucy-pocket.gguf"));
    let file = ModelFile::open(path).expect("the bundled model");
    let model = file.load(&Selected::new(DeviceChoice::Cpu)).expect("the bundled model");
    let tokens = tokens(&model);
    let mut group = c.benchmark_group("model");
    group.measurement_time(Duration::from_secs(10)).sample_size(20);

    group.throughput(Throughput::Elements(PROMPT as u64));
    group.bench_function("prefill of 512 tokens", |b| {
        b.iter(|| {
            let mut sequence = Sequence::new(&model, 2_048);
            sequence.prefill(&model, &tokens, &mut |_| ControlFlow::Continue(())).expect("prefill")
        });
    });

    let mut sequence = Sequence::new(&model, 2_048);
    sequence.prefill(&model, &tokens, &mut |_| ControlFlow::Continue(())).expect("prefill");
    group.throughput(Throughput::Elements(1));
    group.bench_function("decode of a token after 512", |b| {
        b.iter(|| {
            sequence.truncate(PROMPT);
            sequence.decode(&model, 1).expect("decode")
        });
    });

    let weights: Vec<u64> =
        std::fs::read(path).expect("the bundled model").as_chunks().0.iter().map(|b| u64::from_le_bytes(*b)).collect();
    group.bench_function("limit: the weights read once", |b| {
        b.iter(|| black_box(&weights).iter().fold(0u64, |sum, word| sum.wrapping_add(*word)));
    });
    group.finish();
}

criterion_group!(benches, model);
criterion_main!(benches);
