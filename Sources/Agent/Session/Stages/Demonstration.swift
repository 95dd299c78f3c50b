import Configuration
import Driving
import Embodiment
import Experience
import Foundation
import Learning
import Platform
import Report

/// Demonstrations by the operator behind the bridge until there are enough successful ones; in the lab where there is one.
struct Demonstration: Stage {
    /// Episodes after which an operator who hardly ever succeeds is a mistake to be told, not to be waited for.
    private static let fairTries = 20

    func run(in session: Session) throws {
        try session.stage("demonstrations") {
            let lab = session.launch.simulation.map { _ in SimulationVariant.lab }
            try RobotLease.withRunner(in: session, variant: lab) { runner in
                guard runner.robot.hasOperator else {
                    throw StageError.noOperator(session.launch.robot.name)
                }
                try demonstrate(EpisodeLoop(session: session, runner: runner), by: runner)
            }
        }
        try session.checkInterrupt()
    }

    private func demonstrate(_ loop: EpisodeLoop, by runner: EpisodeRunner) throws {
        let session = loop.session
        let wanted = session.launch.session.demonstrations
        session.progress.begin("demonstrations", total: wanted, unit: "episodes")
        while session.tally.demonstrations.successes < wanted, !session.interrupt.isRequested {
            let outcome = try loop.run(
                purpose: .demonstration, index: session.tally.demonstrations.tried,
                driver: .operatorAction)
            let (tried, successes) = (
                session.tally.demonstrations.tried, session.tally.demonstrations.successes
            )
            session.progress.update(done: successes, figures: [.count("tried", tried)])
            if outcome != .aborted, !runner.hasHeardOperator {
                throw StageError.silentOperator(session.launch.robot.name)
            }
            if tried >= Self.fairTries, successes * 10 < tried {
                throw StageError.poorOperator(
                    successes: successes, tried: tried, directory: session.directory.url.path)
            }
            try loop.passBoundary()
        }
        let tally = session.tally.demonstrations
        session.progress.end(
            "\(tally.successes) successful of \(tally.tried)",
            isCutShort: session.interrupt.isRequested)
        try session.makeDurable()
        session.trainer.absorb()
    }
}
