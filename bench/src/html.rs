//! As much of a page's HTML as filling in its form needs.

/// The first value of an attribute of this name.
pub fn attribute(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.replace("&amp;", "&"))
}

/// The fields that a form has already, by name and value.
pub fn fields(html: &str) -> Vec<(String, String)> {
    let inputs = html.split("<input ").skip(1).filter_map(|input| {
        let tag = format!(" {}", input.split('>').next()?);
        let value = attribute(&tag, "value").unwrap_or_default();
        Some((attribute(&tag, "name")?, value.replace("&#38;", "&")))
    });
    inputs.collect()
}
