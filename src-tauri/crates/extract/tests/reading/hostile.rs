//! Damaged files: an answer, whatever the bytes; never a panic, never a hang.

use crate::archives::zip;
use crate::conformance::{readable, text_keeps_the_rules};
use crate::desk::opened;
use ::zip::ZipArchive;
use sheaf_extract::Read;
use std::io::{Cursor, Read as _};

/// Reads as far as it goes; what is read keeps the rules.
fn survive(bytes: &[u8], name: &str) {
    let Ok(mut document) = opened(bytes, name) else {
        return;
    };
    for page in 0..document.pages().min(4) {
        match document.read(page) {
            Ok(Read::Text(text)) => text_keeps_the_rules(&text, name),
            Ok(Read::Scan { own, .. }) => text_keeps_the_rules(&own, name),
            Err(_) => {}
        }
    }
}

#[test]
fn truncated_files_are_answered() {
    for (name, _, bytes) in readable() {
        for part in 1..16 {
            survive(&bytes[..bytes.len() * part / 16], name);
        }
    }
}

#[test]
fn files_with_flipped_bytes_are_answered() {
    let mut random = 1_u64;
    let mut next = |below: usize| {
        // Knuth's MMIX generator: the same damage in every run.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    for (name, _, bytes) in readable() {
        for _ in 0..16 {
            let mut damaged = bytes.clone();
            for _ in 0..8 {
                damaged[next(bytes.len())] = next(256) as u8;
            }
            survive(&damaged, name);
        }
    }
}

#[test]
fn beginnings_of_every_format_followed_by_noise_are_answered() {
    let noise: Vec<u8> = (0..4096_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let magics: [&[u8]; 15] = [
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"II*\0\x08\0\0\0",
        b"MM\0+\0\x08\0\0",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"<html",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"{\\rtf1\\ansi{\\fonttbl",
        b"Subject: x\r\nFrom: a@b.c\r\nDate: now\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"From a@b.c Fri May 17 09:30:00 2024\nSubject: x\n\n",
        b"GIF89a",
        b"BM\xff\xff\xff\xff\0\0\0\0\x36\0\0\0\x28\0\0\0",
        b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\x02\0\0\0\xff\xff\xff\xff\xff\xff",
    ];
    for magic in magics {
        survive(&[magic, &noise].concat(), "a");
    }
}

/// A checksum keeps damage out of the parts of a container, so they are damaged before they are packed.
#[test]
fn damaged_parts_of_whole_containers_are_answered() {
    let mut random = 7_u64;
    let mut next = |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below.max(1)
    };
    for (name, _, bytes) in readable() {
        let Ok(mut container) = ZipArchive::new(Cursor::new(bytes)) else {
            continue;
        };
        let mut parts = Vec::new();
        for index in 0..container.len() {
            let mut part = container.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            parts.push((part.name().to_owned(), content));
        }
        for damaged in 0..parts.len() {
            for _ in 0..12 {
                let mut parts = parts.clone();
                let part = &mut parts[damaged].1;
                for _ in 0..6 {
                    let at = next(part.len());
                    match next(4) {
                        0 => part.truncate(at),
                        1 => part.extend_from_within(at..),
                        _ => part
                            .splice(at..at.min(part.len()), [b"<>&;\"/\0\xff"[next(8)]])
                            .for_each(drop),
                    }
                }
                let files: Vec<(&str, &[u8])> = parts
                    .iter()
                    .map(|(name, content)| (name.as_str(), content.as_slice()))
                    .collect();
                survive(&zip(&files), name);
            }
        }
    }
}
