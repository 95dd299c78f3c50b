import Foundation

/// A folder of this process alone, gone with the last reference.
final class TemporaryFolder {
    private let folder: String

    /// Makes it, mode 0700.
    init() throws(SessionError) {
        var template = Array(
            (FileManager.default.temporaryDirectory.path + "/hone-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .unwritable(FileManager.default.temporaryDirectory.path, "errno \(errno)")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The path of a file in it.
    func path(_ name: String) -> String { folder + "/" + name }
}
