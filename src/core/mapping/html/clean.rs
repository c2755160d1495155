//! Brings a tree to the one form that both sides are compared in.

use super::tag::{Node, Tag};

pub fn clean(nodes: &mut Vec<Node>) {
    prune(nodes);
    collapse(nodes, &mut true);
    trim(nodes, &mut true);
    prune(nodes);
    while let [Node::Tag(only)] = nodes.as_mut_slice() {
        if only.name != "div" || !only.attributes.is_empty() {
            break;
        }
        *nodes = std::mem::take(&mut only.children);
    }
}

/// White space is one blank, and none at the start of a line; no-break spaces stay. `blank`: whether the last thing was one.
fn collapse(nodes: &mut [Node], blank: &mut bool) {
    for node in nodes {
        match node {
            Node::Text(text) => {
                let mut kept = String::with_capacity(text.len());
                for c in text.chars() {
                    if !c.is_ascii_whitespace() {
                        kept.push(c);
                        *blank = false;
                    } else if !*blank {
                        kept.push(' ');
                        *blank = true;
                    }
                }
                *text = kept;
            }
            Node::Tag(tag) if tag.name == "pre" => {
                preformat(&mut tag.children);
                *blank = true;
            }
            Node::Tag(tag) => {
                let breaks = tag.is_block() || tag.name == "br";
                *blank |= breaks;
                collapse(&mut tag.children, blank);
                *blank = breaks || (*blank && tag.name != "img");
            }
        }
    }
}

/// In `pre` blanks and line ends stay; those at its end show nothing.
fn preformat(nodes: &mut [Node]) {
    for node in nodes.iter_mut() {
        match node {
            Node::Text(text) => *text = text.replace("\r\n", "\n").replace('\r', "\n"),
            Node::Tag(tag) => preformat(&mut tag.children),
        }
    }
    if let Some(Node::Text(text)) = nodes.last_mut() {
        text.truncate(text.trim_end_matches([' ', '\n', '\t', '\u{c}']).len());
    }
    if let Some(Node::Text(text)) = nodes.first_mut() {
        *text = text.trim_start_matches('\n').to_owned();
    }
}

/// No blank at the end of a line. `end`: whether nothing follows in the line.
fn trim(nodes: &mut [Node], end: &mut bool) {
    for node in nodes.iter_mut().rev() {
        match node {
            Node::Text(text) => {
                if *end {
                    text.truncate(text.trim_end_matches(' ').len());
                }
                *end &= text.is_empty();
            }
            Node::Tag(tag) if tag.name == "pre" => *end = true,
            Node::Tag(tag) => {
                let breaks = tag.is_block() || tag.name == "br";
                *end |= breaks;
                trim(&mut tag.children, end);
                *end = breaks || (*end && tag.name != "img");
            }
        }
    }
}

/// Takes out what shows nothing, and wrappers that add nothing.
fn prune(nodes: &mut Vec<Node>) {
    let mut kept: Vec<Node> = Vec::with_capacity(nodes.len());
    let mut rest = std::mem::take(nodes).into_iter().peekable();
    while let Some(node) = rest.next() {
        let mut tag = match node {
            Node::Text(text) => {
                add(&mut kept, Node::Text(text));
                continue;
            }
            Node::Tag(tag) => tag,
        };
        prune(&mut tag.children);
        if matches!(tag.name, "table" | "tr" | "ul" | "ol") {
            tag.children
                .retain(|child| child.is_block() || !is_blank(child));
        }
        if is_wrapper(&tag) {
            tag.children
                .into_iter()
                .for_each(|child| add(&mut kept, child));
        } else if tag.is_void()
            || !tag.children.iter().all(is_blank)
            || tag.name == "td"
            || tag.name == "th"
        {
            add(&mut kept, Node::Tag(tag));
        } else if !tag.is_block() {
            // White space in another weight is white space.
            tag.children
                .into_iter()
                .for_each(|child| add(&mut kept, child));
        } else if kept.last().is_some_and(is_inline) && rest.peek().is_some_and(is_inline) {
            let br = Tag {
                name: "br",
                ..Tag::default()
            };
            add(&mut kept, Node::Tag(br));
        }
    }
    *nodes = kept;
}

fn add(nodes: &mut Vec<Node>, node: Node) {
    match (nodes.last_mut(), node) {
        (_, Node::Text(text)) if text.is_empty() => {}
        (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
        (_, node) => nodes.push(node),
    }
}

fn is_blank(node: &Node) -> bool {
    matches!(node, Node::Text(text) if text.bytes().all(|byte| byte.is_ascii_whitespace()))
}

fn is_inline(node: &Node) -> bool {
    !node.is_block() && !is_blank(node)
}

/// A `span` that says nothing of its content, or a `div` around blocks only.
fn is_wrapper(tag: &Tag) -> bool {
    tag.attributes.is_empty()
        && match tag.name {
            "span" => true,
            "div" => {
                tag.children.iter().any(Node::is_block)
                    && tag
                        .children
                        .iter()
                        .all(|child| child.is_block() || is_blank(child))
            }
            _ => false,
        }
}

/// Whether the tree says more than its text.
pub fn is_rich(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| {
        let Node::Tag(tag) = node else { return false };
        let itself = match tag.name {
            "p" | "div" | "br" => tag.attribute("style").is_some(),
            "a" => !shows_target(tag),
            _ => true,
        };
        itself || is_rich(&tag.children)
    })
}

/// Whether a link's text is its target, as programs make links of addresses they find in a text.
pub fn shows_target(link: &Tag) -> bool {
    let mut text = String::new();
    super::plain::inline(&link.children, &mut text);
    let bare = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        let text = ["https://", "http://", "mailto:", "tel:"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme))
            .unwrap_or(&text);
        text.trim_end_matches('/').to_owned()
    };
    link.attribute("href")
        .is_some_and(|href| bare(href) == bare(&text))
}
