//! Contents of a case: downloads alone, never shown by the browser.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use refit_desk::Case;
use refit_model::Digest;
use refit_store::BlobReader;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use crate::documents;
use crate::failure::Failure;
use crate::route::Answer;
use crate::visit::Visit;

/// A content of the case, if the case names it and it was sent to the server for this case.
pub(crate) async fn download(visit: Visit) -> Answer {
    let hex: String = visit.parameter("digest")?;
    let digest: Digest = format!("sha256:{hex}").parse().map_err(|_| Failure::not_found())?;
    let case = visit.case()?;
    let contents = visit.portal.contents_of(&case.id).await?;
    if let Some(kind) = case.upgrade_document(digest)
        && let Some(document) = documents::load_any(&contents, kind, digest).await?
    {
        return super::documents::as_file(kind, &document);
    }
    let name = name_of(case, digest).ok_or_else(Failure::not_found)?;
    let reader = contents.open(digest).await?.ok_or_else(Failure::not_found)?;
    let disposition = HeaderValue::from_str(&attachment(&name)).map_err(Failure::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, pieces(reader, visit.portal.ending.clone())).into_response())
}

/// The content piece by piece. One that turns out to be damaged breaks off.
fn pieces(mut reader: BlobReader, ending: CancellationToken) -> Body {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(2);
    tokio::spawn(async move {
        while let Some(piece) = reader.next().await.transpose() {
            let piece = piece.map(Bytes::from).map_err(std::io::Error::other);
            let is_over = piece.is_err();
            let sent = tokio::select! {
                sent = sender.send(piece) => sent.is_ok(),
                () = ending.cancelled() => false,
            };
            if is_over || !sent {
                break;
            }
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// The name that a content has in the case.
fn name_of(case: &Case, digest: Digest) -> Option<String> {
    let mut files = case.files.iter().map(|posted| (posted.file.digest, &posted.file.name));
    let posted = files.find(|(known, _)| *known == digest).map(|(_, name)| name.to_string());
    let returned = || {
        let files = case.documents.iter().flat_map(|document| &document.returned);
        files.clone().find(|file| file.digest == digest).map(|file| file.name.to_string())
    };
    let attached = || {
        let answers = case.questionnaire.iter().flat_map(|asked| asked.answers.values());
        let mut files = answers.flat_map(|answer| &answer.attachments);
        files.find(|file| file.digest == digest).map(|file| file.name.to_string())
    };
    posted.or_else(returned).or_else(attached).or_else(|| named_elsewhere(case, digest))
}

/// A content that the case names without a name of its own.
fn named_elsewhere(case: &Case, digest: Digest) -> Option<String> {
    let text = serde_json::to_string(case).ok()?;
    text.contains(&digest.to_string()).then(|| format!("{}.bin", digest.short()))
}

/// The header that makes a download of it; the name for old browsers is plain ASCII.
pub(super) fn attachment(name: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || " -_.()".contains(*c);
    let plain: String = name.chars().filter(is_plain).collect();
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let encoded = encoded.replace('+', "%20");
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        let header = attachment("plan \"x\"; a=b\r\nä.txt");
        assert_eq!(
            header,
            "attachment; filename=\"plan x ab.txt\"; \
             filename*=UTF-8''plan%20%22x%22%3B%20a%3Db%0D%0A%C3%A4.txt"
        );
    }
}
