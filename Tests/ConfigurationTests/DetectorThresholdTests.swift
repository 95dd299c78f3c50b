import Embodiment
import Testing

@testable import Configuration

extension RobotFileTests {
    @Test("Thresholds of detectors may be stated, and are checked; without them there are defaults")
    func detectors() throws {
        func read(_ more: String) throws -> (RobotDescription?, [String]) {
            let diagnostics = Diagnostics()
            let text = rightRobotFile + more
            let source = diagnostics.addSource(path: "robots/test.yaml", text: text)
            let root = try #require(YAMLReader.read(source: source, diagnostics: diagnostics))
            let robot = RobotFile.decode(root, name: "test", diagnostics: diagnostics)
            return (robot, diagnostics.errors.map { "\($0)" })
        }
        let usual = try #require(try read("").0).timing
        #expect(usual.tickHoldSeconds == nil && usual.tickStopSeconds == nil)
        #expect(usual.missingSamples == nil && usual.frozenSamples == nil)
        #expect(usual.cameraHoldSeconds == nil && usual.clockJumpSeconds == nil)
        let (robot, mistakes) = try read(
            """
              tick_hold_ms: 30
              tick_stop_ms: 80
              missing_samples: 5
              frozen_samples: 40
              camera_hold_ms: 400
              clock_jump_ms: 70
              acknowledgement_commands: 6
              damaged_frames: 2
              action_ms: 3000
              clamp_share: 0.5
              chatter_share: 1
              brake_factor: 1.5

            """)
        #expect(mistakes == [])
        let stated = try #require(robot).timing
        #expect(stated.tickHoldSeconds == 0.03 && stated.tickStopSeconds == 0.08)
        #expect(stated.missingSamples == 5 && stated.frozenSamples == 40)
        #expect(stated.cameraHoldSeconds == 0.4 && stated.clockJumpSeconds == 0.07)
        #expect(stated.acknowledgementCommands == 6 && stated.damagedFrames == 2)
        #expect(stated.actionSeconds == 3 && stated.clampShare == 0.5)
        #expect(stated.chatterShare == 1 && stated.brakeFactor == 1.5)
        #expect(usual.acknowledgementCommands == nil && usual.damagedFrames == nil)
        #expect(usual.actionSeconds == nil && usual.clampShare == nil)
        #expect(usual.chatterShare == nil && usual.brakeFactor == nil)
        let (_, beyond) = try read(
            "  clamp_share: 1.1\n  brake_factor: 1\n  action_ms: 50\n  damaged_frames: 0\n")
        #expect(beyond.count == 4, "\(beyond)")
        let (_, late) = try read("  tick_hold_ms: 60\n")
        #expect(late.count == 1 && late[0].contains("tick_hold_ms must be below tick_stop_ms"))
        let (_, wrong) = try read("  frozen_samples: 1\n  camera_hold_ms: 0\n")
        #expect(wrong.count == 2, "\(wrong)")
    }
}
