//! A letter as a message: as text, and as HTML that says the same.

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use refit_desk::UserId;
use refit_report::breakable;
use refit_store::{OutboxEntry, User};

use super::MailSettings;
use crate::failure::Failure;
use crate::letters::{Letter, LetterLink};
use crate::link::{self, Invited, Why};
use crate::portal::Portal;
use crate::record::Origin;

/// What programs answer to with no "I am on holiday".
const AUTOMATIC: &str = "Auto-Submitted";

/// The message of a letter. Its id is that of the entry: the same each time that it is sent.
pub(super) async fn message(
    portal: &Portal,
    settings: &MailSettings,
    letter: &Letter,
    user: &User,
    entry: &OutboxEntry,
) -> Result<Message, Failure> {
    let link = link(portal, letter).await?;
    let from: Mailbox = settings.from.parse().map_err(Failure::internal)?;
    let address = user.email.parse().map_err(Failure::internal)?;
    let domain = from.email.domain().to_owned();
    let mut message = Message::builder()
        .message_id(Some(format!("<refit-{}@{domain}>", id(entry))))
        .from(from)
        .to(Mailbox::new(Some(user.name.clone()), address))
        .subject(one_line(&letter.subject))
        .multipart(MultiPart::alternative_plain_html(
            text(letter, user, &link),
            html(letter, user, &link),
        ))
        .map_err(Failure::internal)?;
    let name = HeaderName::new_from_ascii_str(AUTOMATIC);
    message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
    Ok(message)
}

/// What names the entry everywhere: its key, so that another database gives another id.
fn id(entry: &OutboxEntry) -> String {
    refit_model::Digest::of(entry.content.key.as_bytes()).to_hex()
}

/// Where the letter leads to; a one-time link is made now, and stands nowhere else.
async fn link(portal: &Portal, letter: &Letter) -> Result<String, Failure> {
    match &letter.link {
        LetterLink::Page(path) => Ok(format!("{}{path}", portal.url)),
        LetterLink::Password => {
            let user = UserId::new(&letter.to).map_err(Failure::internal)?;
            let invited = Invited { user, why: Why::Invitation };
            link::make(portal, &invited, None, &Origin::of_server(portal.now())).await
        }
    }
}

fn text(letter: &Letter, user: &User, link: &str) -> String {
    let paragraphs = letter.paragraphs.join("\n\n");
    format!("{},\n\n{paragraphs}\n\n{link}\n\nRefit\n", greeting(user))
}

fn html(letter: &Letter, user: &User, link: &str) -> String {
    let escaped = |text: &str| breakable(text).0;
    let mut paragraphs = String::new();
    for text in &letter.paragraphs {
        let text = escaped(text);
        paragraphs += &format!("<p dir=\"auto\" style=\"white-space:pre-line\">{text}</p>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body>\n<p>{},</p>\n{paragraphs}<p><a href=\"{}\">{}</a></p>\n<p>Refit</p>\n\
         </body></html>\n",
        escaped(&letter.subject),
        escaped(&greeting(user)),
        link.replace('&', "&amp;").replace('"', "&quot;"),
        escaped(link),
    )
}

fn greeting(user: &User) -> String {
    format!("Hello {}", one_line(&user.name))
}

/// The text without what would end a line of the header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_stays_text() {
        let letter = Letter {
            to: "ada".to_owned(),
            subject: "A\r\nBcc: x@evil.example".to_owned(),
            paragraphs: vec!["<script>alert(1)</script>\u{202e}".to_owned()],
            link: LetterLink::Page("/requests/c-1".to_owned()),
        };
        assert_eq!(one_line(&letter.subject), "A  Bcc: x@evil.example");
        let user = User {
            id: "ada".to_owned(),
            organisation: "acme".to_owned(),
            role: "customer".to_owned(),
            groups: Vec::new(),
            name: "Ada <b>".to_owned(),
            email: "ada@acme.example".to_owned(),
            identity: None,
            password_hash: None,
            disabled: None,
            version: 1,
        };
        let html = html(&letter, &user, "https://refit.example/requests/c-1");
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(!html.contains('\u{202e}'), "{html}");
        let text = text(&letter, &user, "https://refit.example/requests/c-1");
        assert!(text.contains("\n\nhttps://refit.example/requests/c-1\n"), "{text}");
    }
}
