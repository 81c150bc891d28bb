//! `message` of every failure, in the four languages.
//!
//! Wordings that published clients look for are the contract's; where it gives
//! one wording for every language, that is used in every language.

use super::failure::Failure;
use rollcall_core::Refusal;
use rollcall_core::model::identifier::IdentifierKind;
use rollcall_core::refusal::{Record, Rule};
use rollcall_wire::v3::{ApiCode, Language};

/// One text in each language; `{}` is where a detail goes.
struct Text {
    en: &'static str,
    zh_cn: &'static str,
    zh_tw: &'static str,
    ja: &'static str,
}

impl Text {
    const fn new(
        en: &'static str,
        zh_cn: &'static str,
        zh_tw: &'static str,
        ja: &'static str,
    ) -> Self {
        Self {
            en,
            zh_cn,
            zh_tw,
            ja,
        }
    }

    /// The same words in every language.
    const fn same(text: &'static str) -> Self {
        Self::new(text, text, text, text)
    }

    const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::EnUs => self.en,
            Language::ZhCn => self.zh_cn,
            Language::ZhTw => self.zh_tw,
            Language::JaJp => self.ja,
        }
    }
}

/// What the failure says to people. Nothing internal is in it.
pub(super) fn message(failure: &Failure, language: Language) -> String {
    let (text, detail) = match failure {
        Failure::Refused(refusal) | Failure::Rows(refusal, _) => refused(refusal),
        Failure::Signature(code) => (signature(*code), String::new()),
        Failure::Fields(fields) => (FIELDS, fields.join(", ")),
        Failure::NotJson => (NOT_JSON, String::new()),
        Failure::BrokenJson => (BROKEN_JSON, String::new()),
        Failure::NotAnObject => (NOT_AN_OBJECT, String::new()),
        Failure::BodyTooLarge => (BODY_TOO_LARGE, String::new()),
        Failure::BodyBroken => (BODY_BROKEN, String::new()),
        Failure::NotBuilt(path) => (NOT_SUPPORTED, (*path).to_owned()),
        Failure::UnknownPath => (UNKNOWN_PATH, String::new()),
        Failure::WrongMethod => (WRONG_METHOD, String::new()),
    };
    text.of(language).replace("{}", &detail)
}

fn refused(refusal: &Refusal) -> (Text, String) {
    let detail = match refusal {
        Refusal::Invalid(fields) | Refusal::Taken(fields) => fields.join(", "),
        Refusal::PermissionMissing(permission) => permission.to_string(),
        Refusal::OutsideOfCaller(field) | Refusal::Rule(Rule::TooMany(field)) => {
            (*field).to_owned()
        }
        Refusal::NotSupported(name) | Refusal::ThirdPartyUnreachable(name) => (*name).to_owned(),
        Refusal::ThirdPartyError(status) => status.to_string(),
        Refusal::AmbiguousUser(kinds) => {
            let names: Vec<_> = kinds.iter().copied().map(IdentifierKind::as_str).collect();
            names.join(", ")
        }
        Refusal::Throttled(_) => {
            super::failure::retry_after(refusal).map_or_else(String::new, |s| s.to_string())
        }
        _ => String::new(),
    };
    (text_of(refusal), detail)
}

fn text_of(refusal: &Refusal) -> Text {
    match refusal {
        Refusal::Invalid(_) => FIELDS,
        Refusal::LimitTooLarge => LIMIT_TOO_LARGE,
        Refusal::NoName => NO_NAME,
        Refusal::NotAuthenticated => NOT_AUTHENTICATED,
        Refusal::NotSignedIn => NOT_SIGNED_IN,
        Refusal::WrongCredentials => WRONG_CREDENTIALS,
        Refusal::WrongPassword => WRONG_PASSWORD,
        Refusal::PermissionMissing(_) => PERMISSION_MISSING,
        Refusal::ServerRootNeeded => SERVER_ROOT_NEEDED,
        Refusal::RootKeyNeeded => ROOT_KEY_NEEDED,
        Refusal::OutsideOfCaller(_) => OUTSIDE_OF_CALLER,
        Refusal::SignInNotAllowed => SIGN_IN_NOT_ALLOWED,
        Refusal::RegistrationDisabled => REGISTRATION_DISABLED,
        Refusal::SessionLimit => SESSION_LIMIT,
        Refusal::RecentSignInNeeded => RECENT_SIGN_IN_NEEDED,
        Refusal::UserLocked => USER_LOCKED,
        Refusal::PasswordMustBeReset => PASSWORD_MUST_BE_RESET,
        Refusal::NotFound(record) => not_found(*record),
        Refusal::AmbiguousUser(_) => AMBIGUOUS_USER,
        Refusal::Taken(_) => TAKEN,
        Refusal::Rule(rule) => broken_rule(*rule),
        Refusal::Throttled(_) => THROTTLED,
        Refusal::NotSupported(_) => NOT_SUPPORTED,
        Refusal::ThirdPartyUnreachable(_) => THIRD_PARTY_UNREACHABLE,
        Refusal::ThirdPartyError(_) => THIRD_PARTY_ERROR,
        Refusal::Unavailable => UNAVAILABLE,
        Refusal::Fault => FAULT,
    }
}

