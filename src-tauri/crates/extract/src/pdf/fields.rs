//! What people wrote onto a page: the values of form fields, and text boxes. pdfium keeps it apart from the page's
//! own text; a reader sees it like the rest.

use super::glyphs::Glyph;
use super::sheet::Sheet;
use crate::html::visible;
use pdfium_render::prelude::{PdfFormField, PdfPage, PdfPageAnnotation, PdfPageAnnotationCommon};

/// Annotations looked at on a page.
const MAX_ANNOTATIONS: usize = 5_000;

/// Characters taken from one field.
const MAX_CHARS: usize = 20_000;

/// Each value as a line behind the page's text. Its words share the field's box.
pub(super) fn fields(page: &PdfPage<'_>, sheet: &Sheet) -> Vec<Glyph> {
    let mut glyphs = Vec::new();
    for annotation in page.annotations().iter().take(MAX_ANNOTATIONS) {
        let Some(value) = written(&annotation) else {
            continue;
        };
        let rect = annotation.bounds().ok().and_then(|b| sheet.place(&b));
        glyphs.push(Glyph::new('\n', None));
        glyphs.extend(value.chars().take(MAX_CHARS).map(|c| Glyph::new(c, rect)));
    }
    glyphs
}

fn written(annotation: &PdfPageAnnotation<'_>) -> Option<String> {
    if annotation.is_hidden() {
        return None;
    }
    let value = match annotation {
        PdfPageAnnotation::FreeText(text) => text.contents(),
        other => other.as_form_field().and_then(field_value),
    };
    value.filter(|value| !value.trim().is_empty())
}

fn field_value(field: &PdfFormField<'_>) -> Option<String> {
    match field {
        PdfFormField::Text(text) if text.is_password() => None,
        PdfFormField::Text(text) if text.is_rich_text() => visible(&text.value()?).ok(),
        PdfFormField::Text(text) => text.value(),
        PdfFormField::ComboBox(combo) => combo.value(),
        PdfFormField::ListBox(list) => list.value(),
        PdfFormField::PushButton(_)
        | PdfFormField::Checkbox(_)
        | PdfFormField::RadioButton(_)
        | PdfFormField::Signature(_)
        | PdfFormField::Unknown(_) => None,
    }
}
