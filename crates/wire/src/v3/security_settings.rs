//! Settings of a user pool that concern its safety.

use serde::{Deserialize, Serialize};

use super::applications::SessionPolicyDto;
use super::string_enum::string_enum;
use super::{Request, Whole};

/// Settings of a pool (schema `SecuritySettingsDto`, and `sessionPolicy`, which is
/// ours). Durations are in seconds.
#[expect(clippy::struct_excessive_bools, reason = "the contract's shape")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecuritySettingsDto {
    /// Origins that may call from a browser, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<String>,
    /// Life of the publisher's own tokens.
    pub authing_token_expires_in: Whole,
    /// Digits of a verification code.
    pub verify_code_length: Whole,
    /// How often a verification code may be tried.
    pub verify_code_max_attempts: Whole,
    /// How people change their e-mail.
    pub change_email_strategy: ChangeEmailStrategyDto,
    /// How people change their phone.
    pub change_phone_strategy: ChangePhoneStrategyDto,
    /// The cookie of a browser's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie_settings: Option<CookieSettingsDto>,
    /// Whether people cannot register.
    pub register_disabled: bool,
    /// A limit of registrations from one address.
    pub register_anomaly_detection: RegisterAnomalyDetectionConfigDto,
    /// Whether people choose a password after signing in by a code.
    pub complete_password_after_pass_code_login: bool,
    /// What failed sign-ins lead to.
    pub login_anomaly_detection: LoginAnomalyDetectionConfigDto,
    /// Whether only a verified e-mail signs in.
    pub login_require_email_verified: bool,
    /// How people unlock their own account.
    pub self_unlock_account: SelfUnlockAccountConfigDto,
    /// Whether the sign-in page offers former accounts.
    pub enable_login_account_switch: bool,
    /// How people sign in by QR code.
    pub qrcode_login_strategy: QrcodeLoginStrategyDto,
    /// Ours: limits of the pool's sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_policy: Option<SessionPolicyDto>,
}

/// Body of `update-security-settings` (schema `UpdateSecuritySettingsDto`, and
/// `sessionPolicy`, which is ours): what is absent stays. Its answer is
/// [`SecuritySettingsDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateSecuritySettingsDto {
    /// Origins that may call from a browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<String>>,
    /// Life of the publisher's own tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authing_token_expires_in: Option<Whole>,
    /// Digits of a verification code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_code_length: Option<Whole>,
    /// How often a verification code may be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_code_max_attempts: Option<Whole>,
    /// How people change their e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_email_strategy: Option<ChangeEmailStrategyDto>,
    /// How people change their phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_phone_strategy: Option<ChangePhoneStrategyDto>,
    /// The cookie of a browser's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie_settings: Option<CookieSettingsDto>,
    /// Whether people cannot register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_disabled: Option<bool>,
    /// A limit of registrations from one address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_anomaly_detection: Option<RegisterAnomalyDetectionConfigDto>,
    /// Whether people choose a password after signing in by a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_password_after_pass_code_login: Option<bool>,
    /// What failed sign-ins lead to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_anomaly_detection: Option<LoginAnomalyDetectionConfigDto>,
    /// Whether only a verified e-mail signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_require_email_verified: Option<bool>,
    /// How people unlock their own account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_unlock_account: Option<SelfUnlockAccountConfigDto>,
    /// Whether the sign-in page offers former accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_login_account_switch: Option<bool>,
    /// How people sign in by QR code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qrcode_login_strategy: Option<QrcodeLoginStrategyDto>,
    /// Ours: limits of the pool's sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_policy: Option<SessionPolicyDto>,
}

impl Request for UpdateSecuritySettingsDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// The cookie of a browser's session (schema `CookieSettingsDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CookieSettingsDto {
    /// Seconds without activity after which the session ends.
    pub cookie_expires_in: Whole,
    /// Whether the cookie ends with the browser.
    pub cookie_expires_on_browser_session: bool,
}

