//! Which part of an Office container names which others, and what for (Open Packaging Conventions, "Relationships").

use crate::ExtractError;
use crate::package::Package;
use crate::xml::{Piece, Xml};

#[derive(Default)]
pub(crate) struct Relations(Vec<Relation>);

struct Relation {
    id: String,
    /// The last part of the address that stands for the type.
    kind: String,
    target: String,
}

impl Relations {
    /// The part that this id means.
    pub(crate) fn target(&self, id: &str) -> Option<&str> {
        let found = self.0.iter().find(|relation| relation.id == id)?;
        Some(&found.target)
    }

    /// The parts of this type.
    pub(crate) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        let fitting = self.0.iter().filter(move |relation| relation.kind == kind);
        fitting.map(|relation| relation.target.as_str())
    }
}

/// What the part `name` names; parts inside the container only.
pub(crate) fn relations(package: &mut Package, name: &str) -> Result<Relations, ExtractError> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let Some(source) = package.xml(&format!("{folder}/_rels/{file}.rels"))? else {
        return Ok(Relations::default());
    };
    let mut relations = Vec::new();
    let mut xml = Xml::new(&source);
    while let Some(piece) = xml.next() {
        let Piece::Open(tag) = piece else { continue };
        let is_outside = tag.attribute("TargetMode").as_deref() == Some("External");
        if tag.name() == "Relationship" && !is_outside {
            let told = |name| tag.attribute(name).unwrap_or_default();
            relations.push(Relation {
                id: told("Id"),
                kind: told("Type")
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                target: resolved(folder, &told("Target")),
            });
        }
    }
    Ok(Relations(relations))
}

/// A path in the container, seen from `folder`. One that leads out of it leads nowhere.
pub(crate) fn resolved(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_part_that_names_them() {
        assert_eq!(
            resolved("ppt/slides", "../notes/n1.xml"),
            "ppt/notes/n1.xml"
        );
        assert_eq!(resolved("ppt", "slides/s1.xml"), "ppt/slides/s1.xml");
        assert_eq!(resolved("ppt", "/ppt/slides/s1.xml"), "ppt/slides/s1.xml");
        assert_eq!(resolved("", "../../../etc/passwd"), "etc/passwd");
    }
}
