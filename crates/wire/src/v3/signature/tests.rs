//! The vectors were printed by `buildStringToSign` and `buildSignature` of the
//! published npm package authing-node-sdk 4.0.1.

use super::*;
use crate::v3::HeaderFamily;

const SECRET: &str = "4ae78d3e579a6d1aeca7b1e29ec2";

const HEADERS: &[(&str, &str)] = &[
    (
        "X-Authing-Signature-Nonce",
        "0123456789abcdef0123456789abcdef",
    ),
    ("x-authing-signature-method", "HMAC-SHA1"),
    ("x-authing-signature-version", "1.0"),
    ("user-agent", "x"),
    ("accept", "application/json"),
    ("x-authing-sdk-version", "authing-node-sdk:4.0.1"),
    ("x-authing-lang", "zh-CN"),
    ("Date", "Mon, 23 Nov 2026 15:00:00 GMT"),
];

const SIGNED_HEADERS: &str = "date:Mon, 23 Nov 2026 15:00:00 GMT\n\
    x-authing-lang:zh-CN\n\
    x-authing-sdk-version:authing-node-sdk:4.0.1\n\
    x-authing-signature-method:HMAC-SHA1\n\
    x-authing-signature-nonce:0123456789abcdef0123456789abcdef\n\
    x-authing-signature-version:1.0\n";

fn body(json: &str) -> Parameters {
    Parameters::from_json_body(json.as_bytes()).unwrap()
}

#[track_caller]
fn assert_signs(method: &str, path: &str, parameters: &Parameters, rest: &str, signature: &str) {
    let text = string_to_sign(method, HEADERS.iter().copied(), path, parameters);
    assert_eq!(text, format!("{method}\n{SIGNED_HEADERS}{rest}"));
    assert_eq!(sign(SECRET, &text), signature);
    assert!(verify(SECRET, &text, signature));
    assert!(!verify("another", &text, signature));
    assert!(verify_request(
        SECRET,
        method,
        HEADERS.iter().copied(),
        path,
        parameters,
        signature
    ));
}

#[test]
fn nothing_to_sign_but_the_headers() {
    let path = "/api/v3/get-management-token";
    for parameters in [body("{}"), body(""), Parameters::from_query("")] {
        assert_signs(
            "POST",
            path,
            &parameters,
            path,
            "31b9UK2J7+q8kwuXEa1Qi1Sx/NI=",
        );
    }
}

#[test]
fn options_that_were_all_undefined_leave_a_question_mark() {
    let signed = |parameters: &Parameters, signature| {
        verify_request(
            SECRET,
            "GET",
            HEADERS.iter().copied(),
            "/api/v3/list-applications",
            parameters,
            signature,
        )
    };
    let signature = "kdcUFaPyTkQvMJOfx3jbfN2Jdzk=";
    assert!(signed(&Parameters::none(), signature));
    assert!(!signed(&Parameters::from_query("page=1"), signature));
    assert!(!signed(&Parameters::none(), "kdcUFaPyTkQvMJOfx3jbfN2Jdzl="));
}

#[test]
fn plain_strings() {
    assert_signs(
        "POST",
        "/api/v3/check-session-status",
        &body(r#"{ "userId": "6229ffaxxxxxxxxcade3e3d9", "appId": "app1" }"#),
        "/api/v3/check-session-status?appId=app1&userId=6229ffaxxxxxxxxcade3e3d9",
        "9yj5/R+fQ4Q2pq+la81jbqGPMZM=",
    );
}

#[test]
fn nested_values_keep_their_order_and_lose_their_white_space() {
    let json = r#"{"userId":"u","appIds":[ "b" , "a" ],
        "options":{"userIdType":"email","z":{"k":[1, 2.5, null,	true]}}}"#;
    assert_signs(
        "POST",
        "/api/v3/kick-users",
        &body(json),
        concat!(
            r#"/api/v3/kick-users?appIds=["b","a"]&"#,
            r#"options={"userIdType":"email","z":{"k":[1,2.5,null,true]}}&userId=u"#
        ),
        "rtfbrC2QvnPeR2QrmrKXsT+IVHg=",
    );
}

