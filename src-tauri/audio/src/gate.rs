//! The output gate: measures a finished master and refuses what nobody should hear.
