//! Any bytes as a file of this format.
#![no_main]

#[path = "../../crates/settings/tests/all/properties_of.rs"]
mod properties_of;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties_of::reading(refit_settings::Format::Lines, bytes);
});
