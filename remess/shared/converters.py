"""`<code:code>` in an address: only what a code may be, so that odd characters are a 404."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    regex = "[A-Z0-9][A-Z0-9-]{0,19}"


register_converter(CodeConverter, "code")
