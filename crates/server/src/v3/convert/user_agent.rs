//! What a user agent tells of a client, for people to know their devices by. It is
//! what the client says of itself: nothing is decided by it.

use rollcall_wire::v3::logs::ParsedUserAgent;

/// A client, as far as its user agent tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Client {
    /// What kind it is.
    pub(crate) kind: ClientKind,
    /// Its name.
    pub(crate) name: Option<String>,
    /// Its version.
    pub(crate) version: Option<String>,
    /// What it runs on.
    pub(crate) os: Option<&'static str>,
}

/// Kinds of clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ClientKind {
    /// A browser, on whatever device.
    Browser,
    /// An application on a phone or tablet.
    MobileApp,
    /// Anything else.
    Other,
}

impl Client {
    /// A name for people: `Chrome on Windows`.
    pub(crate) fn title(&self) -> Option<String> {
        match (&self.name, self.os) {
            (Some(name), Some(os)) => Some(format!("{name} on {os}")),
            (Some(name), None) => Some(name.clone()),
            (None, Some(os)) => Some(os.to_owned()),
            (None, None) => None,
        }
    }
}

/// Browsers by their token. Those that are made from others name these too, and
/// so come before them.
const BROWSERS: &[(&str, &str)] = &[
    ("MicroMessenger/", "WeChat"),
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// Systems by what names them. Phones name what they are made from too.
const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// What applications on phones are built with.
const MOBILE_LIBRARIES: &[&str] = &["okhttp/", "CFNetwork/", "Dart/"];

/// What a user agent tells.
pub(crate) fn client_of(user_agent: &str) -> Client {
    let named = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(token, _)| user_agent.contains(token));
        found.map(|(token, name)| ((*token).to_owned(), *name))
    };
    let os = named(SYSTEMS).map(|(_, os)| os);
    if let Some((token, name)) = named(BROWSERS).filter(|_| user_agent.starts_with("Mozilla/")) {
        return Client {
            kind: ClientKind::Browser,
            name: Some(name.to_owned()),
            version: version_after(user_agent, &token),
            os,
        };
    }
    let is_mobile = matches!(os, Some("Android" | "iOS" | "iPadOS"))
        || MOBILE_LIBRARIES
            .iter()
            .any(|token| user_agent.contains(token));
    let (name, version) = product(user_agent);
    Client {
        kind: if is_mobile {
            ClientKind::MobileApp
        } else {
            ClientKind::Other
        },
        name,
        version,
        os,
    }
}

/// The same as the contract tells it (`ParsedUserAgent`): empty where nothing is known.
pub(crate) fn parsed_user_agent(user_agent: Option<&str>) -> ParsedUserAgent {
    let text = user_agent.unwrap_or_default();
    let client = client_of(text);
    let browser = client.name.filter(|_| client.kind == ClientKind::Browser);
    ParsedUserAgent {
        device: device(text, client.os).to_owned(),
        browser: browser.unwrap_or_default(),
        os: client.os.unwrap_or_default().to_owned(),
    }
}

fn device(user_agent: &str, os: Option<&str>) -> &'static str {
    match os {
        None => "",
        Some("iOS") => "Mobile",
        // Android's tablets leave the word out.
        Some("Android") if user_agent.contains("Mobile") => "Mobile",
        Some("iPadOS" | "Android") => "Tablet",
        Some(_) => "Desktop",
    }
}

/// The first product (RFC 9110 section 10.1.5): `name/version`.
fn product(user_agent: &str) -> (Option<String>, Option<String>) {
    let first = user_agent.split_whitespace().next().unwrap_or_default();
    let (name, version) = first.split_once('/').unwrap_or((first, ""));
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (text(name), text(version))
}

fn version_after(user_agent: &str, token: &str) -> Option<String> {
    let (_, rest) = user_agent.split_once(token)?;
    let version = rest
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .next()?;
    (!version.is_empty()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(user_agent: &str) -> (ClientKind, Option<String>, Option<String>) {
        let client = client_of(user_agent);
        (client.kind, client.title(), client.version)
    }

    fn is(
        kind: ClientKind,
        title: &str,
        version: &str,
    ) -> (ClientKind, Option<String>, Option<String>) {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (kind, text(title), text(version))
    }

    #[test]
    fn browsers_are_told_from_those_that_they_are_made_from() {
        use ClientKind::Browser;
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 \
            (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        assert_eq!(told(chrome), is(Browser, "Chrome on Windows", "126.0.0.0"));
        let edge = format!("{chrome} Edg/126.0.2592.87");
        assert_eq!(told(&edge), is(Browser, "Edge on Windows", "126.0.2592.87"));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
            (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(told(safari), is(Browser, "Safari on iOS", "17.5"));
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
        assert_eq!(told(firefox), is(Browser, "Firefox on Linux", "127.0"));
        let android = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 \
            (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
        assert_eq!(told(android), is(Browser, "Chrome on Android", "126.0.0.0"));
    }

    #[test]
    fn other_clients_are_known_by_their_first_product() {
        use ClientKind::{MobileApp, Other};
        let requests = is(Other, "python-requests", "2.32.3");
        assert_eq!(told("python-requests/2.32.3"), requests);
        assert_eq!(told("okhttp/4.12.0"), is(MobileApp, "okhttp", "4.12.0"));
        let app = "Shop/7 (Android 14; Pixel 8)";
        assert_eq!(told(app), is(MobileApp, "Shop on Android", "7"));
        assert_eq!(told("thing"), is(Other, "thing", ""));
        assert_eq!(told("/"), is(Other, "", ""));
        assert_eq!(told(""), is(Other, "", ""));
    }

    #[test]
    fn the_logs_tell_what_is_known_and_guess_nothing() {
        let told = |text| {
            let parsed = parsed_user_agent(text);
            [parsed.device, parsed.browser, parsed.os]
        };
        let phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 \
            (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
        assert_eq!(told(Some(phone)), ["Mobile", "Chrome", "Android"]);
        let tablet = "Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 \
            (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36";
        assert_eq!(
            told(Some(tablet)),
            ["Tablet", "Samsung Internet", "Android"]
        );
        let desktop = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
        assert_eq!(told(Some(desktop)), ["Desktop", "Firefox", "Linux"]);
        for text in [None, Some(""), Some("curl/8.5.0")] {
            assert_eq!(told(text), [""; 3], "{text:?}");
        }
    }
}
