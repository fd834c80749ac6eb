//! As much of DER (ITU-T X.690) as a certificate needs.

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BITS: u8 = 0x03;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const OBJECT: u8 = 0x06;
pub(crate) const UTF8: u8 = 0x0C;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// Writes one value: its tag, the length of its content in as few bytes as it takes, the content.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut written = vec![tag];
    if content.len() < 0x80 {
        written.push(content.len() as u8);
    } else {
        let length = content.len().to_be_bytes();
        let digits = &length[length.iter().take_while(|digit| **digit == 0).count()..];
        written.push(0x80 | digits.len() as u8);
        written.extend(digits);
    }
    written.extend(content);
    written
}

/// Writes values behind each other, as the content of a sequence.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(SEQUENCE, &parts.concat())
}

/// Writes whole bytes as a string of bits.
pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    value(BITS, &[&[0], bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_takes_as_few_bytes_as_it_can() {
        assert_eq!(value(OCTETS, &[7; 3]), [4, 3, 7, 7, 7]);
        assert_eq!(value(OCTETS, &[0; 127])[..2], [4, 127]);
        assert_eq!(value(OCTETS, &[0; 128])[..3], [4, 0x81, 128]);
        assert_eq!(value(OCTETS, &[0; 300])[..4], [4, 0x82, 1, 44]);
        assert_eq!(sequence(&[bits(&[5])]), [0x30, 4, 3, 2, 0, 5]);
    }
}