const FIELDS: Text = Text::new(
    "Parameter {} is missing or malformed",
    "参数 {} 格式错误",
    "參數 {} 格式錯誤",
    "パラメータ {} の形式が正しくありません",
);
const LIMIT_TOO_LARGE: Text = Text::same("limit must less than 50");
const NO_NAME: Text =
    Text::same("Must contain one of the following fields: username, phone, email");
const NOT_AUTHENTICATED: Text = Text::new(
    "Authentication failed: the credentials are missing, wrong or expired",
    "身份验证失败：凭证缺失、错误或已过期",
    "身分驗證失敗：憑證缺失、錯誤或已過期",
    "認証に失敗しました：認証情報がないか、誤っているか、有効期限が切れています",
);
const NOT_SIGNED_IN: Text = Text::new(
    "Not signed in",
    "尚未登录",
    "尚未登入",
    "ログインしていません",
);
const WRONG_CREDENTIALS: Text = Text::new(
    "Wrong account or password",
    "账号或密码错误",
    "帳號或密碼錯誤",
    "アカウントまたはパスワードが正しくありません",
);
const WRONG_PASSWORD: Text = Text::new(
    "Wrong password",
    "密码错误",
    "密碼錯誤",
    "パスワードが正しくありません",
);
const PERMISSION_MISSING: Text = Text::new(
    "The access key lacks the permission {}",
    "访问密钥缺少权限 {}",
    "存取金鑰缺少權限 {}",
    "アクセスキーに権限 {} がありません",
);
const SERVER_ROOT_NEEDED: Text = Text::new(
    "Only the root key of the server's first user pool may do this",
    "只有服务器首个用户池的根密钥可以执行此操作",
    "只有伺服器首個使用者池的根金鑰可以執行此操作",
    "この操作を行えるのは、サーバーの最初のユーザープールのルートキーだけです",
);
const ROOT_KEY_NEEDED: Text = Text::new(
    "Only a user pool's root key itself may rotate it",
    "用户池的根密钥只能由其自身轮换",
    "使用者池的根金鑰只能由其自身輪換",
    "ユーザープールのルートキーをローテーションできるのは、そのルートキー自身だけです",
);
const OUTSIDE_OF_CALLER: Text = Text::new(
    "{} is not the caller's own",
    "{} 与调用方不符",
    "{} 與呼叫方不符",
    "{} が呼び出し元のものと一致しません",
);
const SIGN_IN_NOT_ALLOWED: Text = Text::new(
    "This application may not sign people in through this call",
    "此应用不允许通过该接口登录",
    "此應用程式不允許透過此介面登入",
    "このアプリケーションでは、この API によるログインは許可されていません",
);
const REGISTRATION_DISABLED: Text = Text::new(
    "Registration is switched off",
    "注册功能已关闭",
    "註冊功能已關閉",
    "新規登録は受け付けていません",
);
const SESSION_LIMIT: Text = Text::new(
    "Signed in on as many devices as are allowed",
    "已登录的设备数量已达上限",
    "已登入的裝置數量已達上限",
    "ログインできる端末数の上限に達しています",
);
const RECENT_SIGN_IN_NEEDED: Text = Text::new(
    "Sign in again or give the old password",
    "请重新登录或提供旧密码",
    "請重新登入或提供舊密碼",
    "もう一度ログインするか、現在のパスワードを入力してください",
);
const USER_LOCKED: Text = Text::new(
    "The account is locked or disabled",
    "账号已被锁定或停用",
    "帳號已被鎖定或停用",
    "アカウントはロックされているか、無効になっています",
);
const PASSWORD_MUST_BE_RESET: Text = Text::new(
    "The password must be reset first",
    "请先重置密码",
    "請先重設密碼",
    "先にパスワードをリセットしてください",
);
const AMBIGUOUS_USER: Text = Text::new(
    "userId fits different users: {}",
    "userId 匹配到多个不同用户：{}",
    "userId 符合多個不同使用者：{}",
    "userId が複数の異なるユーザーに一致します：{}",
);
const TAKEN: Text = Text::new(
    "Already in use: {}",
    "{} 已被占用",
    "{} 已被使用",
    "{} はすでに使用されています",
);
const THROTTLED: Text = Text::new(
    "Too many attempts, try again in {} s",
    "尝试次数过多，请在 {} 秒后重试",
    "嘗試次數過多，請於 {} 秒後重試",
    "試行回数が多すぎます。{} 秒後にもう一度お試しください",
);
const NOT_SUPPORTED: Text = Text::new(
    "Not supported: {}",
    "暂不支持：{}",
    "暫不支援：{}",
    "サポートされていません：{}",
);
const THIRD_PARTY_UNREACHABLE: Text = Text::new(
    "The other server could not be reached: {}",
    "无法访问对方服务器：{}",
    "無法連線到對方伺服器：{}",
    "相手のサーバーに接続できません：{}",
);
const THIRD_PARTY_ERROR: Text = Text::new(
    "The other server answered with HTTP status {}",
    "对方服务器返回 HTTP 状态码 {}",
    "對方伺服器回應 HTTP 狀態碼 {}",
    "相手のサーバーが HTTP ステータス {} を返しました",
);
const UNAVAILABLE: Text = Text::new(
    "The service cannot answer at the moment, try again",
    "服务暂时不可用，请稍后重试",
    "服務暫時無法使用，請稍後重試",
    "サービスは一時的に利用できません。しばらくしてからもう一度お試しください",
);
const FAULT: Text = Text::new(
    "Internal error, see the server's log under this request id",
    "服务器内部错误，请凭请求 ID 查看服务器日志",
    "伺服器內部錯誤，請以請求 ID 查看伺服器日誌",
    "内部エラーが発生しました。リクエスト ID でサーバーのログを確認してください",
);
const NOT_JSON: Text = Text::new(
    "Content-Type must be application/json",
    "Content-Type 必须为 application/json",
    "Content-Type 必須為 application/json",
    "Content-Type は application/json でなければなりません",
);
const BROKEN_JSON: Text = Text::new(
    "The body is not valid JSON",
    "请求体不是有效的 JSON",
    "請求內文不是有效的 JSON",
    "リクエスト本文が有効な JSON ではありません",
);
const NOT_AN_OBJECT: Text = Text::new(
    "The body must be a JSON object",
    "请求体必须是 JSON 对象",
    "請求內文必須是 JSON 物件",
    "リクエスト本文は JSON オブジェクトでなければなりません",
);
const BODY_TOO_LARGE: Text = Text::new(
    "The body is larger than 1 MiB",
    "请求体超过 1 MiB",
    "請求內文超過 1 MiB",
    "リクエスト本文が 1 MiB を超えています",
);
const BODY_BROKEN: Text = Text::new(
    "The body could not be read to its end",
    "请求体读取中断",
    "請求內文讀取中斷",
    "リクエスト本文を最後まで読み取れませんでした",
);
const UNKNOWN_PATH: Text = Text::new(
    "There is no such path",
    "路径不存在",
    "路徑不存在",
    "パスが存在しません",
);
const WRONG_METHOD: Text = Text::new(
    "The path does not have this method",
    "该路径不支持此请求方法",
    "此路徑不支援此請求方法",
    "このパスはこのメソッドに対応していません",
);

