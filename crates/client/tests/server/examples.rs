//! The examples, run.

#![allow(clippy::duplicate_mod, reason = "each example has what they share")]

#[allow(dead_code, unreachable_pub, reason = "its main is not called")]
#[path = "../../examples/check.rs"]
mod check;
#[allow(dead_code, unreachable_pub, reason = "its main is not called")]
#[path = "../../examples/code_flow.rs"]
mod code_flow;
#[allow(dead_code, unreachable_pub, reason = "its main is not called")]
#[path = "../../examples/kick.rs"]
mod kick;
#[allow(dead_code, unreachable_pub, reason = "its main is not called")]
#[path = "../../examples/list_online.rs"]
mod list_online;
#[allow(dead_code, unreachable_pub, reason = "its main is not called")]
#[path = "../../examples/sign_in.rs"]
mod sign_in;

use crate::browser::Browser;
use crate::world::{CALLBACK, PASSWORD, World};
use rollcall_client::SignIn;
use rollcall_client::types::OidcConfig;

#[tokio::test]
async fn check_list_online_and_kick() {
    let world = World::new().await;
    let (mira, app) = (
        world.add_user("mira").await,
        world.add_app("Shop", OidcConfig::default()).await,
    );
    let app = app.app_id.as_str();
    let management = &world.management;
    assert!(!check::run(management, app, "mira").await.unwrap());
    assert!(!check::run(management, app, "nobody").await.unwrap());
    assert!(
        check::run(management, &"0".repeat(24), "mira")
            .await
            .is_err()
    );
    assert!(list_online::run(management, app).await.unwrap().is_empty());
    let client = world.app(app).await.build().unwrap();
    client
        .signin(&SignIn::by_username("mira", PASSWORD))
        .await
        .unwrap();
    assert!(check::run(management, app, "mira").await.unwrap());
    assert_eq!(
        list_online::run(management, app).await.unwrap(),
        [mira.user_id]
    );
    assert!(!kick::run(management, app, "mira").await.unwrap());
    world.end().await;
}

#[tokio::test]
async fn sign_in_and_code_flow() {
    let world = World::new().await;
    let mira = world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let client = world.app(&app.app_id).await.build().unwrap();
    let subject = sign_in::run(&client, "mira", PASSWORD).await.unwrap();
    assert_eq!(subject, mira.user_id);

    let pending = code_flow::begin(&client, CALLBACK).unwrap();
    let mut browser = Browser::new();
    let back = browser.sign_in(&world.url, pending.url(), "mira").await;
    let signed_on = code_flow::finish(&client, pending, &back).await.unwrap();
    assert_eq!(signed_on.claims.sub, mira.user_id);
    world.end().await;
}
