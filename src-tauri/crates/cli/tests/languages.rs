//! Languages of scans: added, listed, used and removed.

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Library, fixture, items, told};

/// English data that passes for another language: what matters here is the way it takes.
fn pack(library: &Library, name: &str) -> PathBuf {
    let assets = std::env::var_os("SHEAF_ASSETS")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
            let home = home.unwrap_or_else(|| {
                Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache")
            });
            home.join("sheaf/assets")
        });
    let bytes = std::fs::read(assets.join("tessdata/eng.traineddata"));
    library.file(
        &format!("{name}.traineddata"),
        bytes.expect("run cargo xtask assets"),
    )
}

fn row<'a>(list: &'a Value, name: &str, from: &str) -> Option<&'a Value> {
    items(list)
        .iter()
        .find(|one| one["language"] == name && one["from"] == from)
}

#[test]
fn a_language_is_added_used_and_removed() {
    let library = Library::new();
    let file = pack(&library, "nld");
    let scan = library.file("scan.pdf", fixture::scan_pdf(1));
    let missing = library.run(&[
        "add".as_ref(),
        "--languages".as_ref(),
        "nld".as_ref(),
        scan.as_os_str(),
    ]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        told(&missing).contains("sheaf languages add"),
        "{}",
        told(&missing)
    );

    library.json(&["languages".as_ref(), "add".as_ref(), file.as_os_str()]);
    let list = library.json(&["languages", "list"]);
    let added = row(&list, "nld", "library").expect("it is listed");
    assert_eq!(
        (&added["installed"], &added["in_use"]),
        (&true.into(), &false.into())
    );
    assert_eq!(
        row(&list, "eng", "built_in").expect("English")["in_use"],
        true
    );
    assert!(
        row(&list, "osd", "built_in").is_none(),
        "nobody reads in osd"
    );

    let args = [
        "add",
        "--wait",
        "--languages",
        "eng+nld",
        &scan.to_string_lossy(),
    ];
    let read = library.json(&args);
    assert_eq!(read[0]["state"], "ready", "{read}");
    let shown = library.json(&["show", &scan.to_string_lossy()]);
    assert_eq!(shown["languages"], "eng+nld");
    let text = library.json(&["text", &scan.to_string_lossy()]);
    assert_eq!(text["pages"][0]["source"], "ocr", "{text}");

    library.json(&["config", "set", "ocr.languages", "nld"]);
    let in_use = library.run(&["languages", "remove", "nld"]);
    assert_eq!(in_use.status.code(), Some(1), "{}", told(&in_use));
    library.json(&["config", "set", "ocr.languages", "eng"]);
    library.json(&["languages", "remove", "nld"]);
    assert!(row(&library.json(&["languages", "list"]), "nld", "library").is_none());
}

#[test]
fn a_document_is_read_again_in_other_languages_and_stays_so() {
    let library = Library::new();
    library.json(&[
        "languages".as_ref(),
        "add".as_ref(),
        pack(&library, "fin").as_os_str(),
    ]);
    let scan = library.file("scan.pdf", fixture::scan_pdf(1));
    let path = scan.to_string_lossy();
    let first = library.json(&["add", "--wait", &path]);
    let again = library.json(&["add", "--wait", "--force-ocr", "--languages", "fin", &path]);
    assert_eq!(again[0]["intake"], "queued", "{again}");
    assert_eq!(
        first[0]["document"], again[0]["document"],
        "the same document"
    );
    let shown = library.json(&["show", &path]);
    assert_eq!(
        (&shown["languages"], &shown["force_ocr"]),
        (&"fin".into(), &true.into())
    );
    let plain = library.json(&["add", "--wait", &path]);
    assert_eq!(
        plain[0]["intake"], "duplicate",
        "adding without a wish changes nothing"
    );
    assert_eq!(library.json(&["show", &path])["languages"], "fin");
}

#[test]
fn what_is_no_recognition_data_is_refused_and_named() {
    let library = Library::new();
    let torn = library.file("deu.traineddata", b"<html>404 not found</html>");
    let mut bytes = std::fs::read(pack(&library, "nld")).expect("data");
    // The directory is whole, what it points at is not.
    for byte in &mut bytes[400..] {
        *byte = 0x5a;
    }
    let hollow = library.file("swe.traineddata", bytes);
    for file in [&torn, &hollow] {
        let refused = library.run(&["languages".as_ref(), "add".as_ref(), file.as_os_str()]);
        assert_eq!(refused.status.code(), Some(1), "{}", told(&refused));
        assert!(told(&refused).contains("traineddata"), "{}", told(&refused));
    }
    let list = library.json(&["languages", "list"]);
    assert!(
        items(&list).iter().all(|one| one["from"] != "library"),
        "{list}"
    );
    let unknown = library.run(&["languages", "add", "tlh"]);
    assert_eq!(unknown.status.code(), Some(1), "{}", told(&unknown));
}

#[test]
fn a_better_model_is_taken_when_it_is_preferred() {
    let library = Library::new();
    let file = pack(&library, "nld");
    library.json(&[
        "languages".as_ref(),
        "add".as_ref(),
        "--best".as_ref(),
        file.as_os_str(),
    ]);
    let list = library.json(&["languages", "list"]);
    assert_eq!(
        row(&list, "nld", "library").expect("listed")["models"],
        "best"
    );
    library.json(&["config", "set", "ocr.models", "best"]);
    library.json(&["config", "set", "ocr.languages", "nld"]);
    let scan = library.file("scan.pdf", fixture::scan_pdf(1));
    assert_eq!(library.add_and_wait(&[&scan])[0]["state"], "ready");
}

/// German without umlauts, drawn as the lines of one page.
fn german() -> Vec<u8> {
    let lines = [
        "Jeder Mensch hat das Recht auf Leben und Freiheit in der Welt.",
        "Niemand darf der Folter oder grausamer Behandlung unterworfen werden.",
        "Die Freiheit der Person und des Eigentums ist nicht zu verletzen.",
        "Alle Menschen sind vor dem Gesetz und vor dem Gericht gleich.",
    ];
    fixture::pdf(&[&lines.join(") Tj 0 -24 Td (")])
}

#[test]
fn a_page_in_another_language_than_it_was_read_in_is_named() {
    let library = Library::new();
    let file = library.file("bericht.pdf", german());
    let path = file.to_string_lossy();
    let read = library.json(&["add", "--wait", "--force-ocr", &path]);
    assert_eq!(read[0]["state"], "ready", "{read}");
    let note = &read[0]["problems"][0];
    assert_eq!(note["code"], "language_doubtful", "{read}");
    let said = note["message"].as_str().unwrap_or_default();
    assert!(said.contains("German (deu)"), "{said}");
    let own = library.file("own.pdf", german());
    std::fs::write(&own, [german(), b"\n% another\n".to_vec()].concat()).expect("a file");
    let embedded = library.json(&["add", "--wait", &own.to_string_lossy()]);
    assert_eq!(
        items(&embedded[0]["problems"]).len(),
        0,
        "its own text is in no language that anybody chose: {embedded}"
    );
}
