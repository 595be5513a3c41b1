//! Files in files: archives as folders, attachments, the way to them.

use crate::desk::{content, opened, pages, refused};
use crate::letters::{MAIL, mailbox, message, wide};
use sheaf_document::{Code, Kind, Member, Password};
use sheaf_extract::{Bytes, Containers, ExtractError};
use std::io::{Cursor, Read, Write};
use zip::unstable::write::FileOptionsExt;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

/// An archive of packed files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(files, SimpleFileOptions::default())
}

fn zip_with(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn members(bytes: &[u8], name: &str) -> Vec<Member> {
    let mut document = opened(bytes, name).unwrap();
    (0..document.pages())
        .flat_map(|page| document.members(page).unwrap())
        .collect()
}

fn names(bytes: &[u8], name: &str) -> Vec<String> {
    members(bytes, name).into_iter().map(|m| m.name).collect()
}

/// What a way leads to, and its file name.
fn inside(
    bytes: &[u8],
    name: &str,
    way: &[u64],
    passwords: &[&str],
) -> Result<(Vec<u8>, String), ExtractError> {
    let passwords: Vec<Password> = passwords
        .iter()
        .map(|word| Password::new((*word).to_owned()))
        .collect();
    let mut containers = Containers::default();
    let (mut found, name) = containers.reach(content(bytes), name, way, &passwords)?;
    let mut all = Vec::new();
    found.read_to_end(&mut all).unwrap();
    Ok((all, name))
}

/// Every member that is told of can be reached, and is as long as it is said to be.
fn all_inside(bytes: &[u8], name: &str) -> Vec<Vec<u8>> {
    members(bytes, name)
        .into_iter()
        .map(|member| {
            let (found, name) = inside(bytes, name, &[member.number], &[]).unwrap();
            assert_eq!(found.len() as u64, member.bytes, "{member:?}");
            assert_eq!(name, member.file_name());
            found
        })
        .collect()
}

#[test]
fn an_archive_is_the_list_of_what_is_in_it() {
    let bytes = zip(&[("b/c.txt", b"one"), ("a.txt", b"two"), ("folder/", b"")]);
    assert_eq!(pages(&bytes, "a"), ["b/c.txt\na.txt"]);
    let document = opened(&bytes, "a").unwrap();
    assert_eq!(document.kind(), Kind::Zip);
    assert_eq!(all_inside(&bytes, "a"), [b"one", b"two"]);
}

#[test]
fn what_lies_in_an_archive_as_it_is_is_read_where_it_lies() {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let inner = zip_with(&[("deep.txt", b"deep")], stored);
    let bytes = zip_with(&[("x", b"1"), ("inner.zip", &inner)], stored);
    assert_eq!(all_inside(&bytes, "a"), [b"1".to_vec(), inner]);
    let (deep, name) = inside(&bytes, "a", &[1, 0], &[]).unwrap();
    assert_eq!((deep.as_slice(), name.as_str()), (&b"deep"[..], "deep.txt"));
}

#[test]
fn no_name_leads_out_of_an_archive_and_none_is_there_twice() {
    let bytes = zip(&[
        ("../../etc/passwd", b""),
        ("/etc/passwd", b""),
        ("a\\..\\b.txt", b""),
        ("..", b""),
    ]);
    let expect = ["etc/passwd", "etc/passwd (2)", "a/b.txt", "file 4"];
    assert_eq!(names(&bytes, "a"), expect);
}

#[test]
fn what_systems_hide_is_left_out() {
    let hidden: [(&str, &[u8]); 4] = [
        ("__MACOSX/._a.txt", b""),
        (".DS_Store", b""),
        ("a/.git/config", b""),
        ("a.txt", b"seen"),
    ];
    assert_eq!(names(&zip(&hidden), "a"), ["a.txt"]);
    assert_eq!(
        refused(&zip(&hidden[..3]), "a").code(),
        Code::FileUnsupported
    );
}

#[test]
fn a_folder_called_word_makes_no_document() {
    let bytes = zip(&[("word/document1.pdf", b"%PDF-")]);
    assert_eq!(opened(&bytes, "a").unwrap().kind(), Kind::Zip);
}

#[test]
fn formats_of_programs_are_no_archives() {
    for part in ["META-INF/MANIFEST.MF", "AndroidManifest.xml", "mimetype"] {
        let bytes = zip(&[(part, b"x"), ("a.txt", b"text")]);
        assert_eq!(refused(&bytes, "a").code(), Code::FileUnsupported, "{part}");
    }
}

#[test]
fn a_long_list_is_several_pages_and_each_member_is_on_one() {
    let owned: Vec<String> = (0..300)
        .map(|n| format!("folder/a longer name {n}.txt"))
        .collect();
    let files: Vec<(&str, &[u8])> = owned.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let bytes = zip(&files);
    assert!(pages(&bytes, "a").len() > 1);
    assert_eq!(names(&bytes, "a"), owned);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![0; 40 << 20];
    let letters = vec![b'a'; 40 << 20];
    let bytes = zip(&[("zeros.bin", &zeros), ("letters.txt", &letters)]);
    let way = |number| inside(&bytes, "a", &[number], &[]).unwrap_err().code();
    assert_eq!(
        way(0),
        Code::FileUnsupported,
        "what is none of ours is that"
    );
    assert_eq!(way(1), Code::PageTooLarge);
    assert!(inside(&bytes, "a", &[2], &[]).is_err());
    assert!(inside(&bytes, "a", &[u64::MAX], &[]).is_err());
}

#[test]
fn a_locked_archive_opens_with_any_of_the_passwords() {
    let plain = SimpleFileOptions::default();
    for options in [
        plain.with_aes_encryption(AesMode::Aes256, "secret"),
        plain.with_deprecated_encryption(b"secret"),
    ] {
        let bytes = zip_with(&[("a.txt", b"locked away"), ("b.txt", b"too")], options);
        let open = |words: &[&str]| inside(&bytes, "a", &[0], words);
        assert!(matches!(open(&[]), Err(ExtractError::Encrypted)));
        assert!(matches!(open(&["wrong"]), Err(ExtractError::WrongPassword)));
        assert_eq!(open(&["wrong", "secret"]).unwrap().0, b"locked away");
        assert!(matches!(refused(&bytes, "a"), ExtractError::Encrypted));
        let unlocked = crate::desk::with_password(&bytes, "a", Some("secret"));
        assert_eq!(unlocked.unwrap().pages(), 1);
    }
}

/// A page with a line of text, made with Office's own kind of encryption and the password “secret”.
const LOCKED: &[u8] = include_bytes!("locked.docx");

#[test]
fn a_protected_office_file_opens_with_its_password() {
    assert!(matches!(refused(LOCKED, "a"), ExtractError::Encrypted));
    let open = |word: &str| crate::desk::with_password(LOCKED, "a", Some(word));
    assert!(matches!(open("wrong"), Err(ExtractError::WrongPassword)));
    let mut document = open("secret").unwrap();
    assert_eq!(document.kind(), Kind::Docx);
    let text = crate::desk::text(document.read(0).unwrap()).text;
    assert_eq!(text, "Behind the password a heron waits.");
}

#[test]
fn a_mail_has_its_attachments_as_members() {
    let found = members(MAIL.as_bytes(), "a.eml");
    assert_eq!(found[0].name, "bill.pdf");
    assert_eq!(found[0].modified_ns, Some(1_715_931_000_000_000_000));
    assert_eq!(all_inside(MAIL.as_bytes(), "a.eml"), [b"%PDF-"]);
}

#[test]
fn a_forwarded_message_is_a_member_and_its_text_is_not_there_twice() {
    let mail = "Subject: outer\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in/ner\r\n\r\nsecret\r\n--x--\r\n";
    let text = pages(mail.as_bytes(), "a.eml").concat();
    assert!(text.contains("Attachments: in ner.eml"), "{text}");
    assert!(!text.contains("secret"), "{text}");
    let (inner, name) = inside(mail.as_bytes(), "a.eml", &[0], &[]).unwrap();
    assert_eq!(name, "in ner.eml");
    assert!(
        pages(&inner, &name)
            .concat()
            .contains("Subject: in/ner\n\nsecret")
    );
}

#[test]
fn signatures_and_logos_are_no_members() {
    let part = |head: &str| {
        format!("--x\r\n{head}\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n")
    };
    let mail = format!(
        "Subject: x\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n{}{}{}{}--x--\r\n",
        part("Content-Type: text/plain"),
        part("Content-Type: application/pkcs7-signature; name=smime.p7s"),
        part("Content-Type: image/png; name=logo.png\r\nContent-ID: <1>"),
        part("Content-Type: image/png; name=photo.png\r\nContent-Disposition: attachment"),
    );
    assert_eq!(names(mail.as_bytes(), "a.eml"), ["photo.png"]);
}

#[test]
fn in_a_mailbox_attachments_lie_under_the_number_of_their_message() {
    let mailbox = format!("{}From b Fri May 17 09:30:00 2024\n{MAIL}\n", mailbox(2));
    let found = members(mailbox.as_bytes(), "a");
    assert_eq!(found[0].name, "3/bill.pdf");
    let (bill, name) = inside(mailbox.as_bytes(), "a", &[found[0].number], &[]).unwrap();
    assert_eq!(
        (bill.as_slice(), name.as_str()),
        (&b"%PDF-"[..], "bill.pdf")
    );
}

#[test]
fn an_outlook_message_in_another_one_is_a_message() {
    let inner = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
    let subject = format!("{inner}/__substg1.0_0037001F");
    let body = format!("{inner}/__substg1.0_1000001F");
    let head = format!("{inner}/__properties_version1.0");
    let mut fixed = vec![0; 24];
    fixed.extend(0x0039_0040_u32.to_le_bytes());
    fixed.extend([0; 4]);
    fixed.extend(133_604_118_000_000_000_u64.to_le_bytes());
    let bytes = message(&[
        (
            "/__attach_version1.0_#00000000/__substg1.0_37010102",
            b"%PDF-",
        ),
        (
            "/__attach_version1.0_#00000000/__substg1.0_3707001F",
            &wide("bill.pdf"),
        ),
        (&subject, &wide("inner")),
        (&body, &wide("secret")),
        (&head, &fixed),
        (
            "/__attach_version1.0_#00000001/__substg1.0_3001001F",
            &wide("inner"),
        ),
    ]);
    assert_eq!(names(&bytes, "a"), ["bill.pdf", "inner.msg"]);
    let all = all_inside(&bytes, "a");
    assert_eq!(all[0], b"%PDF-");
    let text = pages(&all[1], "inner.msg").concat();
    assert_eq!(text, "Subject: inner\nDate: 2024-05-17T09:30:00Z\n\nsecret");
}

#[test]
fn what_holds_nothing_cannot_be_entered() {
    for (name, bytes) in [("a.txt", &b"text"[..]), ("a.pdf", b"%PDF-1.4"), ("a", b"")] {
        assert!(inside(bytes, name, &[0], &[]).is_err(), "{name}");
    }
}

/// A mail with so many files of one letter each.
fn many(count: usize) -> String {
    let part =
        "--x\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\nhi\r\n".repeat(count);
    format!(
        "Subject: many\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
         --x\r\nContent-Type: text/plain\r\n\r\nthe letter\r\n{part}--x--\r\n"
    )
}

/// How many members a page has, and what it says of the others.
fn taken(bytes: &[u8], name: &str, page: u32) -> (usize, String) {
    let mut document = opened(bytes, name).unwrap();
    document.read(page).unwrap();
    let members = document.members(page).unwrap().len();
    (members, document.left_out(page).unwrap_or_default())
}

#[test]
fn a_mail_with_too_many_attachments_keeps_its_text_and_the_first_of_them() {
    let (mail, fair) = (many(5_001), many(5_000));
    assert!(pages(mail.as_bytes(), "a.eml")[0].contains("the letter"));
    let told = "It has 5001 attachments; only the first 5000 were taken in.";
    assert_eq!(taken(mail.as_bytes(), "a.eml", 0), (5_000, told.to_owned()));
    assert_eq!(
        taken(fair.as_bytes(), "a.eml", 0),
        (5_000, String::new()),
        "all are there"
    );
    let last = inside(mail.as_bytes(), "a.eml", &[4_999], &[]).unwrap();
    assert_eq!(last, (b"hi".to_vec(), "a.bin".to_owned()));
    let start = "From ada@example.org Fri May 17 09:30:00 2024\n";
    let mailbox = format!("{start}Subject: few\nFrom: a@b.c\n\nnone\n\n{start}{mail}");
    assert_eq!(taken(mailbox.as_bytes(), "a.mbox", 0), (0, String::new()));
    assert_eq!(
        taken(mailbox.as_bytes(), "a.mbox", 1),
        (5_000, told.to_owned())
    );
}

#[test]
fn an_archive_of_too_many_files_takes_in_the_first_of_them() {
    let names: Vec<String> = (0..100_001).map(|n| n.to_string()).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"x"[..]))
        .collect();
    let told =
        "It lists 100001 files; only the first 100000 were taken in. Unpack it and add the folder.";
    let bytes = zip(&files);
    let mut document = opened(&bytes, "a").unwrap();
    assert_eq!(document.left_out(0).as_deref(), Some(told));
    let last = document.pages() - 1;
    let members = document.members(last).unwrap();
    assert_eq!(members.last().unwrap().name, "99999");
    let fair = zip(&files[..100_000]);
    assert_eq!(opened(&fair, "a").unwrap().left_out(0), None);
}

