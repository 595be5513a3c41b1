//! Pictures on pages of their size, with their words.

use super::layer::{FONT_NAME, Layout, layer};
use super::{Font, Recognized, Searchable, recognized, whole};
use crate::{Document, ExtractError, Meta};
use flate2::{Compression, write::ZlibEncoder};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage};
use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, dictionary};
use std::io::Write;

/// A page's picture as the file has it.
pub struct Plate {
    pub(crate) pixels: Pixels,
    /// What has to be done to show it upright.
    pub(crate) orientation: Orientation,
    /// Upright, in points.
    pub(crate) width_pt: f32,
    pub(crate) height_pt: f32,
}

pub(crate) enum Pixels {
    /// A JPEG that PDF readers can show.
    Jpeg(Jpeg),
    Decoded(DynamicImage),
}

/// A JPEG file and what its header says.
pub(crate) struct Jpeg {
    pub(crate) bytes: Vec<u8>,
    width: u16,
    height: u16,
    components: u8,
    /// Adobe's programs write four colours upside down and say who they are.
    is_adobe: bool,
}

impl Jpeg {
    /// `None` for what `DCTDecode` does not know (ISO 32000-1, 7.4.8): arithmetic coding, lossless, 12 bits.
    pub(crate) fn of(bytes: Vec<u8>) -> Option<Self> {
        let (mut at, mut is_adobe) = (2, false);
        loop {
            let marker = bytes.get(at..at + 4)?;
            let length = usize::from(u16::from_be_bytes([marker[2], marker[3]]));
            let data = bytes.get(at + 4..at + 2 + length)?;
            match marker[1] {
                _ if marker[0] != 0xff => return None,
                // A fill byte.
                0xff => {
                    at += 1;
                    continue;
                }
                0xee => is_adobe |= data.starts_with(b"Adobe"),
                0xc0..=0xc2 => {
                    let number =
                        |at: usize| Some(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?]));
                    let (height, width) = (number(1)?, number(3)?);
                    let components = *data.get(5)?;
                    let is_known = data[0] == 8 && matches!(components, 1 | 3 | 4) && height > 0;
                    return is_known.then_some(Self {
                        width,
                        height,
                        components,
                        is_adobe,
                        bytes,
                    });
                }
                0xc4 | 0xc8 | 0xcc => {}
                0xc3..=0xcf | 0xda => return None,
                _ => {}
            }
            at += 2 + length;
        }
    }
}

pub(super) fn pdf(
    document: &mut dyn Document,
    pages: &[Recognized],
) -> Result<Searchable, ExtractError> {
    let mut made = lopdf::Document::with_version("1.7");
    let tree = made.new_object_id();
    let font_at = made.new_object_id();
    let mut font = Font::default();
    let mut kids = Vec::new();
    for page in 0..document.pages() {
        let plate = document.plate(page)?;
        let sheet = Layout {
            left: 0.0,
            bottom: 0.0,
            width: plate.width_pt,
            height: plate.height_pt,
            quarter_turns: 0,
        };
        let words = recognized(pages, page).and_then(|text| layer(text, &[], &sheet, &mut font));
        kids.push(Object::Reference(add_page(
            &mut made, plate, words, tree, font_at,
        )));
    }
    let font = font.add_to(&mut made);
    // The pages name the font before it is known what it holds.
    if let Some(dictionary) = made.objects.remove(&font) {
        made.objects.insert(font_at, dictionary);
    }
    let count = kids.len() as i64;
    made.objects.insert(
        tree,
        dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into(),
    );
    let catalog = made.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    made.trailer.set("Root", catalog);
    let info = made.add_object(info(document.meta()));
    made.trailer.set("Info", info);
    whole(&mut made)
}

fn add_page(
    made: &mut lopdf::Document,
    plate: Plate,
    words: Option<String>,
    tree: ObjectId,
    font: ObjectId,
) -> ObjectId {
    let (width, height) = (plate.width_pt, plate.height_pt);
    let [a, b, c, d, e, f] = upright(plate.orientation);
    let placed = [
        a * width,
        b * height,
        c * width,
        d * height,
        e * width,
        f * height,
    ];
    let placed = placed.map(|number| number.to_string()).join(" ");
    let image = match plate.pixels {
        Pixels::Jpeg(jpeg) => add_jpeg(made, jpeg),
        Pixels::Decoded(image) => add_pixels(made, &image),
    };
    let code = format!("q\n{placed} cm\n/Scan Do\nQ\n{}", words.unwrap_or_default());
    let content = made.add_object(flate(Dictionary::new(), code.as_bytes()));
    made.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)],
        "Resources" => dictionary! {
            "XObject" => dictionary! { "Scan" => image }, "Font" => dictionary! { FONT_NAME => font },
        },
    })
}

