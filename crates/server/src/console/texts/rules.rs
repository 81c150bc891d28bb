//! Why an operation refused: one text for each rule.

super::texts! {
    /// Why an operation refused.
    Rules {
        password_short: "The password is too short." | "密码过短。" | "密碼過短。" | "パスワードが短すぎます。";
        administrator_password: "An administrator's password needs at least 15 characters." | "管理员的密码至少需要 15 个字符。" | "管理員的密碼至少需要 15 個字元。" | "管理者のパスワードは 15 文字以上必要です。";
        username_form: "The username looks like an ID, an e-mail address or a number, or has characters that are not seen." | "用户名不能形如 ID、邮箱或纯数字，也不能含有不可见字符。" | "使用者名稱不能形如 ID、電子郵件或純數字，也不能含有不可見字元。" | "ユーザー名に ID、メールアドレス、数字のみの形式や、見えない文字は使えません。";
        only_shorten: "An application may only be stricter than its user pool." | "应用的限制只能比用户池更严格。" | "應用程式的限制只能比使用者集區更嚴格。" | "アプリケーションの制限はユーザープールより厳しくする必要があります。";
        client_credentials: "Only an application that keeps a secret may have tokens of its own (client_credentials)." | "只有能够保存密钥的应用才能使用自己的令牌（client_credentials）。" | "只有能夠保存密鑰的應用程式才能使用自己的權杖（client_credentials）。" | "自身のトークン（client_credentials）は、シークレットを保持できるアプリケーションだけが使えます。";
        public_pkce: "An application that keeps no secret needs PKCE." | "不保存密钥的应用必须使用 PKCE。" | "不保存密鑰的應用程式必須使用 PKCE。" | "シークレットを保持しないアプリケーションには PKCE が必要です。";
        endpoint_secret: "An application that keeps a secret must show it at every endpoint." | "能够保存密钥的应用在每个端点都必须出示密钥。" | "能夠保存密鑰的應用程式在每個端點都必須出示密鑰。" | "シークレットを保持するアプリケーションは、すべてのエンドポイントで提示する必要があります。";
        root_key: "A user pool's root key can neither be deleted nor switched off, and keeps all permissions." | "用户池的根密钥不能删除或停用，且始终拥有全部权限。" | "使用者集區的根金鑰不能刪除或停用，且始終擁有全部權限。" | "ユーザープールのルートキーは削除も無効化もできず、常にすべての権限を持ちます。";
        too_many: "There are as many as there may be of: {}." | "数量已达上限：{}。" | "數量已達上限：{}。" | "上限に達しています：{}。";
        page_limit: "A page may have 50 entries at most." | "每页最多 50 条。" | "每頁最多 50 筆。" | "一ページは 50 件までです。";
        credentials: "The account or the password is wrong." | "账号或密码错误。" | "帳號或密碼錯誤。" | "アカウントまたはパスワードが違います。";
        old_password: "The old password is wrong." | "原密码错误。" | "原密碼錯誤。" | "現在のパスワードが違います。";
        elsewhere: "That belongs to another user pool or application: {}." | "该内容属于其他用户池或应用：{}。" | "該內容屬於其他使用者集區或應用程式：{}。" | "別のユーザープールまたはアプリケーションのものです：{}。";
        sign_in_off: "This application may not sign people in this way." | "此应用不允许以此方式登录。" | "此應用程式不允許以此方式登入。" | "このアプリケーションではこの方法でサインインできません。";
        registration_off: "People may not register by themselves in this user pool." | "此用户池不允许自行注册。" | "此使用者集區不允許自行註冊。" | "このユーザープールでは自分で登録できません。";
        session_limit: "The user has as many sessions as are allowed." | "该用户的会话数已达上限。" | "該使用者的工作階段數已達上限。" | "このユーザーのセッション数は上限に達しています。";
        recent_sign_in: "That needs a sign-in of the last minutes, or the old password." | "需要近几分钟内登录，或提供原密码。" | "需要近幾分鐘內登入，或提供原密碼。" | "直前のサインイン、または現在のパスワードが必要です。";
        user_locked: "The user is locked or not activated." | "用户已被锁定或未激活。" | "使用者已被鎖定或未啟用。" | "ユーザーがロックされているか、有効ではありません。";
        must_reset: "The user must reset the password first." | "用户必须先重置密码。" | "使用者必須先重設密碼。" | "先にパスワードを再設定する必要があります。";
        throttled: "Too many attempts: wait {} and try again." | "尝试次数过多：请等待 {} 后重试。" | "嘗試次數過多：請等待 {} 後重試。" | "試行回数が多すぎます。{} 待ってからやり直してください。";
        not_built: "This server does not have that yet: {}." | "此服务器尚不支持：{}。" | "此伺服器尚不支援：{}。" | "このサーバーはまだ対応していません：{}。";
        third_party: "Somebody else's server failed, or could not be reached: {}." | "第三方服务器出错或无法访问：{}。" | "第三方伺服器發生錯誤或無法連線：{}。" | "外部のサーバーでエラーが発生したか、接続できません：{}。";
    }
}
