import Testing

@testable import Datasets

@Suite("Order of columns")
struct ColumnOrderTests {
    private let wanted = ["x", "y", "gripper.width", "gripper.load"]

    private func verdict(_ names: [String], width: Int? = nil) -> ColumnOrder.Verdict {
        ColumnOrder(names: names, width: width ?? names.count, wanted: wanted).verdict
    }

    @Test("Every order of all names is found again", arguments: 0..<24)
    func permutations(number: Int) {
        var left = Array(wanted.indices)
        var order: [Int] = []
        var code = number
        for count in (1...4).reversed() {
            order.append(left.remove(at: code % count))
            code /= count
        }
        let names = order.map { wanted[$0] }
        guard order != Array(wanted.indices) else {
            #expect(verdict(names) == .asTheyStand)
            return
        }
        let places = wanted.indices.map { order.firstIndex(of: $0) ?? -1 }
        #expect(verdict(names) == .permuted(places))
        let written = names.map { $0.uppercased().replacing(".", with: "_") + ".pos" }
        #expect(verdict(written) == .permuted(places))
        // With another beside it each is one of more.
        #expect(verdict(["more"] + names) == .among(places.map { $0 + 1 }))
        // One that is nobody's is left where it is, or says that the others are elsewhere.
        var partly = names
        partly[0] = "more"
        let some = places.map { $0 == 0 ? nil : $0 }
        let isInPlace = zip(some, some.indices).allSatisfy { $0 == nil || $0 == $1 }
        #expect(verdict(partly) == (isInPlace ? .asTheyStand : .contradicted(some)))
    }

    @Test("Names that say nothing leave the order alone; two of one name are told")
    func others() {
        #expect(verdict([], width: 4) == .asTheyStand)
        #expect(verdict(["x"], width: 4) == .asTheyStand)
        #expect(verdict(["a", "b", "c", "d"]) == .asTheyStand)
        #expect(verdict(["x", "b", "c", "gripper.load"]) == .asTheyStand)
        #expect(verdict(["a", "b", "a", "d"]) == .doubled("a", 0, 2))
        // Which of the two is meant is not known.
        #expect(verdict(["a", "X", "x.pos", "d"]) == .asTheyStand)
        #expect(verdict(["a", "b", "x", "x.pos"]) == .contradicted([2, nil, nil, nil]))
    }

    @Test("Words that all names of one side have before or behind are no difference")
    func affixes() {
        let arm = ["shoulder_pan", "shoulder_lift", "elbow", "gripper"]
        func order(_ names: [String], _ wanted: [String]) -> ColumnOrder.Verdict {
            ColumnOrder(names: names, width: names.count, wanted: wanted).verdict
        }
        for (before, behind) in [("main_", ""), ("left_", ".pos"), ("", "_joint"), ("a.b.", "/x")] {
            let names = [arm[2], arm[1], arm[0], arm[3]].map { before + $0 + behind }
            #expect(order(names, arm) == .permuted([2, 1, 0, 3]), "\(names)")
            #expect(order(arm.map { before + $0 + behind }, arm) == .asTheyStand)
            // The robot's may have them too.
            #expect(
                order([arm[2], arm[1], arm[0], arm[3]], arm.map { before + $0 + behind })
                    == .permuted([2, 1, 0, 3]))
        }
        // One that is called as the robot's stands beside the others.
        #expect(
            order(["gripper", "main_elbow", "main_shoulder_lift", "main_shoulder_pan"], arm)
                == .permuted([3, 2, 1, 0]))
        // Words that not all have say nothing.
        #expect(order(["left_elbow", "right_gripper", "c", "d"], arm) == .asTheyStand)
    }

    @Test("A name that holds another axis' name than the one it is given to is found")
    func other() {
        func other(_ given: String, _ name: String) -> String? {
            ColumnOrder.other(than: given, in: name, among: ["elbow", "wrist_1", "wrist_2"])
        }
        #expect(other("wrist_1", "left_elbow_motor") == "elbow")
        #expect(other("wrist_1", "left_wrist_2") == "wrist_2")
        #expect(other("wrist_1", "left_wrist_1") == nil && other("wrist_1", "wrist") == nil)
        #expect(other("wrist_1", "elbows") == nil && other("wrist_1", "") == nil)
    }
}
