//! A bad file ends with its state, its code and a sentence, and the good one beside it is read.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Library, fixture, items, told, value};

/// Adds a bad file with a good one and reads both to the end; the answer for the bad one.
fn beside_a_good_one(library: &Library, bad: &Path) -> Value {
    let good = library.file("good.pdf", fixture::pdf(&["The lighthouse keeper's diary"]));
    let output = library
        .command(&[
            "add".as_ref(),
            "--wait".as_ref(),
            bad.as_os_str(),
            good.as_os_str(),
        ])
        .arg("--json")
        .output()
        .expect("sheaf runs");
    let answers = value(&output);
    let (bad, good) = (&answers[0], &answers[1]);
    assert_eq!(good["state"], "ready", "{good}");
    assert_eq!(good["pages_read"], 1);
    let refused = bad["intake"] == "refused";
    assert_eq!(
        output.status.code(),
        Some(i32::from(refused)),
        "{}",
        told(&output)
    );
    assert!(
        bad["message"].as_str().is_some_and(|text| !text.is_empty()),
        "a sentence: {bad}"
    );
    let queue = library.json(&["queue"]);
    assert_eq!(queue, Value::Array(Vec::new()), "nothing is left");
    bad.clone()
}

/// A file that nothing can be made of: a failed document and a dead letter, both with the code.
fn fails_with(code: &str, name: &str, bytes: &[u8]) {
    let library = Library::new();
    let bad = library.file(name, bytes);
    let answer = beside_a_good_one(&library, &bad);
    assert_eq!(answer["state"], "failed", "{answer}");
    assert_eq!(answer["code"], code, "{answer}");
    let failed = library.json(&["failed"]);
    assert_eq!(items(&failed).len(), 1, "{failed}");
    assert_eq!(failed[0]["document"], answer["document"]);
    assert_eq!(failed[0]["code"], code);
    let shown = library.show(&answer["document"].to_string());
    assert_eq!(shown["state"], "failed");
    assert_eq!(shown["code"], code);
    assert_eq!(library.json(&["stats"])["dead"], 1);
}

/// Bytes without any pattern, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut seed: u32 = 1;
    std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    })
    .take(length)
    .collect()
}

#[test]
fn a_pdf_of_noise_is_corrupt() {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend(noise(4000));
    fails_with("file_corrupt", "noise.pdf", &bytes);
}

#[test]
fn a_pdf_cut_off_is_corrupt() {
    let whole = fixture::scan_pdf(2);
    fails_with("file_corrupt", "cut.pdf", &whole[..whole.len() / 5]);
}

#[test]
fn an_empty_file_says_so() {
    fails_with("file_empty", "empty.pdf", b"");
}

#[test]
fn a_locked_pdf_asks_for_a_password() {
    let locked = fixture::locked_pdf(&["Behind a password"]);
    fails_with("file_encrypted", "locked.pdf", &locked);
}

#[test]
fn an_unknown_format_is_unsupported_and_no_dead_letter() {
    let library = Library::new();
    let bad = library.file("tape.xyz", noise(4000));
    let answer = beside_a_good_one(&library, &bad);
    assert_eq!(answer["state"], "unsupported", "{answer}");
    assert_eq!(answer["code"], "file_unsupported");
    assert_eq!(library.json(&["failed"]), Value::Array(Vec::new()));
}

#[test]
fn a_path_that_leads_nowhere_is_refused_at_once() {
    let library = Library::new();
    let answer = beside_a_good_one(&library, &library.files().join("not-there.pdf"));
    assert_eq!(answer["intake"], "refused", "{answer}");
    assert_eq!(answer["code"], "file_missing");
    assert_eq!(answer["document"], Value::Null);
}

#[test]
fn a_file_gone_before_it_is_read_needs_attention_at_once() {
    let library = Library::new();
    let path = library.file("gone.pdf", fixture::pdf(&["Soon gone"]));
    let document = library.add(&path);
    std::fs::remove_file(&path).expect("removed");
    library.json(&["run", "--until-idle"]);
    let shown = library.show(&document);
    assert_eq!(shown["state"], "failed", "{shown}");
    assert_eq!(shown["code"], "file_missing");
}
