"""A patch of the screen from which files can be dragged: drag_source.py X Y FILE…

Says `ready`, then `begin` and `end` as a drag goes on, a line each.
"""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402


def say(word):
    print(word, flush=True)


def main():
    x, y, files = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    uris = [pathlib.Path(file).resolve().as_uri() for file in files]
    patch = Gtk.Window(type=Gtk.WindowType.POPUP)
    patch.set_default_size(80, 80)
    box = Gtk.EventBox()
    box.add(Gtk.Label(label="files"))
    patch.add(box)
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    box.drag_source_add_uri_targets()
    box.connect("drag-data-get", lambda _w, _c, data, *_: data.set_uris(uris))
    box.connect("drag-begin", lambda *_: say("begin"))
    box.connect("drag-end", lambda *_: say("end"))
    patch.show_all()
    patch.move(x, y)
    patch.connect("map-event", lambda *_: say("ready"))
    Gtk.main()


main()
