import Platform

/// The bytes of a log, of which no more are in memory than are looked at.
///
/// What is looked at is valid until something else is: the next look may read other bytes to the same place. One thread at a
/// time; reads ahead by a block.
final class LogWindow {
    /// Bytes of the log.
    let count: Int
    /// Bytes that were in memory at most.
    private(set) var mostHeld: Int

    /// Bytes that were read from the file.
    private(set) var bytesRead = 0

    /// Bytes that are looked at together at most.
    let lookLimit: Int

    private let file: OpenFile?
    private let blockBytes: Int
    private var buffer: UnsafeMutableRawBufferPointer
    /// What `bytes` holds of the log.
    private var held: Range<Int>
    private var bytes: UnsafeRawBufferPointer
    private var sum = CRC32()
    private var summed = 0

    /// Far more than a chunk of Hone's: a commit is of 1 MiB and the record that went over it.
    static let lookLimit = 64 << 20
    /// Bytes that are read together.
    static let blockBytes = 1 << 20

    /// Looks at what is in memory already.
    init(_ bytes: UnsafeRawBufferPointer) {
        count = bytes.count
        mostHeld = bytes.count
        lookLimit = Self.lookLimit
        file = nil
        blockBytes = Self.blockBytes
        buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        held = 0..<bytes.count
        self.bytes = bytes
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - count: bytes from its beginning that are looked at; it has as many.
    ///   - blockBytes: that are read together.
    ///   - lookLimit: bytes that are looked at together at most.
    init(
        path: String, count: Int, blockBytes: Int = LogWindow.blockBytes,
        lookLimit: Int = LogWindow.lookLimit
    ) throws(LogError) {
        do throws(PlatformError) { file = try OpenFile(path) } catch {
            throw .cannotRead(error)
        }
        self.count = count
        self.lookLimit = lookLimit
        self.blockBytes = blockBytes
        mostHeld = 0
        buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        held = 0..<0
        bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    deinit { buffer.deallocate() }

    /// The bytes of a range inside the log.
    ///
    /// - Throws: `cannotRead`, also where the file has become shorter.
    func look(at range: Range<Int>) throws(LogError) -> UnsafeRawBufferPointer {
        invariant(
            range.lowerBound >= 0 && range.upperBound <= count && range.count <= lookLimit,
            "a look is inside the log and not too large")
        if range.isEmpty { return UnsafeRawBufferPointer(start: nil, count: 0) }
        if range.lowerBound < held.lowerBound || range.upperBound > held.upperBound {
            try read(range)
        }
        let start = range.lowerBound - held.lowerBound
        return UnsafeRawBufferPointer(rebasing: bytes[start..<(start + range.count)])
    }

    /// What is at hand from `start` on, one byte at least, where `start` lies before `end` and inside the log.
    func look(from start: Int, below end: Int) throws(LogError) -> UnsafeRawBufferPointer {
        let limit = min(end, start + blockBytes)
        return try look(
            at: start..<(held.contains(start) ? min(held.upperBound, limit) : start + 1))
    }

    /// The checksum of everything before `end`, which does not go back from call to call.
    ///
    /// Costs no reading where what is new was looked at last.
    @discardableResult
    func checksum(upTo end: Int) throws(LogError) -> UInt32 {
        try add(summed..<end, to: &sum)
        summed = end
        return sum.value
    }

    /// The checksum of a range.
    func checksum(of range: Range<Int>) throws(LogError) -> UInt32 {
        var sum = CRC32()
        try add(range, to: &sum)
        return sum.value
    }

    private func add(_ range: Range<Int>, to sum: inout CRC32) throws(LogError) {
        var at = range.lowerBound
        while at < range.upperBound {
            let some = try look(from: at, below: range.upperBound)
            sum.update(some)
            at += some.count
        }
    }

    private func read(_ range: Range<Int>) throws(LogError) {
        guard let file else { fail("what is in memory is all held") }
        // Whoever goes back a little will do so again: half of the block is what lies in front.
        let goesBack = range.lowerBound < held.lowerBound && range.count <= blockBytes / 2
        let start = range.lowerBound - (goesBack ? min(range.lowerBound, blockBytes / 2) : 0)
        let wanted = min(max(range.upperBound - start, blockBytes), count - start)
        if buffer.count < wanted {
            buffer.deallocate()
            buffer = .allocate(byteCount: max(wanted, min(blockBytes, count)), alignment: 16)
            mostHeld = max(mostHeld, buffer.count)
        }
        held = 0..<0
        let place = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        do throws(PlatformError) {
            try file.descriptor.read(into: place, at: start)
        } catch {
            throw .cannotRead(error)
        }
        held = start..<(start + wanted)
        bytesRead += wanted
        bytes = UnsafeRawBufferPointer(place)
    }
}

/// A file that is open as long as somebody holds it.
private final class OpenFile {
    let descriptor: FileDescriptor

    init(_ path: String) throws(PlatformError) {
        descriptor = try FileDescriptor(opening: path, .record)
    }
}
