//! temporary
use sheaf_extract::*;
use std::io::Write;
fn main() {
    let lib = std::env::var("PDFIUM").unwrap_or("/root/.cache/sheaf/assets/pdfium/libpdfium.so".into());
    let readers = Readers { pdfium: Some(Pdfium::bind(std::path::Path::new(&lib)).unwrap()) };
    let mode = std::env::args().nth(1).unwrap();
    for path in std::env::args().skip(2) {
        let t = std::time::Instant::now();
        let name = path.rsplit('/').next().unwrap().to_owned();
        let f = std::fs::File::open(&path).unwrap();
        let mut d = match open(&readers, f, &name, None, &Default::default()) {
            Ok(d) => d,
            Err(e) => { println!("{name}\tERR {e:?} {}", e.code()); continue; }
        };
        let (mut scans, mut texts, mut blanks, mut errs, mut words, mut chars) = (0, 0, 0, 0, 0, 0);
        let mut read = 0u128; let mut worst = 0;
        for p in 0..d.pages() {
            let t = std::time::Instant::now();
            let r = d.read(p);
            let us = t.elapsed().as_micros(); read += us; worst = worst.max(us);
            match r {
                Ok(Read::Text(t)) => { if t.text.is_empty() {blanks += 1} else {texts += 1}; words += t.words.len(); chars += t.text.len();
                    if mode == "text" { println!("{}\u{c}", t.text); }
                    if mode == "words" { for w in &t.words { println!("{}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{}", p, w.rect.x0, w.rect.y0, w.rect.x1, w.rect.y1, &t.text[w.start as usize..w.end as usize]); } }
                }
                Ok(Read::Scan { own, image }) => { scans += 1; chars += own.text.len();
                    if mode == "text" { println!("[SCAN {}x{} {}]{}\u{c}", image.gray.width(), image.gray.height(), image.dpi, own.text); }
                    if mode == "png" { image.gray.save(format!("/tmp/scan-{name}-{p}.png")).unwrap(); }
                    if mode == "stat" { print!("[{}x{} @{}] ", image.gray.width(), image.gray.height(), image.dpi); } }
                Err(e) => { errs += 1; if mode == "stat" { print!("[{e}] "); } }
            }
            if mode == "render" { let t = std::time::Instant::now(); match d.render(p, 1600) { Ok(i) => { print!("[{}x{} {}ms] ", i.width(), i.height(), t.elapsed().as_millis()); i.save(format!("/tmp/show-{name}-{p}.png")).unwrap(); } Err(e) => print!("[{e}]") } }
            std::io::stdout().flush().unwrap();
        }
        if mode == "stat" || mode == "render" { println!("{name}\t{:?} pages={} text={texts} scan={scans} blank={blanks} err={errs} words={words} bytes={chars} open+all={}ms read/page={}us worst={}us {:?}", d.kind(), d.pages(), t.elapsed().as_millis(), read / (d.pages().max(1) as u128), worst, d.meta()); }
    }
}
