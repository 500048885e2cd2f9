"""Doc comments: what a newcomer needs to know about a field, in the message where it stands."""

import textwrap

WIDTH = 120
SHAPES = {
    "text": "May have several lines.",
    "html": "HTML.",
    "float": "Decimal.",
    "selection": "A key of the connected Odoo's list.",
}


def comment(text, indent=""):
    """`text` as `//` lines; blank lines separate paragraphs."""
    lines = []
    for paragraph in text.split("\n\n"):
        lines += [f"{indent}//"] if lines else []
        lines += textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=f"{indent}// ",
            subsequent_indent=f"{indent}// ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def sentence(text):
    """`text` with a full stop unless it ends a sentence already."""
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."


def record_field(field, message):
    """Everything about a field."""
    access = "" if field.writable or not message.has_values else "Read-only."
    return _join(
        sentence(field.label),
        field.doc,
        _shape(field, message),
        _names(field),
        access,
        _required(field),
        _create_only(field),
        _company(field),
        _groups(field),
        _on_request(field),
    )


def values_field(field, message):
    """What matters to who writes a field."""
    return _join(
        sentence(field.label),
        field.doc,
        _shape(field, message),
        _names(field),
        _required(field),
        _create_only(field),
        _company(field),
        _groups(field),
    )


def filter_field(field):
    """What matters to who searches by a field."""
    if field.name == "display_name":
        return "As Odoo's own search by name: may look at other fields as well, for example a reference."
    return _join(sentence(field.label), "Any of these." if field.enum else "", _names(field), _groups(field))


def enum_value(value):
    """Label, curated sentences and versions of an enum value."""
    return _join(value.label and sentence(value.label), value.doc, _range(value.since, value.until))


def _join(*parts):
    return " ".join(part for part in parts if part)


def _shape(field, message):
    if field.enum:
        return ""
    if field.type == "monetary":
        has_currency = any(other.name == "currency_id" for other in message.fields)
        return "Decimal, in `currency_id`." if has_currency else "Decimal."
    return SHAPES.get(field.type, "")


def _range(since, until):
    if since and until:
        return f"Odoo {since} to {until} only."
    if since:
        return f"From Odoo {since}."
    return f"Until Odoo {until}." if until else ""


def _availability(field):
    return _range(field.names[0].since, field.names[-1].until) if field.names else ""


def _names(field):
    if len(field.names) > 1:
        return (
            "In Odoo: "
            + ", ".join(
                f"`{entry.name}` {_range(entry.since, entry.until)[:-1].lower().replace('odoo ', '')}" for entry in field.names
            )
            + "."
        )
    if field.names and field.names[0].name != field.name:
        return _join(f"In Odoo: `{field.names[0].name}`.", _availability(field))
    return _availability(field)


def _required(field):
    if not field.required:
        return ""
    if not field.required_unless:
        return "Needed on create."
    return f"Needed on create unless {' or '.join(f'`{name}`' for name in field.required_unless)} is set."


def _company(field):
    return "Each company has its own value." if field.company_dependent else ""


def _groups(field):
    return f"Only with the group {' or '.join(f'`{group}`' for group in field.groups)}." if field.groups else ""


def _create_only(field):
    return "Written on create only." if field.create_only else ""


def _on_request(field):
    return "Only where read_mask names it." if field.on_request or field.type == "binary" else ""
