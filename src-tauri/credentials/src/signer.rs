//! A signer for one file: its key is made for it, and gone with it.

use c2pa::SigningAlg;
use ed25519_dalek::{Signer as _, SigningKey};

use crate::der::{
    BOOLEAN, GENERALIZED_TIME, INTEGER, OBJECT, OCTETS, SET, UTC_TIME, UTF8, bits, sequence, value,
};
use crate::{Error, Result};

/// Ed25519 (RFC 8410), 1.3.101.112.
const ED25519: &[u8] = &[0x2B, 0x65, 0x70];
/// Common name, 2.5.4.3, and organisation, 2.5.4.10.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0A];
/// Extensions of RFC 5280, 2.5.29.*.
const SUBJECT_KEY: &[u8] = &[0x55, 0x1D, 0x0E];
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1D, 0x23];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
/// `id-kp-emailProtection`, 1.3.6.1.5.5.7.3.4: the purpose that every reader of C2PA takes for signing (C2PA 2.2, §14.5.1).
const EMAIL_PROTECTION: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04];

/// Without a time stamp of a third party a signature counts as long as its certificate does, and nobody could renew it:
/// it has no end (RFC 5280, §4.1.2.5), and no beginning that a clock gone wrong would be before.
const BEGINNING: &[u8] = b"000101000000Z";
const END: &[u8] = b"99991231235959Z";

/// What a signature takes besides the certificate, in bytes: its own 64, and the COSE around it.
const AROUND: usize = 1_024;
/// Bytes of a public key that tell it from others.
const KEY_ID: usize = 20;

pub(crate) struct OneFileSigner {
    key: SigningKey,
    certificate: Vec<u8>,
}

impl OneFileSigner {
    /// Makes a key with a certificate, which another key vouches for that exists only here: C2PA takes none that vouches for
    /// itself.
    ///
    /// # Errors
    /// [`Error::Signing`] when the system gives no random numbers.
    pub(crate) fn new() -> Result<Self> {
        let (key, issuer) = (SigningKey::from_bytes(&random()?), SigningKey::from_bytes(&random()?));
        let certificate = certificate(&key, &issuer, random()?);
        Ok(Self { key, certificate })
    }
}

impl c2pa::Signer for OneFileSigner {
    fn sign(&self, data: &[u8]) -> c2pa::Result<Vec<u8>> {
        Ok(self.key.sign(data).to_bytes().to_vec())
    }

    fn alg(&self) -> SigningAlg {
        SigningAlg::Ed25519
    }

    fn certs(&self) -> c2pa::Result<Vec<Vec<u8>>> {
        Ok(vec![self.certificate.clone()])
    }

    fn reserve_size(&self) -> usize {
        AROUND + self.certificate.len()
    }
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::Signing(error.to_string()))?;
    Ok(bytes)
}

/// An X.509 certificate of version 3 (RFC 5280, §4.1) as C2PA wants it of a signer (C2PA 2.2, §14.5.1).
fn certificate(key: &SigningKey, issuer: &SigningKey, mut serial: [u8; 16]) -> Vec<u8> {
    // Above zero, and as short as it can be written.
    serial[0] = serial[0] & 0x7F | 0x40;
    let (public, authority) = (key.verifying_key().to_bytes(), issuer.verifying_key().to_bytes());
    let algorithm = sequence(&[value(OBJECT, ED25519)]);
    let told = sequence(&[
        value(0xA0, &value(INTEGER, &[2])),
        value(INTEGER, &serial),
        algorithm.clone(),
        name("Son1k Studio, issuer for one file"),
        sequence(&[value(UTC_TIME, BEGINNING), value(GENERALIZED_TIME, END)]),
        name("Son1k Studio, signer of one file"),
        sequence(&[algorithm.clone(), bits(&public)]),
        value(0xA3, &extensions(&public[..KEY_ID], &authority[..KEY_ID])),
    ]);
    let signature = issuer.sign(&told).to_bytes();
    sequence(&[told, algorithm, bits(&signature)])
}

fn name(common: &str) -> Vec<u8> {
    let part =
        |kind: &[u8], text: &str| value(SET, &sequence(&[value(OBJECT, kind), value(UTF8, text.as_bytes())]));
    sequence(&[part(COMMON_NAME, common), part(ORGANISATION, "Son1k Studio")])
}

fn extensions(subject: &[u8], authority: &[u8]) -> Vec<u8> {
    let extension = |kind: &[u8], critical: bool, content: &[u8]| {
        let critical = if critical { value(BOOLEAN, &[0xFF]) } else { Vec::new() };
        sequence(&[value(OBJECT, kind), critical, value(OCTETS, content)])
    };
    sequence(&[
        // No authority: an empty sequence, as `false` is what is not written.
        extension(BASIC_CONSTRAINTS, true, &sequence(&[])),
        // digitalSignature alone: the first bit of eight, seven of them unused.
        extension(KEY_USAGE, true, &value(crate::der::BITS, &[7, 0x80])),
        extension(EXTENDED_KEY_USAGE, false, &sequence(&[value(OBJECT, EMAIL_PROTECTION)])),
        extension(SUBJECT_KEY, false, &value(OCTETS, subject)),
        extension(AUTHORITY_KEY, false, &sequence(&[value(0x80, authority)])),
    ])
}
