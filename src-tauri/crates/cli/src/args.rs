//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Find any page of your documents, on your own machine, with the network off.
#[derive(Debug, Parser)]
#[command(
    name = "sheaf",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The library's folder; else SHEAF_LIBRARY, else the platform's data folder
    #[arg(long, global = true, value_name = "DIR", env = "SHEAF_LIBRARY")]
    pub(crate) library: Option<PathBuf>,
    /// Print exactly one JSON value
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress and no remarks
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Queue files and folders to be read
    Add(AddArgs),
    /// Be the engine without a window, or stand by while another works
    Run {
        /// End when nothing is left to do
        #[arg(long)]
        until_idle: bool,
    },
    /// Find pages by their words and by their meaning
    Search(SearchArgs),
    /// Find documents like one
    Similar {
        /// Id or path
        document: String,
        #[arg(long, default_value_t = 10)]
        limit: usize,
    },
    /// Show what may be typed next
    Suggest {
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, default_value_t = 8)]
        limit: usize,
    },
    /// Keep searches under a name
    #[command(subcommand)]
    Saved(SavedCommand),
    /// See and change the embedding model
    #[command(subcommand)]
    Model(ModelCommand),
    /// Print a document's text
    Text {
        /// Id or path
        document: String,
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
        page: Option<u32>,
    },
    /// Show all that is known of a document
    Show {
        /// Id or path
        document: String,
    },
    /// List documents
    List(ListArgs),
    /// Show what is running and what waits, with positions
    Queue {
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Print counts and rates
    Stats,
    /// Show the worker processes
    Workers,
    /// List dead letters: jobs that failed for good
    Failed,
    /// Try failed work again
    Retry(RetryArgs),
    /// Cancel jobs: waiting ones at once, running ones at the next page
    Cancel {
        #[arg(required_unless_present = "all", value_name = "JOB")]
        jobs: Vec<i64>,
        #[arg(long, conflicts_with = "jobs")]
        all: bool,
    },
    /// Make a waiting job the next of its lane
    Top { job: i64 },
    /// Give a job another priority
    Priority {
        job: i64,
        /// high, normal, low or a number from 0 to 100
        priority: String,
    },
    /// Mark a job failed, also one that is worked on
    Fail {
        job: i64,
        /// Kept with the job and its document
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Drop finished jobs; documents and dead letters stay
    Cleanup {
        /// Such as 48h, 90m or 7d
        #[arg(long, value_name = "AGE")]
        older_than: String,
    },
    /// Cancel every waiting job
    Flush {
        /// Without it, the command only says how many there are
        #[arg(long)]
        yes: bool,
    },
    /// See and set when regular work is done
    #[command(subcommand)]
    Schedule(ScheduleCommand),
    /// Manage collections of documents
    #[command(subcommand)]
    Collection(CollectionCommand),
    /// Pause everything, a lane, or a job
    Pause {
        /// reading, indexing or a job's number; everything when left out
        what: Option<String>,
    },
    /// Resume what was paused
    Resume {
        /// reading, indexing or a job's number; everything when left out
        what: Option<String>,
    },
    /// Write a document to a file: searchable PDF, text, Markdown or JSON
    Export {
        /// Id or path
        document: String,
        /// The file to write, ending in .pdf, .txt, .md or .json; - writes text to standard output
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// Replace the file if it is there
        #[arg(long)]
        force: bool,
    },
    /// Recognition data for scans: what is installed, add more, take away
    #[command(subcommand)]
    Languages(LanguagesCommand),
    /// Take documents out of the library; the originals stay
    Forget {
        /// Ids or paths
        #[arg(required = true)]
        documents: Vec<String>,
    },
    /// Take back the last `forget`
    Undo,
    /// Folders whose files come, change, move and go by themselves
    #[command(subcommand)]
    Watch(WatchCommand),
    /// Read and change settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check what is installed and the library's health
    Doctor,
    /// Print a completion script for a shell
    Completions { shell: Shell },
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// Files and folders; `-` reads a list, one path a line, from standard input
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// high, normal, low or a number from 0 to 100
    #[arg(long, default_value = "high")]
    pub(crate) priority: String,
    #[arg(long, value_name = "NAME")]
    pub(crate) collection: Option<String>,
    /// Languages of scanned pages, such as eng+deu
    #[arg(long)]
    pub(crate) languages: Option<String>,
    /// Recognise every page, also those with text of their own
    #[arg(long)]
    pub(crate) force_ocr: bool,
    /// Do not begin before this time (RFC 3339 or 2026-12-24T18:00)
    #[arg(long, value_name = "TIME")]
    pub(crate) not_before: Option<String>,
    /// Try the passwords in this file, one a line, on what is locked; `-` reads them from standard input. Held in memory
    /// only, so this process does the work: it waits as with --wait
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Work, or follow the one that works, until nothing is left to do
    #[arg(long)]
    pub(crate) wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words, "phrases", prefix*, AND, OR, NOT, -word, kind:, in:, collection:, lang:, from:, after:, before:. A filter alone
    /// lists what it lets through
    #[arg(required_unless_present_any = ["saved", "kind", "folder", "collection", "lang", "from", "after", "before"])]
    pub(crate) query: Vec<String>,
    /// Ask a saved search; words that are typed too narrow it
    #[arg(long, value_name = "NAME")]
    pub(crate) saved: Option<String>,
    #[arg(long, default_value_t = 10)]
    pub(crate) limit: usize,
    #[arg(long, value_enum, default_value_t = ModeArg::Hybrid)]
    pub(crate) mode: ModeArg,
    /// Only documents of this kind, such as pdf
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Only documents below this folder
    #[arg(long = "in", value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    #[arg(long, value_name = "NAME")]
    pub(crate) collection: Option<String>,
    /// Only documents in this language, such as de or German
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,
    /// Only documents whose author or sender has these words
    #[arg(long, value_name = "NAME")]
    pub(crate) from: Option<String>,
    /// Only documents of this day or later (2026-11-23)
    #[arg(long, value_name = "DATE")]
    pub(crate) after: Option<String>,
    /// Only documents from before this day
    #[arg(long, value_name = "DATE")]
    pub(crate) before: Option<String>,
    #[arg(long, value_enum, default_value_t = SortArg::Relevance)]
    pub(crate) sort: SortArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ModeArg {
    Hybrid,
    Words,
    Meaning,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SortArg {
    Relevance,
    Date,
    Name,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// queued, reading, indexing, ready, problems, failed, cancelled or unsupported
    #[arg(long)]
    pub(crate) state: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) collection: Option<String>,
    /// Only documents below this folder
    #[arg(long = "in", value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    #[arg(long)]
    pub(crate) limit: Option<usize>,
    #[arg(long, value_enum, default_value_t = ListSort::Added)]
    pub(crate) sort: ListSort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListSort {
    /// Newest first
    Added,
    Name,
}

#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    /// Job numbers; with --page a document's id or path
    #[arg(required_unless_present = "all")]
    pub(crate) what: Vec<String>,
    /// Only this page of a document
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) page: Option<u32>,
    /// Every dead letter
    #[arg(long, conflicts_with_all = ["what", "page"])]
    pub(crate) all: bool,
    /// Try the passwords in this file, one a line, on what is locked; `-` reads them from standard input. Held in memory
    /// only, so this process does the work: it waits as with --wait
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Every setting, with its default and meaning
    List,
    /// One setting
    Get { key: String },
    /// Change a setting of this library
    Set { key: String, value: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LanguagesCommand {
    /// What is installed, from where and in use, and what this system has to add
    List,
    /// Add recognition data to this library
    Add {
        /// A .traineddata file, or a language that the system's Tesseract has, such as deu
        #[arg(required = true, value_name = "FILE|LANGUAGE")]
        what: Vec<PathBuf>,
        /// Keep it as the better, slower kind, used when ocr.models is best
        #[arg(long)]
        best: bool,
    },
    /// Take recognition data out of this library; what was read stays
    Remove {
        #[arg(required = true, value_name = "LANGUAGE")]
        names: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum WatchCommand {
    /// Watch a folder and all in it; one that is watched gets these rules
    Add(WatchAddArgs),
    /// Watched folders, how they are kept up with, and what was left out of them
    List {
        /// Name everything that was left out, with the reason
        #[arg(long)]
        left_out: bool,
    },
    /// Watch a folder no longer; its documents stay
    Remove {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Take what it found out of the library; the files stay, and it comes back with the folder
        #[arg(long)]
        forget: bool,
    },
    /// Look through a folder, or all, now
    Scan {
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Work, or follow the one that works, until nothing is left to do
        #[arg(long)]
        wait: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct WatchAddArgs {
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Leave out what this matches (gitignore syntax, relative to the folder; ! takes in again what the defaults leave
    /// out). A file .sheafignore in any of its folders says more
    #[arg(long, value_name = "PATTERN")]
    pub(crate) ignore: Vec<String>,
    /// Leave out files larger than this
    #[arg(long, value_name = "MB", default_value_t = 1024)]
    pub(crate) max_mb: u64,
    /// Take in only files whose names end so, such as pdf,docx
    #[arg(long, value_name = "ENDING", value_delimiter = ',')]
    pub(crate) kinds: Vec<String>,
    /// Take in hidden files and folders too
    #[arg(long)]
    pub(crate) hidden: bool,
    /// Which links to follow
    #[arg(long, value_enum, default_value_t = LinksArg::Files)]
    pub(crate) links: LinksArg,
    /// Look so many folders deep; 1 is the folder itself
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) depth: Option<u32>,
    /// Work, or follow the one that works, until nothing is left to do
    #[arg(long)]
    pub(crate) wait: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LinksArg {
    /// Those to files
    Files,
    /// Those to folders too
    All,
    None,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    /// Regular work, when it was done last and when it is due
    List,
    /// Set when something is done, and switch it on
    Set {
        /// upkeep, cleanup or report
        name: String,
        /// hourly, daily (at 3), weekly (Mondays at 3), or five fields in local time: minute hour day month weekday
        #[arg(required = true)]
        cron: Vec<String>,
    },
    /// Switch something off
    Off {
        /// upkeep, cleanup or report
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CollectionCommand {
    /// Collections and how many documents are in each
    List,
    /// Make an empty one
    Create { name: String },
    /// Give one another name
    Rename { name: String, to: String },
    /// Take one away; its documents stay in the library
    Delete { name: String },
    /// Put documents in; the collection is made when there is none
    Put {
        name: String,
        /// Ids or paths
        #[arg(required = true)]
        documents: Vec<String>,
    },
    /// Take documents out; they stay in the library
    Take {
        name: String,
        /// Ids or paths
        #[arg(required = true)]
        documents: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SavedCommand {
    /// Saved searches
    List,
    /// Keep a search, in the place of one of the same name
    Add {
        name: String,
        /// As in `sheaf search`
        #[arg(required = true)]
        query: Vec<String>,
    },
    /// Forget one
    Delete { name: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// The models, and how much of the library each has embedded
    List,
    /// Let another model embed everything and then take over; the old one answers until then
    Use { name: String },
}
