//! Serves the pages over the running system, with the double of NCALayer, for `tests/pictures.py`, which looks at them in Chromium.
//!
//! Not a test by itself: `PICTURES=ADDRESS cargo test -p portal --test it -- --ignored serve_for_pictures`.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::routing::any;
use stand::ncalayer::Desk;

use crate::world::{World, alone};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves pages until it is ended; run by tests/pictures.py"]
async fn serve_for_pictures() {
    let _alone = alone().await;
    let Ok(address) = std::env::var("PICTURES") else {
        println!("skipped: PICTURES gives no address");
        return;
    };
    let signing = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let program = format!("ws://{}/", signing.local_addr().expect("an address"));
    let mut world = World::signing_at(true, &program);
    world.system.birth("refuses");
    world.system.reply("refuses", "7#2");
    let listener = tokio::net::TcpListener::bind(&address).await.expect("an address");
    let desk = Arc::new(Mutex::new(Desk::new(world.officials())));
    let clock = Arc::clone(&world.clock);
    let double = Router::new().route(
        "/",
        any(move |upgrade: WebSocketUpgrade| {
            let (desk, clock) = (Arc::clone(&desk), Arc::clone(&clock));
            async move {
                upgrade.on_upgrade(|mut socket| async move {
                    let _ = socket.send(Message::Text(Desk::greeting().into())).await;
                    while let Some(Ok(Message::Text(asked))) = socket.recv().await {
                        let answer = desk.lock().expect("the desk").handle(&asked, clock.now());
                        if let Some(answer) = answer {
                            let _ = socket.send(Message::Text(answer.into())).await;
                        }
                    }
                })
            }
        }),
    );
    let router = world.browser.router();
    for (login, password) in &world.passwords {
        println!("account {login} {password}");
    }
    println!("case {}", world.decided_by);
    println!("iin {}", world.system.story("one-account").mother_iin().expect("an IIN"));
    println!("ready");
    std::io::stdout().flush().expect("standard output");
    tokio::spawn(async move { axum::serve(signing, double).await });
    tokio::spawn(async move { axum::serve(listener, router).await });
    loop {
        let now = world.clock.now();
        world.system.run_until(now);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
