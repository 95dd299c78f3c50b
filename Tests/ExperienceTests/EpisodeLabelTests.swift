import Embodiment
import Platform
import SwiftProtobuf
import Testing

@testable import Experience

@Suite("Episode labels")
struct EpisodeLabelTests {
    private func labelled(
        _ episode: Episode, outcome: EpisodeLabel.Change<EpisodeOutcome> = .none,
        steps: EpisodeLabel.Change<Range<Int>> = .none
    ) -> Episode? {
        episode.labelled(
            EpisodeLabel(episode: episode.number, outcome: outcome, steps: steps))
    }

    @Test("A failure that was a success ends in a terminal step with reward 0, and back")
    func relabel() throws {
        let failure = Samples.episode(number: 1, steps: 4, outcome: .failure)
        let success = try #require(labelled(failure, outcome: .to(.success)))
        #expect(success.outcome == .success)
        #expect(success.transitions.map(\.reward) == [-1, -1, -1, 0])
        #expect(success.transitions.map(\.isTerminal) == [false, false, false, true])
        #expect(success.transitions.dropLast() == failure.transitions.dropLast())
        #expect(success.transitions[3].observation == failure.transitions[3].observation)
        let again = try #require(labelled(success, outcome: .to(.failure)))
        #expect(again == failure)
    }

    @Test("A failure in which the task became impossible stays terminal; aborted changes no step")
    func terminalFailure() throws {
        var failure = Samples.episode(number: 1, steps: 3, outcome: .failure)
        failure.transitions[2].isTerminal = true
        #expect(labelled(failure, outcome: .to(.failure)) == failure)
        let aborted = try #require(labelled(failure, outcome: .to(.aborted)))
        #expect(aborted.outcome == .aborted && aborted.transitions == failure.transitions)
    }

    @Test("Every range of steps is kept as it was, numbered from 0; no other range is")
    func trim() throws {
        let episode = Samples.episode(number: 2, steps: 5, outcome: .failure)
        for first in 0..<5 {
            for end in (first + 1)...5 {
                let kept = try #require(labelled(episode, steps: .to(first..<end)))
                #expect(kept.transitions.map(\.step) == (0..<UInt32(end - first)).map { $0 })
                #expect(
                    kept.transitions.map(\.observation)
                        == episode.transitions[first..<end].map(\.observation))
                #expect(kept.outcome == .failure)
            }
            #expect(labelled(episode, steps: .to(first..<first)) == nil)
            #expect(labelled(episode, steps: .to(first..<6)) == nil)
        }
    }

    @Test("A success whose end is cut off is no judgement, unless somebody says how it ended")
    func trimmedSuccess() throws {
        let episode = Samples.episode(number: 2, steps: 5, outcome: .success)
        #expect(labelled(episode, steps: .to(0..<4))?.outcome == .aborted)
        #expect(labelled(episode, steps: .to(1..<5))?.outcome == .success)
        let said = try #require(
            labelled(episode, outcome: .to(.success), steps: .to(0..<4)))
        #expect(said.outcome == .success)
        #expect(said.transitions.map(\.reward) == [-1, -1, -1, 0])
        #expect(said.transitions.last?.isTerminal == true)
    }

    @Test("Every label comes back from a log; one out of form is reported, not obeyed")
    func roundTrip() throws {
        let outcomes: [EpisodeLabel.Change<EpisodeOutcome>] = [
            .none, .asRecorded, .to(.success), .to(.failure), .to(.aborted),
        ]
        let steps: [EpisodeLabel.Change<Range<Int>>] = [
            .none, .asRecorded, .to(0..<1), .to(3..<9),
        ]
        var records: [LogRecord] = []
        for outcome in outcomes {
            for range in steps {
                records.append(
                    .label(
                        EpisodeLabel(
                            episode: UInt32(records.count), outcome: outcome, steps: range,
                            reason: "cup slipped")))
            }
        }
        let sink = MemorySink()
        try Samples.log(records, to: sink, chunk: 3)
        var found: [LogRecord] = []
        let report = try SessionLogReader(sink.bytes).records { record, _ in found.append(record) }
        #expect(found == records && report.isClean)
        #expect(report.messages == ["/episode/label": records.count])

        var backwards = Hone_EpisodeLabel()
        backwards.firstStep = 5
        backwards.endStep = 5
        var unknown = Hone_EpisodeLabel()
        unknown.outcome = .UNRECOGNIZED(9)
        for message in [backwards, unknown] {
            let bytes = try message.serializedBytes() as [UInt8]
            #expect(bytes.withUnsafeBytes { LogEncoding.decode(.label, $0) } == nil)
        }
    }
}
