"""Documents made on the spot: fixtures.py scan|letter FILE PAGES WORDS"""

import sys
import zlib

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch


def picture_of(text):
    """Grey pixels of a page with that text, drawn by the system's own fonts."""
    label = Gtk.Label(xalign=0, yalign=0)
    label.set_margin_start(120)
    label.set_margin_top(140)
    label.set_line_wrap(True)
    label.set_max_width_chars(60)
    label.set_markup(
        f'<span font="DejaVu Serif 34px" foreground="#1a1a1a">{GLib.markup_escape_text(text)}</span>'
    )
    page = Gtk.OffscreenWindow()
    page.set_size_request(WIDTH, HEIGHT)
    style = Gtk.CssProvider()
    style.load_from_data(b"* { background: #f4f1ea; }")
    page.get_style_context().add_provider(style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
    page.add(label)
    page.show_all()
    while Gtk.events_pending():
        Gtk.main_iteration()
    pixels = page.get_pixbuf()
    stride, channels, raw = pixels.get_rowstride(), pixels.get_n_channels(), pixels.get_pixels()
    rows = (raw[y * stride : y * stride + pixels.get_width() * channels : channels] for y in range(pixels.get_height()))
    return pixels.get_width(), pixels.get_height(), b"".join(rows)


def pdf(pages):
    """A PDF of (dictionary entries, stream, resources) triples; the stream draws the page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", None]
    kids = []
    for extra, stream, resources in pages:
        objects += extra
        first = len(objects) - len(extra) + 1
        content = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
        objects.append(content)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>"
            % (len(objects), resources % first)
        )
        kids.append(len(objects))
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(kids))
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def scanned(text):
    width, height, grey = picture_of(text)
    packed = zlib.compress(grey)
    image = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (width, height, len(packed), packed)
    )
    return [image], b"q 595 0 0 842 0 0 cm /Scan Do Q", b"<< /XObject << /Scan %d 0 R >> >>"


def written(text):
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    lines = b" T* ".join(b"(%s) Tj" % line.encode("ascii") for line in text.split("\n"))
    return [font], b"BT /F1 16 Tf 22 TL 72 740 Td %s ET" % lines, b"<< /Font << /F1 %d 0 R >> >>"


def main():
    kind, path, pages, words = sys.argv[1:5]
    draw = {"scan": scanned, "letter": written}[kind]
    of = int(pages)
    drawn = [draw(f"Page {page} of {of}\n\n{words}") for page in range(1, of + 1)]
    with open(path, "wb") as file:
        file.write(pdf(drawn))


main()
