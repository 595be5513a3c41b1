//! Filters narrow exactly: what they admit is found however much they shut out.

use sheaf_document::Kind;
use sheaf_search::{Filter, Query, Sort};

use crate::shelf::{Paper, Shelf, documents_of, query};

fn filtered(filter: Filter) -> Query {
    Query {
        filter,
        limit: 1_000,
        ..query("word")
    }
}

fn in_folder(folder: &str) -> Query {
    filtered(Filter {
        folder: Some(folder.to_owned()),
        ..Filter::default()
    })
}

#[test]
fn a_folder_ends_where_its_name_ends() {
    let shelf = Shelf::new();
    let inside = shelf.add("/a/b/c/1.txt", &["word"]);
    shelf.add("/a/bc/2.txt", &["word"]);
    shelf.add("/a/b.txt", &["word"]);
    let deeper = shelf.add("/x/a/b/3.txt", &["word"]);
    let mut searcher = shelf.searcher();
    let mut found = |folder: &str| {
        let found = searcher.search(&in_folder(folder), None).expect("found");
        documents_of(&found)
    };
    assert_eq!(found("/a/b"), [inside]);
    assert_eq!(found("/a/b/"), [inside]);
    assert_eq!(found("/a/b/c/1.txt"), [inside]);
    assert_eq!(found("/").len(), 4);
    assert_eq!(
        found("b"),
        [inside, deeper],
        "a mere name is a folder of that name"
    );
    assert_eq!(found("/nowhere"), []);
}

#[test]
fn a_hit_names_the_place_that_lies_in_the_folder() {
    let shelf = Shelf::new();
    let document = shelf.add("/first/1.txt", &["word"]);
    let other = crate::shelf::facts("/second/2.txt");
    shelf
        .library
        .write(move |tx| sheaf_store::table::places::put(tx, document, &other, 2))
        .expect("a second place");
    let mut searcher = shelf.searcher();
    let found = searcher.search(&in_folder("/second"), None).expect("found");
    assert_eq!(found.hits[0].path, "/second/2.txt");
    let found = searcher.search(&query("word"), None).expect("found");
    assert_eq!(found.hits[0].path, "/first/1.txt");
}

#[test]
fn a_filter_never_hides_what_it_admits() {
    let shelf = Shelf::new();
    for n in 0..300 {
        // Better by their words than what the filters admit.
        shelf.add(&format!("/many/{n}.txt"), &["word word word"]);
    }
    let rare: Vec<_> = (0..3)
        .map(|n| {
            let path = format!("/few/{n}.pdf");
            let text = format!("a single word among a good many others, number {n}");
            let paper = Paper {
                kind: Kind::Pdf,
                collection: Some("Taxes"),
                date: Some("2024-05-17T09:30:00Z"),
                ..Paper::new(&path, &[&text])
            };
            shelf.put(paper).0
        })
        .collect();
    let text = |value: &str| Some(value.to_owned());
    let none = Filter::default();
    let mut searcher = shelf.searcher();
    for filter in [
        Filter {
            kinds: vec![Kind::Pdf],
            ..none.clone()
        },
        Filter {
            folder: text("/few"),
            ..none.clone()
        },
        Filter {
            collection: text("taxes"),
            ..none.clone()
        },
        Filter {
            after: text("2024-05-17"),
            ..none.clone()
        },
        Filter {
            after: text("2024-01-01"),
            before: text("2024-05-18"),
            ..none.clone()
        },
    ] {
        let mut asked = filtered(filter.clone());
        asked.limit = 3;
        let found = searcher.search(&asked, None).expect("found");
        assert_eq!(documents_of(&found), rare, "{filter:?}");
    }
    for text in [
        "word kind:pdf",
        "word kind:docx kind:pdf",
        "word in:few",
        "word in:/few",
        "in:\"/few\" word",
        "word collection:Taxes",
        "word after:2024",
    ] {
        assert_eq!(shelf.finds(text), rare, "{text}");
    }
    let before = Filter {
        before: text("2024-05-17"),
        ..none
    };
    let found = searcher.search(&filtered(before), None).expect("found");
    assert_eq!(
        found.hits.len(),
        300,
        "a document without a date has its file's"
    );
}

