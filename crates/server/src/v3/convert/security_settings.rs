//! The settings of a pool. Those of the contract whose feature is not built are
//! answered as off, and their numbers as 0; asking for anything else is refused.

use super::page::whole;
use super::session_policy::{seconds, session_limit, session_policy_dto, whole_seconds};
use super::unsupported::{refuse, refuse_unless};
use rollcall_core::Refusal;
use rollcall_core::limits;
use rollcall_core::model::policy::SessionPolicy;
use rollcall_core::model::pool::{Pool, PoolChange};
use rollcall_core::operations::update_security_settings::UpdateSecuritySettings;
use rollcall_wire::v3::Whole;
use rollcall_wire::v3::security_settings::{
    ChangeEmailStrategyDto, ChangePhoneStrategyDto, CookieSettingsDto, FailCheckConfigDto,
    LoginAnomalyDetectionConfigDto, LoginFailStrategy, LoginIpWhitelistCheckConfigDto,
    QrcodeLoginStrategyDto, RegisterAnomalyDetectionConfigDto, SecuritySettingsDto,
    SelfUnlockAccountConfigDto, SelfUnlockStrategy, UpdateSecuritySettingsDto,
};

/// The number of what does not exist.
const NONE: Whole = Whole::from_u32(0);

/// The contract's default of the units, which are said to be for display alone.
const SECOND: &str = "Second";

/// A pool's settings (V3 `SecuritySettingsDto`), with `sessionPolicy`, which is ours.
pub(crate) fn security_settings_dto(pool: &Pool) -> SecuritySettingsDto {
    let limits = pool.session_limits;
    let policy = SessionPolicy {
        idle_timeout: Some(limits.idle_timeout),
        max_lifetime: Some(limits.max_lifetime),
    };
    SecuritySettingsDto {
        cookie_settings: Some(CookieSettingsDto {
            cookie_expires_in: whole_seconds(limits.idle_timeout),
            cookie_expires_on_browser_session: pool.cookie_ends_with_browser,
        }),
        register_disabled: !pool.registration_open,
        session_policy: Some(session_policy_dto(policy, pool.session_limit)),
        ..fixed()
    }
}

/// The change that a body asks for.
pub(crate) fn security_settings_change(
    dto: &UpdateSecuritySettingsDto,
) -> Result<UpdateSecuritySettings, Refusal> {
    refuse_what_is_not_built(dto)?;
    let cookie = dto.cookie_settings.as_ref();
    let policy = dto.session_policy.as_ref();
    let span = |member: Option<Whole>| member.map(seconds);
    Ok(UpdateSecuritySettings {
        cookie_expires_in: span(cookie.map(|cookie| cookie.cookie_expires_in)),
        change: PoolChange {
            idle_timeout: span(policy.and_then(|policy| policy.idle_timeout)),
            max_lifetime: span(policy.and_then(|policy| policy.max_lifetime)),
            session_limit: session_limit(policy),
            cookie_ends_with_browser: cookie.map(|cookie| cookie.cookie_expires_on_browser_session),
            registration_open: dto.register_disabled.map(|disabled| !disabled),
        },
    })
}

/// What is so in every pool.
fn fixed() -> SecuritySettingsDto {
    SecuritySettingsDto {
        allowed_origins: None,
        authing_token_expires_in: NONE,
        verify_code_length: NONE,
        verify_code_max_attempts: NONE,
        change_email_strategy: ChangeEmailStrategyDto {
            verify_old_email: false,
        },
        change_phone_strategy: ChangePhoneStrategyDto {
            verify_old_phone: false,
        },
        cookie_settings: None,
        register_disabled: true,
        register_anomaly_detection: RegisterAnomalyDetectionConfigDto {
            enabled: true,
            limit: whole(u64::from(limits::SIGN_UPS_PER_ADDRESS)),
            time_interval: whole_seconds(limits::SIGN_UP_WINDOW),
        },
        complete_password_after_pass_code_login: false,
        login_anomaly_detection: login_anomaly_detection(),
        login_require_email_verified: false,
        self_unlock_account: SelfUnlockAccountConfigDto {
            enabled: false,
            strategy: SelfUnlockStrategy::Captcha,
        },
        enable_login_account_switch: false,
        qrcode_login_strategy: QrcodeLoginStrategyDto {
            qrcode_expires_in: NONE,
            qrcode_expires_in_unit: Some(SECOND.to_owned()),
            ticket_expires_in: NONE,
            ticket_expires_in_unit: Some(SECOND.to_owned()),
            allow_exchange_user_info_from_browser: false,
            return_full_user_info: false,
        },
        session_policy: None,
    }
}

