"""gdm-report: a page that has the numbers of the file whatever the file holds, that is HTML and nothing but text of its users, that
fits a phone and paper; an RO-Crate that describes its files; and one line for what is wrong."""
import hashlib
import html
import json
import pathlib
import re
import stat
import unittest
import unittest.mock
import urllib.parse

import h5py
import numpy as np

import browser
import crate_rules
import report_files
import support
import synthetic
from gdmsweep.commands import report
from gdmsweep.files import FileError
from gdmsweep.report import citations, crate, digits, page, sources, symbols, tables

try:
    from lxml import etree
except ImportError:
    etree = None

MU = {"mu": np.linspace(0, 1, 3)}
HOSTILE = '<script>alert(1)</script>&amp;"\'</pre></style><!-- \x00\x1b[31m \u202e עברית 漢字 𝔘 ' + "W" * 3000


class Numbers(unittest.TestCase):
    def test_value_and_error_to_two_digits_of_the_error(self):
        for value, error, text in ((2.26918, 0.00012, "2.26918(12)"), (123.4, 56, "123(56)"), (12.3, 1.04, "12.3(1.0)"),
                                   (0, 0.01, "0.000(10)"), (-3.2e-7, 4e-9, "−3.200(40)×10⁻⁷"), (1e5, 1e5, "1.0(1.0)×10⁵"),
                                   (0.0996, 0.00996, "0.100(10)"), (1.5, np.nan, "1.5"), (2.0, 0.0, "2(0)"), (np.inf, 1, "∞"),
                                   (np.nan, 1, "–"), (0.22379484619, 4.4e-13, "0.22379485 ± 4.4×10⁻¹³"), (1234567, 890, "1.23457(89)×10⁶")):
            with self.subTest(value=value, error=error):
                self.assertEqual(digits.with_error(value, error), text)

    def test_the_text_is_the_number(self):
        random = np.random.default_rng(3)
        for value, error in zip(random.standard_normal(300) * 10.0 ** random.integers(-8, 9, 300), 10.0 ** random.uniform(-9, 8, 300)):
            read, read_error = read_number(digits.with_error(value, error))
            self.assertLess(abs(read - value), 0.051 * error + 1e-7 * abs(value), (value, error))
            self.assertLess(abs(read_error - error), 0.051 * error, (value, error))

    def test_symbols(self):
        for tex, text in ((r"\langle a^2\rangle", "⟨a<sup>2</sup>⟩"), (r"t_\mathrm{S}^\mathrm{clone}", "t<sub>S</sub><sup>clone</sup>"),
                          ("x<y", "x&lt;y"), (r"\|x\|", "‖x‖"), (r"\ln N", "ln N")):
            self.assertEqual(str(symbols.html_of(tex)), text)


def read_number(text):
    """value, error of what with_error writes."""
    text = text.replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    if " ± " in text:
        return tuple(float(one.replace("×10", "e")) for one in text.split(" ± "))
    mantissa, error, power = re.fullmatch(r"(-?[\d.]+)\(([\d.]+)\)(?:×10(-?\d+))?", text).groups()
    scale = 10.0 ** int(power or 0)
    places = 0 if "." in error else len(mantissa.partition(".")[2])
    return float(mantissa) * scale, float(error) * 10.0**-places * scale


