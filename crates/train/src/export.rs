//! A trained model as a GGUF file, and its loss as a picture.

use crate::recipe::Recipe;
use crate::sft::{Progress, TEMPLATE, Trained};
use anyhow::{Context, Result, ensure};
use candle_core::Tensor;
use candle_core::quantized::GgmlDType;
use lucy_engine::ModelFile;
use lucy_engine::gguf::{Metadata, Value, save_gguf};
use lucy_engine::model_file::{DESCRIPTION, LICENSE, model_metadata};
use plotters::prelude::*;
use std::collections::HashMap;
use std::path::Path;

/// The licence of what is trained from scratch: on nothing but this project's own text.
const OWN_LICENSE: &str = "apache-2.0";

impl Trained {
    /// Writes the model as F16, with its tokenizer, its template, how it came to be and its licence: that of the model
    /// that training went on from, if that names one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, recipe: &Recipe, path: &Path) -> Result<()> {
        let mut metadata = model_metadata(&self.config, &self.vocabulary, TEMPLATE, &recipe.name);
        let how = format!("on {} tokens of generated traces, seed {}.", self.tokens, recipe.seed);
        let (description, license) = match &self.before {
            None => (format!("Trained from scratch {how}"), Some(OWN_LICENSE)),
            Some(before) => (format!("{} Then trained {how}", before.description), before.license.as_deref()),
        };
        describe(&mut metadata, description, license);
        save_gguf(path, &metadata, &self.weights, GgmlDType::F16)
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// Writes the model whose weights are the means of those of two models of one shape and one tokenizer, such as a model and
/// what further training made of it: such a mean often keeps what either can do (Wortsman et al. 2022, arXiv 2109.01903).
/// It names a licence if both have the same.
///
/// # Errors
/// If a model cannot be read, they differ in shape or tokenizer, or the file cannot be written.
pub fn average(models: [&Path; 2], file: &Path) -> Result<()> {
    let open = |path: &Path| ModelFile::open(path).with_context(|| format!("cannot open {}", path.display()));
    let (first, second) = (open(models[0])?, open(models[1])?);
    ensure!(first.config() == second.config(), "the models differ in shape");
    let vocabulary = second.tokenizer()?.vocabulary().clone();
    ensure!(first.tokenizer()?.vocabulary().tokens == vocabulary.tokens, "the models differ in their tokenizers");
    let (others, template) = (first.parameters()?, second.template()?.unwrap_or_default());
    let mean = |(name, weights): (String, Tensor)| Ok((name.clone(), ((weights + &others[&name])? * 0.5)?));
    let weights = second.parameters()?.into_iter().map(mean).collect::<Result<HashMap<_, _>>>()?;
    let mut metadata = model_metadata(second.config(), &vocabulary, &template, second.name());
    let how = [&first, &second].map(|model| model.description().unwrap_or("Trained elsewhere."));
    let description = format!("The mean of two models. The first: {} The second: {}", how[0], how[1]);
    describe(&mut metadata, description, first.license().filter(|license| Some(*license) == second.license()));
    save_gguf(file, &metadata, &weights, GgmlDType::F16).with_context(|| format!("cannot write {}", file.display()))
}

/// Says how a model came to be, and its licence.
pub(crate) fn describe(metadata: &mut Metadata, description: String, license: Option<&str>) {
    metadata.insert(DESCRIPTION, Value::Text(description));
    if let Some(license) = license {
        metadata.insert(LICENSE, Value::Text(license.into()));
    }
}

/// Draws the loss over the updates, as `loss.jsonl` in `dir` has it, into an SVG file: each update thinly, and the
/// mean of the last fifty.
///
/// # Errors
/// If the log is missing or damaged, or the picture cannot be written.
pub fn plot_loss(dir: &Path, svg: &Path) -> Result<()> {
    let log = dir.join("loss.jsonl");
    let text = std::fs::read_to_string(&log).with_context(|| format!("cannot read {}", log.display()))?;
    let mut points: Vec<(f64, f64)> = Vec::new();
    for line in text.lines() {
        let progress: Progress = serde_json::from_str(line).with_context(|| format!("{line:?} is no progress"))?;
        // A resumed run repeats what came after its checkpoint.
        while points.last().is_some_and(|(step, _)| *step >= progress.step as f64) {
            points.pop();
        }
        points.push((progress.step as f64, progress.loss));
    }
    let last = points.last().context("the log is empty")?.0;
    let mean = |end: usize| {
        let window = &points[end.saturating_sub(49)..=end];
        window.iter().map(|(_, loss)| loss).sum::<f64>() / window.len() as f64
    };
    let area = SVGBackend::new(svg, (800, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..last, (0.01f64..10.0).log_scale())?;
    chart.configure_mesh().x_desc("updates").y_desc("loss (nats per token)").light_line_style(WHITE).draw()?;
    chart.draw_series(LineSeries::new(points.iter().map(|&(x, y)| (x, y.max(0.01))), RGBColor(190, 190, 200)))?;
    let smooth = (0..points.len()).map(|end| (points[end].0, mean(end)));
    chart.draw_series(LineSeries::new(smooth, RGBColor(107, 79, 160).stroke_width(2)))?;
    area.present().context("cannot write the picture")
}
