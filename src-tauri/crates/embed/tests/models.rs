//! What the real models must be good for. They are assets; without them these tests fail and say what to do.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use sheaf_document::Code;
use sheaf_embed::{DIMS, Embedder, Model, ModelName, Role, Vector, quantize};

fn assets() -> PathBuf {
    let given = std::env::var_os("SHEAF_ASSETS").map(PathBuf::from);
    let cache = || {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
        std::env::var_os("XDG_CACHE_HOME")
            .map_or_else(home, PathBuf::from)
            .join("sheaf/assets")
    };
    let folder = given.unwrap_or_else(cache);
    assert!(
        folder.join("models").is_dir(),
        "no models at {}: run cargo xtask assets",
        folder.display()
    );
    folder
}

fn runtime() -> PathBuf {
    let folder = assets().join("onnxruntime");
    let names = [
        "libonnxruntime.so",
        "libonnxruntime.dylib",
        "onnxruntime.dll",
    ];
    let found = names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file());
    found.expect("no ONNX Runtime: run cargo xtask assets")
}

fn load(name: ModelName) -> Model {
    Model::load(
        &runtime(),
        &assets().join("models").join(name.as_str()),
        name,
    )
    .unwrap()
}

fn dot(a: &Vector, b: &Vector) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

const PASSAGES: [&str; 4] = [
    "The tenant may end the lease with three months' notice to the end of a quarter.",
    "Bring the water to the boil, add salt, and cook the noodles for nine minutes.",
    "Der Impfstoff muss im Kühlschrank bei zwei bis acht Grad gelagert werden.",
    "Die Fahrräder dürfen nicht im Treppenhaus abgestellt werden.",
];

fn check(model: &mut Model, question: &str, answer: usize) {
    let passages = model.embed(&PASSAGES, Role::Passage).unwrap();
    let query = model.embed(&[question], Role::Query).unwrap().remove(0);
    let near = |n: &usize| dot(&query, &passages[*n]);
    let best = (0..PASSAGES.len()).max_by(|a, b| near(a).total_cmp(&near(b)));
    assert_eq!(best, Some(answer), "{question}");
}

#[test]
fn e5_finds_answers_in_english_and_german_and_across() {
    let mut model = load(ModelName::E5Small);
    check(&mut model, "How can I get out of my rental contract?", 0);
    check(&mut model, "recipe for pasta", 1);
    check(&mut model, "Wie warm darf die Arznei aufbewahrt werden?", 2);
    check(&mut model, "Wo darf ich mein Rad hinstellen?", 3);
    check(&mut model, "Kündigungsfrist der Wohnung", 0);
    check(&mut model, "storage temperature of the vaccine", 2);
}

#[test]
fn minilm_finds_answers_in_english() {
    let mut model = load(ModelName::MiniLm);
    check(&mut model, "How can I get out of my rental contract?", 0);
    check(&mut model, "recipe for pasta", 1);
}

#[test]
fn vectors_have_length_one_and_do_not_depend_on_their_neighbours() {
    let mut model = load(ModelName::MiniLm);
    let together = model.embed(&PASSAGES, Role::Passage).unwrap();
    for (text, vector) in PASSAGES.iter().zip(&together) {
        assert_eq!(vector.len(), DIMS);
        assert!((dot(vector, vector) - 1.0).abs() < 1e-3);
        assert_eq!(&model.embed(&[text], Role::Passage).unwrap()[0], vector);
        let small = quantize(vector);
        let back: Vector = small
            .values
            .iter()
            .map(|v| small.scale * f32::from(*v))
            .collect();
        assert!(dot(vector, &back) / dot(&back, &back).sqrt() > 0.999);
    }
}

#[test]
fn texts_that_are_empty_or_longer_than_the_model_reads_are_embedded_too() {
    let mut model = load(ModelName::MiniLm);
    let long = "lease ".repeat(5_000);
    let vectors = model
        .embed(&["", &long, "\u{0}\u{fffd}"], Role::Passage)
        .unwrap();
    assert!(
        vectors
            .iter()
            .all(|vector| (dot(vector, vector) - 1.0).abs() < 1e-3)
    );
    assert_eq!(model.embed(&[], Role::Query).unwrap(), Vec::<Vector>::new());
}

