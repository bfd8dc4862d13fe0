//! Tells the crate whether the bundled model is there to be embedded.

fn main() {
    let model = "../../assets/models/lucy-pocket.gguf";
    println!("cargo::rustc-check-cfg=cfg(bundled_model)");
    println!("cargo::rerun-if-changed={model}");
    if std::path::Path::new(model).exists() {
        println!("cargo::rustc-cfg=bundled_model");
    }
}
