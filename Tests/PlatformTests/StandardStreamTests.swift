import Glibc
import Testing

@testable import Platform

@Suite("Standard streams")
struct StandardStreamTests {
    @Test("A stream that takes no more for a while is waited for, and gets every byte")
    func nonBlocking() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        #expect(fcntl(writer, F_SETFL, fcntl(writer, F_GETFL) | O_NONBLOCK) == 0)
        let sent = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let outcome = Guarded<Int32>(-1)
        let thread = try HoneThread.start(name: "writer") {
            let error = sent.withUnsafeBytes { StandardStream.write($0, to: writer) }
            outcome.withLock { $0 = error }
            close(writer)
        }
        var found: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 60_000)
        while true {
            // Slower than the writer.
            usleep(2000)
            let count = read(reader, &piece, piece.count)
            if count <= 0 { break }
            found += piece[..<count]
        }
        thread.join()
        #expect(outcome.withLock { $0 } == 0)
        #expect(found == sent)
        close(reader)
    }

    @Test("What a stream did not take is told with its reason")
    func refused() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let bytes: [UInt8] = [1, 2, 3]
        #expect(bytes.withUnsafeBytes { StandardStream.write($0, to: full) } == ENOSPC)
        #expect(bytes.withUnsafeBytes { StandardStream.write($0, to: 1023) } == EBADF)
        #expect(bytes.withUnsafeBytes { StandardStream.write($0, to: -1) } == EBADF)
    }
}
