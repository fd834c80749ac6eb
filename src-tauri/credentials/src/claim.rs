//! What is claimed of a file, and of the one that it was made of.

use std::fs::File;
use std::path::Path;

use c2pa::assertions::{Action, c2pa_action};
use c2pa::{Builder, BuilderIntent, ClaimGeneratorInfo, DigitalSourceType, Relationship};
use serde_json::{Value, json};

use crate::container::Container;
use crate::{Result, context, guarded};

/// Tags or a cover were changed, the sound was not; C2PA has the word, the crate no name for it.
const RETAGGED: &str = "c2pa.edited.metadata";
/// Which ingredients an action is about, by their labels.
const INGREDIENTS: &str = "ingredientIds";
/// The birth certificate, as an assertion of its own.
pub(crate) const CERTIFICATE: &str = "studio.son1k.certificate";

/// What is said of a file when it is signed.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The program that signs: "Son1k Studio".
    pub program: &'a str,
    /// The version of the program: "0.1.0".
    pub version: &'a str,
    pub deed: Deed<'a>,
    /// The birth certificate (JSON); left out where it is none.
    pub certificate: Option<&'a str>,
}

/// What was done. Source types are the URLs of IPTC's list (cv.iptc.org/newscodes/digitalsourcetype).
#[derive(Debug, Clone, Copy)]
pub enum Deed<'a> {
    /// A sound came to be that was not there before.
    Created { source_type: &'a str },
    /// A sound was made of another one.
    Edited { parent: &'a Ingredient, source_type: Option<&'a str> },
    /// A sound was mixed of others.
    Mixed { parts: &'a [&'a Ingredient], source_type: &'a str },
    /// Tags or a cover were changed.
    Retagged { parent: &'a Ingredient },
}

/// A file as it was before another was made of it, or before it was written into, with the credentials that it had.
#[derive(Debug, Clone)]
pub struct Ingredient(c2pa::Ingredient);

impl Ingredient {
    /// Looks at a file; credentials that cannot be read are none.
    ///
    /// # Errors
    /// [`crate::Error::Io`], [`crate::Error::Signing`].
    pub fn of(file: &Path) -> Result<Self> {
        let mut source = File::open(file)?;
        let wanted = json!({ "relationship": "parentOf" }).to_string();
        let Some(container) = Container::of(&mut source)? else {
            return Ok(Self(c2pa::Ingredient::from_json(&wanted)?));
        };
        let mut builder = Builder::from_context(context()?);
        let read = guarded(|| {
            builder.add_ingredient_from_stream(wanted.as_str(), container.format(), &mut source).cloned()
        });
        Ok(Self(read.or_else(|_| c2pa::Ingredient::from_json(&wanted))?))
    }

    /// Returns whether it had credentials.
    pub fn is_signed(&self) -> bool {
        self.0.manifest_data_ref().is_some()
    }
}

impl Claim<'_> {
    pub(crate) fn builder(&self) -> c2pa::Result<Builder> {
        let mut program = ClaimGeneratorInfo::new(self.program);
        program.set_version(self.version);
        let mut builder = Builder::from_context(context()?);
        builder.set_claim_generator_info(program.clone());
        // An edit begins with `c2pa.opened`, which the builder adds and ties to the parent.
        let (intent, parent, actions) = match self.deed {
            Deed::Created { source_type } => (create(source_type), None, vec![created(source_type)]),
            Deed::Edited { parent, source_type } => {
                let action = Action::new(c2pa_action::EDITED);
                let action = match source_type {
                    Some(term) => action.set_source_type(listed(term)),
                    None => action,
                };
                (BuilderIntent::Edit, Some(parent), vec![action])
            }
            Deed::Mixed { parts, source_type } => {
                let mut actions = vec![created(source_type)];
                for (number, Ingredient(part)) in parts.iter().enumerate() {
                    let label = format!("part-{number}");
                    let mut part = part.clone();
                    part.set_relationship(Relationship::ComponentOf).set_label(&label);
                    builder.add_ingredient(part);
                    actions.push(Action::new(c2pa_action::PLACED).set_parameter(INGREDIENTS, [label])?);
                }
                (create(source_type), None, actions)
            }
            Deed::Retagged { parent } => (BuilderIntent::Edit, Some(parent), vec![Action::new(RETAGGED)]),
        };
        builder.set_intent(intent);
        if let Some(Ingredient(parent)) = parent {
            builder.add_ingredient(parent.clone());
        }
        for action in actions {
            builder.add_action(action.set_software_agent(program.clone()))?;
        }
        let certificate = self.certificate.and_then(|json| serde_json::from_str::<Value>(json).ok());
        if let Some(certificate) = certificate {
            builder.add_assertion_json(CERTIFICATE, &certificate)?;
        }
        Ok(builder)
    }
}

fn listed(source_type: &str) -> DigitalSourceType {
    DigitalSourceType::Other(source_type.to_owned())
}

fn create(source_type: &str) -> BuilderIntent {
    BuilderIntent::Create(listed(source_type))
}

fn created(source_type: &str) -> Action {
    Action::new(c2pa_action::CREATED).set_source_type(listed(source_type))
}
