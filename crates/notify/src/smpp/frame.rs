//! SMPP PDUs on a byte stream: length, header, body.
//!
//! The body is `rusmpp`'s affair; the framing is ours, because after one unreadable PDU the link must stay in step, so that
//! the peer can be told by `generic_nack`. It must never read more than the stated maximum.

use bytes::BytesMut;
use rusmpp::decode::DecodeWithLength;
use rusmpp::encode::{Encode, Length};
use rusmpp::{Command, CommandId, CommandStatus, Pdu};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Octets of the header, the length included.
const HEADER: usize = 16;

/// What came off the wire.
#[derive(Debug)]
pub(crate) enum Frame {
    /// A PDU.
    Command(Box<Command>),
    /// A PDU whose body cannot be read; the stream is still in step.
    Unreadable {
        /// Command id of the header.
        id: u32,
        /// Status of the header.
        status: CommandStatus,
        /// Sequence number of the header.
        sequence: u32,
        /// What the codec says.
        reason: String,
    },
}

/// Why no further PDU can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    /// The connection broke or ended inside a PDU.
    #[error("the connection broke: {0}")]
    Broken(#[from] std::io::Error),
    /// A length that cannot be: the stream is out of step.
    #[error("a PDU announces {announced} octets; between {HEADER} and {most} are read")]
    Length {
        /// Announced length.
        announced: usize,
        /// Largest length read.
        most: usize,
    },
}

/// Reads one PDU; `None` when the peer closed between PDUs. Not cancel-safe: an abandoned read leaves the stream out of step.
pub(crate) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    most: usize,
) -> Result<Option<Frame>, FrameError> {
    let mut length = [0_u8; 4];
    if stream.read(&mut length[..1]).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[1..]).await?;
    let announced = u32::from_be_bytes(length) as usize;
    if !(HEADER..=most).contains(&announced) {
        return Err(FrameError::Length { announced, most });
    }
    let mut body = BytesMut::zeroed(announced - 4);
    stream.read_exact(&mut body).await?;
    Ok(Some(decode(body)))
}

/// Reads the octets after the length.
pub(crate) fn decode(mut body: BytesMut) -> Frame {
    let word = |at: usize| {
        body.get(at..at + 4).map_or(0, |octets| octets.iter().fold(0, |n, o| n << 8 | u32::from(*o)))
    };
    let (id, status, sequence) = (word(0), CommandStatus::from(word(4)), word(8));
    let length = body.len();
    match Command::decode(&mut body, length) {
        Ok((command, _)) => Frame::Command(Box::new(command)),
        Err(error) => Frame::Unreadable { id, status, sequence, reason: error.to_string() },
    }
}

/// The octets of a PDU, length first.
pub(crate) fn encode(status: CommandStatus, sequence: u32, pdu: impl Into<Pdu>) -> Vec<u8> {
    let command = Command::new(status, sequence, pdu);
    let length = command.length();
    let mut octets = vec![0; 4 + length];
    octets[..4].copy_from_slice(&u32::try_from(4 + length).unwrap_or(u32::MAX).to_be_bytes());
    command.encode(&mut octets[4..]);
    octets
}

/// A `generic_nack` (SMPP 3.4 §4.3.1).
pub(crate) fn generic_nack(status: CommandStatus, sequence: u32) -> Vec<u8> {
    encode(status, sequence, Pdu::GenericNack)
}

/// Whether a command id is that of a response.
pub(crate) fn is_response(id: CommandId) -> bool {
    u32::from(id) & 0x8000_0000 != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[tokio::test]
    async fn a_length_out_of_bounds_ends_the_stream_with_its_numbers() {
        let mut stream: &[u8] = &[0, 1, 0, 0, 0, 0];
        let error = read(&mut stream, 4096).await.unwrap_err();
        assert_eq!(error.to_string(), "a PDU announces 65536 octets; between 16 and 4096 are read");
        let mut stream: &[u8] = &[0, 0, 0, 15];
        assert!(matches!(read(&mut stream, 4096).await, Err(FrameError::Length { announced: 15, .. })));
    }

    #[tokio::test]
    async fn after_an_unreadable_body_the_next_pdu_is_read() {
        let mut octets = encode(CommandStatus::EsmeRok, 7, Pdu::EnquireLink);
        let mut broken = vec![0, 0, 0, 18, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, b'x', b'y'];
        broken.append(&mut octets);
        let mut stream = broken.as_slice();
        assert!(matches!(
            read(&mut stream, 4096).await,
            Ok(Some(Frame::Unreadable { sequence: 6, id: 5, .. }))
        ));
        let Ok(Some(Frame::Command(command))) = read(&mut stream, 4096).await else { panic!("no PDU") };
        assert_eq!((command.id(), command.sequence_number()), (CommandId::EnquireLink, 7));
        assert!(read(&mut stream, 4096).await.unwrap().is_none());
    }

    proptest! {
        #[test]
        fn no_body_makes_the_codec_panic(id in 0_u32..0x120, response: bool, body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let id = if response { id | 0x8000_0000 } else { id };
            let mut octets = id.to_be_bytes().to_vec();
            octets.extend([0; 8]);
            octets.extend(body);
            let _ = decode(octets.as_slice().into());
        }

        #[test]
        fn no_optional_parameters_make_the_codec_panic(tag: u16, length in 0_u16..40, body in proptest::collection::vec(any::<u8>(), 0..80)) {
            let mut octets = 5_u32.to_be_bytes().to_vec();
            octets.extend([0; 8]);
            octets.extend(b"\0\x01\x017701\0\0\x011414\0\0\0\0\0\0\0\0\0\0\0");
            octets.extend(tag.to_be_bytes());
            octets.extend(length.to_be_bytes());
            octets.extend(body);
            let _ = decode(octets.as_slice().into());
        }
    }
}
