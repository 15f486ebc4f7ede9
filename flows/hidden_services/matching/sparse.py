"""What is needed of sparse matrices beyond what scipy has."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix, diags_array
from sparse_dot_topn import sp_matmul_topn

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

DENSE = 2**17
"""Numbers that are spread out together: they stay in the processor's cache."""


def counts(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    """A matrix of how often each row has each number."""
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=lengths.sum())
    begins = np.concatenate([[0], np.cumsum(lengths)])
    matrix = csr_array((np.ones(len(columns)), columns, begins), shape=(len(rows), width))
    matrix.sum_duplicates()
    return matrix


def incidence(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    """A matrix with a 1 where a row has a number, however often it has it."""
    matrix = counts(rows, width)
    matrix.data[:] = 1.0
    return matrix


def entries_in(matrix: csr_array) -> Floats:
    """In how many rows each column is."""
    return np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.float64)


def row_sums(matrix: csr_array) -> Floats:
    """The sum of each row."""
    return np.asarray(matrix.sum(axis=1)).ravel()


def scaled_rows(matrix: csr_array, by: Floats) -> csr_array:
    """The matrix with each row multiplied."""
    return csr_array(diags_array(by) @ matrix)


def unit_rows(matrix: csr_array) -> csr_array:
    """The matrix with each row of length 1; a row of nothing stays one."""
    squares = csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    lengths = np.sqrt(row_sums(squares))
    return scaled_rows(matrix, 1 / np.where(lengths > 0, lengths, 1.0))


def nearest(
    left: csr_array, right: csr_array, top: int, threshold: float | None = None
) -> csr_array:
    """For each row of `left` its `top` largest products, above the threshold, with `right`'s."""
    turned = csr_matrix(right.T.tocsr())
    return csr_array(sp_matmul_topn(csr_matrix(left), turned, top_n=top, threshold=threshold))


def products(left: csr_array, lefts: Numbers, right: csr_array, rights: Numbers) -> Floats:
    """The scalar product of `left[lefts[i]]` and `right[rights[i]]` for each i; `lefts` ascend.

    Some rows of `left` at a time are spread out, as one long vector that a matrix made of the
    rows of `right` is multiplied with.
    """
    width = left.shape[1]
    rows = max(DENSE // max(width, 1), 16)
    answer = np.zeros(len(lefts))
    for start in range(0, left.shape[0], rows):
        first, last = np.searchsorted(lefts, (start, start + rows))
        spread = left[start : start + rows].toarray().ravel()
        some = right[rights[first:last]]
        offset = np.repeat((lefts[first:last] - start) * width, np.diff(some.indptr))
        placed = some.data, some.indices + offset, some.indptr
        answer[first:last] = csr_array(placed, shape=(last - first, len(spread))) @ spread
    return answer


def members(rows: Numbers, starts: Numbers) -> tuple[Numbers, Numbers]:
    """The members of each row, where row r has `starts[r]` up to `starts[r + 1]`, at least one.

    Answers where in the answer each row begins, and the members.
    """
    counts = starts[rows + 1] - starts[rows]
    begins = np.cumsum(counts) - counts
    return begins, np.arange(counts.sum()) - np.repeat(begins - starts[rows], counts)


def order_within(groups: Numbers) -> Numbers:
    """The place of each element in its group, where equal numbers stand together."""
    begins = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else groups
    lengths = np.diff(np.r_[begins, len(groups)])
    return np.arange(len(groups)) - np.repeat(begins, lengths)
