#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| meetme_call_fuzz::sound(data));
