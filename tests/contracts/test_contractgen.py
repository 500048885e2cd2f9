"""contractgen: drift of the committed contracts, numbers that never change, and what it says about mistakes.

    python3 -m unittest discover -s tests/contracts
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CONTRACTGEN = PROJECT / "proto" / "contractgen" / "contractgen.py"

CHAR = {"type": "char", "string": "Text", "readonly": False, "searchable": True, "company_dependent": False}
STATE = {**CHAR, "type": "selection", "selection": [["draft", "Draft"], ["done", "Done"]]}
SPACED = {**CHAR, "string": " Sales\N{NO-BREAK SPACE}Price "}
LINES = {**CHAR, "type": "one2many", "relation": "x.thing"}
FIELDS = {
    "18.0": {"name": CHAR, "old_name": CHAR, "gone": CHAR, "computed": {**CHAR, "readonly": True, "searchable": False},
             "state": STATE, "kind": STATE, "code": CHAR, "moved": CHAR, "class": CHAR, "image_1920": {**CHAR, "type": "binary"},
             "blob": {**CHAR, "type": "json"}, "spaced": SPACED, "lines": LINES},
    "19.0": {"name": CHAR, "new_name": CHAR, "added": CHAR, "computed": {**CHAR, "readonly": True, "searchable": False},
             "state": STATE, "kind": {**STATE, "selection": [["draft", "Draft"]]}, "code": {**CHAR, "type": "integer"}, "moved": CHAR,
             "class": CHAR, "image_1920": {**CHAR, "type": "binary"}, "blob": {**CHAR, "type": "json"}, "spaced": SPACED,
             "lines": LINES},
}
MESSAGE = """
[Thing]
model = "x.thing"
plural = "Things"
doc = "A thing."
operations = ["create", "get", "search", "count", "update", "delete", "batch_create"]
"""


class Workspace:
    """A proto folder of its own with the model x.thing in two versions."""

    def __init__(self, folder):
        self.root = Path(folder)
        for version, fields in FIELDS.items():
            path = self.root / "fields" / version / "x.thing.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(fields), encoding="utf-8")
        (self.root / "contractgen" / "contracts").mkdir(parents=True)

    def select(self, *entries, message=MESSAGE, rest=""):
        """Writes the curated file: field entries as TOML lines, then `rest`."""
        text = "\n".join(['area = "test"', 'module = "x_things"', message, "[Thing.fields]", *entries, rest])
        (self.root / "contractgen" / "contracts" / "test.toml").write_text(text, encoding="utf-8")

    def run(self, *arguments):
        return subprocess.run([sys.executable, CONTRACTGEN, "--root", self.root, *arguments], capture_output=True, text=True, check=False)

    @property
    def proto(self):
        return (self.root / "odoo" / "test" / "v1" / "thing.proto").read_text(encoding="utf-8")

    @property
    def lock(self):
        return (self.root / "contractgen" / "numbers.lock").read_text(encoding="utf-8")


class WorkspaceTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.workspace = Workspace(folder.name)

    def generate(self, *entries, **more):
        self.workspace.select(*entries, **more)
        result = self.workspace.run()
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def block(self, kind, name):
        """The text of one message or enum of the generated file."""
        return self.workspace.proto.split(f"\n{kind} {name} {{\n")[1].split("\n}\n")[0]


class Drift(WorkspaceTest):
    def test_committed_contracts_are_what_contractgen_writes(self):
        result = subprocess.run([sys.executable, CONTRACTGEN, "--check"], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_check_passes_after_writing(self):
        self.generate('name = ""')
        self.assertEqual(self.workspace.run("--check").returncode, 0)

    def test_check_names_an_edited_file_and_leaves_it(self):
        self.generate('name = ""')
        path = self.workspace.root / "odoo/test/v1/thing.proto"
        path.write_text(edited := path.read_text(encoding="utf-8") + "// edited\n", encoding="utf-8")
        result = self.workspace.run("--check")
        self.assertEqual((result.returncode, result.stdout), (1, "odoo/test/v1/thing.proto: differs from what contractgen writes\n"))
        self.assertEqual(self.workspace.proto, edited)

    def test_check_names_the_lock_where_a_field_has_no_number_yet(self):
        self.generate('name = ""')
        self.workspace.select('name = ""', 'moved = ""')
        before = self.workspace.lock
        result = self.workspace.run("--check")
        self.assertEqual(result.returncode, 1)
        self.assertIn("contractgen/numbers.lock: differs", result.stdout)
        self.assertEqual(self.workspace.lock, before)

    def test_contract_that_nothing_asks_for_is_reported_then_removed(self):
        self.generate('name = ""')
        self.workspace.select('name = ""', message=MESSAGE + 'file = "other"\n')
        self.assertIn("odoo/test/v1/thing.proto: no longer generated\n", self.workspace.run("--check").stdout)
        self.assertEqual(self.workspace.run().returncode, 0)
        self.assertEqual([path.name for path in self.workspace.root.glob("odoo/test/v1/*")], ["other.proto"])


class Numbers(WorkspaceTest):
    def test_id_and_display_name_come_first(self):
        self.generate('name = ""')
        self.assertIn("odoo.test.v1.Thing 1 id\nodoo.test.v1.Thing 2 display_name\nodoo.test.v1.Thing 3 name\n", self.workspace.lock)

    def test_order_of_the_selection_does_not_matter_later(self):
        self.generate('name = ""', 'moved = ""')
        before = self.workspace.lock
        self.generate('moved = ""', 'name = ""')
        self.assertEqual(self.workspace.lock, before)
        self.assertIn("optional string moved = 4 ", self.block("message", "Thing"))

    def test_number_of_a_removed_field_stays_reserved(self):
        self.generate('name = ""', 'moved = ""')
        self.generate('name = ""', 'computed = ""')
        for message in ("Thing", "ThingValues", "ThingFilter"):
            self.assertIn('  reserved 4;\n  reserved "moved";\n', self.block("message", message))
        self.assertIn("optional string computed = 5 ", self.block("message", "Thing"))
        self.assertIn("odoo.test.v1.Thing 4 moved\n", self.workspace.lock)

    def test_field_that_comes_back_has_its_number_again(self):
        self.generate('name = ""', 'moved = ""')
        before = self.workspace.proto
        self.generate('name = ""')
        self.generate('name = ""', 'moved = ""')
        self.assertEqual(self.workspace.proto, before)

    def test_number_of_a_removed_enum_value_stays_reserved(self):
        path = self.workspace.root / "fields/18.0/x.thing.json"
        enum = '[enums.ThingKind]\ndoc = "Kind."\ndiffers = true'
        self.generate('kind = { enum = "ThingKind" }', rest=enum)
        self.assertIn("  // Done. Until Odoo 18.\n  THING_KIND_DONE = 2 ", self.block("enum", "ThingKind"))
        path.write_text(json.dumps(FIELDS["19.0"]), encoding="utf-8")
        self.generate('kind = { enum = "ThingKind" }', rest=enum)
        self.assertIn('  reserved 2;\n  reserved "THING_KIND_DONE";\n', self.block("enum", "ThingKind"))

    def test_damaged_lock_is_an_error(self):
        self.workspace.select('name = ""')
        lock = self.workspace.root / "contractgen" / "numbers.lock"
        for line, said in (("odoo.test.v1.Thing three name", "expected `<container> <number> <name>`"),
                           ("odoo.test.v1.Thing 3 name\nodoo.test.v1.Thing 3 code", "`code` or number 3 occurs twice"),
                           ("odoo.test.v1.Thing 9989 code", "no number left")):
            with self.subTest(line):
                lock.write_text(line + "\n", encoding="utf-8")
                result = self.workspace.run()
                self.assertEqual(result.returncode, 1)
                self.assertIn(said, result.stderr)


class Fields(WorkspaceTest):
    def test_field_of_one_version_says_so(self):
        self.generate('gone = ""', 'added = ""')
        record = self.block("message", "Thing")
        self.assertIn('// Text. Until Odoo 18.\n  optional string gone = 3 [(odoo.contract.v1.field) = '
                      '{ type: TYPE_CHAR, names: { name: "gone", until: 18 } }];', record)
        self.assertIn('// Text. From Odoo 19.\n  optional string added = 4 [(odoo.contract.v1.field) = '
                      '{ type: TYPE_CHAR, names: { name: "added", since: 19 } }];', record)

    def test_renamed_field_has_a_name_per_version(self):
        self.generate('new_name = { odoo = ["old_name", "new_name"] }')
        self.assertIn('    names: { name: "old_name", until: 18 }\n    names: { name: "new_name", since: 19 }\n',
                      self.block("message", "Thing"))

    def test_name_that_json_would_change_keeps_odoos_in_the_option(self):
        self.generate('image = { odoo = "image_1920" }')
        self.assertIn('optional bytes image = 3 [(odoo.contract.v1.field) = { type: TYPE_BINARY, names: { name: "image_1920" } }];',
                      self.block("message", "Thing"))

    def test_read_only_field_is_not_offered_for_writing_nor_a_field_that_is_not_searchable_for_searching(self):
        self.generate('name = ""', 'computed = ""')
        self.assertIn(" computed = 4 ", self.block("message", "Thing"))
        self.assertNotIn("computed", self.block("message", "ThingValues"))
        self.assertNotIn("computed", self.block("message", "ThingFilter"))

    def test_writable_overrules_what_the_field_description_says(self):
        self.generate('computed = { writable = true }', 'name = { writable = false }')
        values = self.block("message", "ThingValues")
        self.assertIn(" computed = ", values)
        self.assertNotIn(" name = ", values)

    def test_spaces_of_a_label_are_plain_single_spaces(self):
        self.generate('spaced = ""')
        self.assertIn("  // Sales Price.\n  optional string spaced = 3 ", self.block("message", "Thing"))

    def test_required_rule(self):
        self.generate('name = { required_unless = ["moved"] }', 'moved = { required = true }')
        record = self.block("message", "Thing")
        self.assertIn('type: TYPE_CHAR, required: { unless_set: ["moved"] } }', record)
        self.assertIn("type: TYPE_CHAR, required: {} }", record)


class Mistakes(WorkspaceTest):
    CASES = (
        ('nope = ""', "", "test.toml: Thing.nope: no such field in x.thing of Odoo 18 or 19"),
        ('new_name = { odoo = ["name", "new_name"] }', "", "test.toml: Thing.new_name: Odoo 19 has more than one of name, new_name"),
        ('old_name = { odoo = ["old_name", "new_name"] }', "", "Thing.old_name: Odoo calls the field `new_name`, so must the contract"),
        ('class = ""', "", "Thing.class: the name is a keyword in C++, Python, Java, JavaScript; choose another"),
        ('image_1920 = ""', "", "Thing.image_1920: the name does not survive JSON field masks; choose another"),
        ('code = ""', "", "Thing.code: type differs between versions: char in 18, integer in 19"),
        ('blob = ""', "", "Thing.blob: type json cannot be expressed in a contract"),
        ('name = { requird = true }', "", "Thing.name: unknown key requird"),
        ('name = { required_unless = ["nope"] }', "", "Thing.name: required_unless: no field nope in Thing"),
        ('name = { rows = "Thing" }', "", "Thing.name: rows of Thing: the field is a char, not a one2many"),
        ('lines = { writable = true }', "", "Thing.lines: writable: a one2many is written as rows"),
        ('state = { enum = "ThingState" }', "", "Thing.state: no enums.ThingState"),
        ('kind = { enum = "ThingKind" }', '[enums.ThingKind]\ndoc = ""', "Thing.kind: keys differ between versions: draft, done / draft"),
        ('name = { enum = "ThingKind" }', '[enums.ThingKind]\ndoc = ""', "Thing.name: an enum needs a selection with keys"),
        ('name = ""', '[enums.ThingKind]\ndoc = ""', "enums.ThingKind: no field uses it"),
        ('state = { enum = "ThingState" }', '[enums.ThingState]\ndoc = ""\nvalues = { open = "" }',
         "enums.ThingState: no key open in Odoo"),
        ('state = ""', '[Thing.calls.CloseThing]\nmethod = "close"\ndoc = ""\ndone_when = { field = "state", one_of = ["closed"] }',
         "Thing.CloseThing: done_when: state has no key closed in any version"),
        ('state = ""', '[Thing.calls.CloseThing]\nmethod = "close"\ndoc = ""\ndone_when = { field = "state" }',
         "Thing.CloseThing.done_when: one_of is missing"),
        ('name = ""', '[Other]\nmodel = "x.other"\ndoc = ""', "test.toml: Other: no such model, x.other"),
        ('name = ""', '[Other]\nmodel = "x.thing"\ndoc = ""\noperations = ["read"]', "Other: unknown operation read; there are create,"),
        ('name = ""', '[Other]\nmodel = "x.thing"\ndoc = ""\noperations = ["get"]', "test.toml: Other: `plural` is missing"),
    )

    def test_each_is_named_and_nothing_is_written(self):
        for entry, rest, said in self.CASES:
            with self.subTest(entry=entry, rest=rest):
                self.workspace.select(entry, rest=rest)
                result = self.workspace.run()
                self.assertEqual(result.returncode, 1)
                self.assertIn(said, result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1)
                self.assertFalse((self.workspace.root / "odoo").exists())

    def test_all_are_reported_at_once(self):
        self.workspace.select('nope = ""', 'class = ""')
        self.assertEqual(len(self.workspace.run().stderr.splitlines()), 2)


if __name__ == "__main__":
    unittest.main()
