//! The room from outside: messages as the field writes them, envelopes as the field parses them, hostile input.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod writing;
