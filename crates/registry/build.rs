//! Rebuilds the crate when the embedded migrations change, which Cargo does not notice by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
