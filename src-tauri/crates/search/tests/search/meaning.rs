//! Finding by meaning, alone and fused with words.

use sheaf_document::{Code, Fault};
use sheaf_search::{Filter, Matched, Mode, Query};

use crate::shelf::{Fixed, Paper, Shelf, documents_of, query};

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
