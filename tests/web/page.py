"""A report page as the program writes it, with made-up cells: what tests of the page's script need, and to look at.

    python3 tests/web/page.py PAGE.html [CELLS]
"""
import array
import base64
import html
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TYPES = (("T1", "#1f77b4"), ("T2", "#ff7f0e"), ("T3", "#2ca02c"))
SHARES = (0.5, 0.3, 0.2)
CENTRES = ((12000, 45000), (45000, 52000), (38000, 14000))
GENES = ["CD3D", "CD19", "LYZ"] + [f"GENE{i}" for i in range(4, 21)]
MARKERS = (  # type, gene, fold, cells that express it, p
    ("T1", "CD3D", "9.1", "1,204", "<1e-300"),
    ("T1", "CD2", "10.4", "35", "2.5e-12"),
    ("T1", "IL7R", "–", "210", "0.031"),
    ("T2", "CD19", "−0.5", "198", "1e-299"),
    ("T2", "MS4A1", "3.25", "7", "–"),
    ("T3", "LYZ", "4.0", "99", "4e-5"),
)
CSV_OF_TYPES = 'type,cells,note\nT1,600,"a < b \\ c"\nT2,360,é\nT3,240,\n'


def bundle():
    """Script and style sheet of the report, from web/build."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([ROOT / "web" / "build", folder], check=True)
        return [(pathlib.Path(folder) / f"report.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")]


class Arrays:
    """Arrays one behind another, and the places at which they begin."""

    def __init__(self):
        self.content = bytearray()

    def add(self, values, kind):
        place = {"offset": len(self.content), "count": len(values), "type": kind}
        if kind == "uint16":
            numbers = array.array("H", values)
            if sys.byteorder == "big":
                numbers.byteswap()
            self.content += numbers.tobytes()
        else:
            self.content += bytes(values)
        return place

    def text(self):
        return base64.b64encode(zlib.compress(bytes(self.content))).decode()


def cells_of(count, types):
    """Type, x and y of each cell: a cloud around each type's centre; the first cell of T1 stands alone in a corner."""
    chance = random.Random(1)
    kinds = chance.choices(range(types), SHARES[:types], k=count)
    kinds[0] = 0
    spread = [(chance.gauss(0, 3800), chance.gauss(0, 3800)) for _ in kinds]
    places = [(CENTRES[kind][0] + dx, CENTRES[kind][1] + dy) for kind, (dx, dy) in zip(kinds, spread)]
    places[0] = (0, 0)
    clipped = [(min(max(round(x), 0), 65535), min(max(round(y), 0), 65535)) for x, y in places]
    return kinds, [x for x, _ in clipped], [y for _, y in clipped]


def colours_of(kinds, arrays, types):
    chance = random.Random(2)

    def category(name, title, group, categories, colors, values):
        return {"id": name, "title": title, "group": group, "kind": "category", "categories": categories, "colors": colors,
                "values": arrays.add(values, "uint16")}

    def number(name, title, group, low, high, values):
        return {"id": name, "title": title, "group": group, "kind": "number", "low": low, "high": high,
                "values": arrays.add(values, "uint8")}

    names, colors = zip(*TYPES[:types])
    batches = [65535 if cell % 50 == 7 else cell % 2 for cell in range(len(kinds))]
    colours = [category("type", "Type", "Result", names, colors, kinds),
               number("confidence", "Confidence", "Result", 0, 1, [chance.randint(150, 254) for _ in kinds]),
               category("obs:batch", "batch", "Annotations", ["one", "two"], ["#8c564b", "#17becf"], batches)]
    for place, gene in enumerate(GENES):
        values = [255 if cell % 100 == 3 else min(254, int(abs(chance.gauss(220 if kind == place % 3 else 20, 30))))
                  for cell, kind in enumerate(kinds)]
        colours.append(number(f"feature:{gene}", gene, "Features", 0, 4.2, values))
    return colours


