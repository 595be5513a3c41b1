//! Sheaf's own way, without queue and library: children, and one queue of pages for all of them.

use std::collections::VecDeque;
use std::fs::File;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use sheaf_document::{Languages, ReadSettings};
use sheaf_worker::{Child, ChildSpec, Limits, Request, Response, Task};

use crate::Arguments;
use crate::sorted::Item;
use crate::usage::{Cost, Meter, peak_bytes};

pub(crate) struct Done {
    pub(crate) cost: Cost,
    pub(crate) pages: u32,
    /// Of the child that needed most.
    pub(crate) peak_bytes: u64,
    /// A file each, its pages one after the other.
    pub(crate) texts: Vec<String>,
}

/// A page of a file; `None` before it is known how many there are.
type Todo = (usize, Option<u32>);

struct Shared<'a> {
    items: &'a [&'a Item],
    todo: Mutex<VecDeque<Todo>>,
    opening: AtomicU64,
    pages: Mutex<Vec<(usize, u32, String)>>,
    peak: AtomicU64,
}

pub(crate) fn read(arguments: &Arguments, items: &[&Item], at_once: usize) -> Done {
    let shared = Shared {
        items,
        todo: Mutex::new((0..items.len()).map(|n| (n, None)).collect()),
        opening: AtomicU64::new(items.len() as u64),
        pages: Mutex::default(),
        peak: AtomicU64::new(0),
    };
    let meter = Meter::start();
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| serve(arguments, &shared));
        }
    });
    let cost = meter.stop();
    let mut pages = shared.pages.into_inner().unwrap();
    pages.sort();
    let mut texts = vec![String::new(); items.len()];
    for (item, _, text) in &pages {
        texts[*item].push_str(text);
        texts[*item].push('\n');
    }
    Done {
        cost,
        pages: pages.len() as u32,
        peak_bytes: shared.peak.into_inner(),
        texts,
    }
}

fn serve(arguments: &Arguments, shared: &Shared<'_>) {
    let spec = ChildSpec {
        program: arguments.sheaf.clone(),
        task: Task::Read,
        assets: arguments.assets.clone(),
        languages: vec![Languages::default()],
        tessdata: None,
        model: String::new(),
        gentle: false,
        limits: Limits::for_child(Task::Read, ""),
    };
    let mut child = Child::spawn(&spec).expect("a child");
    let mut open = None;
    loop {
        let next = shared.todo.lock().unwrap().pop_front();
        let Some((item, page)) = next else {
            if shared.opening.load(Ordering::Acquire) == 0 {
                break;
            }
            std::thread::yield_now();
            continue;
        };
        if open != Some(item) {
            let opened = open_in(&mut child, &shared.items[item].path);
            open = opened.map(|_| item);
            if page.is_none() {
                let pages = opened.unwrap_or(0);
                // In front, so that a document's pages follow each other.
                let mut todo = shared.todo.lock().unwrap();
                (0..pages)
                    .rev()
                    .for_each(|page| todo.push_front((item, Some(page))));
                shared.opening.fetch_sub(1, Ordering::Release);
            }
        }
        if let (Some(page), true) = (page, open.is_some())
            && let Ok(Response::Page(read)) = child.call(&Request::ReadPage { page }, None)
        {
            shared
                .pages
                .lock()
                .unwrap()
                .push((item, page, read.text.text));
        }
    }
    shared
        .peak
        .fetch_max(peak_bytes(child.pid()), Ordering::AcqRel);
}

fn open_in(child: &mut Child, path: &std::path::Path) -> Option<u32> {
    let request = Request::Open {
        name: path.file_name()?.to_string_lossy().into_owned(),
        settings: ReadSettings::default(),
        inside: Vec::new(),
        passwords: Vec::new(),
        hash: true,
    };
    match child.call(&request, Some(&File::open(path).ok()?)) {
        Ok(Response::Opened(opened)) => Some(opened.pages),
        _ => None,
    }
}