class Report(support.InFolder):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "toy.reduced.h5"

    def written(self, *options):
        code, out, err = support.run(report.main, self.path, *options)
        self.assertEqual((code, err), (0, ""))
        self.page = self.folder / "toy.html"
        self.assertEqual(out.splitlines()[0], str(self.page))
        self.text = self.page.read_text(encoding="utf-8")
        return self.text

    def told(self):
        """The page as words."""
        return html.unescape(re.sub(r"<svg.*?</svg>|<style>.*?</style>|<[^>]*>", "", self.text, flags=re.DOTALL))

    def test_all_that_a_file_holds(self):
        data = report_files.reduced(self.path, MU)
        report_files.sweep(self.folder / "toy.h5", code={"model.py": "def run(point):\n    return 1 < 2\n"})
        self.written("--title", "Heights", "--author", "Ada")
        told = self.told()
        for value, error in zip(data.x.values, data.x_stderr.values):
            self.assertIn(digits.with_error(value, error), told)
        z = (data.x.values - data.x_theory.values) / 0.01
        for one in z:
            self.assertIn(f"{one:+.2f}".replace("-", "−"), told)
        for words in ("How high?", "Heights", "Ada", "Onsager", "Complete.", "Student’s t, 7 degrees", "3 of 3 points", "node1", "Open MPI 4",
                      "HDF5 1.10", "gdm-sweep toy.ini --output toy.h5", "feedbeef", "return 1 < 2", report_files.JOB.strip(), "AVX3",
                      "@article{onsager1944", "note = {a note of mine}", "@software{gdm-sweep", "0.1.0 (abc)",
                      "samples of a replica", "not told (killed, or running)", "mpirun -n 4 gdm-sweep toy.ini"):
            self.assertIn(words, told)
        self.assertNotRegex(self.text, r'<script|(?:src|href)="(?!#|data:)')

    def test_without_the_sweep_file(self):
        report_files.reduced(self.path, MU)
        self.written()
        self.assertIn("The sweep file is not beside the reduced one", self.told())

    def test_a_stale_reduced_file_is_told(self):
        report_files.reduced(self.path, MU)
        report_files.sweep(self.folder / "toy.h5", replicas=9)
        self.written()
        self.assertIn("The sweep file has 27 replicas, the reduced file 24: gdm-reduce toy.h5", self.told())

    def test_empty_unfinished_failed(self):
        for done, failed, state in ((False, 0, "Nothing is computed yet."), ([True, False, False], 0, "Unfinished."), (False, 24, "All failed.")):
            with self.subTest(state):
                report_files.reduced(self.path, MU, done=done, attributes={"replicas_failed": failed})
                report_files.sweep(self.folder / "toy.h5", failed=failed, done=done is not False, message="no “Ω”".encode())
                self.written()
                self.assertIn(state, self.told())
                self.assertEqual(f"{failed} × failed: no “Ω”" in self.told(), failed > 0)
                self.assertEqual("There is no value yet." in self.told(), done is False)

    def test_one_replica_has_no_error_and_no_law(self):
        data = report_files.reduced(self.path, {"mu": [0.5]}, replicas=1)
        self.written()
        self.assertIn("which one replica cannot tell", self.told())
        self.assertNotIn("Student", self.told())
        self.assertIn(digits.with_error(data.x.values[0], np.nan), self.told())

    def test_many_points_are_shortened_with_a_word_on_it(self):
        report_files.reduced(self.path, {"mu": np.linspace(0, 1, 400), "nu": np.linspace(0, 1, 250)})
        self.written()
        self.assertIn("100,000 points are computed; shown are 6 of 400 values of mu, 6 of 250 values of nu.", self.told())
        self.assertLess(len(self.text), 3_000_000)

    def test_five_axes_and_words(self):
        report_files.reduced(self.path, {"a": [1.0, 2], "b": [1.0, 2, 3], "c": [0.1, 0.2], "d": ["planted", "free"], "e": [1e5, np.inf]})
        self.written()
        table = tables.values(sources.open_reduced(self.path))[0][1]
        self.assertLessEqual(len(table.rows), tables.MAX_ROWS)
        self.assertEqual([str(head) for head, _ in table.heads[:3]], ["a", "b", "c"])
        self.assertIn("planted", self.told())
        self.assertIn("∞", self.told())

    def test_gaps_are_left_out_of_the_table(self):
        done = np.arange(60) % 2 == 0
        report_files.reduced(self.path, {"mu": np.arange(60.0)}, done=done)
        self.written()
        table = tables.values(sources.open_reduced(self.path))[0][1]
        self.assertEqual([float(row[0]) for row in table.rows], np.arange(0, 60, 2.0).tolist())

    def test_figures_of_an_experiment_of_ours(self):
        synthetic.generative_bath(self.path)
        self.written()
        names = re.findall(r'\bid="([^"]+)"', self.text)
        self.assertEqual(len(names), len(set(names)), "names of two drawings meet")
        self.assertTrue(set(re.findall(r'(?:href="#|url\(#)([^")]+)', self.text)) <= set(names), "a name leads nowhere")
        self.assertGreaterEqual(self.text.count("<svg"), 3)
        self.assertEqual(self.text.count("<svg"), self.text.count('role="img" aria-label="'))

    def test_a_drawing_too_large_becomes_an_image(self):
        synthetic.generative_bath(self.path)
        with unittest.mock.patch("gdmsweep.report.drawings.LARGE", 1000):
            self.written()
        self.assertIn('<img alt="', self.text)
        self.assertNotIn("<svg", self.text)

    def hostile(self):
        report_files.reduced(self.path, MU, attributes={"question": HOSTILE, "job": HOSTILE, "source": HOSTILE, "warnings": HOSTILE,
                                                        "host": HOSTILE, "error_missing": HOSTILE})
        report_files.sweep(self.folder / "toy.h5", failed=3, message=HOSTILE.encode()[:200], code={"model.py": HOSTILE.replace("\0", "")},
                           host=b"<b>" + b"h" * 60)
        return self.written("--title", HOSTILE.replace("\0", ""), "--author", "<i>A</i>")

    def test_text_of_users_is_text(self):
        self.hostile()
        body = re.sub(r"<svg.*?</svg>", "", self.text, flags=re.DOTALL)
        self.assertNotRegex(body, "<script|<b>h|<i>A|alert\\(1\\)</script>")
        self.assertNotRegex(self.text, "[\x00-\x08\x0b\x0c\x0e-\x1f]")
        self.assertIn("\ufffd", self.text)
        self.assertIn("漢字 𝔘", self.text)

    @unittest.skipUnless(etree, "lxml is not here")
    def test_the_page_is_well_formed(self):
        self.hostile()
        parser = etree.HTMLParser(recover=False, huge_tree=True)
        try:
            etree.fromstring(self.text.encode(), parser)
        except etree.XMLSyntaxError:
            pass  # libxml2 knows the elements of HTML 4 alone; the log tells what is wrong
        errors = [one.message for one in parser.error_log if one.type_name not in ("HTML_UNKNOWN_TAG", "ERR_INVALID_CHAR")]
        self.assertEqual(errors, [])
        bare = re.sub(r"<!DOCTYPE html>", "", self.text)
        bare = re.sub(r"<(meta|link|img)\b([^>]*[^/>])>", r"<\1\2/>", re.sub("<style>.*?</style>", "", bare, count=1, flags=re.DOTALL))
        etree.fromstring(bare.encode(), etree.XMLParser(huge_tree=True))  # every element ends, where it should

    @unittest.skipUnless(browser.CHROMIUM, "Chromium is not here")
    def test_in_a_browser(self):
        self.hostile()
        self.page.rename(self.folder / "hostile.html")
        report_files.reduced(self.path, {"a_long_name_of_an_axis": np.linspace(0, 1, 5) / 3, "b": [1e-7 / 3, 2e9], "c": ["planted", "free"]})
        self.written()
        self.page.rename(self.folder / "axes.html")
        synthetic.generative_bath(self.path)
        self.written()
        found, console = browser.layouts(self.folder, [self.page, self.folder / "hostile.html", self.folder / "axes.html"], (390, 1200))
        self.assertEqual(console, [])
        self.assertEqual(len(found), 6)
        for one in found:
            with self.subTest(page=one["page"], screen=one["screen"]):
                self.assertLessEqual(one["width"], one["screen"])
                self.assertEqual((one["wide"], one["scripts"], one["resources"]), ([], 0, 0))
                self.assertTrue(all(height > 100 for height in one["figures"]), one["figures"])
        pdf = browser.printed(self.folder, self.page)
        self.assertTrue(pdf.startswith(b"%PDF"))
        size = [float(one) for one in re.search(rb"/MediaBox \[([\d. ]+)\]", pdf)[1].split()]
        self.assertTrue(np.allclose(size, [0, 0, 595, 842], atol=1.5), size)

    def test_several_files_have_contents(self):
        report_files.reduced(self.path, MU)
        report_files.sweep(self.folder / "toy.h5")
        report_files.reduced(self.folder / "other.reduced.h5", {"mu": [1.0]}, attributes={"sweep_file": "gone.h5", "question": "How low?"})
        code, out, err = support.run(report.main, self.path, self.folder / "toy.h5", self.folder / "other.reduced.h5")
        self.assertEqual((code, out, err), (0, f"{self.folder / 'report.html'}\n", ""))
        text = (self.folder / "report.html").read_text()
        self.assertEqual(re.findall(r'<a href="#(s\d)">(\w+)</a>', text), [("s1", "toy"), ("s2", "other")])
        self.assertEqual(re.findall(r'<section class="sweep" id="(s\d)"', text), ["s1", "s2"])

    def test_crate(self):
        report_files.reduced(self.path, MU)
        report_files.sweep(self.folder / "toy.h5", code={"my model.py": "pass\n"})
        code, out, err = support.run(report.main, self.folder / "toy.h5", "--crate", "--license", "CC-BY-4.0", "--author",
                                     "Josiah Carberry (0000-0002-1825-0097)")
        self.assertEqual((code, err, out.splitlines()[1]), (0, "", str(self.folder / "toy.crate")))
        folder = self.folder / "toy.crate"
        self.assertEqual(crate_rules.broken(folder), [])
        metadata = json.loads((folder / "ro-crate-metadata.json").read_text())
        self.assertEqual(metadata["@context"][0], "https://w3id.org/ro/crate/1.1/context")
        graph = {one["@id"]: one for one in metadata["@graph"]}
        self.assertEqual(len(graph), len(metadata["@graph"]), "an @id is there twice")
        descriptor = graph["ro-crate-metadata.json"]
        self.assertEqual((descriptor["@type"], descriptor["about"], descriptor["conformsTo"]),
                         ("CreativeWork", {"@id": "./"}, {"@id": "https://w3id.org/ro/crate/1.1"}))
        root = graph["./"]
        self.assertEqual(root["@type"], "Dataset")
        for key in ("name", "description", "datePublished", "license", "author", "hasPart"):
            self.assertTrue(root[key], key)
        self.assertRegex(root["datePublished"], r"^\d{4}-\d\d-\d\d$")
        files = [one for one in metadata["@graph"] if one["@type"] == "File"]
        self.assertEqual([one["@id"] for one in files], [one["@id"] for one in root["hasPart"]])
        names = {urllib.parse.unquote(one["@id"]) for one in files}
        self.assertEqual(names | {"ro-crate-metadata.json"}, {one.name for one in folder.iterdir()})
        self.assertEqual(names, {"toy.ini", "my model.py", "toy.reduced.h5", "toy.h5", "toy.html", "references.bib"})
        for one in files:
            content = (folder / urllib.parse.unquote(one["@id"])).read_bytes()
            self.assertEqual((one["contentSize"], one["sha256"]), (str(len(content)), hashlib.sha256(content).hexdigest()))
        runs = [one for one in metadata["@graph"] if one["@type"] == "CreateAction"]
        self.assertEqual(len(runs), 4)
        self.assertEqual([one["@id"] for one in runs], [one["@id"] for one in root["mentions"]])
        self.assertEqual((runs[0]["startTime"], runs[0]["endTime"]), ("2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"))
        self.assertNotIn("endTime", runs[1])
        for one in references(metadata["@graph"]):
            self.assertTrue(one in graph or one.startswith("https://w3id.org/ro/crate"), one)
        for run in runs:
            self.assertEqual(graph[run["instrument"]["@id"]]["@type"], "SoftwareApplication")
        # A second time it takes the place of the first; what is no crate is left alone.
        self.assertEqual(support.run(report.main, self.path, "--crate", "--license", "CC0-1.0")[0], 0)
        self.assertEqual(sorted(one.name for one in self.folder.iterdir()), ["toy.crate", "toy.h5", "toy.html", "toy.reduced.h5"])
        (folder / "ro-crate-metadata.json").unlink()
        code, _, err = support.run(report.main, self.path, "--crate")
        self.assertEqual((code, err.count("\n")), (2, 1))
        self.assertIn("is no RO-Crate", err)
        self.assertTrue((folder / "toy.h5").exists())

    def test_the_rules_of_crates_see_what_is_wrong(self):
        report_files.reduced(self.path, MU)
        self.assertEqual(support.run(report.main, self.path, "--crate", "--license", "CC0-1.0", "--author", "Ada")[0], 0)
        folder = self.folder / "toy.crate"
        path = folder / crate_rules.METADATA
        written = path.read_text()
        at = {"descriptor": 0, "root": 1, "file": 2}
        for where, key, value, said in (("descriptor", "conformsTo", {"@id": "https://w3id.org/ro/crate/2"}, "conformsTo"),
                                        ("descriptor", "about", {"@id": "#"}, "descriptor"), ("root", "license", "", "license"),
                                        ("root", "datePublished", "May", "ISO 8601"), ("root", "author", [{"@id": "#Bob"}], "#Bob is not described"),
                                        ("root", "mentions", [], "nothing refers to it"), ("root", "hasPart", [], "is no part of the root"),
                                        ("root", "colour", "red", "colour is no term"), ("root", "author", {"name": "Ada"}, "holds an entity"),
                                        ("file", "@id", "a b.ini", "no relative path"), ("file", "contentSize", "1", "contentSize"),
                                        ("file", "@type", "Novel", "@type"), ("file", "encodingFormat", "text", "encodingFormat")):
            with self.subTest(said):
                metadata = json.loads(written)
                metadata["@graph"][at[where]][key] = value
                path.write_text(json.dumps(metadata))
                self.assertIn(said, "\n".join(crate_rules.broken(folder)))
        path.write_text(written)
        (folder / "more.txt").touch()
        self.assertEqual(crate_rules.broken(folder), ["more.txt: is not described"])
        (folder / "more.txt").rename(folder / "toy.html")
        self.assertTrue(any("contentSize" in one for one in crate_rules.broken(folder)))
        (folder / "toy.html").unlink()
        self.assertIn("toy.html: the file is not there", crate_rules.broken(folder))

    def test_crates_of_all_kinds_keep_the_rules(self):
        report_files.reduced(self.path, MU, attributes={"code_version": ""})
        for words in ([], ["--author", "Ada Lovelace", "--author", "a/b #c ?"], ["--license", "MIT"], ["--title", "<&>"]):
            code, _, err = support.run(report.main, self.path, "--crate", *words)
            self.assertEqual((code, crate_rules.broken(self.folder / "toy.crate")), (0, []), err)
        report_files.reduced(self.folder / "ü #2%.reduced.h5", MU, attributes={"sweep_file": "gone.h5", "question": ""})
        code, _, err = support.run(report.main, self.path, self.folder / "ü #2%.reduced.h5", "--crate")
        self.assertEqual((code, crate_rules.broken(self.folder / "report.crate")), (0, []), err)

    def test_a_crate_without_a_licence_says_so(self):
        report_files.reduced(self.path, MU)
        code, _, err = support.run(report.main, self.path, "--crate")
        self.assertEqual(code, 0)
        self.assertIn("No licence is chosen yet", err)

    def test_bad_input_is_told_in_one_line(self):
        report_files.reduced(self.path, MU)
        report_files.sweep(self.folder / "alone.h5")
        (self.folder / "text.html").write_text("mine")
        report_files.reduced(self.folder / "torn.reduced.h5", MU, attributes={"sweep_file": "torn.h5"})
        report_files.sweep(self.folder / "torn.h5")
        with h5py.File(self.folder / "torn.h5", "a") as file:
            del file["sessions"]
        for arguments, message in (([self.folder / "absent.h5"], "no such file"), ([self.folder / "text.html"], "not a readable HDF5"),
                                   ([self.path, "--output", self.folder], "is a directory"),
                                   ([self.path, "--output", self.folder / "text.html"], "is not a page of gdm-report"),
                                   ([self.path, "--output", self.folder / "none" / "x.html"], "cannot be written"),
                                   ([self.path, "--license", "MIT"], "give --crate too"),
                                   ([self.path, "--crate", "--license", "my own"], "takes an SPDX name"),
                                   ([self.path, "--author", "A (0000-0002-1825-0098)"], "is not an ORCID"),
                                   ([self.folder / "alone.h5"], "gdm-reduce"), ([self.folder / "torn.h5"], "damaged, or no whole sweep file")):
            with self.subTest(message), unittest.mock.patch("gdmsweep.report.sources.gdm_reduce", lambda: None):
                code, out, err = support.run(report.main, *arguments)
                self.assertEqual((code, err.count("\n")), (2, 1), err)
                self.assertRegex(err, message)
        self.assertEqual((self.folder / "text.html").read_text(), "mine")

    def test_gdm_reduce_is_run_where_it_has_to(self):
        report_files.sweep(self.folder / "toy.h5")
        report_files.reduced(self.folder / "made", MU)
        program = self.folder / "reduce"
        for script, code in ((f"cp {self.folder}/made {self.path}", 0), ("echo gdm-reduce: too dark >&2; exit 74", 2)):
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            self.path.unlink(missing_ok=True)
            with unittest.mock.patch("gdmsweep.report.sources.gdm_reduce", lambda: str(program)):
                got, _, err = support.run(report.main, self.folder / "toy.h5")
            self.assertEqual(got, code, err)
        self.assertIn("could not be reduced (too dark)", err)

    def test_the_page_has_the_rights_of_any_new_file(self):
        report_files.reduced(self.path, MU)
        self.written()
        self.assertEqual(stat.S_IMODE(self.page.stat().st_mode), 0o666 & ~crate.umask())


