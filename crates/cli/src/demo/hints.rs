//! What to try while the demo's server is still there.

use super::story::Story;
use rollcall_server::boot::IssuedKey;

/// Commands with the real ids of the story.
pub(super) fn text(url: &str, key: &IssuedKey, story: &Story) -> String {
    let Story {
        token,
        username,
        password,
        user,
        shop,
        forum,
    } = story;
    format!(
        "
Every answer was as expected. The server goes on at {url} until Ctrl-C.
Try next, in another terminal:

  # The question, by curl
  TOKEN='{token}'
  curl -s {url}/api/v3/check-session-status -H \"Authorization: Bearer $TOKEN\" \\
    -H 'Content-Type: application/json' -d '{{\"appId\":\"{shop_id}\",\"userId\":\"{user}\"}}'

  # The question, by this program
  export ROLLCALL_URL={url}
  export ROLLCALL_ACCESS_KEY_ID={key_id} ROLLCALL_ACCESS_KEY_SECRET={key_secret}
  rollcall check --app {forum_id} --user {username}

  # Kick Alice from the {forum_name}
  curl -s {url}/api/v3/kick-users -H \"Authorization: Bearer $TOKEN\" \\
    -H 'Content-Type: application/json' -d '{{\"userId\":\"{user}\",\"appIds\":[\"{forum_id}\"]}}'

  # Sign her in again
  curl -s {url}/api/v3/signin -H 'Content-Type: application/json' -d '{{\"connection\":\"PASSWORD\",
    \"passwordPayload\":{{\"username\":\"{username}\",\"password\":\"{password}\"}},
    \"client_id\":\"{forum_id}\",\"client_secret\":\"{forum_secret}\"}}'

  # Who is signed in to the {shop_name}
  curl -s {url}/api/v3/list-application-active-users -H \"Authorization: Bearer $TOKEN\" \\
    -H 'Content-Type: application/json' -d '{{\"appId\":\"{shop_id}\"}}'

  # OpenID Connect discovery
  curl -s {url}/oidc/.well-known/openid-configuration

Ctrl-C ends it.",
        shop_id = shop.id,
        shop_name = shop.name.to_lowercase(),
        forum_id = forum.id,
        forum_name = forum.name.to_lowercase(),
        forum_secret = forum.secret,
        key_id = key.access_key_id,
        key_secret = key.reveal_secret(),
    )
}
