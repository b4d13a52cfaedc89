#pragma once

#include <string>

namespace mixvae::testing {

/// Python: one data set, written by anndata and zarr in version 2, and again by hand in version 3,
/// which Debian's zarr does not write.
inline const std::string kZarrFunctions = R"py(
import json, os, shutil, struct, sys, warnings
warnings.simplefilter("ignore")
from anndata.experimental import write_elem
import anndata, h5py, numcodecs, numpy as np, pandas as pd, scipy.sparse as sp, zarr
folder = sys.argv[1]
def at(name): return os.path.join(folder, name)
rng = np.random.default_rng(3)

def cells(n=23, d=7, seed=3):
    x = sp.random(n, d, 0.4, format="csr", random_state=seed, dtype=np.float32)
    x.data = np.ceil(x.data * 9).astype(np.float32)
    names = ["cell %d \u00e9" % i for i in range(n)]
    few = pd.array([i if i % 5 else pd.NA for i in range(n)], dtype="Int64")
    obs = pd.DataFrame({"type": pd.Categorical(["T%d" % (i % 3) if i % 7 else None for i in range(n)]),
                        "stage": pd.Categorical(["b", "a"] * (n // 2) + ["b"] * (n % 2), categories=["b", "a"], ordered=True),
                        "score": rng.normal(size=n), "count": np.arange(n, dtype=np.uint16), "ok": np.arange(n) % 2 == 0,
                        "few": few, "text": ["text %d" % i * (i % 3) for i in range(n)]}, index=names)
    var = pd.DataFrame({"gene_ids": ["E%d" % i for i in range(d)], "mean": np.linspace(0, 1, d).astype(np.float16)},
                       index=["g%d" % i for i in range(d)])
    a = anndata.AnnData(x, obs=obs, var=var)
    a.raw = a
    a.obsm["X_pca"] = rng.normal(size=(n, 3))
    a.layers["csc"] = x.tocsc()
    a.layers["dense"] = x.toarray() + 0.5
    a.layers["zeros"] = np.zeros((n, d))
    a.uns["note"] = "some text"
    a.uns["deep"] = {"note": "more"}
    return a

def nodes(g, prefix=""):
    """Every node of a store with its path, groups before what is in them."""
    yield prefix, g
    for name, node in g.items():
        if isinstance(node, zarr.Group):
            yield from nodes(node, prefix + name + "/")
        else:
            yield prefix + name + "/", node

def recode(source, name, compressor, chunks=None, order="C", separator=".", big=False):
    """The same store in version 2 with other chunks."""
    root = zarr.open_group(at(name), mode="w")
    for path, node in nodes(zarr.open_group(at(source), mode="r")):
        if isinstance(node, zarr.Group):
            new = root.require_group(path.strip("/")) if path else root
        else:
            values = node[...]
            kind = node.dtype.newbyteorder(">") if big and node.dtype.kind in "iufU" else node.dtype
            lengths = tuple(min(s, c) for s, c in zip(node.shape, chunks)) if chunks else True
            coder = numcodecs.VLenUTF8() if node.dtype == object else None
            new = root.create_dataset(path.strip("/"), shape=node.shape, dtype=kind, chunks=lengths, compressor=compressor,
                                      order=order, dimension_separator=separator, object_codec=coder, fill_value=node.fill_value)
            new[...] = values
        new.attrs.update(node.attrs.asdict())

def crc32c(data):
    value = 0xffffffff
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82f63b78 if value & 1 else 0)
    return struct.pack("<I", value ^ 0xffffffff)

PACKERS = {"zstd": numcodecs.Zstd().encode, "gzip": numcodecs.GZip().encode, "blosc": numcodecs.Blosc(cname="lz4").encode,
           "numcodecs.lz4": numcodecs.LZ4().encode, "numcodecs.zlib": numcodecs.Zlib().encode,
           "crc32c": lambda b: bytes(b) + crc32c(bytes(b))}

def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f: f.write(data)

def encoded(block, kind, big, axes, packers):
    if kind == "string":
        flat = [str(t).encode() for t in block.ravel()]
        data = struct.pack("<I", len(flat)) + b"".join(struct.pack("<I", len(t)) + t for t in flat)
    else:
        block = block.transpose(axes) if axes else block
        data = np.ascontiguousarray(block).astype(block.dtype.newbyteorder(">" if big else "<")).tobytes()
    for name in packers:
        data = PACKERS[name](data)
    return bytes(data)

def grid(shape, chunk):
    return np.ndindex(*[-(-s // c) for s, c in zip(shape, chunk)])

def block_at(values, place, chunk, fill):
    if not chunk: return values
    part = values[tuple(slice(p * c, (p + 1) * c) for p, c in zip(place, chunk))]
    block = np.full(chunk, fill, values.dtype)
    block[tuple(slice(s) for s in part.shape)] = part
    return block

NAMES = {"b": "bool", "i": "int%d", "u": "uint%d", "f": "float%d"}

def v3(source, name, packers=("zstd",), length=5, big=False, transpose=False, keys="default", separator="/", per_shard=0,
       index_first=False, fixed_texts=False):
    """A store of version 3 by hand: `length` values of each axis in a chunk, `per_shard` chunks of each axis in a shard."""
    for path, node in nodes(zarr.open_group(at(source), mode="r")):
        meta = {"zarr_format": 3, "attributes": node.attrs.asdict()}
        if isinstance(node, zarr.Group):
            meta["node_type"] = "group"
            write(os.path.join(at(name), path, "zarr.json"), json.dumps(meta).encode())
            continue
        values = np.asarray(node[...])
        text = values.dtype.kind in "OU"
        kind = "string" if text else NAMES[values.dtype.kind].replace("%d", str(8 * values.dtype.itemsize))
        fill = "" if text else values.dtype.type(0)
        if text and fixed_texts:
            values = values.astype("<U40")
            kind = {"name": "fixed_length_utf32", "configuration": {"length_bytes": 160}}
        elif text:
            values = values.astype(object)
        chunk = [max(1, min(length, s)) for s in values.shape]
        rank = len(chunk)
        axes = list(range(rank))[::-1] if transpose and rank > 1 and kind != "string" else None
        codecs = [{"name": "transpose", "configuration": {"order": axes}}] if axes else []
        codecs.append({"name": "vlen-utf8"} if kind == "string" else {"name": "bytes", "configuration": {"endian": "big" if big else "little"}})
        codecs += [{"name": p, "configuration": {}} for p in packers]
        shard = [c * per_shard for c in chunk] if per_shard and rank else None
        base = os.path.join(at(name), path)
        def key(place):
            numbers = separator.join(str(p) for p in place)
            if keys == "v2":
                return numbers or "0"
            return "c" + separator + numbers if rank else "c"
        def stored(place):
            block = block_at(values, place, chunk, fill)
            empty = not text and not np.any(block != fill)
            return None if empty else encoded(block, kind, big, axes, packers)
        for place in grid(values.shape, shard or chunk):
            if not shard:
                data = stored(place)
                if data is not None: write(os.path.join(base, key(place)), data)
                continue
            parts, index, begin = [], [], (16 * per_shard ** rank + 4) if index_first else 0
            for inner in np.ndindex(*[per_shard] * rank):
                whole = tuple(p * per_shard + q for p, q in zip(place, inner))
                inside = all(w * c < s for w, c, s in zip(whole, chunk, values.shape))
                data = stored(whole) if inside else None
                index += [2**64 - 1, 2**64 - 1] if data is None else [begin, len(data)]
                if data is not None:
                    parts.append(data); begin += len(data)
            table = struct.pack("<%dQ" % len(index), *index)
            table += crc32c(table)
            write(os.path.join(base, key(place)), table + b"".join(parts) if index_first else b"".join(parts) + table)
        if shard:
            codecs = [{"name": "sharding_indexed", "configuration": {
                "chunk_shape": chunk, "codecs": codecs, "index_location": "start" if index_first else "end",
                "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]}}]
        meta.update(node_type="array", shape=list(values.shape), data_type=kind, codecs=codecs, fill_value="" if text else 0,
                    chunk_grid={"name": "regular", "configuration": {"chunk_shape": shard or chunk}},
                    chunk_key_encoding={"name": keys, "configuration": {"separator": separator}}, storage_transformers=[])
        write(os.path.join(base, "zarr.json"), json.dumps(meta).encode())

def mudata(root, all_cells=None, **modalities):
    root.attrs["encoding-type"], root.attrs["encoding-version"] = "MuData", "0.1.0"
    mod = root.create_group("mod")
    mod.attrs["mod-order"] = list(modalities)[::-1]
    for name, a in modalities.items():
        write_elem(mod, name, a)
    first = next(iter(modalities.values()))
    write_elem(root, "obs", first.obs if all_cells is None else all_cells)
    write_elem(root, "var", pd.concat([a.var for a in modalities.values()]))
)py";

}  // namespace mixvae::testing