fn not_found(record: Record) -> Text {
    match record {
        Record::User => Text::new(
            "User not found",
            "用户不存在",
            "使用者不存在",
            "ユーザーが存在しません",
        ),
        Record::Application => Text::new(
            "Application not found",
            "应用不存在",
            "應用程式不存在",
            "アプリケーションが存在しません",
        ),
        Record::Pool => Text::new(
            "User pool not found",
            "用户池不存在",
            "使用者池不存在",
            "ユーザープールが存在しません",
        ),
        Record::ExtIdp => Text::new(
            "Identity source not found",
            "身份源不存在",
            "身分來源不存在",
            "ID ソースが存在しません",
        ),
        Record::Identity => Text::new(
            "Identity not found",
            "身份不存在",
            "身分不存在",
            "ID 連携が存在しません",
        ),
        Record::Device => Text::new(
            "Device not found",
            "设备不存在",
            "裝置不存在",
            "端末が存在しません",
        ),
        Record::AccessKey => Text::new(
            "Access key not found",
            "访问密钥不存在",
            "存取金鑰不存在",
            "アクセスキーが存在しません",
        ),
        Record::Webhook => Text::new(
            "Webhook not found",
            "Webhook 不存在",
            "Webhook 不存在",
            "Webhook が存在しません",
        ),
    }
}

