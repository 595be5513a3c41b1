//! What `export` writes, and where it refuses to.

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::{Library, fixture, items, told};

fn export(library: &Library, document: &Path, to: &Path) -> Value {
    library.json(&[
        "export".as_ref(),
        document.as_os_str(),
        "--to".as_ref(),
        to.as_os_str(),
    ])
}

fn said(program: &str, arguments: &[&Path]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output
        .unwrap_or_else(|error| panic!("{program}, which cargo xtask test installs: {error}"));
    told(&output)
}

#[test]
fn a_scan_becomes_a_searchable_pdf_with_the_original_within() {
    let library = Library::new();
    let scan = library.file("scan.pdf", fixture::scan_pdf(2));
    library.add_and_wait(&[&scan]);
    let to = library.files().join("searchable.pdf");
    let answer = export(&library, &scan, &to);
    assert_eq!(
        (&answer["pages"], &answer["recognized"]),
        (&2.into(), &2.into())
    );
    let (original, made) = (
        std::fs::read(&scan).expect("the original"),
        std::fs::read(&to).expect("exported"),
    );
    assert!(made.starts_with(&original) && made.len() > original.len());
    let checked = said("qpdf", &["--check".as_ref(), &to]);
    assert!(
        checked.contains("No syntax or stream encoding errors"),
        "{checked}"
    );
    let text = said("pdftotext", &[&to, "-".as_ref()]);
    let read = library.json(&["text", &scan.to_string_lossy()]);
    let words = |page: &Value| -> Vec<String> {
        let text = page["text"].as_str().expect("text");
        text.split_whitespace().map(str::to_owned).collect()
    };
    let read: Vec<String> = items(&read["pages"]).iter().flat_map(words).collect();
    let found: Vec<&str> = text.split_whitespace().collect();
    assert!(read.len() > 10, "{read:?}");
    assert!(
        read.iter().all(|word| found.contains(&word.as_str())),
        "{read:?} {text}"
    );
}

#[test]
fn text_markdown_and_json_say_the_same() {
    let library = Library::new();
    let path = library.file(
        "two.pdf",
        fixture::pdf(&["The first page", "The second page"]),
    );
    library.add_and_wait(&[&path]);
    for (name, parts) in [
        ("a.txt", ["The first page", "\u{c}The second page"]),
        (
            "a.md",
            [
                "## Page 1\n\nThe first page",
                "## Page 2\n\nThe second page",
            ],
        ),
    ] {
        let to = library.files().join(name);
        export(&library, &path, &to);
        let written = std::fs::read_to_string(&to).expect("exported");
        assert!(parts.iter().all(|part| written.contains(part)), "{written}");
    }
    let to = library.files().join("a.json");
    export(&library, &path, &to);
    let written: Value =
        serde_json::from_slice(&std::fs::read(&to).expect("exported")).expect("JSON");
    assert_eq!(written["pages"][1]["page"], 2);
    let word = &written["pages"][1]["words"][1];
    assert_eq!(word["text"], "second");
    assert_eq!(word["box"].as_array().map(Vec::len), Some(4));
    let shown = library.run(&["export", &path.to_string_lossy(), "--to", "-"]);
    assert!(
        String::from_utf8_lossy(&shown.stdout).starts_with("The first page"),
        "{}",
        told(&shown)
    );
}

