import Foundation
import Platform
import Testing

@testable import Bridge

/// zlib's CRC-32 from Platform, whose vectors are tested there.
func checksum(_ bytes: [UInt8]) -> UInt32 { CRC32.checksum(bytes) }

@Suite("WireFormat.md")
struct WireFormatTests {
    static func page() throws -> String {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Bridge/WireFormat.md").standardized
        return try String(contentsOf: page, encoding: .utf8)
    }

    /// What stands between ```language fences on the page, in order.
    static func blocks(_ language: String) throws -> [String] {
        try page().components(separatedBy: "```\(language)\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }

    @Test("shows the bytes this module writes and reads")
    func golden() throws {
        let shown = try Self.blocks("hex").map { $0.filter { !$0.isWhitespace } }
        try #require(shown.count == 2)
        #expect(Self.hex(SampleCodec(axes: 2, features: 1).bytes(Golden.sample)) == shown[0])
        #expect(Self.hex(CommandCodec(axes: 2).bytes(Golden.command)) == shown[1])
    }

    @Test("has a Python program that packs the same bytes")
    func python() throws {
        let environment = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let interpreters = environment.split(separator: ":").map { "\($0)/python3" }
        guard let python = interpreters.first(where: { access($0, X_OK) == 0 }) else { return }
        let program = try #require(try Self.blocks("python").first)
        #expect(program.split(separator: "\n").count <= 30)
        let output = "/tmp/hone-wire-\(getpid()).txt"
        defer { try? Files.remove(output) }
        let child = try ChildProcess.spawn(
            executable: python, arguments: ["-c", program], output: output, errors: output)
        #expect(child.wait() == 0)
        let printed = String(decoding: try Files.read(output, limit: 10_000), as: UTF8.self)
        let shown = try Self.blocks("hex").map { $0.filter { !$0.isWhitespace } }
        #expect(printed.split(separator: "\n").map(String.init) == shown)
    }

    /// Every message that stands on the page, in order.
    static func shownMessages() throws -> [String] {
        let text = try page()
        let inline = text.components(separatedBy: "`").filter {
            $0.hasPrefix("{\"type\":") && !$0.contains("…") && !$0.contains("\n")
        }
        return inline + (try blocks("json"))
    }

    @Test("shows messages that this module reads and writes, key by key")
    func messages() throws {
        let shown = try Self.shownMessages()
        #expect(shown.count == 24)
        var kinds: [String: Int] = [:]
        for text in shown {
            let data = Data(text.utf8)
            let object = try #require(
                try JSONSerialization.jsonObject(with: data) as? NSDictionary)
            let kind = try #require(object["type"] as? String)
            kinds[kind, default: 0] += 1
            let isRequest = ["hello", "start", "reset", "stop", "release"].contains(kind)
            let written =
                isRequest
                ? try SlowPath.encode(
                    try JSONDecoder().decode(Numbered<AgentMessage>.self, from: data))
                : try SlowPath.encode(
                    try JSONDecoder().decode(Numbered<BridgeMessage>.self, from: data))
            let again = try JSONSerialization.jsonObject(with: Data(written)) as? NSDictionary
            #expect(again == object, "\(text)")
        }
        #expect(kinds["describe"] == 2 && kinds["error"] == 3 && kinds["hello"] == 2)
    }

    @Test("names every code")
    func codes() throws {
        let text = try Self.page()
        for refusal in Refusal.allCases {
            #expect(text.contains("`\(refusal.rawValue)`"), "\(refusal)")
        }
        for code in StopCode.allCases {
            #expect(text.contains("`\(code.rawValue)`"), "\(code)")
        }
    }
}
