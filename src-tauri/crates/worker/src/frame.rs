//! Frames: a length (u32, little endian, of what follows), the protocol's number, a message in postcard.

use serde::{Serialize, de::DeserializeOwned};

/// Raise when any message changes its shape.
pub(crate) const PROTOCOL: u16 = 2;

/// The longest frame that is sent or taken, without its length.
pub(crate) const MAX_BYTES: usize = 64 << 20;

/// The length stands in so many bytes before the rest.
pub(crate) const HEADER: usize = 4;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("a frame of {0} bytes")]
    TooLong(usize),
    #[error("protocol {0} where {PROTOCOL} is spoken")]
    OtherProtocol(u16),
    #[error("not a message: {0}")]
    Malformed(#[from] postcard::Error),
    #[error("{0} bytes behind the message")]
    Trailing(usize),
}

/// The whole frame of a message.
pub(crate) fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let mut frame = postcard::to_extend(&(PROTOCOL, message), vec![0; HEADER])?;
    let length = frame.len() - HEADER;
    if length > MAX_BYTES {
        return Err(FrameError::TooLong(length));
    }
    frame[..HEADER].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(frame)
}

/// How many bytes follow a header.
pub(crate) fn length(header: [u8; HEADER]) -> Result<usize, FrameError> {
    let length = u32::from_le_bytes(header) as usize;
    if length > MAX_BYTES {
        return Err(FrameError::TooLong(length));
    }
    Ok(length)
}

/// The message of a frame's bytes behind the header.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, FrameError> {
    let (protocol, body) = postcard::take_from_bytes::<u16>(body)?;
    if protocol != PROTOCOL {
        return Err(FrameError::OtherProtocol(protocol));
    }
    let (message, rest) = postcard::take_from_bytes(body)?;
    if rest.is_empty() {
        Ok(message)
    } else {
        Err(FrameError::Trailing(rest.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, Response};

    fn body<T: Serialize>(message: &T) -> Vec<u8> {
        let frame = encode(message).unwrap();
        let header = frame[..HEADER].try_into().unwrap();
        assert_eq!(length(header), Ok(frame.len() - HEADER));
        frame[HEADER..].to_vec()
    }

    #[test]
    fn a_message_reads_back_as_it_was_written() {
        let request = Request::Embed {
            texts: vec!["Grüße".into(), String::new()],
            query: true,
        };
        assert_eq!(decode::<Request>(&body(&request)), Ok(request));
        let response = Response::Vectors(vec![vec![0.5; 384], vec![-1.0; 384]]);
        assert_eq!(decode::<Response>(&body(&response)), Ok(response));
    }

    #[test]
    fn another_protocol_is_refused_before_its_message_is_read() {
        let other = postcard::to_stdvec(&(PROTOCOL + 1, 0xffu8)).unwrap();
        assert_eq!(
            decode::<Request>(&other),
            Err(FrameError::OtherProtocol(PROTOCOL + 1))
        );
    }

    #[test]
    fn a_frame_is_one_message_and_nothing_else() {
        let mut long = body(&Request::Ping);
        long.push(0);
        assert_eq!(decode::<Request>(&long), Err(FrameError::Trailing(1)));
        assert!(decode::<Request>(&[]).is_err());
        assert!(decode::<Request>(&[1, 200]).is_err());
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused() {
        assert!(length(u32::MAX.to_le_bytes()).is_err());
        assert!(length((MAX_BYTES as u32).to_le_bytes()).is_ok());
    }

    #[test]
    fn many_tiny_vectors_cannot_blow_up_a_frame() {
        let hostile = postcard::to_stdvec(&(PROTOCOL, 2u32, 1u32, vec![0.0f32; 64])).unwrap();
        assert!(decode::<Response>(&hostile).is_err());
    }
}
