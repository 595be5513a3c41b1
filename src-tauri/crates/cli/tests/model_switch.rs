//! Another embedding model embeds everything in the background; the old one answers until then, and `kill -9` costs no
//! vector that was stored.

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use support::{Library, items, number, wait_until};

const LIGHT: &str = "all-MiniLM-L6-v2";
const DEFAULT: &str = "multilingual-e5-small";

const DOCUMENTS: usize = 20;
const PAGES: usize = 30;
const PASSAGES: u64 = (DOCUMENTS * PAGES) as u64 + 1;

/// A library that the light model has embedded; one document is about bread, the others are about ships.
fn library() -> Library {
    let library = Library::new();
    library.json(&["config", "set", "model", LIGHT]);
    for n in 0..DOCUMENTS {
        let page =
            |page| format!("Ship {page} of fleet {n} came to the harbour with coal and went on.");
        let pages: Vec<String> = (0..PAGES).map(page).collect();
        library.file(&format!("fleet-{n}.txt"), pages.join("\u{c}"));
    }
    library.file(
        "kitchen.txt",
        "Knead the dough, let it rise, and bake the loaf.",
    );
    library.add_and_wait(&[&library.files()]);
    library
}

fn model(library: &Library, name: &str) -> Value {
    let models = library.json(&["model", "list"]);
    let of_name = |one: &&Value| one["model"] == name;
    items(&models)
        .iter()
        .find(of_name)
        .expect("it is listed")
        .clone()
}

fn embedded(library: &Library, name: &str) -> u64 {
    number(&model(library, name)["embedded"])
}

/// The file that is nearest in meaning; no word of the question stands in it.
fn nearest(library: &Library, question: &str) -> String {
    let found = library.json(&["search", question, "--mode", "meaning"]);
    assert_eq!(
        (&found["mode"], &found["note"]),
        (&"meaning".into(), &Value::Null)
    );
    let path = found["hits"][0]["path"].as_str().expect("a hit");
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// The batches of vectors that the store has of a model.
fn batches(library: &Library, name: &str) -> BTreeSet<i64> {
    let conn = library.database();
    let sql = "SELECT s.id FROM segments s JOIN models m ON m.id = s.model WHERE m.name = ?1";
    let mut rows = conn.prepare(sql).expect("a statement");
    let ids = rows.query_map([name], |row| row.get(0)).expect("rows");
    ids.collect::<Result<_, _>>().expect("ids")
}

#[test]
fn a_change_of_model_shows_its_progress_survives_a_kill_and_the_old_vectors_answer_until_it_is_done()
 {
    let library = library();
    assert_eq!(nearest(&library, "recipe from a bakery"), "kitchen.txt");
    library.json(&["model", "use", DEFAULT]);
    let mut engine = library.spawn(&["run"]);
    wait_until("some vectors of the new model are stored", || {
        embedded(&library, DEFAULT) > 0
    });
    engine.kill();

    let (old, new) = (model(&library, LIGHT), model(&library, DEFAULT));
    assert_eq!(
        (&old["active"], &old["wanted"]),
        (&true.into(), &false.into())
    );
    assert_eq!(
        (&new["active"], &new["wanted"]),
        (&false.into(), &true.into())
    );
    let (done, all) = (number(&new["embedded"]), number(&new["passages"]));
    assert!(
        done > 0 && done < all,
        "{done} of {all}: it is in the middle"
    );
    assert_eq!((number(&old["embedded"]), all), (PASSAGES, PASSAGES));
    assert_eq!(nearest(&library, "recipe from a bakery"), "kitchen.txt");
    let kept = batches(&library, DEFAULT);

    let late = library.file(
        "late.txt",
        "The glacier has been melting since last summer.",
    );
    library.add(&late);
    let ended = library.spawn(&["run", "--until-idle"]).end();
    assert!(ended.success());
    let new = model(&library, DEFAULT);
    assert_eq!(
        (&new["active"], &new["wanted"]),
        (&true.into(), &true.into())
    );
    assert_eq!(number(&new["embedded"]), PASSAGES + 1);
    assert!(
        batches(&library, DEFAULT).is_superset(&kept),
        "nothing is embedded twice"
    );
    // Only the new model knows German.
    assert_eq!(
        nearest(&library, "Rezept aus einer Bäckerei"),
        "kitchen.txt"
    );
    assert_eq!(nearest(&library, "Eis in den Alpen schmilzt"), "late.txt");

    let mut engine = library.spawn(&["run"]);
    wait_until("the old vectors are dropped", || {
        embedded(&library, LIGHT) == 0
    });
    assert_eq!(number(&model(&library, DEFAULT)["embedded"]), PASSAGES + 1);
    engine.kill();
}
