//! A vector as one bit a number: on which side of the middle of its block it lies. Good for telling which vectors may be
//! near; how near they are is then reckoned from the numbers themselves.
//!
//! With `r` the vector less the block's mean and `s` its signs, `<q,v> = <q,mean> + <q,r>`, and `<q,r>` is estimated as
//! `<q,s> * |r|² / Σ|r_i|` (RaBitQ, Gao and Long 2024, arXiv:2405.12497, without its rotation).

/// Numbers a byte of bits stands for.
const EIGHT: usize = 8;

/// Bytes of bits a vector.
pub(crate) fn bytes(dims: usize) -> usize {
    dims.div_ceil(EIGHT)
}

/// Vectors of one block.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sketches {
    pub(crate) mean: Vec<f32>,
    /// What `<q,s>` is multiplied by, one a vector.
    pub(crate) factors: Vec<f32>,
    /// [`bytes`] a vector, the lowest bit first.
    pub(crate) bits: Vec<u8>,
}

impl Sketches {
    /// Of vectors that stand one behind the other, `dims` signed bytes and a scale each.
    pub(crate) fn of(dims: usize, scales: &[f32], rows: &[i8]) -> Self {
        let vectors = || scales.iter().zip(rows.chunks_exact(dims.max(1)));
        let mut mean = vec![0.0_f64; dims];
        for (scale, row) in vectors() {
            for (sum, value) in mean.iter_mut().zip(row) {
                *sum += f64::from(*scale) * f64::from(*value);
            }
        }
        let count = scales.len().max(1) as f64;
        let mean: Vec<f32> = mean.iter().map(|sum| (sum / count) as f32).collect();
        let mut sketches = Self {
            factors: Vec::with_capacity(scales.len()),
            bits: Vec::with_capacity(scales.len() * bytes(dims)),
            mean,
        };
        for (scale, row) in vectors() {
            sketches.push(*scale, row);
        }
        sketches
    }

    fn push(&mut self, scale: f32, row: &[i8]) {
        let (mut square, mut sum) = (0.0, 0.0);
        for (values, means) in row.chunks(EIGHT).zip(self.mean.chunks(EIGHT)) {
            let mut byte = 0_u8;
            for (n, (value, mean)) in values.iter().zip(means).enumerate() {
                let rest = scale * f32::from(*value) - mean;
                square += rest * rest;
                sum += rest.abs();
                byte |= u8::from(rest >= 0.0) << n;
            }
            self.bits.push(byte);
        }
        self.factors
            .push(if sum > 0.0 { square / sum } else { 0.0 });
    }
}

/// A question, ready to be compared with any number of sketches: for each byte of bits, what each of its 256 values is
/// worth.
pub(crate) struct Probe {
    query: Vec<f32>,
    tables: Vec<[i16; 256]>,
    /// What one step of a table is worth.
    step: f32,
}

impl Probe {
    pub(crate) fn of(query: &[f32]) -> Self {
        let query: Vec<f32> = query
            .iter()
            .map(|x| if x.is_finite() { *x } else { 0.0 })
            .collect();
        let most = query
            .chunks(EIGHT)
            .map(|part| part.iter().map(|x| x.abs()).sum::<f32>())
            .fold(0.0, f32::max);
        let step = if most > 0.0 { most / 32_000.0 } else { 1.0 };
        let tables = query.chunks(EIGHT).map(|part| table(part, step)).collect();
        Self {
            query,
            tables,
            step,
        }
    }

    /// What every vector of a block gets from the block's mean.
    pub(crate) fn base(&self, sketches: &Sketches) -> f32 {
        let pairs = self.query.iter().zip(&sketches.mean);
        pairs.map(|(q, m)| q * m).sum()
    }

    /// About the scalar product with a vector, by its bits and its factor.
    pub(crate) fn about(&self, base: f32, factor: f32, bits: &[u8]) -> f32 {
        let mut sums = [0_i32; 4];
        let (tables, rows) = (self.tables.chunks_exact(4), bits.chunks_exact(4));
        let rest = tables.remainder().iter().zip(rows.remainder());
        for (table, row) in tables.clone().zip(rows) {
            for n in 0..4 {
                sums[n] += i32::from(table[n][usize::from(row[n])]);
            }
        }
        let rest: i32 = rest
            .map(|(table, byte)| i32::from(table[usize::from(*byte)]))
            .sum();
        let sum = sums.iter().sum::<i32>() + rest;
        base + factor * self.step * sum as f32
    }
}

/// The sum over up to eight numbers, each taken as it is where its bit is set, and turned round where it is not.
fn table(part: &[f32], step: f32) -> [i16; 256] {
    let mut table = [0_i16; 256];
    for (byte, worth) in table.iter_mut().enumerate() {
        let signed = part
            .iter()
            .enumerate()
            .map(|(n, x)| if byte >> n & 1 == 1 { *x } else { -x });
        *worth = (signed.sum::<f32>() / step).round() as i16;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are always the same.
    fn noise(n: usize) -> f32 {
        let x = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((x >> 40) as f32 / 16_777_216.0) - 0.5
    }

    #[test]
    fn the_nearest_by_numbers_are_among_the_nearest_by_bits() {
        let (dims, count) = (384, 2_000);
        let rows: Vec<i8> = (0..count * dims)
            .map(|n| (noise(n) * 200.0 + if n % dims < 20 { 60.0 } else { 0.0 }) as i8)
            .collect();
        let scales = vec![0.01; count];
        let sketches = Sketches::of(dims, &scales, &rows);
        let query: Vec<f32> = (0..dims)
            .map(|n| f32::from(rows[7 * dims + n]) * 0.01 + 0.4 * noise(n * 31 + 5))
            .collect();
        let exact = |n: usize| -> f32 {
            let row = &rows[n * dims..(n + 1) * dims];
            row.iter()
                .zip(&query)
                .map(|(v, q)| 0.01 * f32::from(*v) * q)
                .sum()
        };
        let probe = Probe::of(&query);
        let base = probe.base(&sketches);
        let about = |n: usize| {
            let bits = &sketches.bits[n * bytes(dims)..(n + 1) * bytes(dims)];
            probe.about(base, sketches.factors[n], bits)
        };
        let order = |score: &dyn Fn(usize) -> f32| {
            let mut all: Vec<usize> = (0..count).collect();
            all.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
            all
        };
        let (by_numbers, by_bits) = (order(&exact), order(&about));
        let shortlist = &by_bits[..200];
        let kept = by_numbers[..10].iter().filter(|n| shortlist.contains(n));
        assert!(kept.count() >= 9);
        assert!(by_bits[..10].contains(&by_numbers[0]));
    }

    #[test]
    fn dims_need_not_fill_their_last_byte_and_nonsense_does_no_harm() {
        let sketches = Sketches::of(3, &[1.0, 1.0], &[1, 2, 3, -1, -2, -3]);
        assert_eq!(sketches.bits, [0b111, 0b000]);
        let probe = Probe::of(&[1.0, f32::NAN, f32::INFINITY]);
        assert!(
            probe
                .about(probe.base(&sketches), sketches.factors[0], &[0b111])
                .is_finite()
        );
        assert_eq!(Sketches::of(0, &[], &[]), Sketches::default());
    }
}
