//! The site's own broker plugin, compiled against the broker that it is for.

use std::path::Path;
use std::time::Duration;

use crate::archive::create_folder;
use crate::tool::Tool;
use crate::{DemoError, JavaHome};

/// The class of the plugin.
pub const CLASS: &str = "com.acme.broker.StampPlugin";
/// The property that it sets on messages.
pub const PROPERTY: &str = "acmeSite";
/// The plugin's jar within `lib`.
pub const JAR: &str = "acme-stamp-plugin-1.4.2.jar";

const SOURCE: &str = include_str!("StampPlugin.java");
const COMPILE_WITHIN: Duration = Duration::from_mins(1);

/// Compiles the plugin against the jars of `home` and puts it into its `lib`. `work` is a folder
/// for source and classes.
pub fn install(home: &Path, work: &Path, java: &JavaHome) -> Result<(), DemoError> {
    let classes = work.join("classes");
    create_folder(&classes)?;
    let source = work.join("StampPlugin.java");
    std::fs::write(&source, SOURCE).map_err(DemoError::file("write", &source))?;
    Tool::new(java.tool("javac"))
        .args(["--release", "8", "-Xlint:-options", "-proc:none", "-classpath"])
        .arg(home.join("lib/*"))
        .arg("-d")
        .arg(&classes)
        .arg(&source)
        .run(COMPILE_WITHIN)?;
    Tool::new(java.tool("jar"))
        .args(["--create", "--file"])
        .arg(home.join("lib").join(JAR))
        .arg("-C")
        .arg(&classes)
        .arg(".")
        .run(COMPILE_WITHIN)
}
