//! What a search promises, rule by rule, over a real library in a temporary folder.

mod filters;
mod following;
mod forgiveness;
mod helping;
mod languages;
mod meaning;
mod shelf;
mod showing;
mod vectors;
mod words;
