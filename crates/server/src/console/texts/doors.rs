//! The first run, invitations, and signing in and out.

super::texts! {
    /// What is said before one is anybody.
    Doors {
        first_run: "Make the first owner" | "创建首位所有者" | "建立第一位擁有者" | "最初のオーナーを作成";
        first_run_lead: "This server has no administrator yet. Whoever started it has a one-time code." | "此服务器还没有管理员。启动它的人持有一次性代码。" | "此伺服器還沒有管理員。啟動它的人持有一次性代碼。" | "このサーバーにはまだ管理者がいません。起動した人が一度限りのコードを持っています。";
        code: "One-time code" | "一次性代码" | "一次性代碼" | "一度限りのコード";
        code_hint: "The server printed it when it started." | "服务器启动时已打印该代码。" | "伺服器啟動時已印出該代碼。" | "サーバーの起動時に表示されました。";
        wrong_code: "This is not the code that the server printed when it last started." | "这不是服务器上次启动时打印的代码。" | "這不是伺服器上次啟動時印出的代碼。" | "サーバーが最後に起動したときに表示したコードではありません。";
        email: "E-mail" | "邮箱" | "電子郵件" | "メールアドレス";
        password: "Password" | "密码" | "密碼" | "パスワード";
        again: "The same password again" | "再次输入密码" | "再次輸入密碼" | "パスワード（確認）";
        password_hint: "At least 15 characters: some words that belong together for nobody but you." | "至少 15 个字符：几个只有您才会联想到一起的词。" | "至少 15 個字元：幾個只有您才會聯想在一起的詞。" | "15 文字以上。自分だけが結び付ける複数の言葉がおすすめです。";
        differing: "The two passwords differ." | "两次输入的密码不同。" | "兩次輸入的密碼不同。" | "二つのパスワードが異なります。";
        make_owner: "Make owner" | "创建所有者" | "建立擁有者" | "オーナーを作成";
        welcome: "Choose a password" | "设置密码" | "設定密碼" | "パスワードの設定";
        welcome_lead: "You administer Rollcall as" | "您以此身份管理 Rollcall：" | "您以此身分管理 Rollcall：" | "次のアカウントで Rollcall を管理します：";
        set_password: "Set password" | "设置密码" | "設定密碼" | "パスワードを設定";
        link_gone: "This link is used up" | "此链接已失效" | "此連結已失效" | "このリンクは使用できません";
        link_gone_hint: "It works once, for a day. Ask an owner for another, or sign in if you have a password already." | "链接仅能使用一次，有效期一天。请向所有者索取新链接；如已有密码，请直接登录。" | "連結僅能使用一次，有效期一天。請向擁有者索取新連結；如已有密碼，請直接登入。" | "リンクは一日以内に一度だけ使えます。オーナーに再発行を依頼するか、パスワードがあればサインインしてください。";
        signed_out: "You are signed out" | "您已退出登录" | "您已登出" | "サインアウトしました";
        signed_out_hint: "Nothing of the console is kept in this browser." | "此浏览器中未保留控制台的任何内容。" | "此瀏覽器中未保留控制台的任何內容。" | "このブラウザにコンソールの内容は残っていません。";
        sign_in_again: "Sign in again" | "重新登录" | "重新登入" | "もう一度サインイン";
    }
}
