import Foundation
import Platform

/// The rings of a recorder's lanes in one memory, which outlives the process where it has a name.
///
/// In front of the rings a page that says what it is:
///
///     0   "HONERING"
///     8   version u32, rings u32
///     16  bytes of each ring's memory u64 …
///     then bytes of the name u32, the name, CRC-32 of everything before u32
final class RecorderRing {
    /// In the order of the lanes.
    let rings: [ByteRing]
    private let shared: SharedMemory?
    /// Memory without a name.
    private let own: UnsafeMutableRawBufferPointer?

    static let headByteCount = 4096
    static let magic: UInt64 = 0x474E_4952_454E_4F48
    static let version: UInt32 = 3
    /// More lanes than a recorder has.
    static let mostRings = 64
    private static let mostNameBytes = 3000
    /// Files of processes that died without a trace are removed after so many seconds.
    private static let leftoverAge = 86_400

    /// Makes rings of so many bytes each.
    ///
    /// - Parameters:
    ///   - name: where they are found after the process; nil when nobody is to.
    ///   - disk: a memory disk.
    init(
        _ byteCounts: [Int], name: String?, on disk: String = SharedMemory.memoryDisk
    ) throws(PlatformError) {
        let sizes = byteCounts.map { ($0 + ByteRing.headerByteCount + 4095) & ~4095 }
        let total = sizes.reduce(Self.headByteCount, +)
        let bytes: UnsafeMutableRawBufferPointer
        if let name {
            Self.sweep()
            let shared = try SharedMemory(for: name, byteCount: total, on: disk)
            self.shared = shared
            own = nil
            bytes = shared.bytes
        } else {
            shared = nil
            bytes = .allocate(byteCount: total, alignment: 4096)
            // Touched now, so that no producer meets a page for the first time.
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            own = bytes
        }
        var offset = Self.headByteCount
        rings = sizes.map { size in
            defer { offset += size }
            return ByteRing(
                in: UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + size]))
        }
        guard let shared else { return }
        Self.describe(sizes, name: shared.name, in: bytes)
        do throws(PlatformError) { try shared.publish() } catch {
            try? Files.remove(shared.path)
            throw error
        }
    }

    /// Makes the rings of lanes.
    convenience init(
        for lanes: [RecorderLane], name: String?, on disk: String
    ) throws(PlatformError) {
        try self.init(lanes.map(\.byteCount), name: name, on: disk)
    }

    deinit { own?.deallocate() }

    private static func describe(
        _ sizes: [Int], name: String, in bytes: UnsafeMutableRawBufferPointer
    ) {
        precondition(sizes.count <= mostRings, "a ring's head has room for its lanes")
        var writer = ByteWriter(
            UnsafeMutableRawBufferPointer(rebasing: bytes[..<headByteCount]))
        let path =
            name.hasPrefix("/") ? name : FileManager.default.currentDirectoryPath + "/" + name
        // Rings without a name are never taken for leftovers.
        let name = path.utf8.count <= mostNameBytes ? Array(path.utf8) : []
        do throws(ByteError) {
            try writer.write(magic)
            try writer.write(version)
            try writer.write(UInt32(sizes.count))
            for size in sizes { try writer.write(UInt64(size)) }
            try writer.write(UInt32(name.count))
            try name.withUnsafeBufferPointer { bytes throws(ByteError) in
                try writer.write(bytes: UnsafeRawBufferPointer(bytes))
            }
            try writer.write(CRC32.checksum(writer.written))
        } catch { preconditionFailure("a ring's head has room for its words") }
    }

    /// Why they are on a disk, where a thread that fills them may wait for a device; nil where they are in memory.
    var refusal: PlatformError? { shared?.refusal }

    /// Takes the rings away: all that was in them is in the log.
    func remove() throws(PlatformError) { try shared?.remove() }

    /// Removes what no log leads to any more: its folder was removed after its process had been killed.
    private static func sweep() {
        for path in SharedMemory.leftovers(olderThan: leftoverAge) {
            // Anybody may put a file there: another user's, a pipe or a link is not looked into.
            guard let file = try? FileDescriptor(openingOwn: path),
                (try? file.tryLock()) == true, let size = try? file.byteCount(),
                let name = Contents.name(in: file, byteCount: size), !name.isEmpty,
                SharedMemory.target(of: name) != path
            else { continue }
            try? Files.remove(path)
        }
    }
}

extension RecorderRing {
    /// What the bytes of a recorder's rings turned out to be; believes nothing.
    struct Contents {
        /// Where they were found.
        var name: String
        /// What nobody is known to have written to the log, in each lane's order.
        var messages: [RingMessage] = []
        /// Rings with something in them that is not what was written.
        var damaged = 0

        /// Nil when the bytes are no rings, or those of another build.
        init?(_ bytes: [UInt8]) {
            let parsed = bytes.withUnsafeBytes { buffer -> Contents? in
                guard let (sizes, name) = Contents.readHead(buffer, total: buffer.count)
                else { return nil }
                var contents = Contents(name: name)
                var offset = headByteCount
                for size in sizes {
                    contents.read(
                        UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + size]))
                    offset += size
                }
                return contents
            }
            guard let parsed else { return nil }
            self = parsed
        }

        private init(name: String) { self.name = name }

        /// Where the rings of a file are found, which its head says.
        static func name(in file: borrowing FileDescriptor, byteCount: Int) -> String? {
            var head = [UInt8](repeating: 0, count: headByteCount)
            return head.withUnsafeMutableBytes { buffer in
                guard (try? file.read(into: buffer, at: 0)) != nil else { return nil }
                return readHead(UnsafeRawBufferPointer(buffer), total: byteCount)?.name
            }
        }

        private mutating func read(_ memory: UnsafeRawBufferPointer) {
            var isReadable = true
            let isWhole = ByteRing.remains(in: memory) { bytes in
                guard let record = RingRecord(bytes) else { return isReadable = false }
                messages.append(record.message)
            }
            if !isWhole || !isReadable { damaged += 1 }
        }

        private static func readHead(
            _ buffer: UnsafeRawBufferPointer, total: Int
        ) -> (sizes: [Int], name: String)? {
            guard buffer.count >= headByteCount else { return nil }
            var reader = ByteReader(UnsafeRawBufferPointer(rebasing: buffer[..<headByteCount]))
            do throws(ByteError) {
                guard try reader.readUInt64() == magic, try reader.readUInt32() == version else {
                    return nil
                }
                let count = Int(try reader.readUInt32())
                guard count <= mostRings else { return nil }
                var sizes: [Int] = []
                for _ in 0..<count {
                    guard let size = Int(exactly: try reader.readUInt64()), size >= 4096,
                        size <= total
                    else { return nil }
                    sizes.append(size)
                }
                guard sizes.reduce(headByteCount, +) == total else { return nil }
                let name = try reader.readBytes(Int(try reader.readUInt32()))
                let body = UnsafeRawBufferPointer(rebasing: buffer[..<reader.offset])
                guard try reader.readUInt32() == CRC32.checksum(body) else { return nil }
                return (sizes, String(decoding: name, as: UTF8.self))
            } catch { return nil }
        }
    }
}
