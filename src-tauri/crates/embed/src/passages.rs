//! Cuts a page's text into the stretches that are embedded, a little overlapping, where the text itself pauses.
//!
//! Sizes are in estimated tokens. Inside, they are counted in quarters of a token ([`atom::QUARTERS`]).

use sheaf_document::Passage;

use crate::atom::{Atom, QUARTERS, atoms};

/// A passage ends at the best pause between these sizes, tokens.
const SHORTEST: u32 = 150;
const WANTED: u32 = 200;
const LONGEST: u32 = 260;

/// The next passage begins this far before the end of the last: about 15 % of [`WANTED`].
const LEAST_OVERLAP: u32 = 15;
const WANTED_OVERLAP: u32 = 30;
const MOST_OVERLAP: u32 = 45;

/// The passages of a text: byte ranges in rising order, each beginning and ending with a visible character, about 200
/// estimated tokens each (never more than 260) with about 15 % overlap, together covering everything visible. They end
/// with a paragraph where one ends near, else with a sentence, a line, a word. A page of 4,000 characters gives about
/// six. Takes time linear in the text; a text beyond 4 GiB counts with its beginning.
pub fn passages(text: &str) -> Vec<Passage> {
    let atoms = atoms(&text[..text.floor_char_boundary(u32::MAX as usize)]);
    let mut passages = Vec::new();
    let mut first = 0;
    while first < atoms.len() {
        let end = end_of_passage(&atoms, first);
        passages.push(Passage {
            start: atoms[first].start as u32,
            end: atoms[end - 1].end as u32,
        });
        if end == atoms.len() {
            break;
        }
        first = start_of_next(&atoms, first, end);
    }
    passages
}

/// Behind the last atom of the passage that begins with `first`.
fn end_of_passage(atoms: &[Atom], first: usize) -> usize {
    let mut size = 0;
    let mut best = None;
    for (n, atom) in atoms.iter().enumerate().skip(first) {
        size += atom.quarters;
        if size > LONGEST * QUARTERS {
            return best.map_or(n.max(first + 1), |(_, end)| end);
        }
        if size >= SHORTEST * QUARTERS {
            best = best.max(Some((rank(atom, size, WANTED), n + 1)));
        }
    }
    atoms.len()
}

/// The first atom of the passage behind the one from `first` to `end`; always later than `first`.
fn start_of_next(atoms: &[Atom], first: usize, end: usize) -> usize {
    let mut size = 0;
    let mut best = None;
    for n in (first + 1..end).rev() {
        size += atoms[n].quarters;
        if size > MOST_OVERLAP * QUARTERS {
            break;
        }
        if size >= LEAST_OVERLAP * QUARTERS {
            best = best.max(Some((rank(&atoms[n - 1], size, WANTED_OVERLAP), n)));
        }
    }
    best.map_or(end, |(_, start)| start)
}

/// How good it is to cut behind `atom` when that makes `size`: the stronger pause first, then the nearer size.
fn rank(atom: &Atom, size: u32, wanted: u32) -> (crate::atom::Pause, u32) {
    (atom.pause, u32::MAX - size.abs_diff(wanted * QUARTERS))
}
