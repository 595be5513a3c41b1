//! The bytes of a content, read by position. Several children may hold the same open file, and with it one shared cursor; so
//! nothing here uses or moves that cursor.

use crate::ExtractError;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::sync::Arc;

/// How much is read ahead: pdfium asks for half a kilobyte at a time.
const WINDOW: usize = 32 * 1024;

/// A content with a cursor of its own: an open file, a part of one, or what was unpacked from one into memory.
#[derive(Debug)]
pub struct Bytes {
    source: Source,
    len: u64,
    cursor: u64,
    window: Vec<u8>,
    window_at: u64,
}

#[derive(Debug)]
enum Source {
    /// `start` is where the content begins in the file.
    File {
        file: File,
        start: u64,
    },
    Memory(Arc<Vec<u8>>),
}

/// Which file, and in which state: the same again means that nothing has been written to it meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    file: (u64, u64),
    bytes: u64,
    /// Of content and status, in seconds and nanoseconds.
    changed: [(i64, i64); 2],
}

impl Bytes {
    /// The whole of an open file.
    ///
    /// # Errors
    /// When the system does not tell its length.
    pub fn new(file: File) -> Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self::over(Source::File { file, start: 0 }, len))
    }

    /// What is in memory.
    pub fn of(content: Vec<u8>) -> Self {
        let len = content.len() as u64;
        Self::over(Source::Memory(Arc::new(content)), len)
    }

    fn over(source: Source, len: u64) -> Self {
        Self {
            source,
            len,
            cursor: 0,
            window: Vec::new(),
            window_at: 0,
        }
    }

    /// Its length in bytes; a file's is that when it was opened.
    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The same content with another cursor.
    ///
    /// # Errors
    /// When the system gives no further handle on the file.
    pub fn again(&self) -> Result<Self> {
        let source = match &self.source {
            Source::File { file, start } => Source::File {
                file: file.try_clone()?,
                start: *start,
            },
            Source::Memory(content) => Source::Memory(Arc::clone(content)),
        };
        Ok(Self::over(source, self.len))
    }

    /// `len` bytes from `from` on, as a content of their own; `None` when it does not have them.
    pub(crate) fn part(&self, from: u64, len: u64) -> Result<Option<Self>> {
        let end = from.checked_add(len).filter(|end| *end <= self.len);
        let Some(end) = end else { return Ok(None) };
        let source = match &self.source {
            Source::File { file, start } => Source::File {
                file: file.try_clone()?,
                start: start + from,
            },
            Source::Memory(content) => {
                let part = content.get(from as usize..end as usize);
                Source::Memory(Arc::new(part.unwrap_or_default().to_vec()))
            }
        };
        Ok(Some(Self::over(source, len)))
    }

    /// Of a whole file, where the system tells files apart.
    #[cfg(unix)]
    pub(crate) fn origin(&self) -> Option<Origin> {
        use std::os::unix::fs::MetadataExt;
        let Source::File { file, start: 0 } = &self.source else {
            return None;
        };
        let meta = file.metadata().ok()?;
        Some(Origin {
            file: (meta.dev(), meta.ino()),
            bytes: meta.len(),
            changed: [
                (meta.mtime(), meta.mtime_nsec()),
                (meta.ctime(), meta.ctime_nsec()),
            ],
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn origin(&self) -> Option<Origin> {
        None
    }

    /// How many bytes of it are held in memory.
    pub(crate) fn memory(&self) -> u64 {
        match self.source {
            Source::File { .. } => 0,
            Source::Memory(_) => self.len,
        }
    }

    /// The first bytes, at most `count`.
    pub(crate) fn head(&mut self, count: usize) -> Result<Vec<u8>> {
        self.cursor = 0;
        let mut head = Vec::new();
        self.by_ref().take(count as u64).read_to_end(&mut head)?;
        self.cursor = 0;
        Ok(head)
    }

    /// All of it, when that is no more than `limit` bytes; [`ExtractError::TooLarge`] otherwise.
    pub fn all(mut self, limit: u64) -> std::result::Result<Vec<u8>, ExtractError> {
        if self.len > limit {
            let (has, may) = (self.len >> 20, limit >> 20);
            return Err(ExtractError::TooLarge(format!(
                "the file has {has} MB; this kind of file is read up to {may} MB"
            )));
        }
        if let Source::Memory(content) = self.source {
            return Ok(Arc::try_unwrap(content).unwrap_or_else(|shared| shared.to_vec()));
        }
        self.cursor = 0;
        let mut all = Vec::new();
        self.by_ref().take(limit).read_to_end(&mut all)?;
        Ok(all)
    }

    fn fill(&mut self) -> Result<()> {
        let Source::File { file, start } = &self.source else {
            return Ok(());
        };
        let most = WINDOW.min((self.len - self.cursor) as usize);
        self.window.resize(most, 0);
        let mut filled = 0;
        while filled < most {
            let at = start + self.cursor + filled as u64;
            match read_at(file, &mut self.window[filled..], at) {
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
        let (from, window) = match &self.source {
            Source::File { .. } => (self.window_at, &self.window[..]),
            Source::Memory(content) => (0, &content[..]),
        };
        self.cursor
            .checked_sub(from)
            .and_then(|skip| window.get(usize::try_from(skip).ok()?..))
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
        let bytes = Bytes::new(file(&[1; 100])).unwrap();
        assert!(matches!(bytes.all(99), Err(ExtractError::TooLarge(_))));
    }
}
