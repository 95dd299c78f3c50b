import Configuration
import Embodiment
import Experience
import Foundation
import Learning
import Neural
import Platform
import Recipe
import Report

/// What recorded episodes or weights say that their numbers mean, and whether they mean the same here.
///
/// The one place where what was recorded meets the robot that it is to be used on.
struct RecordedMeaning {
    /// The keys of a weight file's metadata.
    static let key = "hone.compatibility"
    static let algorithmKey = "hone.algorithm"

    /// What they say; nil where they say nothing that can be read.
    let compatibility: Compatibility?
    /// Why they do not; a sentence for who goes on without it.
    let silence: String
    /// The task that they are of; nil where they do not say.
    let task: String?

    /// With which settings weights were trained, by the keys of a launch file; nil for data, and where they do not say.
    let algorithm: [String: String]?

    /// Of a session directory, its `log/` folder, or a log.
    init(ofData path: String) throws(LogError) {
        let record = try SessionFiles(of: path).session
        let found = record.flatMap { try? SessionRecord(reading: $0) }
        compatibility = found?.meaning
        task = found?.task
        algorithm = nil
        silence =
            "\(path): "
            + (record.map { "\($0.path) does not say which robot" } ?? "no session.json says whose")
            + " episodes they are: only how many numbers they have could be compared"
    }

    /// Of a weight file: what is written in it, else what the session says that it lies in.
    init(ofWeights file: String, _ bytes: [UInt8]) {
        let content = try? WeightFile.decode(bytes)
        let session = NewestLearner.session(of: file)
        let written = content?.text(Self.key).flatMap(Compatibility.init(text:))
        let found = session.flatMap { try? SessionRecord(reading: $0.session) }
        compatibility = written ?? found?.meaning
        task = written?.task ?? found?.task
        algorithm =
            content?.text(Self.algorithmKey).flatMap {
                try? JSONDecoder().decode([String: String].self, from: Data($0.utf8))
            } ?? found.flatMap { try? $0.readLaunch().algorithm.meaning }
        silence =
            "\(file) does not say of which robot its weights are: only how many numbers they are "
            + "for could be compared"
    }

    /// What weight files of a launch say.
    static func labels(of launch: Launch) -> [(key: String, value: String)] {
        let settings = launch.algorithm.meaning.mapValues { JSONValue.string($0) }
        return [
            (key: key, value: Compatibility(launch.robot, task: launch.task.name).text),
            (key: algorithmKey, value: JSONValue.object(settings).line),
        ]
    }

    /// A line where they are of another task than the one they are used for, which is no reason to refuse them; nil else.
    func otherTask(than name: String) -> String? {
        guard let task, task != name else { return nil }
        return
            "recorded in the task \(task.printable), used here in \(name.printable); the robot and what it "
            + "observes agree"
    }

    /// Why weights mean something else under a launch's settings, as a sentence with its lines; nil where they do not.
    ///
    /// - Parameter tell: told in a line when they do not say with which they were trained.
    func refusal(under settings: AlgorithmSettings, _ tell: (String) -> Void) -> String? {
        guard let algorithm else {
            tell(
                "the weights do not say with which denoising steps, discount and ends of values they were trained: only "
                    + "the shapes of their tensors could be compared")
            return nil
        }
        let here = settings.meaning
        let differences = Set(here.keys).union(algorithm.keys).sorted().compactMap { key in
            algorithm[key] == here[key]
                ? nil : "\(key): \(algorithm[key] ?? "none") there, \(here[key] ?? "none") here"
        }
        guard !differences.isEmpty else { return nil }
        return
            "its weights were trained under settings with which they are other weights; use those, or "
            + "train again:" + Compatibility.itemised(differences)
    }

    /// Why they cannot be used on a robot, as a sentence with its lines; nil where they can.
    ///
    /// - Parameter tell: told in a line when nothing could be compared.
    func refusal(on robot: RobotDescription, _ tell: (String) -> Void) -> String? {
        guard let compatibility else {
            tell(silence)
            return nil
        }
        let differences = Compatibility(robot).differences(
            from: compatibility, .init(there: "there", here: "here"))
        guard !differences.isEmpty else { return nil }
        return "their numbers mean something else than those of \(robot.name) here; use the "
            + "robot's file as it was then, or record again:" + Compatibility.itemised(differences)
    }
}
