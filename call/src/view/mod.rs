//! A call on a terminal: the other's picture, one's own, what is said and how it goes.
//!
//! Everything that decides is pure: [`picture`] and [`cells`] make cells of frames, [`layout`] puts them in their places,
//! [`paint`] makes bytes of what changed, [`pace`] says how many of them a terminal gets, [`kitty`] and [`sixel`] make
//! pictures for terminals that show them, [`input`] and [`detect`] read what a terminal says, [`command`] what its user
//! wants.
//!
//! [`Screen`] draws on a thread of its own, on a terminal that is put right on every way out; [`plain`] says the same in
//! lines.

pub mod cells;
pub mod colour;
pub mod command;
pub mod detect;
mod guardian;
pub mod input;
pub mod kitty;
pub mod layout;
pub mod pace;
pub mod paint;
pub mod picture;
pub mod plain;
pub mod scene;
pub mod screen;
pub mod sixel;
mod terminal;

pub use screen::{Screen, Sink};
pub use terminal::TerminalError;
