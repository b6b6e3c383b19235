//! Decoding a file. Spreadsheets save UTF-8, UTF-16 or Windows-1252 without saying which.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::ImportError;

/// A file's text, with a note if its encoding was guessed.
pub(super) fn decode(bytes: &[u8], named: Option<&str>) -> Result<(String, Option<String>), ImportError> {
    if let Some(label) = named {
        let encoding = Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
            ImportError::BadOption(format!(
                "“{label}” is not an encoding: use utf-8, utf-16le, windows-1252, macintosh or iso-8859-14, for \
                 example"
            ))
        })?;
        return Ok((encoding.decode(bytes).0.into_owned(), None));
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        if encoding == UTF_16LE || encoding == UTF_16BE {
            return Ok((encoding.decode_without_bom_handling(rest).0.into_owned(), None));
        }
        return Ok(utf8_or_windows(rest));
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        let word = format!("The file has no mark of its encoding. It was read as {}.", encoding.name());
        return Ok((encoding.decode_without_bom_handling(bytes).0.into_owned(), Some(word)));
    }
    Ok(utf8_or_windows(bytes))
}

/// UTF-8, and Windows-1252 for each line that is not valid UTF-8: files are pasted together from parts saved
/// differently.
fn utf8_or_windows(bytes: &[u8]) -> (String, Option<String>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut first = None;
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r'))) {
        let (line, is_windows) = match std::str::from_utf8(line) {
            Ok(line) => (Cow::Borrowed(line), false),
            Err(_) => (WINDOWS_1252.decode_without_bom_handling(line).0, true),
        };
        if is_windows && first.is_none() {
            first = Some((number, line.trim().chars().take(60).collect::<String>()));
        }
        text.push_str(&line);
    }
    let word = first.map(|(_, example)| {
        format!(
            "The file is not in UTF-8. It was read as Windows-1252, as Excel saves it: look whether “{example}” \
             reads well, and name another one with --encoding if not."
        )
    });
    (text, word)
}

/// Detects UTF-16 without a byte order mark: every other byte of plain text is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let beginning = bytes.get(..bytes.len().min(64))?;
    let zeros = |odd: usize| beginning.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let half = beginning.len() / 2;
    match (zeros(0), zeros(1)) {
        _ if half < 4 => None,
        (0, odd) if odd * 4 > half * 3 => Some(UTF_16LE),
        (even, 0) if even * 4 > half * 3 => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_of_all_encodings_are_read() {
        let utf16 = |to_bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
            let mark = mark.then_some('\u{feff}').into_iter();
            let text: String = mark.chain("title\nCafé ŵ".chars()).collect();
            text.encode_utf16().flat_map(to_bytes).collect()
        };
        for (bytes, text, is_told) in [
            ("title\nCafé ŵ".as_bytes().to_vec(), "title\nCafé ŵ", false),
            ("\u{feff}title\nCafé ŵ".as_bytes().to_vec(), "title\nCafé ŵ", false),
            (utf16(u16::to_le_bytes, true), "title\nCafé ŵ", false),
            (utf16(u16::to_be_bytes, true), "title\nCafé ŵ", false),
            (utf16(u16::to_le_bytes, false), "title\nCafé ŵ", true),
            (utf16(u16::to_be_bytes, false), "title\nCafé ŵ", true),
            (b"title\nCaf\xe9 \x80\x94".to_vec(), "title\nCafé €”", true),
            (b"Caf\xe9\n\xc3\xa9\n".to_vec(), "Café\né\n", true),
            (b"\xef\xbb\xbfCaf\xe9".to_vec(), "Café", true),
        ] {
            let (read, word) = decode(&bytes, None).unwrap();
            assert_eq!((read.as_str(), word.is_some()), (text, is_told), "{bytes:?}");
        }
        assert_eq!(decode(b"Caf\x8e", Some("macintosh")).unwrap().0, "Café");
        assert!(matches!(decode(b"x", Some("klingon")), Err(ImportError::BadOption(_))));
    }
}
