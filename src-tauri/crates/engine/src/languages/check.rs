//! Whether a file is recognition data: its directory makes sense, and a child can load it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sheaf_document::Languages;
use sheaf_worker::{Child, ChildSpec, Limits, Request, Response, Task};

use super::{ENDING, io, refused};
use crate::Result;
use crate::assets::Assets;

/// The largest published ones have some 60 MB.
const MAX_BYTES: u64 = 512 << 20;
/// Parts that a file may have, and which of them is the network (Tesseract, `tessdatamanager.h`).
const MAX_PARTS: usize = 64;
const NETWORK: usize = 17;

pub(super) fn check(file: &Path, name: &str, program: &Path) -> Result<()> {
    check_name(name)?;
    check_parts(file)?;
    load(file, name, program)
}

/// One plain name: it becomes a file's name, and stands in lists joined by `+`.
pub(super) fn check_name(name: &str) -> Result<()> {
    let is_plain = Languages::parse(name).is_ok() && !name.contains(['+', '/']);
    if is_plain {
        return Ok(());
    }
    Err(refused(&format!(
        "“{name}” is no name of a language, such as deu or chi_sim; name the file so."
    )))
}

fn check_parts(path: &Path) -> Result<()> {
    let wrong = |why: &str| {
        refused(&format!(
            "{} is no recognition data: {why}.",
            path.display()
        ))
    };
    let mut file = File::open(path).map_err(|error| io(path, error))?;
    let length = file.metadata().map_err(|error| io(path, error))?.len();
    if length > MAX_BYTES {
        return Err(wrong("it is too large"));
    }
    let mut head = Vec::new();
    file.by_ref()
        .take(4 + 8 * MAX_PARTS as u64)
        .read_to_end(&mut head)
        .map_err(|error| io(path, error))?;
    let count = head
        .first_chunk()
        .map(|bytes| u32::from_le_bytes(*bytes) as usize);
    let Some(count) = count.filter(|count| (1..=MAX_PARTS).contains(count)) else {
        return Err(wrong("it does not begin like a .traineddata file"));
    };
    let offsets: Vec<i64> = head[4..]
        .as_chunks()
        .0
        .iter()
        .take(count)
        .map(|bytes| i64::from_le_bytes(*bytes))
        .collect();
    let is_inside = |at: &i64| *at == -1 || (0..=length as i64).contains(at);
    if offsets.len() < count || !offsets.iter().all(is_inside) {
        return Err(wrong("it is cut off or damaged"));
    }
    match offsets.get(NETWORK) {
        Some(at) if *at >= 0 => Ok(()),
        _ => Err(wrong("it is for Tesseract 3; take one of tessdata_fast")),
    }
}

/// Lets a child load it, as it will be loaded later.
fn load(file: &Path, name: &str, program: &Path) -> Result<()> {
    let folder = tempfile::tempdir().map_err(|error| io(file, error))?;
    let copy = folder.path().join(format!("{name}.{ENDING}"));
    std::fs::copy(file, &copy).map_err(|error| io(file, error))?;
    let languages = Languages::parse(name).map_err(|error| refused(&error.to_string()))?;
    let spec = ChildSpec {
        program: program.to_owned(),
        task: Task::Read,
        assets: Assets::find()?.folder().to_owned(),
        languages: vec![languages],
        tessdata: Some(folder.path().to_owned()),
        model: String::new(),
        gentle: false,
        limits: Limits::for_child(Task::Read, ""),
    };
    let answer = Child::spawn(&spec).and_then(|mut child| child.call(&Request::Recognizers, None));
    let why = match answer {
        Ok(Response::Recognizers(list)) => match list.into_iter().next() {
            Some((_, None)) => return Ok(()),
            Some((_, Some(fault))) => fault.detail,
            None => "nothing was loaded".to_owned(),
        },
        Ok(_) => "the worker answered something else".to_owned(),
        Err(loss) => loss.to_string(),
    };
    Err(refused(&format!(
        "{} cannot be used: {why}.",
        file.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_become_files() {
        for good in ["deu", "chi_sim", "Latin"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "../deu", "deu+eng", "a/b", "de u"] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_file_that_is_something_else_is_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deu.traineddata");
        let parts = |network: i64| {
            let mut bytes = 24_u32.to_le_bytes().to_vec();
            for part in 0..24 {
                let at = if part == NETWORK { network } else { -1 };
                bytes.extend(i64::to_le_bytes(at));
            }
            bytes
        };
        for (bytes, expect) in [
            (b"<html>not found".to_vec(), "does not begin"),
            (parts(5_000), "cut off"),
            (parts(-1), "Tesseract 3"),
            (parts(100)[..50].to_vec(), "cut off"),
        ] {
            std::fs::write(&path, bytes).expect("written");
            let error = check_parts(&path).expect_err("refused").to_string();
            assert!(error.contains(expect), "{error}");
        }
        std::fs::write(&path, parts(100)).expect("written");
        assert!(check_parts(&path).is_ok());
    }
}
