//! Packs from outside: the embedded ones, and small ones that are spoiled on purpose.

mod bad_packs;
mod common;
mod embedded;
mod readings;
mod show;
mod ways;
