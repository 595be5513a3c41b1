//! An embedder without a model, for tests of everything around it.

use crate::{DIMS, EmbedError, Embedder, Role, Vector};

/// Hashes words into vectors: equal texts are equal, texts that share words are nearer than texts that share none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NullEmbedder;

impl Embedder for NullEmbedder {
    fn embed(&mut self, texts: &[&str], _role: Role) -> Result<Vec<Vector>, EmbedError> {
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn vector(text: &str) -> Vector {
    let mut sum = vec![0.0; DIMS];
    for word in text.split_whitespace() {
        add(&mut sum, hash(&word.to_lowercase()));
    }
    if sum.iter().all(|x| *x == 0.0) {
        add(&mut sum, hash(""));
    }
    crate::quantize::to_unit(&mut sum);
    sum
}

/// Adds the pseudo-random ±1 vector of a seed (SplitMix64, Steele et al. 2014).
fn add(sum: &mut [f32], mut seed: u64) {
    for x in sum {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        *x += if mixed >> 63 == 0 { 1.0 } else { -1.0 };
    }
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
