//! A set of documents, questions, and what people judged: `corpus.jsonl`, `queries.jsonl`, `qrels.tsv`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Failure;

pub(crate) struct Set {
    pub(crate) documents: Vec<Document>,
    /// Id and text of the questions that something was judged relevant to.
    pub(crate) queries: Vec<(String, String)>,
    /// For each question, the documents and how relevant they are; more is better.
    pub(crate) judgements: HashMap<String, HashMap<String, f64>>,
}

pub(crate) struct Document {
    pub(crate) id: String,
    /// Title, blank line, text; either may be empty.
    pub(crate) text: String,
}

impl Set {
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let judgements = judgements(folder)?;
        let documents = lines(&folder.join("corpus.jsonl"))?
            .iter()
            .map(|line| Document {
                id: field(line, "_id"),
                text: [field(line, "title"), field(line, "text")]
                    .join("\n\n")
                    .trim()
                    .to_owned(),
            })
            .collect();
        let queries = lines(&folder.join("queries.jsonl"))?
            .iter()
            .map(|line| (field(line, "_id"), field(line, "text")))
            .filter(|(id, _)| judgements.contains_key(id))
            .collect();
        Ok(Self {
            documents,
            queries,
            judgements,
        })
    }
}

fn lines(path: &Path) -> Result<Vec<Value>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let numbered = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(n, line)| {
            let bad = |error| format!("{}, line {}: {error}", path.display(), n + 1).into();
            serde_json::from_str(line).map_err(bad)
        })
        .collect()
}

/// A field as text; empty where there is none.
fn field(line: &Value, name: &str) -> String {
    match line.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn judgements(folder: &Path) -> Result<HashMap<String, HashMap<String, f64>>, Failure> {
    let path = [folder.join("qrels.tsv"), folder.join("qrels/test.tsv")];
    let path = path.iter().find(|path| path.is_file());
    let path = path.ok_or_else(|| format!("{}: no qrels.tsv", folder.display()))?;
    let mut judgements: HashMap<String, HashMap<String, f64>> = HashMap::new();
    for line in fs::read_to_string(path)?.lines() {
        let mut parts = line.split('\t').map(str::trim);
        let (Some(query), Some(document), Some(score)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        // The header's third part is no number.
        if let Ok(score) = score.parse::<f64>()
            && score > 0.0
        {
            let own = judgements.entry(query.to_owned()).or_default();
            own.insert(document.to_owned(), score);
        }
    }
    Ok(judgements)
}
