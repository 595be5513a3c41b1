//! Mailboxes (mbox): a message is a page. Only where the messages begin is kept; each is read when it is asked for.

use crate::bytes::Bytes;
use crate::mail::{MAX_MAIL_BYTES, attached_files, attachment_of, letter, meta, parsed};
use crate::roll::Roll;
use crate::{Document, ExtractError, Meta, Read};
use sheaf_document::{Kind, Member};
use std::io::{BufRead, BufReader, Read as _, Seek, SeekFrom};

/// More messages than this are taken for an attack.
const MAX_MESSAGES: usize = 1_000_000;

/// A member's number is that of its page before so many bits of its number in the message.
const PAGE_BITS: u32 = 24;

/// Lines longer than this are read in parts.
const LINE: u64 = 64 * 1024;

pub(crate) struct Mbox {
    bytes: Bytes,
    meta: Meta,
    /// Where each message begins, and where the last one ends.
    starts: Vec<u64>,
    /// The page whose members were asked for last, if not all were taken in.
    left_out: Option<(u32, String)>,
}

impl Mbox {
    pub(crate) fn open(mut bytes: Bytes) -> Result<Self, ExtractError> {
        let mut starts = starts(&mut bytes)?;
        if starts.is_empty() {
            return Err(ExtractError::Corrupt(
                "a mailbox without a message".to_owned(),
            ));
        }
        starts.push(bytes.len());
        let mut mbox = Self {
            bytes,
            meta: Meta::default(),
            starts,
            left_out: None,
        };
        if mbox.pages() == 1 {
            // A single mail that was saved as a mailbox tells of itself.
            mbox.meta = meta(&parsed(&mbox.message(0)?)?);
        }
        Ok(mbox)
    }

    fn message(&mut self, page: u32) -> Result<Vec<u8>, ExtractError> {
        let at = page as usize;
        let (Some(from), Some(to)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return Err(ExtractError::no_page(page));
        };
        if to - from > MAX_MAIL_BYTES {
            let may = MAX_MAIL_BYTES >> 20;
            return Err(ExtractError::TooLarge(format!(
                "the message has more than {may} MB"
            )));
        }
        self.bytes.seek(SeekFrom::Start(*from))?;
        let mut message = Vec::new();
        self.bytes
            .by_ref()
            .take(to - from)
            .read_to_end(&mut message)?;
        let head = message.iter().position(|b| *b == b'\n');
        Ok(message.split_off(head.map_or(0, |at| at + 1)))
    }
}

impl Mbox {
    /// About how many bytes it takes.
    pub(crate) fn memory(&self) -> u64 {
        self.bytes.memory() + self.starts.len() as u64 * size_of::<u64>() as u64
    }

    /// The content of an attachment and its name.
    pub(crate) fn attachment(&mut self, number: u64) -> Result<(Bytes, String), ExtractError> {
        let message = self.message((number >> PAGE_BITS) as u32)?;
        attachment_of(&parsed(&message)?, number & ((1 << PAGE_BITS) - 1))
    }
}

impl Document for Mbox {
    fn kind(&self) -> Kind {
        Kind::Mbox
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn pages(&self) -> u32 {
        u32::try_from(self.starts.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    fn read(&mut self, page: u32) -> Result<Read, ExtractError> {
        let message = self.message(page)?;
        let mut roll = Roll::default();
        letter(&parsed(&message)?, &mut roll)?;
        Ok(roll.read())
    }

    fn render(&mut self, _: u32, _: u32) -> Result<image::DynamicImage, ExtractError> {
        Err(ExtractError::Unsupported(
            "mbox has no page pictures".to_owned(),
        ))
    }

    /// What is attached to a message lies in a folder with the number of its page.
    fn members(&mut self, page: u32) -> Result<Vec<Member>, ExtractError> {
        let message = self.message(page)?;
        let files = attached_files(&parsed(&message)?);
        let mut members = files.members;
        self.left_out = files.left_out.map(|why| (page, why));
        for member in &mut members {
            member.number |= u64::from(page) << PAGE_BITS;
            member.name = format!("{}/{}", page + 1, member.name);
        }
        Ok(members)
    }

    fn left_out(&self, page: u32) -> Option<String> {
        let (_, why) = self.left_out.as_ref().filter(|(of, _)| *of == page)?;
        Some(why.clone())
    }
}

/// A message begins with a line `From somebody Fri May 17 09:30:00 2024`, at the beginning or behind a blank line
/// (RFC 4155, appendix A).
fn starts(bytes: &mut Bytes) -> Result<Vec<u64>, ExtractError> {
    bytes.rewind()?;
    let mut source = BufReader::new(bytes);
    let (mut starts, mut at, mut is_free) = (Vec::new(), 0, true);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = source.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        if count == 0 {
            return Ok(starts);
        }
        if is_free && is_start(&line) {
            starts.push(at);
        }
        if starts.len() > MAX_MESSAGES {
            let why = format!("more than {MAX_MESSAGES} messages");
            return Err(ExtractError::TooLarge(why));
        }
        is_free = line == b"\n" || line == b"\r\n";
        at += count as u64;
    }
}

fn is_start(line: &[u8]) -> bool {
    let clock = |w: &[u8]| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit();
    line.starts_with(b"From ") && line.windows(3).any(clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_with_a_time_begins_a_message() {
        assert!(is_start(b"From ada@example.org Fri May 17 09:30:00 2024\n"));
        assert!(!is_start(b"From here on it is different\n"));
        assert!(!is_start(b">From ada Fri May 17 09:30:00 2024\n"));
    }
}
