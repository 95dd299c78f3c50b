import Embodiment
import Testing

@testable import Simulation

/// A scene with a hand that is put where the test wants it, fingers closing along y.
private struct Hand {
    var scene: Scene
    var place: SIMD3<Double>
    var opening = 1.0

    init(
        _ geometry: TaskGeometry = .cupToRack, friction: Double = 0.75,
        object: SIMD2<Double> = SIMD2(0.28, -0.1), at place: SIMD3<Double>
    ) {
        scene = Scene(
            geometry: geometry, friction: friction, object: object, goal: SIMD2(0.28, 0.145),
            obstacle: geometry.obstacleCentre)
        self.place = place
    }

    /// Moves in small steps, as an arm does.
    mutating func move(to target: SIMD3<Double>, opening targetOpening: Double? = nil) {
        let start = place
        let startOpening = opening
        for step in 1...60 {
            let share = Double(step) / 60
            place = start + (target - start) * share
            opening = startOpening + ((targetOpening ?? startOpening) - startOpening) * share
            wait(1)
        }
    }

    mutating func wait(_ ticks: Int) {
        for _ in 0..<ticks {
            scene.advance(
                tool: ToolPose(position: place, roll: 0, pitch: 0, yaw: 0),
                motorOpening: opening, seconds: 0.01)
        }
    }

    mutating func grip() { move(to: place, opening: 0) }
    mutating func open() { move(to: place, opening: 1) }
}

@Suite("The table top")
struct SceneTests {
    @Test("a cup gripped in its middle is lifted, carried around and stands in the rack")
    func success() {
        var hand = Hand(at: SIMD3(0.28, -0.1, 0.1))
        hand.move(to: SIMD3(0.28, -0.1, 0.045))
        hand.grip()
        #expect(hand.scene.state == .held)
        #expect(abs(hand.scene.opening - 0.05 / 0.074) < 1e-9)
        #expect(hand.scene.load > 0.9)
        hand.move(to: SIMD3(0.28, -0.1, 0.1))
        #expect(abs(hand.scene.bottom - 0.055) < 1e-9)
        hand.move(to: SIMD3(0.19, 0.0, 0.1))
        hand.move(to: SIMD3(0.19, 0.1, 0.1))
        hand.move(to: SIMD3(0.28, 0.145, 0.1))
        hand.move(to: SIMD3(0.28, 0.145, 0.062))
        #expect(!hand.scene.isSuccess, "it is not released yet")
        hand.open()
        hand.wait(5)
        #expect(hand.scene.isSuccess)
        #expect(hand.scene.failure == .none)
        #expect(hand.scene.bottom == 0.015)
    }

    @Test("straight through the post is a collision, from the hand and from the cup")
    func collision() {
        var hand = Hand(at: SIMD3(0.28, -0.05, 0.15))
        hand.move(to: SIMD3(0.28, 0.145, 0.15))
        #expect(hand.scene.failure == .collision)
        var pushing = Hand(object: SIMD2(0.28, -0.02), at: SIMD3(0.28, -0.1, 0.04))
        pushing.opening = 0
        pushing.move(to: SIMD3(0.28, -0.03, 0.04))
        #expect(pushing.scene.failure == .collision)
    }

    @Test("off the middle friction decides: held inside the cone, squeezed out beyond it")
    func cone() {
        // Contact slope μ at 4 mm (half pad) + r·sin(atan μ).
        for (friction, margin) in [(0.75, 0.004 + 0.025 * 0.6), (0.4, 0.004 + 0.025 * 0.3714)] {
            for (offset, holds) in [(margin - 0.001, true), (margin + 0.001, false)] {
                var hand = Hand(friction: friction, at: SIMD3(0.28 + offset, -0.1, 0.1))
                hand.move(to: SIMD3(0.28 + offset, -0.1, 0.045))
                hand.grip()
                #expect((hand.scene.state == .held) == holds, "μ \(friction), offset \(offset)")
                if !holds {
                    #expect(hand.scene.opening == 0, "closed on nothing")
                    #expect(hand.scene.state == .standing, "and may be tried again")
                    #expect(hand.scene.object.x < 0.28 + offset - 0.028)
                }
            }
        }
    }

