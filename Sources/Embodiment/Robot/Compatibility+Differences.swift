extension Compatibility {
    /// Why what was recorded there cannot be used here: one readable line each, empty where it can.
    ///
    /// A limit that is tighter here passes: nothing moves farther or faster than it was seen to. One that is looser, or
    /// gone, does not: the same action is another motion.
    /// - Parameters:
    ///   - recorded: what was true where it was recorded.
    ///   - use: what is to be done with it.
    ///   - places: what the two are called.
    public func differences(
        from recorded: Compatibility, for use: Use = .numbers, _ places: Places
    ) -> [String] {
        var lines: [String] = []
        func compare(_ what: String, _ there: String, _ here: String) {
            if there != here {
                lines.append("\(what): \(there) \(places.there), \(here) \(places.here)")
            }
        }
        compare("robot", recorded.robot, robot)
        compare("control space", recorded.controlSpace, controlSpace)
        compare("command rate", "\(recorded.commandRateHz) Hz", "\(commandRateHz) Hz")
        switch use {
        case .numbers:
            compare("policy rate", "\(recorded.policyRateHz) Hz", "\(policyRateHz) Hz")
            compare("scaling", recorded.scaling, scaling)
            lines += numberDifferences(from: recorded, places)
            compare(
                "cameras", Self.list(recorded.cameras, or: "none"), Self.list(cameras, or: "none"))
            lines += homeDifferences(from: recorded, places)
            lines += limitDifferences(from: recorded, places)
        case .motion:
            compare("axes", Self.list(recorded.action.map(\.name)), Self.list(action.map(\.name)))
            for (theirs, ours) in zip(recorded.action, action) where theirs.name == ours.name {
                compare("axis \(ours.name): unit", theirs.unit, ours.unit)
            }
        }
        return lines
    }

    private func numberDifferences(from recorded: Compatibility, _ places: Places) -> [String] {
        var lines: [String] = []
        if recorded.observation.count == observation.count {
            for (number, pair) in zip(recorded.observation, observation).enumerated() {
                lines += [pair.1.difference(from: pair.0, number: number, places)]
                    .compactMap { $0 }
            }
        } else {
            lines.append(
                "observation: \(Self.list(recorded.observation.map(\.name))) \(places.there), "
                    + "\(Self.list(observation.map(\.name))) \(places.here)")
        }
        if recorded.action.count == action.count {
            for (number, pair) in zip(recorded.action, action).enumerated() {
                lines += [pair.1.difference(from: pair.0, number: number, places)]
                    .compactMap { $0 }
            }
        } else {
            lines.append(
                "axes: \(Self.list(recorded.action.map(\.name))) \(places.there), "
                    + "\(Self.list(action.map(\.name))) \(places.here)")
        }
        return lines
    }

    private func homeDifferences(from recorded: Compatibility, _ places: Places) -> [String] {
        action.compactMap { axis in
            // An axis that is not there is told of already.
            guard let there = recorded.home[axis.name], let here = home[axis.name], there != here
            else { return nil }
            return "axis \(axis.name): home, \(axis.unit): \(there) \(places.there), \(here) "
                + places.here
        }
    }

    private func limitDifferences(from recorded: Compatibility, _ places: Places) -> [String] {
        // A robot with other axes has other limits: they say nothing more.
        guard recorded.action.map(\.name) == action.map(\.name),
            recorded.action.map(\.unit) == action.map(\.unit)
        else { return [] }
        var lines: [String] = []
        func compare(
            _ words: String, _ there: [String: Double], _ here: [String: Double],
            isLooser: (Double, Double) -> Bool
        ) {
            for (name, limit) in there.sorted(by: { $0.key < $1.key }) {
                let own = here[name]
                guard own.map({ isLooser($0, limit) }) ?? true else { continue }
                lines.append(
                    "\(name): \(words) \(limit) \(places.there), "
                        + "\(own.map { "\($0)" } ?? "without this limit") \(places.here)")
            }
        }
        compare("at least", recorded.atLeast, atLeast) { $0 < $1 }
        compare("at most", recorded.atMost, atMost) { $0 > $1 }
        return lines
    }

    /// Lines below a sentence; of very many the first.
    public static func itemised(_ lines: [String]) -> String {
        let shown = 20
        return lines.prefix(shown).map { "\n  - \($0)" }.joined()
            + (lines.count > shown ? "\n  and \(lines.count - shown) more" : "")
    }

    private static func list(_ names: [String], or none: String = "") -> String {
        names.isEmpty ? none : names.joined(separator: ", ")
    }
}
