//! Where the installation's parts are: from the running process, else from the defaults.

use refit_hosts::{Kind, Process, Reader, argument};
use refit_model::{Folders, HomeLink, HostPath, Installation};
use refit_packs::Product;

use crate::gathered::Gathered;
use crate::{AssessError, Result};

/// The installation's folders, and those that the configuration names.
pub(crate) struct Places {
    pub(crate) folders: Folders,
    pub(crate) base: HostPath,
    pub(crate) conf: HostPath,
    /// As the process or the default names it, links not resolved.
    pub(crate) data_as_named: HostPath,
    /// What relative paths are relative to: the process' working directory, the base if unknown.
    pub(crate) working: HostPath,
}

/// The home with links resolved, and the link through which it was named.
pub(crate) fn home(
    reader: Reader<'_>,
    entry: &Installation,
    platform: &str,
) -> Result<(HostPath, Option<HomeLink>)> {
    let named = &entry.home;
    let none = |why: &str| AssessError::NoInstallation {
        home: named.clone(),
        platform: platform.to_owned(),
        why: why.to_owned(),
    };
    let found = reader.stat(named)?.ok_or_else(|| none("nothing is there"))?;
    let link = found.target.map(|target| HomeLink { path: named.clone(), target });
    let real = reader.real_path(named).map_err(|_| none("the link leads nowhere"))?;
    match reader.stat(&real)?.map(|found| found.kind) {
        Some(Kind::Folder) => Ok((real, link)),
        _ => Err(none("it is no folder")),
    }
}

pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    entry: &Installation,
    product: &Product,
    home: HostPath,
    link: Option<HomeLink>,
    process: Option<&Process>,
) -> Result<Places> {
    let told = |what: &str| {
        let prefix = product.process.folder_arguments.get(what)?;
        Some(plain(&argument(process?, prefix)?))
    };
    let folder =
        |name: &str| product.layout.folders.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let base = told("base").or_else(|| entry.base.clone()).unwrap_or_else(|| home.clone());
    let default_data = home.join(folder("data"));
    let data_as_named =
        told("data").or_else(|| entry.data.clone()).unwrap_or_else(|| base.join(folder("data")));
    let conf = told("conf").unwrap_or_else(|| base.join(folder("conf")));
    let data = reader.resolved(&data_as_named)?;
    let java_home = java_home(reader, entry, process)?;
    let beside = home.parent().unwrap_or_else(|| home.clone());
    // Beside the link, where there is one: that is where the operator keeps the versions.
    let given_or = |given: &Option<HostPath>, default: HostPath| given.clone().unwrap_or(default);
    gathered.fact("layout.base_apart", reader.resolved(&base)? != home);
    gathered.fact("layout.conf_apart", !reader.resolved(&conf)?.is_within(&home));
    gathered.fact("layout.home_is_link", link.is_some());
    gathered.fact("data.path", data.to_string());
    Ok(Places {
        folders: Folders {
            default_data: (data_as_named == default_data).then_some(default_data),
            data,
            new_java_home: given_or(&entry.new_java_home, java_home.clone()),
            java_home,
            install_into: given_or(&entry.install_into, beside.clone()),
            restore_points: given_or(&entry.restore_points, beside.join("refit-restore-points")),
            control: given_or(&entry.control, beside.join(".refit-control")),
            home,
            link,
        },
        working: process.and_then(|found| found.directory.clone()).unwrap_or_else(|| base.clone()),
        base,
        conf,
        data_as_named,
    })
}

/// The path without doubled slashes and one at its end.
fn plain(path: &HostPath) -> HostPath {
    path.as_path().components().collect::<std::path::PathBuf>().into()
}

/// From the running executable, else as the operator says, else by the link that `java` is.
fn java_home(
    reader: Reader<'_>,
    entry: &Installation,
    process: Option<&Process>,
) -> Result<HostPath> {
    let running = process.and_then(|process| process.executable.clone());
    if let Some(home) = running.as_ref().and_then(home_of_java) {
        return Ok(home);
    }
    if let Some(home) = &entry.java_home {
        return Ok(home.clone());
    }
    let linked = reader.resolved(&HostPath::from("/usr/bin/java"))?;
    Ok(home_of_java(&linked).unwrap_or_else(|| HostPath::from("/usr")))
}

pub(crate) fn home_of_java(executable: &HostPath) -> Option<HostPath> {
    let bin = executable.parent()?;
    let home = bin.parent()?;
    if home.file_name() == "jre" { home.parent() } else { Some(home) }
}