def references(value):
    """All {"@id": …} inside the entities."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(one, dict) and set(one) == {"@id"}:
            yield one["@id"]
        else:
            yield from references(one)


class Citations(unittest.TestCase):
    def test_papers_of_a_source(self):
        found = citations.papers("Hopfield, PNAS 79, 2554 (1982); Amit, Gutfreund and Sompolinsky, PRL 55, 1530 (1985), Ann. Phys. 173, 30 "
                                 "(1987); someone {else} \\today")
        self.assertEqual([re.match(r"@\w+\{(\w+),", entry)[1] for entry in found], ["hopfield1982", "amit1985", "amit1987", "source1"])
        self.assertIn("note = {someone else today}", found[-1])

    def test_papers_are_well_formed_and_none_is_there_twice(self):
        known = list(citations.known())
        keys = [re.match(r"@\w+\{(\w+),\n", entry)[1] for _, entry in known]
        self.assertEqual(len(keys), len(set(keys)))
        for match, entry in known:
            re.compile(match)
            self.assertEqual(entry.count("{"), entry.count("}"), entry)
            for field in ("author", "title", "year"):
                self.assertIn(f"  {field} = {{", entry)

    def test_what_experiments_say_of_papers_is_what_their_entries_say(self):
        named = set()
        for path in sorted((pathlib.Path(__file__).parents[2] / "docs/experiments").glob("*.md")):
            for source in re.findall(r"^Source: (.*)\. Version \d+\.", path.read_text(), flags=re.MULTILINE):
                for part in source.split("; "):
                    for entry in citations.papers(part):
                        with self.subTest(page=path.name, part=part):
                            self.assertNotIn("@misc{source", entry)
                            named.add(entry)
                            self.compare(part, dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, flags=re.MULTILINE)))
        self.assertEqual([entry for _, entry in citations.known() if entry not in named], [])

    def compare(self, part, entry):
        first = re.sub(r"[{}\\'\"~`]", "", entry["author"]).partition(",")[0]
        self.assertIn(first, part)
        if re.search(r"\d, \w?\d+ \((19|20)\d\d\)", part):
            self.assertIn(f"{entry['volume']}, {entry['pages']} ({entry['year']})", part)
        if "eprint" in entry and "arXiv:" in part:
            self.assertIn(f"arXiv:{entry['eprint']}", part)

    def test_orcid(self):
        self.assertEqual(crate.author("Josiah Carberry (https://orcid.org/0000-0002-1825-0097)").orcid, "0000-0002-1825-0097")
        self.assertEqual(crate.author("Someone (0000-0001-5109-3700)").name, "Someone")
        self.assertEqual(crate.author("Ada Lovelace").orcid, "")
        for wrong in ("", "A (0000-0002-1825-0096)", "A (1234)"):
            self.assertRaises(FileError, crate.author, wrong)


class Cleaning(unittest.TestCase):
    def test_what_html_cannot_hold(self):
        self.assertEqual(page.clean("a\x00b\x1b\ud800c\n\t"), "a\ufffdb\ufffd\ufffdc\n\t")


if __name__ == "__main__":
    unittest.main()
