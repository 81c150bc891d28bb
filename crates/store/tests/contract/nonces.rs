//! A signed request is accepted once.

use super::{Harness, World};
use rollcall_core::ids::AccessKeyId;
use rollcall_core::limits;
use rollcall_core::ports::signature_nonces::NonceUse;
use rollcall_core::time::{Span, Timestamp};

async fn use_nonce<H: Harness>(world: &World<H>, key: u8, nonce: &str) -> NonceUse {
    use_nonce_signed(world, key, nonce, world.now()).await
}

async fn use_nonce_signed<H: Harness>(
    world: &World<H>,
    key: u8,
    nonce: &str,
    signed_at: Timestamp,
) -> NonceUse {
    let key = AccessKeyId::from_bytes([key; 12]);
    let used = world.store().use_nonce(key, nonce, signed_at).await;
    used.unwrap()
}

pub(crate) async fn a_nonce_is_single_use_for_ten_minutes<H: Harness>(world: World<H>) {
    assert_eq!(use_nonce(&world, 1, "a").await, NonceUse::Fresh);
    assert_eq!(use_nonce(&world, 1, "a").await, NonceUse::Replayed);
    assert_eq!(use_nonce(&world, 1, "b").await, NonceUse::Fresh);
    assert_eq!(use_nonce(&world, 2, "a").await, NonceUse::Fresh);
    world.advance(limits::SIGNATURE_NONCE_MEMORY);
    assert_eq!(use_nonce(&world, 1, "a").await, NonceUse::Replayed);
    world.advance(Span::from_millis(1));
    assert_eq!(use_nonce(&world, 1, "a").await, NonceUse::Fresh);
}

pub(crate) async fn what_was_signed_before_the_memory_began_is_too_old<H: Harness>(
    mut world: World<H>,
) {
    world.advance(Span::from_millis(700));
    assert_eq!(use_nonce(&world, 1, "a").await, NonceUse::Fresh);
    world.advance(Span::from_seconds(10));
    world.harness.restart();
    let second = Timestamp::from_millis(world.now().as_seconds() * 1000);
    let before = second - Span::from_seconds(1);
    if H::KEEPS_NONCES {
        let again = use_nonce_signed(&world, 1, "a", before).await;
        assert_eq!(again, NonceUse::Replayed);
        let new = use_nonce_signed(&world, 1, "b", before).await;
        assert_eq!(new, NonceUse::Fresh);
        return;
    }
    assert_eq!(
        use_nonce_signed(&world, 1, "a", before).await,
        NonceUse::TooOld
    );
    assert_eq!(
        use_nonce_signed(&world, 1, "a", second).await,
        NonceUse::Fresh
    );
    assert_eq!(
        use_nonce_signed(&world, 1, "a", second).await,
        NonceUse::Replayed
    );
}

pub(crate) async fn the_stores_clock_is_the_one_that_dates_are_checked_against<H: Harness>(
    world: World<H>,
) {
    assert_eq!(world.store().now(), world.now());
    world.advance(Span::from_seconds(1));
    assert_eq!(world.store().now(), world.now());
}
