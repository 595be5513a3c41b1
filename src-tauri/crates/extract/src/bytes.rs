//! A file's bytes, read by position. Several children may hold the same open file, and with it one shared cursor; so
//! nothing here uses or moves that cursor.

use crate::ExtractError;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

/// How much is read ahead: pdfium asks for half a kilobyte at a time.
const WINDOW: usize = 32 * 1024;

/// A file with a cursor of its own and a window of bytes around it.
pub(crate) struct Bytes {
    file: File,
    len: u64,
    cursor: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl Bytes {
    pub(crate) fn new(file: File) -> Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self {
            file,
            len,
            cursor: 0,
            window: Vec::new(),
            window_at: 0,
        })
    }

    /// The file's length in bytes when it was opened.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The first bytes, at most `count`.
    pub(crate) fn head(&mut self, count: usize) -> Result<Vec<u8>> {
        self.cursor = 0;
        let mut head = Vec::new();
        self.by_ref().take(count as u64).read_to_end(&mut head)?;
        self.cursor = 0;
        Ok(head)
    }

    /// The whole file, when it has no more than `limit` bytes.
    pub(crate) fn all(&mut self, limit: u64) -> std::result::Result<Vec<u8>, ExtractError> {
        if self.len > limit {
            let (has, may) = (self.len >> 20, limit >> 20);
            return Err(ExtractError::TooLarge(format!(
                "the file has {has} MB; this kind of file is read up to {may} MB"
            )));
        }
        self.cursor = 0;
        let mut all = Vec::new();
        self.by_ref().take(limit).read_to_end(&mut all)?;
        Ok(all)
    }

    fn fill(&mut self) -> Result<()> {
        self.window.resize(WINDOW, 0);
        let mut filled = 0;
        while filled < WINDOW {
            match read_at(
                &self.file,
                &mut self.window[filled..],
                self.cursor + filled as u64,
            ) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.window.clear();
                    return Err(e);
                }
            }
        }
        self.window.truncate(filled);
        self.window_at = self.cursor;
        Ok(())
    }

    fn ahead(&self) -> &[u8] {
        self.cursor
            .checked_sub(self.window_at)
            .and_then(|skip| self.window.get(usize::try_from(skip).ok()?..))
            .unwrap_or_default()
    }
}

impl Read for Bytes {
    /// Fills `buf` unless the file ends, because pdfium asks only once.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while done < buf.len() && self.cursor < self.len {
            if self.ahead().is_empty() {
                self.fill()?;
            }
            let count = self.ahead().len().min(buf.len() - done);
            if count == 0 {
                break;
            }
            buf[done..done + count].copy_from_slice(&self.ahead()[..count]);
            done += count;
            self.cursor += count as u64;
        }
        Ok(done)
    }
}

impl Seek for Bytes {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.cursor.checked_add_signed(by),
        };
        self.cursor = target.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.cursor)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, at)
}

#[cfg(windows)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(content: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[test]
    fn reading_fills_the_buffer_across_windows() {
        let content: Vec<u8> = (0..WINDOW * 3 + 7).map(|i| (i % 251) as u8).collect();
        let mut bytes = Bytes::new(file(&content)).unwrap();
        let mut buf = vec![0; WINDOW * 2];
        bytes.seek(SeekFrom::Start(100)).unwrap();
        assert_eq!(bytes.read(&mut buf).unwrap(), WINDOW * 2);
        assert_eq!(buf, content[100..100 + WINDOW * 2]);
        assert_eq!(bytes.all(1 << 20).unwrap(), content);
    }

    #[test]
    fn two_readers_of_one_open_file_do_not_move_each_other() {
        let content: Vec<u8> = (0..WINDOW * 2).map(|i| (i % 251) as u8).collect();
        let one = file(&content);
        let mut a = Bytes::new(one.try_clone().unwrap()).unwrap();
        let mut b = Bytes::new(one).unwrap();
        let mut buf = [0; 10];
        a.read_exact(&mut buf).unwrap();
        b.seek(SeekFrom::End(-10)).unwrap();
        b.read_exact(&mut buf).unwrap();
        a.seek(SeekFrom::Start(WINDOW as u64)).unwrap();
        a.read_exact(&mut buf).unwrap();
        assert_eq!(buf, content[WINDOW..WINDOW + 10]);
    }

    #[test]
    fn a_file_above_the_limit_is_not_read() {
        let mut bytes = Bytes::new(file(&[1; 100])).unwrap();
        assert!(matches!(bytes.all(99), Err(ExtractError::TooLarge(_))));
    }
}