#[test]
fn null_numbers_and_booleans() {
    assert_signs(
        "POST",
        "/api/v3/x",
        &body(r#"{"b":null,"a":1.5,"c":true,"d":false,"e":1e+21,"f":0,"g":""}"#),
        "/api/v3/x?a=1.5&b=null&c=true&d=false&e=1e+21&f=0&g=",
        "3ZJ8uvX8qXb8helIi/YEmL5Dt0Y=",
    );
}

#[test]
fn unicode_sorts_as_javascript_sorts() {
    let json = "{\"name\":\"张三 é 😀\",\"o\":{\"n\":\"张三\u{2028}\"},\
        \"\u{ff5e}\":1,\"😀\":2,\"Z\":1,\"a\":2}";
    assert_signs(
        "POST",
        "/api/v3/x",
        &body(json),
        "/api/v3/x?Z=1&a=2&name=张三 é 😀&o={\"n\":\"张三\u{2028}\"}&😀=2&\u{ff5e}=1",
        "4TlNjUaEIEDC5uRejTyx1TISKI8=",
    );
}

#[test]
fn escapes_stay_inside_arrays_and_are_read_in_strings() {
    let json = concat!(
        r#"{"s":"q\"\\/\n\t\u0001"#,
        "\u{7f}",
        r#"","o":["q\"\\/\n\t\u0001"#,
        "\u{7f}",
        r#"\b\f\r"]}"#
    );
    assert_signs(
        "POST",
        "/api/v3/x",
        &body(json),
        concat!(
            r#"/api/v3/x?o=["q\"\\/\n\t\u0001"#,
            "\u{7f}",
            r#"\b\f\r"]&s=q"\/"#,
            "\n\t\u{1}\u{7f}"
        ),
        "f36enxV0yTEZ1uDRjLTnWQr0uJs=",
    );
}

#[test]
fn arrays_in_a_query() {
    let path = "/api/v3/get-user-batch";
    for query in [
        "userIds[]=a+b&userIds[]=c%26d&withCustomData=true",
        "withCustomData=true&userIds%5B%5D=a%20b&userIds%5B%5D=c%26d",
        "userIds=a+b&userIds=c%26d&withCustomData=true",
    ] {
        assert_signs(
            "GET",
            path,
            &Parameters::from_query(query),
            r#"/api/v3/get-user-batch?userIds=["a b","c&d"]&withCustomData=true"#,
            "Jm2/QRFBUcD7dKQXX8yoDkIonXM=",
        );
    }
}

#[test]
fn one_entry_is_an_array_only_with_brackets() {
    let text = |query| {
        let mut text = String::new();
        Parameters::from_query(query).append_to(&mut text);
        text
    };
    assert_eq!(text("k[]=a"), r#"?k=["a"]"#);
    assert_eq!(text("k=a"), "?k=a");
    assert_eq!(text("k="), "?k=");
}

#[test]
fn header_values_are_trimmed_and_kept_on_one_line() {
    let headers = [
        ("x-authing-b", " 1\t2 "),
        ("x-authing-a", ""),
        ("date", "d"),
        ("x-other", "o"),
    ];
    let text = string_to_sign("GET", headers, "/x", &Parameters::from_query("page=1"));
    assert_eq!(
        text,
        "GET\ndate:d\nx-authing-a:\nx-authing-b:1 2\n/x?page=1"
    );
    assert_eq!(sign(SECRET, &text), "jvFWSkPjIIv3H6ESFt6GR66t6lk=");
}

#[test]
fn empty_objects_and_arrays() {
    let parameters = body(r#"{"o":{ },"a":[ ],"n":[[],{}]}"#);
    let text = string_to_sign("POST", [("date", "d")], "/x", &parameters);
    assert_eq!(text, "POST\ndate:d\n/x?a=[]&n=[[],{}]&o={}");
    assert_eq!(sign(SECRET, &text), "8+Ma8xXKiDwBqzdvRMc/YZ/JwvE=");
}

#[test]
fn of_two_equal_names_the_last_counts() {
    assert_eq!(body(r#"{"a":1,"\u0061":2}"#), body(r#"{"a":2}"#));
}

#[test]
fn a_body_that_is_no_object_has_nothing_to_sign() {
    for json in ["[]", "1", "null", "{", "{\"a\":\"\\ud800\"}", "\u{feff}{}"] {
        assert_eq!(
            Parameters::from_json_body(json.as_bytes()),
            Err(ParametersError),
            "{json}"
        );
    }
    assert_eq!(
        Parameters::from_json_body(b"{\"a\":\"\xff\"}"),
        Err(ParametersError)
    );
}

#[test]
fn a_signature_that_is_not_base64_is_wrong() {
    assert!(!verify(SECRET, "text", "%"));
    assert!(!verify(SECRET, "text", ""));
}

#[test]
fn authorization_is_read_and_written() {
    for (value, family) in [
        ("authing id:c2ln", HeaderFamily::Authing),
        ("Authing id:c2ln", HeaderFamily::Authing),
        ("GENAUTH  id:c2ln ", HeaderFamily::Genauth),
    ] {
        let read: SignatureAuthorization = value.parse().unwrap();
        assert_eq!(read.family, family);
        assert_eq!(read.access_key_id, "id");
        assert_eq!(read.signature, "c2ln");
        assert_eq!(read.to_string(), format!("{} id:c2ln", family.scheme()));
        assert!(!format!("{read:?}").contains("c2ln"));
    }
    for value in [
        "",
        "authing",
        "Bearer a:b",
        "authing id",
        "authing :s",
        "authing id:",
    ] {
        assert_eq!(
            value.parse::<SignatureAuthorization>(),
            Err(NotASignature),
            "{value}"
        );
    }
}
