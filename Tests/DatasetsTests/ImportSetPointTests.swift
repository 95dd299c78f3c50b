import Configuration
import Embodiment
import Testing

@testable import Datasets
@testable import TestSupport

/// What an import says of absolute set-points that the arm does not go to.
@Suite("Set-points of an import")
struct ImportSetPointTests {
    private static let steps = 40

    private static func launch() throws -> Launch {
        try LaunchFile.read("so101-pick", in: Project(root: HoneProgram.root))
    }

    /// Where the arm is: each joint about another place, faster and faster.
    private static func position(_ axis: CommandAxis, _ index: Int, _ step: Int) -> Double {
        let range = axis.actionHigh - axis.actionLow
        let share = 0.2 + 0.1 * Double(index) + 0.00005 * Double(step * step)
        return axis.actionLow + share * range
    }

    /// An arm that is where it was told to be a step before; `action` says what the file has of each axis and its set-point.
    private func check(
        physical: Bool = true, strict: Bool = false,
        _ action: (_ axes: [CommandAxis], _ index: Int, _ setPoints: [Double], _ now: Double)
            -> Double
    ) throws -> ImportCheck {
        let launch = try Self.launch()
        let axes = launch.robot.axes
        func table(_ value: (Int, Int) -> Double) -> ImportedColumns.Table {
            .init(
                width: axes.count,
                values: (0..<Self.steps * axes.count).map {
                    Float(value($0 / axes.count, $0 % axes.count))
                })
        }
        let place = { Self.position(axes[$1], $1, $0) }
        let observed = launch.robot.observation.map { name in
            axes.firstIndex { $0.name == name } ?? 0
        }
        #expect(observed == Array(axes.indices))
        let columns = ImportedColumns(
            observations: table(place), nextObservations: table { place($0 + 1, $1) },
            actions: table { step, index in
                action(axes, index, axes.indices.map { place(step + 1, $0) }, place(step, index))
            },
            lengths: [Self.steps], hasNext: nil,
            rewards: (0..<Self.steps).map { $0 == Self.steps - 1 ? 0 : -1 },
            terminals: (0..<Self.steps).map { $0 == Self.steps - 1 }, operators: nil, versions: nil,
            facts: .init(rate: launch.robot.policyRateHz, about: .init(), episodes: nil, notes: []))
        var rules = ImportRules()
        rules.areActionsPhysical = physical
        rules.isStrict = strict
        return try ImportCheck(columns, rules: rules, launch: launch)
    }

    private func told(_ check: ImportCheck, _ weight: ImportFinding.Weight = .warning) -> [String] {
        check.findings.filter { $0.weight == weight && $0.text.contains("set-point is up to") }
            .map(\.text)
    }

    /// −1…1 of an action box.
    private static func share(_ axis: CommandAxis, _ value: Double) -> Double {
        2 * (value - axis.actionLow) / (axis.actionHigh - axis.actionLow) - 1
    }

    @Test("Set-points that the arm goes to are not spoken of, in units or as −1…1")
    func followed() throws {
        let physical = try check { _, index, setPoints, _ in setPoints[index] }
        #expect(physical.isPossible && told(physical) == [])
        let normalised = try check(physical: false) { axes, index, setPoints, _ in
            Self.share(axes[index], setPoints[index])
        }
        #expect(normalised.isPossible && told(normalised) == [])
    }

    @Test("Displacements taken as set-points are told by axis, how far and how often")
    func displacements() throws {
        let found = try check { _, index, setPoints, now in setPoints[index] - now }
        let texts = told(found)
        #expect(found.isPossible)
        #expect(texts.contains { $0.contains("axis elbow_flex") || $0.contains("axis wrist_roll") })
        for text in texts {
            #expect(text.contains("tracking_error_rad 0.25") && text.contains("of 40 steps"))
        }
        #expect(texts.contains { $0.contains("as displacements") })
        let strict = try check(strict: true) { _, index, setPoints, now in setPoints[index] - now }
        #expect(told(strict, .error) == texts && strict.episodes.isEmpty)
    }

    @Test("The other sign, another order, −1…1 and no action at all are asked about by name")
    func readings() throws {
        let signs = try check { _, index, setPoints, _ in
            index == 0 ? -setPoints[index] : setPoints[index]
        }
        #expect(told(signs).count == 1)
        #expect(told(signs)[0].contains("axis shoulder_pan") && told(signs)[0].contains("sign"))
        let order = try check { _, index, setPoints, _ in
            setPoints[index == 0 ? 3 : index == 3 ? 0 : index]
        }
        #expect(told(order).count == 2, "\(told(order))")
        #expect(told(order).contains { $0.contains("those given to shoulder_pan would be there") })
        #expect(told(order).contains { $0.contains("those given to wrist_flex would be there") })
        let share = try check { axes, index, setPoints, _ in
            index == 0 ? Self.share(axes[0], setPoints[0]) : setPoints[index]
        }
        #expect(told(share).count == 1 && told(share)[0].contains("leave out --actions physical"))
        let nothing = try check(physical: false) { _, _, _, _ in 0 }
        #expect(told(nothing).contains { $0.contains("they are all 0: was nothing recorded?") })
    }

    @Test("A gripper that holds something is not spoken of; one in its own unit among −1…1 is")
    func gripper() throws {
        let last = try Self.launch().robot.axes.count - 1
        let holds = try check { axes, index, setPoints, _ in
            index == last ? axes[last].actionLow : setPoints[index]
        }
        #expect(told(holds) == [])
        let unit = try check(physical: false) { axes, index, setPoints, _ in
            index == last ? setPoints[last] : Self.share(axes[index], setPoints[index])
        }
        #expect(told(unit).count == 1, "\(told(unit))")
        #expect(told(unit).first?.contains("axis gripper") == true)
    }
}
