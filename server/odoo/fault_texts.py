#!/usr/bin/env python3
"""Writes fault_text.inc: what Odoo's own words mean where a protocol drops the exception's class.

    fault_texts.py MODULES... > fault_text.inc

MODULES are folders of modules, of one version of Odoo or several. Three kinds of words are read, each in English and in LANGUAGES:
messages of the ORM (ORM below), messages of declared constraints, and messages of ValidationErrors that are no UserErrors as well.
Templates keep technical names as holes (see fault_template.h) and end where they are long enough to tell messages apart.
"""

import ast
import pathlib
import re
import sys

from fault_constraints import MODULES, requires, text_of

LANGUAGES = ("fr", "de")
LONGEST = 56
SHORTEST = 12
UNIQUE = re.compile("unique|duplicat")

# Reason, message, what its placeholders are (others are skipped), and what follows it if more than any words.
DISPLAY = "{*} ({%s})"
ORM = (
    (
        "RequiredFieldMissing",
        "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n"
        "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n"
        "Model: %(model_name)s (%(model_tech_name)s)\nField: %(field_name)s (%(field_tech_name)s)\n",
        {"model_tech_name": "{model}", "field_tech_name": "{field}"},
    ),
    (
        "InvalidReference",
        "The operation cannot be completed: another model requires the record being deleted. If possible, archive it instead.\n\n"
        "Model: %(model_name)s (%(model_tech_name)s)\nConstraint: %(constraint)s\n",
        {"model_tech_name": "{model}", "constraint": "{constraint}"},
    ),
    (
        "RequiredFieldMissing",
        "Missing required value for the field %(field_display)s.\nModel: %(model_display)s\n"
        "- create/update: a mandatory field is not set\n"
        "- delete: another model requires the record being deleted, you can archive it instead\n",
        {"field_display": DISPLAY % "field", "model_display": DISPLAY % "model"},
    ),
    (
        "RequiredFieldMissing",
        "Missing required value for the field %(field_display)s.\nModel: %(model_display)s\n"
        "- create/update: a mandatory field is not set\n"
        "- delete: another model requires the record being deleted, you can archive it instead\n",
        {"field_display": DISPLAY % "field", "model_display": "{linked}"},
    ),
    (
        "RequiredFieldMissing",
        "Missing required value for the field %(field_display)s.\nModel: %(model_display)s\n"
        "- create/update: a mandatory field is not set\n"
        "- delete: another model requires the record being deleted, you can archive it instead\n",
        {"field_display": "'{field}'", "model_display": "{linked}"},
    ),
    (
        "RequiredFieldMissing",
        "Missing required value for the field '%(name)s' on a linked model [%(linked_model)s]",
        {"name": "{field}", "linked_model": "{linked}"},
    ),
    (
        "RequiredFieldMissing",
        "Missing required value for the field '%(name)s' (%(technical_name)s)",
        {"technical_name": "{field}"},
    ),
    (
        "InvalidReference",
        "Another model is using the record you are trying to delete.\n\nThe troublemaker is: %(model_display)s\n"
        "Thanks to the following constraint: %(field_display)s\nHow about archiving the record instead?",
        {"model_display": DISPLAY % "model", "field_display": DISPLAY % "field"},
    ),
    (
        "InvalidReference",
        "Another model is using the record you are trying to delete.\n\nThe troublemaker is: %(model_display)s\n"
        "Thanks to the following constraint: %(field_display)s\nHow about archiving the record instead?",
        {"field_display": "{constraint}"},
    ),
    (
        "UniqueViolation",
        "The value for %(field_display)s already exists.\n\nDetail: %(detail)s\n",
        {"field_display": "'{field}' ({*})"},
    ),
    (
        "UniqueViolation",
        "The value for the field '%(field)s' already exists (this is probably '%(other_field)s' in the current model).",
        {"field": "{field}"},
    ),
    (
        "UniqueViolation",
        "The values for the fields '%(fields)s' already exist (they are probably '%(other_fields)s' in the current model).",
        {},
    ),
    ("RecordNotFound", "Record does not exist or has been deleted.", {}),
    ("ModelNotFound", "Object %s doesn't exist", {}),
    (
        "FieldAccessDenied",
        'You do not have enough rights to access the fields "%(fields)s" on %(document_kind)s (%(document_model)s). '
        "Please contact your system administrator.\n\nOperation: %(operation)s",
        {"document_model": "{model}"},
    ),
    (
        "FieldAccessDenied",
        'You do not have enough rights to access the field "%(field)s" on %(document_kind)s (%(document_model)s). '
        "Please contact your system administrator.\n\nOperation: %(operation)s",
        {"document_model": "{model}", "field": "{field}"},
    ),
    (
        "FieldAccessDenied",
        "The fields “%s”, which you are trying to read, are not available for employee public profiles.",
        {"0": "{*}"},
    ),
    ("RecordAccessDenied", "Access to unauthorized or invalid companies.", {}),
    (
        "ModelAccessDenied",
        "You are not allowed to access '%(document_kind)s' (%(document_model)s) records.",
        {"document_model": "{model}"},
    ),
    (
        "ModelAccessDenied",
        "You are not allowed to modify '%(document_kind)s' (%(document_model)s) records.",
        {"document_model": "{model}"},
    ),
    (
        "ModelAccessDenied",
        "You are not allowed to create '%(document_kind)s' (%(document_model)s) records.",
        {"document_model": "{model}"},
    ),
    (
        "ModelAccessDenied",
        "You are not allowed to delete '%(document_kind)s' (%(document_model)s) records.",
        {"document_model": "{model}"},
    ),
    (
        "RecordAccessDenied",
        "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n"
        "Sorry, %(user)s doesn't have '%(operation)s' access to:",
        {},
        "{*}- {*} ({model}){*}",
    ),
    ("InvalidFieldValue", "Invalid language code: %s", {}),
    (
        "InvalidDomain",
        'Invalid "order" specified (%s). A valid "order" specification is a comma-separated list of valid field names '
        "(optionally followed by asc/desc for the direction)",
        {},
    ),
    ("InvalidFieldValue", "Image is not encoded in base64.", {}),
    ("InvalidFieldValue", "This file could not be decoded as an image file.", {}),
    ("InvalidFieldValue", "This file could not be decoded as an image file. Please try with a different file.", {}),
    ("ConcurrentUpdate", "Cannot grab a lock on records", {}),
    ("Unspecified", "The operation cannot be completed: %s", {"0": "{value}"}),
)


