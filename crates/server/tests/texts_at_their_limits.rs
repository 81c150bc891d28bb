//! The longest texts that are looked up, in the widest characters and so mixed that they
//! cannot be packed: an engine that limits what an index holds has room for each.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use rollcall_core::limits;
use serde_json::json;
use support::{PASSWORD, TestServer};

/// Numbers without a pattern, the same in each run.
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, limit: u32) -> u32 {
        // Numerical Recipes, section 7.1.
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % limit
    }

    fn char_from(&mut self, first: u32, count: u32) -> char {
        char::from_u32(first + self.below(count)).unwrap()
    }
}

/// Ideographs of four bytes, of which there are 42,711.
fn wide(seed: u32, chars: usize) -> String {
    let mut numbers = Numbers(seed);
    (0..chars)
        .map(|_| numbers.char_from(0x2_0000, 42_711))
        .collect()
}

/// Characters that become up to 18 when usernames are compared: words in one square, and
/// Arabic phrases.
fn growing(chars: usize) -> String {
    let mut numbers = Numbers(1);
    let mut next = |_| match numbers.below(4) {
        0 => numbers.char_from(0xfdf0, 13),
        1 => numbers.char_from(0x3200, 31),
        _ => numbers.char_from(0x3300, 0x58),
    };
    (0..chars).map(&mut next).collect()
}

#[tokio::test]
async fn the_longest_identifiers_find_their_user() {
    let server = TestServer::start().await;
    let most = limits::MAX_NAME_CHARS;
    let source = server.add_ext_idp("wechat").await;
    for (seed, username) in [(1, wide(0, most)), (2, growing(most))] {
        let email = format!("{}@example.com", wide(seed, most - 12));
        let (external_id, subject) = (wide(seed + 10, most), wide(seed + 20, most));
        let body = json!({
            "username": username, "email": email, "externalId": external_id, "password": PASSWORD,
        });
        let id = server.post("create-user", body).await.data()["userId"].clone();
        let id = id.as_str().unwrap();
        let link = json!({ "extIdpId": source, "userId": id, "userIdInIdp": subject });
        server.post("link-identity", link).await.data();
        for (kind, text) in [
            ("username", username),
            ("email", email),
            ("external_id", external_id),
        ] {
            let answer = server
                .get("get-user", &[("userId", &text), ("userIdType", kind)])
                .await;
            assert_eq!(answer.data()["userId"], id, "{kind}");
        }
    }
}
