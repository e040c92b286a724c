#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| meetme_core_fuzz::signal(data));
