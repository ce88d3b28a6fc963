//! What pages load: a style sheet, a script and a picture, all of this program.

use std::sync::LazyLock;

use refit_model::Digest;

/// The header `Content-Security-Policy` that every page works under.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; \
     script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// Something that pages load. Its path changes with its content: it may be kept for ever.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its path, from the root.
    pub path: String,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// Its content.
    pub content: &'static str,
}

impl Asset {
    fn new(name: &str, suffix: &str, content_type: &'static str, content: &'static str) -> Self {
        let digest = Digest::of(content.as_bytes()).short();
        Self { path: format!("/assets/{name}.{digest}.{suffix}"), content_type, content }
    }
}

pub(crate) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("../assets/portal.css");
    Asset::new("portal", "css", "text/css; charset=utf-8", content)
});
pub(crate) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("../assets/portal.js");
    Asset::new("portal", "js", "text/javascript; charset=utf-8", content)
});
pub(crate) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("../assets/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", content)
});

/// Everything that pages load.
pub fn assets() -> [&'static Asset; 3] {
    [&STYLE, &SCRIPT, &ICON]
}
