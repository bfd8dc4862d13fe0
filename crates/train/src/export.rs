//! A trained model as a GGUF file, and its loss as a picture.

use crate::recipe::Recipe;
use crate::sft::{Progress, TEMPLATE, Trained};
use anyhow::{Context, Result};
use candle_core::quantized::GgmlDType;
use lucy_engine::gguf::{Value, save_gguf};
use lucy_engine::model_file::model_metadata;
use plotters::prelude::*;
use std::path::Path;

impl Trained {
    /// Writes the model as F16, with its tokenizer, its template and how it came to be.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, recipe: &Recipe, path: &Path) -> Result<()> {
        let mut metadata = model_metadata(&self.config, &self.vocabulary, TEMPLATE, &recipe.name);
        let how = format!("on {} tokens of generated traces, seed {}.", self.tokens, recipe.seed);
        let description = match &self.before {
            None => format!("Trained from scratch {how}"),
            Some(before) => format!("{before} Then trained {how}"),
        };
        metadata.insert("general.license", Value::Text("apache-2.0".into()));
        metadata.insert("general.description", Value::Text(description));
        save_gguf(path, &metadata, &self.weights, GgmlDType::F16)
            .with_context(|| format!("cannot write {}", path.display()))
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
