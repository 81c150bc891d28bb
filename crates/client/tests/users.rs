//! Users, many at once, against a mock of the V3 API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rollcall_client::types::{
    CreateUserBatchReqDto, CreateUserInfoDto, GetUserBatchQuery, ResignUserBatchReqDto,
};
use rollcall_client::{ApiCode, Error, ManagementClient};
use serde_json::{Value, json};
use wiremock::matchers::{body_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn answer(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

async fn server() -> (MockServer, ManagementClient) {
    let server = MockServer::start().await;
    let token = json!({ "statusCode": 200, "message": "Success", "requestId": "r",
        "data": { "access_token": "t", "expires_in": 7200 } });
    Mock::given(path("/api/v3/get-management-token"))
        .respond_with(answer(&token))
        .mount(&server)
        .await;
    let client = ManagementClient::builder(server.uri(), "key-id", "key-secret");
    (server, client.build().unwrap())
}

#[tokio::test]
async fn a_batch_tells_of_each_row() {
    let (server, client) = server().await;
    let body = json!({ "userIds": ["a", "b"] });
    let told = json!({ "statusCode": 200, "message": "Success", "requestId": "r",
        "data": { "success": false },
        "results": [
            { "index": 0, "statusCode": 200, "message": "Success", "userId": "a" },
            { "index": 1, "statusCode": 404, "message": "no", "apiCode": 2004 },
        ] });
    Mock::given(method("POST"))
        .and(path("/api/v3/resign-user-batch"))
        .and(body_json(body))
        .respond_with(answer(&told))
        .mount(&server)
        .await;
    let users = ResignUserBatchReqDto {
        user_ids: vec!["a".to_owned(), "b".to_owned()],
        user_id_type: None,
    };
    let batch = client.resign_user_batch(&users).await.unwrap();
    assert!(!batch.data.success);
    let codes: Vec<u16> = batch.results.iter().map(|row| row.status_code).collect();
    assert_eq!(codes, [200, 404]);
    assert_eq!(batch.results[0].user_id.as_deref(), Some("a"));
    assert_eq!(batch.results[1].api_code, Some(2004));
}

#[tokio::test]
async fn a_batch_of_which_nothing_was_carried_out_is_an_error() {
    let (server, client) = server().await;
    let told = json!({ "statusCode": 404, "message": "no", "requestId": "r", "apiCode": 2004,
        "results": [{ "index": 0, "statusCode": 404, "message": "no", "apiCode": 2004 }] });
    Mock::given(path("/api/v3/create-users-batch"))
        .respond_with(answer(&told))
        .mount(&server)
        .await;
    let users = CreateUserBatchReqDto {
        list: vec![CreateUserInfoDto::default()],
        options: None,
    };
    let error: Error = client.create_users_batch(&users).await.unwrap_err();
    assert_eq!(error.api_code(), Some(ApiCode::UserNotFound));
}

#[tokio::test]
async fn a_list_in_a_query_repeats_its_name() {
    let (server, client) = server().await;
    let told = json!({ "statusCode": 200, "message": "Success", "requestId": "r", "data": [] });
    Mock::given(method("GET"))
        .and(path("/api/v3/get-user-batch"))
        .respond_with(answer(&told))
        .mount(&server)
        .await;
    let query = GetUserBatchQuery {
        user_ids: vec!["a,b".to_owned(), "c".to_owned()],
        ..GetUserBatchQuery::default()
    };
    assert!(client.get_user_batch(&query).await.unwrap().is_empty());
    let sent = server.received_requests().await.unwrap();
    assert_eq!(sent[1].url.query(), Some("userIds=a%2Cb&userIds=c"));
}
