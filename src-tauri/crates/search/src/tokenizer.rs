//! [`tokens`] in the shape tantivy wants, and the stems of words in the language of their text.

use tantivy::tokenizer::{Token as Term, TokenStream, Tokenizer, TokenizerManager};

use crate::tokens::{Form, Token, tokens};
use crate::tongue::{Remembered, Stems};

/// Names under which the index knows the analyzers.
pub(crate) const WORDS: &str = "sheaf_words";
pub(crate) const STEMS: &str = "sheaf_stems";

pub(crate) fn register(manager: &TokenizerManager) {
    manager.register(WORDS, Words);
    manager.register(STEMS, WordStems::default());
}

#[derive(Clone)]
struct Words;

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream::new(tokens(text))
    }
}

#[derive(Default)]
struct WordStems {
    known: Remembered,
}

/// Each writer takes its own; what one remembers is of no use to the other.
impl Clone for WordStems {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Tokenizer for WordStems {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let stems = Stems::for_text(text);
        let words = tokens(text)
            .into_iter()
            .filter(|token| token.form.has_stem());
        let stemmed = words.flat_map(|token| {
            let own = stems.of_known(&mut self.known, token.written(text), &token.text);
            own.into_iter().map(move |text| Token {
                text,
                ..token.clone()
            })
        });
        Stream::new(stemmed.collect())
    }
}

impl Form {
    pub(crate) fn has_stem(self) -> bool {
        matches!(self, Self::Word | Self::Joined)
    }
}

impl Token {
    /// As it stands in the text; a word joined from parts is there only folded.
    pub(crate) fn written<'a>(&'a self, text: &'a str) -> &'a str {
        match self.form {
            Form::Word => &text[self.start..self.end],
            Form::Joined | Form::Single | Form::Pair => &self.text,
        }
    }
}

struct Stream {
    rest: std::vec::IntoIter<Token>,
    term: Term,
}

impl Stream {
    fn new(tokens: Vec<Token>) -> Self {
        Self {
            rest: tokens.into_iter(),
            term: Term::default(),
        }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(token) = self.rest.next() else {
            return false;
        };
        self.term = Term {
            offset_from: token.start,
            offset_to: token.end,
            position: token.position,
            text: token.text,
            position_length: 1,
        };
        true
    }

    fn token(&self) -> &Term {
        &self.term
    }

    fn token_mut(&mut self) -> &mut Term {
        &mut self.term
    }
}
