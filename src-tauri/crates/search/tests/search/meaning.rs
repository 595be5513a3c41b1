//! Finding by meaning, alone and fused with words.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use sheaf_document::{Code, Fault, PassageId, RevisionId};
use sheaf_search::{Filter, Matched, Mode, Query, Vectors};
use sheaf_store::table::vectors as table;

use crate::shelf::{Fixed, Paper, Shelf, documents_of, quantized, query};

fn by(mode: Mode, text: &str) -> Query {
    Query {
        mode,
        ..query(text)
    }
}

/// Three documents: the first by words, the second by meaning, the third by neither.
fn shelf() -> (Shelf, Vec<sheaf_document::DocumentId>) {
    let shelf = Shelf::new();
    let put = |path, text, row: Vec<f32>| {
        let (document, revision) = shelf.put(Paper::new(path, &[text]));
        shelf.embed(revision, vec![row]);
        document
    };
    let ids = vec![
        put("/a", "the car was red", vec![0.0, 1.0, 0.0, 0.0]),
        put("/b", "an automobile, scarlet", vec![1.0, 0.0, 0.0, 0.0]),
        put("/c", "bread and butter", vec![0.0, 0.0, 1.0, 0.0]),
    ];
    (shelf, ids)
}

fn near_second() -> Fixed {
    Fixed::new(Ok(vec![0.9, 0.3, 0.1, 0.0]))
}

#[test]
fn words_alone_never_ask_for_a_vector() {
    let (shelf, ids) = shelf();
    let mut embedder = near_second();
    let found = shelf
        .searcher()
        .search(&by(Mode::Words, "car"), Some(&mut embedder))
        .expect("found");
    assert_eq!(documents_of(&found), [ids[0]]);
    assert!(embedder.asked.is_empty());
}

#[test]
fn meaning_alone_ranks_by_nearness() {
    let (shelf, ids) = shelf();
    let mut embedder = near_second();
    let found = shelf
        .searcher()
        .search(&by(Mode::Meaning, "car"), Some(&mut embedder))
        .expect("found");
    assert_eq!(found.mode, Mode::Meaning);
    assert_eq!(documents_of(&found), [ids[1], ids[0], ids[2]]);
    assert_eq!(found.hits[0].matched, [Matched::Meaning]);
    assert_eq!(embedder.asked, ["car"]);
}

#[test]
fn of_pages_as_near_the_one_that_goes_on_about_it_comes_first() {
    let shelf = Shelf::new();
    let put = |path, text, rows: Vec<Vec<f32>>| {
        let (document, revision) = shelf.put(Paper::new(path, &[text]));
        shelf.embed(revision, rows);
        document
    };
    let near = vec![1.0, 0.1, 0.0, 0.0];
    let strays = put(
        "/a",
        "red¶bread",
        vec![near.clone(), vec![0.0, 1.0, 0.0, 0.0]],
    );
    let goes_on = put(
        "/b",
        "red¶scarlet",
        vec![near.clone(), vec![0.9, 0.0, 0.3, 0.0]],
    );
    let short = put("/c", "red", vec![near]);
    let mut embedder = Fixed::new(Ok(vec![1.0, 0.0, 0.0, 0.0]));
    let found = shelf
        .searcher()
        .search(&by(Mode::Meaning, "car"), Some(&mut embedder))
        .expect("found");
    // What is short and all about it does not lose for being short.
    assert_eq!(documents_of(&found), [short, goes_on, strays]);
    assert_eq!(
        found.hits[1].snippet, "red¶",
        "the nearest passage is shown"
    );
}

#[test]
fn fused_both_count_and_a_page_in_both_comes_first() {
    let (shelf, ids) = shelf();
    let mut embedder = near_second();
    let found = shelf
        .searcher()
        .search(&by(Mode::Hybrid, "car"), Some(&mut embedder))
        .expect("found");
    assert_eq!(documents_of(&found), [ids[0], ids[1], ids[2]]);
    assert_eq!(found.hits[0].matched, [Matched::Words, Matched::Meaning]);
    let expect = 1.0 / 21.0 + 1.0 / 22.0;
    assert!(
        (found.hits[0].score - expect).abs() < 1e-6,
        "ranks 1 and 2, k = 20"
    );
}

#[test]
fn fused_what_is_like_the_first_of_both_comes_before_what_is_barely_nearer() {
    let shelf = Shelf::new();
    let put = |path, text, row: Vec<f32>| {
        let (document, revision) = shelf.put(Paper::new(path, &[text]));
        shelf.embed(revision, vec![row]);
        document
    };
    let car = put("/a", "the car was red", vec![0.9, 0.436, 0.0, 0.0]);
    let nearer = put("/b", "bread and butter", vec![0.8, 0.0, 0.6, 0.0]);
    let like = put("/c", "an automobile", vec![0.79, 0.613, 0.0, 0.0]);
    let far = put("/d", "an old car", vec![0.7, 0.714, 0.0, 0.0]);
    let order = |mode| {
        let mut embedder = Fixed::new(Ok(vec![1.0, 0.0, 0.0, 0.0]));
        let found = shelf
            .searcher()
            .search(&by(mode, "car"), Some(&mut embedder));
        documents_of(&found.expect("found"))
    };
    assert_eq!(order(Mode::Meaning), [car, nearer, like, far]);
    assert_eq!(order(Mode::Hybrid), [car, far, like, nearer]);
}

