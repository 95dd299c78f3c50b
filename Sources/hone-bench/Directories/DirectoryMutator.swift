import Foundation
import Neural
import Platform

/// Spoils a session directory: a few changes of one of the kinds that an archive, a disk or a colleague may bring.
struct DirectoryMutator {
    private let lab: DirectoryLab
    private let key: RandomKey
    private var draws: UInt64 = 0

    init(lab: DirectoryLab, seed: UInt64, number: UInt64) {
        self.lab = lab
        key = RandomKey(seed: seed, stream: 0, step: number)
    }

    mutating func below(_ bound: Int) -> Int {
        defer { draws += 1 }
        return key.uniformInt(below: max(1, bound), index: draws)
    }

    mutating func pick<Element>(_ all: [Element]) -> Element { all[below(all.count)] }

    /// Makes one to four changes.
    ///
    /// - Returns: each in words.
    mutating func spoil() throws -> [String] {
        try (0...below(4)).map { _ in try change() }
    }

    private mutating func change() throws -> String {
        let paths = try all(below: "")
        switch below(12) {
        case 0, 1: return lay(at: paths.isEmpty ? "log" : pick(paths))
        case 2, 3, 4: return lay(at: pick(names))
        case 5: return try spoilBytes(of: pick(paths + ["session.json"]))
        case 6: return resize(pick(paths + ["session.json"]))
        case 7, 8: return try spoilRecord()
        case 9, 10: return try spoilManifest(among: paths)
        default:
            let path = pick(paths + ["session.json"])
            remove(path)
            return "\(path) removed"
        }
    }

    // MARK: Obstacles

    /// Names that Hone opens, or would make.
    private var names: [String] {
        [
            "session.json", "metrics.jsonl", "report.json", "report.html", ".lock", "control",
            "control.path", "import.json", "log", "weights", "checkpoints", "log/bridge.txt",
            "log/bridge-2.txt", "log/bridge-lab-2.txt", "log/session.mcap", "log/session.ring",
            "log/session-0002.mcap", "log/session-0002.ring", "log/session-0003.mcap",
            "log/session-9223372036854775807.mcap", "log/labels-0001.mcap",
            "log/session.recovered.mcap", "log/session.ring.bad-1", "log/superseded",
            "log/superseded/part-1-cut-1.mcap", "checkpoints/.resume-new",
            "checkpoints/resume-000099", "checkpoints/resume-9223372036854775807",
            "checkpoints/resume--00001", "checkpoints/resume-000099/manifest.json",
            "checkpoints/999999999.safetensors", "weights/000001.safetensors",
            "weights/000001.worker", "weights/4294967295.safetensors",
            "session.json.new-\(getpid())", "metrics.jsonl.new-\(getpid())",
            "log/session.mcap.new-\(getpid())", "weights/000001.safetensors.new-\(getpid())",
            "robots", "launch",
        ]
    }

    /// Lays something in the place of a path.
    private mutating func lay(at name: String) -> String {
        let path = "\(lab.session)/\(name)"
        guard !leadsAway(name) else { return "\(name) as it was" }
        remove(name)
        try? Files.makeDirectories((path as NSString).deletingLastPathComponent)
        let depth = name.split(separator: "/").count + 1
        let away = String(repeating: "../", count: depth)
        let targets = [
            "\(lab.outside)/file", "\(lab.outside)/folder", "\(lab.outside)/none",
            "\(away)outside/file", "\(away)outside/folder", "\(away)project/launch",
            "\(lab.project)/robots", lab.decoy, "/dev/zero", "/dev/full", "/proc/self/mem", ".",
            path,
            "/dev/shm/hone-1-1-1", "session.mcap", "\(lab.session)/session.json",
        ]
        switch below(8) {
        case 0, 1, 2, 3:
            let target = pick(targets)
            symlink(target, path)
            return "\(name) leads to \(target)"
        case 4:
            mkfifo(path, 0o666)
            return "\(name) is a pipe"
        case 5:
            mknod(path, S_IFSOCK | 0o666, 0)
            return "\(name) is a socket"
        case 6:
            mkdir(path, 0o777)
            return "\(name) is a folder"
        default:
            let bytes = (0..<below(200)).map { _ in UInt8(below(256)) }
            try? Files.replace(path, with: bytes, isDurable: false)
            return "\(name) has \(bytes.count) bytes of nothing"
        }
    }

    /// Whether a folder on the way there is a link by now: what is beyond it is not the session's to be spoiled.
    private func leadsAway(_ name: String) -> Bool {
        var path = lab.session
        return name.split(separator: "/").dropLast().contains { part in
            path += "/\(part)"
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        }
    }

    private func remove(_ name: String) {
        guard !leadsAway(name) else { return }
        try? FileManager.default.removeItem(atPath: "\(lab.session)/\(name)")
    }

    /// Everything in the session, without the ways that links lead.
    private func all(below place: String) throws -> [String] {
        try Files.list(lab.session + (place.isEmpty ? "" : "/" + place)).flatMap { entry in
            let name = place.isEmpty ? entry.name : "\(place)/\(entry.name)"
            return [name] + (entry.isDirectory ? try all(below: name) : [])
        }
    }

    // MARK: Bytes

    private func content(_ name: String) -> [UInt8]? {
        try? Files.read("\(lab.session)/\(name)", limit: 1 << 24, .record)
    }

