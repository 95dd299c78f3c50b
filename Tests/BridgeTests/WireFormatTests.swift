import Bridge
import Foundation
import Platform
import Testing

/// zlib's CRC-32 from Platform, whose vectors are tested there.
func checksum(_ bytes: [UInt8]) -> UInt32 { CRC32.checksum(bytes) }

@Suite("WireFormat.md")
struct WireFormatTests {
    /// What stands between ```language fences on the page, in order.
    static func blocks(_ language: String) throws -> [String] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Bridge/WireFormat.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.components(separatedBy: "```\(language)\n").dropFirst()
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

    @Test("shows messages this module reads")
    func messages() throws {
        let description = try #require(try Self.blocks("json").first)
        let read = try JSONDecoder().decode(BridgeMessage.self, from: Data(description.utf8))
        guard case .describe(let found) = read else {
            Issue.record("the page's description is read as \(read)")
            return
        }
        #expect(found.robot == "sim-widowx" && found.bootID == 0xFEDC_BA98_7654_3210)
    }
}
