//! What a `User-Agent` says, as far as people ask: which browser, on what. Browsers
//! name those that they want to be taken for too, so the order counts.

use rollcall_wire::v3::logs::ParsedUserAgent;

const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("MicroMessenger/", "WeChat"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("iPod", "iOS"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// What the text says; empty where it says nothing that we know.
pub(crate) fn parsed_user_agent(text: Option<&str>) -> ParsedUserAgent {
    let text = text.unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(mark, _)| text.contains(mark));
        found.map_or("", |(_, name)| name)
    };
    let os = first(&SYSTEMS);
    ParsedUserAgent {
        device: device(text, os).to_owned(),
        browser: first(&BROWSERS).to_owned(),
        os: os.to_owned(),
    }
}

fn device(text: &str, os: &str) -> &'static str {
    match os {
        "" => "",
        "iOS" if text.contains("iPad") => "Tablet",
        "iOS" => "Mobile",
        // Android's tablets leave the word out.
        "Android" if text.contains("Mobile") => "Mobile",
        "Android" => "Tablet",
        _ => "Desktop",
    }
}

#[cfg(test)]
mod tests {
    use super::parsed_user_agent;

    fn read(text: &str) -> [String; 3] {
        let parsed = parsed_user_agent(Some(text));
        [parsed.device, parsed.browser, parsed.os]
    }

    #[test]
    fn browsers_are_told_from_those_that_they_resemble() {
        for (text, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                ["Desktop", "Edge", "Windows"],
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like \
                 Gecko) Version/17.5 Safari/605.1.15",
                ["Desktop", "Safari", "macOS"],
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
                ["Mobile", "Chrome", "iOS"],
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/126.0.0.0 Mobile Safari/537.36",
                ["Mobile", "Chrome", "Android"],
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) \
                 SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36",
                ["Tablet", "Samsung Internet", "Android"],
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                ["Desktop", "Firefox", "Linux"],
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_says_nothing_is_not_guessed() {
        for text in ["", "curl/8.5.0", "python-requests/2.32"] {
            assert_eq!(read(text), ["", "", ""], "{text}");
        }
        assert_eq!(parsed_user_agent(None), parsed_user_agent(Some("")));
    }
}