    private func put(_ bytes: [UInt8], into name: String) {
        guard !leadsAway(name) else { return }
        try? Files.replace("\(lab.session)/\(name)", with: bytes, isDurable: false)
    }

    private mutating func spoilBytes(of name: String) throws -> String {
        guard var bytes = content(name), !bytes.isEmpty else { return "\(name) as it was" }
        for _ in 0...below(8) where !bytes.isEmpty {
            let place = below(bytes.count)
            switch below(4) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = pick([0, 6, 0x22, 0x2D, 0x39, 0x7F, 0xFF])
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + below(64)))
            default:
                bytes.insert(
                    contentsOf: bytes[place..<min(bytes.count, place + below(64))], at: place)
            }
        }
        put(bytes, into: name)
        return "\(name) has other bytes"
    }

    private mutating func resize(_ name: String) -> String {
        let path = "\(lab.session)/\(name)"
        guard !leadsAway(name), let file = try? FileDescriptor(opening: path, .record),
            let count = try? file.byteCount()
        else { return "\(name) as it was" }
        // What is bounded by its size is given one that is read to its end.
        let isBounded = !name.hasSuffix(".mcap")
        let size = pick([
            0, 1, count / 2, count + 1, count + 1 << 20, isBounded ? 1 << 40 : 1 << 23,
        ])
        truncate(path, off_t(size))
        return "\(name) has \(size) bytes"
    }

    // MARK: Words

    /// What stands where a path or a word was.
    private var words: [String] {
        [
            "", "/", ".", "..", lab.session, lab.outside, "\(lab.outside)/file", "/dev/zero",
            "\(lab.session)/log/pipe", "launch/demo.yaml", "launch/../../sessions/case/evil.yaml",
            "\(lab.session)/evil.yaml", "../../outside/file", "demo", "finetune", "record",
            "\u{1b}[2J",
            String(repeating: "x", count: 1 << 16),
        ]
    }

    private var numbers: [Any] {
        [
            -1, 0, 1, Int.max, Int.min, UInt64.max, 1 << 32, 1 << 31, 1e308, -1e308, 0.5, 1 << 53,
            "NaN",
            "Infinity", NSNull(), true, [Any](), [String: Any](),
        ]
    }

    private mutating func spoilRecord() throws -> String {
        guard let bytes = content("session.json"),
            var record = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
        else { return "session.json as it was" }
        var overrides = record["overrides"] as? [String] ?? []
        let touch = "[/usr/bin/touch, \(lab.trace)]"
        let what: String
        switch below(7) {
        case 0, 1:
            let evil = pick([
                "bridge.command=\(touch)", "bridge={command: \(touch), connect_s: 1}",
                "bridge.endpoint=ipc://\(lab.outside)/file",
                "robot=\(lab.session)/robots/evil.yaml",
                "session.directory=\(lab.outside)", "seed=18446744073709551615", "none", "=", "",
            ])
            overrides.append(evil)
            record["overrides"] = overrides
            what = "is begun with \(evil)"
        case 2:
            let word = pick(words)
            record["project"] = word
            what = "is of the project \(word.prefix(100))"
        case 3:
            var files = record["files"] as? [[String: Any]] ?? []
            let word = pick(words)
            if !files.isEmpty { files[below(files.count)][pick(["path", "text"])] = word }
            record["files"] = files
            what = "has the file \(word.prefix(100))"
        case 4:
            record["data"] = [pick(words), pick(words)]
            what = "has other data"
        case 5:
            record["weights"] = pick(words)
            what = "has other weights"
        default:
            let name = pick(record.keys.sorted())
            record[name] = pick(numbers + (words as [Any]))
            what = "has another \(name)"
        }
        if let data = try? JSONSerialization.data(withJSONObject: record) {
            put(Array(data), into: "session.json")
        }
        return "session.json \(what)"
    }

    /// A manifest with another number or word, and a checksum that is right.
    private mutating func spoilManifest(among paths: [String]) throws -> String {
        let manifests = paths.filter { $0.hasSuffix("manifest.json") }
        // The newest is the one that is read.
        guard let name = manifests.max(), let bytes = content(name),
            var object = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
        else { return "no manifest" }
        object["crc32"] = nil
        var at: [String] = []
        let changed = spoil(object, &at)
        guard
            var text = try? Array(
                JSONSerialization.data(withJSONObject: changed, options: [.sortedKeys]))
        else { return "\(name) as it was" }
        text.removeLast()
        let sum = CRC32.checksum(text).hexadecimal
        put(text + Array(",\"crc32\":\"\(sum)\"}\n".utf8), into: name)
        return "\(name) has another \(at.joined(separator: "."))"
    }

    private mutating func spoil(_ value: Any, _ at: inout [String]) -> Any {
        if var object = value as? [String: Any], !object.isEmpty {
            let name = pick(object.keys.sorted())
            at.append(name)
            if let old = object[name] { object[name] = spoil(old, &at) }
            return object
        }
        if var list = value as? [Any], !list.isEmpty, below(8) > 0 {
            let index = below(list.count)
            at.append("\(index)")
            list[index] = spoil(list[index], &at)
            return list
        }
        let isWord = value is String && below(3) > 0
        return isWord ? pick(words + ["../../../../outside/file"]) as Any : pick(numbers)
    }
}