/// The lock after wrong passwords in a row, however long they took. The delays
/// before it have no member in the contract.
fn login_anomaly_detection() -> LoginAnomalyDetectionConfigDto {
    let check = |enabled, limit| FailCheckConfigDto {
        enabled,
        limit,
        time_interval: NONE,
        unit: Some(SECOND.to_owned()),
    };
    let lock = check(true, whole(u64::from(limits::FAILURES_BEFORE_LOCK)));
    LoginAnomalyDetectionConfigDto {
        login_fail_strategy: LoginFailStrategy::BlockAccount,
        robot_verify: "disable".to_owned(),
        account_lock: "condition_set".to_owned(),
        login_fail_check: check(false, NONE),
        login_password_fail_check: lock.clone(),
        account_lock_login_password_fail_check: Some(lock),
        robot_verify_login_password_fail_check: check(false, NONE),
        robot_verify_login_ip_whitelist_check: LoginIpWhitelistCheckConfigDto {
            enabled: false,
            ip_whitelist: String::new(),
        },
        robot_verify_login_time_check_enable: false,
        robot_verify_login_week_start_end_time: Vec::new(),
    }
}

/// What is said as it is answered is no setting: an answer can be sent back.
fn refuse_what_is_not_built(dto: &UpdateSecuritySettingsDto) -> Result<(), Refusal> {
    let fixed = fixed();
    refuse(&[("allowedOrigins", &dto.allowed_origins)])?;
    for (field, value, fixed) in [
        (
            "authingTokenExpiresIn",
            dto.authing_token_expires_in,
            fixed.authing_token_expires_in,
        ),
        (
            "verifyCodeLength",
            dto.verify_code_length,
            fixed.verify_code_length,
        ),
        (
            "verifyCodeMaxAttempts",
            dto.verify_code_max_attempts,
            fixed.verify_code_max_attempts,
        ),
    ] {
        refuse_unless(field, value.as_ref(), &fixed)?;
    }
    for (field, value, fixed) in [
        (
            "completePasswordAfterPassCodeLogin",
            dto.complete_password_after_pass_code_login,
            fixed.complete_password_after_pass_code_login,
        ),
        (
            "loginRequireEmailVerified",
            dto.login_require_email_verified,
            fixed.login_require_email_verified,
        ),
        (
            "enableLoginAccountSwitch",
            dto.enable_login_account_switch,
            fixed.enable_login_account_switch,
        ),
    ] {
        refuse_unless(field, value.as_ref(), &fixed)?;
    }
    refuse_objects(dto, &fixed)
}

fn refuse_objects(
    dto: &UpdateSecuritySettingsDto,
    fixed: &SecuritySettingsDto,
) -> Result<(), Refusal> {
    refuse_unless(
        "changeEmailStrategy",
        dto.change_email_strategy.as_ref(),
        &fixed.change_email_strategy,
    )?;
    refuse_unless(
        "changePhoneStrategy",
        dto.change_phone_strategy.as_ref(),
        &fixed.change_phone_strategy,
    )?;
    refuse_unless(
        "registerAnomalyDetection",
        dto.register_anomaly_detection.as_ref(),
        &fixed.register_anomaly_detection,
    )?;
    let detection = dto.login_anomaly_detection.clone();
    refuse_unless(
        "loginAnomalyDetection",
        detection.map(completed_detection).as_ref(),
        &fixed.login_anomaly_detection,
    )?;
    refuse_unless(
        "selfUnlockAccount",
        dto.self_unlock_account.as_ref(),
        &fixed.self_unlock_account,
    )?;
    let by_qrcode = dto.qrcode_login_strategy.clone();
    refuse_unless(
        "qrcodeLoginStrategy",
        by_qrcode.map(completed_strategy).as_ref(),
        &fixed.qrcode_login_strategy,
    )
}

/// With what its optional members mean when they are left out.
fn completed_detection(
    mut detection: LoginAnomalyDetectionConfigDto,
) -> LoginAnomalyDetectionConfigDto {
    let lock = &mut detection.account_lock_login_password_fail_check;
    if lock.is_none() {
        *lock = login_anomaly_detection().account_lock_login_password_fail_check;
    }
    for check in [
        &mut detection.login_fail_check,
        &mut detection.login_password_fail_check,
        &mut detection.robot_verify_login_password_fail_check,
    ]
    .into_iter()
    .chain(lock)
    {
        check.unit.get_or_insert_with(|| SECOND.to_owned());
    }
    detection
}

/// The same for signing in by QR code.
fn completed_strategy(mut strategy: QrcodeLoginStrategyDto) -> QrcodeLoginStrategyDto {
    for unit in [
        &mut strategy.qrcode_expires_in_unit,
        &mut strategy.ticket_expires_in_unit,
    ] {
        unit.get_or_insert_with(|| SECOND.to_owned());
    }
    strategy
}
