//! Where a word of a prepared image stands in the image as it was given.

use sheaf_document::Rect;

/// A box in pixels of a prepared image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PixelBox {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// What was done to the given image, as the affine map from pixels of the result back to pixels of the given one:
/// `x = xx·x' + xy·y' + x0`, `y = yx·x' + yy·y' + y0`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    xx: f32,
    xy: f32,
    x0: f32,
    yx: f32,
    yy: f32,
    y0: f32,
}

impl Place {
    /// Nothing was done.
    pub(crate) const GIVEN: Self = Self {
        xx: 1.0,
        xy: 0.0,
        x0: 0.0,
        yx: 0.0,
        yy: 1.0,
        y0: 0.0,
    };

    /// The result was then scaled.
    pub(crate) fn then_scaled(self, factor: f32) -> Self {
        self.after(1.0 / factor, 0.0, (0.0, 0.0), (0.0, 0.0))
    }

    /// The result, of size `from`, was then turned clockwise by an angle about its centre onto a ground of size `to`,
    /// radians and pixels.
    pub(crate) fn then_rotated(self, angle: f32, from: (u32, u32), to: (u32, u32)) -> Self {
        let centre = |(width, height): (u32, u32)| (width as f32 / 2.0, height as f32 / 2.0);
        self.after(angle.cos(), angle.sin(), centre(to), centre(from))
    }

    /// The result, of size `from`, was then turned clockwise by quarters of a circle.
    pub(crate) fn then_turned(self, quarters: u8, from: (u32, u32)) -> Self {
        let to = if quarters.is_multiple_of(2) {
            from
        } else {
            (from.1, from.0)
        };
        self.then_rotated(f32::from(quarters) * std::f32::consts::FRAC_PI_2, from, to)
    }

    /// Puts one more step in front: `p = M (p' - from) + to` with `M = [cos sin; -sin cos]`.
    fn after(self, cos: f32, sin: f32, from: (f32, f32), to: (f32, f32)) -> Self {
        let x0 = to.0 - cos * from.0 - sin * from.1;
        let y0 = to.1 + sin * from.0 - cos * from.1;
        Self {
            xx: self.xx * cos - self.xy * sin,
            xy: self.xx * sin + self.xy * cos,
            x0: self.xx * x0 + self.xy * y0 + self.x0,
            yx: self.yx * cos - self.yy * sin,
            yy: self.yx * sin + self.yy * cos,
            y0: self.yx * x0 + self.yy * y0 + self.y0,
        }
    }

    /// The upright rectangle around a box, as fractions of the given image of size `given`, pixels.
    pub(crate) fn rect(self, place: PixelBox, given: (u32, u32)) -> Rect {
        let (right, bottom) = (place.left + place.width, place.top + place.height);
        let mut rect = Rect {
            x0: 1.0,
            y0: 1.0,
            x1: 0.0,
            y1: 0.0,
        };
        let corners = [
            (place.left, place.top),
            (right, place.top),
            (place.left, bottom),
            (right, bottom),
        ];
        for (x, y) in corners {
            let across = (self.xx * x + self.xy * y + self.x0) / given.0 as f32;
            let down = (self.yx * x + self.yy * y + self.y0) / given.1 as f32;
            rect.x0 = rect.x0.min(across.clamp(0.0, 1.0));
            rect.x1 = rect.x1.max(across.clamp(0.0, 1.0));
            rect.y0 = rect.y0.min(down.clamp(0.0, 1.0));
            rect.y1 = rect.y1.max(down.clamp(0.0, 1.0));
        }
        rect
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: (u32, u32) = (200, 100);

    fn check(place: Place, left: f32, top: f32, expect: [f32; 4]) {
        let word = PixelBox {
            left,
            top,
            width: 20.0,
            height: 10.0,
        };
        let rect = place.rect(word, GIVEN);
        let found = [rect.x0, rect.y0, rect.x1, rect.y1];
        let near = found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(near, "{found:?} is not {expect:?}");
    }

    #[test]
    fn an_untouched_image_only_becomes_fractions() {
        check(Place::GIVEN, 20.0, 10.0, [0.1, 0.1, 0.2, 0.2]);
    }

    #[test]
    fn scaling_is_undone() {
        check(
            Place::GIVEN.then_scaled(2.0),
            40.0,
            20.0,
            [0.1, 0.1, 0.15, 0.15],
        );
    }

    #[test]
    fn a_turn_is_undone() {
        // Turned clockwise, the given bottom left corner is the top left one of a 100 × 200 image.
        check(
            Place::GIVEN.then_turned(1, GIVEN),
            0.0,
            0.0,
            [0.0, 0.8, 0.05, 1.0],
        );
        check(
            Place::GIVEN.then_turned(2, GIVEN),
            0.0,
            0.0,
            [0.9, 0.9, 1.0, 1.0],
        );
        check(
            Place::GIVEN.then_turned(3, GIVEN),
            0.0,
            0.0,
            [0.95, 0.0, 1.0, 0.2],
        );
    }

    #[test]
    fn steps_are_undone_in_the_opposite_order() {
        let place = Place::GIVEN.then_turned(2, GIVEN).then_scaled(2.0);
        check(place, 0.0, 0.0, [0.95, 0.95, 1.0, 1.0]);
        let back = Place::GIVEN
            .then_rotated(0.1, GIVEN, (220, 130))
            .then_rotated(-0.1, (220, 130), GIVEN);
        check(back, 20.0, 10.0, [0.1, 0.1, 0.2, 0.2]);
    }

    #[test]
    fn a_word_never_leaves_the_page() {
        check(Place::GIVEN, 190.0, -5.0, [0.95, 0.0, 1.0, 0.05]);
    }
}
