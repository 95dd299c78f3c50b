"""Arrow tables of others: columns of numbers, lists and nested structures, read from Arrow and Parquet files."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from account import listed, plural
from columns import FormatError, below_keys, narrow
from sources import afford, look, natural, reading


def parquet(path):
    """A Parquet file, open."""
    look(path)
    try:
        with reading(path):
            return pq.ParquetFile(path, memory_map=False, pre_buffer=False)
    except FormatError as error:
        if "magic bytes" in str(error):
            raise FormatError(
                f"{path} has no end: a Parquet file whose recording or copying was cut off; record or copy it again, or "
                "take it and its episodes out of the data set"
            ) from error
        raise


def parquet_table(path, names):
    """Columns of a Parquet file by name, and the names of the others."""
    file = parquet(path)
    with reading(path), file:
        missing = [name for name in names if name not in file.schema_arrow.names]
        if missing:
            raise FormatError(f"{path} has no column '{missing[0]}'; it has: {listed(file.schema_arrow.names, 20)}")
        count = 0
        for group in range(file.metadata.num_row_groups):
            count += max(0, file.metadata.row_group(group).total_byte_size)
        # A constant column takes far less room in a file than in memory.
        afford(max(count, 8 * file.metadata.num_rows), str(path))
        table = file.read(columns=list(names), use_threads=False)
        table.validate(full=True)
        return table, [name for name in file.schema_arrow.names if name not in names]


def columns(files, where):
    """{name: array} of the files of one episode, one after the other."""
    parts = []
    for file in files:
        if file.suffix == ".parquet":
            opened = parquet(file)
            with reading(file), opened:
                afford(8 * opened.metadata.num_rows, str(file))
                parts.append(opened.read(use_threads=False))
        else:
            head = look(file)
            with reading(file):
                reader = pa.ipc.open_file(file) if head[:6] == b"ARROW1" else pa.ipc.open_stream(file.read_bytes())
                parts.append(reader.read_all())
        with reading(file):
            parts[-1].validate(full=True)
            afford(parts[-1].nbytes, str(file))
    with reading(where):
        table = pa.concat_tables(parts) if len(parts) > 1 else parts[0]
        if len(set(table.column_names)) != len(table.column_names):
            raise FormatError(f"{where} has two columns of one name: {listed(table.column_names, 20)}")
        return {name: whole(table[name]) for name in table.column_names}


def whole(column):
    """One array of a column's chunks."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column


def is_list(type_):
    """Lists of any of Arrow's kinds."""
    return pa.types.is_list(type_) or pa.types.is_large_list(type_) or pa.types.is_fixed_size_list(type_)


def is_scalar(type_):
    """A number or a flag."""
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_boolean(type_)


def is_number(array):
    """A number, a flag, or a list of such, a row."""
    return is_scalar(array.type) or (is_list(array.type) and is_scalar(array.type.value_type))


def numbers(array, where):
    """[T] or [T, n] of a column of numbers or of lists of one length."""
    array = whole(array)
    with reading(where):
        if array.null_count:
            raise FormatError(f"{where}: {plural(array.null_count, 'row')} of {len(array)} are empty")
        if is_scalar(array.type):
            return array.to_numpy(zero_copy_only=False).reshape(len(array))
        if not is_number(array):
            raise FormatError(f"{where} holds {array.type}, not numbers")
        flat = array.flatten()
        if flat.null_count:
            raise FormatError(f"{where}: {plural(flat.null_count, 'number')} in its lists are empty")
        if len(array) == 0:
            return np.zeros((0, 1), np.float32)
        if not pa.types.is_fixed_size_list(array.type):
            lengths = array.value_lengths().to_numpy(zero_copy_only=False)
            odd = np.flatnonzero(lengths != lengths[0])
            if len(odd):
                raise FormatError(f"{where}: row {odd[0]} has {lengths[odd[0]]} numbers, and row 0 has {lengths[0]}")
        width = len(flat) // len(array)
        if width * len(array) != len(flat) or width == 0:
            raise FormatError(f"{where}: lists whose rows differ in length, or are empty")
        return flat.to_numpy(zero_copy_only=False).reshape(len(array), width)


def flattened(array, name, depth=0):
    """Every leaf of a column by its dotted name: [(name, array)]."""
    if array is None:
        return []
    if not pa.types.is_struct(array.type) or depth > 16:
        return [(name, array)]
    found = []
    with reading(name):
        # flatten() hands the emptiness of a row down to its parts.
        parts = sorted(((part.name, below) for part, below in zip(array.type, array.flatten())), key=lambda pair: natural(pair[0]))
    for part, below in parts:
        found += flattened(below, f"{name}.{part}" if name else part, depth + 1)
    return found


def side_by_side(array, keys, where):
    """[T, n] float32 of a column, or of a structure's vectors side by side; names; and what was not taken: (name, why)."""
    with reading(where):
        every = flattened(whole(array), "")
    if len(every) == 1 and every[0][0] == "":
        return _matrix(every[0][1], where), None, []
    if keys is None:
        chosen = [(name, part) for name, part in every if is_number(part)]
    else:
        chosen = below_keys(every, keys, where)
    if not chosen:
        raise FormatError(f"{where} has no vectors; it has: {listed([name for name, _ in every], 20) or 'nothing'}")
    taken = {name for name, _ in chosen}
    parts = [_matrix(part, f"{where}.{name}") for name, part in chosen]
    names = []
    for (name, _), part in zip(chosen, parts):
        names += [name] if part.shape[1] == 1 else [f"{name}[{i}]" for i in range(part.shape[1])]
    left = [(name, "not observed" if is_number(part) else "not numbers a step") for name, part in every if name not in taken]
    return np.concatenate(parts, axis=1), [{"name": name, "unit": None} for name in names], left


def _matrix(array, where):
    values = narrow(numbers(array, where), where)
    return values.reshape(len(values), -1) if len(values) else values.reshape(0, 1)
