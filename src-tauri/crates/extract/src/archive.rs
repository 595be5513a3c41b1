//! ZIP archives as folders: a page is a part of the list of what is in them.

use crate::bytes::Bytes;
use crate::date::unix_seconds;
use crate::inside::nothing_there;
use crate::open::{HEAD_BYTES, kind};
use crate::package::{MAX_RATIO, Package, SMALL, unreadable};
use crate::sections::SECTION_CHARS;
use crate::written::section_text;
use crate::{Document, ExtractError, Meta, Read};
use sheaf_document::{Kind, Member, Password};
use std::collections::HashSet;
use std::io::{self, Read as _};
use std::ops::Range;
use zip::read::ZipFile;
use zip::{CompressionMethod, DateTime, ZipArchive};

/// So many members are taken in; an archive that has more says so.
const MAX_MEMBERS: usize = 100_000;

/// A member that has to be unpacked is held in memory.
const MAX_MEMBER: u64 = 256 << 20;

pub(crate) struct Archive {
    zip: ZipArchive<Bytes>,
    meta: Meta,
    members: Vec<Member>,
    left_out: Option<String>,
    /// Which members each page lists.
    pages: Vec<Range<usize>>,
}

impl Archive {
    /// An archive of nothing but locked members asks for the password as a whole; else each of them does.
    pub(crate) fn open(package: Package, passwords: &[Password]) -> Result<Self, ExtractError> {
        let mut zip = package.into_archive();
        let Listed {
            members,
            locked,
            left_out,
        } = listed(&mut zip)?;
        if members.is_empty() {
            return Err(ExtractError::Unsupported("an empty ZIP archive".to_owned()));
        }
        let mut archive = Self {
            zip,
            meta: Meta::default(),
            pages: pages(&members),
            members,
            left_out,
        };
        if let Some(smallest) = locked.filter(|_| archive.has_locked_only()) {
            unlocked(&mut archive.zip, smallest, SMALL, passwords)?;
        }
        Ok(archive)
    }

    fn has_locked_only(&mut self) -> bool {
        let numbers: Vec<usize> = self.members.iter().map(|m| m.number as usize).collect();
        numbers.into_iter().all(|index| {
            self.zip
                .by_index_raw(index)
                .is_ok_and(|file| file.encrypted())
        })
    }
}

impl Document for Archive {
    fn kind(&self) -> Kind {
        Kind::Zip
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn pages(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    fn read(&mut self, page: u32) -> Result<Read, ExtractError> {
        let names: Vec<String> = self.members(page)?.into_iter().map(|m| m.name).collect();
        Ok(Read::Text(section_text(&names.join("\n"))))
    }

    fn render(&mut self, _: u32, _: u32) -> Result<image::DynamicImage, ExtractError> {
        let why = "an archive has no page pictures".to_owned();
        Err(ExtractError::Unsupported(why))
    }

    fn members(&mut self, page: u32) -> Result<Vec<Member>, ExtractError> {
        let range = self.pages.get(page as usize);
        let range = range.ok_or_else(|| ExtractError::no_page(page))?;
        Ok(self.members[range.clone()].to_vec())
    }

    fn left_out(&self, page: u32) -> Option<String> {
        self.left_out.clone().filter(|_| page == 0)
    }
}

/// The content of a member, and its file name. Nothing else in the archive is looked at.
pub(crate) fn unpack(
    package: &mut Package,
    number: u64,
    passwords: &[Password],
) -> Result<(Bytes, String), ExtractError> {
    let (bytes, zip) = package.parts();
    let index = usize::try_from(number).map_err(|_| nothing_there())?;
    if index >= zip.len() {
        return Err(nothing_there());
    }
    let raw = zip.by_index_raw(index).map_err(unreadable)?;
    if !is_file(&raw) {
        return Err(nothing_there());
    }
    let name = clean_name(&raw, index);
    let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let (is_locked, packed, start) = (raw.encrypted(), raw.compressed_size(), raw.data_start());
    let is_as_it_is = raw.compression() == CompressionMethod::Stored;
    drop(raw);
    if is_as_it_is && !is_locked {
        let part = bytes.part(start, packed)?;
        let cut = || ExtractError::Corrupt("the archive ends too early".to_owned());
        return Ok((part.ok_or_else(cut)?, name));
    }
    let limit = MAX_MEMBER.min(SMALL.max(packed.saturating_mul(MAX_RATIO)));
    let content = match is_locked {
        true => unlocked(zip, index, limit, passwords)?,
        false => {
            let file = zip.by_index(index).map_err(unreadable)?;
            read_up_to(file, limit).map_err(ExtractError::from_packed)?
        }
    };
    if content.len() as u64 > limit {
        return Err(too_large(&content, &name, limit));
    }
    Ok((Bytes::of(content), name))
}

/// The first password under which the member's checksum is right; at most one byte more than `limit`.
fn unlocked(
    zip: &mut ZipArchive<Bytes>,
    index: usize,
    limit: u64,
    passwords: &[Password],
) -> Result<Vec<u8>, ExtractError> {
    let mut error = ExtractError::Encrypted;
    for password in passwords {
        let key = password.reveal().as_bytes();
        let file = match zip.by_index_decrypt(index, key) {
            Ok(file) => file,
            Err(other) => {
                error = unreadable(other);
                continue;
            }
        };
        match read_up_to(file, limit) {
            Ok(content) => return Ok(content),
            // The older encryption checks one byte only: a wrong password may get as far as this.
            Err(_) => error = ExtractError::WrongPassword,
        }
    }
    Err(error)
}

struct Listed {
    members: Vec<Member>,
    /// Where the smallest of those that are locked is.
    locked: Option<usize>,
    /// What to say when there are more.
    left_out: Option<String>,
}

/// The files in an archive. Folders, links and what systems hide are left out, as they are in a folder on disk.
fn listed(zip: &mut ZipArchive<Bytes>) -> Result<Listed, ExtractError> {
    let (mut members, mut names) = (Vec::new(), HashSet::new());
    let mut locked: Option<(u64, usize)> = None;
    let mut left_out = None;
    for index in 0..zip.len() {
        if members.len() == MAX_MEMBERS {
            left_out = Some(format!(
                "It lists {} files; only the first {MAX_MEMBERS} were taken in. Unpack it and add the folder.",
                zip.len()
            ));
            break;
        }
        let file = zip.by_index_raw(index).map_err(unreadable)?;
        if !is_file(&file) {
            continue;
        }
        let name = clean_name(&file, index);
        if is_hidden(&name) {
            continue;
        }
        if file.encrypted() {
            let this = (file.size(), index);
            locked = Some(locked.map_or(this, |other| other.min(this)));
        }
        members.push(Member {
            number: index as u64,
            name: unique(name, &mut names),
            bytes: file.size(),
            modified_ns: file.last_modified().and_then(nanoseconds),
            check: file.crc32(),
        });
    }
    Ok(Listed {
        members,
        locked: locked.map(|(_, index)| index),
        left_out,
    })
}

fn is_file<R: io::Read>(file: &ZipFile<'_, R>) -> bool {
    !file.is_dir() && !file.is_symlink()
}

fn clean_name<R: io::Read>(file: &ZipFile<'_, R>, index: usize) -> String {
    Member::clean_name(&name_of(file)).unwrap_or_else(|| format!("file {}", index + 1))
}

/// UTF-8 where it is that, though older programs do not say so; else the code page of DOS.
fn name_of<R: io::Read>(file: &ZipFile<'_, R>) -> String {
    match std::str::from_utf8(file.name_raw()) {
        Ok(name) => name.to_owned(),
        Err(_) => file.name().to_owned(),
    }
}

fn is_hidden(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.split('/').any(|part| part.starts_with('.'))
}

/// The name, with a number before its ending when it is taken.
pub(crate) fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let mut free = name.clone();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        let file = name.rfind('/').map_or(0, |at| at + 1);
        let stem = match name[file..].rfind('.') {
            Some(dot) if dot > 0 => file + dot,
            _ => name.len(),
        };
        free = format!("{} ({number}){}", &name[..stem], &name[stem..]);
    }
    free
}

