import Configuration
import Platform
import Report

/// A comparison as a terminal shows it.
extension SessionComparison {
    /// Sessions, arms, differences and what could not be compared; ends in a newline.
    func text(on terminal: Terminal) -> String {
        var parts = [sessionTable]
        if !settingLines.isEmpty {
            parts.append(terminal.bold("Settings that differ from arm 1") + "\n" + settingLines)
        }
        if arms.count > 1 || arms.contains(where: { $0.sessions.count > 1 }) {
            parts.append(terminal.bold("Arms") + "\n" + armTable)
        }
        if arms.count > 1 {
            parts.append(
                terminal.bold("Difference from arm 1, sessions of the same seed") + "\n" + pairTable
            )
        }
        if !notes.isEmpty {
            parts.append(terminal.yellow("Note") + "\n" + notes.map { "  \($0)\n" }.joined())
        }
        if !problems.isEmpty {
            parts.append(
                terminal.yellow("Not compared") + "\n"
                    + problems.map { "  \($0)\n" }.joined())
        }
        return parts.joined(separator: "\n")
    }

    private var sessionTable: String {
        var table = TextTable(
            [.init(head: "session", isRight: false)]
                + Self.sessionHeads.map { .init(head: $0) })
        for session in sessions { table.add([session.name] + cells(of: session)) }
        return table.text
    }

    /// What is told of a session behind its name.
    static let sessionHeads = [
        "arm", "seed", "success before", "success after", "min to 50 %", "75 %", "90 %",
        "area", "stops", "clipped", "learner s/min",
    ]

    /// The texts below those heads.
    func cells(of session: ComparedSession) -> [String] {
        let figures = session.figures
        let minutes = SuccessCurve.marks.map { mark in
            figures.map { FigureText.minutes(SuccessCurve($0.curve).minutes(to: mark)) }
                ?? FigureText.none
        }
        return [
            arm(of: session).map { "\($0)" } ?? FigureText.none, "\(session.record.seed)",
            figures?.successBefore?.text ?? FigureText.none,
            figures?.successAfter?.text ?? FigureText.none,
        ] + minutes + [
            FigureText.percent(figures?.area), figures.map { "\($0.stops)" } ?? FigureText.none,
            FigureText.percent(figures?.clippedShare),
            FigureText.number(figures?.learnerSecondsPerMinute),
        ]
    }

    private var settingLines: String {
        arms.filter { !$0.differences.isEmpty }.map { arm in
            "  arm \(arm.number)\n"
                + arm.differences.map {
                    "    \($0.key): \($0.here ?? "(not given)") instead of \($0.there ?? "(not given)")\n"
                }.joined()
        }.joined()
    }

    private var armTable: String {
        var table = TextTable(Self.armHeads.map { .init(head: $0) })
        for arm in arms { table.add(cells(of: arm)) }
        return table.text
    }

    /// What is told of an arm.
    static let armHeads = [
        "arm", "seeds", "success after", "area", "worst seed", "90 % reached", "min to 90 %",
    ]

    /// The texts below those heads.
    func cells(of arm: ComparedArm) -> [String] {
        let figures = arm.figures
        let reached = figures.reached(0.9)
        return [
            "\(arm.number)", arm.sessions.map { "\($0.record.seed)" }.joined(separator: " "),
            figures.success.text, FigureText.percent(figures.area),
            FigureText.percent(figures.worst), "\(reached.count) of \(arm.sessions.count)",
            FigureText.number(reached.minutes),
        ]
    }

    private var pairTable: String {
        var table = TextTable(
            Self.pairHeads.map { .init(head: $0, isRight: $0 != "figure") })
        for row in pairRows { table.add(row) }
        return table.text
    }

    /// What is told of two arms.
    static let pairHeads = [
        "arm", "figure", "pairs", "mean difference, points (95 %)", "sign-flip p",
    ]

    /// The texts below those heads.
    var pairRows: [[String]] {
        guard let first = arms.first?.figures else { return [] }
        return arms.dropFirst().flatMap { arm in
            ArmFigures.compared.map { figure in
                let difference = arm.figures.difference(from: first, in: figure.value)
                return [
                    "\(arm.number)", figure.name, "\(difference?.count ?? 0)",
                    FigureText.points(difference), FigureText.signFlip(difference),
                ]
            }
        }
    }
}
