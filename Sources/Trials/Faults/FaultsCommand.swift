import Bridge
import Foundation
import Platform
import Report

/// `hone faults`: the fault catalogue as a program.
public enum FaultsCommand {
    /// Prints every row, without running any.
    public static func list(json: Bool) {
        if json {
            let rows = FaultCatalogue.all.map { row -> JSONValue in
                [
                    "id": .string(row.id), "fault": .string(row.fault),
                    "injection": .string(row.injection), "robot_must": .string(row.robot),
                    "operator_must_see": .string(row.operatorSees),
                ]
            }
            Terminal.writeToStandardOutput(JSONValue.object(["rows": .array(rows)]).pretty + "\n")
            return
        }
        for row in FaultCatalogue.all {
            let id = row.id.padding(toLength: 4, withPad: " ", startingAt: 0)
            Terminal.writeToStandardOutput("\(id) \(row.fault) (\(row.injection)): \(row.robot)\n")
        }
    }

    /// Runs rows, all or some, in real time against real processes.
    ///
    /// - Parameters:
    ///   - ids: rows to run; empty for all.
    ///   - page: file for a Markdown page of the results.
    /// - Throws: `FaultsFound` when a row fails.
    public static func run(ids: [String], seed: UInt64, json: Bool, page: String?) throws {
        let known = Set(FaultCatalogue.all.map(\.id))
        for id in ids where !known.contains(id) {
            throw ArgumentError("the catalogue has no row \(id); --list shows them")
        }
        let rows = FaultCatalogue.all.filter { ids.isEmpty || ids.contains($0.id) }
        let lab = try FaultLab(seed: seed)
        let terminal = Terminal.standardOutput()
        var results: [FaultResult] = []
        for row in rows {
            let result = run(row, in: lab)
            results.append(result)
            if !json { Terminal.writeToStandardOutput(result.text(on: terminal)) }
        }
        if let page {
            try Files.replace(
                page, with: Array(FaultPage.text(results, seed: seed).utf8), permissions: 0o644)
        }
        let failed = results.filter { $0.verdict == .fail }
        if json {
            let object: JSONValue = [
                "seed": .unsigned(seed), "ok": .bool(failed.isEmpty),
                "rows": .array(results.map(\.json)),
            ]
            Terminal.writeToStandardOutput(object.pretty + "\n")
        } else {
            Terminal.writeToStandardOutput(FaultPage.summary(results) + "\n")
        }
        if !failed.isEmpty { throw FaultsFound(rows: failed.map(\.row.id)) }
    }

    private static func run(_ row: FaultRow, in lab: FaultLab) -> FaultResult {
        let began = lab.clock.now
        let (trial, trials) = WallClockTrials.make {
            inject(row, in: lab)
        } isGood: {
            $0.verdict != .fail
        }
        return FaultResult(
            row: row, verdict: trial.verdict, evidence: trial.evidence,
            seconds: (lab.clock.now - began).inSeconds, trials: trials)
    }

    private static func inject(
        _ row: FaultRow, in lab: FaultLab
    ) -> (verdict: FaultResult.Verdict, evidence: FaultEvidence) {
        do {
            let evidence = try row.run(lab)
            return (evidence.problems.isEmpty ? .pass : .fail, evidence)
        } catch let impossible as FaultNotPossible {
            return (.notPossible, FaultEvidence(problems: [impossible.reason]))
        } catch {
            return (.fail, FaultEvidence(problems: ["\(error)"]))
        }
    }

    /// Measures how soon the robot brakes when its agent dies, or its samples stop, at a random moment.
    ///
    /// - Parameter end: `killed`, `stopped` or `stale`.
    public static func measureBraking(count: Int, end: String, seed: UInt64, json: Bool) throws {
        guard let end = BrakingMeasurement.End(rawValue: end) else {
            throw ArgumentError(
                "an agent is killed or stopped, or its samples are stale; not \(end)")
        }
        guard count > 0 else { throw ArgumentError("at least one measurement") }
        let lab = try FaultLab(seed: seed)
        var measurement = BrakingMeasurement()
        try measurement.run(in: lab, count: count, end: end) { done in
            if !json, done.isMultiple(of: 50) {
                Terminal.writeToStandardError("\(done) of \(count)\n")
            }
        }
        if json {
            let object: JSONValue = [
                "seed": .unsigned(seed), "agent": .string(end.rawValue),
                "delays_ms": .array(measurement.delays.map { .number($0.inSeconds * 1000) }),
                "failures": .array(measurement.failures.map { .string($0) }),
                "ended_before": .array(measurement.endedBefore.map { .string($0) }),
            ]
            Terminal.writeToStandardOutput(object.line + "\n")
        } else {
            let what =
                end == .stale
                ? "last sample → first braking command"
                : "agent \(end.rawValue) → first braking period"
            Terminal.writeToStandardOutput("\(what), seed \(seed): \(measurement.text)\n")
            for words in measurement.failures + measurement.endedBefore {
                Terminal.writeToStandardOutput(words.trimmingCharacters(in: .newlines) + "\n")
            }
        }
        let isLate = measurement.delays.contains { $0 > FaultCatalogue.braking }
        if isLate || !measurement.failures.isEmpty { throw FaultsFound(rows: ["1"]) }
    }
}
