"""Small cells, and what would give them away."""

import random

import pytest

from reporting.small_cells import hidden_cells


def full(rows):
    table = [[*row, sum(row)] for row in rows]
    return [*table, [sum(column) for column in zip(*table, strict=True)]]


def test_nothing_is_hidden_of_a_table_of_large_counts():
    assert hidden_cells([[10, 20], [30, 40]]) == set()
    assert hidden_cells([[0, 20], [30, 0]]) == set()
    assert hidden_cells([]) == set()


def test_a_small_cell_takes_its_row_and_its_column_along():
    assert hidden_cells([[3, 20], [30, 40], [50, 60]]) == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize("seed", range(60))
def test_no_subtraction_finds_a_small_count(seed):
    rng = random.Random(seed)
    rows = [[rng.choice([0, 1, 3, 4, 6, 9, 40]) for _ in range(4)] for _ in range(3)]
    hidden, table = hidden_cells(rows), full(rows)
    lines = [[(i, j) for j in range(5)] for i in range(4)]
    lines += [[(i, j) for i in range(4)] for j in range(5)]
    for i, row in enumerate(table):
        for j, n in enumerate(row):
            assert (i, j) in hidden or not 0 < n < 5
    for *parts, total in lines:
        inside = [cell for cell in parts if cell in hidden]
        assert len(inside) + (total in hidden) != 1
        if inside and total not in hidden:
            assert sum(table[i][j] for i, j in inside) >= 5
