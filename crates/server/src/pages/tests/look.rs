//! How pages look, as far as numbers tell; and a way to see the rest.

use super::*;
use std::collections::BTreeMap;

const STYLE: &str = include_str!("../../../templates/pages/style.css");

/// The custom properties of a block that hold a colour.
fn colours(block: &str) -> BTreeMap<&str, [f64; 3]> {
    let declarations = block.split([';', '{', '}']).map(str::trim);
    let pairs = declarations.filter_map(|line| line.strip_prefix("--")?.split_once(": #"));
    let channel = |hex: &str| f64::from(u8::from_str_radix(hex, 16).unwrap()) / 255.0;
    pairs
        .filter(|(_, hex)| hex.len() == 6)
        .map(|(name, hex)| (name, [0, 2, 4].map(|at| channel(&hex[at..at + 2]))))
        .collect()
}

/// WCAG 2.2, relative luminance.
fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] = colour.map(|channel| {
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// WCAG 2.2: 1.4.3 asks 4.5 of text, 1.4.11 asks 3 of borders, signs and focus.
#[test]
fn colours_stand_out_in_light_and_dark() {
    let (light, dark) = STYLE.split_once("prefers-color-scheme: dark").unwrap();
    let dark = dark.split_once("* {").unwrap().0;
    for (scheme, block) in [("light", light), ("dark", dark)] {
        let colours = colours(block);
        for (text, ground, least) in [
            ("text", "card", 7.0),
            ("text", "sunk", 7.0),
            ("quiet", "card", 4.5),
            ("quiet", "sunk", 4.5),
            ("quiet", "tint", 4.5),
            ("on-accent", "accent", 4.5),
            ("on-accent", "accent-hover", 4.5),
            ("on-tint", "tint", 4.5),
            ("on-wrong-tint", "wrong-tint", 4.5),
            ("wrong", "wrong-tint", 3.0),
            ("wrong", "card", 3.0),
            ("accent", "card", 3.0),
            ("accent", "sunk", 3.0),
            ("edge", "card", 3.0),
            ("edge", "sunk", 3.0),
        ] {
            let found = contrast(colours[text], colours[ground]);
            assert!(
                found >= least,
                "{scheme}: {text} on {ground} has {found:.2}"
            );
        }
    }
}

/// Writes the pages as files: `cargo test -p rollcall-server --lib -- --ignored
/// pages_to_look_at`. A browser shows them as people see them, for the nonces are
/// the policy's only condition and files have no policy.
#[tokio::test]
#[ignore = "writes target/pages, for people to look at"]
async fn pages_to_look_at() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/pages");
    std::fs::create_dir_all(folder).unwrap();
    for language in Language::ALL.iter().copied() {
        for page in pages_of(&frame(language), FRIENDLY) {
            let path = format!("{folder}/{}.html", page.label);
            std::fs::write(path, page.html().await).unwrap();
        }
    }
    let long = Filling {
        name: "Quarterly Departmental Knowledge Management and Documentation Portal of the Northern Region",
        account: "Anastasia-Wilhelmina_van_den_Heuvel-Featherstonehaugh.the.third@subsidiary.example.com",
        identifier: "Anastasia-Wilhelmina_van_den_Heuvel-Featherstonehaugh.the.third",
        ..FRIENDLY
    };
    for page in pages_of(&filled_frame(Language::EnUs, long), long) {
        let path = format!("{folder}/long-{}.html", page.label);
        std::fs::write(path, page.html().await).unwrap();
    }
}
