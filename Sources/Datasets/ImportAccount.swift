import Report

/// What an import took of a data set and what it left, in the words of `launch/datasets/account.py`.
///
/// The reader of the format begins it, `ImportCheck` adds what it leaves out itself; it is shown as one table and
/// kept in the session's `import.json`. A pure value.
struct ImportAccount: Decodable, Sendable, Equatable {
    /// Episodes and steps.
    struct Count: Decodable, Sendable, Equatable {
        var episodes = 0
        var steps = 0
    }

    /// Ends of one name.
    struct End: Decodable, Sendable, Equatable {
        var name: String
        /// Episodes that end by it.
        var count: Int
        var meaning: String
    }

    /// Episodes and steps that are in the file and not imported, or that should be in it and are not.
    struct Loss: Decodable, Sendable, Equatable {
        var why: String
        var episodes: Int
        var steps: Int

        /// In words, such as `2 steps: …`.
        var text: String {
            let counts = [(episodes, "episode"), (steps, "step")].filter { $0.0 > 0 }
                .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
            return counts.joined(separator: " and ") + ": " + why
        }
    }

    /// Something of the file that nobody reads.
    struct Unused: Decodable, Sendable, Equatable {
        var name: String
        var shape: String
        var why: String
        /// Whether steps lose something by it that nobody asked to leave out.
        var isLoss: Bool
        /// Numbers a step that `--keys` could observe; nil of anything else.
        var width: Int?

        private enum CodingKeys: String, CodingKey {
            case name, shape, why, width
            case isLoss = "is_loss"
        }

        /// In words, such as `infos/qpos [31×3]: …`.
        var text: String { name + (shape.isEmpty ? "" : " [\(shape)]") + ": " + why }
    }

    /// What the file holds.
    var found = Count()
    /// Which ends were found, by name.
    var ends: [End] = []
    /// What is not imported.
    var leftOut: [Loss] = []
    /// What the file should hold and does not.
    var missing: [Loss] = []
    /// What is not read.
    var unused: [Unused] = []
    /// What a person should look at.
    var warnings: [String] = []

    private enum CodingKeys: String, CodingKey {
        case found, ends, missing, unused, warnings
        case leftOut = "left_out"
    }

    /// Everything that `--strict` refuses, in words.
    var losses: [String] {
        leftOut.map { "left out: " + $0.text } + missing.map { "missing: " + $0.text }
            + unused.filter(\.isLoss).map { "not used: " + $0.text }
    }

    /// Adds what is not imported, if there is any.
    mutating func leaveOut(_ why: String, episodes: Int = 0, steps: Int = 0) {
        if episodes > 0 || steps > 0 {
            leftOut.append(Loss(why: why, episodes: episodes, steps: steps))
        }
    }
}

extension ImportAccount {
    /// Most things that are not used and are shown one by one.
    private static let mostShown = 40

    /// One table of everything.
    func table(taken: Count?) -> TextTable {
        var table = TextTable([
            .init(head: "", isRight: false), .init(head: "episodes"), .init(head: "steps"),
            .init(head: "what", isRight: false),
        ])
        func text(_ count: Int) -> String { count > 0 ? "\(count)" : "" }
        table.add(["in the file", "\(found.episodes)", "\(found.steps)", ""])
        for end in ends {
            table.add(["ended by", "\(end.count)", "", "\(end.name): \(end.meaning)"])
        }
        for loss in missing {
            table.add(["missing", text(loss.episodes), text(loss.steps), loss.why])
        }
        for loss in leftOut {
            table.add(["left out", text(loss.episodes), text(loss.steps), loss.why])
        }
        for thing in unused.prefix(Self.mostShown) { table.add(["not used", "", "", thing.text]) }
        if unused.count > Self.mostShown {
            table.add(["not used", "", "", "and \(unused.count - Self.mostShown) more"])
        }
        if let taken { table.add(["taken", "\(taken.episodes)", "\(taken.steps)", ""]) }
        return table
    }

    /// For `--json` and the session.
    var value: JSONValue {
        func losses(_ all: [Loss]) -> JSONValue {
            .array(
                all.map {
                    .object([
                        "why": .string($0.why), "episodes": JSONValue($0.episodes),
                        "steps": JSONValue($0.steps),
                    ])
                })
        }
        return .object([
            "found": .object([
                "episodes": JSONValue(found.episodes), "steps": JSONValue(found.steps),
            ]),
            "ends": .array(
                ends.map {
                    .object([
                        "name": .string($0.name), "count": JSONValue($0.count),
                        "meaning": .string($0.meaning),
                    ])
                }),
            "left_out": losses(leftOut), "missing": losses(missing),
            "unused": .array(
                unused.map {
                    .object([
                        "name": .string($0.name), "shape": .string($0.shape),
                        "why": .string($0.why), "is_loss": .bool($0.isLoss),
                    ])
                }),
        ])
    }
}
