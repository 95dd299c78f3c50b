import Configuration
import Platform
import Report

/// A comparison as one JSON object.
extension SessionComparison {
    var json: JSONValue {
        get throws(ReportError) {
            var rows: [JSONValue] = []
            for session in sessions { rows.append(try json(of: session)) }
            return .object([
                "sessions": .array(rows), "arms": .array(arms.map(json)),
                "differences": .array(pairs), "not_compared": .array(problems.map { .string($0) }),
                "notes": .array(notes.map { .string($0) }),
            ])
        }
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

    private func json(of session: ComparedSession) throws(ReportError) -> JSONValue {
        let curve = SuccessCurve(session.figures?.curve ?? [])
        var members: [String: JSONValue] = [
            "session": .string(session.name), "launch": .string(session.record.launch),
            "seed": .unsigned(session.record.seed),
            "settings_hash": .string(session.settings.hash),
            "arm": arm(of: session).map { JSONValue($0) } ?? .null,
            "problem": session.problem.map { .string($0) } ?? .null,
            "area": Self.number(session.figures?.area),
            "minutes_to": .array(
                SuccessCurve.marks.map {
                    .object([
                        "success": .number($0), "robot_minutes": Self.number(curve.minutes(to: $0)),
                    ])
                }),
            "clipped_share": Self.number(session.figures?.clippedShare),
            "learner_seconds_per_minute": Self.number(session.figures?.learnerSecondsPerMinute),
        ]
        if let figures = session.figures,
            case .object(let more) = try RecordCoding.value(of: figures)
        {
            members.merge(more) { own, _ in own }
        }
        return .object(members)
    }

    private func json(_ arm: ComparedArm) -> JSONValue {
        let figures = arm.figures
        let reached = figures.reached(0.9)
        let settings = arm.differences.map { difference in
            JSONValue.object([
                "key": .string(difference.key),
                "value": difference.here.map { .string($0) } ?? .null,
                "instead_of": difference.there.map { .string($0) } ?? .null,
            ])
        }
        return .object([
            "arm": JSONValue(arm.number),
            "seeds": .array(arm.sessions.map { .unsigned($0.record.seed) }),
            "settings": .array(settings), "successes": JSONValue(figures.success.successes),
            "episodes": JSONValue(figures.success.episodes), "area": Self.number(figures.area),
            "worst": Self.number(figures.worst), "reached_90": JSONValue(reached.count),
            "minutes_to_90": Self.number(reached.minutes),
        ])
    }

    private var pairs: [JSONValue] {
        guard let first = arms.first else { return [] }
        return arms.dropFirst().flatMap { arm in
            ArmFigures.compared.map { figure in
                let difference = arm.figures.difference(from: first.figures, in: figure.value)
                let interval = difference?.interval.map {
                    JSONValue.array([.number($0.lowerBound), .number($0.upperBound)])
                }
                return .object([
                    "arm": JSONValue(arm.number), "from": JSONValue(first.number),
                    "figure": .string(figure.key), "pairs": JSONValue(difference?.count ?? 0),
                    "mean": Self.number(difference?.mean), "ci95": interval ?? .null,
                    "sign_flip_p": Self.number(difference?.signFlip),
                ])
            }
        }
    }
}
