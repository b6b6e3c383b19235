//! Says when the embedded migrations have changed, which the compiler can't see by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