def po_entries(path):
    """(msgid, msgstr) of a .po file."""
    msgid, msgstr, into = "", "", None
    for line in path.read_text(encoding="utf-8").splitlines() + ['msgid ""']:
        if line.startswith("msgid "):
            if msgid and msgstr:
                yield msgid, msgstr
            msgid, msgstr, into, line = "", "", "id", line[6:]
        elif line.startswith("msgstr "):
            into, line = "str", line[7:]
        if line.startswith('"') and into:
            piece = ast.literal_eval(line)
            if into == "id":
                msgid += piece
            else:
                msgstr += piece


def translations(folders):
    """msgid -> set of msgstr, English among them."""
    found = {}
    for folder in folders:
        for module in MODULES:
            for language in LANGUAGES:
                path = pathlib.Path(folder, module, "i18n", f"{language}.po")
                for msgid, msgstr in po_entries(path) if path.exists() else ():
                    found.setdefault(msgid, {}).setdefault(msgstr)
    return found


def template_of(message, roles):
    """Placeholders become holes; a long tail without technical names is cut."""
    count = iter(range(100))
    template = re.sub(
        r"%\((\w+)\)[sdr]|%[sdr]", lambda m: roles.get(m.group(1) or str(next(count)), "{*}"), message.replace("%%", "%")
    ).strip()
    # A hole needs a character behind it to end at.
    keep = max([m.end() + 1 for m in re.finditer(r"\{(?!\*)\w+\}", template)] + [0])
    if len(template) > max(LONGEST, keep):
        cut = max(LONGEST, keep)
        if cut > keep:
            cut = template.rfind(" ", 0, cut)
            if "{" in template[cut - 2 : cut]:
                cut = template.rfind("{", 0, cut)
        template = template[:cut] + "{*}"
    return re.sub(r"(\{\*\})+", "{*}", template)


def is_telling(template):
    return len(re.sub(r"\{.*?\}", "", template)) >= SHORTEST


def message_of(call):
    """The translated text that an exception is raised with."""
    for node in ast.walk(call.args[0]) if call.args else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("_", "_lt"):
            return text_of(node.args[0]) if node.args else ""
    return ""


def raised(folders):
    """Messages by class, and those of ValidationErrors in checks of uniqueness."""
    by_class = {"ValidationError": {}, "UserError": {}, "Unique": {}}
    for folder in folders:
        for module in MODULES:
            for path in sorted(pathlib.Path(folder, module).glob("models/**/*.py")):
                for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if not isinstance(function, ast.FunctionDef):
                        continue
                    for node in ast.walk(function):
                        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                            kind = ast.unparse(node.exc.func).split(".")[-1]
                            if kind == "ValidationError" and UNIQUE.search(function.name):
                                kind = "Unique"
                            if kind in by_class and message_of(node.exc):
                                by_class[kind].setdefault(message_of(node.exc))
    return by_class


def constraint_messages(folders):
    """(message, constraint, reason)."""
    from fault_constraints import declared

    for folder in folders:
        for module in MODULES:
            for path in sorted(pathlib.Path(folder, module).glob("models/**/*.py")):
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    for name, definition, message in declared(node) if isinstance(node, ast.ClassDef) else ():
                        if message and not name.startswith("_"):
                            is_check = "check" in definition.lower()
                            reason = "CheckViolation" if is_check else "UniqueViolation"
                            yield message, name, "RequiredFieldMissing" if requires(definition) else reason


def main(folders):
    translated = translations(folders)
    rows = {}

    def add(reason, constraint, message, roles, rest=""):
        for text in dict.fromkeys([message, *translated.get(message, {})]):
            template = template_of(text, roles)
            if not template.endswith("}"):
                template += rest
            elif rest not in ("", "{*}"):
                template = template.removesuffix("{*}") + rest
            if is_telling(template):
                rows.setdefault(template, (reason, constraint))

    for reason, message, roles, *rest in ORM:
        add(reason, "", message, roles, *(rest or ["{*}"]))
    for message, name, reason in constraint_messages(folders):
        add(reason, name, message, {})
    by_class = raised(folders)
    for message in by_class["Unique"]:
        add("UniqueViolation", "", message, {})
    for message in by_class["ValidationError"]:
        if message not in by_class["UserError"]:
            add("ValidationFailed", "", message, {})
    print("// Generated by fault_texts.py from Odoo's modules and their translations.")
    for template, (reason, constraint) in rows.items():
        escaped = (
            template.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("??", "?\\?")
        )
        print(f'{{k{reason}, "{constraint}", "{escaped}"}},')


main(sys.argv[1:])
