//! What went wrong, and what to do.

super::texts! {
    /// What went wrong, and what to do.
    Problems {
        title: "That did not work" | "操作未成功" | "操作未成功" | "実行できませんでした";
        request_id: "Request" | "请求编号" | "請求編號" | "リクエスト";
        back_home: "To the console" | "前往控制台" | "前往控制台" | "コンソールへ";
        off: "The console is not served here. It is off where other machines reach this server, unless it was started with --console-remote." | "此处不提供控制台。当其他机器可访问此服务器时，除非使用 --console-remote 启动，否则控制台处于关闭状态。" | "此處不提供控制台。當其他機器可存取此伺服器時，除非使用 --console-remote 啟動，否則控制台處於關閉狀態。" | "ここではコンソールを利用できません。他のマシンから届くサーバーでは、--console-remote を付けて起動しない限り無効です。";
        signed_out: "You are signed out. Sign in and try again." | "您已退出登录。请登录后重试。" | "您已登出。請登入後重試。" | "サインアウトしています。サインインしてやり直してください。";
        not_found: "There is nothing here, or nothing that you may see." | "此处没有内容，或没有您可查看的内容。" | "此處沒有內容，或沒有您可檢視的內容。" | "ここには何もないか、閲覧できるものがありません。";
        not_allowed: "One must be at least {} here for that." | "至少需要“{}”角色才能执行此操作。" | "至少需要「{}」角色才能執行此操作。" | "この操作には少なくとも「{}」の役割が必要です。";
        form_expired: "The form has expired, or it was not ours. Nothing was changed: go back, reload, and try again." | "表单已过期或并非由本站发出。未做任何更改：请返回、刷新后重试。" | "表單已過期或並非由本站發出。未做任何變更：請返回、重新整理後重試。" | "フォームの期限が切れたか、正規のものではありません。何も変更されていません。戻って再読み込みし、やり直してください。";
        bad_request: "The request could not be read." | "无法读取该请求。" | "無法讀取該請求。" | "リクエストを読み取れませんでした。";
        busy: "The server is busy. Nothing was changed: try again in a moment." | "服务器繁忙。未做任何更改：请稍后重试。" | "伺服器忙碌。未做任何變更：請稍後重試。" | "サーバーが混み合っています。何も変更されていません。しばらくしてからやり直してください。";
        fault: "The server failed. Its log says more under the request below." | "服务器出错。日志中按下面的请求编号有更多信息。" | "伺服器發生錯誤。記錄中依下方請求編號有更多資訊。" | "サーバーでエラーが発生しました。下のリクエスト番号でログを確認してください。";
        invalid: "These fields are missing or malformed: {}." | "以下字段缺失或格式有误：{}。" | "以下欄位缺失或格式有誤：{}。" | "次の項目がないか、形式が正しくありません：{}。";
        taken: "Another record has this already: {}." | "其他记录已使用：{}。" | "其他記錄已使用：{}。" | "すでに使われています：{}。";
        no_name: "A user needs a username, an e-mail or a phone number." | "用户需要用户名、邮箱或手机号。" | "使用者需要使用者名稱、電子郵件或電話號碼。" | "ユーザー名、メールアドレス、電話番号のいずれかが必要です。";
        ambiguous: "This fits different users, as: {}. Use the user ID." | "该值对应多个用户（{}）。请使用用户 ID。" | "該值對應多個使用者（{}）。請使用使用者 ID。" | "複数のユーザーに該当します（{}）。ユーザー ID を使ってください。";
        permission: "Your role does not have the permission {}." | "您的角色没有权限 {}。" | "您的角色沒有權限 {}。" | "あなたの役割には権限 {} がありません。";
        server_owner: "Only an owner of the whole server may do that." | "只有整个服务器的所有者可以执行此操作。" | "只有整個伺服器的擁有者可以執行此操作。" | "サーバー全体のオーナーだけが実行できます。";
    }
}