fn nanoseconds(date: DateTime) -> Option<i64> {
    let day = (date.year().into(), date.month().into(), date.day().into());
    let clock = (
        date.hour().into(),
        date.minute().into(),
        date.second().into(),
    );
    unix_seconds(day, clock)?.checked_mul(1_000_000_000)
}

/// As many names to a page as a section has characters.
fn pages(members: &[Member]) -> Vec<Range<usize>> {
    let (mut pages, mut start, mut chars) = (Vec::new(), 0, 0);
    for (n, member) in members.iter().enumerate() {
        let length = member.name.chars().count() + 1;
        if chars + length > SECTION_CHARS && n > start {
            pages.push(start..n);
            (start, chars) = (n, 0);
        }
        chars += length;
    }
    pages.push(start..members.len());
    pages
}

/// At most one byte more than `limit`, so that the caller sees that there is more.
fn read_up_to(file: impl io::Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    file.take(limit + 1).read_to_end(&mut content)?;
    Ok(content)
}

/// What is none of ours is that first of all, however large it grows.
fn too_large(content: &[u8], name: &str, limit: u64) -> ExtractError {
    let head = &content[..content.len().min(HEAD_BYTES)];
    let packed = head.starts_with(b"PK\x03\x04") || head.starts_with(crate::ole::OLE);
    let unknown = if packed { None } else { kind(head, name).err() };
    unknown.unwrap_or_else(|| {
        ExtractError::TooLarge(format!(
            "it unpacks to more than {} MB; unpack the archive and add the folder",
            limit >> 20
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut taken = HashSet::new();
        let names: Vec<String> = [
            "a/b.txt", "a/b.txt", "a/b.txt", "c", "c", ".d", "x.y/z", "x.y/z",
        ]
        .into_iter()
        .map(|name| unique(name.to_owned(), &mut taken))
        .collect();
        let expect = [
            "a/b.txt",
            "a/b (2).txt",
            "a/b (3).txt",
            "c",
            "c (2)",
            ".d",
            "x.y/z",
            "x.y/z (2)",
        ];
        assert_eq!(names, expect);
    }

    #[test]
    fn every_member_is_on_one_page() {
        let member = |n: u64| Member {
            number: n,
            name: format!("{n}{}", "x".repeat(900)),
            bytes: 0,
            modified_ns: None,
            check: 0,
        };
        let members: Vec<Member> = (0..10).map(member).collect();
        assert_eq!(pages(&members), [0..4, 4..8, 8..10]);
    }
}
