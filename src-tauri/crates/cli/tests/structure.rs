//! The crates depend on each other in one direction only, and SQL stays where it belongs.

use std::collections::BTreeMap;
use std::path::Path;

/// Lowest first; a crate depends only on crates of lower levels.
const LEVELS: [&[&str]; 5] = [
    &["document", "queue"],
    &["extract", "ocr", "embed", "store"],
    &["search", "worker"],
    &["engine"],
    &["cli"],
];
/// Stands beside the program, and depends on none of its crates.
const APART: &str = "xtask";

/// Name of each crate and the names it has under `[dependencies]`, also those for one platform only.
fn crates() -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the crates") {
        let path = entry.expect("an entry").path();
        let Ok(text) = std::fs::read_to_string(path.join("Cargo.toml")) else {
            continue;
        };
        let manifest: toml::Table = text.parse().expect("a manifest");
        let mut names = dependencies(&manifest);
        for (_, target) in manifest
            .get("target")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flatten()
        {
            names.extend(target.as_table().map(dependencies).unwrap_or_default());
        }
        let name = path.file_name().expect("a name").to_string_lossy();
        found.insert(name.into_owned(), names);
    }
    found
}

fn dependencies(table: &toml::Table) -> Vec<String> {
    let listed = table.get("dependencies").and_then(toml::Value::as_table);
    listed
        .into_iter()
        .flat_map(|names| names.keys().cloned())
        .collect()
}

fn level(name: &str) -> usize {
    LEVELS
        .iter()
        .position(|names| names.contains(&name))
        .unwrap_or_else(|| panic!("{name} has no level; give it one in LEVELS"))
}

#[test]
fn a_crate_depends_only_on_lower_levels() {
    let crates = crates();
    assert!(crates.len() > 10, "the crates were not found");
    for (name, dependencies) in &crates {
        for ours in dependencies.iter().filter_map(|d| d.strip_prefix("sheaf-")) {
            assert_ne!(name, APART, "{APART} depends on {ours}");
            assert!(
                level(ours) < level(name),
                "{name} must not depend on {ours}"
            );
        }
    }
}

#[test]
fn every_crate_has_a_level_and_every_level_its_crates() {
    let crates = crates();
    for name in crates.keys().filter(|name| *name != APART) {
        level(name);
    }
    for name in LEVELS.concat() {
        assert!(crates.contains_key(name), "{name} is gone");
    }
}

#[test]
fn the_window_stands_on_the_engine_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../Cargo.toml");
    let manifest: toml::Table = std::fs::read_to_string(root)
        .expect("the root manifest")
        .parse()
        .expect("a manifest");
    let ours: Vec<String> = dependencies(&manifest)
        .into_iter()
        .filter(|name| name.starts_with("sheaf-"))
        .collect();
    assert_eq!(ours, ["sheaf-document", "sheaf-engine"]);
    for (name, dependencies) in crates() {
        let knows = dependencies.iter().any(|d| d.starts_with("tauri"));
        assert!(!knows, "{name} knows Tauri");
    }
}

#[test]
fn only_the_store_and_the_queue_know_sqlite() {
    for (name, dependencies) in crates() {
        let knows = dependencies.iter().any(|d| d == "rusqlite");
        assert_eq!(
            knows,
            ["queue", "store"].contains(&name.as_str()),
            "{name} and rusqlite"
        );
    }
}

/// Every source of a crate: its path and its text without tests and blanks.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let packed = code.split_whitespace().collect();
        found.push((path.display().to_string(), packed));
    }
}

#[test]
fn the_engine_commits_nothing_without_a_name() {
    let mut found = Vec::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    sources(&crates.join("engine/src"), &mut found);
    let named = found
        .iter()
        .filter(|(_, code)| code.contains("library.commit("));
    assert!(named.count() > 10, "the commits were not found");
    for (path, code) in found {
        for way in ["library.write(", "library.submit(", "library.ahead("] {
            assert!(
                !code.contains(way),
                "{path}: name what is committed, by `Commits`"
            );
        }
    }
}
