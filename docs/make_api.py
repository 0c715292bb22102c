#!/usr/bin/python3
"""Writes docs/api.md from the protos: services, messages and enums with their comments, each linked to its types.

    docs/make_api.py            prints it
    docs/make_api.py --write    writes docs/api.md

Needs protoc, and Python's protobuf."""
import pathlib
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = "stepshake.v1"
# In the order in which one reads them.
FILES = ["handshake_service", "session", "question", "trace", "capability_service", "code_points"]
FIELD = descriptor_pb2.FieldDescriptorProto
SCALARS = {value: name[5:].lower() for name, value in FIELD.Type.items()}


def read_protos():
    names = [f"stepshake/v1/{name}.proto" for name in FILES]
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", "-I", str(ROOT / "proto"), "--include_source_info",
                        "--descriptor_set_out", out.name, *names], check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read())
    by_name = {file.name: file for file in files.file}
    return [by_name[name] for name in names]


class Comments:
    """What stands above each element of a file, by its path in the descriptor."""

    def __init__(self, file):
        self.by_path = {tuple(location.path): location.leading_comments
                        for location in file.source_code_info.location}

    def of(self, *path):
        text = self.by_path.get(path, "")
        return "\n".join(line.removeprefix(" ").rstrip() for line in text.strip().split("\n"))

    def in_a_row(self, *path):
        """For a table's cell."""
        return self.of(*path).replace("\n", " ").replace("|", "\\|")


def anchor(name):
    return re.sub(r"[^a-z0-9_-]", "", name.lower())


def link(type_name):
    name = type_name.removeprefix(f".{PACKAGE}.")
    if name.startswith("."):
        return f"`{name[1:]}`"
    return f"[{name}](#{anchor(name)})"


def field_type(field, message):
    named = field.type in (FIELD.TYPE_MESSAGE, FIELD.TYPE_ENUM)
    text = link(field.type_name) if named else SCALARS[field.type]
    for nested in message.nested_type:
        if nested.options.map_entry and field.type_name.endswith(f".{message.name}.{nested.name}"):
            return f"map of {SCALARS[nested.field[0].type]} to {SCALARS[nested.field[1].type]}"
    if field.label == FIELD.LABEL_REPEATED:
        return f"repeated {text}"
    return f"optional {text}" if field.proto3_optional else text


def services(file, comments):
    for index, service in enumerate(file.service):
        yield f"## {service.name}\n\n{comments.of(6, index)}\n"
        for number, method in enumerate(service.method):
            request, response = link(method.input_type), link(method.output_type)
            if method.client_streaming:
                request = f"stream of {request}"
            if method.server_streaming:
                response = f"stream of {response}"
            yield f"### {method.name}\n\n{request} → {response}\n\n{comments.of(6, index, 2, number)}\n"


def messages(file, comments):
    for index, message in enumerate(file.message_type):
        yield f"### {message.name}\n\n{comments.of(4, index)}".rstrip() + "\n"
        if not message.field:
            yield "Empty.\n"
            continue
        rows = ["| field | number | type | |", "|---|---|---|---|"]
        for number, field in enumerate(message.field):
            choice = ""
            if field.HasField("oneof_index") and not field.proto3_optional:
                choice = f"One of `{message.oneof_decl[field.oneof_index].name}`. "
            rows.append(f"| `{field.name}` | {field.number} | {field_type(field, message)} | "
                        f"{choice}{comments.in_a_row(4, index, 2, number)} |")
        yield "\n".join(rows) + "\n"


def enums(file, comments):
    for index, enum in enumerate(file.enum_type):
        yield f"### {enum.name}\n\n{comments.of(5, index)}".rstrip() + "\n"
        rows = ["| value | number | |", "|---|---|---|"]
        for number, value in enumerate(enum.value):
            rows.append(f"| `{value.name}` | {value.number} | "
                        f"{comments.in_a_row(5, index, 2, number)} |")
        yield "\n".join(rows) + "\n"


def api():
    files = [(file, Comments(file)) for file in read_protos()]
    parts = ["# The API\n\nPackage `stepshake.v1`, gRPC. Made from [the protos](../proto/stepshake/v1) by "
             "[make_api.py](make_api.py); change those, and run `docs/make_api.py --write`.\n"]
    for file, comments in files:
        parts += services(file, comments)
    for file, comments in files:
        if file.message_type or file.enum_type:
            title = file.name.split("/")[-1]
            parts.append(f"## {title}\n\n{comments.of(12)}".rstrip() + "\n")
            parts += messages(file, comments)
            parts += enums(file, comments)
    return "\n".join(parts)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        (ROOT / "docs" / "api.md").write_text(api())
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        print(api(), end="")
