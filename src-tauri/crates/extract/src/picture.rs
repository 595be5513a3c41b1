//! PNG, JPEG, WebP, BMP and GIF: a picture of one page (of what moves, the first frame). What TIFF shares with them is here too: decoding within limits, standing the
//! picture upright, laying it on white.

use crate::ifd::{ARTIST, DATE_TIME, Directory, Layout};
use crate::resolution::Resolution;
use crate::searchable::{Jpeg, Pixels};
use crate::{Document, ExtractError, Meta, PageImage, Plate, Read, date};
use image::codecs::{
    bmp::BmpDecoder, gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder,
};
use image::imageops::{FilterType, resize};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, Limits, RgbImage};
use sheaf_document::{Kind, PageText};
use std::io::Cursor;

/// Files larger than this hold more pixels than are decoded.
pub(crate) const MAX_PICTURE_BYTES: u64 = 512 << 20;

/// Decoded pixels: 40 megapixels of four bytes; a bilevel or gray picture may have more.
const MAX_DECODED: u64 = 160_000_000;

/// What a decoder may take in all: it keeps coefficients or a second copy beside the pixels.
const MAX_ALLOC: u64 = 3 * MAX_DECODED;

/// What recognition gets at most.
const MAX_PIXELS: f64 = 40_000_000.0;
const MAX_EDGE: f64 = 32_767.0;

const POINTS_PER_INCH: f64 = 72.0;

/// A decoded page, upright.
pub(crate) struct Upright {
    pub(crate) image: DynamicImage,
    pub(crate) resolution: Resolution,
}

/// An open picture.
pub(crate) struct Picture {
    kind: Kind,
    meta: Meta,
    bytes: Vec<u8>,
    resolution: Option<Resolution>,
}

impl Picture {
    /// Reads the header, so that a file that is none of these is refused at once.
    pub(crate) fn open(kind: Kind, bytes: Vec<u8>) -> Result<Self, ExtractError> {
        let (exif, told) = match kind {
            Kind::Png => (png(&bytes)?.exif_metadata(), Resolution::of_png(&bytes)),
            Kind::Webp => (webp(&bytes)?.exif_metadata(), None),
            Kind::Bmp => (bmp(&bytes)?.exif_metadata(), None),
            Kind::Gif => (gif(&bytes)?.exif_metadata(), None),
            _ => (
                jpeg_decoder(&bytes)?.exif_metadata(),
                Resolution::of_jfif(&bytes),
            ),
        };
        let exif = exif.ok().flatten().unwrap_or_default();
        let (meta, in_exif) = read_exif(&exif).unwrap_or_default();
        Ok(Self {
            kind,
            meta,
            bytes,
            resolution: told.or(in_exif),
        })
    }

    fn upright(&self, page: u32) -> Result<Upright, ExtractError> {
        if page > 0 {
            return Err(ExtractError::no_page(page));
        }
        match self.kind {
            Kind::Png => decode(png(&self.bytes)?, self.resolution),
            Kind::Webp => decode(webp(&self.bytes)?, self.resolution),
            Kind::Bmp => decode(bmp(&self.bytes)?, self.resolution),
            Kind::Gif => decode(gif(&self.bytes)?, self.resolution),
            _ => decode(jpeg_decoder(&self.bytes)?, self.resolution),
        }
    }
}

impl Document for Picture {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn pages(&self) -> u32 {
        1
    }

    fn read(&mut self, page: u32) -> Result<Read, ExtractError> {
        Ok(scan(self.upright(page)?))
    }

    fn render(&mut self, page: u32, max_edge_px: u32) -> Result<DynamicImage, ExtractError> {
        Ok(shown(self.upright(page)?, max_edge_px))
    }

    fn plate(&mut self, page: u32) -> Result<Plate, ExtractError> {
        match (self.kind, page) {
            (Kind::Jpeg, 0) => self.untouched(),
            _ => Ok(plate(self.upright(page)?)),
        }
    }
}

impl Picture {
    /// A JPEG's own bytes where a PDF can hold them.
    fn untouched(&self) -> Result<Plate, ExtractError> {
        let Some(jpeg) = Jpeg::of(self.bytes.clone()) else {
            return Ok(plate(self.upright(0)?));
        };
        let mut decoder = jpeg_decoder(&self.bytes)?;
        let (width, height) = decoder.dimensions();
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let resolution = Resolution::believed(self.resolution, width, height);
        let (mut wide, mut high) = size_pt(width, height, resolution);
        if is_on_its_side(orientation) {
            (wide, high) = (high, wide);
        }
        Ok(Plate {
            pixels: Pixels::Jpeg(jpeg),
            orientation,
            width_pt: wide,
            height_pt: high,
        })
    }
}

fn is_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(
        orientation,
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH
    )
}

/// A decoded page for a PDF.
pub(crate) fn plate(upright: Upright) -> Plate {
    let Upright { image, resolution } = upright;
    let (width_pt, height_pt) = size_pt(image.width(), image.height(), resolution);
    Plate {
        pixels: Pixels::Decoded(image),
        orientation: Orientation::NoTransforms,
        width_pt,
        height_pt,
    }
}

fn size_pt(width: u32, height: u32, resolution: Resolution) -> (f32, f32) {
    let points = |pixels: u32, dpi: f64| (f64::from(pixels) / dpi * POINTS_PER_INCH) as f32;
    (points(width, resolution.x), points(height, resolution.y))
}

