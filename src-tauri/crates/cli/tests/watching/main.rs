//! Watched folders, on a real file system: what is in them is in the library, whatever happened and whoever was there to
//! hear of it.

#[path = "../support/mod.rs"]
mod support;

mod changing;
mod containers;
mod counting;
mod folder;
mod following;
mod limits;
mod model;
mod moving;
mod offline;
mod rules;
mod settling;
mod silent;
mod undoing;
