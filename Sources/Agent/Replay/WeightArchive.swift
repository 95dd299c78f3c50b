import Configuration
import Embodiment
import Experience
import Learning
import Models
import Neural

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

    private let directory: SessionDirectory
    private let staging: Arena
    private var version: UInt32?

    /// Nothing is read yet.
    init(_ session: RecordedSession) {
        let robot = session.launch.robot
        directory = session.directory
        actor = Actor(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: session.launch.algorithm)
        staging = Arena(count: actor.snapshotLayout.count)
    }

    /// Puts a version into the actor, unless it is there already.
    ///
    /// - Returns: false when the session does not have it.
    func take(_ wanted: UInt32) -> Bool {
        if wanted == version { return true }
        guard missing[wanted] == nil else { return false }
        do {
            try WeightFile.read(
                version: wanted, from: directory, layout: actor.snapshotLayout.layout,
                into: staging.base)
        } catch {
            missing[wanted] = "\(error)"
            return false
        }
        actor.load(UnsafeBufferPointer(start: staging.base, count: staging.count))
        version = wanted
        loads += 1
        return true
    }
}
