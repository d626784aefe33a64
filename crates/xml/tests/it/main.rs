//! The reader and the canonical forms against libxml2 (`xmllint`), and against hostile input.

#[cfg(test)]
mod canonical;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod wellformed;
