import Configuration
import Experience
import Foundation
import Platform
import Report

/// A session directory that has been made, or taken over, under this process' lock.
struct SessionOpening {
    let directory: SessionDirectory
    let lock: SessionLock
    let resumption: Resumption
    /// The checkpoint that the request names; nil where there is a point to go on from.
    let start: StartingWeights?
    /// Takes the directory back where the start fails; nil for a session that goes on.
    let fresh: FreshDirectory?

    /// - Parameter progress: told what was recovered.
    init(
        _ request: SessionRequest, _ launch: Launch, _ project: Project,
        _ progress: ProgressReporter
    ) throws {
        let url =
            request.directory.map { URL(fileURLWithPath: $0) }
            ?? SessionDirectory.next(
                named: launch.name, under: URL(fileURLWithPath: launch.session.directory))
        try SessionDirectory.checkRoom(at: url.path)
        if request.isResume {
            fresh = nil
            directory = try SessionDirectory(resuming: url)
            lock = try SessionLock(url.path)
            for finding in try LogRings.recover(in: directory.log.path) {
                progress.tell("\(finding)")
            }
            resumption = try Resumption(in: directory)
            start = resumption.point == nil ? try StartingWeights(of: request) : nil
        } else {
            // First of all: a mistyped path leaves no session directory behind.
            start = try StartingWeights(of: request)
            for path in request.data(with: launch) { try OfflineData.find(path) }
            fresh = FreshDirectory(at: url)
            directory = try SessionDirectory(creating: url)
            lock = try SessionLock(url.path)
            resumption = Resumption(from: nil)
            try SessionRecord(request: request, launch: launch, project: project)
                .write(to: directory.session)
        }
    }
}