/// A file that an archive lies in, and what asking for its members in this order gives.
#[cfg(unix)]
fn asked_in_turn(file: &std::fs::File, ways: &[&[u64]]) -> Vec<Result<Vec<u8>, ExtractError>> {
    let mut containers = Containers::default();
    let mut ask = |way: &&[u64]| {
        let bytes = Bytes::new(file.try_clone()?)?;
        let (mut found, _) = containers.reach(bytes, "a.zip", way, &[])?;
        let mut all = Vec::new();
        found.read_to_end(&mut all)?;
        Ok(all)
    };
    ways.iter().map(&mut ask).collect()
}

#[cfg(unix)]
fn file_of(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[cfg(unix)]
#[test]
fn containers_that_are_kept_open_lead_where_they_led() {
    let inner = zip(&[("x", b"x in a"), ("y", b"y in a")]);
    let other = zip(&[("x", b"x in b")]);
    let mail = MAIL.as_bytes();
    let bytes = zip(&[
        ("a.zip", &inner),
        ("b.zip", &other),
        ("c.txt", b"c"),
        ("d.eml", mail),
    ]);
    let ways: [&[u64]; 9] = [
        &[0, 0],
        &[0, 1],
        &[1, 0],
        &[0, 0],
        &[2],
        &[3, 0],
        &[9],
        &[0, 1],
        &[2, 0],
    ];
    let kept = asked_in_turn(&file_of(&bytes), &ways);
    for (way, found) in ways.iter().zip(kept) {
        let fresh = inside(&bytes, "a.zip", way, &[]).map(|(all, _)| all);
        assert_eq!(
            found.map_err(|e| e.code()),
            fresh.map_err(|e| e.code()),
            "{way:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_container_that_was_written_to_is_looked_at_again() {
    let mut file = file_of(&zip(&[("a", b"before")]));
    let mut containers = Containers::default();
    let mut ask = |file: &std::fs::File| {
        let bytes = Bytes::new(file.try_clone().unwrap()).unwrap();
        let (mut found, name) = containers.reach(bytes, "a.zip", &[0], &[]).unwrap();
        let mut all = String::new();
        found.read_to_string(&mut all).unwrap();
        (name, all)
    };
    assert_eq!(ask(&file), ("a".to_owned(), "before".to_owned()));
    let new = zip(&[("other", b"behind")]);
    file.set_len(0).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    file.write_all(&new).unwrap();
    assert_eq!(ask(&file), ("other".to_owned(), "behind".to_owned()));
}
