//! What a window asks of the engine, asked here without one.

mod support;

use std::path::PathBuf;
use std::sync::mpsc::channel;

use sheaf_engine::{DocumentId, EDGES, Engine, Role, Sight};
use support::{Library, fixture, wait_until};

fn engine(library: &Library) -> Engine {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_sheaf"));
    Engine::open(&library.folder(), program).expect("the library opens")
}

fn id(document: &str) -> DocumentId {
    DocumentId(document.parse().expect("a number"))
}

#[test]
fn a_page_is_drawn_kept_and_drawn_no_more_once_its_document_is_gone() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade", "Jam"]));
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    let engine = engine(&library);
    let edge = EDGES[1];
    let drawn = engine.picture(id(&document), 2, edge).expect("a picture");
    assert!(drawn.starts_with(b"\x89PNG"), "it is a PNG");
    let kept = std::fs::read_dir(library.folder().join("cache"))
        .expect("the cache")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_file()))
        .count();
    assert_eq!(kept, 1, "it is kept");
    std::fs::remove_file(&path).expect("the original goes");
    drop(engine);
    let engine = self::engine(&library);
    assert_eq!(engine.picture(id(&document), 2, edge).expect("kept"), drawn);
    assert!(
        engine.picture(id(&document), 1, edge).is_err(),
        "not drawn before"
    );
    assert!(
        engine.picture(id(&document), 3, edge).is_err(),
        "no such page"
    );
    engine.forget(id(&document)).expect("forgotten");
    assert!(
        engine.picture(id(&document), 2, edge).is_err(),
        "what is out of the library is not shown"
    );
}

#[test]
fn a_changed_file_is_not_drawn_as_if_it_were_what_was_read() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    library.file("a.pdf", fixture::pdf(&["Something else altogether"]));
    let error = engine(&library).picture(id(&document), 1, EDGES[1]);
    let error = error.expect_err("it is another content");
    assert_eq!(error.code().as_str(), "file_changed", "{error}");
}

#[test]
fn a_page_shows_what_the_words_of_a_question_find_on_it() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Orange marmalade", "Jam"]));
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    let engine = engine(&library);
    let page = engine
        .page(id(&document), 1, "marmalades")
        .expect("the page");
    assert_eq!(page.text.trim(), "Orange ⟦marmalade⟧");
    assert_eq!((page.boxes.len(), page.pages_total), (1, 2));
    assert!(page.picture && page.width_pt > 500.0);
    let other = engine
        .page(id(&document), 2, "marmalades")
        .expect("the page");
    assert!(other.boxes.is_empty());
    assert!(engine.page(id(&document), 3, "").is_err(), "no such page");
}

#[test]
fn what_was_taken_out_comes_back_whole() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    let engine = engine(&library);
    let found =
        || library.json(&["search", "marmalade", "--mode", "words"])["hits"][0]["document"].clone();
    assert!(engine.forget(id(&document)).expect("forgotten"));
    assert!(found().is_null());
    assert!(engine.put_back(id(&document)).expect("back"));
    wait_until("it is found again", || {
        found().as_i64() == Some(id(&document).0)
    });
    assert!(!engine.put_back(id(&document)).expect("nothing to do"));
    assert_eq!(library.show(&document)["state"], "ready");
}

#[test]
fn what_failed_is_tried_again_by_its_document() {
    let library = Library::new();
    let path = library.file("a.pdf", b"%PDF-1.7\nnothing that follows the format");
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    assert_eq!(library.show(&document)["state"], "failed");
    let engine = engine(&library);
    assert_eq!(engine.attention(10, 0).expect("a list").len(), 1);
    std::fs::write(&path, fixture::pdf(&["Mended"])).expect("mended");
    assert!(engine.try_again(id(&document), None).expect("tried"));
    assert!(library.spawn(&["run", "--until-idle"]).end().success());
    assert_eq!(library.show(&document)["state"], "ready");
    assert!(
        !engine
            .try_again(id(&document), None)
            .expect("nothing failed")
    );
    assert_eq!(engine.attention(10, 0).expect("a list").len(), 0);
}

#[test]
fn whoever_watches_is_told_what_other_processes_do_each_sight_once() {
    let library = Library::new();
    let engine = engine(&library);
    let (told, sights) = channel::<Sight>();
    let nobody = sheaf_engine::EngineError::NoJob(0);
    let observer = engine
        .observe(Err(&nobody), move |sight| drop(told.send(sight)))
        .expect("an observer");
    let first = sights.recv().expect("the first sight comes by itself");
    assert_eq!((first.overview.documents, first.role), (0, Role::Starting));
    assert!(
        first.trouble.is_some(),
        "it says why nothing will be done here"
    );

    let paths: Vec<_> = ["a", "b", "c"]
        .map(|name| library.file(&format!("{name}.pdf"), fixture::pdf(&[name])))
        .to_vec();
    for path in &paths {
        library.add(path);
    }
    let mut seen = vec![first];
    while seen
        .last()
        .is_some_and(|sight| sight.overview.waiting.total < 3)
    {
        seen.push(sights.recv().expect("another sight"));
    }
    let last = &seen[seen.len() - 1].overview;
    let positions: Vec<_> = last.waiting.rows.iter().map(|row| row.position).collect();
    assert_eq!(positions, [Some(1), Some(2), Some(3)]);
    assert_eq!((last.active, last.settled), (3, 0));
    assert!(
        seen.windows(2).all(|pair| pair[0] != pair[1]),
        "nothing is told twice"
    );

    assert!(library.spawn(&["run", "--until-idle"]).end().success());
    let mut last = sights.recv().expect("another sight");
    while last.overview.done.total < 3 {
        last = sights.recv().expect("another sight");
    }
    assert_eq!((last.overview.active, last.overview.settled), (0, 3));
    drop(observer);
    assert!(sights.iter().count() < 5, "afterwards nobody is told");
}
