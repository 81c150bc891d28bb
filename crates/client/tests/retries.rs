//! What is asked again, and what never is.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rollcall_client::types::{CreateUserReqDto, GetUserQuery, ListUsersRequestDto};
use rollcall_client::{
    AuthenticationClient, Error, ManagementClient, ManagementClientBuilder, Retries, SignIn,
};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

fn busy() -> ResponseTemplate {
    ResponseTemplate::new(200)
        .insert_header("retry-after", "0")
        .set_body_json(json!({ "statusCode": 503, "message": "busy", "requestId": "r" }))
}

fn empty_page() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "statusCode": 200, "message": "Success", "requestId": "r",
        "data": { "totalCount": 0, "list": [] },
    }))
}

/// A server that is busy so many times for every path but the token's.
async fn busy_for(times: usize) -> MockServer {
    let server = MockServer::start().await;
    let token = json!({
        "statusCode": 200, "message": "Success", "requestId": "r",
        "data": { "access_token": "t", "expires_in": 7200 },
    });
    Mock::given(method("POST"))
        .and(path("/api/v3/get-management-token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&server)
        .await;
    let asked = AtomicUsize::new(0);
    Mock::given(wiremock::matchers::any())
        .respond_with(move |_: &Request| {
            if asked.fetch_add(1, Ordering::SeqCst) < times {
                busy()
            } else {
                empty_page()
            }
        })
        .mount(&server)
        .await;
    server
}

/// Without jitter, so that pauses are what they are at most.
fn client(server: &MockServer) -> ManagementClientBuilder {
    ManagementClient::builder(server.uri(), "id", "secret")
        .retries(Retries::up_to(2))
        .randomness(|bytes| bytes.fill(0))
}

async fn asked(server: &MockServer) -> usize {
    let all = server.received_requests().await.unwrap();
    let calls = all.iter().filter(|r| !r.url.path().ends_with("-token"));
    calls.count()
}

#[tokio::test]
async fn a_read_is_asked_again() {
    let server = busy_for(2).await;
    let listed = client(&server).build().unwrap();
    let listed = listed.list_users(&ListUsersRequestDto::default()).await;
    assert!(listed.unwrap().list.is_empty());
    assert_eq!(asked(&server).await, 3);
}

#[tokio::test]
async fn but_only_so_often_and_not_unless_wished() {
    let server = busy_for(usize::MAX).await;
    let read = client(&server).build().unwrap();
    let failed = read.get_user(&GetUserQuery::default()).await.unwrap_err();
    assert!(
        matches!(
            failed,
            Error::Api {
                status_code: 503,
                ..
            }
        ),
        "{failed:?}"
    );
    assert_eq!(asked(&server).await, 3);
    let without = ManagementClient::builder(server.uri(), "id", "secret");
    let without = without.build().unwrap();
    assert!(without.get_user(&GetUserQuery::default()).await.is_err());
    assert_eq!(asked(&server).await, 4);
}

#[tokio::test]
async fn a_write_and_a_sign_in_never_are() {
    let server = busy_for(usize::MAX).await;
    let write = client(&server).build().unwrap();
    assert!(
        write
            .create_user(&CreateUserReqDto::default())
            .await
            .is_err()
    );
    assert_eq!(asked(&server).await, 1);
    let person = AuthenticationClient::builder(server.uri(), "app")
        .retries(Retries::up_to(5))
        .build()
        .unwrap();
    let failed = person.signin(&SignIn::by_username("u", "p")).await;
    assert_eq!(
        failed.unwrap_err().retry_after(),
        Some(std::time::Duration::ZERO)
    );
    assert!(person.refresh_token("r", None).await.is_err());
    assert!(person.update_password("t", "new", None).await.is_err());
    assert_eq!(asked(&server).await, 4);
}

#[tokio::test]
async fn a_wish_to_wait_beyond_the_timeout_is_a_failure_at_once() {
    let server = MockServer::start().await;
    let later = busy().insert_header("retry-after", "3600");
    Mock::given(wiremock::matchers::any())
        .respond_with(later)
        .mount(&server)
        .await;
    let read = client(&server).build().unwrap();
    let failed = read.get_user(&GetUserQuery::default()).await.unwrap_err();
    assert!(matches!(failed, Error::Api { .. }), "{failed:?}");
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}
