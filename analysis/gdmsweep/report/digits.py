"""Numbers as a journal prints them: 2.2692(12), 1.0(4)×10⁻⁵, ∞, – for none."""
import math

DIGITS = 6  # of a number without an error
MOST_DIGITS = 10  # of a value before its error in brackets
NONE = "–"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power(exponent):
    return f"×10{str(exponent).translate(_RAISED)}"


def _signed(text):
    return text.replace("-", "−")


def plain(value, digits=DIGITS):
    """A number without an error, or a word as it is."""
    if isinstance(value, str):
        return value.replace("_", " ")
    value = float(value)  # NumPy's too
    if math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return _signed(mantissa) + (_power(int(exponent)) if exponent else "")


def with_error(value, error):
    """value(error): two digits of the error, and the value to the same place; value ± error where that would be more than
    MOST_DIGITS digits. Without an error (NaN) the value alone; an error of 0 means that all replicas gave the same."""
    value, error = float(value), float(error)
    if not math.isfinite(value) or not math.isfinite(error):
        return plain(value, 5)
    if error <= 0:
        return f"{plain(value)}(0)"
    first = math.floor(math.log10(float(f"{error:.1e}")))  # the place of the error's first digit, rounded to two
    largest = max(math.floor(math.log10(abs(value))) if value else first, first)
    if largest - first + 2 > MOST_DIGITS:
        return f"{plain(value, MOST_DIGITS - 2)} ± {plain(error, 2)}"
    if first <= 1 and -4 <= largest <= 5:
        places = max(1 - first, 0)
        shown = f"{error:.{places}f}" if first >= 0 and places else str(round(error * 10.0**places))
        return f"{_signed(f'{value:.{places}f}')}({shown})"
    scale, places = 10.0**largest, largest - first + 1
    shown = f"{error / scale:.1f}" if places == 1 else str(round(error / scale * 10.0**places))
    return f"{_signed(f'{value / scale:.{places}f}')}({shown}){_power(largest)}"


def count(value, what=""):
    """A number of things: 12,345, or 1 replica, 2 replicas."""
    number = f"{int(value):,}"
    return f"{number} {what}{'' if int(value) == 1 else 's'}" if what else number


def size(count):
    """Bytes: 1.4 MB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            break
        count /= 1000
    else:
        unit = "TB"
    return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.3g} {unit}"


def duration(seconds):
    """A time on a clock: 40 s, 12 min, 3.4 h."""
    if seconds < 100:
        return f"{seconds:.2g} s"
    return f"{seconds / 60:.3g} min" if seconds < 6000 else f"{seconds / 3600:.3g} h"
