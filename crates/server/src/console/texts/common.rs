//! What many pages say.

super::texts! {
    /// What many pages say.
    Common {
        skip: "Skip to content" | "跳到内容" | "跳到內容" | "本文へ移動";
        navigation: "Console" | "控制台" | "控制台" | "コンソール";
        overview: "Overview" | "概览" | "總覽" | "概要";
        online: "Who is online" | "谁在线" | "誰在線上" | "サインイン中の人";
        check: "Check" | "检查" | "檢查" | "確認";
        users: "Users" | "用户" | "使用者" | "ユーザー";
        applications: "Applications" | "应用" | "應用程式" | "アプリケーション";
        application: "Application" | "应用" | "應用程式" | "アプリケーション";
        audit: "Audit log" | "审计日志" | "稽核記錄" | "監査ログ";
        deliveries: "Logout deliveries" | "登出通知" | "登出通知" | "ログアウト通知";
        keys: "Keys" | "密钥" | "金鑰" | "キー";
        settings: "Settings" | "设置" | "設定" | "設定";
        pools: "User pools" | "用户池" | "使用者集區" | "ユーザープール";
        no_pools: "You have no role in any user pool. Ask an owner for one." | "您在任何用户池中都没有角色。请向所有者申请。" | "您在任何使用者集區中都沒有角色。請向擁有者申請。" | "どのユーザープールにも役割がありません。オーナーに依頼してください。";
        change_pool: "Change to another user pool" | "切换到其他用户池" | "切換到其他使用者集區" | "別のユーザープールに切り替える";
        sign_out: "Sign out" | "退出登录" | "登出" | "サインアウト";
        name: "Name" | "名称" | "名稱" | "名前";
        all: "All" | "全部" | "全部" | "すべて";
        find: "Find" | "查找" | "尋找" | "検索";
        filter: "Filter" | "筛选" | "篩選" | "絞り込む";
        save: "Save" | "保存" | "儲存" | "保存";
        cancel: "Cancel" | "取消" | "取消" | "キャンセル";
        back: "Back" | "返回" | "返回" | "戻る";
        copy: "Copy" | "复制" | "複製" | "コピー";
        next: "Next" | "下一页" | "下一頁" | "次へ";
        previous: "Previous" | "上一页" | "上一頁" | "前へ";
        older: "Older" | "更早" | "更早" | "以前の記録";
    }
}
