import Experience
import Foundation
import Platform

/// What an import has made so far of a session, so that one that fails leaves nothing of its own and everything of others.
struct MadeFiles {
    /// Files that this import has made.
    var files: [String] = []
    /// Folders that were not there before, the outer one last.
    private let folders: [String]

    /// Looks what of a session's directory is there; nothing is made yet.
    init(in directory: SessionDirectory) {
        folders = [directory.log, directory.weights, directory.checkpoints, directory.url]
            .map(\.path).filter { !Files.exists($0) }
    }

    /// Removes the files, and the folders where nothing else is in them.
    func remove() {
        for file in files { try? Files.remove(file) }
        for folder in folders { rmdir(folder) }
    }
}
