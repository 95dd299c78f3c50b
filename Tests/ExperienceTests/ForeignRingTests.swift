import Embodiment
import Foundation
import Glibc
import Platform
import Testing

@testable import Experience

@Suite("Rings of others")
struct ForeignRingTests {
    /// A file on the memory disk, of a process that cannot be.
    private let path =
        "\(SharedMemory.memoryDisk)/hone-\((1 << 22) + 1)-1-\(UInt32.random(in: 0...UInt32.max))"

    private func withFolders(_ body: (String, String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        defer {
            try? FileManager.default.removeItem(atPath: folder)
            try? Files.remove(path)
        }
        for name in ["mine", "theirs"] { try Files.makeDirectories("\(folder)/\(name)") }
        try body("\(folder)/mine", "\(folder)/theirs")
    }

    @Test("A link to the ring of another session takes nothing from it")
    func anothers() throws {
        guard Files.isDirectory(SharedMemory.memoryDisk) else { return }
        try withFolders { mine, theirs in
            let recorder = try Recorder(session: mine, part: 1)
            recorder.makeLane().record(.tick(Samples.tick(1)), at: Samples.time(1))
            try recorder.start()
            // As a kill would leave it.
            let ring = mine + "/session.ring"
            let bytes = try Files.read(ring, limit: 1 << 28)
            try recorder.close()
            try Files.remove(mine + "/session.mcap")
            // First the links: a recorder of another test removes what no link leads to.
            for folder in [mine, theirs] {
                try #require(symlink(path, folder + "/session.ring") == 0)
            }
            try Files.replace(path, with: bytes)
            let link = theirs + "/session.ring"
            #expect(try LogRings.recover(in: theirs) == [.foreign(name: link)])
            #expect(try Files.read(path, limit: 1 << 28) == bytes)
            #expect(try SessionLog.parts(in: theirs).isEmpty)

            let found = try LogRings.recover(in: mine)
            #expect(found.count == 1 && !Files.exists(path), "\(found)")
            #expect(try LogRings.recover(in: theirs) == [.gone(name: link)])
        }
    }

    @Test("What is no ring is left alone, whatever it is called, and where a link leads to it")
    func noRing() throws {
        guard Files.isDirectory(SharedMemory.memoryDisk) else { return }
        try withFolders { _, theirs in
            let content = [UInt8](repeating: 7, count: 8192)
            try Files.replace(path, with: content)
            let link = theirs + "/session.ring"
            try #require(symlink(path, link) == 0)
            #expect(try LogRings.recover(in: theirs) == [.foreign(name: link)])
            #expect(try Files.read(path, limit: 1 << 20) == content)
            #expect(try Files.list(theirs).map(\.name) == ["session.ring"])
        }
    }
}
