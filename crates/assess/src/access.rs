//! What the upgrade must read and write, and room for it.

use refit_hosts::{Identity, Process, Reader};
use refit_model::{Folders, HostPath};

use crate::Result;
use crate::gathered::Gathered;
use crate::store::{about_mebibytes, mebibytes};

/// What the new version's home and some room take, in bytes.
const NEW_HOME_BYTES: u64 = 512 << 20;

/// Looks whether the upgrade may write where it must, and whether there is room.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    folders: &Folders,
    home_bytes: u64,
    store_bytes: u64,
) -> Result<()> {
    let mut places: Vec<HostPath> = vec![
        folders.install_into.clone(),
        folders.restore_points.clone(),
        folders.control.clone(),
        folders.data.clone(),
    ];
    places.extend(folders.link.as_ref().and_then(|link| link.path.parent()));
    if folders.default_data.is_some() {
        places.push(folders.home.clone());
    }
    let mut unwritable = Vec::new();
    for place in &places {
        if !reader.may_write(place)? {
            unwritable.push(place.to_string());
        }
    }
    gathered.list("access.unwritable", unwritable);
    gathered.fact("data.renamable", is_renamable(reader, folders)?);
    gathered.fact("home.size_about_mebibytes", about_mebibytes(home_bytes));
    gathered.fact("store.size_about_mebibytes", about_mebibytes(store_bytes));
    room(gathered, reader, folders, home_bytes + store_bytes)
}

/// Whether the data can be moved beside the new home without being copied.
fn is_renamable(reader: Reader<'_>, folders: &Folders) -> Result<bool> {
    let device = |path: &HostPath| Ok::<_, crate::AssessError>(reader.space(path)?.device);
    let data = device(&folders.data)?;
    let above = folders.data.parent().unwrap_or_else(|| folders.data.clone());
    Ok(data == device(&folders.install_into)? && data == device(&above)?)
}

/// Home and store are copied twice at most at one moment (restore point and its rehearsal, or the
/// rehearsal of the plan); then the new home.
fn room(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    folders: &Folders,
    installation_bytes: u64,
) -> Result<()> {
    let install = reader.space(&folders.install_into)?;
    let points = reader.space(&folders.restore_points)?;
    gathered.observe("disk.free_mebibytes", mebibytes(install.free_bytes));
    let copies = 3 * installation_bytes;
    let needs = if install.device == points.device {
        vec![(&folders.install_into, install, NEW_HOME_BYTES + copies)]
    } else {
        vec![
            (&folders.install_into, install, NEW_HOME_BYTES),
            (&folders.restore_points, points, copies),
        ]
    };
    let short = needs.into_iter().filter(|(_, space, needed)| space.free_bytes < *needed);
    let short = short.map(|(path, space, needed)| {
        format!("{path}: needs {} MiB, has {} MiB", mebibytes(needed), mebibytes(space.free_bytes))
    });
    gathered.observed.set("disk.short", short.collect::<Vec<_>>());
    Ok(())
}

/// Whether the memory is enough for a second broker during the rehearsal.
pub(crate) fn memory(gathered: &mut Gathered, identity: &Identity, process: Option<&Process>) {
    let free = i64::try_from(identity.available_memory_mebibytes).unwrap_or(i64::MAX);
    gathered.observe("memory.free_mebibytes", free);
    let heap = process.and_then(|process| {
        process.arguments.iter().rev().find_map(|argument| heap_mebibytes(argument))
    });
    if let Some(heap) = heap {
        gathered.observe("memory.short_for_rehearsal", free < heap);
    }
}

/// The number in `-Xmx512M`, `-Xmx1g`, `-Xmx1048576`, in MiB.
fn heap_mebibytes(argument: &str) -> Option<i64> {
    let text = argument.strip_prefix("-Xmx")?.to_ascii_lowercase();
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok()?;
    Some(match &text[digits.len()..] {
        "g" => number.checked_mul(1024)?,
        "m" => number,
        "k" => number / 1024,
        _ => number / (1 << 20),
    })
}

#[cfg(test)]
mod tests {
    use super::heap_mebibytes;

    #[test]
    fn heap_sizes_of_all_spellings() {
        for (text, size) in
            [("-Xmx512M", 512), ("-Xmx2g", 2048), ("-Xmx1048576k", 1024), ("-Xmx268435456", 256)]
        {
            assert_eq!(heap_mebibytes(text), Some(size), "{text}");
        }
        assert_eq!(heap_mebibytes("-Xms64M"), None);
    }
}
