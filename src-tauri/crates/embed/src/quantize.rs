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
