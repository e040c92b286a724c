//! Prints the changes of an event as they happen, over restarts of the server, until one is of the kind `event_deleted`:
//! `MEETME_TOKEN=… cargo run --example follow -- https://meet.example ada chat`.
#![expect(clippy::print_stdout, reason = "it prints what it sees")]

use std::error::Error;

use meetme::api::LiveKind;
use meetme::client::{Client, News};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [server, owner, slug] = arguments.as_slice() else { return Err("usage: SERVER OWNER SLUG".into()) };
    let client = Client::new(server.parse()?, std::env::var("MEETME_TOKEN").ok())?;

    let mut live = client.follow(&owner.parse()?, &slug.parse()?, None);
    loop {
        match live.next().await? {
            News::Change(change) => {
                println!("{} {}", change.kind.word(), change.cursor);
                if change.kind == LiveKind::EventDeleted {
                    return Ok(());
                }
            }
            News::Reset => println!("read everything anew"),
            News::Lost { reason } => println!("lost: {reason}"),
            News::Place | News::Back => println!("listening"),
        }
    }
}