fn png(bytes: &[u8]) -> Result<PngDecoder<Cursor<&[u8]>>, ExtractError> {
    PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(unreadable)
}

fn jpeg_decoder(bytes: &[u8]) -> Result<JpegDecoder<Cursor<&[u8]>>, ExtractError> {
    JpegDecoder::new(Cursor::new(bytes)).map_err(unreadable)
}

fn webp(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, ExtractError> {
    WebPDecoder::new(Cursor::new(bytes)).map_err(unreadable)
}

fn bmp(bytes: &[u8]) -> Result<BmpDecoder<Cursor<&[u8]>>, ExtractError> {
    BmpDecoder::new(Cursor::new(bytes)).map_err(unreadable)
}

fn gif(bytes: &[u8]) -> Result<GifDecoder<Cursor<&[u8]>>, ExtractError> {
    GifDecoder::new(Cursor::new(bytes)).map_err(unreadable)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    limits
}

/// Decodes within the limits and stands the picture upright.
pub(crate) fn decode<D: ImageDecoder>(
    mut decoder: D,
    told: Option<Resolution>,
) -> Result<Upright, ExtractError> {
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > MAX_DECODED {
        return Err(ExtractError::TooLarge(format!(
            "a picture of {width} × {height} pixels is more than is decoded"
        )));
    }
    decoder.set_limits(limits()).map_err(unreadable)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let mut resolution = Resolution::believed(told, width, height);
    image.apply_orientation(orientation);
    if image.width() != width {
        resolution = resolution.turned();
    }
    Ok(Upright { image, resolution })
}

/// The page as recognition wants it: luma on white, pixels as wide as they are high.
pub(crate) fn scan(upright: Upright) -> Read {
    let Upright { image, resolution } = upright;
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let width_pt = (width / resolution.x * POINTS_PER_INCH) as f32;
    let height_pt = (height / resolution.y * POINTS_PER_INCH) as f32;
    let dpi = resolution.x.max(resolution.y);
    let (wide, high) = (width * dpi / resolution.x, height * dpi / resolution.y);
    let shrink = (MAX_PIXELS / (wide * high))
        .sqrt()
        .min(MAX_EDGE / wide.max(high))
        .min(1.0);
    let (wide, high) = (pixels(wide * shrink), pixels(high * shrink));
    let mut gray = luma(image);
    if gray.dimensions() != (wide, high) {
        gray = resize(&gray, wide, high, FilterType::Triangle);
    }
    Read::Scan {
        own: PageText::blank(width_pt, height_pt),
        image: PageImage {
            gray,
            dpi: pixels(dpi * shrink),
            width_pt,
            height_pt,
        },
    }
}

/// The page for people, never enlarged.
pub(crate) fn shown(upright: Upright, max_edge_px: u32) -> DynamicImage {
    let Upright { image, resolution } = upright;
    let dpi = resolution.x.max(resolution.y);
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let (wide, high) = (width * dpi / resolution.x, height * dpi / resolution.y);
    let shrink = (f64::from(max_edge_px.max(1)) / wide.max(high)).min(1.0);
    let (wide, high) = (pixels(wide * shrink), pixels(high * shrink));
    let rgb = colour(image);
    if rgb.dimensions() == (wide, high) {
        return DynamicImage::ImageRgb8(rgb);
    }
    DynamicImage::ImageRgb8(image::imageops::thumbnail(&rgb, wide, high))
}

fn pixels(length: f64) -> u32 {
    length.round().clamp(1.0, f64::from(u32::MAX)) as u32
}

fn luma(image: DynamicImage) -> GrayImage {
    if !image.color().has_alpha() {
        return image.into_luma8();
    }
    let source = image.into_luma_alpha8();
    let mut gray = GrayImage::new(source.width(), source.height());
    for (to, from) in gray.pixels_mut().zip(source.pixels()) {
        to.0 = [on_white(from.0[0], from.0[1])];
    }
    gray
}

fn colour(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let source = image.into_rgba8();
    let mut rgb = RgbImage::new(source.width(), source.height());
    for (to, from) in rgb.pixels_mut().zip(source.pixels()) {
        let [r, g, b, alpha] = from.0;
        to.0 = [r, g, b].map(|value| on_white(value, alpha));
    }
    rgb
}

fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

fn read_exif(exif: &[u8]) -> Option<(Meta, Option<Resolution>)> {
    let mut source = Cursor::new(exif);
    let (layout, first) = Layout::read(&mut source).ok()?;
    let directory = Directory::read(&mut source, layout, first).ok()?;
    let meta = Meta {
        title: None,
        author: directory.text(&mut source, ARTIST),
        date: directory
            .text(&mut source, DATE_TIME)
            .and_then(|text| date::from_written(&text)),
    };
    let resolution = Resolution::of_directory(&directory, &mut source);
    Some((meta, resolution))
}

pub(crate) fn unreadable(error: ImageError) -> ExtractError {
    match error {
        ImageError::Limits(e) => ExtractError::TooLarge(e.to_string()),
        ImageError::Unsupported(e) => ExtractError::Unsupported(e.to_string()),
        other => ExtractError::Corrupt(other.to_string()),
    }
}
