import Foundation
import Platform
import Testing

@testable import Experience

@Suite("Data of others where a session is wanted")
struct ForeignFormatTests {
    @Test(
        "A data set that is no session is named, with the command that makes a session of it",
        arguments: [
            ("NPZ", "data.npz", "PK\u{3}\u{4}"), ("HDF5", "data.hdf5", "\u{9}HDF\r\n"),
            ("Parquet", "file-000.parquet", "PAR1"), ("Arrow", "data.arrow", "ARROW1"),
            ("LeRobot", "meta/info.json", "{}"), ("Minari", "data/main_data.hdf5", "\u{9}HDF"),
        ])
    func told(format: String, name: String, head: String) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/\(name)"
        try Files.makeDirectories(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        try Data(head.utf8).write(to: URL(fileURLWithPath: path))
        let input = name.contains("/") ? folder : path
        let error = #expect(throws: LogError.self) { try SessionArchive(input) }
        #expect(error == .foreign(path: input, format: format))
        #expect(error?.exitCode == 65)
        let text = error?.description ?? ""
        #expect(text.contains("hone episodes import \(input) --launch"), "\(text)")
    }

    @Test("A folder that is no session says so, and which sessions are in it")
    func folders() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Files.makeDirectories(folder + "/a")
        #expect(throws: LogError.noSession(path: folder, inside: [])) {
            try SessionArchive(folder)
        }
        for name in ["b-0001", "b-0002"] {
            try Files.makeDirectories("\(folder)/\(name)/log")
            try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)/session.json"))
        }
        let error = #expect(throws: LogError.self) { try SessionArchive(folder) }
        #expect(error == .noSession(path: folder, inside: ["b-0001", "b-0002"]))
        let text = error?.description ?? ""
        #expect(text.contains("name one of the 2 in it, such as \(folder)/b-0002"), "\(text)")
        // One that was begun and has no log yet is a session.
        _ = try SessionArchive(folder + "/b-0001")
    }
}
