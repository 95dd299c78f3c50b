import Platform

extension SessionReport {
    /// New weights that the gate refused, such as `late 1, norm 3`; nil for none.
    var refusalText: String? {
        guard let refusals, !refusals.isEmpty else { return nil }
        return refusals.sorted { $0.key < $1.key }.map { reason, count in
            "\(String(reason.map { $0 == "_" ? " " : $0 })) \(NumberText.count(count))"
        }.joined(separator: ", ")
    }

    /// A few lines for the end of a session on a terminal; ends without a newline.
    public func summary(on terminal: Terminal) -> String {
        func row(_ name: String, _ value: String) -> String {
            let pad = String(repeating: " ", count: max(0, 16 - name.count))
            return "  \(terminal.dim(name))\(pad) \(value)"
        }
        var lines = [terminal.bold("\(task) on \(robot)") + ", seed \(seed), \(schedule)"]
        if ended != "completed" { lines.append(row("ended", terminal.yellow(ended))) }
        for caveat in caveats ?? [] { lines.append(row("note", terminal.yellow(caveat))) }
        if let demonstrations { lines.append(row("demonstrations", demonstrations.text)) }
        if let success { lines.append(row("success", success.text)) }
        if let successBefore { lines.append(row("success before", successBefore.text)) }
        if let successAfter, success == nil {
            let isBetter = successAfter.rate > (successBefore?.rate ?? 1)
            let text = successAfter.text
            lines.append(row("success after", isBetter ? terminal.green(text) : text))
        }
        if curve != nil { lines.append(row("reached", SuccessCurve(of: self).marksText)) }
        let minutes = NumberText.fixed(robotMinutes, decimals: 1)
        // Of a part of the story only what that part does.
        if command == nil {
            lines.append(
                row("robot time", "\(minutes) min, \(episodesTrained) training episodes"))
        } else if ticks > 0 {
            lines.append(row("robot time", "\(minutes) min"))
        }
        if command == nil || criticUpdates + policyUpdates > 0 {
            lines.append(
                row("learning", "\(criticUpdates) critic and \(policyUpdates) policy updates"))
        }
        if command == nil {
            lines.append(row("weights", "\(swaps) swaps, \(rollbacks) rollbacks"))
        }
        if let refusalText { lines.append(row("refused weights", refusalText)) }
        if command == nil || ticks > 0 {
            lines.append(
                row("ticks", "\(ticks), \(ticksLate) late; \(stops) stops, \(holds) holds"))
        }
        if let realtime {
            lines.append(row("real time", realtime.summary))
            lines.append(row("page faults", realtime.faultText + ", of the tick thread"))
        }
        for axis in tracking ?? [] { lines.append(row("tracking \(axis.axis)", axis.text)) }
        lines.append(row("wall time", NumberText.duration(wallSeconds)))
        return lines.joined(separator: "\n")
    }
}
