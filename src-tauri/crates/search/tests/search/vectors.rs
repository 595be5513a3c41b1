//! The vectors behind the search by meaning: near is what their numbers say, however they are kept.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use sheaf_document::{PassageId, RevisionId};
use sheaf_search::Vectors;
use sheaf_store::table::vectors as table;

use crate::shelf::{Paper, Shelf, quantized};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_nearest_are_those_of_a_plain_scan_over_the_stored_numbers(
        rows in prop::collection::vec(prop::collection::vec(-1.0_f32..1.0, 16), 1..60),
        query in prop::collection::vec(-4_i32..=4, 16),
        k in 0_usize..70,
        modulus in 1_i64..4,
    ) {
        // A query of such numbers loses nothing when it is turned into steps.
        let largest = query.iter().map(|x| x.abs()).max().unwrap_or(0).max(1);
        let mut query: Vec<f32> = query.iter().map(|x| *x as f32).collect();
        if 4095 % largest != 0 {
            query.iter_mut().for_each(|x| *x = x.signum());
        }
        let shelf = Shelf::new();
        let mut passages = Vec::new();
        for (n, part) in rows.chunks(3).enumerate() {
            let path = format!("/{n}");
            let (_, revision) = shelf.put(Paper::new(&path, &["page one", "page two", "page three"][..part.len()]));
            let own = shelf.embed(revision, part.to_vec());
            passages.extend(own.into_iter().map(|passage| (passage, revision)));
        }
        let conn = shelf.library.read().expect("a reader");
        let mut vectors = Vectors::new();
        vectors.refresh(&conn).expect("loaded");
        let accept = |revision: RevisionId| revision.0 % modulus == 0;
        let (values, scales) = quantized(&rows);
        let mut plain: Vec<(PassageId, f64)> = passages
            .iter()
            .enumerate()
            .filter(|(_, (_, revision))| accept(*revision))
            .map(|(n, (passage, _))| {
                let row = &values[n * 16..(n + 1) * 16];
                let sum: f64 = row.iter().zip(&query).map(|(v, q)| f64::from(*v) * f64::from(*q)).sum();
                (*passage, sum * f64::from(scales[n]))
            })
            .collect();
        plain.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        plain.truncate(k);
        let asked = AtomicUsize::new(0);
        let near = vectors.nearest(&shelf.library, &query, k, &|revision| {
            asked.fetch_add(1, Ordering::Relaxed);
            accept(revision)
        }).expect("near");
        prop_assert_eq!(near.len(), plain.len());
        let parts = rows.len().div_ceil(3);
        prop_assert!(asked.load(Ordering::Relaxed) <= parts, "asked once for vectors that go together");
        for ((passage, score), (other, expect)) in near.iter().zip(&plain) {
            let close = (f64::from(*score) - expect).abs() < 1e-4;
            prop_assert!(close, "{passage} {score}, {other} {expect}");
        }
        prop_assert!(near.is_sorted_by(|a, b| a.1 > b.1 || (a.1 == b.1 && a.0 < b.0)));
    }
}

#[test]
fn a_vector_of_another_length_or_without_sense_finds_nothing_and_breaks_nothing() {
    let shelf = Shelf::new();
    for (n, path) in ["/a", "/b", "/c"].into_iter().enumerate() {
        let (_, revision) = shelf.put(Paper::new(path, &["red"]));
        let mut row = vec![0.0; 4];
        row[n] = 1.0;
        shelf.embed(revision, vec![row]);
    }
    let conn = shelf.library.read().expect("a reader");
    let mut vectors = Vectors::new();
    vectors.refresh(&conn).expect("loaded");
    let near = |query: &[f32]| {
        vectors
            .nearest(&shelf.library, query, 5, &|_| true)
            .expect("near")
    };
    assert!(near(&[1.0; 7]).is_empty());
    assert!(near(&[]).is_empty());
    assert_eq!(near(&[f32::NAN, f32::INFINITY, 0.0, 0.0]).len(), 3);
}

#[test]
fn equally_near_passages_come_by_rising_id() {
    let shelf = Shelf::new();
    let (_, revision) = shelf.put(Paper::new("/a", &["text"; 9]));
    let passages = shelf.embed(revision, vec![vec![1.0, 0.5]; 9]);
    let conn = shelf.library.read().expect("a reader");
    let mut vectors = Vectors::new();
    vectors.refresh(&conn).expect("loaded");
    for k in [1, 4, 9] {
        let near = vectors.nearest(&shelf.library, &[1.0, 1.0], k, &|_| true);
        let near = near.expect("near");
        let found: Vec<PassageId> = near.into_iter().map(|(passage, _)| passage).collect();
        assert_eq!(found, passages[..k], "the first {k}");
    }
}

/// A direction for each number, the same every time, of length 1.
fn direction(n: usize) -> Vec<f32> {
    let noise = |i: usize| (((n * 16 + i) as f32 * 12.9898).sin() * 43_758.547).fract();
    let row: Vec<f32> = (0..16).map(noise).collect();
    let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
    row.iter().map(|x| x / length).collect()
}

#[test]
fn sealed_blocks_and_what_is_not_sealed_yet_are_searched_alike() {
    let shelf = Shelf::new();
    let texts = vec!["text"; 64];
    let mut revisions = Vec::new();
    let mut passages = Vec::new();
    for n in 0..70 {
        let path = format!("/{n}");
        let (document, revision) = shelf.put(Paper::new(&path, &texts));
        let rows = (0..64).map(|i| direction(n * 64 + i)).collect();
        passages.extend(shelf.embed(revision, rows));
        revisions.push((document, revision));
    }
    let conn = shelf.library.read().expect("a reader");
    let mut loose = Vectors::new();
    loose.refresh(&conn).expect("loaded");
    let (model, _) = table::active_model(&conn).expect("asked").expect("a model");
    let seal = || {
        let written = sheaf_search::seal(&shelf.library, model, |after, block| {
            shelf
                .library
                .write(move |tx| table::seal(tx, after, &block))
        });
        written.expect("written")
    };
    assert_eq!((seal(), seal()), (1, 0), "sealed, and no more");
    let mut sealed = Vectors::new();
    sealed.refresh(&conn).expect("loaded");
    let near = |vectors: &Vectors, n| {
        let near = vectors.nearest(&shelf.library, &direction(n), 5, &|_| true);
        near.expect("near")
    };
    for n in [0, 17, 4_000, 4_400] {
        assert_eq!(near(&loose, n), near(&sealed, n), "{n}");
        assert_eq!(near(&sealed, n)[0].0, passages[n], "{n}");
    }
    // Taken away for good, as when a changed file is read: what a block still has of it is never shown.
    let gone = revisions[0].1;
    shelf
        .library
        .write(move |tx| sheaf_store::table::pages::drop_all(tx, gone))
        .expect("dropped");
    sealed.refresh(&conn).expect("loaded");
    assert!(
        near(&sealed, 17)
            .iter()
            .all(|(passage, _)| *passage != passages[17])
    );
    assert_eq!(near(&sealed, 17).len(), 5);
    // A searcher that has seen the blocks before they were sealed takes them over.
    loose.refresh(&conn).expect("loaded");
    assert_eq!(near(&loose, 17), near(&sealed, 17));
}
