//! The formats Sheaf reads, by name.

use serde::{Deserialize, Serialize};

/// The formats Sheaf reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Pdf,
    Png,
    Jpeg,
    Tiff,
    Webp,
    Bmp,
    Gif,
    Docx,
    Doc,
    Odt,
    Rtf,
    Xlsx,
    Xls,
    Ods,
    Pptx,
    Ppt,
    Odp,
    Epub,
    Eml,
    Msg,
    Mbox,
    Mhtml,
    Zip,
    Html,
    Markdown,
    Csv,
    Json,
    Xml,
    Text,
}

impl Kind {
    /// The name used in JSON, in the database and in `kind:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Tiff => "tiff",
            Self::Webp => "webp",
            Self::Bmp => "bmp",
            Self::Gif => "gif",
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::Odt => "odt",
            Self::Rtf => "rtf",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Pptx => "pptx",
            Self::Ppt => "ppt",
            Self::Odp => "odp",
            Self::Epub => "epub",
            Self::Eml => "eml",
            Self::Msg => "msg",
            Self::Mbox => "mbox",
            Self::Mhtml => "mhtml",
            Self::Zip => "zip",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Text => "text",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether its pages can be read apart from each other, so that several workers may share one document.
    pub fn has_random_pages(self) -> bool {
        matches!(self, Self::Pdf | Self::Tiff)
    }

    /// Whether its text is a list of what is in it, which has no meaning of its own to search by.
    pub fn is_list(self) -> bool {
        self == Self::Zip
    }

    /// Whether its pages can be drawn; the others are text and nothing else.
    pub fn has_pictures(self) -> bool {
        match self {
            Self::Pdf
            | Self::Png
            | Self::Jpeg
            | Self::Tiff
            | Self::Webp
            | Self::Bmp
            | Self::Gif => true,
            Self::Docx
            | Self::Doc
            | Self::Odt
            | Self::Rtf
            | Self::Xlsx
            | Self::Xls
            | Self::Ods
            | Self::Pptx
            | Self::Ppt
            | Self::Odp
            | Self::Epub
            | Self::Eml
            | Self::Msg
            | Self::Mbox
            | Self::Mhtml
            | Self::Zip
            | Self::Html
            | Self::Markdown
            | Self::Csv
            | Self::Json
            | Self::Xml
            | Self::Text => false,
        }
    }

    const ALL: [Self; 29] = [
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::Tiff,
        Self::Webp,
        Self::Bmp,
        Self::Gif,
        Self::Docx,
        Self::Doc,
        Self::Odt,
        Self::Rtf,
        Self::Xlsx,
        Self::Xls,
        Self::Ods,
        Self::Pptx,
        Self::Ppt,
        Self::Odp,
        Self::Epub,
        Self::Eml,
        Self::Msg,
        Self::Mbox,
        Self::Mhtml,
        Self::Zip,
        Self::Html,
        Self::Markdown,
        Self::Csv,
        Self::Json,
        Self::Xml,
        Self::Text,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
    }
}
