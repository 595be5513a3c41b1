//! Files in files: an archive is a folder, a mail holds what is attached to it.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Library, fixture, items, wait_until};

/// The answer whose path ends so.
fn at<'a>(answers: &'a Value, end: &str) -> &'a Value {
    let found = items(answers)
        .iter()
        .find(|one| one["path"].as_str().is_some_and(|path| path.ends_with(end)));
    found.unwrap_or_else(|| panic!("{end} is not in {answers:#}"))
}

fn hits(library: &Library, query: &str) -> Vec<String> {
    let found = library.json(&["search", query, "--mode", "words"]);
    let path = |hit: &Value| hit["path"].as_str().unwrap_or_default().to_owned();
    items(&found["hits"]).iter().map(path).collect()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn mixed_archive() -> Vec<u8> {
    let deep = fixture::zip(&[("deep.txt", b"the deepest nightingale")]);
    fixture::zip(&[
        ("inner/a.pdf", &fixture::pdf(&["The lighthouse keeper"])),
        ("notes.txt", b"a note about herons"),
        ("nested.zip", &deep),
        ("tool.bin", &[0, 1, 2, 3]),
    ])
}

#[test]
fn an_archive_is_a_folder_of_documents() {
    let library = Library::new();
    let archive = library.file("archive.zip", mixed_archive());
    let answers = library.add_and_wait(&[&archive]);
    let root = shown(&archive);
    let own = &answers[0];
    assert_eq!(
        (&own["path"], &own["state"]),
        (&root.clone().into(), &"ready".into())
    );
    for (member, state, parent) in [
        ("/inner/a.pdf", "ready", ""),
        ("/notes.txt", "ready", ""),
        ("/nested.zip", "ready", ""),
        ("/nested.zip/deep.txt", "ready", "/nested.zip"),
        ("/tool.bin", "unsupported", ""),
    ] {
        let answer = at(&answers, member);
        assert_eq!(answer["path"], format!("{root}{member}"));
        assert_eq!(answer["parent"], format!("{root}{parent}"), "{answer}");
        assert_eq!(answer["state"], state, "{answer}");
    }
    assert_eq!(at(&answers, "tool.bin")["code"], "file_unsupported");
    assert_eq!(items(&answers).len(), 6);

    let pdf = format!("{root}/inner/a.pdf");
    assert_eq!(hits(&library, "lighthouse"), std::slice::from_ref(&pdf));
    assert_eq!(
        hits(&library, "nightingale"),
        [format!("{root}/nested.zip/deep.txt")]
    );
    let text = library.json(&["text", &pdf]);
    assert!(
        text["pages"][0]["text"]
            .as_str()
            .is_some_and(|t| t.contains("lighthouse"))
    );
    let show = library.show(&pdf);
    assert_eq!(
        (&show["kind"], &show["path"]),
        (&"pdf".into(), &pdf.clone().into())
    );
    let to = library.files().join("a.txt");
    library.json(&["export", &pdf, "--to", &shown(&to)]);
    assert!(
        std::fs::read_to_string(to)
            .expect("exported")
            .contains("lighthouse")
    );

    library.json(&["forget", &root]);
    for word in ["lighthouse", "herons", "nightingale"] {
        assert_eq!(
            hits(&library, word),
            Vec::<String>::new(),
            "gone with its archive"
        );
    }
    assert_eq!(library.json(&["list"]), Value::Array(Vec::new()));
    library.add_and_wait(&[&archive]);
    assert_eq!(hits(&library, "lighthouse"), [pdf], "and back with it");
}

#[test]
fn what_is_attached_to_a_mail_is_a_document_in_it() {
    let library = Library::new();
    let inner = "Subject: inner\r\nFrom: c@example.org\r\n\r\na cormorant\r\n";
    let mail = format!(
        "Subject: outer\r\nFrom: a@example.org\r\nDate: Fri, 17 May 2024 09:30:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na pelican\r\n--x\r\n\
         Content-Type: text/plain\r\nContent-Disposition: attachment; filename=list.txt\r\n\r\na kingfisher\r\n--x\r\n\
         Content-Type: message/rfc822\r\n\r\n{inner}\r\n--x--\r\n"
    );
    let path = library.file("mail.eml", mail.as_bytes());
    let mailbox = format!(
        "From a Fri May 17 09:30:00 2024\n{}\n",
        mail.replace("kingfisher", "wagtail")
    );
    let mbox = library.file("box.mbox", mailbox);
    let answers = library.add_and_wait(&[&path, &mbox]);
    let root = shown(&path);
    assert_eq!(at(&answers, "mail.eml/list.txt")["parent"], root);
    assert_eq!(hits(&library, "pelican").len(), 2);
    assert_eq!(hits(&library, "kingfisher"), [format!("{root}/list.txt")]);
    assert_eq!(
        hits(&library, "wagtail"),
        [format!("{}/1/list.txt", shown(&mbox))]
    );
    let both = library.show(&format!("{root}/inner.eml"));
    assert_eq!(
        items(&both["places"]).len(),
        2,
        "the same message twice: {both}"
    );
    assert_eq!(hits(&library, "cormorant").len(), 1, "is one document");
}

#[test]
fn the_same_archive_twice_gives_its_members_two_places() {
    let library = Library::new();
    let one = library.file("one.zip", mixed_archive());
    let two = library.file("two.zip", mixed_archive());
    let answers = library.add_and_wait(&[&one, &two]);
    assert_eq!(
        at(&answers, "two.zip/nested.zip/deep.txt")["state"],
        "ready"
    );
    let deep = library.show(&format!("{}/nested.zip/deep.txt", shown(&two)));
    assert_eq!(items(&deep["places"]).len(), 2, "{deep}");
}

#[test]
fn a_changed_archive_is_listed_anew() {
    let library = Library::new();
    let archive = library.file(
        "a.zip",
        fixture::zip(&[
            ("stays.txt", b"a sparrow"),
            ("goes.txt", b"a robin"),
            ("turns.txt", b"a wren"),
        ]),
    );
    library.add_and_wait(&[&archive]);
    let stays = library.show(&format!("{}/stays.txt", shown(&archive)));
    std::fs::write(
        &archive,
        fixture::zip(&[
            ("new.txt", b"a thrush"),
            ("stays.txt", b"a sparrow"),
            ("turns.txt", b"a finch"),
        ]),
    )
    .expect("written");
    let answers = library.add_and_wait(&[&archive]);
    assert_eq!(items(&answers).len(), 4, "{answers:#}");
    assert_eq!(hits(&library, "robin"), Vec::<String>::new());
    assert_eq!(hits(&library, "wren"), Vec::<String>::new());
    for (word, name) in [("thrush", "new"), ("finch", "turns"), ("sparrow", "stays")] {
        assert_eq!(
            hits(&library, word),
            [format!("{}/{name}.txt", shown(&archive))]
        );
    }
    let again = library.show(&format!("{}/stays.txt", shown(&archive)));
    assert_eq!(
        again["attempts"], stays["attempts"],
        "what stayed is not read again"
    );
}

#[test]
fn members_are_taken_in_once_whenever_the_engine_is_killed() {
    let library = Library::new();
    let names: Vec<String> = (0..300)
        .map(|n| format!("a folder/note number {n}.txt"))
        .collect();
    let texts: Vec<String> = (0..300).map(|n| format!("note {n} about owls")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let archive = library.file("a.zip", fixture::zip(&files));
    let document = library.add(&archive);
    for kills in 1..=3_u64 {
        let mut engine = library.spawn(&["run"]);
        wait_until("some members are read", || {
            let documents = library.json(&["stats"]);
            documents["completed"]
                .as_u64()
                .is_some_and(|done| done >= kills * 20)
        });
        engine.kill();
    }
    library.json(&["run", "--until-idle"]);
    let listed = library.json(&["list"]);
    assert_eq!(
        items(&listed).len(),
        301,
        "the archive and each member once"
    );
    assert!(items(&listed).iter().all(|one| one["state"] == "ready"));
    let shown = library.show(&document);
    support::assert_each_page_once(&shown, shown["pages_total"].as_u64().expect("pages"));
}

#[test]
fn archives_in_archives_are_followed_to_a_limit_and_that_is_said() {
    let library = Library::new();
    let mut bytes = fixture::zip(&[("end.txt", b"the very bottom")]);
    for depth in 0..12 {
        bytes = fixture::zip(&[
            ("in.zip", &bytes),
            ("note.txt", format!("depth {depth}").as_bytes()),
        ]);
    }
    let archive = library.file("deep.zip", bytes);
    let answers = library.add_and_wait(&[&archive]);
    let refused: Vec<&Value> = items(&answers)
        .iter()
        .filter(|one| one["state"] != "ready")
        .collect();
    assert_eq!(refused.len(), 1, "{answers:#}");
    assert_eq!(refused[0]["state"], "failed");
    assert_eq!(refused[0]["code"], "page_too_large");
    assert!(
        refused[0]["message"]
            .as_str()
            .is_some_and(|why| why.contains("8 deep"))
    );
}

#[test]
fn an_archive_that_holds_itself_comes_to_an_end() {
    // Two archives that hold each other's copies are as near to it as can be made without a quine.
    let library = Library::new();
    let leaf = fixture::zip(&[("x.txt", b"a leaf")]);
    let copies: Vec<String> = (0..16).map(|n| format!("{n}.zip")).collect();
    let mut bytes = leaf;
    for _ in 0..3 {
        let files: Vec<(&str, &[u8])> = copies
            .iter()
            .map(|name| (name.as_str(), &bytes[..]))
            .collect();
        bytes = fixture::zip(&files);
    }
    let archive = library.file("many.zip", bytes);
    library.add_and_wait(&[&archive]);
    let listed = library.json(&["list"]);
    assert_eq!(
        items(&listed).len(),
        5,
        "the same content is one document: {listed:#}"
    );
    let leaf = items(&listed)
        .iter()
        .find(|one| one["kind"] == "text")
        .expect("the leaf");
    assert_eq!(leaf["places"], 16 * 16 * 16);
}
