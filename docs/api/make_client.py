#!/usr/bin/env python3
"""Makes a client in Python from a station's description of its API, with nothing but the standard library, now and when it runs.

  make_client.py openapi.json parley_client.py

A class with one method for each operation, named as its operationId: what stands in the path and the body first, what stands in the query by its name.
"""
import json
import keyword
import re
import sys

HEAD = '''"""A client of a Parley station's API, made by make_client.py from the station's own description. Not edited by hand."""
import json
import urllib.error
import urllib.parse
import urllib.request


class Refused(Exception):
    """The station's own reason, and its stable code."""

    def __init__(self, status, problem):
        super().__init__(problem.get("title", str(status)))
        self.status, self.code, self.problem = status, problem.get("code", "refused"), problem


class Event:
    """One event of a stream: its name, its id (None where it has none) and what it holds."""

    def __init__(self, name, id, data):
        self.name, self.id, self.data = name, id, data


def _events(answer):
    name, id, data = "", None, []
    with answer:
        for raw in answer:
            field, _, value = raw.decode().rstrip("\\n").partition(":")
            value = value.removeprefix(" ")
            if field == "id":
                id = value
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif not field and name:  # an event counts at its empty line, and not before
                yield Event(name, id, json.loads("\\n".join(data)) if data else None)
                name, id, data = "", None, []


class Parley:
    """A station at an address, by the content of its api.token."""

    def __init__(self, base, token, timeout=90):
        self.base, self.token, self.timeout = base.rstrip("/"), token, timeout

    def _ask(self, method, path, query, body, headers):
        query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items() if value is not None}
        url = self.base + path + ("?" + urllib.parse.urlencode(query, doseq=True) if query else "")
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(url, data, method=method)
        request.add_header("Authorization", "Bearer " + self.token)
        if data is not None:
            request.add_header("Content-Type", "application/octet-stream" if isinstance(body, bytes) else "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            answer = urllib.request.urlopen(request, timeout=self.timeout)
        except urllib.error.HTTPError as refused:
            with refused:
                text = refused.read()
            try:
                problem = json.loads(text)
            except ValueError:
                problem = {}
            raise Refused(refused.code, problem if isinstance(problem, dict) else {}) from None
        kind = answer.headers.get_content_type()
        if kind == "text/event-stream":
            return _events(answer)
        with answer:
            text = answer.read()
        return json.loads(text) if kind.endswith("json") and text else text
'''


def name_of(text):
    name = re.sub(r"\W", "_", text)
    return name + "_" if keyword.iskeyword(name) or name in ("self", "headers", "body") else name


def method_of(path, verb, operation):
    parameters = [p for p in operation.get("parameters", []) if p["in"] in ("path", "query")]
    in_path = [p["name"] for p in parameters if p["in"] == "path"]
    in_query = [p["name"] for p in parameters if p["in"] == "query"]
    body = operation.get("requestBody")
    signature = ["self", *map(name_of, in_path)]
    if body:
        signature.append("body" if body.get("required") else "body=None")
    signature += ["*", *(name_of(n) + "=None" for n in in_query), "headers=None"]
    where = re.sub(r"\{(\w+)\}", lambda m: '" + urllib.parse.quote(str(%s), safe="") + "' % name_of(m[1]), path)
    query = ", ".join(f'"{n}": {name_of(n)}' for n in in_query)
    says = (operation.get("summary") or f"{verb.upper()} {path}").replace("\\", " ").replace('"""', "'''")
    return (
        f"\n    def {name_of(operation['operationId'])}({', '.join(signature)}):\n"
        f'        """{says}"""\n'
        f'        return self._ask("{verb.upper()}", "{where}", {{{query}}}, {"body" if body else "None"}, headers)\n'
    ).replace(' + ""', "")


def main():
    source, target = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        document = json.load(file)
    methods = [
        method_of(path, verb, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb in ("get", "put", "post", "delete", "patch") and "operationId" in operation
    ]
    with open(target, "w", encoding="utf-8") as file:
        file.write(HEAD + "".join(methods))
    print(f"{len(methods)} operations")


if __name__ == "__main__":
    main()
