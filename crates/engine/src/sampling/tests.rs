//! Tests of the sampler.

use super::*;
use proptest::prelude::*;

fn params(seed: u64) -> SamplingParams {
    SamplingParams { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0, seed }
}

fn processor(params: SamplingParams) -> LogitsProcessor {
    LogitsProcessor::new(params, Vec::new())
}

/// Logits like those of a model: a few likely tokens among many unlikely ones.
fn logits(count: u32) -> Vec<f32> {
    (0..count).map(|id| ((id.wrapping_mul(2_654_435_761) >> 16) % 1000) as f32 / 50.0).collect()
}

/// How often each token is drawn in `count` draws.
fn frequencies(params: SamplingParams, logits: &[f32], count: u32) -> Vec<f64> {
    let mut processor = processor(params);
    let mut drawn = vec![0.0; logits.len()];
    for _ in 0..count {
        drawn[processor.sample(logits).unwrap() as usize] += 1.0 / f64::from(count);
    }
    drawn
}

#[test]
fn the_same_seed_gives_the_same_tokens_everywhere() {
    // These numbers were written down once; another platform, compiler or release must repeat them.
    let logits = logits(2048);
    let draw = |params: SamplingParams| {
        let mut processor = processor(params);
        (0..8).map(|_| processor.sample(&logits).unwrap()).collect::<Vec<_>>()
    };
    let lucy = SamplingParams { seed: 7, ..SamplingParams::default() };
    expect_test::expect!["[400, 400, 561, 561, 1839, 1786, 1678, 853]"].assert_eq(&format!("{:?}", draw(lucy)));
    expect_test::expect!["[300, 348, 1439, 1492, 1228, 748, 161, 1734]"].assert_eq(&format!("{:?}", draw(params(7))));
    let nucleus = SamplingParams { top_p: 0.8, ..params(7) };
    expect_test::expect!["[1492, 853, 1254, 723, 748, 1467, 508, 1282]"].assert_eq(&format!("{:?}", draw(nucleus)));
}

#[test]
fn draws_have_the_probabilities_of_the_softmax() {
    let logits = [0.0, 1.0, 2.0, f32::NEG_INFINITY, 1.0];
    let total: f64 = logits.iter().map(|logit| f64::from(*logit).exp()).sum();
    for (drawn, logit) in frequencies(params(1), &logits, 20_000).into_iter().zip(logits) {
        assert!((drawn - f64::from(logit).exp() / total).abs() < 0.015, "{drawn} {logit}");
    }
    let cold = frequencies(SamplingParams { temperature: 0.5, ..params(1) }, &[0.0, 1.0], 20_000);
    assert!((cold[1] - 1.0 / (1.0 + (-2.0f64).exp())).abs() < 0.015, "{cold:?}");
}

#[test]
fn each_limit_keeps_what_it_should() {
    // Probabilities 0.4, 0.3, 0.2 and 0.1.
    let logits: Vec<f32> = [0.1f32, 0.4, 0.2, 0.3].iter().map(|p| p.ln()).collect();
    let kept = |params: SamplingParams| -> Vec<usize> {
        let drawn = frequencies(params, &logits, 400);
        (0..4).filter(|&id| drawn[id] > 0.0).collect()
    };
    assert_eq!(kept(params(3)), [0, 1, 2, 3]);
    assert_eq!(kept(SamplingParams { top_k: 2, ..params(3) }), [1, 3]);
    assert_eq!(kept(SamplingParams { top_k: 1, ..params(3) }), [1]);
    assert_eq!(kept(SamplingParams { top_p: 0.65, ..params(3) }), [1, 3]);
    assert_eq!(kept(SamplingParams { top_p: 0.75, ..params(3) }), [1, 2, 3]);
    assert_eq!(kept(SamplingParams { top_p: 0.0, ..params(3) }), [1]);
    assert_eq!(kept(SamplingParams { min_p: 0.6, ..params(3) }), [1, 3]);
    assert_eq!(kept(SamplingParams { min_p: 2.0, ..params(3) }), [1]);
    // Among the three likeliest, 0.4 and 0.3 are 78 %.
    assert_eq!(kept(SamplingParams { top_k: 3, top_p: 0.75, ..params(3) }), [1, 3]);
    assert_eq!(kept(SamplingParams { top_k: 99, top_p: 0.5, min_p: 0.9, ..params(3) }), [1]);
}

