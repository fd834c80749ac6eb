//! What is claimed of a file, and of the one that it was made of.

use std::fs::File;
use std::path::Path;

use c2pa::assertions::{Action, c2pa_action};
use c2pa::{Builder, BuilderIntent, ClaimGeneratorInfo, DigitalSourceType, Ingredient};
use serde_json::{Value, json};

use crate::container::Container;
use crate::{Result, context, guarded};

/// Tags or a cover were changed, the sound was not; C2PA has the word, the crate no name for it.
const RETAGGED: &str = "c2pa.edited.metadata";
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
    Edited { parent: &'a Parent, source_type: Option<&'a str> },
    /// Tags or a cover were changed.
    Retagged { parent: &'a Parent },
}

/// A file as it was before another was made of it, or before it was written into, with the credentials that it had.
#[derive(Debug, Clone)]
pub struct Parent(Ingredient);

impl Parent {
    /// Looks at a file; credentials that cannot be read are none.
    ///
    /// # Errors
    /// [`crate::Error::Io`], [`crate::Error::Signing`].
    pub fn of(file: &Path) -> Result<Self> {
        let mut source = File::open(file)?;
        let wanted = json!({ "relationship": "parentOf" }).to_string();
        let Some(container) = Container::of(&mut source)? else {
            return Ok(Self(Ingredient::from_json(&wanted)?));
        };
        let mut builder = Builder::from_context(context()?);
        let read = guarded(|| {
            builder.add_ingredient_from_stream(wanted.as_str(), container.format(), &mut source).cloned()
        });
        Ok(Self(read.or_else(|_| Ingredient::from_json(&wanted))?))
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
        let (intent, parent, action) = match self.deed {
            Deed::Created { source_type } => {
                let source_type = DigitalSourceType::Other(source_type.to_owned());
                let action = Action::new(c2pa_action::CREATED).set_source_type(source_type.clone());
                (BuilderIntent::Create(source_type), None, action)
            }
            Deed::Edited { parent, source_type } => {
                let action = Action::new(c2pa_action::EDITED);
                let action = match source_type {
                    Some(term) => action.set_source_type(DigitalSourceType::Other(term.to_owned())),
                    None => action,
                };
                (BuilderIntent::Edit, Some(parent), action)
            }
            Deed::Retagged { parent } => (BuilderIntent::Edit, Some(parent), Action::new(RETAGGED)),
        };
        // An edit begins with `c2pa.opened`, which the builder adds and ties to the parent.
        builder.set_intent(intent);
        if let Some(Parent(parent)) = parent {
            builder.add_ingredient(parent.clone());
        }
        builder.add_action(action.set_software_agent(program))?;
        let certificate = self.certificate.and_then(|json| serde_json::from_str::<Value>(json).ok());
        if let Some(certificate) = certificate {
            builder.add_assertion_json(CERTIFICATE, &certificate)?;
        }
        Ok(builder)
    }
}
