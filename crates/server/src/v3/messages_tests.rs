//! Every failure says something in every language, and what clients look for
//! to the letter.

use super::*;
use rollcall_core::model::access_key::Permission;
use rollcall_core::time::Span;

fn all() -> Vec<Failure> {
    let fields = || vec!["username", "email"];
    let refusals = [
        Refusal::Invalid(fields()),
        Refusal::LimitTooLarge,
        Refusal::NoName,
        Refusal::NotAuthenticated,
        Refusal::NotSignedIn,
        Refusal::WrongCredentials,
        Refusal::WrongPassword,
        Refusal::PermissionMissing(Permission::Check),
        Refusal::ServerRootNeeded,
        Refusal::RootKeyNeeded,
        Refusal::OutsideOfCaller("userpool-id"),
        Refusal::SignInNotAllowed,
        Refusal::RegistrationDisabled,
        Refusal::SessionLimit,
        Refusal::RecentSignInNeeded,
        Refusal::UserLocked,
        Refusal::PasswordMustBeReset,
        Refusal::NotFound(Record::User),
        Refusal::NotFound(Record::Application),
        Refusal::NotFound(Record::Pool),
        Refusal::NotFound(Record::ExtIdp),
        Refusal::NotFound(Record::Identity),
        Refusal::NotFound(Record::Device),
        Refusal::NotFound(Record::AccessKey),
        Refusal::NotFound(Record::Webhook),
        Refusal::AmbiguousUser(vec![IdentifierKind::Email, IdentifierKind::Username]),
        Refusal::Taken(fields()),
        Refusal::Rule(Rule::UsernameForm),
        Refusal::Rule(Rule::PasswordTooWeak),
        Refusal::Rule(Rule::AdministratorPasswordTooShort),
        Refusal::Rule(Rule::ClientCredentialsNeedSecret),
        Refusal::Rule(Rule::PublicNeedsPkce),
        Refusal::Rule(Rule::EndpointNeedsSecret),
        Refusal::Rule(Rule::PolicyMayOnlyShorten),
        Refusal::Rule(Rule::RootKeyStays),
        Refusal::Rule(Rule::TooMany("redirectUris")),
        Refusal::Throttled(Span::from_millis(1_001)),
        Refusal::NotSupported("userIdType"),
        Refusal::ThirdPartyUnreachable("timed_out"),
        Refusal::ThirdPartyError(404),
        Refusal::Unavailable,
        Refusal::Fault,
    ];
    let signatures = [
        ApiCode::BadSignature,
        ApiCode::BadSignatureMethod,
        ApiCode::BadSignatureVersion,
        ApiCode::MalformedTimestamp,
        ApiCode::NoTimestamp,
        ApiCode::TimestampTooFar,
        ApiCode::NonceUsed,
    ];
    let others = [
        Failure::Fields(vec!["page".to_owned()]),
        Failure::NotJson,
        Failure::BrokenJson,
        Failure::NotAnObject,
        Failure::BodyTooLarge,
        Failure::BodyBroken,
        Failure::NotBuilt("/api/v3/import-otp"),
        Failure::UnknownPath,
        Failure::WrongMethod,
    ];
    let refusals = refusals.into_iter().map(Failure::Refused);
    let signatures = signatures.into_iter().map(Failure::Signature);
    refusals.chain(signatures).chain(others).collect()
}

#[test]
fn every_failure_speaks_every_language() {
    for failure in all() {
        for language in Language::ALL {
            let text = message(&failure, *language);
            assert!(!text.trim().is_empty(), "{failure:?}");
            assert!(!text.contains("{}"), "{text}");
        }
        let english = message(&failure, Language::EnUs);
        assert!(english.is_ascii(), "{english}");
    }
}