#[test]
fn without_a_vector_words_answer_and_a_note_says_why() {
    let (shelf, ids) = shelf();
    let mut searcher = shelf.searcher();
    let mut broken = Fixed::new(Err(Fault::new(Code::WorkerCrashed, "gone")));
    let found = searcher
        .search(&by(Mode::Hybrid, "car"), Some(&mut broken))
        .expect("found");
    assert_eq!(
        (found.mode, documents_of(&found)),
        (Mode::Words, vec![ids[0]])
    );
    assert_eq!(found.note.map(|note| note.code), Some(Code::WorkerCrashed));
    let found = searcher
        .search(&by(Mode::Meaning, "car"), None)
        .expect("found");
    assert_eq!(
        (found.mode, documents_of(&found)),
        (Mode::Words, vec![ids[0]])
    );
    assert!(found.note.is_some());
}

#[test]
fn a_library_without_vectors_starts_no_model() {
    let (shelf, _) = Shelf::of(&["car"]);
    let mut embedder = near_second();
    let found = shelf
        .searcher()
        .search(&by(Mode::Hybrid, "car"), Some(&mut embedder))
        .expect("found");
    assert_eq!((found.mode, found.hits.len()), (Mode::Words, 1));
    assert!(embedder.asked.is_empty());
}

#[test]
fn operators_and_filters_bind_meaning_too() {
    let (shelf, ids) = shelf();
    let mut searcher = shelf.searcher();
    let mut embedder = near_second();
    let mut found = |query: Query| {
        let found = searcher.search(&query, Some(&mut embedder));
        let mut ids = documents_of(&found.expect("found"));
        ids.sort();
        ids
    };
    assert_eq!(found(by(Mode::Hybrid, "car -scarlet")), [ids[0], ids[2]]);
    assert_eq!(found(by(Mode::Meaning, "car -scarlet")), [ids[0], ids[2]]);
    assert_eq!(found(by(Mode::Hybrid, "\"car was\"")), [ids[0]]);
    let filter = Filter {
        folder: Some("/b".to_owned()),
        ..Filter::default()
    };
    let narrow = Query {
        filter,
        ..by(Mode::Hybrid, "car")
    };
    assert_eq!(found(narrow), [ids[1]]);
    assert_eq!(
        embedder.asked[0], "car",
        "what is shut out is not asked for"
    );
}

#[test]
fn a_forgotten_documents_vectors_are_gone_at_once() {
    let (shelf, ids) = shelf();
    let mut searcher = shelf.searcher();
    let mut embedder = near_second();
    let asked = by(Mode::Meaning, "car");
    searcher.search(&asked, Some(&mut embedder)).expect("found");
    shelf.forget(ids[1]);
    let found = searcher.search(&asked, Some(&mut embedder)).expect("found");
    assert_eq!(documents_of(&found), [ids[0], ids[2]]);
    shelf.replace(ids[0], &["other text"]);
    let found = searcher.search(&asked, Some(&mut embedder)).expect("found");
    assert_eq!(documents_of(&found), [ids[2]]);
}

#[test]
fn a_rare_filter_still_gets_its_nearest() {
    let shelf = Shelf::new();
    let texts = vec!["text"; 400];
    let (_, many) = shelf.put(Paper::new("/many.txt", &texts));
    shelf.embed(many, vec![vec![1.0, 0.0]; 400]);
    let (rare, revision) = shelf.put(Paper::new("/few/1.txt", &["text"]));
    shelf.embed(revision, vec![vec![-1.0, 0.1]]);
    let mut embedder = Fixed::new(Ok(vec![1.0, 0.0]));
    let mut searcher = shelf.searcher();
    let mut asked = by(Mode::Meaning, "anything");
    let all = searcher.search(&asked, Some(&mut embedder)).expect("found");
    assert_eq!(
        all.hits.len(),
        2,
        "400 pages of one document do not hide the other"
    );
    asked.filter.folder = Some("/few".to_owned());
    let found = searcher.search(&asked, Some(&mut embedder)).expect("found");
    assert_eq!(documents_of(&found), [rare]);
}

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
    let (shelf, _) = shelf();
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

#[test]
fn a_page_that_meaning_ranks_says_so_when_it_has_the_words_too() {
    let shelf = Shelf::new();
    let mut texts = vec!["the car was red"; 5];
    texts.push("an automobile, scarlet");
    let (_, revision) = shelf.put(Paper::new("/book", &texts));
    let rows = (0..6).map(|n| match n {
        // The last page with the words, and the one without, are nearest.
        4 | 5 => vec![1.0, 0.1 * n as f32, 0.0, 0.0],
        _ => vec![0.0, 1.0, 0.0, 0.0],
    });
    shelf.embed(revision, rows.collect());
    let found = |mode| {
        let mut embedder = near_second();
        let results = shelf
            .searcher()
            .search(&by(mode, "car"), Some(&mut embedder));
        let hit = results.expect("found").hits.remove(0);
        let mut pages = vec![(hit.page, hit.matched)];
        pages.extend(hit.pages.into_iter().map(|page| (page.page, page.matched)));
        pages
    };
    let both = [Matched::Words, Matched::Meaning];
    let hybrid = found(Mode::Hybrid);
    assert!(hybrid.contains(&(5, both.to_vec())), "{hybrid:?}");
    let meaning = found(Mode::Meaning);
    assert!(
        meaning.contains(&(5, vec![Matched::Meaning])),
        "{meaning:?}"
    );
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