#[test]
fn sorting_by_date_and_name_orders_the_documents_that_match() {
    let shelf = Shelf::new();
    let put = |path: &str, date, title, text: &str| {
        let paper = Paper {
            date,
            title,
            ..Paper::new(path, &[text])
        };
        shelf.put(paper).0
    };
    let old = put("/c.txt", Some("2021-01-01"), None, "word word word");
    let new = put("/b.txt", Some("2024-01-01"), None, "one word among others");
    let titled = put("/z.txt", Some("2022-01-01"), Some("Alpha"), "some word");
    put("/a.txt", Some("2025-01-01"), None, "nothing");
    let mut searcher = shelf.searcher();
    let mut sorted = |sort| {
        let asked = Query {
            sort,
            ..query("word")
        };
        documents_of(&searcher.search(&asked, None).expect("found"))
    };
    assert_eq!(sorted(Sort::Date), [new, titled, old]);
    assert_eq!(sorted(Sort::Name), [titled, new, old]);
}

#[test]
fn a_filter_alone_lists_what_it_lets_through_the_newest_first() {
    let shelf = Shelf::new();
    let put = |path: &str, date, text: &str| {
        let paper = Paper {
            date: Some(date),
            ..Paper::new(path, &[text, "second page"])
        };
        shelf.put(paper).0
    };
    let old = put("/in/c.txt", "2021-01-01", "the first words of the old one");
    let new = put("/in/b.txt", "2024-01-01", "another");
    let far = put("/out/a.txt", "2025-01-01", "far away");
    let mut searcher = shelf.searcher();
    let mut found = |text: &str, sort| {
        let asked = Query {
            sort,
            ..query(text)
        };
        searcher.search(&asked, None).expect("found")
    };
    let listed = found("in:/in", Sort::Relevance);
    assert_eq!(documents_of(&listed), [new, old]);
    assert_eq!(listed.hits[1].snippet, "the first words of the old one");
    assert_eq!((listed.hits[1].page, listed.hits[1].matched.len()), (1, 0));
    assert_eq!(documents_of(&found("in:/in", Sort::Name)), [new, old]);
    assert_eq!(documents_of(&found("after:2023", Sort::Date)), [far, new]);
    assert!(
        found("", Sort::Date).hits.is_empty(),
        "nothing is asked for"
    );
    let mut few = Query {
        limit: 1,
        ..query("in:/in")
    };
    assert_eq!(
        documents_of(&searcher.search(&few, None).expect("found")),
        [new]
    );
    few.limit = 0;
    assert!(searcher.search(&few, None).expect("found").hits.is_empty());
}

#[test]
fn a_language_narrows_by_code_or_name_and_another_word_is_a_word() {
    let shelf = Shelf::new();
    let put = |path, code: Option<&'static str>| {
        let (document, revision) = shelf.put(Paper::new(path, &["apple"]));
        let told = shelf
            .library
            .write(move |tx| sheaf_store::table::revisions::set_language(tx, revision, code));
        told.expect("noted");
        document
    };
    let (german, english) = (put("/a", Some("de")), put("/b", Some("en")));
    let unknown = put("/c", None);
    assert_eq!(shelf.finds("apple lang:de"), [german]);
    assert_eq!(shelf.finds("lang:English apple"), [english]);
    assert_eq!(
        shelf.finds("apple lang:xx").len(),
        3,
        "no language, so a word"
    );
    assert!(shelf.finds("apple").contains(&unknown));
    let hit = &shelf.words("apple lang:deu").hits[0];
    assert_eq!(hit.language.as_deref(), Some("de"));
    let none = filtered(Filter {
        language: Some("klingon".into()),
        ..Filter::default()
    });
    assert!(
        shelf
            .searcher()
            .search(&none, None)
            .expect("found")
            .hits
            .is_empty(),
        "a filter that nobody knows lets nothing through"
    );
}

#[test]
fn from_narrows_to_authors_by_their_words() {
    let shelf = Shelf::new();
    let put = |path, author: &'static str| {
        let (document, _) = shelf.put(Paper {
            author: Some(author),
            ..Paper::new(path, &["apple"])
        });
        document
    };
    let anna = put("/a", "Änna Müller <anna@example.org>");
    let bob = put("/b", "Bob Anderson");
    assert_eq!(shelf.finds("apple from:muller"), [anna]);
    assert_eq!(shelf.finds("apple from:\"anna müller\""), [anna]);
    assert_eq!(shelf.finds("apple from:bob"), [bob]);
    assert!(shelf.finds("apple from:ann").is_empty(), "whole words");
}
