//! Japanese.

use super::{ErrorText, ErrorTexts, Phrase, ScopeText, ScopeTexts, Texts};

pub(super) static TEXTS: Texts = Texts {
    problem_title: Phrase::new("エラー：", ""),
    to_continue: Phrase::new("", " に進みます"),

    sign_in: "ログイン",
    identifier: "ユーザー名・メールアドレス・電話番号",
    password: "パスワード",
    sign_in_button: "ログイン",
    reauthenticate: "ご本人確認",
    reauthenticate_hint: "続行するには、パスワードをもう一度入力してください。",
    reauthenticate_button: "確認",

    missing_identifier: "ユーザー名、メールアドレス、電話番号のいずれかを入力してください。",
    missing_password: "パスワードを入力してください。",
    wrong_credentials: "アカウントまたはパスワードが正しくありません。確認してもう一度お試しください。",
    wait_seconds: Phrase::new("試行回数が多すぎます。", " 秒後にもう一度お試しください。"),
    wait_minutes: Phrase::new("試行回数が多すぎます。", " 分後にもう一度お試しください。"),
    account_locked: "このアカウントはロックされているか、無効になっています。管理者にお問い合わせください。",
    password_must_be_reset: "ログインする前にパスワードのリセットが必要です。管理者にお問い合わせください。",
    sign_in_form_expired: "ページの有効期限が切れました。パスワードをもう一度入力してください。",
    sign_in_unavailable: "現在ログインできません。しばらくしてからもう一度お試しください。",

    choose_account: "アカウントの選択",
    continue_as: Phrase::new("", " として続行"),
    other_account: "別のアカウントを使用",

    consent: "アクセスの許可",
    consent_question: Phrase::new("", " にアカウントへのアクセスを許可しますか？"),
    signed_in_as: "ログイン中のアカウント",
    consent_list: "このアプリケーションができること：",
    consent_duration: "この許可は、ログアウトするかセッションが終了するまで有効です。",
    allow: "許可する",
    deny: "許可しない",
    scopes: ScopeTexts {
        openid: ScopeText::new("本人の識別", "アカウントの識別子によります"),
        offline_access: ScopeText::new("離席中のアクセスの継続", "ログインしている間に限ります"),
        profile: ScopeText::new(
            "プロフィールの参照",
            "氏名、写真、性別、生年月日、言語、タイムゾーンなど",
        ),
        email: ScopeText::new("メールアドレスの参照", "確認済みかどうかを含みます"),
        phone: ScopeText::new("電話番号の参照", "確認済みかどうかを含みます"),
        address: ScopeText::new("住所の参照", "アカウントに登録されている住所"),
        username: ScopeText::new("ユーザー名の参照", "ログインに使用できる名前"),
        external_id: ScopeText::new("外部 ID の参照", "所属組織が本人の識別に使用する ID"),
    },

    errors: ErrorTexts {
        bad_request: ErrorText::new(
            "リクエストを完了できません",
            "アプリケーションから送られたリクエストを処理できませんでした。アプリケーションに戻って、もう一度お試しください。問題が続く場合は、アプリケーションの運営者にお問い合わせください。",
        ),
        unknown_application: ErrorText::new(
            "不明なアプリケーション",
            "移動元のアプリケーションが登録されていないか、無効になっています。アプリケーションの運営者にお問い合わせください。",
        ),
        unknown_redirect_uri: ErrorText::new(
            "アプリケーションに戻れません",
            "戻り先のアドレスがこのアプリケーションに登録されていないため、安全のためここで停止しました。アプリケーションの運営者にお問い合わせください。",
        ),
        form_expired: ErrorText::new(
            "ページの有効期限が切れました",
            "アプリケーションに戻って、最初からやり直してください。",
        ),
        session_limit: ErrorText::new(
            "デバイス数の上限に達しました",
            "ログイン中のデバイス数が上限に達しています。いずれかのデバイスでログアウトしてから、もう一度お試しください。",
        ),
        not_allowed: ErrorText::new(
            "この操作は許可されていません",
            "許可されるべきだと思われる場合は、管理者にお問い合わせください。",
        ),
        unavailable: ErrorText::new(
            "一時的に利用できません",
            "現在応答できません。しばらくしてからもう一度お試しください。",
        ),
        fault: ErrorText::new(
            "エラーが発生しました",
            "こちら側の問題です。しばらくしてからもう一度お試しください。問題が続く場合は、リクエスト ID を管理者にお伝えください。",
        ),
    },
    error_code: "エラーコード",
    request_id: "リクエスト ID",

    sign_out_question: "ログアウトしますか？",
    sign_out_asked_by: Phrase::new("", " がログアウトを求めています。"),
    sign_out_effect: "このブラウザーと、このログインで開いたすべてのアプリケーションからログアウトします。",
    sign_out_yes: "ログアウト",
    sign_out_no: "ログインしたままにする",
    signed_out: "ログアウトしました",
    not_signed_out: "ログアウトしませんでした",
    signed_out_hint: "このウィンドウを閉じてかまいません。",

    returning: "しばらくお待ちください…",
    returning_to: Phrase::new("", " に戻ります"),
    returning_hint: "画面が切り替わらない場合は、「続行」を押してください。",
    go_on: "続行",

    the_application: "このアプリケーション",
};
