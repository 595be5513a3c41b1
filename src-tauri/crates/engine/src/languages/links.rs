//! The folder of links: derived, remade whenever a reading child starts, never without a file that counts.

use std::path::{Path, PathBuf};

use sheaf_store::{Folder, Library};

use super::{BEST, ENDING, Models, Wanted, take_all};
use crate::Result;
use crate::assets::Assets;

/// Which file counts for each language: later folders outweigh earlier ones.
pub(crate) fn wanted(folder: &Folder, assets: &Assets, models: Models) -> Wanted {
    let (built_in, own) = (assets.folder().join("tessdata"), folder.languages());
    let mut wanted = Wanted::new();
    take_all(&mut wanted, &built_in);
    if models == Models::Best {
        take_all(&mut wanted, &built_in.join(BEST));
    }
    match models {
        // The better kind serves also where it is the only one.
        Models::Fast => {
            take_all(&mut wanted, &own.join(BEST));
            let mut fast = Wanted::new();
            take_all(&mut fast, &built_in);
            wanted.extend(fast);
            take_all(&mut wanted, &own);
        }
        Models::Best => {
            take_all(&mut wanted, &own);
            take_all(&mut wanted, &own.join(BEST));
        }
    }
    wanted
}

/// Makes the folder what [`wanted`] says, and gives its path.
pub(crate) fn gather(folder: &Folder, assets: &Assets, models: Models) -> std::io::Result<PathBuf> {
    let name = match models {
        Models::Fast => "tessdata-fast",
        Models::Best => "tessdata-best",
    };
    let links = folder.cache().join(name);
    std::fs::create_dir_all(&links)?;
    let wanted = wanted(folder, assets, models);
    for entry in std::fs::read_dir(&links)? {
        let path = entry?.path();
        let is_wanted = path.extension().is_some_and(|ending| ending == ENDING)
            && wanted.contains_key(&super::name_of(&path));
        if !is_wanted {
            // Another process may be at the same.
            let _ = std::fs::remove_file(path);
        }
    }
    for (name, target) in wanted {
        link(&target, &links, &name)?;
    }
    Ok(links)
}

/// Both folders, after languages were added or removed.
pub(crate) fn refresh(library: &Library) -> Result<()> {
    let assets = Assets::find()?;
    for models in [Models::Fast, Models::Best] {
        // A child that starts makes it anew.
        let _ = gather(library.folder(), &assets, models);
    }
    Ok(())
}

#[cfg(unix)]
fn link(target: &Path, links: &Path, name: &str) -> std::io::Result<()> {
    let at = links.join(format!("{name}.{ENDING}"));
    if std::fs::read_link(&at).is_ok_and(|there| there == target) {
        return Ok(());
    }
    let part = links.join(format!(".{name}-{}.part", std::process::id()));
    let _ = std::fs::remove_file(&part);
    std::os::unix::fs::symlink(target, &part)?;
    std::fs::rename(part, at)
}

#[cfg(not(unix))]
fn link(target: &Path, links: &Path, name: &str) -> std::io::Result<()> {
    let at = links.join(format!("{name}.{ENDING}"));
    let length = |path: &Path| std::fs::metadata(path).map(|meta| meta.len()).ok();
    if length(&at) == length(target) {
        return Ok(());
    }
    std::fs::copy(target, at).map(drop)
}
