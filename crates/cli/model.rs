//! `lucy model` and `lucy bench`.

use crate::exit::{End, Failure};
use crate::screen::{Screen, plain};
use lucy_app::{ApiError, DataDir, DeviceChoice, ErrorCode, Model, ModelChoice, ModelInfo, Speed};
use std::path::PathBuf;

/// Says what a model is.
///
/// # Errors
/// If there is no such model, or it cannot be run.
pub fn info(path: Option<PathBuf>, json: bool) -> Result<End, Failure> {
    let choice = ModelChoice { path, device: DeviceChoice::Auto };
    let info = Model::inspect(&choice, &DataDir::open()?)?;
    let mut screen = Screen::stdout();
    let text = match json {
        true => serde_json::to_string(&info).unwrap_or_default(),
        false => describe(&info),
    };
    screen.line(&text)?;
    Ok(End::Done)
}

fn describe(info: &ModelInfo) -> String {
    let template = if info.has_template { "its own" } else { "none of its own: Qwen3's" };
    let device = match &info.device_reason {
        Some(reason) => format!("{} ({reason})", info.device),
        None => info.device.clone(),
    };
    [
        ("name", info.name.clone()),
        ("architecture", info.architecture.clone()),
        ("parameters", count(info.parameters)),
        ("layers", info.layers.to_string()),
        ("width", info.hidden_size.to_string()),
        ("context", format!("{} tokens", info.context)),
        ("vocabulary", format!("{} tokens", info.tokens)),
        ("weights", format!("{}, {}", info.quantisation, bytes(info.file_size))),
        ("chat template", template.into()),
        ("runs on", device),
    ]
    .map(|(name, value)| format!("{name:<14} {}", plain(&value)))
    .join("\n")
}

/// Measures a model.
///
/// # Errors
/// If it cannot be loaded or fails.
pub async fn bench(choice: ModelChoice, json: bool) -> Result<End, Failure> {
    let data = DataDir::open()?;
    let measure = move || Model::load(&choice, &data)?.measure();
    let speed = tokio::task::spawn_blocking(measure).await;
    let speed = speed.map_err(|error| ApiError::new(ErrorCode::Failed, error.to_string()))??;
    let text = match json {
        true => serde_json::to_string(&speed).unwrap_or_default(),
        false => report(&speed),
    };
    Screen::stdout().line(&text)?;
    Ok(End::Done)
}

fn report(speed: &Speed) -> String {
    let bandwidth = speed.decode * speed.weights as f64 / 1e9;
    let peak = speed.peak_memory.map_or("not told by this system".into(), bytes);
    [
        ("model", format!("{} on {}", speed.model, speed.device)),
        ("load", format!("{:.2} s", speed.load_seconds)),
        ("prefill", format!("{:.0} tokens/s ({} tokens)", speed.prefill, speed.prompt_tokens)),
        ("decode", format!("{:.1} tokens/s ({} tokens)", speed.decode, speed.written_tokens)),
        ("weights read", format!("{bandwidth:.2} GB/s while decoding")),
        ("peak memory", peak),
        ("measured", format!("median of {} runs after one to warm up", speed.runs)),
    ]
    .map(|(name, value)| format!("{name:<14} {}", plain(&value)))
    .join("\n")
}

/// A number with its thousands, millions or billions.
fn count(number: u64) -> String {
    scaled(number as f64, &["", " thousand", " million", " billion"], 1_000.0)
}

fn bytes(number: u64) -> String {
    scaled(number as f64, &[" bytes", " kB", " MB", " GB"], 1_000.0)
}

fn scaled(mut number: f64, units: &[&str], step: f64) -> String {
    let mut unit = 0;
    while number >= step && unit + 1 < units.len() {
        number /= step;
        unit += 1;
    }
    let digits = if unit == 0 { 0 } else { 2 };
    format!("{number:.digits$}{}", units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_scaled() {
        assert_eq!(count(1_720_574_976), "1.72 billion");
        assert_eq!(count(12), "12");
        assert_eq!(bytes(1_830_000_000), "1.83 GB");
    }
}
