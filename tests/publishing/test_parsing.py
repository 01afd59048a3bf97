"""Code is parsed by one thread at a time, and again where a library parsed at the same moment."""

import ast
from concurrent.futures import ThreadPoolExecutor

from crmlib.publishing.parsing import parse_code


def test_parsing_is_tried_again_where_a_library_parsed_at_the_same_time(monkeypatch):
    parse, calls = ast.parse, []

    def stumble(code, **options):
        calls.append(code)
        if len(calls) < 3:
            raise SystemError("AST constructor recursion depth mismatch")
        return parse(code, **options)

    monkeypatch.setattr(ast, "parse", stumble)
    assert len(parse_code("a = 1").body) == 1
    assert len(calls) == 3


def test_many_threads_parse_at_once():
    """Early releases of Python 3.11 stop with a SystemError if ast.parse is called so."""
    code = "\n".join(f"x{n} = (({n} + 1) * [{n}, {{'a': {n}}}])" for n in range(400))
    with ThreadPoolExecutor(max_workers=8) as pool:
        trees = list(pool.map(lambda _: parse_code(code), range(64)))
    assert {len(tree.body) for tree in trees} == {400}
