//! What the formats must do, on files made here.
#![allow(clippy::unwrap_used)] // Test helpers are not tests to the lint.

mod archives;
mod conformance;
mod desk;
mod hostile;
mod letters;
mod pdf;
mod pdf_maker;
mod picture;
mod picture_maker;
mod scripts;
mod searchable;
mod sheet_maker;
mod sheets;
mod slide_maker;
mod slides;
mod word;
mod writings;
