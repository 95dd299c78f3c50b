import Platform

/// One state of a long stage, and how it is put on one line.
struct ProgressLine: Equatable {
    /// What is going on.
    var stage: String
    /// Steps done.
    var done: Int
    /// Steps in all; 0 when nobody knows.
    var total: Int
    /// What is counted, such as `episodes`.
    var unit: String
    /// Seconds since the stage began.
    var elapsed: Double
    /// What else to show, the most important first.
    var figures: [ProgressFigure]

    /// Columns of the bar.
    private static let barWidth = 20
    /// Stage names are padded to this, so that bars stand under each other.
    private static let stageWidth = 14

    /// Steps per second; `nil` until there is one to go by.
    var rate: Double? {
        done > 0 && elapsed > 0 ? Double(done) / elapsed : nil
    }

    /// Seconds left at the rate so far.
    var secondsLeft: Double? {
        guard let rate, total > 0 else { return nil }
        return Double(max(0, total - done)) / rate
    }

    private var fraction: Double? {
        total > 0 ? min(1, Double(done) / Double(total)) : nil
    }

    /// For a terminal: never wider than it, less important parts dropped first.
    func bar(on terminal: Terminal) -> String {
        var parts: [(plain: String, styled: String)] = []
        let name = padded(stage)
        parts.append((name, terminal.bold(name)))
        if let fraction {
            let filled = Int((fraction * Double(Self.barWidth)).rounded(.down))
            let full = String(repeating: terminal.hasUnicode ? "━" : "#", count: filled)
            let empty = String(
                repeating: terminal.hasUnicode ? "─" : "-", count: Self.barWidth - filled)
            parts.append((full + empty, terminal.cyan(full) + terminal.dim(empty)))
            let percent = percentText(fraction)
            parts.append((percent, percent))
        }
        for text in [countText] + [timeText].compactMap({ $0 }) + figures.map(\.text)
            + [rateText].compactMap({ $0 })
        {
            parts.append((text, text))
        }
        // The name stays; from the end, parts go until the line fits with a free last column.
        while parts.count > 1 && Self.width(parts.map(\.plain)) >= terminal.width {
            parts.removeLast()
        }
        if Self.width(parts.map(\.plain)) >= terminal.width {
            return String(stage.prefix(terminal.width - 1))
        }
        return parts.map(\.styled).joined(separator: "  ")
    }

    /// For a file or a pipe.
    var plain: String {
        let percent = fraction.map { ["\(Int(($0 * 100).rounded(.down))) %"] } ?? []
        let parts =
            percent + [countText] + [rateText, timeText].compactMap { $0 } + figures.map(\.text)
        return "\(stage): " + parts.joined(separator: ", ")
    }

    /// When the stage is over.
    ///
    /// - Parameter isCutShort: something broke it off.
    func finished(on terminal: Terminal, summary: String?, isCutShort: Bool = false) -> String {
        let mark = terminal.hasUnicode ? "✓" : "done"
        let words =
            [NumberText.clock(elapsed), done > 0 ? "\(done) \(countedUnit)" : nil].compactMap { $0 }
            + (summary.map { [$0] } ?? figures.map(\.text))
        let head = terminal.bold(padded(stage))
        guard terminal.isInteractive else {
            return "\(stage): \(isCutShort ? "stopped after" : "done in") "
                + words.joined(separator: ", ")
        }
        return "\(head)  \(isCutShort ? terminal.yellow("stopped") : terminal.green(mark))  "
            + words.joined(separator: "  ")
    }

    /// The unit for what is done, one of them where it is one: `1 episode`.
    private var countedUnit: String {
        let isName = unit.hasSuffix("s") && !unit.hasSuffix(" s")
        return done == 1 && isName ? String(unit.dropLast()) : unit
    }

    private var countText: String {
        total > 0 ? "\(done)/\(total) \(unit)" : "\(done) \(unit)"
    }

    private var rateText: String? {
        guard let rate else { return nil }
        if rate >= 1 { return "\(NumberText.fixed(rate, decimals: rate < 10 ? 1 : 0))/s" }
        return "\(NumberText.fixed(rate * 60, decimals: 1))/min"
    }

    private var timeText: String? {
        if let secondsLeft { return NumberText.clock(secondsLeft) + " left" }
        return total > 0 ? nil : NumberText.clock(elapsed)
    }

    private func percentText(_ fraction: Double) -> String {
        let digits = String(Int((fraction * 100).rounded(.down)))
        return String(repeating: " ", count: 3 - digits.count) + digits + " %"
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, Self.stageWidth - text.count))
    }

    private static func width(_ parts: [String]) -> Int {
        parts.reduce(0) { $0 + $1.count } + 2 * (parts.count - 1)
    }
}
