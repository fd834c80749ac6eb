//! What the credentials of a file say, and whether it is still the file that they were made for.

use std::fs::File;
use std::path::Path;

use c2pa::assertions::Actions;
use c2pa::jumbf_io::load_jumbf_from_stream;
use c2pa::{ClaimGeneratorInfo, Manifest, Reader, ValidationState};
use son1k_domain::certificate::{ContentCredentials, CredentialState, is_synthetic};

use crate::container::Container;
use crate::{Result, context, guarded};

/// Most files that are gone back through to the one that was not made of another.
const GENERATIONS: usize = 100;

/// Returns the credentials of a file; `None` where it has or can have none. Credentials that lie elsewhere are not fetched.
/// The whole file is read.
///
/// # Errors
/// [`crate::Error::Io`] when the file cannot be read.
pub fn read(file: &Path) -> Result<Option<ContentCredentials>> {
    let mut source = File::open(file)?;
    let Some(container) = Container::of(&mut source)? else { return Ok(None) };
    let format = container.format();
    // What is cut off before its credentials begin has none.
    let Ok(store) = guarded(|| load_jumbf_from_stream(format, &mut source)) else { return Ok(None) };
    let reader = guarded(|| {
        Reader::from_context(context()?).with_manifest_data_and_stream(&store, format, &mut source)
    });
    Ok(Some(reader.map_or_else(|_| unreadable(), |reader| told(&reader))))
}

fn unreadable() -> ContentCredentials {
    let state = CredentialState::Unreadable;
    ContentCredentials { state, generator: None, source_type: None, synthetic: false, actions: Vec::new() }
}

fn told(reader: &Reader) -> ContentCredentials {
    let generations = generations(reader);
    let last = generations.first().copied();
    let source_type = generations.iter().copied().find_map(source_type_of);
    ContentCredentials {
        state: state_of(reader),
        generator: last.and_then(generator_of),
        synthetic: source_type.as_deref().is_some_and(is_synthetic),
        source_type,
        actions: last.map(actions_of).unwrap_or_default(),
    }
}

/// Nobody is on a list of ours, so a signer that is unknown is as good as any other.
fn state_of(reader: &Reader) -> CredentialState {
    if matches!(reader.validation_state(), ValidationState::Valid | ValidationState::Trusted) {
        return CredentialState::Intact;
    }
    let active = reader.validation_results().and_then(|results| results.active_manifest());
    let mut failures = active.into_iter().flat_map(|codes| codes.failure());
    match failures.any(|failure| failure.code().ends_with(".mismatch")) {
        true => CredentialState::Altered,
        false => CredentialState::Unreadable,
    }
}

/// The manifest of the file, then that of what it was made of, and so on.
fn generations(reader: &Reader) -> Vec<&Manifest> {
    let before = |manifest: &&Manifest| {
        let parent = manifest.ingredients().iter().find(|ingredient| ingredient.is_parent())?;
        reader.get_manifest(parent.active_manifest()?)
    };
    std::iter::successors(reader.active_manifest(), before).take(GENERATIONS).collect()
}

fn generator_of(manifest: &Manifest) -> Option<String> {
    let named = |info: &ClaimGeneratorInfo| match &info.version {
        Some(version) => format!("{} {version}", info.name),
        None => info.name.clone(),
    };
    let info = manifest.claim_generator_info.as_ref().and_then(|infos| infos.first());
    info.map(named).or_else(|| manifest.claim_generator().map(str::to_owned))
}

fn actions_of(manifest: &Manifest) -> Vec<String> {
    let actions = manifest.find_assertion::<Actions>(Actions::LABEL);
    actions.map(|all| all.actions().iter().map(|one| one.action().to_owned()).collect()).unwrap_or_default()
}

fn source_type_of(manifest: &Manifest) -> Option<String> {
    let actions = manifest.find_assertion::<Actions>(Actions::LABEL).ok()?;
    actions.actions().iter().find_map(|action| action.source_type()).map(ToString::to_string)
}
