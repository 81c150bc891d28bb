//! Which language a page speaks.

use rollcall_wire::v3::Language;

/// The language of a page: the first that we have among `ui_locales` (OIDC Core
/// section 3.1.2.1: in order of preference), else the most wanted that we have
/// in `Accept-Language` (RFC 9110, section 12.5.4), else English. A language is
/// a wish: what is unknown or malformed is passed over.
pub(crate) fn choose(ui_locales: Option<&str>, accept_language: Option<&str>) -> Language {
    ui_locales
        .and_then(first_known)
        .or_else(|| accept_language.and_then(most_wanted))
        .unwrap_or_default()
}

fn first_known(locales: &str) -> Option<Language> {
    locales.split_ascii_whitespace().find_map(language_of)
}

/// Among equals the first, as people and browsers write them.
fn most_wanted(header: &str) -> Option<Language> {
    let mut best: Option<(u16, Language)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let language = parts.next().and_then(language_of);
        let weight = parts.next().map_or(Some(1000), weight);
        if let (Some(language), Some(weight)) = (language, weight)
            && weight > best.map_or(0, |(found, _)| found)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.8` in thousandths (RFC 9110, section 12.4.2).
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = match value.trim().split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (value.trim(), ""),
    };
    let is_number = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths: u16 = is_number.then(|| format!("{fraction:0<3}").parse().ok())??;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

/// The language of a tag (RFC 5646), by its language and, for Chinese, by its
/// script, or by the region where it has none.
fn language_of(tag: &str) -> Option<Language> {
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    if primary.eq_ignore_ascii_case("en") {
        return Some(Language::EnUs);
    }
    if primary.eq_ignore_ascii_case("ja") {
        return Some(Language::JaJp);
    }
    if !primary.eq_ignore_ascii_case("zh") {
        return None;
    }
    let is_any = |part: &str, names: &[&str]| names.iter().any(|n| part.eq_ignore_ascii_case(n));
    for part in parts {
        if is_any(part, &["Hans"]) {
            return Some(Language::ZhCn);
        }
        if is_any(part, &["Hant", "TW", "HK", "MO"]) {
            return Some(Language::ZhTw);
        }
    }
    Some(Language::ZhCn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{EnUs, JaJp, ZhCn, ZhTw};

    #[test]
    fn the_first_known_locale_is_taken() {
        let of = |locales| choose(Some(locales), None);
        assert_eq!(of("ja"), JaJp);
        assert_eq!(of("JA-jp"), JaJp);
        assert_eq!(of("en-GB ja"), EnUs);
        assert_eq!(of("fr-CA  de zh-CN en"), ZhCn);
        assert_eq!(of("tlh"), EnUs);
        assert_eq!(of(""), EnUs);
        assert_eq!(of("jam enm zha"), EnUs);
    }

    #[test]
    fn chinese_goes_by_script_then_region() {
        let of = |locales| choose(Some(locales), None);
        for simplified in ["zh", "zh-CN", "zh-SG", "zh-Hans", "zh-Hans-HK", "zh-yue"] {
            assert_eq!(of(simplified), ZhCn, "{simplified}");
        }
        for traditional in ["zh-TW", "zh-hk", "zh-MO", "zh-Hant", "zh-Hant-CN"] {
            assert_eq!(of(traditional), ZhTw, "{traditional}");
        }
    }

    #[test]
    fn the_request_goes_before_the_browser() {
        assert_eq!(choose(Some("ja"), Some("zh-CN")), JaJp);
        assert_eq!(choose(Some("de"), Some("zh-CN")), ZhCn);
        assert_eq!(choose(None, None), EnUs);
    }

    #[test]
    fn the_browser_weighs() {
        let of = |header| choose(None, Some(header));
        assert_eq!(of("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7"), ZhTw);
        assert_eq!(of("en;q=0.5, ja;q=0.9"), JaJp);
        assert_eq!(of("de, fr;q=0.9, ja;q=0.001"), JaJp);
        assert_eq!(of("ja;q=0.8,zh;q=0.8"), JaJp);
        assert_eq!(of("ja;q=0, zh ; q=0.1"), ZhCn);
        assert_eq!(of("ja;Q=1.000,zh;q=0.999"), JaJp);
        assert_eq!(of("*, ja;q=0.5"), JaJp);
    }

    #[test]
    fn what_is_malformed_is_passed_over() {
        let of = |header| choose(None, Some(header));
        for header in [
            "",
            ",,;",
            "ja;q=2",
            "ja;q=1.1",
            "ja;q=0.0001",
            "ja;q=x",
            "ja;q",
        ] {
            assert_eq!(of(header), EnUs, "{header}");
        }
        assert_eq!(of("ja;q=-1, zh-TW;q=0.1"), ZhTw);
        assert_eq!(of("ja;level=1, zh-TW;q=0.1"), ZhTw);
    }
}
