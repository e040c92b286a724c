#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| meetme_server_fuzz::path(data));
