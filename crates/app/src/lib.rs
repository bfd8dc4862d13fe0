//! The app: composes engine, tools, store and agent, and answers the requests of a shell. It knows no shell.

mod api;
mod app;
mod bench;
mod clock;
pub mod cpu;
mod data;
mod error;
mod export;
mod live;
mod model;
mod runs;
mod settings;

pub use api::{
    Adding, Ask, Branch, DeviceName, DeviceReason, EditedCall, Export, Field, Folder, Format, HistoryQuery, Hit,
    Indexed, Language, LibraryHit, LibraryPage, ModelEntry, PaneSizes, ReasoningView, ReducedMotion, Request, Response,
    RibbonScale, RunSummary, RunUpdate, Seen, SelfTest, TestLine, TestPart, Theme, UiSettings,
};
pub use app::{App, Options, search_tools};
pub use bench::Speed;
pub use clock::Clock;
pub use data::{DATA_VARIABLE, DataDir};
pub use error::{ApiError, ErrorCode};
pub use model::{Model, ModelChoice, ModelInfo};
pub use settings::Settings;

pub use lucy_engine::DeviceChoice;
pub use lucy_engine::device::Selected;
