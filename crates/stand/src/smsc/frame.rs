//! SMPP PDUs on the sockets of the centre. (The client in another room has its own: the two must not share a mistake.)

use bytes::{BufMut, BytesMut};
use rusmpp::decode::DecodeWithLength;
use rusmpp::encode::{Encode, Length};
use rusmpp::{Command, CommandStatus, Pdu};
use tokio::io::{AsyncReadExt, Error, ErrorKind};

/// Largest PDU read.
const MOST: usize = 70_000;

/// A PDU, or the header of one that cannot be read.
pub(super) enum Frame {
    Command(Box<Command>),
    Unreadable { id: u32, sequence: u32 },
}

/// The next PDU; `None` at the end of the stream.
pub(super) async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> Result<Option<Frame>, Error> {
    let mut header = [0_u8; 16];
    if let Err(error) = stream.read_exact(&mut header).await {
        return if error.kind() == ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
    }
    let [length, id, _, sequence] = [0, 4, 8, 12]
        .map(|at| header[at..at + 4].iter().fold(0_u32, |word, octet| word << 8 | u32::from(*octet)));
    let length = length as usize;
    if !(16..=MOST).contains(&length) {
        return Err(Error::new(
            ErrorKind::InvalidData,
            format!("a PDU of {length} octets; 16–{MOST} are read"),
        ));
    }
    let mut octets = BytesMut::with_capacity(length - 4);
    octets.extend_from_slice(&header[4..]);
    octets.resize(length - 4, 0);
    stream.read_exact(&mut octets[12..]).await?;
    let whole = octets.len();
    Ok(Some(match Command::decode(&mut octets, whole) {
        Ok((command, _)) => Frame::Command(Box::new(command)),
        Err(_) => Frame::Unreadable { id, sequence },
    }))
}

/// The octets of a PDU.
pub(super) fn encode(status: CommandStatus, sequence: u32, pdu: impl Into<Pdu>) -> Vec<u8> {
    let command = Command::new(status, sequence, pdu);
    let length = command.length() + 4;
    let mut octets = BytesMut::with_capacity(length);
    octets.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    octets.resize(length, 0);
    command.encode(&mut octets[4..]);
    octets.to_vec()
}

/// A response that carries only its header, as errors do.
pub(super) fn bare(id: u32, status: CommandStatus, sequence: u32) -> Vec<u8> {
    [16, id | 0x8000_0000, u32::from(status), sequence].into_iter().flat_map(u32::to_be_bytes).collect()
}
