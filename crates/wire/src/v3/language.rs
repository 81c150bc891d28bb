//! The language of `message`, from `x-genauth-lang` or `x-authing-lang`.

use super::string_enum::string_enum;

string_enum! {
    /// A language that messages exist in.
    #[derive(Default)]
    pub enum Language {
        /// American English, the default.
        #[default]
        EnUs = "en-US",
        /// Simplified Chinese.
        ZhCn = "zh-CN",
        /// Traditional Chinese.
        ZhTw = "zh-TW",
        /// Japanese.
        JaJp = "ja-JP",
    }
}

impl Language {
    /// The language of a header's value. An absent, empty or unknown value
    /// means the default: a language is a wish, never a reason to fail.
    pub fn from_header(value: Option<&str>) -> Self {
        let wanted = value.unwrap_or_default().trim();
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.as_str().eq_ignore_ascii_case(wanted))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_ones_are_found_and_the_rest_is_english() {
        assert_eq!(Language::from_header(Some("zh-CN")), Language::ZhCn);
        assert_eq!(Language::from_header(Some("zh-tw")), Language::ZhTw);
        assert_eq!(Language::from_header(Some(" ja-JP ")), Language::JaJp);
        assert_eq!(Language::from_header(Some("")), Language::EnUs);
        assert_eq!(Language::from_header(Some("de-DE")), Language::EnUs);
        assert_eq!(Language::from_header(None), Language::EnUs);
    }
}
