//! The settlement of a carried-over `rabbitmq.config`: of the two files that it becomes.

use refit_model::{Lineage, SettledFile, Template};

use super::place::{line, placed};
use super::report::Report;
use super::split::{ConfEntry, Splitter};
use crate::settle::{
    Base, BaseView, NEW_SLOT, SettleInput, Settled, filled_from_vendor, open, settle,
};
use crate::{Document, FileSpec, Format, Migration};

/// The file beside `rabbitmq.conf` that holds what that cannot say.
const ADVANCED: &str = "advanced.config";

/// Settles `rabbitmq.config` where the new default is `rabbitmq.conf`.
///
/// Each of the two new files is settled as if the site had had it all along, so that rules and
/// decisions about them hold.
pub(crate) fn migrate(migration: &Migration, input: &SettleInput) -> Settled {
    let other = input.new.filter(|new| {
        new.spec().format == Format::KeyValue && input.site.spec().format == Format::Erlang
    });
    match other {
        Some(new) => carried(migration, input, new).unwrap_or_else(|| {
            open(input, "The old file could not be taken apart. Keep the site's file?")
        }),
        None => settle(input),
    }
}

fn carried(migration: &Migration, input: &SettleInput, new: &Document) -> Option<Settled> {
    let base = input.base.as_ref().map(BaseView::of);
    let vendors = new.with_slot_prefix(NEW_SLOT).ok()?;
    let can_stand = |entry: &ConfEntry| line(&vendors, entry).is_some();
    let splitter = Splitter { site: input.site, base: base.as_ref(), can_stand: &can_stand };
    let split = splitter.split(input.target).ok()?;
    let site = placed(&vendors.with_more_slots(input.site.slots()), &split, input.site)?;
    let shipped = Lineage::Shipped(vec![input.target.clone()]);
    let conf = settle(&SettleInput {
        base: Some(Base::Document(new)),
        lineage: &shipped,
        site: &site,
        ..*input
    });
    let conf = as_written(conf, &site, |template| filled_from_vendor(&template, new));
    let advanced = match &split.advanced {
        Some(rest) => Some(advanced(migration, input, rest)?),
        None => None,
    };
    Some(Report { migration, input, base: base.as_ref(), split: &split }.report(conf, advanced))
}

/// What is left of the old file, as the site's own file beside the new one.
fn advanced(migration: &Migration, input: &SettleInput, rest: &Document) -> Option<Settled> {
    let folder = migration.to.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = format!("{folder}/{ADVANCED}").trim_start_matches('/').to_owned();
    let spec = FileSpec { path, ..rest.spec().clone() };
    let site = Document::parse_template(&rest.template(), &spec).ok()?;
    let nothing = Document::parse(b"[].\n", &spec).ok()?;
    let settled = settle(&SettleInput {
        base: None,
        lineage: &Lineage::Own,
        site: &site,
        new: Some(&nothing),
        ..*input
    });
    Some(as_written(settled, &site, |template| template))
}

/// A file that the host does not have is written, where the settlement would copy or leave it.
fn as_written(settled: Settled, site: &Document, filled: impl Fn(Template) -> Template) -> Settled {
    let mut settled = settled;
    if settled.settlement.result == SettledFile::AsSite {
        settled.content = Some(site.template());
    }
    settled.content = settled.content.map(filled);
    if let Some(template) = &settled.content {
        let digest = refit_model::Document::digest(template);
        settled.settlement.result = digest.map_or(SettledFile::Open, SettledFile::Written);
    }
    settled
}
