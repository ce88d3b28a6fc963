//! Where the parts of a configuration lead once its home is copied to a scratch folder.

use refit_model::{Endpoint, HostPath, Override, OverrideTo, PathPurpose, WrittenPath, literal};
use refit_packs::{ConfiguredEndpoint, Documents, Pack, Words};

use crate::side_by_side::named;

/// Stands for the scratch copy's home while it is looked which paths lead out of it.
const SCRATCH_HOME: &str = "/refit-scratch/home";

/// What a configuration listens on and writes to, and what must be changed so that a copy of it
/// stays apart from the site. In the copy the data are in the home.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScratchPlaces {
    /// The addresses that it listens on.
    pub endpoints: Vec<Endpoint>,
    /// Keys that get another value.
    pub overrides: Vec<Override>,
    /// Stores that lie outside its data folder, with the place that they get below the scratch
    /// folder.
    stores: Vec<(HostPath, String)>,
    /// Its logs, as steps name them.
    pub logs: Vec<HostPath>,
}

impl ScratchPlaces {
    /// The places of the configuration in `documents`.
    pub fn of(pack: &Pack, documents: &Documents) -> Self {
        let scratch: HostPath = SCRATCH_HOME.to_owned().into();
        let (data, conf) = (scratch.join("data"), scratch.join("conf"));
        let words = Words::new(
            &pack.product.layout,
            &[("home", &scratch), ("base", &scratch), ("conf", &conf), ("data", &data)],
        );
        let found = pack.facts.read_endpoints(documents, &words);
        let endpoints: Vec<_> = found.endpoints.iter().map(|one| one.endpoint.clone()).collect();
        let overrides = endpoint_overrides(&found.endpoints, &endpoints);
        let mut places = Self { endpoints, overrides, ..Self::default() };
        let read = pack.facts.read_facts(documents);
        for written in pack.facts.read_written(documents, &read, &words) {
            places.take(&written, &scratch, &data);
        }
        places
    }

    /// The names that parameters have for the addresses.
    pub fn endpoint_names(&self) -> Vec<String> {
        named(&self.endpoints).into_keys().collect()
    }

    /// Where a copy of the configuration looks for the store that is at `store` on the site, whose
    /// data folder is `data`: as steps name it, below `${data}` or `${scratch}`.
    pub fn store(&self, store: &HostPath, data: &HostPath) -> Option<HostPath> {
        if let Ok(below) = store.as_path().strip_prefix(data.as_path()) {
            let below = literal(&below.display().to_string());
            return Some(HostPath::from("${data}").join(below));
        }
        let (_, below) = self.stores.iter().find(|(path, _)| path == store)?;
        Some(HostPath::from("${scratch}").join(below))
    }

    /// A place inside the home or its data moves with the copy; any other one is changed.
    fn take(&mut self, written: &WrittenPath, scratch: &HostPath, data: &HostPath) {
        let inside_data = written.path.as_path().strip_prefix(data.as_path()).ok();
        if written.purpose == PathPurpose::Log
            && let Some(below) = inside_data
        {
            let below = literal(&below.display().to_string());
            self.logs.push(HostPath::from("${data}").join(below));
        }
        let is_device = written.path.is_within(&"/dev".to_owned().into());
        let leads_out = written.path.as_path().is_absolute() && !written.path.is_within(scratch);
        if written.key.is_empty() || !leads_out || is_device {
            return;
        }
        let below = match written.purpose {
            PathPurpose::Data => "home/data".to_owned(),
            _ => format!("outside/{}", self.overrides.len()),
        };
        if written.purpose == PathPurpose::Store {
            self.stores.push((written.path.clone(), below.clone()));
        }
        self.overrides.push(Override {
            file: written.file.clone(),
            key: written.key.clone(),
            to: OverrideTo::ScratchPath(below),
        });
    }
}

fn endpoint_overrides(found: &[ConfiguredEndpoint], endpoints: &[Endpoint]) -> Vec<Override> {
    let names = named(endpoints);
    let mut overrides = Vec::new();
    for one in found {
        let name = names.iter().find(|(_, endpoint)| ***endpoint == one.endpoint);
        let Some((name, _)) = name else { continue };
        for (key, at) in &one.keys {
            overrides.push(Override {
                file: one.endpoint.file.clone(),
                key: key.clone(),
                to: OverrideTo::Endpoint { name: name.clone(), at: *at },
            });
        }
    }
    overrides
}
