//! Which processor a model runs on.

use candle_core::{DType, Device};
use std::fmt;
use std::panic::catch_unwind;
use std::str::FromStr;

/// What a person asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The fastest that works.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA graphics card.
    Cuda,
    /// The graphics processor of an Apple computer.
    Metal,
}

impl DeviceChoice {
    /// What can be chosen in this build.
    pub fn built() -> Vec<Self> {
        [Self::Auto, Self::Cpu, Self::Cuda, Self::Metal].into_iter().filter(|choice| choice.is_built()).collect()
    }

    fn is_built(self) -> bool {
        match self {
            Self::Auto | Self::Cpu => true,
            Self::Cuda => candle_core::utils::cuda_is_available(),
            Self::Metal => candle_core::utils::metal_is_available(),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Metal => "metal",
        })
    }
}

impl FromStr for DeviceChoice {
    type Err = String;

    /// Reads the name of any device, also of one that this build lacks: [`Selected::new`] then falls back.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda),
            "metal" => Ok(Self::Metal),
            _ => {
                let built: Vec<_> = Self::built().iter().map(Self::to_string).collect();
                Err(format!("{text:?} is not a device; this build has {}", built.join(", ")))
            }
        }
    }
}

/// Why a device is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoDevice {
    /// The program was built without it.
    NotBuilt(DeviceChoice),
    /// Its driver is missing.
    NoDriver(DeviceChoice),
    /// Its driver says this.
    Broken(DeviceChoice, String),
}

/// The device that was found.
#[derive(Debug, Clone)]
pub struct Selected {
    /// The device.
    pub device: Device,
    /// Why it is not the one that was asked for, or why `auto` did not find a faster one.
    pub reason: Option<NoDevice>,
}

impl fmt::Display for Selected {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self.device {
            Device::Cpu => "CPU",
            Device::Cuda(_) => "CUDA",
            Device::Metal(_) => "Metal",
        })
    }
}

impl Selected {
    /// Finds the device that `choice` names, or falls back to the CPU and says why.
    pub fn new(choice: DeviceChoice) -> Self {
        let wanted: &[DeviceChoice] = match choice {
            DeviceChoice::Auto if cfg!(target_os = "macos") => &[DeviceChoice::Metal],
            DeviceChoice::Auto => &[DeviceChoice::Cuda],
            DeviceChoice::Cpu => &[],
            DeviceChoice::Cuda => &[DeviceChoice::Cuda],
            DeviceChoice::Metal => &[DeviceChoice::Metal],
        };
        let mut reason = None;
        for &kind in wanted {
            match open(kind) {
                Ok(device) => return Self { device, reason: None },
                Err(why) => reason = Some(why),
            }
        }
        Self { device: Device::Cpu, reason }
    }

    /// The float in which plain weights are kept: those of the CPU compute fastest and most exactly in F32.
    pub fn dtype(&self) -> DType {
        if self.device.is_cpu() { DType::F32 } else { DType::BF16 }
    }
}

fn open(kind: DeviceChoice) -> Result<Device, NoDevice> {
    if !kind.is_built() {
        return Err(NoDevice::NotBuilt(kind));
    }
    // The driver's library is loaded at run time, and its absence is a panic.
    let opened = catch_unwind(|| if kind == DeviceChoice::Metal { Device::new_metal(0) } else { Device::new_cuda(0) });
    match opened {
        Ok(Ok(device)) => Ok(device),
        Ok(Err(error)) => Err(NoDevice::Broken(kind, error.to_string())),
        Err(_) => Err(NoDevice::NoDriver(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_needs_no_reason_and_every_choice_gives_a_device() {
        assert!(Selected::new(DeviceChoice::Cpu).reason.is_none());
        for choice in [DeviceChoice::Auto, DeviceChoice::Cuda, DeviceChoice::Metal] {
            let selected = Selected::new(choice);
            assert!(!selected.device.is_cpu() || selected.reason.is_some(), "{choice:?}");
            if !choice.is_built() {
                assert_eq!(selected.reason, Some(NoDevice::NotBuilt(choice)));
            }
        }
    }

    #[test]
    fn a_build_offers_what_it_was_made_with() {
        let has = |choice| DeviceChoice::built().contains(&choice);
        assert!(has(DeviceChoice::Auto) && has(DeviceChoice::Cpu));
        assert_eq!(has(DeviceChoice::Cuda), cfg!(feature = "cuda"));
        assert_eq!(has(DeviceChoice::Metal), cfg!(feature = "metal"));
    }

    #[test]
    fn only_known_names_are_devices() {
        assert_eq!("metal".parse(), Ok(DeviceChoice::Metal));
        assert!("gpu".parse::<DeviceChoice>().unwrap_err().contains("this build has auto, cpu"));
        for choice in DeviceChoice::built() {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
    }
}
