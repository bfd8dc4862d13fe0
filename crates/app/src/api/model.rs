//! Words about models and what they run on.

use super::DeviceName;
use lucy_engine::{DeviceChoice, NoDevice};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use ts_rs::TS;

/// A model that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelEntry {
    /// Where it is; none is the bundled one.
    #[ts(as = "Option<String>")]
    pub path: Option<PathBuf>,
    /// Whether Lucy brought it along.
    pub bundled: bool,
    /// The name that its file gives, or the file's own.
    pub name: String,
    /// Bytes of its files; 0 if they cannot be read.
    pub size_bytes: u64,
    /// Whether the next run is answered with it.
    pub in_use: bool,
    /// Why it cannot be run, if so.
    pub problem: Option<String>,
}

/// How the model does on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SelfTest {
    /// Whether everything worked.
    pub ok: bool,
    /// What was tried, in order.
    pub lines: Vec<TestLine>,
}

/// Something that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TestLine {
    /// What.
    pub part: TestPart,
    /// What was seen.
    pub seen: Seen,
    /// Milliseconds that it took.
    pub ms: u64,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TestPart {
    /// To load the model.
    Load,
    /// To read a prompt.
    Read,
    /// To write.
    Write,
    /// To read and write, which broke off.
    Reply,
    /// To open the library.
    Library,
    /// How much memory there was need of.
    Memory,
}

/// What is seen when something is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Seen {
    /// A model.
    Model {
        /// Its name.
        name: String,
        /// How most of its weights are stored.
        quantisation: String,
        /// The most tokens of a sequence.
        context: usize,
        /// The device that it runs on.
        device: String,
        /// Why it is not another one.
        device_reason: Option<DeviceReason>,
    },
    /// A speed.
    Speed {
        /// Tokens.
        tokens: u32,
        /// Tokens a second.
        per_second: u32,
    },
    /// The documents of the library.
    Documents {
        /// How many.
        count: u64,
    },
    /// The most memory so far.
    Memory {
        /// Bytes.
        bytes: u64,
    },
    /// It did not work.
    Failed {
        /// Why.
        why: String,
    },
}

/// Why a model does not run on the device that was asked for, or on a faster one than it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum DeviceReason {
    /// This program was built without the device.
    NotBuilt {
        /// The device.
        device: DeviceName,
    },
    /// Its driver is missing.
    NoDriver {
        /// The device.
        device: DeviceName,
    },
    /// Its driver reports an error.
    Broken {
        /// The device.
        device: DeviceName,
        /// The error.
        error: String,
    },
}

impl From<NoDevice> for DeviceReason {
    fn from(why: NoDevice) -> Self {
        match why {
            NoDevice::NotBuilt(device) => Self::NotBuilt { device: device.into() },
            NoDevice::NoDriver(device) => Self::NoDriver { device: device.into() },
            NoDevice::Broken(device, error) => Self::Broken { device: device.into(), error },
        }
    }
}

/// In English, as the command line says it.
impl fmt::Display for DeviceReason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = |device: &DeviceName| match device {
            DeviceName::Auto => "a graphics card",
            DeviceName::Cpu => "the CPU",
            DeviceName::Cuda => "CUDA",
            DeviceName::Metal => "Metal",
        };
        match self {
            Self::NotBuilt { device } => write!(f, "this program was built without {}", name(device)),
            Self::NoDriver { device } => write!(f, "{} does not work here: its driver is missing", name(device)),
            Self::Broken { device, error } => write!(f, "{} does not work here: {error}", name(device)),
        }
    }
}

impl From<DeviceChoice> for DeviceName {
    fn from(choice: DeviceChoice) -> Self {
        match choice {
            DeviceChoice::Auto => Self::Auto,
            DeviceChoice::Cpu => Self::Cpu,
            DeviceChoice::Cuda => Self::Cuda,
            DeviceChoice::Metal => Self::Metal,
        }
    }
}

impl From<DeviceName> for DeviceChoice {
    fn from(name: DeviceName) -> Self {
        match name {
            DeviceName::Auto => Self::Auto,
            DeviceName::Cpu => Self::Cpu,
            DeviceName::Cuda => Self::Cuda,
            DeviceName::Metal => Self::Metal,
        }
    }
}
