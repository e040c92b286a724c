//! The end of a node, as its clients see it: not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::stream::{Stream, next_of};
use super::world::World;

#[tokio::test]
async fn a_server_that_stops_sends_its_streams_elsewhere_and_finishes_what_it_began() {
    let mut world = World::with(|config| config.limits.drain_grace = Duration::from_millis(300)).await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let mut stream = Stream::begun(&world, None, "ada/chat", None).await;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let last = next_of(&mut stream).await;
    let (ready, url) = (world.url("/readyz"), world.url("/events/ada/chat"));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(client.get(&ready).send().await.unwrap().status(), StatusCode::OK);
    let app = world.server().app().clone();

    let (_, ()) = tokio::join!(world.stop(), async {
        while app.life.phase() == meetme_server::life::Phase::Serving {
            tokio::task::yield_now().await;
        }
        let answer = client.get(&ready).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "draining");
        let answer = client.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "requests are still taken");
        assert_eq!(answer.headers()["connection"], "close");
        let told = next_of(&mut stream).await;
        assert_eq!((told.name.as_str(), &told.id), ("move", &last.id));
        assert_eq!(stream.next().await, None);
    });
    assert!(client.get(&url).send().await.is_err(), "nobody listens any more");
}

/// How often the proxy asks whether a node is ready, and how many clients stand before it.
const PROBE: Duration = Duration::from_millis(20);
const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_behind_a_proxy_see_no_error_when_a_node_stops() {
    let grace = Duration::from_millis(400);
    let mut leaving = World::with(|config| config.limits.drain_grace = grace).await;
    let staying = World::new().await;
    for world in [&leaving, &staying] {
        let ada = world.sign_up("ada").await;
        world.chat(&ada, json!({})).await;
    }
    // Between nodes it takes turns; one that is not ready gets nothing new. Connections are kept and used again.
    let (ready, over) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
    let nodes = [leaving.url("/events/ada/chat"), staying.url("/events/ada/chat")];
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (client, nodes, ready, over) = (client.clone(), nodes.clone(), ready.clone(), over.clone());
            tokio::spawn(async move {
                let mut answers = [0_u32; 2];
                for turn in 0_usize.. {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let node = if ready.load(Ordering::SeqCst) { turn % 2 } else { 1 };
                    let answer = client.get(&nodes[node]).send().await.expect("no client sees a broken connection");
                    assert_eq!(answer.status(), StatusCode::OK);
                    answers[node] += 1;
                }
                answers
            })
        })
        .collect();
    let probing = tokio::spawn({
        let (client, url, ready) = (client.clone(), leaving.url("/readyz"), ready.clone());
        async move {
            while client.get(&url).send().await.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                tokio::time::sleep(PROBE).await;
            }
            ready.store(false, Ordering::SeqCst);
        }
    });

    leaving.stop().await;
    over.store(true, Ordering::SeqCst);

    probing.await.unwrap();
    for client in clients {
        let answers = client.await.expect("every request is answered");
        assert!(answers[0] > 0 && answers[1] > 0, "{answers:?}");
    }
}
