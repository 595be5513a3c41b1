//! Is a page lit evenly?

use image::GrayImage;

/// Side of the tiles a page is divided into, pixels, and the distance of the pixels looked at.
const TILE: u32 = 64;
const STEP: usize = 4;

/// How bright the ground is in the darker parts of a page compared with the brighter ones: the tenth part of the tiles
/// against the ninth, 0 to 1. A page that was scanned flat has about 1, a photograph with a shadow across it 0.5. The
/// ground of a tile is what an eighth of its pixels outshine.
pub(crate) fn evenness(gray: &GrayImage) -> f32 {
    let (across, down) = (gray.width() / TILE, gray.height() / TILE);
    let mut grounds: Vec<u8> = (0..across * down)
        .map(|n| ground(gray, n % across * TILE, n / across * TILE))
        .collect();
    if grounds.is_empty() {
        return 1.0;
    }
    grounds.sort_unstable();
    let part = |tenths: usize| f32::from(grounds[(grounds.len() - 1) * tenths / 10]);
    part(1) / part(9).max(1.0)
}

fn ground(gray: &GrayImage, left: u32, top: u32) -> u8 {
    let mut counts = [0_u32; 256];
    for y in (top..top + TILE).step_by(STEP) {
        let row = y as usize * gray.width() as usize + left as usize;
        for pixel in gray.as_raw()[row..row + TILE as usize].iter().step_by(STEP) {
            counts[usize::from(*pixel)] += 1;
        }
    }
    let wanted = (TILE * TILE) / (STEP * STEP) as u32 / 8;
    let mut brighter = 0;
    for (value, count) in counts.iter().enumerate().rev() {
        brighter += count;
        if brighter > wanted {
            return value as u8;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A page of text-like stripes whose paper is as bright as `paper` says.
    fn page(paper: impl Fn(u32) -> u8) -> GrayImage {
        GrayImage::from_fn(640, 640, |x, y| {
            Luma([if y % 32 < 12 && x % 8 < 4 {
                20
            } else {
                paper(y)
            }])
        })
    }

    #[test]
    fn a_page_of_text_on_even_paper_is_even() {
        assert!(evenness(&page(|_| 230)) > 0.95);
        assert!(evenness(&page(|_| 120)) > 0.95, "grey paper is even too");
    }

    #[test]
    fn a_page_that_falls_into_shadow_is_uneven() {
        assert!(evenness(&page(|y| 250 - (y / 4) as u8)) < 0.7);
    }

    #[test]
    fn a_snippet_too_small_to_judge_counts_as_even() {
        assert_eq!(evenness(&GrayImage::new(40, 900)), 1.0);
    }
}
