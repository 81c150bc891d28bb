//! Traditional Chinese, as in Taiwan.

use super::{ErrorText, ErrorTexts, Phrase, ScopeText, ScopeTexts, Texts};

pub(super) static TEXTS: Texts = Texts {
    problem_title: Phrase::new("錯誤：", ""),
    to_continue: Phrase::new("以繼續使用 ", ""),

    sign_in: "登入",
    identifier: "使用者名稱、電子郵件或手機號碼",
    password: "密碼",
    sign_in_button: "登入",
    reauthenticate: "請確認是您本人",
    reauthenticate_hint: "請再次輸入密碼以繼續。",
    reauthenticate_button: "確認",

    missing_identifier: "請輸入使用者名稱、電子郵件或手機號碼。",
    missing_password: "請輸入密碼。",
    wrong_credentials: "帳號或密碼錯誤，請檢查後再試一次。",
    wait_seconds: Phrase::new("嘗試次數過多，請於 ", " 秒後再試。"),
    wait_minutes: Phrase::new("嘗試次數過多，請於 ", " 分鐘後再試。"),
    account_locked: "此帳號已被鎖定或停用，請聯絡管理員。",
    password_must_be_reset: "您必須先重設密碼才能登入，請聯絡管理員。",
    sign_in_form_expired: "頁面已過期，請重新輸入密碼。",
    sign_in_unavailable: "目前無法登入，請稍後再試。",

    choose_account: "選擇帳號",
    continue_as: Phrase::new("以 ", " 的身分繼續"),
    other_account: "使用其他帳號",

    consent: "授權存取",
    consent_question: Phrase::new("允許 ", " 存取您的帳號？"),
    signed_in_as: "目前登入的帳號",
    consent_list: "此應用程式將可以：",
    consent_duration: "此授權在您登出或工作階段結束前有效。",
    allow: "允許",
    deny: "不允許",
    scopes: ScopeTexts {
        openid: ScopeText::new("識別您的身分", "透過您帳號的識別碼"),
        offline_access: ScopeText::new("在您離開時保持存取", "僅限您保持登入的期間"),
        profile: ScopeText::new("查看您的個人資料", "例如姓名、頭像、性別、生日、語言和時區"),
        email: ScopeText::new("查看您的電子郵件地址", "以及是否已驗證"),
        phone: ScopeText::new("查看您的手機號碼", "以及是否已驗證"),
        address: ScopeText::new("查看您的通訊地址", "即您帳號中儲存的地址"),
        username: ScopeText::new("查看您的使用者名稱", "即您可用來登入的名稱"),
        external_id: ScopeText::new("查看您的外部 ID", "即您所屬組織用來識別您的 ID"),
    },

    errors: ErrorTexts {
        bad_request: ErrorText::new(
            "無法完成此請求",
            "應用程式送來的請求無法處理。請返回該應用程式後再試一次；若問題持續發生，請聯絡應用程式的營運方。",
        ),
        unknown_application: ErrorText::new(
            "未知的應用程式",
            "將您帶到這裡的應用程式未註冊或已停用，請聯絡應用程式的營運方。",
        ),
        unknown_redirect_uri: ErrorText::new(
            "無法將您帶回應用程式",
            "返回網址未在此應用程式中登記。為了保護您的安全，我們已停止導向。請聯絡應用程式的營運方。",
        ),
        form_expired: ErrorText::new("頁面已過期", "請返回應用程式，重新開始。"),
        session_limit: ErrorText::new(
            "登入的裝置過多",
            "您登入的裝置數已達上限。請先在其中一部裝置上登出，然後再試一次。",
        ),
        not_allowed: ErrorText::new("不允許此操作", "如果您認為應該允許，請聯絡管理員。"),
        unavailable: ErrorText::new("服務暫時無法使用", "目前無法回應，請稍後再試。"),
        fault: ErrorText::new(
            "發生錯誤",
            "這是我們這邊的問題，請稍後再試。若問題持續發生，請將請求 ID 告知管理員。",
        ),
    },
    error_code: "錯誤代碼",
    request_id: "請求 ID",

    sign_out_question: "要登出嗎？",
    sign_out_asked_by: Phrase::new("", " 要求將您登出。"),
    sign_out_effect: "您將在此瀏覽器中登出，並登出透過本次登入開啟的所有應用程式。",
    sign_out_yes: "登出",
    sign_out_no: "保持登入",
    signed_out: "您已登出",
    not_signed_out: "您沒有登出",
    signed_out_hint: "現在可以關閉此視窗。",

    returning: "請稍候…",
    returning_to: Phrase::new("正在返回 ", ""),
    returning_hint: "如果頁面沒有跳轉，請按「繼續」。",
    go_on: "繼續",

    the_application: "此應用程式",
};
