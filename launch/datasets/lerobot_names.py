"""What LeRobot's `meta/info.json` calls the numbers of a feature, in every form that its writers have given it."""

from collections import Counter

from columns import named

DEEPEST = 8  # lists in dictionaries


def of_features(features, keys, width, account):
    """[{name, unit}] of the features side by side; where nobody names a number it has its feature's name and its place."""
    named_by_key = []
    for key in keys:
        count = width(key)
        names, why = of_feature(features[key].get("names"), count)
        if why:
            account.warn(f"meta/info.json: the names of {key} are not used, and its numbers are taken by their place: {why}")
        named_by_key.append(names or [f"{key}[{i}]" for i in range(count)])
    every = Counter(name for names in named_by_key for name in set(names))
    # Two features may both have an x.
    return named([name if every[name] == 1 else f"{key}.{name}" for key, names in zip(keys, named_by_key) for name in names])


def of_feature(said, count):
    """(names in the order of the numbers or None, why names that are there cannot be used or None)."""
    if said is None or said == [] or said == {}:
        return None, None
    lists, why = _lists(said, "", 0)
    if why:
        return None, why
    # One list of several may be the one that is meant, beside such as those of cameras.
    fitting = [names for _, names in lists if len(names) == count]
    total = sum(len(names) for _, names in lists)
    if total != count:
        return (fitting[0], None) if len(fitting) == 1 else (None, f"{total} names for {count} numbers")
    counts = Counter(name for _, names in lists for name in names)
    is_doubled = len(lists) > 1 and max(counts.values()) > 1
    return [f"{stem}.{name}" if is_doubled and stem else name for stem, names in lists for name in names], None


def _lists(said, stem, depth):
    """[(what stands above it, names)] of every list below; why one is none."""
    if isinstance(said, list):
        names = [_name(entry) for entry in said]
        return ([], "they are no texts") if None in names else ([(stem, names)], None)
    if not isinstance(said, dict) or depth > DEEPEST:
        return [], "they are no list"
    if all(isinstance(place, int) and not isinstance(place, bool) for place in said.values()):
        # {"gripper": 0, "x": 1}: a name and its place.
        if sorted(said.values()) != list(range(len(said))):
            return [], "the places that they are given are not 0, 1, 2 and so on"
        return [(stem, sorted(said, key=said.get))], None
    found = []
    for key, below in said.items():
        lists, why = _lists(below, key, depth + 1)
        if why:
            return [], why
        found += lists
    return found, None


def _name(entry):
    """The text that an entry of a list is, or the only one in it."""
    if isinstance(entry, dict) and len(entry) == 1:
        entry = next(iter(entry.values()))
    return entry if isinstance(entry, str) else None
