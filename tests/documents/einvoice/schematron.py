"""Run as a program: which rules of a schematron (compiled to XSLT) do XML files break?

``python schematron.py SCHEMATRON.xslt FOLDER`` prints, as JSON, for each file in the folder the ids
of the rules that it breaks, a warning's with ``warning:`` before it. Saxon runs a Java image of its
own, so it has a process of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

from saxonche import PySaxonProcessor

REPORT = "{http://purl.oclc.org/dsdl/svrl}"


def broken_rules(report: str) -> list[str]:
    failures = ElementTree.fromstring(report).iter(f"{REPORT}failed-assert")
    return sorted(
        f"{'warning:' if each.get('flag') == 'warning' else ''}{each.get('id')}"
        for each in failures
    )


def main(schematron: str, folder: str) -> None:
    with PySaxonProcessor(license=False) as processor:
        validator = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=schematron)
        found = {}
        for file in sorted(Path(folder).glob("*.xml")):
            node = processor.parse_xml(xml_file_name=str(file))
            found[file.stem] = broken_rules(validator.transform_to_string(xdm_node=node))
    print(json.dumps(found))


main(*sys.argv[1:])
