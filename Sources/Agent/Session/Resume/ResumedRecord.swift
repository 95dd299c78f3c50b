import Configuration
import Embodiment
import Experience
import Foundation

/// The record of a session that is to go on, held against the project of whoever asks for it.
///
/// What runs is the caller's: the project around them or one that they name, and what they allow beside it. The record
/// only says which of it. Nothing has moved and nothing is changed.
struct ResumedRecord {
    /// Which command goes on.
    let command: SessionKind
    /// The caller's.
    let project: Project
    private let record: SessionRecord
    private let asked: ResumeRequest

    /// Reads the record of a session.
    ///
    /// - Throws: also where the caller's project is not the session's, or lies in the session's directory.
    init(_ asked: ResumeRequest) throws {
        self.asked = asked
        record = try SessionRecord(
            reading: SessionDirectory(holding: URL(fileURLWithPath: asked.directory)).session)
        guard let command = record.command, command.isResumable, let recorded = record.project
        else {
            throw ResumeError.notResumable(asked.directory, command: record.command?.rawValue)
        }
        self.command = command
        if let named = asked.project {
            guard let found = Project.find(from: named) else { throw NoProject(folder: named) }
            project = found
        } else {
            project = try ProjectLocation.find()
            guard Self.real(recorded) == Self.real(project.root) else {
                throw ResumeError.otherProject(
                    asked.directory, recorded: recorded, here: project.root)
            }
        }
        guard !isOwn(project.root) else {
            throw ResumeError.ownFiles(asked.directory, project.root)
        }
    }

    /// What of it a person must allow.
    var orders: RecordedOrders { RecordedOrders(of: record) }

    /// Reads the launch once more, with all that it was begun with, which a person has allowed.
    ///
    /// - Throws: `ResumeError` where its files are not what they were, or are the session's own.
    func readLaunch() throws -> (launch: Launch, request: SessionRequest) {
        try orders.confirm(asked)
        var request = record.request(resuming: asked)
        let path = record.launchPath
        request.launch = path.hasPrefix("/") ? path : "\(project.root)/\(path)"
        let launch = try LaunchFile.read(
            request.launch, in: project, overrides: request.overrides)
        for source in launch.sources {
            let place = source.path.hasPrefix("/") ? source.path : "\(project.root)/\(source.path)"
            guard !isOwn(place) else { throw ResumeError.ownFiles(asked.directory, place) }
        }
        let changes = record.changes(in: launch)
        guard changes.isEmpty else {
            let differences = record.meaning.map {
                Compatibility(launch.robot).differences(
                    from: $0, .init(there: "in the session", here: "now"))
            }
            throw ResumeError.refused(
                asked.directory, .configuration(changes, differences ?? []))
        }
        return (launch, request)
    }

    /// Whether something lies in the session's directory.
    private func isOwn(_ path: String) -> Bool {
        let (directory, place) = (Self.real(asked.directory), Self.real(path))
        return place == directory || place.hasPrefix(directory + "/")
    }

    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
}
