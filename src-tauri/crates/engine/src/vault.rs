//! The passwords of this session: in the memory of this process and nowhere else, tried on whatever is locked.

use std::sync::{Mutex, PoisonError};

use sheaf_document::Password;

/// So many are remembered; each costs a locked file some tenths of a second when it does not fit.
const MOST: usize = 32;

#[derive(Default)]
pub(crate) struct Vault(Mutex<Vec<Password>>);

impl Vault {
    /// The last one given is tried first.
    pub(crate) fn add(&self, password: Password) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| *known != password);
        all.insert(0, password);
        all.truncate(MOST);
    }

    pub(crate) fn all(&self) -> Vec<Password> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_password_is_tried_first_and_none_twice() {
        let vault = Vault::default();
        for word in ["a", "b", "a"] {
            vault.add(Password::new(word.to_owned()));
        }
        let all = vault.all();
        let words: Vec<&str> = all.iter().map(Password::reveal).collect();
        assert_eq!(words, ["a", "b"]);
    }
}