/// How people change their e-mail (schema `ChangeEmailStrategyDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangeEmailStrategyDto {
    /// Whether the old one is verified first.
    pub verify_old_email: bool,
}

/// How people change their phone (schema `ChangePhoneStrategyDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangePhoneStrategyDto {
    /// Whether the old one is verified first.
    pub verify_old_phone: bool,
}

/// A limit of registrations from one address (schema
/// `RegisterAnomalyDetectionConfigDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegisterAnomalyDetectionConfigDto {
    /// Whether there is such a limit.
    pub enabled: bool,
    /// How many registrations.
    pub limit: Whole,
    /// In how many seconds.
    pub time_interval: Whole,
}

/// What failed sign-ins lead to (schema `LoginAnomalyDetectionConfigDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginAnomalyDetectionConfigDto {
    /// Superseded in the contract by the next two, and still required there.
    pub login_fail_strategy: LoginFailStrategy,
    /// When a captcha is asked for: `disable`, `condition_set` or `always_enable`.
    pub robot_verify: String,
    /// When an account is locked: `disable` or `condition_set`.
    pub account_lock: String,
    /// Failures from one address.
    pub login_fail_check: FailCheckConfigDto,
    /// Wrong passwords; superseded in the contract like the strategy.
    pub login_password_fail_check: FailCheckConfigDto,
    /// Wrong passwords that lock an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_lock_login_password_fail_check: Option<FailCheckConfigDto>,
    /// Wrong passwords that lead to a captcha.
    pub robot_verify_login_password_fail_check: FailCheckConfigDto,
    /// Addresses that are asked for no captcha.
    pub robot_verify_login_ip_whitelist_check: LoginIpWhitelistCheckConfigDto,
    /// Whether people may sign in at certain times alone.
    pub robot_verify_login_time_check_enable: bool,
    /// Those times.
    #[serde(rename = "robotVerifyloginWeekStartEndTime")]
    pub robot_verify_login_week_start_end_time: Vec<String>,
}

/// A limit of failures (schemas `LoginFailCheckConfigDto` and
/// `LoginPassowrdFailCheckConfigDto`, which are alike).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FailCheckConfigDto {
    /// Whether there is such a limit.
    pub enabled: bool,
    /// How many failures.
    pub limit: Whole,
    /// In how many seconds.
    pub time_interval: Whole,
    /// The unit in which a console shows the seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Addresses that are asked for no captcha (schema `LoginIpWhitelistCheckConfigDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginIpWhitelistCheckConfigDto {
    /// Whether there is such a list.
    pub enabled: bool,
    /// The addresses, comma-separated.
    pub ip_whitelist: String,
}

/// How people unlock their own account (schema `SelfUnlockAccountConfigDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SelfUnlockAccountConfigDto {
    /// Whether they can.
    pub enabled: bool,
    /// What they prove themselves with.
    pub strategy: SelfUnlockStrategy,
}

/// How people sign in by QR code (schema `QrcodeLoginStrategyDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct QrcodeLoginStrategyDto {
    /// Life of a code in seconds.
    pub qrcode_expires_in: Whole,
    /// The unit in which a console shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qrcode_expires_in_unit: Option<String>,
    /// Life of a ticket in seconds.
    pub ticket_expires_in: Whole,
    /// The unit in which a console shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_expires_in_unit: Option<String>,
    /// Whether a browser may exchange a ticket for a profile.
    pub allow_exchange_user_info_from_browser: bool,
    /// Whether that profile is whole.
    pub return_full_user_info: bool,
}

string_enum! {
    /// What too many failed sign-ins lead to.
    pub enum LoginFailStrategy {
        Captcha = "captcha",
        BlockAccount = "block-account",
    }
}

string_enum! {
    /// What people unlock their own account with.
    pub enum SelfUnlockStrategy {
        Captcha = "captcha",
        PasswordCaptcha = "password-captcha",
    }
}
