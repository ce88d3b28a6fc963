//! Makes, starts and examines real environments. Needs the archive of ActiveMQ 5.16.7 and a Java
//! development kit; says loudly that it skips without the archive.

#[cfg(test)]
mod side_by_side;
