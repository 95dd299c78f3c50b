import Experience
import Foundation

/// A folder of this process alone, gone with the last reference.
final class TemporaryFolder {
    private let folder: String

    /// Makes it, mode 0700.
    init() throws(SessionDirectoryError) {
        // mkdtemp replaces the six letters at the end.
        let name = "/hone-" + String(repeating: "X", count: 6)
        var template = Array((FileManager.default.temporaryDirectory.path + name).utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .unwritable(FileManager.default.temporaryDirectory.path, "errno \(errno)")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The path of a file in it.
    func path(_ name: String) -> String { folder + "/" + name }
}
