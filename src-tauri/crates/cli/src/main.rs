//! The sheaf command.
fn main() {}
