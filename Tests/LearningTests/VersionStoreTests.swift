import Foundation
import Neural
import Platform
import Recipe
import Testing

@testable import Learning

@Suite("Versions of the weights")
final class VersionStoreTests {
    private let folder: VersionFolder
    private let layout: ParameterLayout

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/hone-" + UUID().uuidString
        try Files.makeDirectories(path)
        folder = VersionFolder(path)
        var layout = ParameterLayout()
        layout.add("weights", [3])
        self.layout = layout
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.path) }

    private func keep(_ versions: ClosedRange<UInt32>, _ retention: VersionRetention) throws {
        let store = VersionStore(folder, layout: layout, retention: retention)
        for version in versions {
            let weights = [Float](repeating: Float(version), count: 3)
            try weights.withUnsafeBufferPointer {
                try store.keep($0, version: version, isDurable: true)
            }
        }
    }

    @Test("All that acted stay, one in so many, or the last, and the newest four always")
    func retention() throws {
        try keep(1...12, .acted)
        #expect(try folder.versions() == Array(1...12))
        // What an earlier process left is found, too.
        try keep(13...13, .every(count: 5))
        #expect(try folder.versions() == [5, 10, 11, 12, 13])
        try keep(14...20, .last(count: 6))
        #expect(try folder.versions() == Array(15...20))
        try keep(21...21, .last(count: 1))
        #expect(try folder.versions() == Array(18...21))
    }

    @Test("A version is read back as it was; what is not there has no place")
    func places() throws {
        try keep(7...7, .acted)
        var weights = [Float](repeating: 0, count: 3)
        try weights.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { try folder.read(7, layout: layout, into: base) }
        }
        #expect(weights == [7, 7, 7])
        #expect(folder.place(of: 7) == .file(folder.path + "/000007.safetensors"))
        #expect(folder.place(of: 8) == nil)
        #expect(throws: PlatformError.self) { try folder.content(of: 8) }
    }

    @Test("A worker's version is known by the worker's name for it, and let go like the others")
    func worker() throws {
        let store = VersionStore(folder, layout: layout, retention: .last(count: 4))
        for version in UInt32(1)...6 { try store.keep(worker: "w-\(version)", version: version) }
        #expect(folder.place(of: 6) == .worker(id: "w-6"))
        #expect(try folder.versions() == [3, 4, 5, 6] && folder.place(of: 2) == nil)
    }

    @Test("A version that never acted is gone, one that did stays")
    func retired() throws {
        let store = VersionStore(folder, layout: layout, retention: .last(count: 5))
        let weights: [Float] = [1, 2, 3]
        try weights.withUnsafeBufferPointer { buffer in
            for version in UInt32(1)...3 {
                try store.keep(buffer, version: version, isDurable: false)
            }
        }
        store.retire(version: 1, hasActed: true)
        store.retire(version: 2, hasActed: false)
        #expect(try folder.versions() == [1, 3])
    }
}
