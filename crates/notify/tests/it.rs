//! The SMPP client against message centres: one scripted octet by octet, and one of another maker.

#[cfg(test)]
mod it {
    mod foreign;
    mod link;
    mod scripted;
}
