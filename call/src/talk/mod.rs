//! What the two write and hand to each other beside picture and sound, over the data channels. Pure: messages in, messages
//! out.

pub mod chat;
pub mod files;
