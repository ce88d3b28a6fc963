//! Comments that hold elements: what was switched off, and what is offered as an example.

/// The markup inside a comment, if the whole comment is markup.
///
/// Sites and vendors also switch an element off by `<!-- name ... </name -->` or
/// `<!--name ... /-->`: the brackets are then completed.
pub(crate) fn uncommented(comment: &str) -> Option<String> {
    let inside = comment.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    if inside.starts_with('<') && inside.ends_with('>') {
        Some(inside.to_owned())
    } else if may_lack_brackets(inside) {
        Some(format!("<{inside}>"))
    } else {
        None
    }
}

fn may_lack_brackets(inside: &str) -> bool {
    let begins = inside.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let ends = inside.ends_with('/') || inside.rfind("</").is_some_and(|at| at > 0);
    begins && ends && !inside.ends_with('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_elements_and_elements_without_their_outer_brackets() {
        assert_eq!(uncommented("<!-- <a x='1'/> -->").as_deref(), Some("<a x='1'/>"));
        assert_eq!(uncommented("<!--a x='1' /-->").as_deref(), Some("<a x='1' />"));
        assert_eq!(uncommented("<!-- a ><b/></a -->").as_deref(), Some("<a ><b/></a>"));
    }

    #[test]
    fn prose_is_no_markup() {
        for prose in
            ["<!-- The <a> element is used -->", "<!-- see a/b -->", "<!---->", "<!-- / -->"]
        {
            assert_eq!(uncommented(prose), None, "{prose}");
        }
    }
}
