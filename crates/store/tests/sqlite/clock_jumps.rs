//! A clock that jumps both ways, with crashes in between: what has expired never returns,
//! and what was answered holds.

use crate::contract::{SignedIn, idle};
use crate::{Sqlite, World};
use rollcall_core::entropy::Entropy as _;
use rollcall_core::limits;
use rollcall_core::ports::grants::{RefreshRequest, Refreshed};
use rollcall_core::time::{Span, Timestamp};
use rollcall_store::OpenError;
use std::fs;
use std::sync::Arc;

const IDLE_S: i64 = 600;

/// A login, its newest refresh token, and whether it was seen to have ended.
struct Known {
    who: SignedIn,
    last_seen: Timestamp,
    is_over: bool,
}

struct Jumper {
    world: World,
    known: Vec<Known>,
    /// The latest instant that the store told.
    told: Timestamp,
}

impl Jumper {
    fn number(&self, below: i64) -> i64 {
        let mut bytes = [0; 8];
        self.world.harness.entropy.fill(&mut bytes);
        i64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])) % below
    }

    /// Moves the machine's clock, and lets the store note what it has told, as the
    /// background does each second.
    async fn jump(&mut self) {
        let by = match self.number(4) {
            0 => self.number(2 * IDLE_S),
            1 => -self.number(2 * IDLE_S),
            2 => self.number(40),
            _ => -self.number(40),
        };
        let by = Span::from_millis(by.saturating_mul(1_000));
        self.world.advance(by);
        let store = self.world.store();
        let now = store.now();
        assert!(
            now >= self.told,
            "time ran back from {:?} to {now:?}",
            self.told
        );
        self.told = now;
        store.mark_clock().await.unwrap();
    }

    /// Each login is what it must be at the instant that the store tells.
    async fn check(&mut self) {
        let store = self.world.store();
        for known in &mut self.known {
            let limit = known.last_seen + Span::from_seconds(IDLE_S);
            let must_be_over = known.is_over || self.told >= limit;
            let view = store.login(self.world.pool, known.who.login, None).await;
            let is_live = view.unwrap().unwrap().standing.is_live();
            assert_eq!(is_live, !must_be_over, "{:?} at {:?}", known.who, self.told);
            known.is_over = must_be_over;
        }
    }

    async fn sign_in(&mut self) {
        let (world, first) = (&self.world, &self.known[0].who);
        let who = world
            .sign_in(world.pool, first.user, first.application)
            .await;
        self.known.push(Known {
            who,
            last_seen: self.told,
            is_over: false,
        });
    }

    /// Presents the newest token of any login: good if that is live, and activity.
    async fn refresh(&mut self) {
        let count = i64::try_from(self.known.len()).unwrap();
        let place = usize::try_from(self.number(count)).unwrap();
        let successor = self.world.digest();
        let known = &mut self.known[place];
        let request = RefreshRequest {
            application: known.who.application,
            presented: known.who.refresh_token,
            successor,
            lifetime: limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
            retry_window: Span::ZERO,
        };
        let (store, origin) = (self.world.store(), self.world.origin());
        let refreshed = store.refresh(self.world.pool, request, origin);
        match refreshed.await.unwrap() {
            Refreshed::Refreshed(view) => {
                assert!(!known.is_over, "{:?} came back", known.who);
                known.who.refresh_token = successor;
                known.last_seen = view.login.last_seen;
            }
            Refreshed::Invalid => assert!(known.is_over, "{:?} was refused", known.who),
            Refreshed::Reused => panic!("{:?} was used once", known.who),
        }
    }

    /// Crashes, and comes up with the clock as it is: as an operator would, with the
    /// earlier clock accepted where it is refused.
    fn crash(&mut self) {
        let former = &self.world.harness;
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("rollcall.db");
        fs::copy(former.path(), &copy).unwrap();
        let log = former.path().with_extension("db-wal");
        fs::copy(log, copy.with_extension("db-wal")).unwrap();
        let mut harness = Sqlite {
            folder,
            clock: former.clock.clone(),
            entropy: former.entropy.clone(),
            store: None,
        };
        let behind = self.told.since(self.world.now());
        let opened = harness.open(false);
        if behind > limits::MAX_CLOCK_REGRESSION {
            assert_eq!(opened.unwrap_err(), OpenError::ClockBehind { by: behind });
            harness.store = Some(harness.open(true).unwrap());
            self.told = self.world.now();
        } else {
            harness.store = Some(opened.unwrap());
        }
        self.world.harness = harness;
    }
}

#[tokio::test]
async fn a_clock_that_jumps_both_ways_revives_nobody() {
    let world = World::new().await;
    let application = world.new_application_with(world.pool, idle(IDLE_S)).await;
    let user = world.new_user(world.pool).await;
    let who = world.sign_in(world.pool, user, application).await;
    let first = Known {
        who,
        last_seen: world.now(),
        is_over: false,
    };
    let mut jumper = Jumper {
        told: world.now(),
        world,
        known: vec![first],
    };
    for round in 0..120 {
        jumper.jump().await;
        jumper.check().await;
        jumper.sign_in().await;
        jumper.refresh().await;
        jumper.check().await;
        if round % 6 == 5 {
            jumper.crash();
            jumper.check().await;
        }
        if round % 9 == 8 {
            jumper.world.settle(3).await;
            jumper.check().await;
        }
    }
    let over = jumper.known.iter().filter(|known| known.is_over).count();
    assert!(over > 20 && over < jumper.known.len(), "{over} are over");
    let store: Arc<_> = jumper.world.store();
    assert!(store.now() >= jumper.told);
}
