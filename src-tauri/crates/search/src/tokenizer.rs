//! [`tokens`] in the shape tantivy wants, and English word stems.

use tantivy::tokenizer::{
    Language, Stemmer, TextAnalyzer, Token as Term, TokenStream, Tokenizer, TokenizerManager,
};

use crate::tokens::{Form, tokens};

/// Names under which the index knows the analyzers.
pub(crate) const WORDS: &str = "sheaf_words";
pub(crate) const STEMS: &str = "sheaf_stems";

pub(crate) fn register(manager: &TokenizerManager) {
    manager.register(WORDS, Words { only_words: false });
    manager.register(STEMS, stems());
}

fn stems() -> TextAnalyzer {
    TextAnalyzer::builder(Words { only_words: true })
        .filter(Stemmer::new(Language::English))
        .build()
}

/// Finds the stem of one folded word at a time.
pub(crate) struct Stems(TextAnalyzer);

impl Stems {
    pub(crate) fn new() -> Self {
        Self(stems())
    }

    /// The stem of a folded word; `None` for what is no word of letters.
    pub(crate) fn of(&mut self, word: &str) -> Option<String> {
        let mut stream = self.0.token_stream(word);
        let stem = stream.advance().then(|| stream.token().text.clone())?;
        (!stream.advance()).then_some(stem)
    }
}

#[derive(Clone)]
struct Words {
    /// Leave out what has no stem: numbers, single characters and pairs.
    only_words: bool,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let found = tokens(text).into_iter().filter(|token| {
            let stems = matches!(token.form, Form::Word | Form::Joined)
                && token.text.bytes().all(|b| b.is_ascii_lowercase());
            stems || !self.only_words
        });
        Stream {
            rest: found.collect::<Vec<_>>().into_iter(),
            term: Term::default(),
        }
    }
}

struct Stream {
    rest: std::vec::IntoIter<crate::tokens::Token>,
    term: Term,
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
