import Foundation
import Glibc
import Platform
import Testing

@testable import Driving
@testable import TestSupport

@Suite("The folder of a bridge's socket")
struct BridgeFolderTests {
    @Test("What killed agents left is removed; what is somebody's, or in use elsewhere, is not")
    func sweep() throws {
        // A process that cannot be here: gone, or of another container with the same /tmp.
        let stem = "/tmp/hone-\((1 << 22) + 1)-\(UInt32.random(in: 1...100_000_000))"
        let (left, used, linked, others) = (stem, stem + "1", stem + "2", stem + "3")
        defer {
            for path in [left, used, others] { rmdir(path) }
            try? Files.remove(linked)
        }
        for path in [left, used, others] { try Files.makeOwnDirectory(path) }
        try #require(symlink("/usr", linked) == 0)
        let isRoot = geteuid() == 0
        if isRoot { #expect(chown(others, 65534, 65534) == 0) }
        let agent = try FileDescriptor(opening: used, .read)
        #expect(try agent.tryLock())

        let scratch = try Scratch()
        let log = URL(fileURLWithPath: scratch.path("bridge.txt"))
        let bridge = try BridgeProcess(command: [], endpoint: "", log: log)
        #expect(!Files.exists(left))
        #expect(Files.isDirectory(used) && Files.isDirectory(linked))
        #expect(!isRoot || Files.isDirectory(others))

        // Its own is locked as long as it is used.
        let own = (String(bridge.endpoint.dropFirst("ipc://".count)) as NSString)
            .deletingLastPathComponent
        #expect(try !FileDescriptor(opening: own, .read).tryLock())
        bridge.finish()
        #expect(!Files.exists(own))
        try agent.close()
    }

    @Test("A bridge without a slash is looked for in PATH, and what to write is said")
    func path() throws {
        let scratch = try Scratch()
        let log = URL(fileURLWithPath: scratch.path("bridge.txt"))
        let error = #expect(throws: BridgeProcessError.self) {
            try BridgeProcess(command: ["no-such-bridge"], endpoint: "", log: log)
        }
        #expect(error?.description.contains("./no-such-bridge") == true)
    }
}
