//! Tests of `refit-java` as its users call it.
//!
//! Some need a JDK on the PATH, some need vendors' releases in the folder that the variable
//! `REFIT_TEST_ARTIFACTS` names: `apache-activemq-5.16.7-bin.tar.gz`,
//! `apache-activemq-5.18.3-bin.tar.gz`, and the jars of 6.3.1 in `activemq-6.3.1-lib`. Those that
//! do not find them say so and pass.

#[cfg(test)]
mod assembler;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod index;
#[cfg(test)]
mod jdeps;
#[cfg(test)]
mod jdk;
#[cfg(test)]
mod jvm;
#[cfg(test)]
mod language;
#[cfg(test)]
mod plugins;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod space;
#[cfg(test)]
mod support;
