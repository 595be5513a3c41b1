//! What the machine itself must offer: compilers, C libraries, Python.
//!
//! On Debian and its kin missing packages are installed; elsewhere they are named and the person decides.

pub(crate) mod debian;
mod elsewhere;

use std::process::Command;

use anyhow::Result;

use crate::python::system_python;
use crate::step::succeeds;
use crate::ui;

/// Something needed, how to see that it is there, and where it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    /// Completes "needed …".
    why: &'static str,
    check: Check,
    debian: &'static [&'static str],
    /// A formula of Homebrew.
    brew: &'static str,
    /// A package of winget, or of vcpkg when it says so.
    windows: &'static str,
}

#[derive(Clone, Copy)]
enum Check {
    /// The Debian packages are installed; elsewhere, pkg-config knows this library.
    Library(&'static str),
    /// The program is there, wherever it came from.
    Program(&'static str),
    /// The Debian packages are installed; elsewhere, the program is there.
    ProgramAndMore(&'static str),
    /// Python can make an environment with pip in it. Not a package: Python may come from elsewhere.
    PythonWithVenv,
}

pub(crate) const PYTHON: Need = Need {
    why: "to fetch and convert models",
    check: Check::PythonWithVenv,
    debian: &["python3", "python3-venv"],
    brew: "python@3.12",
    windows: "winget install Python.Python.3.12",
};

const OCR: [Need; 2] = [
    Need {
        why: "to recognise scanned pages",
        check: Check::Library("tesseract"),
        debian: &["libtesseract-dev"],
        brew: "tesseract",
        windows: "vcpkg install tesseract",
    },
    Need {
        why: "to clean up scanned pages",
        check: Check::Library("lept"),
        debian: &["libleptonica-dev"],
        brew: "leptonica",
        windows: "vcpkg install leptonica",
    },
];

const COMPILERS: [Need; 3] = [
    Need {
        why: "to compile the C libraries (SQLite)",
        check: Check::Program("cc"),
        debian: &["build-essential"],
        brew: "gcc",
        windows: "winget install Microsoft.VisualStudio.2022.BuildTools",
    },
    Need {
        why: "to bind to Tesseract",
        check: Check::ProgramAndMore("clang"),
        debian: &["clang", "libclang-dev"],
        brew: "llvm",
        windows: "winget install LLVM.LLVM",
    },
    Need {
        why: "to find the C libraries",
        check: Check::Program("pkg-config"),
        debian: &["pkg-config"],
        brew: "pkg-config",
        windows: "vcpkg install pkgconf",
    },
];

const WINDOW: Need = Need {
    why: "to show the window",
    check: Check::Library("webkit2gtk-4.1"),
    debian: &[
        "libwebkit2gtk-4.1-dev",
        "libayatana-appindicator3-dev",
        "librsvg2-dev",
    ],
    brew: "",
    windows: "",
};

const SCREEN: Need = Need {
    why: "to test the window without a display",
    check: Check::ProgramAndMore("xvfb-run"),
    debian: &[
        "xvfb",
        "xauth",
        "xdotool",
        "xclip",
        "dbus",
        "webkit2gtk-driver",
        "python3-gi",
        "gir1.2-gtk-3.0",
    ],
    brew: "",
    windows: "",
};

/// They judge the PDFs that Sheaf writes.
const PDF_TOOLS: [Need; 2] = [
    Need {
        why: "to check exported PDFs",
        check: Check::Program("qpdf"),
        debian: &["qpdf"],
        brew: "qpdf",
        windows: "winget install QPDF.QPDF",
    },
    Need {
        why: "to find the text in exported PDFs",
        check: Check::ProgramAndMore("pdftotext"),
        debian: &["poppler-utils"],
        brew: "poppler",
        windows: "winget install oschwartz10612.Poppler",
    },
];

/// What reading is measured against.
const PEERS: Need = Need {
    why: "to measure reading against",
    check: Check::Program("tesseract"),
    debian: &["tesseract-ocr"],
    brew: "tesseract",
    windows: "winget install UB-Mannheim.TesseractOCR",
};

const AUTOTOOLS: Need = Need {
    why: "to compile Tesseract",
    check: Check::Library("lept"),
    debian: &["autoconf", "automake", "libtool", "libleptonica-dev"],
    brew: "",
    windows: "",
};

const NODE: Need = Need {
    why: "to build what the window shows",
    check: Check::Program(ui::NPM),
    debian: &["nodejs", "npm"],
    brew: "node",
    windows: "winget install OpenJS.NodeJS",
};

/// Everything that building and running need.
pub(crate) fn require_all() -> Result<()> {
    let mut needs = [&[PYTHON, NODE], &OCR[..], &COMPILERS].concat();
    if cfg!(target_os = "linux") {
        needs.push(WINDOW);
    }
    require(&needs)
}

/// What the tests of the real window need besides. They run on Linux only.
pub(crate) fn require_screen() -> Result<()> {
    require(&[SCREEN])
}

/// What tests on any system need besides.
pub(crate) fn require_pdf_tools() -> Result<()> {
    require(&PDF_TOOLS)
}

/// What compiling Tesseract needs besides. On Debian and its kin only.
pub(crate) fn require_autotools() -> Result<()> {
    require(&[AUTOTOOLS])
}

/// What measuring reading needs besides.
pub(crate) fn require_peers() -> Result<()> {
    require(&PDF_TOOLS)?;
    require(&[PEERS])
}

/// Makes sure of `needs`, or says what to install.
pub(crate) fn require(needs: &[Need]) -> Result<()> {
    if cfg!(target_os = "linux") && debian::is_here() {
        debian::provide(needs)
    } else {
        elsewhere::explain(needs)
    }
}

fn has_python() -> bool {
    succeeds(Command::new(system_python()).args(["-c", "import venv, ensurepip"]))
}

fn has_program(name: &str) -> bool {
    succeeds(Command::new(name).arg("--version"))
}
