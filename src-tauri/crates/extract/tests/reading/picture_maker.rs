//! Pictures with metadata that encoders do not write: several pages, resolutions, orientations.

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};
use std::io::Cursor;

/// A gray picture that is dark in its top left quarter, so that turning shows.
pub(crate) fn quarter(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        Luma([if x < width / 2 && y < height / 2 {
            10
        } else {
            240
        }])
    })
}

pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Fully transparent, though its hidden colour is black.
pub(crate) fn transparent_png() -> Vec<u8> {
    let image = RgbaImage::from_pixel(40, 20, Rgba([0, 0, 0, 0]));
    encoded(&DynamicImage::ImageRgba8(image), ImageFormat::Png)
}

/// Two frames; the second one is white.
pub(crate) fn gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    let first = DynamicImage::from(quarter(40, 20)).into_rgba8();
    let second = RgbaImage::from_pixel(40, 20, Rgba([255; 4]));
    for frame in [first, second] {
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    bytes
}

pub(crate) fn png_with_dpi(width: u32, height: u32, pixels_per_metre: u32) -> Vec<u8> {
    let mut png = encoded(&quarter(width, height).into(), ImageFormat::Png);
    let mut chunk = b"pHYs".to_vec();
    chunk.extend(pixels_per_metre.to_be_bytes());
    chunk.extend(pixels_per_metre.to_be_bytes());
    chunk.push(1);
    let sum = crc(&chunk);
    let mut framed = 9_u32.to_be_bytes().to_vec();
    framed.extend(chunk);
    framed.extend(sum.to_be_bytes());
    // Behind the signature and the IHDR chunk.
    png.splice(33..33, framed);
    png
}

/// A PNG whose header promises more pixels than it has.
pub(crate) fn promising_png(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&quarter(8, 8).into(), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

/// A JPEG with an EXIF block: orientation (EXIF 2.3, tag 274) and date.
pub(crate) fn jpeg_with_exif(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let mut jpeg = encoded(&quarter(width, height).into(), ImageFormat::Jpeg);
    let date = b"2021:03:04 05:06:07\0";
    let mut exif = b"II*\0\x08\0\0\0".to_vec();
    exif.extend(2_u16.to_le_bytes());
    exif.extend(entry(274, 3, 1, u32::from(orientation)));
    exif.extend(entry(306, 2, date.len() as u32, 38));
    exif.extend([0; 4]);
    exif.extend(date);
    let mut segment = vec![0xff, 0xe1];
    segment.extend((exif.len() as u16 + 8).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(exif);
    jpeg.splice(2..2, segment);
    jpeg
}

fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
    let mut entry = tag.to_le_bytes().to_vec();
    entry.extend(kind.to_le_bytes());
    entry.extend(count.to_le_bytes());
    entry.extend(value.to_le_bytes());
    entry
}

/// A page of a TIFF.
pub(crate) struct Leaf {
    pub(crate) image: GrayImage,
    pub(crate) dpi: (u32, u32),
    pub(crate) orientation: u16,
}

/// An uncompressed TIFF, a directory a page. `looping`: the last page names the first as the next.
pub(crate) fn tiff(leaves: &[Leaf], looping: bool) -> Vec<u8> {
    let mut bytes = b"II*\0".to_vec();
    let mut link = bytes.len();
    bytes.extend([0; 4]);
    let mut first = 0;
    for leaf in leaves {
        let pixels = bytes.len() as u32;
        bytes.extend(leaf.image.as_raw());
        let ratios = bytes.len() as u32;
        for number in [leaf.dpi.0, 1, leaf.dpi.1, 1] {
            bytes.extend(number.to_le_bytes());
        }
        let directory = bytes.len() as u32;
        bytes[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        first = if first == 0 { directory } else { first };
        let (width, height) = leaf.image.dimensions();
        let entries = [
            entry(256, 4, 1, width),
            entry(257, 4, 1, height),
            entry(258, 3, 1, 8),
            entry(259, 3, 1, 1),
            entry(262, 3, 1, 1),
            entry(273, 4, 1, pixels),
            entry(274, 3, 1, u32::from(leaf.orientation)),
            entry(277, 3, 1, 1),
            entry(278, 4, 1, height),
            entry(279, 4, 1, width * height),
            entry(282, 5, 1, ratios),
            entry(283, 5, 1, ratios + 8),
            entry(296, 3, 1, 2),
        ];
        bytes.extend((entries.len() as u16).to_le_bytes());
        bytes.extend(entries.concat());
        link = bytes.len();
        bytes.extend(if looping { first.to_le_bytes() } else { [0; 4] });
    }
    bytes
}

/// The checksum of PNG chunks (PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xEDB8_8320
            } else {
                sum >> 1
            }
        })
    })
}