/// The map of the unit square that stands a picture upright: `x = a u + c v + e`, `y = b u + d v + f`.
fn upright(orientation: Orientation) -> [f32; 6] {
    match orientation {
        Orientation::NoTransforms => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        Orientation::FlipHorizontal => [-1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
        Orientation::FlipVertical => [1.0, 0.0, 0.0, -1.0, 0.0, 1.0],
        Orientation::Rotate180 => [-1.0, 0.0, 0.0, -1.0, 1.0, 1.0],
        Orientation::Rotate90 => [0.0, -1.0, 1.0, 0.0, 0.0, 1.0],
        Orientation::Rotate270 => [0.0, 1.0, -1.0, 0.0, 1.0, 0.0],
        Orientation::Rotate90FlipH => [0.0, -1.0, -1.0, 0.0, 1.0, 1.0],
        Orientation::Rotate270FlipH => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
    }
}

fn add_jpeg(made: &mut lopdf::Document, jpeg: Jpeg) -> ObjectId {
    let mut about = picture(
        u32::from(jpeg.width),
        u32::from(jpeg.height),
        8,
        match jpeg.components {
            1 => "DeviceGray",
            3 => "DeviceRGB",
            _ => "DeviceCMYK",
        },
    );
    about.set("Filter", "DCTDecode");
    if jpeg.components == 4 && jpeg.is_adobe {
        about.set(
            "Decode",
            [1, 0]
                .repeat(4)
                .into_iter()
                .map(Object::Integer)
                .collect::<Vec<_>>(),
        );
    }
    made.add_object(Stream::new(about, jpeg.bytes).with_compression(false))
}

/// Without loss: as many bits as there are, two colours as one bit, transparency as a mask.
fn add_pixels(made: &mut lopdf::Document, image: &DynamicImage) -> ObjectId {
    let (width, height) = (image.width(), image.height());
    let is_wide = matches!(
        image.color(),
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16
    );
    let depth = if is_wide { 16 } else { 8 };
    let colours = if image.color().has_color() { 3 } else { 1 };
    let (colour, alpha) = parts(image, is_wide);
    let space = if colours == 3 {
        "DeviceRGB"
    } else {
        "DeviceGray"
    };
    if colours == 1 && alpha.is_none() && !is_wide && colour.iter().all(|v| matches!(v, 0 | 255)) {
        let about = picture(width, height, 1, space);
        return made.add_object(rows(
            about,
            &packed(&colour, width as usize),
            width.div_ceil(8) as usize,
            1,
            1,
            width,
        ));
    }
    let mut about = picture(width, height, depth, space);
    let sample = depth as usize / 8;
    if let Some(alpha) = alpha {
        let mask = rows(
            picture(width, height, depth, "DeviceGray"),
            &alpha,
            width as usize * sample,
            1,
            depth,
            width,
        );
        about.set("SMask", made.add_object(mask));
    }
    made.add_object(rows(
        about,
        &colour,
        width as usize * sample * colours as usize,
        colours,
        depth,
        width,
    ))
}

/// Colours and transparency apart, samples of 16 bits with the high byte first.
fn parts(image: &DynamicImage, is_wide: bool) -> (Vec<u8>, Option<Vec<u8>>) {
    let wide = |samples: Vec<u16>| {
        samples
            .into_iter()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<u8>>()
    };
    let (colour, has_alpha) = (image.color().has_color(), image.color().has_alpha());
    let all = match (colour, has_alpha, is_wide) {
        (false, false, false) => image.to_luma8().into_raw(),
        (false, true, false) => image.to_luma_alpha8().into_raw(),
        (true, false, false) => image.to_rgb8().into_raw(),
        (true, true, false) => image.to_rgba8().into_raw(),
        (false, false, true) => wide(image.to_luma16().into_raw()),
        (false, true, true) => wide(image.to_luma_alpha16().into_raw()),
        (true, false, true) => wide(image.to_rgb16().into_raw()),
        (true, true, true) => wide(image.to_rgba16().into_raw()),
    };
    if !has_alpha {
        return (all, None);
    }
    let sample = if is_wide { 2 } else { 1 };
    let colours = if colour { 3 } else { 1 } * sample;
    let pixels = all.chunks_exact(colours + sample);
    let alpha = pixels
        .clone()
        .flat_map(|pixel| pixel[colours..].iter().copied())
        .collect();
    (
        pixels
            .flat_map(|pixel| pixel[..colours].iter().copied())
            .collect(),
        Some(alpha),
    )
}

/// Eight pixels a byte, each line from a new byte.
fn packed(gray: &[u8], width: usize) -> Vec<u8> {
    let byte = |eight: &[u8]| {
        (0..)
            .zip(eight)
            .fold(0, |byte, (n, v)| byte | u8::from(*v > 0) << (7 - n))
    };
    gray.chunks(width.max(1))
        .flat_map(|row| row.chunks(8).map(byte))
        .collect()
}

fn picture(width: u32, height: u32, depth: u8, space: &str) -> Dictionary {
    dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => width, "Height" => height,
        "BitsPerComponent" => i64::from(depth), "ColorSpace" => space,
    }
}

