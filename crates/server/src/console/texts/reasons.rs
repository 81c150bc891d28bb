//! Why a login ended or will end, and who did it.

super::texts! {
    /// Why a login ended or will end, and who did it.
    Reasons {
        signed_out: "The person signed out" | "本人退出登录" | "本人登出" | "本人がサインアウト";
        kicked: "Kicked" | "被踢出" | "被踢出" | "強制サインアウト";
        session_revoked: "All sessions were ended" | "所有会话已被结束" | "所有工作階段已被結束" | "すべてのセッションが終了";
        token_revoked: "The token was revoked" | "令牌被撤销" | "權杖被撤銷" | "トークンが取り消された";
        code_reused: "An authorization code was used twice" | "授权码被使用两次" | "授權碼被使用兩次" | "認可コードが二度使われた";
        refresh_token_reused: "A refresh token was used twice" | "刷新令牌被使用两次" | "更新權杖被使用兩次" | "リフレッシュトークンが二度使われた";
        not_redeemed: "The application never finished the sign-in" | "应用未完成登录" | "應用程式未完成登入" | "アプリケーションがサインインを完了しなかった";
        idle_timeout: "Too long without activity" | "长时间无活动" | "長時間無活動" | "操作がない時間が長すぎた";
        max_lifetime: "The maximum lifetime was reached" | "达到最长有效期" | "達到最長有效期" | "最長期間に達した";
        policy_changed: "The session policy was shortened" | "会话策略缩短" | "工作階段原則縮短" | "セッションポリシーが短縮された";
        replaced: "A later sign-in took its place" | "被之后的登录取代" | "被之後的登入取代" | "後のサインインに置き換えられた";
        password_changed: "The password was changed" | "密码已更改" | "密碼已變更" | "パスワードが変更された";
        user_disabled: "The user is not activated any more" | "用户不再处于激活状态" | "使用者不再處於啟用狀態" | "ユーザーが有効でなくなった";
        user_deleted: "The user was deleted" | "用户已删除" | "使用者已刪除" | "ユーザーが削除された";
        app_disabled: "The application was switched off" | "应用已停用" | "應用程式已停用" | "アプリケーションが停止された";
        app_deleted: "The application was deleted" | "应用已删除" | "應用程式已刪除" | "アプリケーションが削除された";
        device_revoked: "The person ended this device" | "本人结束了此设备" | "本人結束了此裝置" | "本人がこの端末を終了した";
        upstream_logout: "Signed out at the identity source" | "在身份源退出登录" | "在身分來源登出" | "ID 提供元でサインアウト";
        by_login_idle: "if the application sees no activity" | "如果应用中无活动" | "如果應用程式中無活動" | "アプリケーションで操作がない場合";
        by_login_lifetime: "by the application's maximum lifetime" | "按应用的最长有效期" | "依應用程式的最長有效期" | "アプリケーションの最長期間による";
        by_session_idle: "if the whole session sees no activity" | "如果整个会话无活动" | "如果整個工作階段無活動" | "セッション全体で操作がない場合";
        by_session_lifetime: "by the session's maximum lifetime" | "按会话的最长有效期" | "依工作階段的最長有效期" | "セッションの最長期間による";
        by_code: "if the application does not finish the sign-in" | "如果应用未完成登录" | "如果應用程式未完成登入" | "アプリケーションがサインインを完了しない場合";
        actor_system: "Rollcall itself" | "Rollcall 自身" | "Rollcall 自身" | "Rollcall 自身";
        actor_operator: "the command line" | "命令行" | "命令列" | "コマンドライン";
        actor_person: "the person" | "本人" | "本人" | "本人";
        actor_key: "access key {}" | "访问密钥 {}" | "存取金鑰 {}" | "アクセスキー {}";
        actor_client: "application {}" | "应用 {}" | "應用程式 {}" | "アプリケーション {}";
        actor_administrator: "administrator {}" | "管理员 {}" | "管理員 {}" | "管理者 {}";
    }
}
