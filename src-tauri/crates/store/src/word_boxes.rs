//! Word boxes as bytes: 14 a word, little endian: start `u32`, length `u16`, then x0 y0 x1 y1 as `u16` sixty-five-thousandths of the page.

use sheaf_document::{Rect, Word};

use crate::{Result, StoreError};

const SIZE: usize = 14;
const UNIT: f32 = u16::MAX as f32;

pub(crate) fn encode(words: &[Word]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(words.len() * SIZE);
    for word in words {
        let length = word.end.saturating_sub(word.start).min(u32::from(u16::MAX)) as u16;
        bytes.extend_from_slice(&word.start.to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        for edge in [word.rect.x0, word.rect.y0, word.rect.x1, word.rect.y1] {
            let step = (edge.clamp(0.0, 1.0) * UNIT).round() as u16;
            bytes.extend_from_slice(&step.to_le_bytes());
        }
    }
    bytes
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Word>> {
    if !bytes.len().is_multiple_of(SIZE) {
        return Err(StoreError::Damaged("word boxes of an odd length".into()));
    }
    Ok(bytes.chunks_exact(SIZE).map(word).collect())
}

fn word(b: &[u8]) -> Word {
    let start = u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    let u16_at = |i: usize| u16::from_le_bytes([b[i], b[i + 1]]);
    let edge = |i: usize| f32::from(u16_at(i)) / UNIT;
    Word {
        start,
        end: start.saturating_add(u32::from(u16_at(4))),
        rect: Rect {
            x0: edge(6),
            y0: edge(8),
            x1: edge(10),
            y1: edge(12),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_come_back_within_a_sixty_thousandth_of_the_page() {
        let rect = Rect {
            x0: 0.1,
            y0: 0.25,
            x1: 0.333,
            y1: 1.0,
        };
        let words = [Word {
            start: 70_000,
            end: 70_012,
            rect,
        }];
        let back = decode(&encode(&words)).expect("decodes");
        assert_eq!((back[0].start, back[0].end), (70_000, 70_012));
        assert!((back[0].rect.x1 - 0.333).abs() < 2e-5, "{:?}", back[0].rect);
    }

    #[test]
    fn cut_bytes_are_damage_not_a_panic() {
        assert!(decode(&[0; 13]).is_err());
    }
}
