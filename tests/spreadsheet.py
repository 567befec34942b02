"""A table as a spreadsheet opens it: by LibreOffice itself."""

import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree

NAMESPACES = {"table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0", "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0"}


def cells(table):
    """The rows of a CSV file in UTF-8, given as bytes: texts, and numbers where LibreOffice takes a cell for one. A cell that it
    takes for a formula is its formula."""
    with tempfile.TemporaryDirectory(prefix="canhgiac-test-") as name:
        folder = pathlib.Path(name)
        (folder / "table.csv").write_bytes(table)
        # Comma, quotation mark, UTF-8, from the first line: what its dialog offers.
        command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        command += ["--convert-to", "fods", "--infilter=CSV:44,34,76,1", "--outdir", folder, folder / "table.csv"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert (folder / "table.fods").exists(), done.stdout + done.stderr
        document = xml.etree.ElementTree.parse(folder / "table.fods")
    return [[*row_of(row)] for row in document.iterfind(".//table:table-row", NAMESPACES)]


def row_of(row):
    for cell in row.iterfind("table:table-cell", NAMESPACES):
        named = {name.rsplit("}", 1)[1]: value for name, value in cell.items()}
        if "formula" in named:
            value = named["formula"]
        elif named.get("value-type") == "float":
            value = float(named["value"])
        else:
            value = "\n".join("".join(paragraph.itertext()) for paragraph in cell)
        yield from [value] * int(named.get("number-columns-repeated", 1))
