//! Prints the next open slots of an event: `cargo run --example next_slots -- https://meet.example ada chat`.
#![expect(clippy::print_stdout, reason = "it prints what it finds")]

use std::error::Error;

use meetme::client::{Client, SlotQuery};

/// How many are printed.
const SLOTS: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [server, owner, slug] = arguments.as_slice() else { return Err("usage: SERVER OWNER SLUG".into()) };
    let client = Client::new(server.parse()?, None)?;

    let open = SlotQuery { open: true, ..SlotQuery::default() };
    for slot in client.slots(&owner.parse()?, &slug.parse()?, &open).await?.slots.iter().take(SLOTS) {
        println!("{} to {}", slot.start.to_rfc3339(), slot.end.to_rfc3339());
    }
    Ok(())
}
