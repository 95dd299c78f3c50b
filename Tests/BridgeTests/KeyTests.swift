import Embodiment
import Foundation
import Glibc
import Platform
import Testing

@testable import Bridge

/// A folder of its own, gone with the last reference.
final class KeyFolder {
    let path = "/tmp/hone-keys-\(UUID().uuidString.prefix(13))"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ text: String, to name: String, mode: Int = 0o600) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        #expect(chmod(file(name), mode_t(mode)) == 0)
    }

    func mode(of name: String) throws -> UInt32 {
        try Files.readWithMode(file(name), limit: 1000).mode
    }
}

@Suite("Keys")
struct KeyTests {
    @Test("Z85 is that of ZeroMQ's RFC 32, and what is none is nothing")
    func z85() {
        let bytes: [UInt8] = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B]
        #expect(Z85.encode(bytes) == "HelloWorld" && Z85.decode("HelloWorld") == bytes)
        #expect(Z85.encode([255, 255, 255, 255]) == "%nSc0")
        // One more than 2^32 - 1, a character outside, and a length that is no multiple of five.
        for text in ["%nSc1", "#####", "Hell ", "Hell\"", "Hello1"] {
            #expect(Z85.decode(text) == nil, "\(text)")
        }
        #expect(PublicKey("HelloWorld") == nil && PublicKey(bytes: bytes) == nil)
        for value in UInt8.min...UInt8.max {
            let key = PublicKey(bytes: [UInt8](repeating: value, count: 32))
            #expect(key.map { PublicKey("\($0)") } == key && "\(key!)".count == 40)
        }
    }

    @Test("A pair is read back from files that only its owner may read, and never overwritten")
    func files() throws {
        let folder = KeyFolder()
        let pair = try KeyPair.generate()
        #expect(try KeyPair.generate() != pair)
        try pair.write(into: folder.path)
        #expect(try folder.mode(of: "secret.key") == 0o600)
        #expect(try KeyPair.read(secretFile: folder.file("secret.key")) == pair)
        #expect(try PublicKey.read(file: folder.file("public.key")) == pair.publicKey)
        #expect(!"\(pair)".contains(pair.secret))
        #expect(throws: KeyError.exists(path: folder.file("secret.key"))) {
            try KeyPair.generate().write(into: folder.path)
        }
        #expect(try KeyPair.read(secretFile: folder.file("secret.key")) == pair)
    }

    @Test(
        "A secret that others can read is refused, with what to do",
        arguments: [0o644, 0o640, 0o604])
    func readableByOthers(mode: Int) throws {
        let folder = KeyFolder()
        try folder.write(try KeyPair.generate().secret + "\n", to: "secret.key", mode: mode)
        let path = folder.file("secret.key")
        let error = #expect(throws: KeyError.self) { try KeyPair.read(secretFile: path) }
        #expect(error == .readableByOthers(path: path, mode: UInt32(mode)))
        #expect("\(error!)".contains("chmod 600 \(path)"))
    }

    @Test(
        "A file without a key is refused", arguments: ["", "x", String(repeating: "\"", count: 40)])
    func notAKey(text: String) throws {
        let folder = KeyFolder()
        try folder.write(text, to: "key")
        #expect(throws: KeyError.notAKey(path: folder.file("key"))) {
            try KeyPair.read(secretFile: folder.file("key"))
        }
        #expect(throws: KeyError.notAKey(path: folder.file("key"))) {
            try PublicKey.read(file: folder.file("key"))
        }
        #expect(throws: KeyError.self) { try KeyPair.read(secretFile: folder.file("none")) }
    }

    @Test("A list holds those that were allowed, once, and nobody else")
    func list() throws {
        let folder = KeyFolder()
        let (first, second) = (try KeyPair.generate().publicKey, try KeyPair.generate().publicKey)
        try folder.write("# agents\n\n", to: "allowed", mode: 0o644)
        let path = folder.file("allowed")
        #expect(throws: KeyError.nobodyAllowed(path: path)) { try AllowList(file: path) }
        try AllowList.add(first, name: "the workstation", to: path)
        try AllowList.add(second, name: "a laptop", to: path)
        let list = try AllowList(file: path)
        #expect(list.names == [first: "the workstation", second: "a laptop"])
        let stranger = try KeyPair.generate().publicKey
        #expect(list.contains(first) && !list.contains(stranger))
        #expect(throws: KeyError.isAllowed(key: first, path: path)) {
            try AllowList.add(first, name: "again", to: path)
        }
        try folder.write("# agents\n\(first) one\nnobody\n", to: "wrong")
        #expect(throws: KeyError.notAnEntry(path: folder.file("wrong"), line: 3)) {
            try AllowList(file: folder.file("wrong"))
        }
        try folder.write("\(first) one\n", to: "open", mode: 0o664)
        #expect(throws: KeyError.writableByOthers(path: folder.file("open"), mode: 0o664)) {
            try AllowList(file: folder.file("open"))
        }
    }
}