def report_data(cells, types):
    """What goes into report-data, and the arrays behind it."""
    arrays = Arrays()
    kinds, x, y = cells_of(cells, types)
    names = "\n".join(f"cell-{i} <é>" for i in range(cells)).encode()
    data = {
        "types": [{"name": name, "color": color, "cells": kinds.count(i)} for i, (name, color) in enumerate(TYPES[:types])],
        "cells": arrays.add(names, "text"),
        "map": {"title": "UMAP", "shown": cells, "cells": 1200 if cells == 500 else cells,
                "x": arrays.add(x, "uint16"), "y": arrays.add(y, "uint16")},
        "colours": colours_of(kinds, arrays, types),
    }
    return data, arrays.text()


def figure(width=680):
    """Bars of the types' sizes, with a word for the pointer on each."""
    bars = "".join(
        f'<rect data-tip="{name}\n{round(1200 * share)} cells" x="{60 + 110 * i}" y="{round(200 - 320 * share)}" width="80" '
        f'height="{round(320 * share)}" fill="{color}"/><text x="{100 + 110 * i}" y="218" text-anchor="middle">{name}</text>'
        for i, ((name, color), share) in enumerate(zip(TYPES, SHARES)))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="230" viewBox="0 0 {width} 230" '
            f'font-family="sans-serif" font-size="12" role="img" aria-label="Cells of each type">'
            f'<line x1="50" x2="{width - 20}" y1="200" y2="200" stroke="#555"/>{bars}</svg>')


def table(name, headers, rows, words, classes="sortable searchable"):
    """Columns after the first `words` ones hold numbers; the first names the type."""
    def kind(column):
        return ' class="number"' if column >= words else ""

    head = "".join(f"<th{kind(i)}>{html.escape(text)}</th>" for i, text in enumerate(headers))
    lines = "".join(
        f'<tr data-type="{row[0]}">' + "".join(f"<td{kind(i)}>{html.escape(text)}</td>" for i, text in enumerate(row)) + "</tr>\n"
        for row in rows)
    return f'<table id="table-{name}" class="{classes}"><thead><tr>{head}</tr></thead><tbody>\n{lines}</tbody></table>'


def sections():
    types = [(name, f"{round(1200 * share):,}", f"{0.95 - share / 3:.2f}") for (name, _), share in zip(TYPES, SHARES)]
    lead = "Every type is a cluster of cells; its name says only how frequent it is."
    return (
        '<section id="types"><h2>Types</h2>'
        f"<p>{lead}</p>"
        '<div id="map"><svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><circle cx="9" cy="9" r="4"/></svg></div>'
        f'<figure id="figure-types">{figure()}<figcaption>Cells of each type.</figcaption></figure>'
        f'{table("types", ("Type", "Cells", "Confidence"), types, 1)}</section>'
        '<section id="markers"><h2>Markers</h2><p>The genes that set each type apart.</p>'
        f'{table("markers", ("Type", "Gene", "log2 fold change", "Cells that express it", "Adjusted p"), MARKERS, 2)}</section>')


def page(script, style, cells=500, types=3, content=None, data=None, arrays=None):
    """The whole page; content, data and arrays replace what is made up otherwise."""
    made_data, made_arrays = report_data(cells, types)
    text = json.dumps(made_data if data is None else data).replace("<", "\\u003c")
    escaped = CSV_OF_TYPES.replace("\\", "\\u005c").replace("<", "\\u003c")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Report</title><style>{style}</style></head>\n<body><header><h1>Types of 1,200 cells</h1>"
        '<p class="lead">Three types were found in <b>cells.h5ad</b>.</p>'
        '<nav><a href="#types">Types</a> <a href="#markers">Markers</a></nav></header><main>'
        f"{sections() if content is None else content}</main>\n"
        f'<script type="text/csv" id="csv-types">\n{escaped}</script>\n'
        f'<script type="application/json" id="report-data">{text}</script>\n'
        f'<script type="text/plain" id="report-arrays">{made_arrays if arrays is None else arrays}</script>\n'
        f"<script>{script}</script></body></html>\n")


if __name__ == "__main__":
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    pathlib.Path(sys.argv[1]).write_text(page(*bundle(), cells=wanted), encoding="utf-8")