fn broken_rule(rule: Rule) -> Text {
    match rule {
        Rule::UsernameForm => Text::new(
            "The username looks like an id, an e-mail address or a number, or has characters \
             that are not seen",
            "用户名不能形如 ID、邮箱或纯数字，也不能含有不可见字符",
            "使用者名稱不能形如 ID、電子郵件或純數字，也不能含有不可見字元",
            "ユーザー名に ID、メールアドレス、数字のみの形式、見えない文字は使用できません",
        ),
        Rule::PasswordTooWeak => Text::new(
            "The password is too short",
            "密码过短",
            "密碼過短",
            "パスワードが短すぎます",
        ),
        Rule::AdministratorPasswordTooShort => Text::new(
            "An administrator's password needs at least 15 characters and cannot come as a hash",
            "管理员的密码至少需要 15 个字符，且不能以哈希形式导入",
            "管理員的密碼至少需要 15 個字元，且不能以雜湊形式匯入",
            "管理者のパスワードは 15 文字以上必要で、ハッシュとしては取り込めません",
        ),
        Rule::ClientCredentialsNeedSecret => Text::new(
            "Only an application that keeps a secret may use client_credentials",
            "只有能够保存密钥的应用才能使用 client_credentials",
            "只有能夠保存密鑰的應用程式才能使用 client_credentials",
            "client_credentials はシークレットを保持できるアプリケーションでのみ使用できます",
        ),
        Rule::PublicNeedsPkce => Text::new(
            "An application that keeps no secret needs PKCE",
            "不保存密钥的应用必须使用 PKCE",
            "不保存密鑰的應用程式必須使用 PKCE",
            "シークレットを保持しないアプリケーションには PKCE が必要です",
        ),
        Rule::EndpointNeedsSecret => Text::new(
            "An application that keeps a secret must show it at every endpoint",
            "能够保存密钥的应用在每个端点都必须出示密钥",
            "能夠保存密鑰的應用程式在每個端點都必須出示密鑰",
            "シークレットを保持できるアプリケーションは、すべてのエンドポイントでシークレットを提示する必要があります",
        ),
        Rule::PolicyMayOnlyShorten => Text::new(
            "An application may only shorten its pool's session limits",
            "应用只能缩短用户池的会话时限",
            "應用程式只能縮短使用者池的工作階段時限",
            "アプリケーションはユーザープールのセッション期限を短縮することしかできません",
        ),
        Rule::RootKeyStays => Text::new(
            "A user pool's root key can neither be deleted nor switched off, and keeps all permissions",
            "用户池的根密钥不能删除或停用，且始终拥有全部权限",
            "使用者池的根金鑰不能刪除或停用，且始終擁有全部權限",
            "ユーザープールのルートキーは削除も無効化もできず、常にすべての権限を持ちます",
        ),
        Rule::TooMany(_) => Text::new(
            "Too many: {}",
            "{} 数量超过上限",
            "{} 數量超過上限",
            "{} の数が上限を超えています",
        ),
    }
}

/// The finer reasons of a refused signature; the other codes belong to refusals.
fn signature(code: ApiCode) -> Text {
    match code {
        ApiCode::BadSignatureMethod => Text::new(
            "The signature method must be HMAC-SHA1",
            "签名方法必须为 HMAC-SHA1",
            "簽章方法必須為 HMAC-SHA1",
            "署名方式は HMAC-SHA1 でなければなりません",
        ),
        ApiCode::BadSignatureVersion => Text::new(
            "The signature version must be 1.0",
            "签名版本必须为 1.0",
            "簽章版本必須為 1.0",
            "署名バージョンは 1.0 でなければなりません",
        ),
        ApiCode::MalformedTimestamp => Text::new(
            "The date header is malformed",
            "date 请求头格式错误",
            "date 標頭格式錯誤",
            "date ヘッダーの形式が正しくありません",
        ),
        ApiCode::NoTimestamp => Text::new(
            "The date header is missing",
            "缺少 date 请求头",
            "缺少 date 標頭",
            "date ヘッダーがありません",
        ),
        ApiCode::TimestampTooFar => Text::new(
            "The date header is too far from the server's time",
            "date 请求头与服务器时间相差过大",
            "date 標頭與伺服器時間相差過大",
            "date ヘッダーがサーバーの時刻から離れすぎています",
        ),
        ApiCode::NonceUsed => Text::new(
            "The signature nonce is missing, too long or was used before",
            "签名随机数缺失、过长或已被使用",
            "簽章隨機數缺失、過長或已被使用",
            "署名の nonce がないか、長すぎるか、使用済みです",
        ),
        _ => Text::new(
            "The signature is wrong",
            "签名错误",
            "簽章錯誤",
            "署名が正しくありません",
        ),
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