    @Test("at the edge of the cone a lifted object creeps out of the fingers and falls")
    func creep() {
        let offset = 0.004 + 0.025 * 0.3714 - 0.0003
        var hand = Hand(friction: 0.4, at: SIMD3(0.28 + offset, -0.1, 0.1))
        hand.move(to: SIMD3(0.28 + offset, -0.1, 0.045))
        hand.grip()
        #expect(hand.scene.state == .held)
        hand.move(to: SIMD3(0.28 + offset, -0.1, 0.12))
        hand.wait(200)
        #expect(hand.scene.state == .toppled)
        #expect(hand.scene.failure == .toppled)
    }

    @Test("fingers that come down on the rim topple the cup; a graze slides off")
    func rim() {
        // The inner face is 37 mm from the middle: 25 mm radius leaves 12 mm, the edge forgives 7.
        for (offset, topples) in [(0.011, false), (0.018, false), (0.021, true)] {
            var hand = Hand(at: SIMD3(0.28, -0.1 + offset, 0.1))
            hand.move(to: SIMD3(0.28, -0.1 + offset, 0.045))
            #expect((hand.scene.failure == .toppled) == topples, "offset \(offset)")
        }
    }

    @Test("a pushed cup moves with the hand and stays upright")
    func push() {
        var hand = Hand(at: SIMD3(0.20, -0.1, 0.045))
        hand.opening = 0
        hand.move(to: SIMD3(0.27, -0.1, 0.045))
        #expect(hand.scene.state == .standing)
        #expect(hand.scene.object.x > 0.27 + 0.025)
        #expect(abs(hand.scene.object.y + 0.1) < 0.03)
    }

    @Test("dropped from low it stands, from high it topples, on the rack's rim it topples")
    func drop() {
        for (height, place, expected) in [
            (0.06, SIMD2(0.24, -0.1), ObjectState.standing),
            (0.10, SIMD2(0.24, -0.1), ObjectState.toppled),
            (0.065, SIMD2(0.237, 0.145), ObjectState.toppled),
        ] {
            var hand = Hand(at: SIMD3(0.28, -0.1, 0.1))
            hand.move(to: SIMD3(0.28, -0.1, 0.045))
            hand.grip()
            hand.move(to: SIMD3(0.19, -0.1, 0.12))
            if place.y > 0 { hand.move(to: SIMD3(0.19, 0.145, 0.12)) }
            hand.move(to: SIMD3(place.x, place.y, 0.12))
            hand.move(to: SIMD3(place.x, place.y, height))
            hand.open()
            hand.wait(30)
            #expect(hand.scene.state == expected, "from \(height) at \(place)")
            #expect(!hand.scene.isSuccess)
        }
    }

    @Test("a pot must be lifted over the sink's rim, and is then put into the sink")
    func pot() {
        for (height, succeeds) in [(0.08, false), (0.12, true)] {
            var hand = Hand(.potToSink, at: SIMD3(0.28, -0.1, 0.12))
            hand.move(to: SIMD3(0.28, -0.1, 0.064))
            hand.grip()
            #expect(hand.scene.state == .held)
            hand.move(to: SIMD3(0.28, -0.1, height))
            hand.move(to: SIMD3(0.28, 0.145, height))
            hand.move(to: SIMD3(0.28, 0.145, 0.066))
            hand.open()
            hand.wait(30)
            #expect(hand.scene.isSuccess == succeeds)
            #expect((hand.scene.failure == .collision) == !succeeds)
        }
    }

    @Test("start states differ by seed, purpose and task, and stay in their region")
    func starts() {
        var seen: Set<UInt64> = []
        var places: Set<SIMD2<Double>> = []
        var lowest = SIMD2(1.0, 1.0)
        var highest = SIMD2(-1.0, -1.0)
        for task in SimulatedTask.allCases {
            for purpose in EpisodePurpose.allCases {
                for seed in 0..<1000 as Range<UInt64> {
                    let start = StartState(task: task, seed: seed, purpose: purpose)
                    seen.insert(start.key)
                    places.insert(start.object)
                    guard task == .cupToRack else { continue }
                    lowest = SIMD2(
                        min(lowest.x, start.object.x), min(lowest.y, start.object.y))
                    highest = SIMD2(
                        max(highest.x, start.object.x), max(highest.y, start.object.y))
                }
            }
        }
        #expect(seen.count == 6000)
        #expect(places.count == 6000)
        #expect(lowest.x > 0.21 && lowest.x < 0.212 && highest.x < 0.35 && highest.x > 0.348)
        #expect(lowest.y > -0.155 && highest.y < -0.055)
        let again = StartState(task: .cupToRack, seed: 7, purpose: .training)
        #expect(again == StartState(task: .cupToRack, seed: 7, purpose: .training))
    }
}
