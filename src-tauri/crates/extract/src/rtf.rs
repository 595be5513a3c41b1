//! Rich text (RTF): the text with its page breaks and the rows of its tables, without pictures.

mod packed;
mod token;
mod words;

use crate::charset::{of_charset, of_code_page};
use crate::plain::clean;
use crate::properties::one_line;
use crate::written::Written;
use crate::{ExtractError, Meta, date};
use encoding_rs::{Encoding, WINDOWS_1252};
use sheaf_document::Kind;
use std::collections::HashMap;
use token::{Token, Tokens};
use words::{Into, destination, sign};

/// Groups open at the same time; more are an attack.
const MAX_GROUPS: usize = 5_000;

const MAX_FONTS: usize = 10_000;

pub(crate) use packed::unpacked;

pub(crate) fn rtf(bytes: &[u8]) -> Result<Written, ExtractError> {
    let script = script(bytes)?;
    let told = |text: &str| Some(one_line(text)).filter(|text| !text.is_empty());
    let meta = Meta {
        title: told(&script.title),
        author: told(&script.author),
        date: date::from_written(&script.date()),
    };
    Written::new(Kind::Rtf, meta, clean(&script.text), &[])
}

/// The text of rich text from elsewhere.
pub(crate) fn text_of(bytes: &[u8]) -> Result<String, ExtractError> {
    Ok(script(bytes)?.text)
}

fn script(bytes: &[u8]) -> Result<Script, ExtractError> {
    let mut script = Script::new();
    let mut tokens = Tokens::new(bytes);
    while let Some(token) = tokens.next() {
        match token {
            Token::Word("bin", Some(count)) => tokens.pass(usize::try_from(count).unwrap_or(0)),
            other => script.token(&other)?,
        }
    }
    script.flush();
    Ok(script)
}

#[derive(Clone, Copy)]
struct Group {
    into: Into,
    encoding: &'static Encoding,
    /// How many characters stand behind a `\u` for programs that do not know it.
    fallback: usize,
    /// Nothing came yet in this group but `\*`: what it is may be passed over.
    is_starred: bool,
}

struct Script {
    groups: Vec<Group>,
    now: Group,
    text: String,
    title: String,
    author: String,
    /// Year, month, day, hour, minute.
    made: [i32; 5],
    ansi: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    font: i32,
    /// Characters come in pieces: bytes of an encoding, or halves of UTF-16.
    bytes: Vec<u8>,
    units: Vec<u16>,
    /// Characters of the fallback still to come.
    skip: usize,
}

impl Script {
    fn new() -> Self {
        Self {
            groups: Vec::new(),
            now: Group {
                into: Into::Text,
                encoding: WINDOWS_1252,
                fallback: 1,
                is_starred: false,
            },
            text: String::new(),
            title: String::new(),
            author: String::new(),
            made: [0; 5],
            ansi: WINDOWS_1252,
            fonts: HashMap::new(),
            font: 0,
            bytes: Vec::new(),
            units: Vec::new(),
            skip: 0,
        }
    }

    fn token(&mut self, token: &Token<'_>) -> Result<(), ExtractError> {
        match token {
            Token::Open => {
                if self.groups.len() >= MAX_GROUPS {
                    return Err(ExtractError::TooLarge("groups in groups".to_owned()));
                }
                self.flush();
                self.groups.push(self.now);
                self.now.is_starred = false;
                self.skip = 0;
            }
            Token::Close => {
                self.flush();
                self.now = self.groups.pop().unwrap_or(self.now);
                self.skip = 0;
            }
            Token::Word(word, number) => self.word(word, *number),
            Token::Symbol(b'*') => self.now.is_starred = true,
            Token::Symbol(sign) => self.symbol(*sign),
            Token::Byte(byte) => self.text(&[*byte]),
            Token::Text(bytes) => self.text(bytes),
        }
        Ok(())
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let is_starred = std::mem::take(&mut self.now.is_starred);
        let value = number.unwrap_or(0);
        match word {
            "u" => self.unit(value),
            "uc" => self.now.fallback = usize::try_from(value).unwrap_or(0).min(16),
            "ansicpg" => {
                self.ansi = of_code_page(value).unwrap_or(self.ansi);
                self.now.encoding = self.ansi;
            }
            "f" | "af" => self.choose_font(value),
            "fcharset" if self.now.into == Into::Fonts && self.fonts.len() < MAX_FONTS => {
                if let Some(encoding) = of_charset(value) {
                    self.fonts.insert(self.font, encoding);
                }
            }
            "plain" => {
                self.flush();
                self.now.encoding = self.ansi;
            }
            "yr" | "mo" | "dy" | "hr" | "min" if self.now.into == Into::Made => {
                let parts = ["yr", "mo", "dy", "hr", "min"];
                let at = parts.iter().position(|part| *part == word);
                self.made[at.unwrap_or(0)] = value;
            }
            _ => match destination(word) {
                Some(into) if self.now.into != Into::Nowhere => self.now.into = into,
                None if is_starred => self.now.into = Into::Nowhere,
                _ => self.write(sign(word)),
            },
        }
    }

    fn symbol(&mut self, sign: u8) {
        match sign {
            b'{' | b'}' | b'\\' => self.text(&[sign]),
            b'~' => self.write("\u{a0}"),
            b'_' => self.write("\u{2011}"),
            b'\r' | b'\n' => self.write("\n\n"),
            _ => {}
        }
    }

    /// Fonts tell the encoding; in their table a font is named first, then its character set.
    fn choose_font(&mut self, font: i32) {
        self.flush();
        if self.now.into == Into::Fonts {
            self.font = font;
        } else {
            self.now.encoding = self.fonts.get(&font).copied().unwrap_or(self.ansi);
        }
    }

    fn unit(&mut self, value: i32) {
        self.flush_bytes();
        self.units.push(value as u16);
        self.skip = self.now.fallback;
    }

    fn text(&mut self, bytes: &[u8]) {
        let passed = self.skip.min(bytes.len());
        self.skip -= passed;
        if passed < bytes.len() {
            self.flush_units();
            self.bytes.extend(&bytes[passed..]);
        }
    }

    fn write(&mut self, text: &str) {
        if !text.is_empty() {
            self.flush();
            self.put(text);
        }
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.flush_units();
    }

    fn flush_bytes(&mut self) {
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            let text = self.now.encoding.decode_without_bom_handling(&bytes).0;
            self.put(&text.replace(|c: char| c.is_control() && c != '\t', ""));
        }
    }

    fn flush_units(&mut self) {
        if !self.units.is_empty() {
            let units = std::mem::take(&mut self.units);
            self.put(&String::from_utf16_lossy(&units));
        }
    }

    fn put(&mut self, text: &str) {
        match self.now.into {
            Into::Text => self.text.push_str(text),
            Into::Title => self.title.push_str(text),
            Into::Author => self.author.push_str(text),
            Into::Fonts | Into::Made | Into::Info | Into::Nowhere => {}
        }
    }

    fn date(&self) -> String {
        let [year, month, day, hour, minute] = self.made;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00")
    }
}
