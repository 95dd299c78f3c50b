import Configuration
import Platform
import Report

/// The table of a grid's results, in Markdown.
struct GridTable {
    private let grid: Grid
    private let results: [GridResult]
    private let stale: [String]

    init(_ grid: Grid, _ found: (results: [GridResult], stale: [String])) {
        self.grid = grid
        (results, stale) = found
    }

    /// A row for each arm, and below it what else a reader must know; ends without a newline.
    var text: String {
        let heads = [
            "arm", "seeds", "success at the end", "area", "worst seed", "90 % reached",
            "min to 90 %", "stops", "clipped", "learner s/min", "Δ success, points (95 %)", "p",
            "Δ area, points (95 %)", "p",
        ]
        let rows = grid.arms.map { arm in cells(of: arm) }
        let table = ([heads, heads.map { _ in "---" }] + rows).map {
            "| " + $0.joined(separator: " | ") + " |"
        }
        return ([grid.summary, ""] + table + notes).joined(separator: "\n")
    }

    private func figures(of arm: Grid.Arm) -> ArmFigures {
        ArmFigures(results.filter { $0.arm == arm.name }.map(\.figures))
    }

    private func cells(of arm: Grid.Arm) -> [String] {
        let figures = figures(of: arm)
        guard !figures.sessions.isEmpty else {
            return [arm.name, "0 of \(grid.seeds.count)"]
                + [String](repeating: FigureText.none, count: 12)
        }
        let reached = figures.reached(0.9)
        return [
            arm.name, "\(figures.sessions.count) of \(grid.seeds.count)", figures.success.text,
            FigureText.percent(figures.area), FigureText.percent(figures.worst),
            "\(reached.count) of \(figures.sessions.count)", FigureText.number(reached.minutes),
            "\(figures.sessions.reduce(0) { $0 + $1.stops })",
            FigureText.percent(figures.mean(\.clippedShare)),
            FigureText.number(figures.mean(\.learnerSecondsPerMinute)),
        ] + differences(of: figures, arm)
    }

    /// From the first arm.
    private func differences(of figures: ArmFigures, _ arm: Grid.Arm) -> [String] {
        guard let first = grid.arms.first, first.name != arm.name else {
            return [String](repeating: FigureText.none, count: 4)
        }
        let base = self.figures(of: first)
        return ArmFigures.compared.flatMap { figure in
            let difference = figures.difference(from: base, in: figure.value)
            let isWhole = difference?.count == grid.seeds.count
            return [
                FigureText.points(difference)
                    + (isWhole || difference == nil ? "" : ", \(difference?.count ?? 0) pairs"),
                FigureText.signFlip(difference),
            ]
        }
    }

    private var notes: [String] {
        var notes: [String] = []
        if let first = grid.arms.first, grid.arms.count > 1 {
            notes += [
                "",
                "Δ: from \(first.name), mean over sessions of the same seed with Student's t; p: exact sign-flip test, "
                    + "two-sided. Other intervals are binomial and hold no spread between seeds.",
            ]
        }
        for (name, values) in [
            ("commits", results.compactMap(\.commit)), ("kernels", results.compactMap(\.kernels)),
        ] {
            let different = Set(values).sorted()
            if different.count > 1 {
                notes += [
                    "", "Results are of several \(name): \(different.joined(separator: ", ")).",
                ]
            }
        }
        if !stale.isEmpty {
            notes +=
                ["", "Left out, for they are not of what would run now:"]
                + stale.map { "- \($0)" }
        }
        return notes
    }
}
