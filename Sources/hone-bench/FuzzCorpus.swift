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
}
