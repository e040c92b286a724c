//! Paths that are lost, looked for, found again, and that change.

use meetme_call::session::{EndedWhy, Route, State, Trouble};
use meetme_core::api::IceServer;

use super::world::World;
use super::{CONNECTED, SECOND, call};

#[test]
fn five_seconds_without_media_are_told_and_a_path_that_comes_back_is_found_within_ten() {
    for cut in [6, 10, 25] {
        let mut world = call();
        world.network = false;

        let told = world
            .until(7 * SECOND, |world| (0..2).all(|place| world.state(place) == State::Reconnecting(Trouble::Silence)));
        assert!(told >= 5 * SECOND && told < 6 * SECOND, "{told:?}");
        world.pass(cut * SECOND - told);
        world.network = true;

        let took = world.until(10 * SECOND, World::both_connected);
        assert!(took < 8 * SECOND, "after {cut} s: {took:?}");
    }
}

#[test]
fn a_path_that_does_not_come_back_ends_the_call() {
    let mut world = call();
    world.network = false;

    world.until(80 * SECOND, |world| world.state(0) == State::Ended(EndedWhy::NoPath));

    assert_eq!(world.seen(0)[3..], [State::Reconnecting(Trouble::Silence), State::Ended(EndedWhy::NoPath)]);
}

#[test]
fn a_connection_that_breaks_is_replaced() {
    let mut world = call();
    world.breaks = true;
    world.network = false;
    world.pass(15 * SECOND);
    world.breaks = false;
    world.network = true;

    world.until(20 * SECOND, World::both_connected);
}

#[test]
fn a_path_that_three_restarts_do_not_find_is_looked_for_by_another_connection() {
    let mut world = call();
    world.network = false;

    world.until(20 * SECOND, |world| world.sides[0].as_ref().is_some_and(|side| side.opened.len() == 2));

    assert_eq!(world.sides[0].as_ref().map(|side| &*side.restarts), Some(&[false, true, true, true, false][..]));
    world.network = true;
    world.until(5 * SECOND, World::both_connected);
    assert_eq!(world.sides[1].as_ref().map(|side| side.opened.len()), Some(2), "both ends are new");
}

#[test]
fn another_way_that_media_takes_is_told() {
    let mut world = call();
    world.route = Route::Relayed;
    world.pass(SECOND);
    world.route = Route::Direct;
    world.pass(SECOND);

    for place in [0, 1] {
        assert_eq!(world.seen(place)[3..], [State::Connected(Route::Relayed), CONNECTED]);
    }
}

#[test]
fn a_path_that_is_found_again_is_told_with_the_way_that_it_goes() {
    let mut world = call();
    world.network = false;
    world.pass(6 * SECOND);
    world.route = Route::Relayed;
    world.network = true;

    world.until(10 * SECOND, World::both_connected);
    world.pass(SECOND);

    for place in [0, 1] {
        assert_eq!(world.seen(place).last(), Some(&State::Connected(Route::Relayed)));
    }
}

/// What a node with this name tells of its STUN and TURN.
fn servers_of(node: &str) -> Vec<IceServer> {
    vec![IceServer { urls: vec![format!("turn:{node}?transport=udp")], username: None, credential: None }]
}

#[test]
fn a_path_that_is_lost_is_looked_for_with_the_servers_of_the_node_one_came_back_to() {
    for moved in [&[0][..], &[1], &[0, 1]] {
        let mut world = World::new();
        world.servers = servers_of("192.0.2.1");
        world.join(0);
        world.join(1);
        world.until(5 * SECOND, World::both_connected);
        world.servers = servers_of("192.0.2.2");
        for place in moved {
            world.unlink(*place);
            world.pass(2 * SECOND);
            world.link(*place);
            world.pass(2 * SECOND);
        }
        let opened = |world: &World, place: usize| world.sides[place].as_ref().map_or(0, |side| side.opened.len());
        assert!(world.both_connected() && opened(&world, 0) == 1 && opened(&world, 1) == 1, "media flows meanwhile");

        world.network = false;
        world.pass(6 * SECOND);
        world.network = true;
        world.until(5 * SECOND, World::both_connected);

        for place in moved {
            let side = world.sides[*place].as_ref().expect("somebody sits there");
            assert!(side.opened.len() > 1 && side.opened[1..].iter().all(|servers| *servers == world.servers));
            assert!(side.restarts.iter().all(|restart| !restart), "servers that may be gone are not asked");
        }
    }
}
