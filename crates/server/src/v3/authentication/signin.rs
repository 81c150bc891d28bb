//! `POST /api/v3/signin`

use crate::auth::ClientCall;
use crate::auth::client::Client;
use crate::oidc::issue::issue;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::v3::V3Result;
use crate::v3::convert::unsupported::{refuse, refuse_unless};
use rollcall_core::Refusal;
use rollcall_core::model::login::LoginDevice;
use rollcall_core::operations::sign_in::{Account, SignIn, SignedIn, sign_in};
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::authentication::{
    LoginTokenResponseDataDto, SignInByPasswordPayloadDto, SignInOptionsDto,
    SigninByCredentialsDto, SigninConnection,
};
use rollcall_wire::v3::users::PasswordEncryptType;

pub(crate) async fn signin(
    app: AppState,
    call: ClientCall<SigninByCredentialsDto>,
) -> V3Result<LoginTokenResponseDataDto> {
    let dto = call.request;
    refuse_unless(
        "connection",
        Some(&dto.connection),
        &SigninConnection::Password,
    )?;
    let options = dto.options.unwrap_or_default();
    check_options(&options)?;
    let payload = dto.password_payload;
    let payload = payload.ok_or(Refusal::invalid("passwordPayload"))?;
    let device = device(call.device, &call.client, &options)?;
    let application = call.client.application;
    let request = SignIn {
        application: application.clone(),
        password: payload.password.as_str().to_owned(),
        account: account(payload)?,
        scope: options.scope.filter(|scope| !scope.is_empty()),
        device,
    };
    let authority = app.authority.clone();
    let SignedIn {
        view,
        refresh_token,
    } = to_its_end(async move { sign_in(&authority, request, call.origin).await }).await?;
    let grant = view.grant.as_ref().ok_or(Refusal::Fault)?;
    let issued = issue(&app.tokens, &application, &view, grant, None).await?;
    Ok(LoginTokenResponseDataDto {
        access_token: Some(issued.access_token),
        id_token: issued.id_token,
        refresh_token: refresh_token.map(|token| SecretText::from(token.reveal())),
        token_type: "Bearer".to_owned(),
        expire_in: issued.expires_in,
        expires_in: Some(issued.expires_in),
    })
}

/// What is asked for and not built is refused, rather than left undone.
fn check_options(options: &SignInOptionsDto) -> Result<(), Refusal> {
    refuse(&[
        ("context", &options.context),
        ("tenantId", &options.tenant_id),
        ("customData", &options.custom_data),
        ("autoRegister", &options.auto_register),
        ("captchaCode", &options.captcha_code),
    ])?;
    refuse_unless(
        "passwordEncryptType",
        options.password_encrypt_type.as_ref(),
        &PasswordEncryptType::None,
    )
}

/// The one account that was typed. Two could be of two people.
fn account(payload: SignInByPasswordPayloadDto) -> Result<Account, Refusal> {
    let ways = [
        ("account", payload.account.map(Account::Any)),
        ("email", payload.email.map(Account::Email)),
        ("phone", payload.phone.map(Account::Phone)),
        ("username", payload.username.map(Account::Username)),
    ];
    let names = ways.each_ref().map(|(name, _)| *name);
    let (given, mut accounts): (Vec<_>, Vec<_>) = ways
        .into_iter()
        .filter_map(|(name, account)| Some((name, account?)))
        .unzip();
    match accounts.pop() {
        Some(account) if accounts.is_empty() => Ok(account),
        Some(_) => Err(Refusal::Invalid(given)),
        None => Err(Refusal::Invalid(names.to_vec())),
    }
}

/// The person's own address, as the application's server tells it. Anybody could
/// say one, so only an application that has shown its secret is believed, and
/// only for the history: throttling goes by the address that called.
fn device(
    seen: LoginDevice,
    client: &Client,
    options: &SignInOptionsDto,
) -> Result<LoginDevice, Refusal> {
    let told = options.client_ip.as_deref().filter(|ip| !ip.is_empty());
    match told {
        Some(told) if client.is_authenticated() => {
            let address = told.parse().map_err(|_| Refusal::invalid("clientIp"))?;
            Ok(LoginDevice {
                address: Some(address),
                ..seen
            })
        }
        Some(_) | None => Ok(seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(account: Option<&str>, email: Option<&str>) -> SignInByPasswordPayloadDto {
        SignInByPasswordPayloadDto {
            password: "p".into(),
            account: account.map(ToOwned::to_owned),
            email: email.map(ToOwned::to_owned),
            username: None,
            phone: None,
        }
    }

    #[test]
    fn exactly_one_account_is_signed_in() {
        assert_eq!(
            account(payload(Some("a"), None)),
            Ok(Account::Any("a".to_owned()))
        );
        let both = account(payload(Some("a"), Some("e")));
        assert_eq!(both, Err(Refusal::Invalid(vec!["account", "email"])));
        let every = vec!["account", "email", "phone", "username"];
        assert_eq!(account(payload(None, None)), Err(Refusal::Invalid(every)));
    }
}
