//! The control words that matter for the text.

/// Where the text of a group goes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Into {
    Text,
    Title,
    Author,
    Fonts,
    Made,
    /// Around title, author and the day of making.
    Info,
    Nowhere,
}

/// What these words write.
pub(crate) fn sign(word: &str) -> &'static str {
    match word {
        "par" | "sect" => "\n\n",
        "line" | "row" | "nestrow" => "\n",
        "cell" | "nestcell" | "tab" => "\t",
        "page" => "\u{c}",
        "emdash" => "—",
        "endash" => "–",
        "bullet" => "•",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "emspace" | "enspace" | "qmspace" => " ",
        _ => "",
    }
}

/// Where the text of groups goes that begin with these words.
pub(crate) fn destination(word: &str) -> Option<Into> {
    match word {
        "fonttbl" => Some(Into::Fonts),
        "title" => Some(Into::Title),
        "author" => Some(Into::Author),
        "creatim" => Some(Into::Made),
        "info" => Some(Into::Info),
        "shpinst" | "shptxt" | "fldrslt" | "footnote" => Some(Into::Text),
        "colortbl" | "stylesheet" | "listtable" | "listoverridetable" | "pict" | "objdata"
        | "fldinst" | "datafield" | "themedata" | "colorschememapping" | "xmlnstbl" | "sp"
        | "bkmkstart" | "bkmkend" | "nonshppict" | "deleted" | "pntext" | "revtbl" | "rsidtbl"
        | "generator" | "filetbl" | "xe" | "tc" => Some(Into::Nowhere),
        _ => None,
    }
}
