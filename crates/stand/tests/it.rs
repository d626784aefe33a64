//! The stand through its sockets, by clients of other makers where there are some.

#[cfg(test)]
mod it {
    mod peers;
    mod scene;
    mod smsc;
    mod whole;
}