/// Rows of samples, each as the difference to the one above (PNG, 9.2), deflated.
fn rows(
    mut about: Dictionary,
    data: &[u8],
    row: usize,
    colours: u8,
    depth: u8,
    width: u32,
) -> Stream {
    const UP: u8 = 2;
    about.set("DecodeParms", dictionary! {
        "Predictor" => 15, "Colors" => i64::from(colours), "BitsPerComponent" => i64::from(depth), "Columns" => width,
    });
    let mut filtered = Vec::with_capacity(data.len() + data.len() / row.max(1));
    let mut above: &[u8] = &[];
    for line in data.chunks(row.max(1)) {
        filtered.push(UP);
        filtered.extend(
            line.iter()
                .enumerate()
                .map(|(x, v)| v.wrapping_sub(above.get(x).copied().unwrap_or(0))),
        );
        above = line;
    }
    flate(about, &filtered)
}

fn flate(mut about: Dictionary, data: &[u8]) -> Stream {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(data);
    let bytes = encoder.finish().unwrap_or_default();
    about.set("Filter", "FlateDecode");
    Stream::new(about, bytes).with_compression(false)
}

fn info(meta: &Meta) -> Dictionary {
    let mut info = dictionary! { "Producer" => Object::string_literal("Sheaf") };
    for (key, value) in [("Title", &meta.title), ("Author", &meta.author)] {
        if let Some(value) = value {
            info.set(key, text(value));
        }
    }
    if let Some(date) = meta.date.as_deref().and_then(pdf_date) {
        info.set("CreationDate", Object::string_literal(date));
    }
    info
}

/// UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
fn text(value: &str) -> Object {
    let units = std::iter::once(0xfeff).chain(value.encode_utf16());
    Object::String(
        units.flat_map(u16::to_be_bytes).collect(),
        StringFormat::Hexadecimal,
    )
}

/// `2024-05-17T09:30:00Z` as `D:20240517093000Z` (ISO 32000-1, 7.9.4); what cannot be one is left out.
fn pdf_date(date: &str) -> Option<String> {
    let digits: String = date
        .get(..19)
        .unwrap_or(date.get(..10)?)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    matches!(digits.len(), 8 | 14).then(|| format!("D:{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_header_is_believed_only_where_readers_know_it() {
        let header = |sof: u8, depth: u8, components: u8| {
            let mut bytes = vec![
                0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, sof, 0, 11, depth, 0, 20, 0, 10,
                components,
            ];
            bytes.extend([1, 0x11, 0]);
            Jpeg::of(bytes).map(|jpeg| (jpeg.width, jpeg.height, jpeg.components))
        };
        assert_eq!(header(0xc0, 8, 3), Some((10, 20, 3)));
        assert_eq!(header(0xc2, 8, 1), Some((10, 20, 1)));
        for (sof, depth, components) in [(0xc3, 8, 3), (0xc9, 8, 3), (0xc0, 12, 1), (0xc0, 8, 2)] {
            assert_eq!(
                header(sof, depth, components),
                None,
                "{sof:x} {depth} {components}"
            );
        }
        assert!(
            Jpeg::of(vec![0xff, 0xd8, 0xff, 0xe0, 0xff]).is_none(),
            "a torn file"
        );
    }

    #[test]
    fn two_colours_take_a_bit_each_and_lines_begin_anew() {
        let row = [255, 0, 255, 0, 0, 0, 0, 255, 255];
        assert_eq!(
            packed(&row.repeat(2), 9),
            [0b1010_0001, 0x80, 0b1010_0001, 0x80]
        );
    }

    #[test]
    fn dates_keep_their_digits() {
        assert_eq!(
            pdf_date("2024-05-17T09:30:00Z").as_deref(),
            Some("D:20240517093000")
        );
        assert_eq!(pdf_date("2024-05-17").as_deref(), Some("D:20240517"));
        assert_eq!(pdf_date("May"), None);
    }
}
