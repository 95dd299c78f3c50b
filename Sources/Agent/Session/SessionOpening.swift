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
    /// What a person should know of what the session begins with.
    let warnings: [String]

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
        var warnings: [String] = []
        func warn(_ line: String) {
            progress.tell(line)
            warnings.append(line)
        }
        // First of all: what cannot be used leaves no session directory behind.
        if !request.isResume { try OfflineData.refuseTwice(request.offlineData(of: launch)) }
        for path in request.offlineData(of: launch) {
            try OfflineData.find(path)
            try OfflineData.check(path, for: launch, warn)
        }
        for line in launch.remarks { warn(line) }
        if let line = Self.noPoint(request, launch) { warn(line) }
        if request.isResume {
            fresh = nil
            directory = try SessionDirectory(resuming: url)
            lock = try SessionLock(url.path)
            for finding in try LogRings.recover(in: directory.log.path) {
                progress.tell("\(finding)")
            }
            resumption = try Resumption(in: directory)
            start =
                resumption.point == nil
                ? try StartingWeights(of: request, for: launch, warn) : nil
        } else {
            start = try StartingWeights(of: request, for: launch, warn)
            fresh = FreshDirectory(at: url)
            directory = try SessionDirectory(creating: url)
            lock = try SessionLock(url.path)
            resumption = Resumption(from: nil)
            try SessionRecord(request: request, launch: launch, project: project)
                .write(to: directory.session)
        }
        self.warnings = warnings
    }

    /// That no evaluation on the way will come, where some were asked for; nil where one will.
    private static func noPoint(_ request: SessionRequest, _ launch: Launch) -> String? {
        guard request.command == .demo || request.command == .finetune,
            let points = launch.session.evaluationPoints,
            points.everyMinutes >= launch.session.robotMinutes
        else { return nil }
        return
            "session.evaluate_every_minutes \(NumberText.short(points.everyMinutes)) is not within robot_minutes "
            + "\(NumberText.short(launch.session.robotMinutes)): there is no evaluation on the way"
    }
}
