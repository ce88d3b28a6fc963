//! Trials of real brokers. Needs the archives of ActiveMQ 5.16.7 and 5.18.3; says loudly that it
//! skips without them.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod kept_messages;
#[cfg(test)]
mod under_load;
