//! Looking at the library. Nothing here writes.

mod added;
mod documents;
mod jobs;
mod overview;
mod page;
mod text;

pub(crate) use added::refresh;
pub(crate) use documents::{list, original, resolve, settled, show};
pub(crate) use jobs::{dead, is_busy, queue, stats, waiting, workers};
pub(crate) use overview::overview;
pub(crate) use page::{page, strip};
pub(crate) use text::text;

pub use documents::ListFilter;
pub use overview::{Group, Overview, Paused, Readers};
pub use page::{PageView, Strip};
