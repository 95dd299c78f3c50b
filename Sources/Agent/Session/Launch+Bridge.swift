import Configuration
import Driving
import Embodiment
import Foundation

extension Launch {
    /// The command line of the bridge that the agent starts itself; empty when somebody else runs it.
    ///
    /// - Parameters:
    ///   - variant: world of the embedded simulator; nil for the launch file's.
    ///   - project: what a relative program is looked for in.
    func bridgeCommand(variant: SimulationVariant?, project: Project) -> [String] {
        if let simulation {
            var words = [
                BridgeProcess.ownExecutable, "sim", "--endpoint", BridgeProcess.placeholder,
                "--task", task.name, "--variant", (variant ?? simulation.variant).rawValue,
                "--noise", "\(simulation.noise)", "--seed", "\(seed)",
            ]
            if bridge.isLockstep { words.append("--lockstep") }
            return words
        }
        var words = bridge.command.map { word in
            word.replacingOccurrences(of: "{task}", with: task.name)
                .replacingOccurrences(of: "{seed}", with: "\(seed)")
        }
        if let first = words.first, first.contains("/"), !first.hasPrefix("/") {
            words[0] = project.root + "/" + first
        }
        return words
    }
}
