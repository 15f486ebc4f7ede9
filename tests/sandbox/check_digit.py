"""The rule of the check digit once more, written out plainly, to hold the sandbox to it."""


def check_digit(stem: str) -> int:
    digits = [int(digit) for digit in stem]
    first = sum(digit * weight for digit, weight in zip(digits, range(1, 12), strict=True)) % 11
    if first != 10:
        return first
    weights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11


def is_right(identifier: str) -> bool:
    return len(identifier) == 12 and check_digit(identifier[:11]) == int(identifier[11])
