import Platform

@testable import Experience

/// Files of a log on a disk that fails at will: really written, by calls that are counted over all of them.
final class FailingDisk: Sendable {
    private struct State {
        var calls = 0
        var failing: Range<Int>
    }

    /// What fails with EIO.
    private let state: Guarded<State>
    private let isShort: Bool

    /// - Parameters:
    ///   - calls: those that fail, counted from 0: making a file, appending, syncing, closing.
    ///   - isShort: an append that fails has written half of its bytes.
    init(failing calls: Range<Int> = 0..<0, isShort: Bool = false) {
        state = Guarded(State(failing: calls))
        self.isShort = isShort
    }

    /// Calls made so far.
    var calls: Int { state.withLock { $0.calls } }

    /// From now on every call fails, or none.
    func set(isFailing: Bool) {
        state.withLock { $0.failing = isFailing ? $0.calls..<Int.max : 0..<0 }
    }

    func open(_ path: String) throws(LogError) -> any LogSink {
        do { try count(path) } catch {
            guard case .cannotWrite(let cause) = error else { throw error }
            throw .cannotCreate(cause)
        }
        return Sink(disk: self, file: try FileLogSink(creating: path))
    }

    private func count(_ path: String) throws(LogError) {
        let isFailing = state.withLock { state in
            defer { state.calls += 1 }
            return state.failing.contains(state.calls)
        }
        if isFailing {
            throw .cannotWrite(.system(attempted: "write to", subject: path, code: 5))
        }
    }

    private final class Sink: LogSink {
        let disk: FailingDisk
        let file: FileLogSink

        init(disk: FailingDisk, file: FileLogSink) {
            self.disk = disk
            self.file = file
        }

        var path: String { file.path }

        func append(_ bytes: UnsafeRawBufferPointer) throws(LogError) {
            do { try disk.count(path) } catch {
                if disk.isShort {
                    try file.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2)))
                }
                throw error
            }
            try file.append(bytes)
        }

        // The bytes of a sync that failed stay in the file: the worst case for whoever reads it afterwards.
        func makeDurable() throws(LogError) {
            try disk.count(path)
            try file.makeDurable()
        }

        func close() throws(LogError) {
            try disk.count(path)
            try file.close()
        }
    }
}
