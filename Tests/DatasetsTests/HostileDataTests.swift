import Foundation
import Testing

@testable import Datasets
@testable import TestSupport

/// Data sets that reach for other files, or claim to be larger than any memory.
@Suite("Data sets of nobody's friend", .enabled(if: ConverterPython.isThere))
struct HostileDataTests {
    private static let launch = HoneProgram.root + "/launch/datasets"

    /// Every format that reads HDF5, with each of its numbers in another file in each of the ways that there are.
    private static let script = #"""
        import sys
        sys.path.insert(0, sys.argv[1])
        import convert, columns, h5py, io, numpy as np, pathlib, samples, sources
        root = pathlib.Path(sys.argv[2])
        secret, other = root / "secret.bin", root / "other.h5"
        secret.write_bytes(np.full(4096, 0.25).tobytes())
        with h5py.File(other, "w") as f:
            f["x"], f["success"], f["infos/success"] = np.full(64, .25), True, True

        def external(g, name, old): g.create_dataset(name, old.shape, "f8", external=[(str(secret), 0, h5py.h5f.UNLIMITED)])
        def virtual(g, name, old):
            with h5py.File(other, "a") as f:
                source = f"v{len(f)}"
                f[source] = np.full(old.shape, .25)
            layout = h5py.VirtualLayout(old.shape, "f8")
            layout[...] = h5py.VirtualSource(str(other), source, old.shape)
            g.create_virtual_dataset(name, layout)
        def link(g, name, old): g[name] = h5py.ExternalLink(str(other), "x")
        def soft(g, name, old):
            g.file["way"] = h5py.ExternalLink(str(other), "/")
            g[name] = h5py.SoftLink("/way/x")
        def own(g, name, old):
            g.file["real"] = old
            g[name] = h5py.SoftLink("/real")
        def huge(g, name, old): g.create_dataset(name, (1 << 33, *old.shape[1:]), "f8", chunks=(1 << 12, *old.shape[1:]))

        def files(format, change):
            made = samples.SAMPLES[format]()
            key = next(name for name in made if name.endswith("hdf5"))
            buffer = io.BytesIO(made[key])
            with h5py.File(buffer, "r+") as f: change(f)
            return made | {key: buffer.getvalue()}

        def told(name, made):
            folder = root / name
            folder.mkdir()
            path = samples.write(made, folder)
            try:
                convert.take(path, "auto", None)
                print(name, "TAKEN")
            except columns.FormatError as error: print(name, *str(error).replace(str(root), "").split())

        places = {"d4rl": ("", ("observations", "actions", "rewards")), "robomimic": ("data/demo_2", ("obs/object", "actions", "dones")),
            "minari": ("episode_1", ("observations/goal/cup", "actions", "rewards"))}
        for format, (group, names) in places.items():
            for way in (external, virtual, link, soft, own, huge):
                for number, name in enumerate(names):
                    def change(f):
                        g = f[group] if group else f
                        old = g[name][()]
                        del g[name]
                        way(g, name, old)
                    told(f"{format}-{way.__name__}-{number}", files(format, change))
        # What is looked at beside the numbers: a group, or one value.
        def infos(f):
            g = f["episode_1"]
            if "infos" in g: del g["infos"]
            g["infos"] = h5py.ExternalLink(str(other), "/infos")
        told("minari-infos", files("minari", infos))
        def word(f):
            g = f["data/demo_2"]
            del g.attrs["success"]
            g.create_dataset("success", (1,), "f8", external=[(str(secret), 0, 8)])
        told("robomimic-word", files("robomimic", word))
        def data(f):
            del f["data"]
            f["data"] = h5py.ExternalLink(str(other), "/")
        told("robomimic-data", files("robomimic", data))

        # Sizes are added up before anything is read.
        sources.MOST_BYTES = 1 << 8
        def reads(*_, **__): raise AssertionError("something was read")
        h5py.Dataset.__getitem__ = reads
        np.lib.format.read_array = reads
        for format in ("d4rl", "npz", "dppo"):
            name = f"sum-{format}"
            told(name, samples.SAMPLES[format]())
        """#

    @Test("No number comes from another file, and none is read of what would not fit")
    func refused() throws {
        let scratch = try Scratch()
        let text = try Datasets.python(Self.script, [Self.launch, scratch.folder], in: scratch)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 3 * 6 * 3 + 3 + 3, "\(text)")
        for line in lines {
            let parts = line.prefix { $0 != " " }.split(separator: "-")
            let words =
                switch parts.dropFirst().first {
                case "external", "virtual", "link", "infos", "word", "data": "another file"
                case "soft", "own": "is a link"
                case "huge" where parts[0] != "d4rl": "it is damaged"
                default: "are read at most"
                }
            #expect(line.contains(words), "\(line)")
        }
    }
}
