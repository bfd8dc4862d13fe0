//! Whether the processor can run this program: it is built for x86-64-v3, which older processors lack.

use std::process::ExitCode;

/// What a processor says of itself: `cpuid` registers of leaf 1 (ecx), leaf 7 (ebx) and leaf 0x8000_0001 (ecx).
#[derive(Debug, Clone, Copy)]
struct Features {
    basic: u32,
    structured: u32,
    extended: u32,
}

impl Features {
    /// The names of what is missing of x86-64-v3 (System V ABI for AMD64, table 3.1).
    fn missing(self) -> Vec<&'static str> {
        let wanted = [
            (self.basic, 12, "FMA"),
            (self.basic, 22, "MOVBE"),
            (self.basic, 27, "OSXSAVE"),
            (self.basic, 28, "AVX"),
            (self.basic, 29, "F16C"),
            (self.structured, 3, "BMI1"),
            (self.structured, 5, "AVX2"),
            (self.structured, 8, "BMI2"),
            (self.extended, 5, "LZCNT"),
        ];
        wanted.iter().filter(|(register, bit, _)| register >> bit & 1 == 0).map(|(.., name)| *name).collect()
    }
}

/// What the program needs and the processor lacks. `is_x86_feature_detected!` would not do: it believes what the
/// compiler was told.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
fn missing() -> Vec<&'static str> {
    use std::arch::x86_64::{__cpuid, __cpuid_count};
    let highest = __cpuid(0).eax;
    let structured = if highest >= 7 { __cpuid_count(7, 0).ebx } else { 0 };
    Features { basic: __cpuid(1).ecx, structured, extended: __cpuid(0x8000_0001).ecx }.missing()
}

/// Built for any processor of its kind: nothing is missing.
#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
fn missing() -> Vec<&'static str> {
    Vec::new()
}

/// Runs the program, or says what the processor lacks for it. Nothing else happens before: it may need what an old
/// processor lacks, and so `run` must not be inlined into `main`.
pub fn checked(run: fn() -> ExitCode) -> ExitCode {
    match missing() {
        missing if missing.is_empty() => run(),
        missing => {
            eprintln!("{}", message(&missing));
            ExitCode::FAILURE
        }
    }
}

/// What a person is told.
fn message(missing: &[&str]) -> String {
    format!(
        "error: this build of Lucy needs a processor with AVX2 (Intel since 2013, AMD since 2017).\n\
         This one lacks {}. Build Lucy for it: in the source, remove `target-cpu=x86-64-v3` from .cargo/config.toml \
         and run `cargo build --release`. It will be slower.",
        missing.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_processor_is_told_what_it_lacks() {
        let ivy_bridge = Features { basic: 1 << 27 | 1 << 28 | 1 << 29, structured: 0, extended: 0 };
        let missing = ivy_bridge.missing();
        assert_eq!(missing, ["FMA", "MOVBE", "BMI1", "AVX2", "BMI2", "LZCNT"]);
        assert!(message(&missing).contains("AVX2, BMI2"));
    }

    #[test]
    fn a_new_processor_lacks_nothing() {
        let all = Features { basic: u32::MAX, structured: u32::MAX, extended: u32::MAX };
        assert!(all.missing().is_empty());
        assert!(missing().is_empty(), "these tests run here");
    }
}
