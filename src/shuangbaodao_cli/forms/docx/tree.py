"""The XML of a Word document as a tree whose elements know their offsets in the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_WORD_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
"""The namespaces of Word: the usual one, and that of strict documents."""
_MAX_DEPTH = 250
"""The deepest nesting of elements; a table in a table in a content control comes to some thirty."""


class MalformedDocument(Exception):  # noqa: N818  # named for what it says of the document
    """The document is no XML that can be parsed."""


class Node:
    """An element: its name (of Word's own without the namespace), and where it begins and ends.

    ``end`` is where its end tag begins; of one without (``<w:p/>``), the first byte behind it.
    """

    __slots__ = ("attributes", "children", "end", "name", "start", "text")

    def __init__(self, name: str, attributes: dict[str, str], start: int) -> None:
        self.name = name
        self.attributes = attributes
        self.start = start
        self.end = start
        self.children: list[Node] = []
        self.text: list[tuple[int, str]] = []
        """Its own text in pieces, each with the offset of its first byte."""

    def get(self, attribute: str, default: str = "") -> str:
        """An attribute of Word's own."""
        return self.attributes.get(attribute, default)

    def first(self, name: str) -> Node | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def descendants(self, excluding: Collection[str] = ()) -> Iterator[Node]:
        """Every element below it in document order, but nothing below those with an excluded name."""
        for child in self.children:
            yield child
            if child.name not in excluding:
                yield from child.descendants(excluding)


class Tree:
    """A parsed part of a document. Raises MalformedDocument where it cannot be parsed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.prefix = ""
        """The prefix of Word's own elements and attributes: ``w:``."""
        self.root = Node("", {}, 0)
        self._open_nodes = [self.root]
        try:
            data.decode()
            self._parser().Parse(data, True)  # noqa: FBT003  # the data is complete
        except (expat.ExpatError, UnicodeDecodeError):
            raise MalformedDocument from None

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8", " ")
        parser.StartNamespaceDeclHandler = self._find_prefix
        parser.StartDoctypeDeclHandler = self._reject_doctype
        parser.StartElementHandler = lambda name, attributes: self._begin(parser.CurrentByteIndex, name, attributes)
        parser.EndElementHandler = lambda _: self._end(parser.CurrentByteIndex)
        parser.CharacterDataHandler = lambda text: self._open_nodes[-1].text.append((parser.CurrentByteIndex, text))
        return parser

    def _find_prefix(self, prefix: str | None, uri: str) -> None:
        if uri in _WORD_NAMESPACES and prefix and not self.prefix:
            self.prefix = f"{prefix}:"

    def _reject_doctype(self, *_: object) -> None:
        """No document of Word declares entities: one that does is an attack."""
        raise MalformedDocument

    def _begin(self, offset: int, name: str, attributes: dict[str, str]) -> None:
        if len(self._open_nodes) > _MAX_DEPTH:
            raise MalformedDocument
        node = Node(_local_name(name), {_local_name(key): value for key, value in attributes.items()}, offset)
        self._open_nodes[-1].children.append(node)
        self._open_nodes.append(node)

    def _end(self, offset: int) -> None:
        self._open_nodes.pop().end = offset

    def is_self_closing(self, node: Node) -> bool:
        """Whether an element is its start tag alone."""
        return not node.children and self.data[node.end - 2 : node.end] == b"/>"

    def raw(self, node: Node) -> bytes:
        """The bytes of an element, from its first to its last."""
        end = node.end if self.is_self_closing(node) else self.data.index(b">", node.end) + 1
        return self.data[node.start : end]


def _local_name(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    return local if uri in _WORD_NAMESPACES else name
