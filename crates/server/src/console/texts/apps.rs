//! Applications.

super::texts! {
    /// Applications.
    Apps {
        search: "Name, identifier or ID" | "名称、标识或 ID" | "名稱、識別碼或 ID" | "名前、識別子、ID";
        none_found: "No application fits." | "没有匹配的应用。" | "沒有符合的應用程式。" | "該当するアプリケーションはありません。";
        off: "off" | "已停用" | "已停用" | "停止中";
        kind_web: "Web application" | "Web 应用" | "Web 應用程式" | "Web アプリケーション";
        kind_spa: "Single-page application" | "单页应用" | "單頁應用程式" | "シングルページアプリケーション";
        kind_native: "Mobile or desktop application" | "移动或桌面应用" | "行動或桌面應用程式" | "モバイル・デスクトップアプリ";
        kind_api: "Service without users' browsers" | "后端服务" | "後端服務" | "バックエンドサービス";
        kind_mini: "Mini program" | "小程序" | "小程式" | "ミニプログラム";
        new_application: "New application" | "新建应用" | "新增應用程式" | "アプリケーションの作成";
        what_kind: "What kind is it?" | "应用类型" | "應用程式類型" | "種類";
        about_web: "Runs on a server and keeps a secret." | "在服务器上运行，可保管密钥。" | "在伺服器上執行，可保管密鑰。" | "サーバーで動作し、シークレットを保持します。";
        about_spa: "Runs in the browser alone; PKCE protects it." | "仅在浏览器中运行，由 PKCE 保护。" | "僅在瀏覽器中執行，由 PKCE 保護。" | "ブラウザだけで動作し、PKCE で保護されます。";
        about_native: "Runs on a phone or a computer; PKCE protects it." | "在手机或电脑上运行，由 PKCE 保护。" | "在手機或電腦上執行，由 PKCE 保護。" | "スマートフォンや PC で動作し、PKCE で保護されます。";
        about_api: "Signs people in by the JSON API, and keeps a secret." | "通过 JSON API 登录用户，可保管密钥。" | "透過 JSON API 登入使用者，可保管密鑰。" | "JSON API でサインインし、シークレットを保持します。";
        name_hint: "People see it when they sign in." | "用户登录时会看到该名称。" | "使用者登入時會看到該名稱。" | "サインインする人に表示されます。";
        redirect_uris: "Redirect URIs" | "回调地址" | "重新導向 URI" | "リダイレクト URI";
        redirect_hint: "One on each line, compared exactly. https, or http on loopback." | "每行一个，完全匹配。使用 https，或本机 http。" | "每行一個，完全符合。使用 https，或本機 http。" | "一行に一つ、完全一致で比較します。https、またはループバックの http。";
        logout_redirect_uris: "Redirect URIs after sign-out" | "退出后的回调地址" | "登出後的重新導向 URI" | "サインアウト後のリダイレクト URI";
        backchannel: "Back-channel logout URI" | "后端登出通知地址" | "後端登出通知網址" | "バックチャネルログアウト URI";
        backchannel_hint: "Here the application is told of each end of a login. Empty: it is not told." | "每次登录结束时通知此地址。留空则不通知。" | "每次登入結束時通知此網址。留空則不通知。" | "サインインの終了ごとにここへ通知します。空欄なら通知しません。";
        make_application: "Make application" | "创建应用" | "建立應用程式" | "作成";
        made: "The application is there. Its ids and a first call are below." | "应用已创建。下面是其 ID 和首个调用示例。" | "應用程式已建立。下面是其 ID 和首個呼叫範例。" | "アプリケーションを作成しました。ID と最初の呼び出し例は以下のとおりです。";
        connect: "Connect" | "接入" | "接入" | "接続";
        client_id: "Application ID (client_id)" | "应用 ID（client_id）" | "應用程式 ID（client_id）" | "アプリケーション ID（client_id）";
        pool_id: "User pool ID" | "用户池 ID" | "使用者集區 ID" | "ユーザープール ID";
        issuer: "Issuer" | "签发者（Issuer）" | "簽發者（Issuer）" | "発行者（Issuer）";
        discovery: "Discovery" | "发现文档" | "探索文件" | "ディスカバリー";
        snippets_hint: "Is alice@example.com signed in to this application, right now? With an access key that has the permission check:" | "alice@example.com 现在是否登录了此应用？使用具有 check 权限的访问密钥：" | "alice@example.com 現在是否登入了此應用程式？使用具有 check 權限的存取金鑰：" | "alice@example.com は今このアプリケーションにサインインしていますか？check 権限を持つアクセスキーで：";
        uris_and_policy: "URIs and session policy" | "地址与会话策略" | "URI 與工作階段原則" | "URI とセッションポリシー";
        idle_minutes: "Idle timeout, minutes" | "闲置超时（分钟）" | "閒置逾時（分鐘）" | "アイドルタイムアウト（分）";
        max_minutes: "Maximum lifetime, minutes" | "最长有效期（分钟）" | "最長有效期（分鐘）" | "最長期間（分）";
        sessions_per_user: "Sessions per user" | "每用户会话数" | "每位使用者工作階段數" | "ユーザーごとのセッション数";
        policy_hint: "Empty follows the user pool; an application may only be stricter. Shortening ends at once what has outlived it." | "留空则遵循用户池；应用只能更严格。缩短后，已超出的登录立即结束。" | "留空則遵循使用者集區；應用程式只能更嚴格。縮短後，已超出的登入立即結束。" | "空欄はユーザープールに従います。より厳しくのみ設定でき、短縮すると超過したものは直ちに終了します。";
        refuses: "Refuse a sign-in above that number, instead of ending the oldest" | "超出数量时拒绝登录，而不是结束最早的会话" | "超出數量時拒絕登入，而不是結束最早的工作階段" | "上限を超えたら、最も古いものを終了せずにサインインを拒否する";
        sso: "Takes part in single sign-on" | "参与单点登录" | "參與單一登入" | "シングルサインオンに参加する";
        secret_and_switch: "Secret and switch" | "密钥与开关" | "密鑰與開關" | "シークレットと停止";
        secret: "Application secret" | "应用密钥" | "應用程式密鑰" | "アプリケーションシークレット";
        secret_of: "Secret of {}" | "{} 的密钥" | "{} 的密鑰" | "{} のシークレット";
        show_secret: "Show secret" | "显示密钥" | "顯示密鑰" | "シークレットを表示";
        secret_shown: "That it was shown is in the audit log." | "查看操作已记入审计日志。" | "檢視操作已記入稽核記錄。" | "表示したことは監査ログに記録されます。";
        secret_rotated: "The former secret is refused from now on." | "旧密钥从现在起失效。" | "舊密鑰從現在起失效。" | "以前のシークレットは今後拒否されます。";
        rotate: "Rotate secret" | "轮换密钥" | "輪替密鑰" | "シークレットを更新";
        rotate_title: "Rotate the secret?" | "轮换密钥？" | "輪替密鑰？" | "シークレットを更新しますか？";
        rotate_effect: "The present secret stops working at once: the application cannot sign anybody in until it has the new one. Who is signed in stays so." | "当前密钥立即失效：应用在获得新密钥前无法登录任何人。已登录的用户不受影响。" | "目前密鑰立即失效：應用程式在取得新密鑰前無法登入任何人。已登入的使用者不受影響。" | "現在のシークレットは直ちに無効になり、新しいものを設定するまでサインインできません。サインイン中の人はそのままです。";
        switch_off: "Switch off" | "停用" | "停用" | "停止";
        switch_off_title: "Switch the application off?" | "停用此应用？" | "停用此應用程式？" | "アプリケーションを停止しますか？";
        switch_off_effect: "Everybody is signed out of it at once, and nobody can sign in to it. Switching it on again brings no login back." | "所有人立即退出该应用，且无法再登录。重新启用不会恢复登录。" | "所有人立即登出該應用程式，且無法再登入。重新啟用不會恢復登入。" | "全員が直ちにサインアウトし、誰もサインインできなくなります。再開してもサインインは戻りません。";
        switch_on: "Switch on" | "启用" | "啟用" | "再開";
        switch_on_title: "Switch the application on?" | "启用此应用？" | "啟用此應用程式？" | "アプリケーションを再開しますか？";
        switch_on_effect: "People can sign in to it again." | "用户可再次登录该应用。" | "使用者可再次登入該應用程式。" | "再びサインインできるようになります。";
    }
}
