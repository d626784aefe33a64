//! From the freer encoding that signing programs write to the strict one this room reads: indefinite lengths become definite,
//! lengths minimal, split octet strings whole. Order and values are not touched.

/// Deepest nesting.
const DEEPEST: usize = 32;
/// Universal octet string, primitive.
const OCTETS: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;

/// Rewrites one value with everything in it; `None` when the bytes are not exactly one well-formed value.
pub(super) fn to_definite(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let rest = rewrite(bytes, &mut out, 0)?;
    rest.is_empty().then_some(out)
}

/// Rewrites the first value of `bytes` and gives what follows it.
fn rewrite<'a>(bytes: &'a [u8], out: &mut Vec<u8>, depth: usize) -> Option<&'a [u8]> {
    let (tag, length, after) = header(bytes)?;
    if depth == DEEPEST {
        return None;
    }
    if tag & CONSTRUCTED == 0 {
        let (content, rest) = after.split_at_checked(length?)?;
        write(tag, content, out);
        return Some(rest);
    }
    let mut content = Vec::new();
    let rest = match length {
        Some(length) => {
            let (mut inside, rest) = after.split_at_checked(length)?;
            while !inside.is_empty() {
                inside = rewrite(inside, &mut content, depth + 1)?;
            }
            rest
        }
        None => {
            let mut inside = after;
            loop {
                if let Some(rest) = inside.strip_prefix(&[0, 0]) {
                    break rest;
                }
                inside = rewrite(inside, &mut content, depth + 1)?;
            }
        }
    };
    if tag == OCTETS | CONSTRUCTED {
        write(OCTETS, &joined(&content)?, out);
    } else {
        write(tag, &content, out);
    }
    Some(rest)
}

/// The pieces of a split octet string, put together. The pieces are rewritten already, so they are primitive.
fn joined(mut pieces: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(pieces.len());
    while !pieces.is_empty() {
        let (tag, length, after) = header(pieces)?;
        let (content, rest) = after.split_at_checked(length?)?;
        if tag != OCTETS {
            return None;
        }
        whole.extend_from_slice(content);
        pieces = rest;
    }
    Some(whole)
}

/// Tag, length (`None`: indefinite) and what follows. Tags of several bytes occur nowhere in CMS and are refused.
fn header(bytes: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (&tag, after) = bytes.split_first()?;
    let (&first, after) = after.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    match first {
        0x80 => Some((tag, None, after)),
        short @ 0..0x80 => Some((tag, Some(usize::from(short)), after)),
        long => {
            let count = usize::from(long & 0x7f);
            let (digits, after) = after.split_at_checked(count)?;
            if count > 4 {
                return None;
            }
            let length = digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
            Some((tag, Some(length), after))
        }
    }
}

/// Appends one value with the shortest definite length.
pub(super) fn write(tag: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    let length = content.len();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
            let digits = &bytes[start..];
            // At most eight digits.
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn indefinite_lengths_and_split_strings_become_definite() {
        let free = [0x30, 0x80, 0x24, 0x80, 4, 2, 1, 2, 4, 1, 3, 0, 0, 2, 0x81, 1, 5, 0, 0];
        assert_eq!(to_definite(&free), Some(vec![0x30, 8, 4, 3, 1, 2, 3, 2, 1, 5]));
    }

    #[test]
    fn broken_values_are_refused() {
        for broken in [
            &[][..],
            &[0x30],
            &[0x30, 0x80],
            &[0x30, 2, 2, 5],
            &[2, 0x80, 0, 0],
            &[0x30, 0, 0],
            &[0x1f, 1, 0],
        ] {
            assert_eq!(to_definite(broken), None, "{broken:?}");
        }
        let mut deep = [0x30, 0x80].repeat(200);
        deep.extend([0, 0].repeat(200));
        assert_eq!(to_definite(&deep), None);
    }

    proptest! {
        #[test]
        fn what_is_definite_stays_as_it_is(content in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut inner = Vec::new();
            write(OCTETS, &content, &mut inner);
            let mut outer = Vec::new();
            write(0x30, &inner, &mut outer);
            prop_assert_eq!(to_definite(&outer), Some(outer));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = to_definite(&bytes);
        }
    }
}
