//! XML schemas that lie in a jar.

use crate::jar_file::{EntryProblem, JarFile};
use crate::{JarError, Limits};

/// The folder, beside a jar's top, in which vendors put the schemas of their configuration.
const FOLDER: &str = "schema/";

/// The XML schemas at the top of the jar at `path` and in its folder `schema`: names of entries and
/// contents, sorted by name.
pub fn schemas(
    path: &str,
    jar: &[u8],
    limits: &Limits,
) -> Result<Vec<(String, Vec<u8>)>, JarError> {
    let mut file = JarFile::open(path, jar, limits)?;
    let mut found = Vec::new();
    for (index, name) in file.names().into_iter().enumerate() {
        let inside = name.strip_prefix(FOLDER).unwrap_or(&name);
        if inside.contains('/') || !inside.ends_with(".xsd") {
            continue;
        }
        match file.read(index)? {
            Ok(content) => found.push((name, content)),
            Err(EntryProblem(why)) => {
                return Err(JarError::UnreadableEntry { jar: path.to_owned(), entry: name, why });
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn schemas_are_found_at_the_top_and_in_their_folder() {
        let mut jar = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["schema/b.xsd", "a.xsd", "p/c.xsd", "schema/p/d.xsd", "e.xml"] {
            jar.start_file(name, SimpleFileOptions::default()).unwrap();
            jar.write_all(name.as_bytes()).unwrap();
        }
        let jar = jar.finish().unwrap().into_inner();
        let found = schemas("x.jar", &jar, &Limits::default()).unwrap();
        let expected = ["a.xsd", "schema/b.xsd"];
        assert_eq!(found, expected.map(|name| (name.to_owned(), name.as_bytes().to_vec())));
        assert!(schemas("x.jar", b"no jar", &Limits::default()).is_err());
    }
}
