//! How far a text is from the truth.

use std::collections::HashMap;

/// Character error rate, percent: edits (insert, delete, replace) that turn `found` into `truth`, for each hundred
/// characters of `truth`. White space of any kind and length counts as one blank.
pub(crate) fn character_errors(found: &str, truth: &str) -> f64 {
    let letters = |text: &str| -> Vec<char> {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").chars().collect()
    };
    let (found, truth) = (letters(found), letters(truth));
    100.0 * edits(&found, &truth) as f64 / truth.len().max(1) as f64
}

/// Levenshtein's distance in one row of memory.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// F1 of the words as a bag, 0 to 1: letters and digits in lower case, order left out.
#[allow(dead_code)]
pub(crate) fn word_f1(found: &str, truth: &str) -> f64 {
    let (found, truth) = (bag(found), bag(truth));
    let size = |bag: &HashMap<String, usize>| bag.values().sum::<usize>() as f64;
    let both: usize = truth
        .iter()
        .map(|(word, count)| found.get(word).map_or(0, |other| *other.min(count)))
        .sum();
    let all = size(&found) + size(&truth);
    if all == 0.0 {
        1.0
    } else {
        2.0 * both as f64 / all
    }
}

fn bag(text: &str) -> HashMap<String, usize> {
    let mut bag = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            *bag.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    bag
}
