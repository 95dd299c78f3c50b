import Experience
import Foundation
import Learning
import Platform

/// The learner's state that `--weights` names: a file, or the newest of a session directory.
enum NewestLearner {
    /// The newest learner of a session directory, or the file that `path` names.
    ///
    /// What was killed may have learned more since its last checkpoint: the newest of its resume
    /// points then has the learner, as a checkpoint does.
    /// - Throws: where there is none, and where there are points and none is whole.
    static func read(_ path: String) throws(CheckpointError) -> (file: String, bytes: [UInt8]) {
        guard !path.hasSuffix(".safetensors") else {
            return (path, try CheckpointFile.read(path))
        }
        let folder = path + "/checkpoints"
        do throws(PlatformError) { try Files.demandDirectory(folder) } catch {
            throw .unreadable(error)
        }
        let last = CheckpointFile.newest(in: folder)
        do throws(ResumeRefusal) {
            if let point = try ResumePoint.newestLearner(in: folder),
                point.updates > last?.updates ?? -1
            {
                return (point.file, point.bytes)
            }
        } catch { throw .undecided(path, why: "\(error)", folder: folder) }
        guard let last else { throw .none(path) }
        return (last.file, try CheckpointFile.read(last.file, .record))
    }

    /// The session that a file of weights lies in: in a folder of it, or in a resume point.
    static func session(of file: String) -> SessionDirectory? {
        var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        for _ in 0..<2 {
            folder.deleteLastPathComponent()
            let directory = SessionDirectory(existing: folder)
            if Files.exists(directory.session.path) { return directory }
        }
        return nil
    }
}
