use sheaf_document::Languages;
use sheaf_ocr::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let assets = std::env::var("HOME").unwrap() + "/.cache/sheaf/assets/tessdata";
    let mut t = Tesseract::load(std::path::Path::new(&assets), &Languages::default()).unwrap();
    for f in &args[1..] {
        let (path, rest) = f.split_once('@').unwrap_or((f, "0"));
        let dpi: u32 = rest.parse().unwrap();
        let img = image::open(path).unwrap().to_luma8();
        let s = std::time::Instant::now();
        let r = t.recognize(&img, dpi, &Languages::default()).unwrap();
        eprintln!(
            "{path} {:?} conf {:.3} words {} turned {} {:.2}s",
            img.dimensions(),
            r.page.confidence,
            r.page.words.len(),
            r.turned,
            s.elapsed().as_secs_f32()
        );
        if let Ok(out) = std::env::var("OUT") {
            let name = std::path::Path::new(path)
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            std::fs::write(format!("{out}/{name}.txt"), &r.page.text).unwrap();
        }
    }
}
