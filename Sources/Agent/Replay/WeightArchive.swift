import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Models
import Neural
import Recipe

/// The weights that a session kept, loaded one version at a time into an actor.
///
/// One thread. Versions that act one after the other are read once each; no more than one is in memory.
final class WeightArchive {
    /// The actor that holds the version taken last.
    let actor: Actor
    /// Versions read.
    private(set) var loads = 0
    /// Versions that are not there or cannot be used, and why.
    private(set) var missing: [UInt32: String] = [:]

    private let folder: VersionFolder
    private let retention: VersionRetention
    private let staging: Arena
    private var version: UInt32?

    /// Nothing is read yet.
    init(_ session: RecordedSession) {
        let robot = session.launch.robot
        folder = VersionFolder(session.directory.weights.path)
        retention = session.launch.session.retention
        actor = Actor(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: session.launch.algorithm)
        staging = Arena(count: actor.snapshotLayout.count)
    }

    /// Puts a version into the actor, unless it is there already.
    ///
    /// - Returns: false when the session does not have it.
    func load(_ wanted: UInt32) -> Bool {
        if wanted == version { return true }
        guard missing[wanted] == nil else { return false }
        do {
            try folder.read(wanted, layout: actor.snapshotLayout.layout, into: staging.base)
        } catch {
            missing[wanted] = reason(of: wanted, error)
            return false
        }
        actor.load(UnsafeBufferPointer(start: staging.base, count: staging.count))
        version = wanted
        loads += 1
        return true
    }

    /// Why a version cannot be loaded.
    private func reason(of version: UInt32, _ error: any Error) -> String {
        switch folder.place(of: version) {
        case .file: return "\(error)"
        case .worker(let id):
            return "a worker has them, as '\(id)': only it can decide with them again"
        case nil:
            guard retention != .acted else { return "\(error)" }
            return "not retained: the session kept \(retention) (session.retain_versions)"
        }
    }
}
