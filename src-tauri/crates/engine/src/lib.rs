//! The app without a window: takes documents in, runs the queue's work in child processes, answers questions about it.
//!
//! Everything a front end may ask for is a method of [`Engine`]. Working is a role ([`Engine::work`]): one process at a
//! time has it, the others stand by. Nothing here knows SQL or how a page is read.

mod answer;
mod assets;
mod bell;
mod clock;
mod commit;
mod config;
mod crew;
mod desk;
mod doctor;
mod ear;
mod engine;
mod error;
mod export;
mod indexing;
mod inside;
mod intake;
mod intervene;
mod journal;
mod keeper;
mod languages;
mod lifecycle;
mod manage;
mod observe;
mod patience;
mod pattern;
mod pictures;
mod reading;
mod regular;
pub mod rehearsal;
mod retry;
mod runner;
mod seat;
mod seek;
mod settlement;
mod source;
mod stopped;
mod switch;
mod trouble;
mod upkeep;
mod vault;
mod view;
mod walk;
mod warning;
mod watch;

pub use answer::{
    AddAnswer, AttemptAnswer, DocumentAnswer, EventAnswer, Intake, PageAnswer, Problem,
    QueueAnswer, ShowAnswer, StatsAnswer, TextAnswer, WorkerAnswer,
};
pub use assets::{Assets, AssetsError};
pub use config::{Setting, SettingError, settings};
pub use doctor::{Check, Health};
pub use engine::{Engine, default_library};
pub use error::EngineError;
pub use export::{ExportAnswer, ExportFormat};
pub use intake::AddOptions;
pub use languages::LanguageAnswer;
pub use manage::{Cancelled, PauseWhat};
pub use observe::{Observer, Sight};
pub use pattern::PatternError;
pub use pictures::EDGES;
pub use regular::{Schedule, ScheduleError};
pub use runner::{Role, Working};
pub use sheaf_document::{
    Code, DocumentId, Fault, Kind, Languages, Password, ReadSettings, WatchId,
};
pub use sheaf_queue::{JobId, Priority};
pub use sheaf_search::{
    Correction, Filter, Hit, Matched, Mode, PageHit, Query, Results, Sort, Tongue, plain_words,
};
pub use sheaf_store::table::collections::Collection;
pub use sheaf_store::table::documents::DocumentState;
pub use sheaf_store::table::saved::SavedSearch;
pub use switch::ModelAnswer;
pub use view::{Group, ListFilter, Overview, PageView, Paused, Readers, Strip};
pub use warning::Warning;
pub use watch::{FolderAnswer, LeftOutAnswer, Links, WatchRules};

/// The result of whatever an engine is asked.
pub type Result<T> = std::result::Result<T, EngineError>;