#[test]
fn details_are_in_the_text_in_every_language() {
    for (failure, detail) in [
        (Failure::Fields(vec!["a".into(), "b".into()]), "a, b"),
        (
            Refusal::PermissionMissing(Permission::SessionsEnd).into(),
            "sessions:end",
        ),
        (
            Refusal::AmbiguousUser(vec![IdentifierKind::Email, IdentifierKind::Phone]).into(),
            "email, phone",
        ),
        (Refusal::NotSupported("userIdType").into(), "userIdType"),
        (
            Failure::NotBuilt("/api/v3/import-otp"),
            "/api/v3/import-otp",
        ),
        (Refusal::Throttled(Span::from_millis(1_001)).into(), "2"),
        (
            Refusal::ThirdPartyUnreachable("timed_out").into(),
            "timed_out",
        ),
        (Refusal::ThirdPartyError(404).into(), "404"),
    ] {
        for language in Language::ALL {
            let text = message(&failure, *language);
            assert!(text.contains(detail), "{text}");
        }
    }
}

#[test]
fn wordings_that_clients_look_for_are_exact() {
    let zh = |failure: Failure| message(&failure, Language::ZhCn);
    let four = vec!["username", "email", "phone", "externalId"];
    assert_eq!(
        zh(Refusal::Invalid(four).into()),
        "参数 username, email, phone, externalId 格式错误"
    );
    assert_eq!(
        zh(Failure::Fields(vec!["page".to_owned()])),
        "参数 page 格式错误"
    );
    assert_eq!(zh(Refusal::NotFound(Record::User).into()), "用户不存在");
    for language in Language::ALL {
        let text = |refusal: Refusal| message(&refusal.into(), *language);
        assert_eq!(text(Refusal::LimitTooLarge), "limit must less than 50");
        assert_eq!(
            text(Refusal::NoName),
            "Must contain one of the following fields: username, phone, email"
        );
    }
}

#[test]
fn a_password_is_said_to_be_what_it_is_refused_for() {
    let text = |language| message(&Refusal::Rule(Rule::PasswordTooWeak).into(), language);
    assert_eq!(text(Language::EnUs), "The password is too short");
    assert_eq!(text(Language::ZhCn), "密码过短");
    assert_eq!(text(Language::ZhTw), "密碼過短");
    assert_eq!(text(Language::JaJp), "パスワードが短すぎます");
}

#[test]
fn codes_are_those_of_the_contract() {
    let codes = |failure: Failure| {
        let codes = failure.codes();
        (codes.status, codes.api.map(ApiCode::number))
    };
    for (refusal, expected) in [
        (Refusal::NotFound(Record::User), (404, Some(2004))),
        (Refusal::NotFound(Record::Application), (404, Some(2011))),
        (Refusal::NotFound(Record::Pool), (404, Some(2224))),
        (Refusal::NotFound(Record::ExtIdp), (404, None)),
        (Refusal::WrongCredentials, (401, Some(2333))),
        (Refusal::NotSignedIn, (401, Some(2020))),
        (Refusal::WrongPassword, (401, Some(2006))),
        (Refusal::UserLocked, (403, Some(2005))),
        (Refusal::PasswordMustBeReset, (403, Some(2058))),
        (Refusal::Fault, (500, None)),
        (Refusal::ThirdPartyUnreachable("refused"), (601, None)),
        (Refusal::ThirdPartyError(500), (602, None)),
    ] {
        assert_eq!(codes(refusal.into()), expected);
    }
    assert_eq!(
        codes(Failure::Signature(ApiCode::NonceUsed)),
        (401, Some(1306))
    );
    assert_eq!(codes(Failure::BodyTooLarge), (413, None));
    assert_eq!(codes(Failure::WrongMethod), (405, None));
}

#[test]
fn whoever_must_wait_is_told_how_long_rounded_up() {
    let after = |refusal: Refusal| Failure::from(refusal).retry_after();
    assert_eq!(after(Refusal::Throttled(Span::from_millis(1))), Some(1));
    assert_eq!(after(Refusal::Throttled(Span::from_millis(1_000))), Some(1));
    assert_eq!(after(Refusal::Throttled(Span::from_millis(1_001))), Some(2));
    assert_eq!(after(Refusal::Unavailable), Some(1));
    assert_eq!(after(Refusal::Fault), None);
}
