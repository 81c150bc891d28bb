//! Images, by what they say they are and by what they are.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// An image that a browser decodes and cannot run: never SVG, which may hold
/// scripts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    /// One of [`TYPES`].
    pub content_type: &'static str,
    /// The image.
    pub bytes: Bytes,
}

const PNG: &str = "image/png";
const JPEG: &str = "image/jpeg";
const WEBP: &str = "image/webp";
const GIF: &str = "image/gif";

const TYPES: [&str; 4] = [PNG, JPEG, WEBP, GIF];

/// What is asked for.
pub(super) const ACCEPTED: &str = "image/png, image/jpeg, image/webp, image/gif";

/// The type that the headers declare, if it is one of ours.
pub(super) fn declared_type(headers: &HeaderMap) -> Option<&'static str> {
    let declared = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = declared.split(';').next()?.trim();
    TYPES
        .into_iter()
        .find(|known| essence.eq_ignore_ascii_case(known))
}

/// The bytes as the image that they were declared to be, if they begin as one:
/// what a file is called and what it is must agree (WHATWG MIME Sniffing
/// section 6.1 has the patterns).
pub(super) fn image(declared: &'static str, bytes: Bytes) -> Option<Image> {
    let begins_so = match declared {
        PNG => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        JPEG => bytes.starts_with(b"\xff\xd8\xff"),
        WEBP => bytes.starts_with(b"RIFF") && bytes.get(8..14) == Some(b"WEBPVP"),
        GIF => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
        _ => false,
    };
    begins_so.then_some(Image {
        content_type: declared,
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_and_actual_type_must_agree() {
        let beginnings: [(&str, &[u8]); 5] = [
            (PNG, b"\x89PNG\r\n\x1a\n..."),
            (JPEG, b"\xff\xd8\xff\xe0..."),
            (WEBP, b"RIFF\x10\0\0\0WEBPVP8L..."),
            (GIF, b"GIF87a..."),
            (GIF, b"GIF89a..."),
        ];
        for declared in TYPES {
            for (actual, bytes) in beginnings {
                let image = image(declared, Bytes::from_static(bytes));
                assert_eq!(image.is_some(), declared == actual, "{declared} {actual}");
            }
            for bytes in [
                &b""[..],
                b"<svg xmlns=",
                b"RIFF\x10\0\0\0WAVEfmt ",
                b"GIF88a",
            ] {
                assert_eq!(image(declared, Bytes::from_static(bytes)), None);
            }
        }
    }

    #[test]
    fn four_types_are_images_to_us() {
        for (declared, known) in [
            ("image/png", Some(PNG)),
            ("Image/PNG; charset=binary", Some(PNG)),
            ("image/svg+xml", None),
            ("text/html", None),
            ("image/pngx", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, declared.parse().unwrap());
            assert_eq!(declared_type(&headers), known, "{declared}");
        }
        assert_eq!(declared_type(&HeaderMap::new()), None);
        assert_eq!(ACCEPTED.split(", ").collect::<Vec<_>>(), TYPES);
    }
}
