//! What an account lets be read by URL.

use serde_json::json;

use super::world::World;

#[tokio::test]
async fn nothing_is_let_out_before_it_is_asked_for() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;

    let feeds = world.get(Some(&ada), "/me/feeds").await.ok();

    let free_busy = json!({"url": "https://meet.example/feeds/ada.ifb", "enabled": false});
    assert_eq!(feeds, json!({"private": null, "free_busy": free_busy}));
    let changed = world.patch(&ada, "/me/feeds", json!({"free_busy": true})).await.ok();
    assert_eq!(changed["free_busy"]["enabled"], true);
    assert_eq!(world.patch(&ada, "/me/feeds", json!({})).await.ok(), changed);
    assert_eq!(world.patch(&ada, "/me/feeds", json!({"public": true})).await.body["field"], "public");
}

#[tokio::test]
async fn a_private_feed_is_made_anew_with_another_url() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;

    let made = world.post(&ada, "/me/feeds/private", json!(null)).await.ok();
    let url = made["private"]["url"].as_str().unwrap();
    let token = url.strip_prefix("https://meet.example/feeds/private/mmf_").unwrap().strip_suffix(".ics").unwrap();
    assert!(token.len() >= 43, "256 bits: {token}");
    assert_eq!(made["private"]["webcal"], url.replace("https:", "webcal:"));
    assert_eq!(world.get(Some(&ada), "/me/feeds").await.ok(), made, "its owner may see it again");
    let other = world.post(&ada, "/me/feeds/private", json!(null)).await.ok();
    assert_ne!(other["private"]["url"], made["private"]["url"]);
    world.delete(&ada, "/me/feeds/private").await.ok();

    assert_eq!(world.get(Some(&ada), "/me/feeds").await.ok()["private"], json!(null));
    world.delete(&ada, "/me/feeds/private").await.ok();
}
