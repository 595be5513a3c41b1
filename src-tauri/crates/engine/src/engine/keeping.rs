//! What a person keeps: collections, searches, folders, settings, languages, models.

use std::path::{Path, PathBuf};

use sheaf_document::{DocumentId, Languages, WatchId};
use sheaf_store::table::collections::{self, Collection};
use sheaf_store::table::saved::{self, SavedSearch};

use super::Engine;
use crate::commit::Commits;
use crate::config::{self, Setting, Settings};
use crate::languages::{self, LanguageAnswer};
use crate::rehearsal::Commit;
use crate::switch;
use crate::watch::{self, FolderAnswer, LeftOutAnswer, WatchRules};
use crate::{Result, clock};

impl Engine {
    /// The languages that scans are read in when nobody says otherwise.
    pub fn languages(&self) -> Result<Languages> {
        Ok(Settings::load(&*self.library.read()?)?.languages)
    }

    pub fn collections(&self) -> Result<Vec<Collection>> {
        Ok(collections::list(&*self.library.read()?)?)
    }

    /// `false` when there is one of that name.
    pub fn create_collection(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::create(tx, &name, clock::now().0)
        })?)
    }

    /// `false` when there is none of that name, or another one of the new name.
    pub fn rename_collection(&self, name: &str, to: &str) -> Result<bool> {
        let (name, to) = (name.to_owned(), to.to_owned());
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::rename(tx, &name, &to)
        })?)
    }

    /// The documents stay. `false` when there is none of that name.
    pub fn delete_collection(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self
            .library
            .commit(Commit::Settings, move |tx| collections::delete(tx, &name))?)
    }

    /// Makes another embedding model the wanted one. It takes over when it has embedded everything; until then the old
    /// vectors answer.
    pub fn use_model(&self, name: &str) -> Result<()> {
        switch::choose(&self.library, name)?;
        self.bell.ring();
        Ok(())
    }

    /// Searches that were saved, in alphabetical order.
    pub fn saved(&self) -> Result<Vec<SavedSearch>> {
        Ok(saved::list(&*self.library.read()?)?)
    }

    /// Keeps a search under a name, in the place of one that had it.
    pub fn save(&self, name: &str, query: &str) -> Result<()> {
        let (name, query) = (name.to_owned(), query.to_owned());
        let now = clock::now().0;
        Ok(self.library.commit(Commit::Settings, move |tx| {
            saved::put(tx, &name, &query, now)
        })?)
    }

    /// `false` when no saved search has that name.
    pub fn unsave(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self
            .library
            .commit(Commit::Settings, move |tx| saved::delete(tx, &name))?)
    }

    /// Puts a document into a collection, which is made when there is none of that name.
    pub fn collect(&self, document: DocumentId, name: &str) -> Result<()> {
        let name = name.to_owned();
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::put(tx, document, &name, clock::now().0)
        })?)
    }

    /// Takes a document out of a collection. `false` when it was not in it.
    pub fn uncollect(&self, document: DocumentId, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::take(tx, document, &name)
        })?)
    }

    /// Watched folders, by path.
    pub fn folders(&self) -> Result<Vec<FolderAnswer>> {
        watch::list(&*self.library.read()?)
    }

    /// What was left out of a watched folder, by path.
    pub fn left_out(&self, folder: WatchId, limit: u32) -> Result<Vec<LeftOutAnswer>> {
        watch::left_out(&*self.library.read()?, folder, limit)
    }

    /// Takes in what is in a folder and follows it from now on; one that is watched gets other rules.
    pub fn watch(&self, folder: &Path, rules: &WatchRules) -> Result<FolderAnswer> {
        let answer = watch::add(&self.library, folder, rules)?;
        self.bell.ring();
        Ok(answer)
    }

    /// Follows a folder no longer; its documents stay, unless `forget` says otherwise. How many left the library.
    pub fn unwatch(&self, folder: &Path, forget: bool) -> Result<u32> {
        watch::remove(&self.library, folder, forget)
    }

    /// [`Engine::unwatch`] by number; what it takes to watch it again.
    pub fn unwatch_by_id(&self, folder: WatchId) -> Result<(PathBuf, WatchRules)> {
        watch::remove_by_id(&self.library, folder)
    }

    /// [`Engine::scan`] by number.
    pub fn scan_by_id(&self, folder: WatchId) -> Result<()> {
        watch::scan_by_id(&self.library, folder)?;
        self.bell.ring();
        Ok(())
    }

    /// Asks for a scan of one watched folder, or of all; the folders.
    pub fn scan(&self, folder: Option<&Path>) -> Result<Vec<FolderAnswer>> {
        let asked = watch::scan(&self.library, folder)?;
        self.bell.ring();
        Ok(asked)
    }

    pub fn settings(&self) -> Result<Vec<Setting>> {
        config::settings(&*self.library.read()?)
    }

    pub fn setting(&self, key: &str) -> Result<Setting> {
        config::get(&*self.library.read()?, key)
    }

    /// Takes effect when an engine next takes up its role.
    pub fn set(&self, key: &str, value: &str) -> Result<Setting> {
        config::check(key, value)?;
        if let ("ocr.languages", Ok(languages)) = (key, Languages::parse(value)) {
            self.require_languages(&languages)?;
        }
        let (name, text) = (key.to_owned(), value.to_owned());
        self.library
            .commit(Commit::Settings, move |tx| config::set(tx, &name, &text))?;
        self.setting(key)
    }

    /// Adds recognition data to the library: a `.traineddata` file, or a language by its name from the system's folders.
    /// `best` keeps it as the better kind.
    pub fn add_language(&self, what: &Path, best: bool) -> Result<LanguageAnswer> {
        languages::add(&self.library, &self.program, what, best)
    }

    /// Takes recognition data out of the library. `false` when it has none of that name.
    pub fn remove_language(&self, name: &str) -> Result<bool> {
        languages::remove(&self.library, name)
    }

    /// # Errors
    /// [`Code::LanguageMissing`](sheaf_document::Code::LanguageMissing) for the first language that is not installed, saying
    /// how to get it.
    pub fn require_languages(&self, wanted: &Languages) -> Result<()> {
        languages::require(&self.library, wanted)
    }
}
