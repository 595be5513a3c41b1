//! Small PDFs, built for one question each.

use lopdf::{
    Document, EncryptionState, EncryptionVersion, Object, ObjectId, Permissions, Stream, dictionary,
};

/// A page to be made. Coordinates in points, origin bottom left.
pub(crate) struct Sheet {
    pub(crate) media: [f32; 4],
    pub(crate) crop: Option<[f32; 4]>,
    pub(crate) rotate: i64,
    /// Drawing operators; `/F` is Helvetica, `/I` a gray image of 8 × 8 pixels.
    pub(crate) content: String,
    /// The value of a form field at (300, 500).
    pub(crate) field: Option<&'static str>,
}

impl Sheet {
    pub(crate) fn new(content: impl Into<String>) -> Self {
        Self {
            media: [0.0, 0.0, 612.0, 792.0],
            crop: None,
            rotate: 0,
            content: content.into(),
            field: None,
        }
    }
}

/// Shows `text` in 24 points with its baseline beginning at (`x`, `y`).
pub(crate) fn line(x: f32, y: f32, text: &str) -> String {
    format!("BT /F 24 Tf {x} {y} Td ({text}) Tj ET\n")
}

/// Paints the image over the rectangle.
pub(crate) fn image(x: f32, y: f32, width: f32, height: f32) -> String {
    format!("q {width} 0 0 {height} {x} {y} cm /I Do Q\n")
}

pub(crate) fn pdf(sheets: &[Sheet]) -> Vec<u8> {
    saved(document(sheets))
}

/// Says it has `count` pages, whatever it has.
pub(crate) fn promising_pdf(sheets: &[Sheet], count: i64) -> Vec<u8> {
    let mut document = document(sheets);
    for object in document.objects.values_mut() {
        if let Object::Dictionary(tree) = object
            && tree.has(b"Kids")
        {
            tree.set("Count", count);
        }
    }
    saved(document)
}

pub(crate) fn encrypted_pdf(sheets: &[Sheet], password: &str) -> Vec<u8> {
    let mut document = document(sheets);
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    saved(document)
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn document(sheets: &[Sheet]) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let pixels = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => 128, "Height" => 32,
        "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
    };
    let image = document.add_object(Stream::new(pixels, vec![100; 128 * 32]));
    let mut fields = Vec::new();
    let pages: Vec<Object> = sheets
        .iter()
        .map(|sheet| page(&mut document, sheet, [tree, font, image], &mut fields).into())
        .collect();
    document.objects.insert(
        tree,
        dictionary! { "Type" => "Pages", "Count" => pages.len() as i64, "Kids" => pages }.into(),
    );
    let form = dictionary! {
        "Fields" => fields,
        "DA" => Object::string_literal("/F 12 Tf 0 g"),
        "DR" => dictionary! { "Font" => dictionary! { "F" => font } },
    };
    let catalog = dictionary! { "Type" => "Catalog", "Pages" => tree, "AcroForm" => form };
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", catalog);
    let info = document.add_object(dictionary! {
        "Title" => Object::string_literal("The Title"),
        "Author" => Object::string_literal("Ada"),
        "CreationDate" => Object::string_literal("D:20240517093000+02'00'"),
    });
    document.trailer.set("Info", info);
    document
}

fn page(
    document: &mut Document,
    sheet: &Sheet,
    [tree, font, image]: [ObjectId; 3],
    fields: &mut Vec<Object>,
) -> ObjectId {
    let numbers = |sides: [f32; 4]| Object::Array(sides.iter().map(|s| Object::Real(*s)).collect());
    let content = Stream::new(dictionary! {}, sheet.content.clone().into_bytes());
    let content = document.add_object(content);
    let mut page = dictionary! {
        "Type" => "Page",
        "Parent" => tree,
        "MediaBox" => numbers(sheet.media),
        "Rotate" => sheet.rotate,
        "Contents" => content,
        "Resources" => dictionary! {
            "Font" => dictionary! { "F" => font },
            "XObject" => dictionary! { "I" => image },
        },
    };
    if let Some(crop) = sheet.crop {
        page.set("CropBox", numbers(crop));
    }
    if let Some(value) = sheet.field {
        let field = document.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "F" => 4,
            "T" => Object::string_literal("name"),
            "V" => Object::string_literal(value),
            "DA" => Object::string_literal("/F 12 Tf 0 g"),
            "Rect" => numbers([300.0, 500.0, 500.0, 520.0]),
        });
        fields.push(field.into());
        page.set("Annots", vec![field.into()]);
    }
    document.add_object(page)
}
