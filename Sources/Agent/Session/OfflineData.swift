import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Report

/// Recorded sessions as offline data: what `--data` and `session.offline_data` name.
enum OfflineData {
    /// Makes sure that there is something to read where a session is named; reads none of it.
    ///
    /// - Throws: `LogError` where there is not.
    static func find(_ path: String) throws(LogError) {
        for log in try SessionFiles(of: path).logs {
            do throws(PlatformError) { _ = try FileDescriptor(opening: log, .record) } catch {
                throw .cannotRead(error)
            }
        }
    }

    /// Refuses data whose numbers mean something else than those of a launch's robot; reads no log.
    ///
    /// - Parameter tell: told when the data do not say whose they are, or are of another task.
    /// - Throws: `UnfitData` for another robot, `LogError` where nothing can be looked for.
    static func check(_ path: String, for launch: Launch, _ tell: (String) -> Void) throws {
        let meaning = try RecordedMeaning(ofData: path)
        if let why = meaning.refusal(on: launch.robot, tell) { throw UnfitData(path, why) }
        if let line = meaning.otherTask(than: launch.task.name) { tell("\(path): \(line)") }
    }

    /// Refuses to learn from the same log twice, by whatever path it is named: its episodes would count double.
    ///
    /// - Throws: `UnfitData`, `LogError` where nothing can be looked for.
    static func refuseTwice(_ paths: [String]) throws {
        var known: [String: String] = [:]
        for path in paths {
            for log in try SessionFiles(of: path).logs {
                let real = URL(fileURLWithPath: log).resolvingSymlinksInPath().path
                if let earlier = known.updateValue(path, forKey: real) {
                    throw UnfitData(
                        path,
                        earlier == path
                            ? "it is named twice, and its episodes would count double; name it once"
                            : "its episodes are those of \(earlier), which is named too; name one of them"
                    )
                }
            }
        }
    }

    /// Admits what a session recorded, as its labels have it, and says in a few lines what that was.
    ///
    /// - Parameter known: the episodes of all that was named, to which its own are added.
    /// - Returns: what it was; and of logs that are damaged that they are, for the report.
    /// - Throws: `LogError` when there is nothing to read, `UnfitData` when an episode is not of this robot, or is one that
    ///   another name has brought.
    static func admit(
        _ path: String, into store: ReplayStore, _ known: inout KnownEpisodes
    ) throws -> (lines: [String], damage: [String]) {
        let archive = try SessionArchive(path)
        let lostBefore = store.admittedRows - UInt64(store.count)
        var refusals: [String: Int] = [:]
        var admitted = 0
        var labelled = 0
        var mistake: String?
        let reports = try archive.entries { entry in
            if entry.isLabelled { labelled += 1 }
            switch store.admit(entry.episode) {
            case .admitted:
                admitted += 1
                known.note(entry.recorded, of: path)
            case .wrongSize(let step):
                mistake =
                    mistake
                    ?? "step \(step) of episode \(entry.recorded.number) is not of a robot with "
                    + "\(store.observationCount) observed scalars and \(store.actionCount) axes"
            case .notFinite(let step):
                mistake =
                    mistake
                    ?? "step \(step) of episode \(entry.recorded.number) holds a number that is "
                    + "not finite"
            case .aborted: refusals["aborted", default: 0] += 1
            case .evaluation: refusals["for evaluation only", default: 0] += 1
            case .empty: refusals["without steps", default: 0] += 1
            case .tooLong(_, let limit):
                refusals["longer than \(limit) steps", default: 0] += 1
            }
        }
        if let mistake = mistake ?? known.complaint { throw UnfitData(path, mistake) }
        var lines: [String] = []
        for file in archive.labelReports + reports {
            lines += file.report.issues.map { "\(file.path): \($0)" }
        }
        let others = refusals.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let parts = ["\(admitted) episodes"] + (labelled > 0 ? ["\(labelled) as labelled"] : [])
        lines.append(
            "\(path): " + (parts + others.map { "left out: \($0)" }).joined(separator: ", "))
        let lost = store.admittedRows - UInt64(store.count) - lostBefore
        if lost > 0 {
            lines.append(
                "\(path): the replay store holds \(store.capacity) steps: the \(lost) oldest were "
                    + "dropped")
        }
        return (lines, (archive.labelReports + reports).compactMap(\.damage))
    }
}