#[test]
fn nothing_is_written_over_an_original_or_without_asking() {
    let library = Library::new();
    let path = library.file("mine.pdf", fixture::pdf(&["Mine"]));
    library.add_and_wait(&[&path]);
    let before = std::fs::read(&path).expect("the original");
    let refused = |to: &Path, force: bool| {
        let mut args = vec![
            "export".as_ref(),
            path.as_os_str(),
            "--to".as_ref(),
            to.as_os_str(),
        ];
        if force {
            args.push("--force".as_ref());
        }
        let output = library.run(&args);
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        told(&output)
    };
    assert!(refused(&path, true).contains("originals are never written to"));
    #[cfg(unix)]
    {
        let alias = library.files().join("alias.pdf");
        std::os::unix::fs::symlink(&path, &alias).expect("a link");
        assert!(refused(&alias, true).contains("originals are never written to"));
    }
    assert_eq!(std::fs::read(&path).expect("the original"), before);
    let other = library.file("there.txt", "precious");
    assert!(refused(&other, false).contains("--force replaces it"));
    assert_eq!(std::fs::read(&other).expect("still there"), b"precious");
    let wrong = library.run(&["export", &path.to_string_lossy(), "--to", "a.docx"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", told(&wrong));
}

#[test]
fn a_failed_export_leaves_no_file() {
    let library = Library::new();
    let path = library.file("plain.txt", "Only words");
    library.add_and_wait(&[&path]);
    let folder = library.files().join("out");
    std::fs::create_dir(&folder).expect("a folder");
    let to = folder.join("x.pdf");
    let output = library.run(&[
        "export".as_ref(),
        path.as_os_str(),
        "--to".as_ref(),
        to.as_os_str(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains(".txt or .md"), "{}", told(&output));
    assert_eq!(
        std::fs::read_dir(&folder).expect("the folder").count(),
        0,
        "not even a part of one"
    );
}

/// An archive of these files, packed.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a member");
        archive.write_all(content).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn a_scan_in_an_archive_becomes_a_searchable_pdf_too() {
    let library = Library::new();
    let scan = fixture::scan_pdf(1);
    let archive = library.file("box.zip", zip(&[("deep/scan.pdf", &scan)]));
    library.add_and_wait(&[&archive]);
    let member = archive.join("deep/scan.pdf");
    let to = library.files().join("out.pdf");
    let answer = export(&library, &member, &to);
    assert_eq!(answer["recognized"], 1, "{answer}");
    let made = std::fs::read(&to).expect("exported");
    assert!(made.starts_with(&scan) && made.len() > scan.len());
    let text = said("pdftotext", &[&to, "-".as_ref()]);
    assert!(text.contains("PAGE 1 OF 1"), "{text}");
}

/// A scan that somebody signed: the signature names the bytes it covers.
fn signed_scan() -> Vec<u8> {
    use lopdf::{Document, Object, StringFormat, dictionary};
    let mut document = Document::load_mem(&fixture::scan_pdf(1)).expect("a PDF");
    let signature = document.add_object(dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "SubFilter" => "adbe.pkcs7.detached",
        "ByteRange" => vec![0.into(), 100.into(), 164.into(), 100.into()],
        "Contents" => Object::String(vec![0x30; 32], StringFormat::Hexadecimal),
    });
    let page = *document.get_pages().get(&1).expect("a page");
    let field = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("signed"),
        "V" => signature, "P" => page, "F" => 132, "Rect" => vec![0.into(); 4],
    });
    document
        .get_dictionary_mut(page)
        .expect("the page")
        .set("Annots", vec![field.into()]);
    let form = dictionary! { "Fields" => vec![field.into()], "SigFlags" => 3 };
    document
        .catalog_mut()
        .expect("a catalog")
        .set("AcroForm", form);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("saved");
    bytes
}

#[test]
fn what_a_signature_covers_is_not_touched() {
    let library = Library::new();
    let original = signed_scan();
    let scan = library.file("signed.pdf", &original);
    library.add_and_wait(&[&scan]);
    let to = library.files().join("out.pdf");
    assert_eq!(export(&library, &scan, &to)["recognized"], 1);
    let made = std::fs::read(&to).expect("exported");
    assert!(made.starts_with(&original), "an update behind the original");
    let again = lopdf::Document::load_mem(&made).expect("a PDF");
    let form = again.catalog().expect("a catalog").get(b"AcroForm");
    assert!(form.is_ok(), "the form with the signature is still there");
    let text = said("pdftotext", &[&to, "-".as_ref()]);
    assert!(text.contains("PAGE 1 OF 1"), "{text}");
}
