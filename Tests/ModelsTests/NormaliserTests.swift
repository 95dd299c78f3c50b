import Models
import Neural
import Testing

@Suite("Normalisation")
struct NormaliserTests {
    /// Statistics of one number's values.
    private func seen(_ values: [Float], span: Double = 1) -> NumberStatistics {
        var statistics = NumberStatistics(span: span)
        for value in values { statistics.add(value) }
        return statistics
    }

    /// One observation of one number, normalised by what was seen of it.
    private func normalised(_ value: Float, by seen: NumberStatistics) -> Float {
        let normaliser = Normaliser(observationCount: 1, actionCount: 1)
        normaliser.fit(observations: [seen])
        let arena = Arena(count: 1)
        arena.base[0] = value
        normaliser.apply(to: Matrix(arena.base, rows: 1, columns: 1))
        return arena.base[0]
    }

    @Test("Statistics are those of the numbers")
    func statistics() {
        let one = seen([2, 4, 4, 4, 5, 5, 7, 9])
        #expect(one.count == 8 && one.mean == 5 && one.deviation == 2 && one.range == 2...9)
        #expect(!one.isStill)
        #expect(seen([1e6, 1e6 + 1]).deviation == 0.5, "far from 0 as well")
    }

    @Test(
        "A number that stood still and moves a little looks a little different, not like nothing that was ever seen"
    )
    func still() {
        let gripper = seen(Array(repeating: 0.5, count: 100))
        #expect(gripper.isStill)
        #expect(abs(normalised(0.51, by: gripper) - 0.01) < 1e-6)
        #expect(normalised(0.5, by: gripper) == 0)
        let joint = seen(Array(repeating: 0.1, count: 100), span: 3.5)
        #expect(abs(normalised(0.135, by: joint) - 0.01) < 1e-6)
    }

    @Test("A number that stood still but for noise is not magnified beyond a hundredth of its span")
    func noisy() {
        // ±0.002 about 0.5: more than a thousandth of the span, less than a hundredth.
        let gripper = seen((0..<100).map { $0 % 2 == 0 ? 0.498 : 0.502 })
        #expect(!gripper.isStill)
        #expect(abs(normalised(0.51, by: gripper) - 1) < 1e-3)
    }

    @Test("A number that varies is scaled by how much, and cut at five times that")
    func varying() {
        let number = seen([-1, 1], span: 100)
        #expect(normalised(2, by: number) == 2)
        #expect(normalised(1000, by: number) == 5 && normalised(-1000, by: number) == -5)
    }

    @Test("Without a row the identity stays, without a limit")
    func unfitted() {
        let none = NumberStatistics(span: 1)
        #expect(normalised(1e6, by: none) == 1e6)
    }

    @Test(
        "The part of the box that was used, and a tenth more on either side, is the policy's whole range"
    )
    func part() {
        let part = ActionPart(used: -0.1...0.3)
        #expect(abs(part.centre - 0.1) < 1e-6 && abs(part.half - 0.24) < 1e-6)
        #expect(ActionPart(used: -0.9...0.8) == .whole, "most of the box is all of it")
        #expect(ActionPart(used: -1...1) == .whole)
        let still = ActionPart(used: 0.5...0.5)
        #expect(abs(still.half - 0.05) < 1e-6, "an axis that stood still may move a little")
        let edge = ActionPart(used: 1...1)
        #expect(abs(edge.centre + edge.half - 1) < 1e-6 && edge.half > 0, "never beyond the box")
    }

    @Test("Actions go to the policy's range and back, and never leave the box")
    func roundTrip() {
        let normaliser = Normaliser(observationCount: 1, actionCount: 2)
        let parts = [ActionPart(used: -0.1...0.3), ActionPart.whole]
        normaliser.fit(actions: parts)
        let arena = Arena(count: 2)
        for value: Float in [-0.1, 0, 0.2, 0.3] {
            arena.base[0] = value
            arena.base[1] = value
            normaliser.normalise(actions: Matrix(arena.base, rows: 1, columns: 2))
            #expect(arena.base[1] == value, "the whole box is the identity, to the bit")
            #expect(abs(arena.base[0]) <= 1)
            #expect(abs(normaliser.boxAction(arena.base[0], axis: 0) - value) < 1e-6)
            #expect(normaliser.boxAction(arena.base[1], axis: 1) == value)
        }
        #expect(
            normaliser.boxAction(100, axis: 0) == 1 && normaliser.boxAction(-100, axis: 1) == -1)
    }

    @Test("A file of before actions were normalised stands for the whole box")
    func earlierFile() throws {
        var earlier = ParameterLayout()
        earlier.add("normaliser.mean", [3])
        earlier.add("normaliser.deviation", [3])
        earlier.add("normaliser.limit", [1])
        let source = Arena(count: earlier.count)
        for index in 0..<earlier.count { source.base[index] = Float(index) }
        let file = try Safetensors.decode(
            Safetensors.encode([.init(earlier, source.base)], metadata: []))
        let layout = Normaliser.layout(observationCount: 3, actionCount: 2)
        let read = Arena(count: layout.count)
        try file.copy(layout, prefix: "normaliser.", into: read.base)
        #expect((0..<11).map { read.base[$0] } == [0, 1, 2, 3, 4, 5, 6, 0, 0, 1, 1])
    }
}
