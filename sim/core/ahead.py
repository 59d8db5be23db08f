"""Prefetching: while one person's day is lived, the processor fetches the rows of the next people due.

A row is fetched from memory in some hundred nanoseconds, about as long as a wake takes; asked for in time it costs
nothing. It changes no number: the processor may take the request or leave it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.core.compiled import INTERPRETED

LINE = 64  # bytes that a processor fetches at once

if INTERPRETED:

    def row_fetcher(until: str) -> Callable[[Any, int], None]:
        """Nothing is fetched: Python does not wait for memory."""

        def fetch_row(array: Any, i: int) -> None:
            """Nothing."""

        return fetch_row
else:
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic

    def row_fetcher(until: str) -> Callable[[Any, int], None]:
        """A function of an array of rows and a row's number that asks for each line of it before the field `until`;
        what is asked for and not read costs a little too."""

        @intrinsic  # type: ignore[untyped-decorator]
        def fetch_row(typing: Any, array: Any, i: Any) -> Any:
            """Ask for the lines of row i."""

            def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
                """One prefetch instruction for each cache line."""
                rows = context.make_array(signature.args[0])(context, builder, values[0])
                at = context.cast(builder, values[1], signature.args[1], types.intp)
                row = builder.bitcast(builder.gep(rows.data, [at]), ir.IntType(8).as_pointer())
                number = ir.IntType(32)
                kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), number, number, number])
                prefetch = builder.module.declare_intrinsic("llvm.prefetch", [ir.IntType(8).as_pointer()], kind)
                to_read, soon, of_data = number(0), number(3), number(1)
                for start in range(0, signature.args[0].dtype.offset(until), LINE):
                    line = builder.gep(row, [ir.IntType(64)(start)])
                    builder.call(prefetch, [line, to_read, soon, of_data])
                return context.get_dummy_value()

            return types.void(array, i), make

        return fetch_row  # type: ignore[no-any-return]
