//! HTML bodies as Exchange keeps them: rewritten when they come in, and turned to text or made from it when asked for.

const CHARSET: &str = "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">";

/// A page that shows the text.
pub fn from_text(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let lines = escaped.replace("\r\n", "\n").replace('\n', "<br>\r\n");
    assembled("", "", &format!("<div class=\"PlainText\">{lines}</div>"))
}

/// The page as the store keeps it, whatever was sent: whole, with the server's own charset and line ends, without
/// scripts. Rewriting it again changes nothing.
pub fn rewritten(html: &str) -> String {
    let html = without_scripts(&html.replace("\r\n", "\n").replace('\n', "\r\n"));
    let head = inside(&html, "head").map_or("", |(_, inner)| inner);
    let (attributes, body) = match inside(&html, "body") {
        Some((attributes, inner)) => (attributes, inner),
        None => ("", without_wrapping(&html)),
    };
    assembled(&without_charset(head), attributes, body.trim())
}

/// The stored page with more at the end of what it shows.
pub fn appended(page: &str, more: &str) -> String {
    let at = find(page, "</body").unwrap_or(page.len());
    rewritten(&format!("{}{more}{}", page[..at].trim_end(), &page[at..]))
}

fn assembled(head: &str, attributes: &str, body: &str) -> String {
    let head = match head.trim() {
        "" => String::new(),
        head => format!("{head}\r\n"),
    };
    format!(
        "<html>\r\n<head>\r\n{CHARSET}\r\n{head}</head>\r\n<body{attributes}>\r\n{body}\r\n</body>\r\n</html>\r\n"
    )
}

/// The attributes (with the blank before them) and content of the first element of that name.
fn inside<'a>(html: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let open = find_tag(html, name)?;
    let begin = open + html[open..].find('>')?;
    let attributes = &html[open + 1 + name.len()..begin];
    let rest = &html[begin + 1..];
    let end = find(rest, &format!("</{name}")).unwrap_or(rest.len());
    Some((attributes.trim_end(), &rest[..end]))
}

/// Where the start tag of that element begins.
fn find_tag(html: &str, name: &str) -> Option<usize> {
    let lower = html.to_ascii_lowercase();
    let tag = format!("<{name}");
    lower.match_indices(&tag).map(|(at, _)| at).find(|at| {
        lower[at + tag.len()..].starts_with(|c: char| c == '>' || c.is_ascii_whitespace())
    })
}

fn find(html: &str, what: &str) -> Option<usize> {
    html.to_ascii_lowercase().find(what)
}

/// A fragment, freed of what stands around a body.
fn without_wrapping(html: &str) -> &str {
    let after_head = find(html, "</head>").map_or(0, |at| at + "</head>".len());
    let begin = match (after_head, find_tag(html, "html")) {
        (0, Some(open)) => html[open..].find('>').map_or(0, |close| open + close + 1),
        (after, _) => after,
    };
    let rest = &html[begin..];
    &rest[..find(rest, "</html").unwrap_or(rest.len())]
}

fn without_charset(head: &str) -> String {
    let mut kept = head.to_owned();
    let mut from = 0;
    while let Some(at) = find_tag(&kept[from..], "meta").map(|at| from + at) {
        let end = kept[at..]
            .find('>')
            .map_or(kept.len(), |close| at + close + 1);
        let tag = kept[at..end].to_ascii_lowercase();
        if tag.contains("content-type") || tag.contains("charset=") {
            kept.replace_range(at..end, "");
            from = at;
        } else {
            from = end;
        }
    }
    kept.trim().to_owned()
}

fn without_scripts(html: &str) -> String {
    let mut kept = html.to_owned();
    while let Some(at) = find_tag(&kept, "script") {
        let rest = after_end_tag(&kept[at..], "script").len();
        kept.replace_range(at..kept.len() - rest, "");
    }
    kept
}

/// What a reader sees of a page. Ends without a line end.
pub fn to_text(html: &str) -> String {
    let mut text = String::new();
    let mut link: Option<(String, usize)> = None;
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        push_visible(&mut text, &rest[..open]);
        let Some(close) = rest[open..].find('>') else {
            rest = "";
            break;
        };
        let tag = rest[open + 1..open + close].trim();
        rest = &rest[open + close + 1..];
        let lower = tag.to_ascii_lowercase();
        let name: &str = lower
            .split(|c: char| c.is_whitespace())
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        match name {
            "head" | "style" | "script" | "title" => rest = after_end_tag(rest, name),
            "br" => text.push_str("\r\n"),
            "p" | "div" | "tr" | "h1" | "h2" | "h3" | "ul" | "ol" => begin_line(&mut text),
            "li" => {
                begin_line(&mut text);
                text.push_str("  *   ");
            }
            "/p" | "/div" | "/li" | "/tr" | "/h1" | "/h2" | "/h3" => text.push_str("\r\n"),
            "a" => link = attribute(tag, "href").map(|href| (href, text.len())),
            "/a" => push_link(&mut text, link.take()),
            _ => {}
        }
    }
    push_visible(&mut text, rest);
    text.trim_start_matches(['\r', '\n'])
        .trim_end_matches([' ', '\r', '\n'])
        .to_owned()
}

