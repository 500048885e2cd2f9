"""Rules for names in contracts.

A field keeps Odoo's name unless that name would not survive: JSON field masks turn `snake_case` into `camelCase` and back, and
generated code of some languages cannot use its own keywords as names.
"""

import re

KEYWORDS = {
    "C++": """alignas alignof and and_eq asm auto bitand bitor bool break case catch char class co_await co_return co_yield compl
        concept const const_cast consteval constexpr constinit continue decltype default delete do double dynamic_cast else enum
        explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr
        operator or or_eq private protected public register reinterpret_cast requires return short signed sizeof static
        static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned
        using virtual void volatile wchar_t while xor xor_eq""",
    "Python": """and as assert async await break class continue def del elif else except finally for from global if import in is
        lambda nonlocal not or pass raise return try while with yield""",
    "Go": """break case chan const continue default defer else fallthrough for func go goto if import interface map package range
        return select struct switch type var""",
    "Java": """abstract assert boolean break byte case catch char class const continue default do double else enum extends final
        finally float for goto if implements import instanceof int interface long native new null package private protected
        public return short static strictfp super switch synchronized this throw throws transient try void volatile while""",
    "JavaScript": """await break case catch class const continue debugger default delete do else enum export extends false finally
        for function if implements import in instanceof interface let new null package private protected public return static
        super switch this throw true try typeof var void while with yield""",
}

_SURVIVES_JSON = re.compile(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*")
_WORD = re.compile(r"[A-Z][a-z0-9]*")


def problem_with(name):
    """Says why `name` cannot be a field name, or returns None."""
    if not _SURVIVES_JSON.fullmatch(name):
        return "does not survive JSON field masks"
    languages = [language for language, keywords in KEYWORDS.items() if name in keywords.split()]
    return f"is a keyword in {', '.join(languages)}" if languages else None


def words(camel_case):
    """`SaleOrder` -> `sale order`."""
    return " ".join(_WORD.findall(camel_case)).lower()


def snake_case(camel_case):
    """`SaleOrder` -> `sale_order`."""
    return words(camel_case).replace(" ", "_")


def enum_value(enum, key):
    """`SaleOrderState`, `to invoice` -> `SALE_ORDER_STATE_TO_INVOICE`."""
    return f"{snake_case(enum)}_{re.sub('[^a-z0-9]+', '_', key.lower())}".upper()
