//! Without ONNX Runtime there is an error, not a panic. Alone in its program: the runtime is loaded once a process.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use sheaf_document::Code;
use sheaf_embed::{Model, ModelName};

#[test]
fn a_runtime_that_is_missing_or_is_no_library_is_an_error() {
    let code = |runtime: &Path| {
        let error = Model::load(runtime, Path::new("/nowhere"), ModelName::E5Small).err();
        error.map(|e| e.code())
    };
    assert_eq!(
        code(Path::new("/nowhere/libonnxruntime.so")),
        Some(Code::ModelMissing)
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("libonnxruntime.so");
    std::fs::write(&file, b"not a library").unwrap();
    assert_eq!(code(&file), Some(Code::ModelMissing));
}
