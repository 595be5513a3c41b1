//! `page://localhost/DOCUMENT/PAGE/EDGE`: pictures of the pages of this library's documents, and nothing else.

use sheaf_document::DocumentId;
use sheaf_engine::EDGES;
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

use crate::app::App;

pub(crate) const SCHEME: &str = "page";

/// Answers in the background: a page may take a while to draw.
pub(crate) fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let handle = context.app_handle().clone();
    tauri::async_runtime::spawn_blocking(move || {
        let response = match asked(request.method(), request.uri().path()) {
            Some((document, page, edge)) => {
                match handle.state::<App>().engine.picture(document, page, edge) {
                    Ok(png) => reply(StatusCode::OK, "image/png", png),
                    Err(error) => nothing(StatusCode::NOT_FOUND, &error.to_string()),
                }
            }
            None => nothing(StatusCode::BAD_REQUEST, "not a page of a document"),
        };
        responder.respond(response);
    });
}

/// Document, page and edge of a path; the slashes between them may be written as `%2F`.
fn asked(method: &Method, path: &str) -> Option<(DocumentId, u32, u32)> {
    let path = percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .ok()
        .filter(|_| method == Method::GET)?;
    let mut parts = path.trim_start_matches('/').split('/');
    let document = parts.next()?.parse().ok()?;
    let page = parts.next()?.parse().ok()?;
    let edge = parts.next()?.parse().ok()?;
    let whole = parts.next().is_none() && EDGES.contains(&edge);
    whole.then_some((DocumentId(document), page, edge))
}

fn nothing(status: StatusCode, why: &str) -> Response<Vec<u8>> {
    reply(status, "text/plain; charset=utf-8", why.as_bytes().to_vec())
}

fn reply(status: StatusCode, kind: &str, body: Vec<u8>) -> Response<Vec<u8>> {
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response.body(body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: Option<(i64, u32, u32)>) {
        let found =
            asked(&Method::GET, path).map(|(document, page, edge)| (document.0, page, edge));
        assert_eq!(found, expect, "{path}");
    }

    #[test]
    fn only_pages_of_documents_in_certain_sizes_have_an_address() {
        check("/12/3/800", Some((12, 3, 800)));
        check("/12%2F3%2F1600", Some((12, 3, 1600)));
        for other in [
            "/",
            "/12",
            "/12/3",
            "/12/3/801",
            "/12/3/800/9",
            "/12/-3/800",
            "/12/4294967296/800",
            "/../../etc/passwd",
            "/%2e%2e%2fetc/3/800",
            "/12/3/800?x=/1",
            "/%ff/3/800",
        ] {
            check(other, None);
        }
        assert_eq!(asked(&Method::POST, "/12/3/800"), None);
    }
}
