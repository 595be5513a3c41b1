//! The pieces of a Unigram vocabulary in little room: 250,000 of them in some 6 MB, where the usual tables of strings take
//! 280. Cuts exactly as the `tokenizers` library does.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use fst::Map;
use fst::raw::Output;
use tokenizers::models::unigram::UnigramTrainer;
use tokenizers::{Model, Result, Token};

/// What a character costs that no piece has (sentencepiece, `unigram_model.cc`).
const UNKNOWN: f64 = 10.0;

/// A Unigram model (Kudo 2018, arXiv:1804.10959).
pub(crate) struct Pieces {
    /// Every piece with its id.
    ids: Map<Vec<u8>>,
    /// The logarithm of how likely each piece is, by id.
    scores: Vec<f64>,
    unknown: u32,
    /// Of a character that no piece has.
    unknown_score: f64,
}

/// The best way to get to a place in a word.
#[derive(Clone, Copy, Default)]
struct Way {
    id: u32,
    score: f64,
    /// Where its last piece begins; `None` where no way leads.
    from: Option<usize>,
}

impl Pieces {
    /// The vocabulary in the order of its ids; `unknown` is one of them. Of equal pieces the last counts.
    pub(crate) fn of(vocabulary: &[(String, f64)], unknown: u32) -> fst::Result<Self> {
        let mut order: Vec<u32> = (0..vocabulary.len() as u32).collect();
        let piece = |id: u32| vocabulary[id as usize].0.as_bytes();
        order.sort_by(|a, b| piece(*a).cmp(piece(*b)).then(b.cmp(a)));
        order.dedup_by_key(|id| piece(*id));
        let ids = Map::from_iter(order.iter().map(|id| (piece(*id), u64::from(*id))))?;
        let scores: Vec<f64> = vocabulary.iter().map(|(_, score)| *score).collect();
        let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
        Ok(Self {
            ids,
            scores,
            unknown,
            unknown_score: least - UNKNOWN,
        })
    }

    /// The best ways to every place of a text.
    fn ways(&self, text: &str) -> Vec<Way> {
        let mut ways = vec![Way::default(); text.len() + 1];
        for (start, c) in text.char_indices() {
            let here = ways[start].score;
            let mut has_character = false;
            self.each_piece(&text.as_bytes()[start..], |length, id| {
                has_character |= length == c.len_utf8();
                let score = self.scores[id as usize] + here;
                improve(&mut ways[start + length], start, id, score);
            });
            if !has_character {
                let score = self.unknown_score + here;
                improve(&mut ways[start + c.len_utf8()], start, self.unknown, score);
            }
        }
        ways
    }

    /// The length and id of every piece that the bytes begin with, the shortest first.
    fn each_piece(&self, bytes: &[u8], mut take: impl FnMut(usize, u32)) {
        let fst = self.ids.as_fst();
        let (mut node, mut id) = (fst.root(), Output::zero());
        for (n, byte) in bytes.iter().enumerate() {
            let Some(next) = node.find_input(*byte) else {
                return;
            };
            let step = node.transition(next);
            id = id.cat(step.out);
            node = fst.node(step.addr);
            if node.is_final() {
                take(n + 1, id.cat(node.final_output()).value() as u32);
            }
        }
    }
}

fn improve(way: &mut Way, from: usize, id: u32, score: f64) {
    if way.from.is_none() || score > way.score {
        *way = Way {
            id,
            score,
            from: Some(from),
        };
    }
}

impl Model for Pieces {
    type Trainer = UnigramTrainer;

    fn tokenize(&self, text: &str) -> Result<Vec<Token>> {
        let ways = self.ways(text);
        let mut tokens: Vec<Token> = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let way = ways[end];
            let start = way.from.unwrap_or_default();
            match tokens.last_mut() {
                // Unknown characters in a row are one unknown thing.
                Some(last) if last.id == self.unknown && way.id == self.unknown => {
                    last.offsets.0 = start;
                }
                _ => tokens.push(Token::new(way.id, String::new(), (start, end))),
            }
            end = start;
        }
        tokens.reverse();
        for token in &mut tokens {
            text[token.offsets.0..token.offsets.1].clone_into(&mut token.value);
        }
        Ok(tokens)
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).map(|id| id as u32)
    }

    /// Nobody asks: what was cut is never put together again.
    fn id_to_token(&self, _id: u32) -> Option<String> {
        None
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        HashMap::new()
    }

    fn get_vocab_size(&self) -> usize {
        self.scores.len()
    }

    fn save(&self, _folder: &Path, _prefix: Option<&str>) -> Result<Vec<PathBuf>> {
        Err("it is only read".into())
    }

    fn get_trainer(&self) -> UnigramTrainer {
        UnigramTrainer::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_likely_pieces_are_taken_and_unknown_ones_in_a_row_are_one() {
        let vocabulary: Vec<(String, f64)> = [
            ("<unk>", 0.0),
            ("a", 0.0),
            ("b", 0.0),
            ("c", 0.0),
            ("d", 0.0),
            ("cd", 1.0),
            ("ab", 2.0),
            ("abc", 5.0),
            ("abcd", 10.0),
        ]
        .map(|(piece, score)| (piece.to_owned(), score))
        .into();
        let pieces = Pieces::of(&vocabulary, 0).expect("pieces");
        let cut = |text: &str| -> Vec<(u32, String)> {
            let tokens = pieces.tokenize(text).expect("tokens").into_iter();
            tokens.map(|token| (token.id, token.value)).collect()
        };
        let expect = [(8, "abcd"), (1, "a"), (5, "cd"), (0, "xéx")];
        let expect = expect.map(|(id, value)| (id, value.to_owned()));
        assert_eq!(cut("abcdacdxéx"), expect);
        assert!(cut("").is_empty());
    }
}
