//! A relay in memory: two seats, everything passed on in order, with ways to spoil it.

use meetme_call::{FromLink, Link, LinkEnd};
use meetme_core::api::{
    CallPerson, CallRole, CallSession, EndReason, FromClient, FromRelay, IceServer, LeftReason, Payload, Signal,
    Welcome,
};
use tokio::sync::mpsc;

/// What a relay does with a description on its way.
pub type Meddle = Box<dyn FnMut(Payload) -> Payload + Send>;

/// A relay with two seats.
pub struct Relay {
    doors: mpsc::Sender<Event>,
}

enum Event {
    Join(Seat),
    From(usize, u64, Option<FromClient>),
    Cut(usize),
}

struct Seat {
    place: usize,
    session: u64,
    end: LinkEnd,
}

impl Relay {
    pub fn start(ice_servers: Vec<IceServer>, meddle: Option<Meddle>) -> Self {
        let (doors, events) = mpsc::channel(1024);
        tokio::spawn(serve(events, doors.clone(), ice_servers, meddle));
        Self { doors }
    }

    /// Takes the seat of the host (0, who does not give way) or of the guest (1, who does).
    pub async fn join(&self, place: usize, session: u64) -> Link {
        let (link, end) = Link::new();
        self.doors.send(Event::Join(Seat { place, session, end })).await.expect("the relay runs");
        link
    }

    /// Loses the connection of a seat, for good.
    pub async fn cut(&self, place: usize) {
        self.doors.send(Event::Cut(place)).await.expect("the relay runs");
    }
}

struct Seated {
    session: u64,
    to_call: mpsc::Sender<FromLink>,
}

fn person(place: usize, here: bool) -> CallPerson {
    let (role, name) = if place == 0 { (CallRole::Host, "ada") } else { (CallRole::Guest, "bob") };
    CallPerson { role, username: name.parse().expect("a name"), display_name: name.to_owned(), here }
}

async fn serve(
    mut events: mpsc::Receiver<Event>,
    doors: mpsc::Sender<Event>,
    ice_servers: Vec<IceServer>,
    mut meddle: Option<Meddle>,
) {
    let mut seats: [Option<Seated>; 2] = [None, None];
    while let Some(event) = events.recv().await {
        match event {
            Event::Join(Seat { place, session, end }) => {
                let LinkEnd { to_call, mut from_call } = end;
                let doors = doors.clone();
                tokio::spawn(async move {
                    while let Some(message) = from_call.recv().await {
                        let _ = doors.send(Event::From(place, session, Some(message))).await;
                    }
                    let _ = doors.send(Event::From(place, session, None)).await;
                });
                leave(&mut seats, place, LeftReason::Replaced).await;
                let peer = seats[1 - place].as_ref().map(|seat| CallSession(seat.session));
                let welcome = Welcome {
                    you: person(place, true),
                    session: CallSession(session),
                    polite: place == 1,
                    peer: person(1 - place, peer.is_some()),
                    peer_session: peer,
                    ice_servers: ice_servers.clone(),
                    open_until: "2026-12-01T10:00:00Z".parse().expect("an instant"),
                };
                seats[place] = Some(Seated { session, to_call });
                tell(&seats, place, FromRelay::Welcome(Box::new(welcome))).await;
                tell(&seats, 1 - place, FromRelay::PeerJoined { session: CallSession(session) }).await;
            }
            Event::Cut(place) => {
                if let Some(seat) = &seats[place] {
                    let _ = seat.to_call.send(FromLink::Down { why: "cut".to_owned() }).await;
                }
                leave(&mut seats, place, LeftReason::Lost).await;
            }
            Event::From(place, session, message) => {
                if seats[place].as_ref().is_none_or(|seat| seat.session != session) {
                    continue;
                }
                match message {
                    None => leave(&mut seats, place, LeftReason::Left).await,
                    Some(FromClient::Bye {}) => {
                        for place in 0..2 {
                            tell(&seats, place, FromRelay::Ended { reason: EndReason::HungUp }).await;
                        }
                        seats = [None, None];
                    }
                    Some(FromClient::Signal(Signal { to, payload })) => {
                        let payload = match &mut meddle {
                            Some(meddle) => meddle(payload),
                            None => payload,
                        };
                        tell(&seats, 1 - place, FromRelay::Signal(Signal { to, payload })).await;
                    }
                    Some(FromClient::Ping {}) => {}
                }
            }
        }
    }
}

async fn leave(seats: &mut [Option<Seated>; 2], place: usize, reason: LeftReason) {
    if let Some(seat) = seats[place].take() {
        tell(seats, 1 - place, FromRelay::PeerLeft { session: CallSession(seat.session), reason }).await;
    }
}

async fn tell(seats: &[Option<Seated>; 2], place: usize, message: FromRelay) {
    if let Some(seat) = &seats[place] {
        let _ = seat.to_call.send(FromLink::Told(message)).await;
    }
}