#[test]
fn greedy_takes_the_likeliest_and_of_two_alike_the_first() {
    for temperature in [0.0, -1.0, f32::NAN] {
        let mut greedy = processor(SamplingParams { temperature, ..params(0) });
        assert_eq!(greedy.sample(&[1.0, 3.0, 2.0, 3.0]), Some(1));
    }
}

#[test]
fn numbers_that_are_none_do_no_harm() {
    for temperature in [0.0, 1.0, 1e-3] {
        let mut processor = processor(SamplingParams { temperature, ..params(0) });
        assert_eq!(processor.sample(&[f32::NAN, f32::NEG_INFINITY, 1.0]), Some(2));
        assert_eq!(processor.sample(&[1.0, f32::INFINITY, f32::NAN]), Some(1));
        assert_eq!(processor.sample(&[f32::MIN, f32::MAX]), Some(1));
        assert_eq!(processor.sample(&[f32::NAN, f32::NEG_INFINITY]), None);
        assert_eq!(processor.sample(&[]), None);
    }
    let odd = SamplingParams { top_p: f32::NAN, min_p: f32::NAN, repetition_penalty: f32::NAN, ..params(0) };
    assert!(processor(odd).sample(&[1.0, 2.0]).is_some());
}

#[test]
fn banned_tokens_are_never_chosen() {
    for params in [params(0), SamplingParams::default(), SamplingParams { temperature: 0.0, ..params(0) }] {
        let mut processor = LogitsProcessor::new(params, vec![1, 3, 9]);
        for _ in 0..50 {
            assert!(matches!(processor.sample(&[1.0, 9.0, 1.0, 9.0]), Some(0 | 2)));
        }
    }
    assert_eq!(LogitsProcessor::new(params(0), vec![0, 1]).sample(&[1.0, 1.0]), None);
}

#[test]
fn what_was_seen_becomes_less_likely() {
    let params = SamplingParams { temperature: 0.0, repetition_penalty: 2.0, ..params(0) };
    let mut processor = processor(params);
    processor.see(&[0, 2, 77]);
    // 4/2, 3, -1·2: the second wins, and is seen from then on.
    assert_eq!(processor.sample(&[4.0, 3.0, -1.0]), Some(1));
    assert_eq!(processor.sample(&[4.0, 3.0, -1.0]), Some(0));
    assert_eq!(processor.sample(&[-4.0, -3.0, -1.0, -1.5]), Some(3));
}

#[test]
fn the_exponential_agrees_with_the_library() {
    assert_eq!(exp(0.0), 1.0);
    for step in 0..7_000 {
        let x = -f64::from(step) / 10.0;
        assert!((exp(x) / x.exp() - 1.0).abs() < 1e-14, "{x}");
    }
    assert_eq!((exp(-1e9), exp(f64::NEG_INFINITY), exp(f64::NAN)), (0.0, 0.0, 0.0));
}

proptest! {
    #[test]
    fn the_shortcuts_give_what_sorting_gives(
        logits in prop::collection::vec(prop_oneof![4 => -9f32..9.0, 1 => Just(2.0), 1 => Just(f32::NEG_INFINITY)], 1..700),
        k in 1usize..700,
    ) {
        let mut sorted = possible(&logits);
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        sorted.truncate(k);
        prop_assert_eq!(top(&logits, k), sorted);
    }

    #[test]
    fn top_p_without_top_k_looks_as_far_as_it_must(seed: u64, top_p in 0.5f32..1.0) {
        // Flat: the first cut of candidates is never enough.
        let flat = vec![0.0; 3000];
        let mut processor = processor(SamplingParams { top_p, ..params(seed) });
        prop_assert!(processor.sample(&flat).unwrap() <= (top_p * 3000.0) as u32 + 1);
    }
}
