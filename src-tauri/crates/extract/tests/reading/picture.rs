//! PNG, JPEG, TIFF: every page is a scan, upright, on white, with a believable resolution.

use crate::desk::{opened, refused, scan};
use crate::picture_maker::{
    Leaf, encoded, gif, jpeg_with_exif, png_with_dpi, promising_png, quarter, tiff, transparent_png,
};
use image::ImageFormat;
use sheaf_document::{Code, Kind};
use sheaf_extract::{ExtractError, PageImage};

fn picture(bytes: &[u8]) -> PageImage {
    let (own, image) = scan(opened(bytes, "a").unwrap().read(0).unwrap());
    assert_eq!(own.text, "");
    image
}

fn leaf(width: u32, height: u32, dpi: (u32, u32)) -> Leaf {
    Leaf {
        image: quarter(width, height),
        dpi,
        orientation: 1,
    }
}

#[test]
fn what_is_transparent_is_white() {
    let image = picture(&transparent_png());
    assert!(image.gray.pixels().all(|pixel| pixel.0 == [255]));
    let shown = opened(&transparent_png(), "a")
        .unwrap()
        .render(0, 100)
        .unwrap();
    assert!(shown.into_rgb8().pixels().all(|pixel| pixel.0 == [255; 3]));
}

#[test]
fn a_png_tells_its_resolution_and_with_it_its_size() {
    let image = picture(&png_with_dpi(400, 200, 7_874));
    assert_eq!(image.dpi, 200);
    assert!((image.width_pt - 144.0).abs() < 0.01 && (image.height_pt - 72.0).abs() < 0.01);
}

#[test]
fn without_a_resolution_a_picture_is_taken_for_a_sheet() {
    let image = picture(&encoded(&quarter(850, 1_100).into(), ImageFormat::Png));
    assert_eq!(image.dpi, 100);
}

#[test]
fn a_photo_stands_upright() {
    let image = picture(&jpeg_with_exif(64, 32, 6));
    assert_eq!(image.gray.dimensions(), (32, 64));
    assert!(
        image.gray.get_pixel(28, 4).0[0] < 60,
        "the dark quarter is at the top right"
    );
    assert!(image.gray.get_pixel(4, 4).0[0] > 200);
}

#[test]
fn webp_bmp_and_gif_are_pictures_of_one_page() {
    let dark = |image: &PageImage| image.gray.get_pixel(2, 2).0[0] < 60;
    for bytes in [
        encoded(&quarter(40, 20).into(), ImageFormat::WebP),
        encoded(&quarter(40, 20).into(), ImageFormat::Bmp),
        gif(),
    ] {
        let image = picture(&bytes);
        assert_eq!(image.gray.dimensions(), (40, 20));
        assert!(dark(&image), "of what moves, the first frame is the page");
    }
}

#[test]
fn a_bmp_or_gif_that_promises_too_much_is_too_large() {
    let mut bmp = encoded(&quarter(8, 8).into(), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0x50, 0xc3, 0, 0, 0x50, 0xc3, 0, 0]);
    let mut gif = gif();
    gif[6..10].copy_from_slice(&[0xff; 4]);
    for bytes in [bmp, gif] {
        let mut document = opened(&bytes, "a").unwrap();
        assert_eq!(document.read(0).err().unwrap().code(), Code::PageTooLarge);
    }
}

#[test]
fn a_photo_tells_when_it_was_taken() {
    let document = opened(&jpeg_with_exif(64, 32, 1), "a").unwrap();
    assert_eq!(document.kind(), Kind::Jpeg);
    assert_eq!(
        document.meta().date.as_deref(),
        Some("2021-03-04T05:06:07Z")
    );
}

#[test]
fn every_page_of_a_tiff_is_read() {
    let leaves = [
        leaf(40, 60, (100, 100)),
        leaf(80, 20, (200, 200)),
        leaf(10, 10, (300, 300)),
    ];
    let mut document = opened(&tiff(&leaves, false), "a").unwrap();
    assert_eq!(document.pages(), 3);
    for page in [2, 0, 1] {
        let (_, image) = scan(document.read(page).unwrap());
        let leaf = &leaves[page as usize];
        assert_eq!(image.gray, leaf.image);
        assert_eq!(image.dpi, leaf.dpi.0);
    }
}

#[test]
fn pages_that_lead_back_to_the_first_come_to_an_end() {
    let leaves = [leaf(10, 10, (100, 100)), leaf(10, 10, (100, 100))];
    assert_eq!(opened(&tiff(&leaves, true), "a").unwrap().pages(), 2);
}

#[test]
fn a_fax_has_square_pixels_when_it_is_recognised() {
    let image = picture(&tiff(&[leaf(408, 196, (204, 98))], false));
    assert_eq!(image.dpi, 204);
    assert_eq!(image.gray.dimensions(), (408, 408));
    assert!((image.width_pt - 144.0).abs() < 0.01 && (image.height_pt - 144.0).abs() < 0.01);
}

#[test]
fn a_page_scanned_sideways_stands_upright() {
    let leaf = Leaf {
        orientation: 8,
        ..leaf(60, 40, (204, 102))
    };
    let image = picture(&tiff(&[leaf], false));
    assert!(
        (image.width_pt - 40.0 / 102.0 * 72.0).abs() < 0.01,
        "the resolution turns too"
    );
    assert_eq!(image.gray.dimensions(), (80, 60));
}

#[test]
fn a_picture_for_people_fits_and_is_not_enlarged() {
    let png = encoded(&quarter(400, 200).into(), ImageFormat::Png);
    let mut document = opened(&png, "a").unwrap();
    let small = document.render(0, 100).unwrap();
    assert_eq!((small.width(), small.height()), (100, 50));
    assert_eq!(document.render(0, 4_000).unwrap().width(), 400);
}

#[test]
fn a_picture_beyond_the_limit_is_too_large_and_nothing_is_allocated() {
    let mut document = opened(&promising_png(60_000, 60_000), "a").unwrap();
    assert_eq!(document.read(0).err().unwrap().code(), Code::PageTooLarge);
}

#[test]
fn a_truncated_picture_is_damaged() {
    let png = encoded(&quarter(100, 100).into(), ImageFormat::Png);
    let mut document = opened(&png[..png.len() / 2], "a").unwrap();
    assert!(matches!(document.read(0), Err(ExtractError::Corrupt(_))));
    assert_eq!(
        refused(b"II*\0\xff\xff\xff\xff", "a.tif").code(),
        Code::FileCorrupt
    );
}
