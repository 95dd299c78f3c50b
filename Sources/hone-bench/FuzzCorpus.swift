import Foundation

/// The kept inputs of one parser: a text file, an input a line, in base64.
struct FuzzCorpus {
    let path: String

    /// All kept inputs; none where there is no file.
    func inputs() throws -> [[UInt8]] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            guard let data = Data(base64Encoded: String($0)) else {
                throw CocoaError(.fileReadCorruptFile, userInfo: [NSFilePathErrorKey: path])
            }
            return Array(data)
        }
    }

    /// Writes inputs into a folder, a file each.
    func write(_ inputs: [[UInt8]], into folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, input) in inputs.enumerated() {
            try Data(input).write(to: URL(fileURLWithPath: "\(folder)/kept-\(index)"))
        }
    }

    /// Makes a folder's files the kept inputs, in an order that does not depend on the file system.
    func keep(folder: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let lines = try files.map {
            try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")).base64EncodedString()
        }
        let text = Set(lines).sorted { ($0.count, $0) < ($1.count, $1) }.joined(separator: "\n")
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
