"""Pages as Chromium lays them out: how wide they are on a screen of some width, what its console says, how they print."""
import json
import pathlib
import re
import shutil
import subprocess

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

#: Frames of a known width, each told to the first line of the document: its width, and what is wider outside tables that scroll.
PROBE = """<!DOCTYPE html><meta charset="utf-8"><title>probe</title>{frames}<pre id="told"></pre><script>
addEventListener("load", () => {{
  const told = [];
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument, wide = [];
    for (const one of page.body.querySelectorAll("*")) {{
      const box = one.getBoundingClientRect();
      if (box.right > frame.clientWidth + 1 && !one.closest(".scroll, svg")) wide.push(one.tagName + " " + one.textContent.slice(0, 40));
    }}
    told.push({{page: frame.dataset.page, screen: frame.clientWidth, width: page.documentElement.scrollWidth, wide: wide,
               figures: [...page.querySelectorAll("figure svg, figure img")].map(one => one.getBoundingClientRect().height),
               scripts: page.scripts.length, resources: frame.contentWindow.performance.getEntriesByType("resource").length}});
  }}
  document.getElementById("told").textContent = JSON.stringify(told);
}});
</script>"""


def _run(folder, *arguments):
    return subprocess.run([CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                           f"--user-data-dir={folder / 'profile'}", *map(str, arguments)], capture_output=True, text=True,
                          errors="replace", timeout=240, check=True)


def layouts(folder, pages, widths):
    """What the probe tells of each page at each width, and what the console said."""
    frames = "".join(f'<iframe data-page="{page.name}" style="border:0" width="{width}" height="900" src="{page.name}"></iframe>'
                     for page in pages for width in widths)
    probe = folder / "probe.html"
    probe.write_text(PROBE.format(frames=frames), encoding="utf-8")
    run = _run(folder, "--allow-file-access-from-files", "--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom",
               probe.as_uri())
    told = re.search(r'<pre id="told">(.*?)</pre>', run.stdout, flags=re.DOTALL)[1]
    console = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    return json.loads(told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")), console


def printed(folder, page):
    """The page as PDF, as bytes."""
    path = pathlib.Path(folder) / "page.pdf"
    _run(folder, "--no-pdf-header-footer", f"--print-to-pdf={path}", page.as_uri())
    return path.read_bytes()
