//! What a person can set.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use ts_rs::TS;

/// Sizes of panes, by the name of the pane.
pub type PaneSizes = BTreeMap<String, f64>;

/// What a person can set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct UiSettings {
    /// Light or dark.
    pub theme: Theme,
    /// The language of the screen.
    pub language: Language,
    /// The size of text, in per cent, from 80 to 160.
    pub text_size: u32,
    /// How much of a finished thought is shown.
    pub reasoning: ReasoningView,
    /// Whether things move.
    pub reduced_motion: ReducedMotion,
    /// Whether single letters are shortcuts.
    pub single_keys: bool,
    /// Keys of actions that have other keys than the usual ones.
    #[ts(type = "Record<string, string>")]
    pub shortcuts: BTreeMap<String, String>,
    /// Whether the end of a run is announced when the window is not looked at.
    pub notifications: bool,
    /// Where the model runs.
    pub device: DeviceName,
    /// The model; none is the bundled one.
    #[ts(as = "Option<String>")]
    pub model: Option<PathBuf>,
    /// The most replies of a run, if not what suits the model.
    pub max_steps: Option<u32>,
    /// The sizes of panes for each class of window width.
    #[ts(type = "Record<string, Record<string, number>>")]
    pub panes: BTreeMap<String, PaneSizes>,
    /// Whether the list of the history stands beside the page, in windows that are wide enough.
    pub history_beside: bool,
    /// What the ribbon of a run is scaled by.
    pub ribbon: RibbonScale,
}

impl Default for UiSettings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: Language::System,
            text_size: 100,
            reasoning: ReasoningView::ThreeLines,
            reduced_motion: ReducedMotion::System,
            single_keys: true,
            shortcuts: BTreeMap::new(),
            notifications: true,
            device: DeviceName::Auto,
            model: None,
            max_steps: None,
            panes: BTreeMap::new(),
            history_beside: false,
            ribbon: RibbonScale::Time,
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    Contrast,
}

/// The language of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// As the system has it.
    System,
    /// English.
    En,
    /// German.
    De,
}

/// How much of a finished thought is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReasoningView {
    /// All of it.
    Open,
    /// Its first three lines.
    ThreeLines,
    /// Only its first clause.
    Closed,
}

/// Whether things move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReducedMotion {
    /// As the system has it.
    System,
    /// Nothing moves.
    On,
    /// Things move.
    Off,
}

/// What the ribbon of a run is scaled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RibbonScale {
    /// The time that each step took.
    Time,
    /// The tokens that were written, and those that results brought.
    Tokens,
}

/// Where a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceName {
    /// The fastest that there is.
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA card.
    Cuda,
    /// An Apple chip's graphics.
    Metal,
}
