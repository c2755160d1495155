use super::{Page, page};
use proptest::prelude::*;

fn html(source: &str) -> String {
    Page::of(source).html.unwrap_or_default()
}

fn plain(source: &str) -> String {
    Page::of(source).plain.unwrap_or_default()
}

#[test]
fn what_looks_the_same_is_the_same() {
    let ours = "<p>One <b>two</b></p><p>three</p>";
    for same in [
        "<html><head><meta charset=utf-8><style>p { margin: 0 }</style></head><body>\r\n<p class=x>One\r\n <strong>two</strong></p>\r\n<p>three</p></body></html>",
        "<!-- x --><div><font size=\"2\"><p>One <b>two </b></p><div><p><span lang=DE>three</span></p></div></font></div>",
        "<p>One <b>two</b><p>three",
        "<P>One <B>two</B></P>\n\n<P>three <o:p></o:p></P><script>alert('<p>')</script>",
    ] {
        assert_eq!(html(same), ours, "{same}");
        assert_eq!(plain(same), "One two\n\nthree");
    }
}

#[test]
fn a_text_in_the_clothes_of_a_page_is_text() {
    for (source, text) in [
        (
            "<html><body><div class=\"PlainText\">One<br>\r\ntwo</div></body></html>",
            "One\ntwo",
        ),
        (
            "<p class=MsoNormal><span style='font-size:11pt;color:black'>One</span></p><p class=MsoNormal>two</p>",
            "One\ntwo",
        ),
        (
            "See <a href=\"https://example.org/\">https://example.org</a>.",
            "See https://example.org.",
        ),
        ("<div>a</div><div><br></div><div>b&nbsp;c</div>", "a\n\nb c"),
    ] {
        let page = Page::of(source);
        assert_eq!(
            (page.html, page.plain.as_deref()),
            (None, Some(text)),
            "{source}"
        );
    }
    assert_eq!(Page::of("<html><body>  </body></html>").plain, None);
}

#[test]
fn lists_links_tables_and_pictures_have_a_text() {
    assert_eq!(
        plain(
            "<ul><li>one<li>two <a href='https://example.org/x'>there</a><ol><li>deep</ol></ul>after"
        ),
        "- one\n- two there <https://example.org/x>\n  1. deep\nafter"
    );
    assert_eq!(
        plain("<table><tr><td>a<td>b<tr><td><td>d</table>"),
        "a\tb\n\td"
    );
    assert_eq!(
        plain("<p>x<img src='cid:1@example.org' alt='Logo'></p>"),
        "xLogo"
    );
    assert_eq!(
        html("<p>x<img src='cid:1@example.org' width=10></p>"),
        "<p>x<img src=\"cid:1@example.org\" width=\"10\"></p>"
    );
}

#[test]
fn nothing_that_acts_is_kept() {
    let page = Page::of(
        "<b onclick=x>a</b><a href=' JavaScript:x'>b</a><img src='javascript:x' onerror=x><iframe src=x>c</iframe>\
         <span style='color:red;background:url(x);position:fixed'>d</span><svg><script>e</script></svg>",
    );
    assert_eq!(
        page.html.as_deref(),
        Some("<b>a</b>b<span style=\"color:red\">d</span>")
    );
}

#[test]
fn a_text_agrees_however_another_program_made_it() {
    let page = Page::of(
        "<p>Come to <a href='https://example.org/a'>the place</a>:</p><ol><li>one<li>two</ol><p>Bye</p>",
    );
    for same in [
        "Come to the place:\n1. one\n2. two\nBye",
        "Come to the place <https://example.org/a>:\r\n\r\n  1.  one\r\n  2.  two\r\n\r\nBye",
        "Come to the place [https://example.org/a]: * one * two Bye",
    ] {
        assert!(page.agrees(same), "{same}");
    }
    for other in [
        "Come to the place: one two",
        "Come to that place: one two Bye",
        "",
    ] {
        assert!(!page.agrees(other), "{other}");
    }
}

fn source() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z &<>\"\u{a0}\n\t]{0,6}",
        "[a-z]{1,3} ",
        prop::sample::select(vec![
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<i>",
            "</i>",
            "<br>",
            "<hr>",
            "<ul>",
            "</ul>",
            "<ol>",
            "</ol>",
            "<li>",
            "</li>",
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<pre>",
            "</pre>",
            "<a href=\"https://e.org/\">",
            "</a>",
            "<span>",
            "</span>",
            "<span style=\"color:red\">",
            "<blockquote>",
            "</blockquote>",
            "<p class=MsoNormal>",
            "<img src=\"cid:1\">",
            "<h1>",
            "</h1>",
            "<font color=blue>",
            "</font>",
            "<style>",
            "</style>",
            "<head>",
            "</head>",
            "<body>",
            "&nbsp;",
            "<!-- x -->",
            "<center>",
            "</center>",
            "<a>",
            "<sup>",
            "</sup>",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn what_was_cleaned_stays_as_it_is(source in source()) {
        let first = Page::of(&source);
        if let Some(html) = &first.html {
            let again = Page::of(&page(html));
            prop_assert_eq!(&again, &first, "{}", html);
        }
        if let Some(plain) = &first.plain {
            prop_assert!(first.agrees(plain), "{}", plain);
        }
    }

    #[test]
    fn no_source_is_too_odd(source in "\\PC{0,200}") {
        let page = Page::of(&source);
        prop_assert!(page.plain.is_none_or(|plain| plain.len() <= source.len() * 8 + 100));
    }
}
