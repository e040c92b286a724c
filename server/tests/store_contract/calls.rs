use meetme_server::store::{Letter, NodeId};

use super::world::{World, booking_id};

const ONE: NodeId = NodeId(1);
const TWO: NodeId = NodeId(u64::MAX >> 1);

pub(super) async fn a_room_has_one_holder_until_it_is_given_back(w: &World<'_>) {
    let room = booking_id("b1");
    assert_eq!(w.store.lease_room(room, ONE, &[]).await.unwrap(), ONE);
    assert_eq!(w.store.lease_room(room, TWO, &[]).await.unwrap(), ONE);
    w.store.release_room(room, TWO).await.unwrap();
    assert_eq!(w.store.lease_room(room, TWO, &[]).await.unwrap(), ONE);

    w.store.release_room(room, ONE).await.unwrap();

    assert_eq!(w.store.lease_room(room, TWO, &[]).await.unwrap(), TWO);
    assert_eq!(w.store.lease_room(booking_id("b2"), ONE, &[]).await.unwrap(), ONE);
}

pub(super) async fn a_room_of_a_dead_node_is_anybodys(w: &World<'_>) {
    let room = booking_id("b1");
    w.store.lease_room(room, ONE, &[]).await.unwrap();
    w.store.note_room(room, ONE, [true, false]).await.unwrap();
    assert_eq!(w.store.room_note(room).await.unwrap(), [true, false]);

    assert_eq!(w.store.lease_room(room, TWO, &[NodeId(5), ONE]).await.unwrap(), TWO);

    assert_eq!(w.store.room_note(room).await.unwrap(), [false, false]);
    w.store.note_room(room, ONE, [true, true]).await.unwrap();
    assert_eq!(w.store.room_note(room).await.unwrap(), [false, false]);
}

pub(super) async fn two_nodes_that_come_at_once_agree_on_the_holder(w: &World<'_>) {
    for n in 0..20 {
        let room = booking_id(&format!("b{n}"));
        let (one, two) = tokio::join!(w.store.lease_room(room, ONE, &[]), w.store.lease_room(room, TWO, &[]));

        assert_eq!(one.unwrap(), two.unwrap());
    }
}

pub(super) async fn a_node_counts_up_and_begins_anew_when_forgotten(w: &World<'_>) {
    assert!(!w.store.beat(ONE).await.unwrap());
    assert!(w.store.beat(ONE).await.unwrap());
    w.store.lease_room(booking_id("b1"), ONE, &[]).await.unwrap();
    assert_eq!(w.store.beats(vec![ONE, TWO]).await.unwrap(), [(ONE, 2)]);

    w.store.forget_node(ONE).await.unwrap();

    assert_eq!(w.store.beats(vec![ONE]).await.unwrap(), []);
    assert_eq!(w.store.lease_room(booking_id("b1"), TWO, &[]).await.unwrap(), TWO);
    assert!(!w.store.beat(ONE).await.unwrap());
}

fn letter(to: NodeId, from: NodeId, number: u64) -> Letter {
    Letter { to, from, number, body: format!("letter {number}, \"ü\"") }
}

pub(super) async fn letters_wait_in_order_until_they_are_burnt(w: &World<'_>) {
    let posted = [2, 1, 3].map(|number| letter(ONE, TWO, number));
    w.store.post(posted.to_vec()).await.unwrap();
    w.store.post(vec![letter(TWO, ONE, 1)]).await.unwrap();
    // Written again, it stays as it is.
    w.store.post(vec![Letter { body: "another".to_owned(), ..letter(ONE, TWO, 2) }]).await.unwrap();

    let read = w.store.letters(ONE, 2).await.unwrap();

    assert_eq!(read, [letter(ONE, TWO, 1), letter(ONE, TWO, 2)]);
    w.store.burn(ONE, TWO, 2).await.unwrap();
    assert_eq!(w.store.letters(ONE, 9).await.unwrap(), [letter(ONE, TWO, 3)]);
    w.store.forget_node(ONE).await.unwrap();
    assert_eq!(w.store.letters(ONE, 9).await.unwrap(), []);
    assert_eq!(w.store.letters(TWO, 9).await.unwrap(), [letter(TWO, ONE, 1)]);
}

pub(super) async fn the_first_secret_of_a_name_stays(w: &World<'_>) {
    assert_eq!(w.store.shared_secret("turn", [1; 32]).await.unwrap(), [1; 32]);
    assert_eq!(w.store.shared_secret("turn", [2; 32]).await.unwrap(), [1; 32]);
    assert_eq!(w.store.shared_secret("other", [2; 32]).await.unwrap(), [2; 32]);
}
