"""XML-RPC as a proxy sees it: calls read, answers made."""

import json
import re
import xmlrpc.client
from xml.sax.saxutils import escape

_TOKEN = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*")\s*:|(?P<text>"(?:[^"\\]|\\.)*")|(?P<mark>[\[\]{},])|(?P<word>[\w.+-]+)')
_WORDS = {"true": "<boolean>1</boolean>", "false": "<boolean>0</boolean>", "null": "<nil/>"}
_OPEN = {"[": "<value><array><data>", "{": "<value><struct>"}
_CLOSE = {"]": "</data></array></value>", "}": "</struct></value>"}


def model_call(path, body):
    """Model and method of a call; Nones for anything else."""
    if path != "/xmlrpc/2/object":
        return None, None
    return xmlrpc.client.loads(body)[0][3:5]


def _word(word):
    if word in _WORDS:
        return _WORDS[word]
    kind = "int" if re.fullmatch(r"-?\d+", word) else "double"
    return f"<{kind}>{word}</{kind}>"


def value(text):
    """JSON text as a value of XML-RPC, token by token: also what no parser of JSON in Python takes."""
    out, inside = [], []
    for token in _TOKEN.finditer(text):
        mark = token["mark"]
        if token["key"]:
            out.append(f"<member><name>{escape(json.loads(token['key']))}</name>")
        elif token["text"]:
            out.append(f"<value><string>{escape(json.loads(token['text']))}</string></value>")
        elif token["word"]:
            out.append(f"<value>{_word(token['word'])}</value>")
        elif mark in _OPEN:
            inside.append(mark)
            out.append(_OPEN[mark])
        else:
            if inside[-1] == "{" and out[-1] != _OPEN["{"]:
                out.append("</member>")
            if mark in _CLOSE:
                inside.pop()
                out.append(_CLOSE[mark])
    return "".join(out)


def _response(content):
    text = f'<?xml version="1.0"?>\n<methodResponse>{content}</methodResponse>'
    return text.encode("utf-8", "surrogatepass")


def result(text):
    """A whole answer around a result, given as JSON text."""
    return _response(f"<params><param>{value(text)}</param></params>")


def fault(code, message):
    """A whole answer with a fault."""
    return _response(f"<fault>{value(json.dumps({'faultCode': code, 'faultString': message}, ensure_ascii=False))}</fault>")
