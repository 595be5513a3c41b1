//! Vectors in a quarter of the room: eight bits a number and one scale a vector.

use crate::DIMS;

/// A vector as `scale * values`. The largest value is ±127.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantized {
    /// What one step of a value is worth; 0 for the zero vector.
    pub scale: f32,
    pub values: [i8; DIMS],
}

/// The nearest [`Quantized`]. Numbers beyond [`DIMS`] are dropped, missing ones are 0, and so is what is not finite.
pub fn quantize(vector: &[f32]) -> Quantized {
    let finite = |x: f32| if x.is_finite() { x } else { 0.0 };
    let largest = vector
        .iter()
        .take(DIMS)
        .fold(0.0_f32, |largest, x| largest.max(finite(*x).abs()));
    let mut values = [0; DIMS];
    let scale = largest / 127.0;
    if scale > 0.0 {
        for (value, x) in values.iter_mut().zip(vector) {
            *value = (finite(*x) / scale).round() as i8;
        }
    }
    Quantized { scale, values }
}

/// Scales a vector to length 1; the zero vector stays.
pub(crate) fn to_unit(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Embedder, NullEmbedder, Role};
    use proptest::prelude::*;

    fn cosine(a: &[f32], b: &Quantized) -> f32 {
        let numbers = || a.iter().zip(b.values.map(f32::from));
        let dot: f32 = numbers().map(|(x, y)| x * y).sum();
        let length = |sum: f32| sum.sqrt();
        dot / length(numbers().map(|(x, _)| x * x).sum())
            / length(numbers().map(|(_, y)| y * y).sum())
    }

    proptest! {
        #[test]
        fn a_quantised_vector_points_where_the_vector_points(
            mut vector in prop::collection::vec(-1.0_f32..1.0, DIMS),
            peak in 0..DIMS,
        ) {
            vector[peak] *= 3.0;
            to_unit(&mut vector);
            let small = quantize(&vector);
            prop_assert!(cosine(&vector, &small) > 0.999, "{}", cosine(&vector, &small));
            prop_assert_eq!(small.values.iter().map(|v| v.unsigned_abs()).max(), Some(127));
            for (x, value) in vector.iter().zip(small.values) {
                prop_assert!((x - small.scale * f32::from(value)).abs() <= small.scale * 0.51);
            }
        }
    }

    #[test]
    fn the_zero_vector_and_what_is_not_finite_stay_harmless() {
        assert_eq!(
            quantize(&[0.0; DIMS]),
            Quantized {
                scale: 0.0,
                values: [0; DIMS]
            }
        );
        let odd = quantize(&[f32::NAN, f32::INFINITY, 1.0]);
        assert_eq!(odd.values[..4], [0, 0, 127, 0]);
    }

    #[test]
    fn null_vectors_have_length_one_and_know_their_text() {
        let vectors = NullEmbedder
            .embed(
                &["red harbour", "the red harbour", "something else", ""],
                Role::Query,
            )
            .expect("it never fails");
        let dot = |a: usize, b: usize| -> f32 {
            vectors[a].iter().zip(&vectors[b]).map(|(x, y)| x * y).sum()
        };
        assert!((0..4).all(|n| (dot(n, n) - 1.0).abs() < 1e-4));
        assert!(
            dot(0, 1) > 0.6 && dot(0, 2) < 0.3,
            "{} {}",
            dot(0, 1),
            dot(0, 2)
        );
        assert_eq!(
            vectors[0],
            NullEmbedder
                .embed(&["red harbour"], Role::Passage)
                .expect("it never fails")[0]
        );
    }
}