/// A block begins on a line of its own.
fn begin_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str("\r\n");
    }
}

/// The address of a link stands behind its words, unless those are the address.
fn push_link(text: &mut String, link: Option<(String, usize)>) {
    if let Some((href, from)) = link
        && text
            .get(from..)
            .is_some_and(|words| !words.trim().is_empty() && words.trim() != href)
        && !href.starts_with('#')
    {
        text.push_str(&format!("<{href}>"));
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = find(tag, &format!("{name}="))?;
    let value = &tag[at + name.len() + 1..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = value[1..].split(quote).next()?;
    Some(decoded(value))
}

fn after_end_tag<'a>(html: &'a str, name: &str) -> &'a str {
    find(html, &format!("</{name}"))
        .and_then(|at| html[at..].find('>').map(|close| &html[at + close + 1..]))
        .unwrap_or("")
}

/// A line does not begin with the blanks of the page's source.
fn push_visible(text: &mut String, source: &str) {
    let seen = visible(source);
    let begins_line = text.is_empty() || text.ends_with('\n');
    text.push_str(if begins_line {
        seen.trim_start_matches(' ')
    } else {
        &seen
    });
}

/// Text between tags: line breaks are blanks, entities are characters.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for word in text.replace(['\r', '\n', '\t'], " ").split_inclusive(' ') {
        if word != " " || !out.ends_with(' ') {
            out.push_str(word);
        }
    }
    if out.trim().is_empty() {
        return if text.contains('\n') || out.is_empty() {
            String::new()
        } else {
            " ".to_owned()
        };
    }
    decoded(&out)
}

/// Named and numbered entities as characters; what is none stays as it is.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end <= 10);
        match entity.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        };
        return code.and_then(char::from_u32);
    }
    const NAMED: [(&str, char); 16] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
        ("auml", 'ä'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("szlig", 'ß'),
        ("eacute", 'é'),
        ("euro", '€'),
        ("ndash", '–'),
        ("mdash", '—'),
        ("hellip", '…'),
        ("bull", '•'),
    ];
    NAMED
        .iter()
        .find(|(name, _)| *name == entity)
        .map(|(_, character)| *character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_survives_its_page() {
        let text = "Line <one> & more\r\n\r\nLine two";
        assert_eq!(to_text(&from_text(text)), text);
    }

    #[test]
    fn a_page_shows_its_text_only() {
        let html = "<html><head><style>p { x }</style></head><body><p>Hello&nbsp;<b>you</b></p>\r\n<p>there</p></body></html>";
        assert_eq!(to_text(html), "Hello\u{a0}you\r\nthere");
    }

    #[test]
    fn lists_links_and_entities_are_told_as_text() {
        let html = "<div>One<div>Two &#252;&#x2013;&bogus;</div></div><ul><li>A</li><li><a href=\"https://example.com/?a=1&amp;b\">B</a></li></ul>";
        assert_eq!(
            to_text(html),
            "One\r\nTwo ü–&bogus;\r\n\r\n  *   A\r\n  *   B<https://example.com/?a=1&b>"
        );
        assert_eq!(
            to_text("<a href='https://example.com/'>https://example.com/</a>"),
            "https://example.com/"
        );
    }

    #[test]
    fn a_page_is_rewritten_once() {
        for html in [
            "<b>bold</b>",
            "<html><body bgcolor=\"red\"><p>x</p>\n<p>y</p></body></html>",
            "<HTML><HEAD><META charset=\"latin1\"><title>T</title><style>p {}</style></HEAD><BODY>z<script>alert(1)</script></BODY></HTML>",
            "",
            "<html><p>no end",
        ] {
            let once = rewritten(html);
            assert_ne!(once, html);
            assert_eq!(rewritten(&once), once, "{html}");
            assert_eq!(to_text(&once), to_text(&without_scripts(html)), "{html}");
            assert!(
                once.starts_with("<html>\r\n<head>\r\n<meta http-equiv"),
                "{once}"
            );
        }
        let kept =
            rewritten("<html><head><style>p {}</style></head><body lang=\"de\">z</body></html>");
        assert!(
            kept.contains("<style>p {}</style>\r\n</head>\r\n<body lang=\"de\">\r\nz\r\n</body>"),
            "{kept}"
        );
    }

    #[test]
    fn appending_stays_within_the_body() {
        let page = appended(&rewritten("<p>a</p>"), "<p>b</p>");
        assert!(page.contains("<p>a</p><p>b</p>\r\n</body>"), "{page}");
    }
}
