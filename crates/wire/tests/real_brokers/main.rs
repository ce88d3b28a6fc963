//! The clients against real brokers. Needs the archives of ActiveMQ 5.16.7 and 5.18.3 and a Java
//! development kit; says loudly that it skips without the archives.

#[cfg(test)]
mod activemq;
