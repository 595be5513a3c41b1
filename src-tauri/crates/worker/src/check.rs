//! Whether an answer can be believed. A child may have been taken over by the file it read: what the engine slices by
//! or counts with is checked here, once.

use crate::{Opened, PageRead, Request, Response};
use sheaf_document::{Member, PageText, Rect};

/// More than a page of any format tells of.
const MAX_MEMBERS: usize = 10_000;

/// Whether `response` is an answer to `request` that keeps its promises; `Err` says which one it breaks.
pub(crate) fn check(request: &Request, response: &Response) -> Result<(), &'static str> {
    match (request, response) {
        (_, Response::Failed(_)) => Ok(()),
        (Request::Open { hash, .. }, Response::Opened(opened)) => check_opened(*hash, opened),
        (Request::ReadPage { .. }, Response::Page(page)) => check_page(page),
        (Request::Embed { texts, .. }, Response::Vectors(rows)) => check_vectors(texts.len(), rows),
        (Request::Render { max_edge, .. }, Response::Picture { width, height, .. }) => ensure(
            (1..=*max_edge).contains(width) && (1..=*max_edge).contains(height),
            "a picture of another size than asked for",
        ),
        (Request::Lay { .. }, Response::Laid) => Ok(()),
        (Request::Recognizers, Response::Recognizers(_)) => Ok(()),
        (Request::Export { at }, Response::Exported { total, bytes, .. }) => ensure(
            bytes.len() as u64 <= total.saturating_sub(*at),
            "more bytes than it has",
        ),
        (Request::Close, Response::Closed) | (Request::Ping, Response::Pong) => Ok(()),
        _ => Err("the answer to another question"),
    }
}

fn check_opened(hash: bool, opened: &Opened) -> Result<(), &'static str> {
    ensure(
        opened.hash.is_some() == hash,
        "a hash where none was asked for, or none",
    )
}

fn check_page(page: &PageRead) -> Result<(), &'static str> {
    let text = &page.text.text;
    let within = |start: u32, end: u32| text.get(start as usize..end as usize).is_some();
    ensure(!text.contains('\0'), "a text with NUL")?;
    ensure(
        page.passages.iter().all(|p| within(p.start, p.end)),
        "a passage outside the text",
    )?;
    ensure(
        page.text.words.iter().all(|w| within(w.start, w.end)),
        "a word outside the text",
    )?;
    ensure(
        page.text.words.iter().all(|w| is_on_page(w.rect)),
        "a word outside the page",
    )?;
    ensure(
        page.members.len() <= MAX_MEMBERS && page.members.iter().all(Member::has_clean_name),
        "members that are none",
    )?;
    check_numbers(&page.text)
}

fn check_numbers(text: &PageText) -> Result<(), &'static str> {
    let is_length = |x: f32| x.is_finite() && x >= 0.0;
    ensure(
        (0.0..=1.0).contains(&text.confidence),
        "a confidence that is none",
    )?;
    ensure(
        is_length(text.width_pt) && is_length(text.height_pt),
        "a page without a size",
    )
}

fn is_on_page(rect: Rect) -> bool {
    let side = 0.0..=1.0;
    [rect.x0, rect.y0, rect.x1, rect.y1]
        .iter()
        .all(|x| side.contains(x))
        && rect.x0 <= rect.x1
        && rect.y0 <= rect.y1
}

fn check_vectors(texts: usize, rows: &[Vec<f32>]) -> Result<(), &'static str> {
    ensure(rows.len() == texts, "not one vector a text")?;
    ensure(
        rows.iter().all(|row| row.len() == sheaf_embed::DIMS),
        "a vector of another length",
    )?;
    ensure(
        rows.iter().flatten().all(|x| x.is_finite()),
        "a vector that is not finite",
    )
}

fn ensure(holds: bool, else_what: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(else_what) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheaf_document::{Code, Fault, Passage, Source, Word};

    const PAGE: Request = Request::ReadPage { page: 0 };

    fn page(change: impl FnOnce(&mut PageRead)) -> Response {
        let rect = Rect {
            x0: 0.0,
            y0: 0.0,
            x1: 0.5,
            y1: 1.0,
        };
        let mut page = PageRead {
            text: PageText {
                text: "Grüße".into(),
                words: vec![Word {
                    start: 0,
                    end: 7,
                    rect,
                }],
                source: Source::Embedded,
                confidence: 1.0,
                width_pt: 595.0,
                height_pt: 842.0,
            },
            passages: vec![Passage { start: 0, end: 7 }],
            note: None,
            members: Vec::new(),
            ms: 1,
        };
        change(&mut page);
        Response::Page(page)
    }

    fn refuses(change: impl FnOnce(&mut PageRead)) {
        let page = page(change);
        assert!(check(&PAGE, &page).is_err(), "{page:?}");
    }

    #[test]
    fn an_honest_page_passes() {
        assert_eq!(check(&PAGE, &page(|_| ())), Ok(()));
    }

    #[test]
    fn offsets_stay_within_the_text_and_between_letters() {
        refuses(|p| p.passages[0].end = 8);
        refuses(|p| p.text.words[0].end = u32::MAX);
        refuses(|p| p.text.words[0].start = 3);
        refuses(|p| p.passages[0] = Passage { start: 5, end: 4 });
    }

    #[test]
    fn places_and_numbers_are_on_the_page() {
        refuses(|p| p.text.words[0].rect.x1 = 1.5);
        refuses(|p| p.text.words[0].rect.x0 = f32::NAN);
        refuses(|p| p.text.words[0].rect.x0 = 0.9);
        refuses(|p| p.text.confidence = f32::NAN);
        refuses(|p| p.text.width_pt = f32::INFINITY);
        refuses(|p| p.text.text = "a\0b".into());
    }

    #[test]
    fn members_lie_in_their_container() {
        let member = |name: &str| Member {
            number: 0,
            name: name.to_owned(),
            bytes: 0,
            modified_ns: None,
            check: 0,
        };
        for bad in ["", "/a", "../a", "a//b", "a\\b", "a\0"] {
            refuses(|p| p.members.push(member(bad)));
        }
        let good = page(|p| p.members.push(member("a/b.pdf")));
        assert_eq!(check(&PAGE, &good), Ok(()));
    }

    #[test]
    fn an_answer_belongs_to_its_question() {
        assert!(check(&Request::Ping, &page(|_| ())).is_err());
        assert!(check(&PAGE, &Response::Pong).is_err());
        let failed = Response::Failed(Fault::new(Code::PageCorrupt, ""));
        assert_eq!(check(&PAGE, &failed), Ok(()));
    }

    #[test]
    fn vectors_are_as_many_as_the_texts_and_finite() {
        let ask = Request::Embed {
            texts: vec!["a".into()],
            query: false,
        };
        let answer = |rows: Vec<Vec<f32>>| check(&ask, &Response::Vectors(rows));
        assert_eq!(answer(vec![vec![0.1; 384]]), Ok(()));
        assert!(answer(vec![vec![0.1; 384]; 2]).is_err());
        assert!(answer(vec![vec![0.1; 383]]).is_err());
        assert!(answer(vec![vec![f32::NAN; 384]]).is_err());
    }
}
