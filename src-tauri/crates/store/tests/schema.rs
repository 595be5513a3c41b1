//! The schema is what the golden file says, a newer one is refused, and what is on disk is its owner's alone.

use std::path::Path;

use sheaf_store::table::settings;
use sheaf_store::{Library, StoreError};

/// An open library in a folder of its own.
fn library() -> (tempfile::TempDir, Library) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let library = Library::open(&home.path().join("library")).expect("opens");
    (home, library)
}

fn raise_version(library: &Library) {
    let conn = library.connect().expect("a connection");
    let version: i64 = conn
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .expect("a version");
    conn.execute_batch(&format!("PRAGMA user_version = {}", version + 1))
        .expect("raised");
}

/// `UPDATE_GOLDEN=1` writes the file anew.
#[test]
fn the_schema_is_the_golden_one() {
    let (_home, library) = library();
    let schema = sheaf_store::schema_text(&library.read().expect("reads")).expect("a schema");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema.sql");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &schema).expect("written");
    }
    let expected = std::fs::read_to_string(&golden).expect("tests/schema.sql");
    assert_eq!(
        schema, expected,
        "add a migration, then UPDATE_GOLDEN=1 cargo test -p sheaf-store --test schema"
    );
}

#[test]
fn a_newer_library_is_not_opened() {
    let (home, library) = library();
    raise_version(&library);
    drop(library);
    let error = Library::open(&home.path().join("library")).err();
    assert!(matches!(error, Some(StoreError::Newer { found, known }) if found == known + 1));
}

#[test]
fn a_library_that_becomes_newer_is_not_written_by_a_handle_that_was_open() {
    let (_home, library) = library();
    library
        .write(|tx| settings::set(tx, "colour", "red"))
        .expect("written while it was ours");
    raise_version(&library);
    let error = library
        .write(|tx| settings::set(tx, "colour", "blue"))
        .expect_err("refused");
    assert!(error.to_string().contains("newer Sheaf"), "{error}");
    let kept = settings::get(&library.read().expect("reads"), "colour").expect("a setting");
    assert_eq!(kept.as_deref(), Some("red"));
}

#[test]
fn a_foreign_database_is_left_alone() {
    let (home, library) = library();
    let conn = library.connect().expect("a connection");
    conn.execute_batch("PRAGMA application_id = 7")
        .expect("disguised");
    drop((conn, library));
    let error = Library::open(&home.path().join("library")).err();
    assert!(matches!(error, Some(StoreError::Foreign(_))));
}

/// The first member holds the writer until the others wait behind it, so that all are in one group.
#[test]
fn an_error_in_a_group_undoes_its_member_alone() {
    let (_home, library) = library();
    let (queued, go) = std::sync::mpsc::channel();
    let before = library.submit(move |tx| {
        go.recv().expect("the others are queued");
        settings::set(tx, "before", "1")
    });
    let failing = library.submit(|tx| {
        settings::set(tx, "failing", "1")?;
        Err::<(), _>(StoreError::Unknown("this".to_owned()))
    });
    let after = library.submit(|tx| settings::set(tx, "after", "1"));
    queued.send(()).expect("the writer waits");
    before.wait().expect("before is kept");
    assert!(matches!(failing.wait(), Err(StoreError::Unknown(_))));
    after.wait().expect("after is kept");
    let conn = library.read().expect("reads");
    let kept = |key| settings::get(&conn, key).expect("a setting").is_some();
    assert_eq!(
        (kept("before"), kept("failing"), kept("after")),
        (true, false, true)
    );
}

#[test]
fn a_reader_cannot_write() {
    let (_home, library) = library();
    let conn = library.read().expect("reads");
    let outcome = conn.execute("INSERT INTO settings(key, value) VALUES('a', 'b')", []);
    assert!(outcome.is_err());
}

#[cfg(unix)]
#[test]
fn a_library_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_home, library) = library();
    library
        .write(|tx| settings::set(tx, "colour", "red"))
        .expect("written, so that the journal exists");
    let mode = |path: &Path| {
        let meta = std::fs::metadata(path).expect("it is there");
        meta.permissions().mode() & 0o777
    };
    let folder = library.folder();
    for path in [
        folder.path(),
        &folder.words(),
        &folder.cache(),
        &folder.logs(),
    ] {
        assert_eq!(mode(path), 0o700, "{}", path.display());
    }
    let database = folder.database();
    assert_eq!(mode(&database), 0o600);
    assert_eq!(mode(&database.with_extension("db-wal")), 0o600);
}
