//! Who watches is told that something has changed, and asks for the page's part anew:
//! one number a second is all that it costs while nothing happens.

use super::desk::{Answer, Desk};
use super::frame::Trouble;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream::unfold;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks between two signs of life, which find a connection that is gone.
const LOOKS_BETWEEN_SIGNS: u32 = 15;
/// How long one stream lives: the browser then begins another, and proves itself anew.
const LOOKS_IN_ALL: u32 = 600;

/// What goes on from one look to the next.
struct Watch {
    desk: Desk,
    ticks: tokio::time::Interval,
    seen: Option<i64>,
    looks: u32,
}

/// `GET /console/{pool}/online/events`: server-sent events (HTML, section 9.2).
pub(super) async fn events(desk: Desk) -> Answer {
    let app = desk.app.clone();
    let places = &app.console.live_views;
    let place = places.try_acquire().map_err(|_| Trouble::Busy)?;
    // The place goes back when the stream is dropped.
    place.forget();
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Place(Watch {
        desk,
        ticks,
        seen: None,
        looks: 0,
    });
    let stream = unfold(watch, |mut watch| async move {
        let event = watch.0.next().await?;
        Some((Ok::<Bytes, Infallible>(Bytes::from_static(event)), watch))
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Response::new(Body::from_stream(stream))).into_response())
}

/// A place among those who watch.
struct Place(Watch);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.desk.app.console.live_views.add_permits(1);
    }
}

impl Watch {
    /// What is said next; none: no more. It ends with the sign-in of whoever watches.
    async fn next(&mut self) -> Option<&'static [u8]> {
        loop {
            if self.looks >= LOOKS_IN_ALL {
                return None;
            }
            self.ticks.tick().await;
            self.looks += 1;
            if self.desk.app.console.live_views.is_closed() || !self.is_signed_in().await {
                return None;
            }
            let store = &self.desk.app.authority.store;
            let now = store.pool_revision(self.desk.pool.id).await.ok()??;
            let before = self.seen.replace(now);
            if before.is_none() {
                return Some(b"retry: 2000\n\n");
            }
            if before != Some(now) {
                return Some(b"event: changed\ndata: 1\n\n");
            }
            if self.looks.is_multiple_of(LOOKS_BETWEEN_SIGNS) {
                return Some(b": here\n\n");
            }
        }
    }

    async fn is_signed_in(&self) -> bool {
        let me = &self.desk.me;
        let store = &self.desk.app.authority.store;
        let view = store.login(me.facts.pool, me.login, Some(me.grant)).await;
        let is_live = |view: rollcall_core::ports::logins::LoginView| view.standing.is_live();
        if !view.ok().flatten().is_some_and(is_live) {
            return false;
        }
        let roles = self.desk.app.authority.roles_of(me.roles.user).await;
        let roles = roles.ok().flatten();
        roles.is_some_and(|roles| roles.in_pool(self.desk.pool.id).is_some())
    }
}