#[test]
fn a_model_that_is_not_there_is_an_error_that_names_the_file() {
    let error = Model::load(&runtime(), Path::new("/nowhere"), ModelName::MiniLm)
        .err()
        .unwrap();
    assert_eq!(error.code(), Code::ModelMissing);
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[test]
fn files_that_are_no_model_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for file in [
        "model.onnx",
        "tokenizer.json",
        "config.json",
        "special_tokens_map.json",
        "tokenizer_config.json",
    ] {
        std::fs::write(folder.path().join(file), b"{}").unwrap();
    }
    let error = Model::load(&runtime(), folder.path(), ModelName::MiniLm)
        .err()
        .unwrap();
    assert_eq!(error.code(), Code::ModelMissing);
}

/// Texts of many languages and scripts, then every character that there is, twenty at a time.
fn texts_to_cut() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "  two  blanks\tand a tab\nnew line ",
        "The tenant may end the lease with three months' notice.",
        "Die Fahrräder dürfen nicht im Treppenhaus abgestellt werden; Straße, Übergröße.",
        "Les chevaux de la ferme sont partis vers la montagne.",
        "El gobierno aprobó ayer la nueva ley de vivienda.",
        "A reunião foi adiada para a próxima quarta-feira.",
        "Договор аренды подписан обеими сторонами.",
        "Уряд ухвалив новий закон про освіту.",
        "Η συνάντηση αναβλήθηκε για την Τετάρτη.",
        "يجب تقديم الطلب قبل نهاية الشهر",
        "הפגישה נדחתה ליום רביעי הבא",
        "این نامه باید تا پایان ماه فرستاده شود",
        "यह एक परीक्षण है और कल दोहराया जाएगा",
        "এই চুক্তি আগামী মাসে শেষ হবে",
        "இந்த ஒப்பந்தம் அடுத்த மாதம் முடிகிறது",
        "การประชุมถูกเลื่อนไปเป็นวันพุธหน้า",
        "会议将于下周三在北京举行。",
        "領収書は確定申告のために保管してください。",
        "계약서는 서명되었습니다.",
        "Cuộc họp được hoãn đến thứ Tư tuần sau.",
        "Toplantı gelecek çarşambaya ertelendi.",
        "Kokous siirrettiin ensi viikon keskiviikkoon.",
        "Az ülést jövő szerdára halasztották.",
        "შეხვედრა გადაიდო მომავალ ოთხშაბათამდე.",
        "Հանդիպումը հետաձգվեց մինչև չորեքշաբթի։",
        "ស្ថានីយ៍រថភ្លើង និងផ្លូវ",
        "ﬁnancial ① ½ ＦＵＬＬ ｗｉｄｔｈ ㎏ m²",
        "emoji 🙂 👩‍👩‍👧 flags 🇩🇪 \u{e000}\u{e001} x",
        "soft\u{ad}hyphen zero\u{200b}width no\u{a0}break",
        "</s> <s> <mask> <unk> <pad> ▁ _",
        "It's 3,141.59 €/m² — or ≈ 10⁻³? user@example.org C:\\Temp\\a_b.txt",
    ]
    .map(str::to_owned)
    .into();
    texts.push("x".repeat(3_000));
    texts.push("word ".repeat(3_000));
    let characters: Vec<char> = ('\u{1}'..='\u{2fa1f}').collect();
    texts.extend(characters.chunks(20).map(|part| part.iter().collect()));
    texts
}

#[test]
fn texts_are_cut_into_the_tokens_that_the_library_cuts() {
    for name in ModelName::ALL {
        let model = load(name);
        let file = assets()
            .join("models")
            .join(name.as_str())
            .join("tokenizer.json");
        let mut theirs = tokenizers::Tokenizer::from_file(file).unwrap();
        let truncation = tokenizers::TruncationParams::default();
        theirs.with_truncation(Some(truncation)).unwrap();
        theirs.with_padding(None);
        for text in texts_to_cut() {
            let expect = theirs.encode(text.as_str(), true).unwrap();
            let expect: Vec<i64> = expect.get_ids().iter().map(|id| i64::from(*id)).collect();
            assert_eq!(
                model.tokens(&text).unwrap(),
                expect,
                "{} {text:?}",
                name.as_str()
            );
        }
    }
}
