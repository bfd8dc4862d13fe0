//! Tests of training, on a model so small that a step takes milliseconds.

use super::*;
use crate::recipe::{Sft, Shape, Tokens};
use std::cell::Cell;

/// A model so small that a step takes milliseconds.
fn recipe(steps: u64) -> Recipe {
    Recipe {
        name: "Tiny".into(),
        seed: 3,
        model: Shape {
            vocab: 400,
            hidden: 16,
            intermediate: 32,
            layers: 1,
            heads: 2,
            kv_heads: 1,
            head_dim: 8,
            rope_theta: 10_000.0,
            context: 1_024,
        },
        tokenizer: Tokens { traces: 20 },
        sft: Sft {
            steps,
            drill_steps: 2,
            batch: 2,
            openings: 2,
            readings: 2,
            pickings: 2,
            judgings: 2,
            workers: 2,
            learning_rate: 1e-2,
            warmup: 2,
            decay: 0.0,
            beta1: 0.9,
            beta2: 0.95,
            weight_decay: 0.01,
            clip: 1.0,
            checkpoint: 100,
        },
    }
}

fn weights(trained: &Trained) -> Vec<f32> {
    let name = "model.layers.0.mlp.down_proj.weight";
    trained.weights[name].flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn the_loss_falls() {
    let dir = tempfile::tempdir().unwrap();
    let (first, last) = (Cell::new(0.0), Cell::new(0.0));
    let trained = train(&recipe(30), dir.path(), &Device::Cpu, &mut |progress| {
        if progress.step == 1 {
            first.set(progress.loss);
        }
        last.set(progress.loss);
        true
    })
    .unwrap();
    assert!(trained.complete && trained.tokens > 0);
    assert!(last.get() < first.get() - 1.0, "{} -> {}", first.get(), last.get());
}

#[test]
fn a_stopped_run_goes_on_as_if_it_had_not_stopped() {
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let recipe = recipe(6);
    let one = train(&recipe, whole.path(), &Device::Cpu, &mut |_| true).unwrap();
    let half = train(&recipe, parts.path(), &Device::Cpu, &mut |progress| progress.step < 3).unwrap();
    assert!(!half.complete);
    let two = train(&recipe, parts.path(), &Device::Cpu, &mut |_| true).unwrap();
    assert_eq!(weights(&one), weights(&two));
    assert_eq!(one.tokens, two.tokens);
    assert_eq!(weights(&checkpoint(&recipe, parts.path()).unwrap()), weights(&two));
}

#[test]
fn a_checkpoint_of_another_recipe_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    train(&recipe(1), dir.path(), &Device::Cpu, &mut |_| true).unwrap();
    let error = train(&recipe(2), dir.path(), &Device::Cpu, &mut |_| true).err().unwrap();
    assert!(error.to_string().contains("another recipe"), "{error}");
}

#[test]
fn training_goes_on_from_a_model() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = train(&recipe(2), one.path(), &Device::Cpu, &mut |_| true).unwrap();
    let path = one.path().join("model.gguf");
    first.save(&recipe(2), &path).unwrap();
    begin_from(&path, &recipe(1), two.path()).unwrap();
    let begun = checkpoint(&recipe(1), two.path()).unwrap();
    let off = weights(&begun).iter().zip(weights(&first)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 1e-3, "the file has the weights in F16: off by {off}");
    assert_eq!(begun.vocabulary.tokens, first.vocabulary.tokens);

    let second = train(&recipe(1), two.path(), &Device::Cpu, &mut |_| true).unwrap();
    assert_ne!(weights(&second), weights(&begun));
    second.save(&recipe(1), &path).unwrap();
    let file = lucy_engine::ModelFile::open(&path).unwrap();
    let tokens = |trained: &Trained| format!("{} tokens", trained.tokens);
    let description = file.description().unwrap();
    assert!(description.contains(&tokens(&first)) && description.contains(&tokens(&second)), "{description}");

    let error = begin_from(&path, &recipe(1), two.path()).unwrap_err();
    assert!(error.to_string().contains("did not begin with"), "it began with what the file was before: {error}");
    let error = begin_from(&path, &recipe(2), one.path()).unwrap_err();
    assert!(error.to_string().contains("did not begin with"), "this folder began from scratch: {error}");
    let elsewhere = tempfile::tempdir().unwrap();
    let wide = Recipe { model: Shape { intermediate: 64, ..recipe(1).model }, ..recipe(1) };
    assert!(begin_from(&path, &wide, elsewhere.path()).unwrap_err().to_string().contains("another shape"));
}

