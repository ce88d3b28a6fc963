//! What the parameters of plans are, in words.

/// What a parameter is. Steps of a later Refit may have others, which are at least named.
pub(crate) fn meaning(name: &str) -> String {
    let plain = match name {
        "old_home" => "the folder of the old version, with links resolved",
        "new_home" => "the folder of the new version, which the upgrade makes",
        "home" => "the link through which the broker is operated",
        "old_link_target" => "where that link leads before the upgrade, as it is written",
        "data" => "the folder with the data after the upgrade",
        "old_data" => "the folder with the data before the upgrade",
        "java_home" => "the Java that the old version runs on",
        "new_java_home" => "the Java that the new version runs on",
        "install_into" => "the folder beside the old version that the new one is put into",
        "control" => "the folder in which an upgrade keeps what it needs on the host",
        "restore_points" => "the folder with the restore points",
        "old_version" => "the version before",
        "new_version" => "the version after",
        "archive" => "the file name of the vendor's archive of the new version",
        _ => "",
    };
    if !plain.is_empty() {
        return plain.to_owned();
    }
    let sides = [
        ("old_port.", "the port", "before"),
        ("new_port.", "the port", "after"),
        ("old_host.", "the address", "before"),
        ("new_host.", "the address", "after"),
    ];
    let found = sides.iter().find_map(|(prefix, what, when)| {
        let connector = name.strip_prefix(prefix)?;
        Some(format!("{what} at which the connector `{connector}` is reached {when} the upgrade"))
    });
    found.unwrap_or_else(|| "a value of the site".to_owned())
}
