import Embodiment

/// What the robot is to accomplish, and how one knows.
public struct TaskSettings: Sendable, Equatable {
    /// The task's name, as the bridge knows it, such as `cup-to-rack`.
    public var name: String
    /// The same for a person, one sentence.
    public var instruction: String
    /// An episode that has not succeeded by then has failed, robot seconds.
    public var maxEpisodeSeconds: Double
    /// Who says that the task is accomplished.
    public var success: SuccessSource

    /// Policy steps of one episode at most.
    ///
    /// - Parameter robot: gives the policy's rate.
    public func maxSteps(of robot: RobotDescription) -> Int {
        max(1, Int((maxEpisodeSeconds * robot.policyRateHz).rounded()))
    }
}
