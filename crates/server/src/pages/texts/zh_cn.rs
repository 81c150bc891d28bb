//! Simplified Chinese.

use super::{ErrorText, ErrorTexts, Phrase, ScopeText, ScopeTexts, Texts};

pub(super) static TEXTS: Texts = Texts {
    problem_title: Phrase::new("错误：", ""),
    to_continue: Phrase::new("以继续使用 ", ""),

    sign_in: "登录",
    identifier: "用户名、邮箱或手机号",
    password: "密码",
    sign_in_button: "登录",
    reauthenticate: "请确认是您本人",
    reauthenticate_hint: "请再次输入密码以继续。",
    reauthenticate_button: "确认",

    missing_identifier: "请输入用户名、邮箱或手机号。",
    missing_password: "请输入密码。",
    wrong_credentials: "账号或密码错误，请检查后重试。",
    wait_seconds: Phrase::new("尝试次数过多，请在 ", " 秒后重试。"),
    wait_minutes: Phrase::new("尝试次数过多，请在 ", " 分钟后重试。"),
    account_locked: "此账号已被锁定或停用，请联系管理员。",
    password_must_be_reset: "您需要先重置密码才能登录，请联系管理员。",
    sign_in_form_expired: "页面已过期，请重新输入密码。",
    sign_in_unavailable: "暂时无法登录，请稍后重试。",

    choose_account: "选择账号",
    continue_as: Phrase::new("以 ", " 的身份继续"),
    other_account: "使用其他账号",

    consent: "授权访问",
    consent_question: Phrase::new("允许 ", " 访问您的账号？"),
    signed_in_as: "当前登录账号",
    consent_list: "该应用将可以：",
    consent_duration: "此授权在您退出登录或会话结束前有效。",
    allow: "允许",
    deny: "不允许",
    scopes: ScopeTexts {
        openid: ScopeText::new("识别您的身份", "通过您账号的标识符"),
        offline_access: ScopeText::new("在您离开时保持访问", "仅限您保持登录期间"),
        profile: ScopeText::new("查看您的个人资料", "如姓名、头像、性别、生日、语言和时区"),
        email: ScopeText::new("查看您的邮箱地址", "以及邮箱是否已验证"),
        phone: ScopeText::new("查看您的手机号", "以及手机号是否已验证"),
        address: ScopeText::new("查看您的通讯地址", "即您账号中保存的地址"),
        username: ScopeText::new("查看您的用户名", "即您可用于登录的名称"),
        external_id: ScopeText::new("查看您的外部 ID", "即您所在组织用来识别您的 ID"),
    },

    errors: ErrorTexts {
        bad_request: ErrorText::new(
            "无法完成此请求",
            "应用发来的请求无法处理。请返回该应用后重试；如果问题持续出现，请联系应用的运营方。",
        ),
        unknown_application: ErrorText::new(
            "未知的应用",
            "将您带到此处的应用未注册或已停用，请联系应用的运营方。",
        ),
        unknown_redirect_uri: ErrorText::new(
            "无法将您带回应用",
            "返回地址未在此应用中登记。为保护您的安全，我们已停止跳转。请联系应用的运营方。",
        ),
        form_expired: ErrorText::new("页面已过期", "请返回应用，重新开始。"),
        session_limit: ErrorText::new(
            "登录的设备过多",
            "您登录的设备数已达上限。请先在其中一台设备上退出登录，然后重试。",
        ),
        not_allowed: ErrorText::new("不允许此操作", "如果您认为应当允许，请联系管理员。"),
        unavailable: ErrorText::new("服务暂时不可用", "目前无法响应，请稍后重试。"),
        fault: ErrorText::new(
            "出错了",
            "这是我们这边的问题，请稍后重试。如果问题持续出现，请将请求 ID 告知管理员。",
        ),
    },
    error_code: "错误代码",
    request_id: "请求 ID",

    sign_out_question: "要退出登录吗？",
    sign_out_asked_by: Phrase::new("", " 请求让您退出登录。"),
    sign_out_effect: "您将在此浏览器中退出登录，并退出通过本次登录打开的所有应用。",
    sign_out_yes: "退出登录",
    sign_out_no: "保持登录",
    signed_out: "您已退出登录",
    not_signed_out: "您没有退出登录",
    signed_out_hint: "现在可以关闭此窗口。",

    returning: "请稍候…",
    returning_to: Phrase::new("正在返回 ", ""),
    returning_hint: "如果页面没有跳转，请点击“继续”。",
    go_on: "继续",

    the_application: "此应用",
};
