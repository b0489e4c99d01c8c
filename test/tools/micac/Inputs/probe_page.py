# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loads a report in headless Chromium and checks what is laid out there.

Usage: probe_page.py REPORT.html

Adds a script to a copy of the page that measures boxes, clicks a column's head and writes what
it found into the document, and reads the document that comes out.
"""
import html
import json
import os
import re
import subprocess
import sys
import tempfile

PROBE = """
<script>
const box = e => { const r = e.getBBox(); return [r.x, r.y, r.width, r.height]; };
const size = e => [e.viewBox.baseVal.width, e.viewBox.baseVal.height];
const graph = document.getElementById('graph'), memory = document.getElementById('memory');
const column = n => [...document.querySelectorAll('#nodes tbody tr')].map(r => +r.cells[n].dataset.v);
const found = {
  nodes: [...graph.querySelectorAll('.node')].map(g => ({
    box: box(g.querySelector('rect')),
    texts: [...g.querySelectorAll('text')].map(box)})),
  graph: size(graph), memory: size(memory),
  buffers: [...memory.querySelectorAll('.buffer')].map(box),
  edges: graph.querySelectorAll('.edge').length,
  shares: column(5),
  stages: [...document.querySelectorAll('.stage')].map(d => [
    d.querySelector('summary').textContent, d.querySelector('pre').textContent.length]),
  fetched: performance.getEntriesByType('resource').length,
  wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
};
document.querySelectorAll('th')[3].click(); found.falling = column(3);
document.querySelectorAll('th')[3].click(); found.rising = column(3);
const out = document.createElement('pre'); out.id = 'probe';
out.textContent = JSON.stringify(found); document.body.append(out);
</script>
"""


def probe(path):
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "page.html")
        with open(path) as page, open(copy, "w") as file:
            file.write(page.read().replace("</body>", PROBE + "</body>"))
        dom = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
             f"--user-data-dir={folder}/profile", "--window-size=1200,900", "file://" + copy],
            check=True, capture_output=True, text=True, timeout=120).stdout
    return json.loads(html.unescape(re.search(r'<pre id="probe">(.*?)</pre>', dom, re.S)[1]))


def inside(box, outer, slack=1):
    x, y, width, height = box
    return (x >= outer[0] - slack and y >= outer[1] - slack and
            x + width <= outer[0] + outer[2] + slack and y + height <= outer[1] + outer[3] + slack)


def apart(a, b):
    return (a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or
            a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1])


def main():
    found = probe(sys.argv[1])
    nodes = found["nodes"]
    for i, node in enumerate(nodes):
        assert inside(node["box"], [0, 0, *found["graph"]]), node
        assert all(inside(text, node["box"]) for text in node["texts"]), node
        assert all(apart(node["box"], other["box"]) for other in nodes[:i]), node
    shrunk = [[x + 0.01, y + 0.01, w - 0.02, h - 0.02] for x, y, w, h in found["buffers"]]
    for i, buffer in enumerate(shrunk):
        assert inside(buffer, [0, 0, *found["memory"]]), buffer
        assert all(apart(buffer, other) for other in shrunk[:i]), buffer
    assert found["fetched"] == 0 and not found["wide"], found
    assert found["rising"] == sorted(found["rising"]), found["rising"]
    assert found["falling"] == found["rising"][::-1] or \
        found["falling"] == sorted(found["falling"], reverse=True), found["falling"]
    print(f"{len(nodes)} nodes, {found['edges']} edges, {len(shrunk)} buffers")
    print("stages:", ", ".join(f"{name}" for name, length in found["stages"] if length > 100))
    print("times:", "all" if min(found["shares"]) >= 0 and sum(found["shares"]) > 0 else "none")


if __name__ == "__main__":
    main()
