//! Office files with a password ([MS-OFFCRYPTO]): decrypted in memory. Agile and Standard encryption of the newer formats,
//! RC4 CryptoAPI of Word and PowerPoint; not that of XLS.

use crate::ExtractError;
use crate::bytes::Bytes;
use crate::ole::OLE;
use office_crypto::{DecryptError, decrypt_from_bytes};
use sheaf_document::Password;

/// What the container holds, by the first password under which that is an Office file again.
pub(crate) fn unlocked(bytes: &[u8], passwords: &[Password]) -> Result<Bytes, ExtractError> {
    let mut error = ExtractError::Encrypted;
    for password in passwords {
        match decrypt_from_bytes(bytes.to_vec(), password.reveal()) {
            Ok(plain) if plain.starts_with(b"PK\x03\x04") || plain.starts_with(OLE) => {
                return Ok(Bytes::of(plain));
            }
            Err(DecryptError::Unimplemented(what)) => {
                return Err(ExtractError::Unsupported(format!(
                    "a protected Office file ({what})"
                )));
            }
            Ok(_) | Err(_) => error = ExtractError::WrongPassword,
        }
    }
    Err(error)
}
