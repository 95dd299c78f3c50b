import Configuration
import Embodiment
import Platform
import Report

extension ImportCheck {
    /// One side of a data set whose numbers are put into the robot's order.
    struct Side {
        /// `observation` or `action`.
        var noun: String
        /// The option that chooses among them.
        var option: String
        /// What it was given.
        var words: [String]
        /// Numbers a step in the file.
        var width: Int
        /// What the file calls them; empty where it does not.
        var names: [String]
        /// What the robot calls them, in its order.
        var wanted: [String]
    }

    /// What is observed.
    var observationSide: Side {
        Side(
            noun: "observation", option: "--columns", words: rules.columns,
            width: columns.observations.width,
            names: columns.facts.about.observation?.map(\.name) ?? [],
            wanted: launch.robot.observation)
    }

    /// What is done.
    var actionSide: Side {
        Side(
            noun: "action", option: "--action-columns", words: rules.actionColumns,
            width: columns.actions.width, names: columns.facts.about.action?.map(\.name) ?? [],
            wanted: launch.robot.axes.map(\.name))
    }

    /// The file's numbers of one side, in the robot's order: those that its option names, or by the file's own names.
    mutating func chosen(_ side: Side) -> [Int] {
        if !side.words.isEmpty { return named(side) }
        let order = ColumnOrder(names: side.names, width: side.width, wanted: side.wanted)
        let all = Array(0..<side.width)
        switch order.verdict {
        case .asTheyStand: tellOthers(side, all)
        case .permuted(let places):
            add(
                .warning,
                "the file's \(side.noun)s are in another order than the robot's, by their names, and are put into the "
                    + "robot's: "
                    + zip(places, side.wanted).map { "\(side.names[$0]) (\($0)) → \($1)" }
                    .joined(separator: ", "))
            tellOthers(side, places)
            return places
        case .among(let places):
            add(
                .error,
                "\(side.width) \(side.noun) numbers in the file, among them all \(side.wanted.count) of the robot's by "
                    + "their names: \(side.option) \(Self.list(places)) takes those")
            return places
        case .contradicted(let places):
            add(.error, contradiction(of: places, side))
        case .doubled(let name, let first, let second):
            add(
                .error,
                "the file calls two of its \(side.noun)s \(name), numbers \(first) and \(second), so that nobody knows "
                    + "which is which: correct its names, or say with \(side.option) where each of the robot's is "
                    + "(as they stand: \(side.option) \(Self.list(all.prefix(side.wanted.count))))")
        }
        return all
    }

    /// Numbers whose names say that they are another axis' than the one that they are given to.
    private mutating func tellOthers(_ side: Side, _ places: [Int]) {
        guard side.names.count == side.width, places.count == side.wanted.count else { return }
        let wrong = zip(places, side.wanted).compactMap { place, name -> String? in
            let said = side.names[place]
            let other = ColumnOrder.other(than: name, in: said, among: side.wanted)
            return other.map { "\(said) (\(place)) → \(name), and not \($0)" }
        }
        if wrong.isEmpty { return }
        add(
            rules.isStrict ? .error : .warning,
            "names of the file's \(side.noun)s hold other names of the robot's than those they are given to, in the order "
                + "in which they stand: " + wrong.joined(separator: "; ")
                + ": \(side.option) says where each of the robot's is")
    }

    private static func list(_ places: some Sequence<Int>) -> String {
        places.map { "\($0)" }.joined(separator: ",")
    }

    /// What is told of names that the robot has at other places.
    private func contradiction(of places: [Int?], _ side: Side) -> String {
        let wrong = zip(places, side.wanted).enumerated().compactMap { index, pair -> String? in
            guard let place = pair.0, place != index else { return nil }
            return "\(side.names[place]) is number \(place), the robot's \(pair.1) is \(index)"
        }
        // What no name says is taken in the file's own order.
        var rest = (0..<side.width).filter { !places.contains($0) }[...]
        let filled = places.map { $0 ?? rest.popFirst() ?? 0 }
        let more = wrong.count > 4 ? " and \(wrong.count - 4) more" : ""
        return
            "the file's \(side.noun)s are not in the robot's order by their names, and not all names are the robot's: "
            + wrong.prefix(4).joined(separator: "; ") + more
            + ": \(side.option) \(Self.list(filled)) takes those where their names are and the rest in the file's order; "
            + "\(side.option) \(Self.list(0..<side.wanted.count)) takes all as they stand"
    }

    /// The numbers that an option names, by name or number.
    private mutating func named(_ side: Side) -> [Int] {
        var places: [Int] = []
        for word in side.words {
            let found = side.names.indices.filter { side.names[$0] == word }
            guard let place = found.first ?? Int(word), (0..<side.width).contains(place),
                found.count < 2
            else {
                let why = found.count > 1 ? "two have this name, name a number" : nil
                add(
                    .error,
                    "\(side.option) \(word): \(why ?? "the file has \(side.width) columns")"
                        + (side.names.isEmpty ? "" : ": " + side.names.joined(separator: ", ")))
                continue
            }
            if places.contains(place) {
                add(.error, "\(side.option) names \(word) twice: one number is not two")
            }
            places.append(place)
        }
        for place in 0..<side.width
        where !places.contains(place) && places.count == side.words.count {
            account.unused.append(
                .init(
                    name:
                        "\(side.noun) \(place < side.names.count ? side.names[place] : "\(place)")",
                    shape: "\(columns.steps)", why: "\(side.option) does not name it", isLoss: false
                ))
        }
        tellOverruled(side, places)
        return places
    }

    /// Names that say something else than the option.
    private mutating func tellOverruled(_ side: Side, _ places: [Int]) {
        guard side.names.count == side.width, places.count == side.wanted.count else { return }
        let all = ColumnOrder.places(of: side.wanted, in: side.names)
        let overruled = zip(zip(places, all), side.wanted).compactMap { pair, name -> String? in
            let (place, says) = pair
            let isOther =
                ColumnOrder.other(than: name, in: side.names[place], among: side.wanted) != nil
            return (says ?? place) == place && !isOther ? nil : "\(side.names[place]) → \(name)"
        }
        if !overruled.isEmpty {
            add(
                .warning,
                "\(side.option) is followed where the file's names say something else: "
                    + overruled.joined(separator: ", "))
        }
    }

    /// Another robot's numbers mean something else; names of robots are written in many ways.
    mutating func checkRobot() {
        guard let name = columns.facts.about.robot else { return }
        func bare(_ text: String) -> String {
            text.lowercased().filter { $0.isLetter || $0.isNumber }
        }
        let (there, here) = (bare(name), bare(launch.robot.name))
        if there.isEmpty || there == "unknown" || there.contains(here) || here.contains(there) {
            return
        }
        add(
            .warning,
            "the file says that its robot is \(name.printable), and the launch's is \(launch.robot.name): numbers of "
                + "another robot mean something else, even where they are as many")
    }
}
