//! Mails among the texts: told by their head, whatever they are called.

use crate::Kind;

/// What a mail's head says, as far as it matters here.
#[derive(Default)]
struct Head {
    has_sender: bool,
    has_trace: bool,
    is_related: bool,
    is_saved: bool,
    known: u32,
}

/// A mail, a mailbox, or a web page saved as a mail; `None` for any other text. `extension` is in lower case.
pub(crate) fn letter(text: &[u8], extension: &str) -> Option<Kind> {
    let text = text.trim_ascii_start();
    if let Some((_, rest)) = text
        .strip_prefix(b"From ")
        .and_then(|_| split_line(text))
        .filter(|(line, _)| is_separator(line))
    {
        return head(rest).filter(|head| head.known > 0).map(|_| Kind::Mbox);
    }
    let head = head(text)?;
    let is_page = matches!(extension, "mht" | "mhtml");
    if head.is_related && (is_page || head.is_saved) {
        return Some(Kind::Mhtml);
    }
    let is_called_so = is_page || extension == "eml";
    let is_mail = head.known >= 3 && head.has_sender && head.has_trace;
    (is_mail || (is_called_so && head.known > 0)).then_some(Kind::Eml)
}

/// `From somebody Fri May 17 09:30:00 2024`: there is a time in it.
fn is_separator(line: &[u8]) -> bool {
    line.windows(3)
        .any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit())
}

/// The lines up to the first blank one, when all of them are fields (RFC 5322, 2.2) or go on with one.
fn head(text: &[u8]) -> Option<Head> {
    let (mut head, mut rest) = (Head::default(), text);
    while let Some((line, behind)) = split_line(rest) {
        if line.is_empty() {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            head.field(line)?;
        }
        rest = behind;
    }
    Some(head)
}

impl Head {
    fn field(&mut self, line: &[u8]) -> Option<()> {
        let colon = line.iter().position(|b| *b == b':')?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        let value = value.to_ascii_lowercase();
        let holds = |what: &[u8]| value.windows(what.len()).any(|window| window == what);
        match name.to_ascii_lowercase().as_slice() {
            b"from" => {
                self.has_sender = true;
                self.is_saved |= holds(b"<saved by");
            }
            b"received" | b"return-path" => (self.has_sender, self.has_trace) = (true, true),
            b"date" | b"message-id" | b"mime-version" => self.has_trace = true,
            b"snapshot-content-location" => self.is_saved = true,
            b"content-type" => self.is_related = holds(b"multipart/related"),
            b"to" | b"cc" | b"bcc" | b"subject" | b"sender" | b"reply-to" | b"delivered-to" => {}
            _ => return Some(()),
        }
        self.known += 1;
        Some(())
    }
}

/// The first line, and what is behind it. What is cut off in the middle of a line is no line.
fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|b| *b == b'\n')?;
    let line = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
    Some((line, &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, extension: &str, expect: Option<Kind>) {
        assert_eq!(letter(text.as_bytes(), extension), expect, "{text}");
    }

    #[test]
    fn a_mail_is_a_mail_whatever_it_is_called() {
        let mail = "From: a@b.c\r\nTo: d@e.f\r\nSubject: x\r\n y: z\r\nDate: today\r\n\r\ntext without colon\r\n";
        check(mail, "eml", Some(Kind::Eml));
        check(mail, "txt", Some(Kind::Eml));
        check(&format!("\r\n{mail}"), "", Some(Kind::Eml));
    }

    #[test]
    fn a_text_with_colons_is_no_mail() {
        check("Subject: x\nFrom: me\nTo: you\n\nDear", "txt", None);
        check("Subject: x\n\nDear", "eml", Some(Kind::Eml));
        check("name: value\nother: value\n", "eml", None);
        check("From here on: nothing\nelse\n", "txt", None);
    }

    #[test]
    fn a_mailbox_begins_with_a_line_that_has_a_time() {
        let message = "Subject: x\n\ntext";
        check(
            &format!("From a@b.c Fri May 17 09:30:00 2024\n{message}"),
            "",
            Some(Kind::Mbox),
        );
        check(&format!("From a@b.c\n{message}"), "", None);
    }

    #[test]
    fn a_saved_web_page_is_not_a_mail() {
        let page = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n";
        check(page, "mht", Some(Kind::Mhtml));
        check(
            &format!("From: <Saved by Blink>\n{page}"),
            "",
            Some(Kind::Mhtml),
        );
        check(
            &format!("From: a@b.c\nSubject: x\n{page}"),
            "",
            Some(Kind::Eml),
        );
    }
}