#[test]
fn the_mean_of_two_models_lies_between_them() {
    let dirs = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let files = [dirs[0].path().join("a.gguf"), dirs[0].path().join("b.gguf"), dirs[0].path().join("mean.gguf")];
    let first = train(&recipe(1), dirs[0].path(), &Device::Cpu, &mut |_| true).unwrap();
    first.save(&recipe(1), &files[0]).unwrap();
    begin_from(&files[0], &recipe(2), dirs[1].path()).unwrap();
    let second = train(&recipe(2), dirs[1].path(), &Device::Cpu, &mut |_| true).unwrap();
    second.save(&recipe(2), &files[1]).unwrap();
    crate::average([&files[0], &files[1]], &files[2]).unwrap();
    let mean = lucy_engine::ModelFile::open(&files[2]).unwrap();
    let got = mean.parameters().unwrap()["model.layers.0.mlp.down_proj.weight"].flatten_all().unwrap();
    let pairs = weights(&first).into_iter().zip(weights(&second)).map(|(a, b)| (a + b) / 2.0);
    let off = got.to_vec1::<f32>().unwrap().iter().zip(pairs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 1e-3 && weights(&first) != weights(&second), "off by {off}");
    assert!(mean.description().unwrap().contains("mean of two"));
    assert_eq!(mean.license(), Some("apache-2.0"));

    // The first is said to be under another licence: what is made of it is, and the mean with it names none.
    let (first, second) =
        (checkpoint(&recipe(1), dirs[0].path()).unwrap(), checkpoint(&recipe(2), dirs[1].path()).unwrap());
    let license = Some("mit".to_string());
    let other = Trained { before: Some(Before { description: "Elsewhere.".into(), license }), ..first };
    other.save(&recipe(1), &files[0]).unwrap();
    assert_eq!(lucy_engine::ModelFile::open(&files[0]).unwrap().license(), Some("mit"));
    let elsewhere = tempfile::tempdir().unwrap();
    begin_from(&files[0], &recipe(2), elsewhere.path()).unwrap();
    assert_eq!(checkpoint(&recipe(2), elsewhere.path()).unwrap().before.unwrap().license.as_deref(), Some("mit"));
    second.save(&recipe(2), &files[1]).unwrap();
    crate::average([&files[0], &files[1]], &files[2]).unwrap();
    assert_eq!(lucy_engine::ModelFile::open(&files[2]).unwrap().license(), None);
    lucy_engine::Engine::load(&files[2], &lucy_engine::EngineOptions::default()).unwrap();
}

#[test]
fn only_what_the_model_is_to_write_counts() {
    let recipe = recipe(1);
    let world = World::new().unwrap();
    let (inventor, template) = (world.inventor(), template().unwrap());
    let teacher = || Teacher::new(&inventor, &template, 1);
    let tokenizer =
        Tokenizer::new(vocabulary(&recipe, &teacher(), tempfile::tempdir().unwrap().path()).unwrap().0).unwrap();
    let trainer = Trainer::new(&recipe, tokenizer, teacher(), &Device::Cpu).unwrap();
    let loss = |ids: [u32; 4]| {
        let example = Example { ids: ids.to_vec(), learned: vec![false, false, true, false] };
        trainer.loss(&[&example]).unwrap().0.to_scalar::<f32>().unwrap()
    };
    assert_eq!(loss([5, 6, 7, 8]), loss([5, 6, 7, 9]), "what follows and is not learned changes nothing");
    assert_ne!(loss([5, 6, 7, 8]), loss([5, 6, 9, 8]));
}

#[test]
fn a_saved_model_loads_in_the_engine() {
    let dir = tempfile::tempdir().unwrap();
    let recipe = recipe(1);
    let trained = train(&recipe, dir.path(), &Device::Cpu, &mut |_| true).unwrap();
    let path = dir.path().join("tiny.gguf");
    trained.save(&recipe, &path).unwrap();
    let engine = lucy_engine::Engine::load(&path, &lucy_engine::EngineOptions::default()).unwrap();
    assert_eq!(engine.tokenizer().len(), trained.vocabulary.tokens.len());
    crate::plot_loss(dir.path(), &dir.path().join("loss.svg")).unwrap();
    assert!(std::fs::read_to_string(dir.path().join("loss.svg")).unwrap().contains("updates"));
}
