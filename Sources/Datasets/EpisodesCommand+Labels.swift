import Embodiment
import Experience
import Foundation
import Platform
import Report

extension EpisodesCommand {
    /// Says how an episode ended after all; what was recorded stays as it is.
    ///
    /// - Parameters:
    ///   - path: a session directory or a log.
    ///   - number: of the episode.
    ///   - outcome: `success`, `failure` or `aborted`; nil with `undo`.
    ///   - undo: as recorded again.
    public static func relabel(
        _ path: String, episode number: UInt32, outcome: String?, reason: String, undo: Bool,
        json: Bool
    ) throws {
        if undo == (outcome != nil) {
            throw ArgumentError(
                "name the outcome (\(outcomes)), or --undo to count it as recorded again")
        }
        let label = EpisodeLabel(
            episode: number, outcome: try change(outcome, otherwise: .asRecorded), reason: reason)
        try append(label, to: path, json: json)
    }

    /// Says which steps of an episode count; what was recorded stays as it is.
    ///
    /// - Parameters:
    ///   - path: a session directory or a log.
    ///   - number: of the episode.
    ///   - first: first step that is kept, numbered as recorded; nil for 0.
    ///   - last: last step that is kept; nil for the episode's.
    ///   - outcome: how the kept part ended; needed when the step that succeeded is cut off.
    ///   - undo: all steps count again.
    public static func trim(
        _ path: String, episode number: UInt32, first: Int?, last: Int?, outcome: String?,
        reason: String, undo: Bool, json: Bool
    ) throws {
        let recorded = try find(number, in: SessionArchive(path)).recorded
        let count = recorded.transitions.count
        if undo == (first != nil || last != nil) {
            throw ArgumentError(
                "name --first or --last, the steps to keep, or --undo to keep all again")
        }
        var label = EpisodeLabel(episode: number, steps: .asRecorded, reason: reason)
        label.outcome = try change(outcome, otherwise: .none)
        if !undo {
            let (from, to) = (first ?? 0, last ?? count - 1)
            guard from >= 0, from <= to, to < count else {
                throw ArgumentError(
                    "steps \(from) to \(to) are not in episode \(number), which has \(count): "
                        + "0 to \(count - 1)")
            }
            if recorded.outcome == .success, to < count - 1, outcome == nil {
                throw ArgumentError(
                    "step \(count - 1), which succeeded, would be cut off: say with --outcome "
                        + "(\(outcomes)) how the rest ended")
            }
            label.steps = .to(from..<to + 1)
        }
        try append(label, to: path, json: json)
    }

    private static var outcomes: String {
        EpisodeOutcome.allCases.map(\.name).joined(separator: ", ")
    }

    private static func change(
        _ word: String?, otherwise: EpisodeLabel.Change<EpisodeOutcome>
    ) throws(ArgumentError) -> EpisodeLabel.Change<EpisodeOutcome> {
        guard let word else { return otherwise }
        guard let outcome = EpisodeOutcome.allCases.first(where: { $0.name == word }) else {
            throw ArgumentError("no outcome \(word); there are \(outcomes)")
        }
        return .to(outcome)
    }

    /// Appends a label and prints what the episode is now.
    private static func append(_ label: EpisodeLabel, to path: String, json: Bool) throws {
        let before = try SessionArchive(path)
        _ = try find(label.episode, in: before)
        let now = MonotonicTime(nanoseconds: UInt64(Date().timeIntervalSince1970 * 1e9))
        let file = try before.append(label, at: now)
        let entry = try find(label.episode, in: SessionArchive(path))
        if json {
            let value = JSONValue.object([
                "file": .string(file), "episode": summary(of: entry),
            ])
            return Terminal.writeToStandardOutput(value.pretty + "\n")
        }
        let text = labelText(of: entry)
        Terminal.writeToStandardOutput(
            "episode \(label.episode): \(entry.episode.outcome.name), "
                + "\(entry.episode.transitions.count) steps"
                + (text.isEmpty ? " (as recorded)" : " (\(text))") + "; \(file)\n")
    }
}
