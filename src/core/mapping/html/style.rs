//! Attributes: those that say something, in one spelling.

use std::collections::BTreeMap;

/// An element's attributes by name, as they come.
pub type Given = BTreeMap<String, String>;

/// What is kept of them for an element of this spelling.
pub fn kept(name: &'static str, original: &str, given: &Given) -> Vec<(&'static str, String)> {
    let mut kept = Vec::new();
    let number = |attribute: &'static str| {
        let value = given.get(attribute)?.trim().parse::<u16>().ok()?;
        Some((attribute, value.to_string()))
    };
    match name {
        "a" => kept.extend(
            given
                .get("href")
                .and_then(|href| link(href))
                .map(|href| ("href", href)),
        ),
        "img" => {
            let text = |attribute: &'static str| {
                Some((attribute, given.get(attribute)?.trim().to_owned()))
            };
            kept.extend(
                given
                    .get("src")
                    .and_then(|src| picture(src))
                    .map(|src| ("src", src)),
            );
            kept.extend(text("alt").filter(|(_, alt)| !alt.is_empty()));
            kept.extend([number("width"), number("height")].into_iter().flatten());
        }
        "td" | "th" => kept.extend(
            [number("colspan"), number("rowspan")]
                .into_iter()
                .flatten()
                .filter(|(_, value)| value != "1"),
        ),
        "ol" => kept.extend(number("start").filter(|(_, value)| value != "1")),
        "table" => kept.extend(number("border").filter(|(_, value)| value != "0")),
        _ => {}
    }
    if !matches!(name, "br" | "hr" | "img" | "table" | "tr" | "ul" | "ol") {
        kept.extend(style(name, original, given).map(|style| ("style", style)));
    }
    kept
}

/// A target that a click may open.
fn link(href: &str) -> Option<String> {
    let href: String = href.trim().chars().filter(|c| !c.is_control()).collect();
    let scheme = href
        .split_once(':')
        .map(|(scheme, _)| scheme.trim().to_ascii_lowercase());
    let harmful = matches!(scheme.as_deref(), Some("javascript" | "vbscript" | "data"));
    (!harmful && !href.is_empty() && !href.starts_with('#')).then_some(href)
}

fn picture(src: &str) -> Option<String> {
    let src: String = src.trim().chars().filter(|c| !c.is_control()).collect();
    let known = ["cid:", "http://", "https://", "data:image/"];
    let start = src.get(..11).unwrap_or(&src).to_ascii_lowercase();
    known
        .iter()
        .any(|known| start.starts_with(known))
        .then_some(src)
}

/// Colours, weight, slant, lines and alignment; what is the default anyway is left out.
fn style(name: &str, original: &str, given: &Given) -> Option<String> {
    let mut kept: BTreeMap<&'static str, String> = BTreeMap::new();
    if original == "font" {
        kept.extend(
            given
                .get("color")
                .and_then(|color| foreground(color))
                .map(|color| ("color", color)),
        );
    }
    if original == "center" {
        kept.insert("text-align", "center".to_owned());
    }
    let is_block = matches!(
        name,
        "p" | "div" | "td" | "th" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
    );
    if is_block {
        kept.extend(
            given
                .get("align")
                .and_then(|align| alignment(align))
                .map(|align| ("text-align", align)),
        );
    }
    for declaration in given.get("style").map_or("", String::as_str).split(';') {
        let Some((property, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.replace("!important", "");
        let value = value.trim().to_ascii_lowercase();
        let found = match property.trim().to_ascii_lowercase().as_str() {
            "color" => foreground(&value).map(|color| ("color", color)),
            "background" | "background-color" => {
                background(&value).map(|color| ("background-color", color))
            }
            "font-weight" => bold(&value).then(|| ("font-weight", "bold".to_owned())),
            "font-style" => matches!(value.as_str(), "italic" | "oblique")
                .then(|| ("font-style", "italic".to_owned())),
            "text-decoration" | "text-decoration-line" => {
                line(&value).map(|line| ("text-decoration", line))
            }
            "text-align" if is_block => alignment(&value).map(|align| ("text-align", align)),
            _ => None,
        };
        kept.extend(found);
    }
    match name {
        "a" => {
            // A link looks like one by itself.
            kept.remove("color");
            kept.remove("text-decoration");
        }
        "b" | "th" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            kept.remove("font-weight");
        }
        "i" => {
            kept.remove("font-style");
        }
        _ => {}
    }
    let all: Vec<String> = kept
        .iter()
        .map(|(property, value)| format!("{property}:{value}"))
        .collect();
    (!all.is_empty()).then(|| all.join(";"))
}

/// A colour's name, number or function, with no room for anything else.
fn color(value: &str) -> Option<String> {
    let value: String = value
        .trim()
        .to_ascii_lowercase()
        .split_whitespace()
        .collect();
    let safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '(' | ')' | ',' | '.' | '%');
    let known = value.starts_with('#')
        || value.starts_with("rgb")
        || value.starts_with("hsl")
        || value.bytes().all(|byte| byte.is_ascii_lowercase());
    (known && value.len() <= 40 && !value.is_empty() && value.chars().all(safe)).then_some(value)
}

fn foreground(value: &str) -> Option<String> {
    color(value).filter(|color| {
        !matches!(
            color.as_str(),
            "black"
                | "#000"
                | "#000000"
                | "rgb(0,0,0)"
                | "windowtext"
                | "inherit"
                | "initial"
                | "unset"
                | "currentcolor"
        )
    })
}

fn background(value: &str) -> Option<String> {
    color(value).filter(|color| {
        !matches!(
            color.as_str(),
            "white"
                | "#fff"
                | "#ffffff"
                | "rgb(255,255,255)"
                | "window"
                | "none"
                | "transparent"
                | "inherit"
                | "initial"
                | "unset"
        )
    })
}

fn bold(value: &str) -> bool {
    matches!(value, "bold" | "bolder") || value.parse::<u16>().is_ok_and(|weight| weight >= 600)
}

fn line(value: &str) -> Option<String> {
    let lines: Vec<&str> = ["line-through", "underline"]
        .into_iter()
        .filter(|line| value.contains(line))
        .collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

fn alignment(value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    matches!(value.as_str(), "center" | "right" | "justify").then_some(value)
}
