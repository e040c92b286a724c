//! What the two write and hand to each other beside picture and sound, and what their ends tell of themselves, over the
//! data channels. Pure: messages in, messages out.

pub mod chat;
pub mod files;
pub mod state;
