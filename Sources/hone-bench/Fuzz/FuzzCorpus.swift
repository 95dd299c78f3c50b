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

    /// Adds the inputs that are files of a folder, the shortest first, while all of them have at most `limit` bytes.
    ///
    /// - Returns: how many were added.
    func adopt(from folder: String, upTo limit: Int) throws -> Int {
        var known = Set(try inputs())
        var total = known.reduce(0) { $0 + $1.count }
        let found = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            FileManager.default.contents(atPath: "\(folder)/\($0)").map { [UInt8]($0) }
        }
        var added: [[UInt8]] = []
        for input in found.sorted(by: { ($0.count, $0.description) < ($1.count, $1.description) }) {
            guard total + input.count <= limit, known.insert(input).inserted else { continue }
            total += input.count
            added.append(input)
        }
        let text = try inputs() + added
        try text.map { Data($0).base64EncodedString() + "\n" }.joined()
            .write(toFile: path, atomically: true, encoding: .utf8)
        return added.count
    }
}
